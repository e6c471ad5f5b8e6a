/* assist_world.c - see assist_world.h. */
#include "assist_world.h"

#include <string.h>

int world_setup(void **state, u32 seed)
{
    static struct world world;
    struct world *w = &world;

    if (rig_setup((void **)&w->bare) || rig_setup((void **)&w->real))
        return -1;
    w->prng = prng_new(seed);
    *state = w;
    return 0;
}

int world_teardown(void **state)
{
    struct world *w = *state;

    rig_teardown((void **)&w->bare);
    rig_teardown((void **)&w->real);
    return 0;
}

u16 world_block(const struct world *w, unsigned at)
{
    return ram_get(&w->real->ram, WORLD_BLOCK + at);
}

void world_put_block(struct world *w, unsigned at, u16 value)
{
    ram_put(&w->real->ram, WORLD_BLOCK + at, value);
}

void world_put(struct world *w, u32 pa, u16 value)
{
    if (pa >= WORLD_GUEST || pa & 1)
        return;
    ram_put(&w->bare->ram, pa, value);
    ram_put(&w->real->ram, WORLD_BASE + pa, value);
}

void world_put_ps(struct world *w, u16 ps, const u16 sp[4])
{
    rig_ps(w->bare, ps);
    for (unsigned i = 0; i < 4; i++)
        cpu_put_sp(&w->bare->cpu, (enum mode)i, sp[i]);
}

void world_twin(struct world *w, u16 vacsr, u16 level)
{
    const struct cpu *bare = &w->bare->cpu;
    struct cpu *real = &w->real->cpu;
    u16 ps = cpu_ps(bare);

    w->vmx = (struct vmx){.vcsr = VCSR_EN | VCSR_TUSR | VCSR_MXE,
                          .vusl = bare->slr,
                          .vacsr = vacsr,
                          .vablk = WORLD_BLOCK >> 6};
    if (ps >> 14 == MODE_K && world_block(w, VAB_FLAGS) & VAB_MAP_LIMIT)
        w->vmx.vcsr |= VCSR_USLE;
    real->vmx = &w->vmx;
    rig_ps(w->real, (u16)(0170000 | (ps & (PS_SET | PS_CC))));
    memcpy(real->r, bare->r, sizeof real->r);
    memcpy(real->alt, bare->alt, sizeof real->alt);
    cpu_put_sp(real, MODE_K, RIG_STACK);
    world_put_block(w, VAB_PS, ps & 0170340);
    world_put_block(w, VAB_LEVEL, level);
    world_put_block(w, VAB_BASE, 0);
    for (unsigned i = 0; i < 4; i++)
        world_put_block(w, VAB_SP + 2 * i, cpu_get_sp(bare, (enum mode)i));
    cpu_vmx_changed(real);
}

void world_check_same(const struct world *w)
{
    const struct cpu *bare = &w->bare->cpu, *real = &w->real->cpu;
    bool limits = world_block(w, VAB_FLAGS) & VAB_MAP_LIMIT;
    u16 ps = cpu_ps(bare);

    assert_memory_equal(real->r, bare->r, sizeof real->r);
    assert_memory_equal(real->alt, bare->alt, sizeof real->alt);
    CHECK(cpu_ps(real), (ps & ~0170340) | 0170000);
    CHECK(world_block(w, VAB_PS), ps & 0170340);
    for (unsigned mode = 0; mode < 4; mode++)
        if (mode != ps >> 14 && mode != MODE_ILLEGAL)
            CHECK(world_block(w, VAB_SP + 2 * mode), cpu_get_sp(bare, (enum mode)mode));
    assert_memory_equal(w->real->ram.base + WORLD_BASE, w->bare->ram.base, WORLD_GUEST);
    CHECK(real->attention, bare->attention & ~ATTN_IRQ);
    CHECK(real->trace, bare->trace);
    CHECK(w->vmx.vcsr & VCSR_USLE, ps >> 14 == MODE_K && limits ? VCSR_USLE : 0);
}
