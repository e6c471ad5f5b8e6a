/* nest.c - see nest.h. */
#include "nest.h"

#include <string.h>

#include "base/err.h"

static bool io_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    struct nest *nest = ctx;

    if (pa < nest->hv.base || pa >= nest->hv.base + 020)
        return false;
    *value = hv_read(&nest->hv, pa - nest->hv.base);
    return true;
}

static bool io_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    struct nest *nest = ctx;
    u16 mask = cycle == IO_DATO ? 0177777 : pa & 1 ? 0177400 : 0377;

    if (pa < nest->hv.base || pa >= nest->hv.base + 020)
        return false;
    hv_write(&nest->cpu, (pa - nest->hv.base) & ~1u, (u16)(pa & 1 ? value << 8 : value), mask);
    return true;
}

static bool grant(void *ctx, unsigned level, u16 *vector)
{
    struct nest *nest = ctx;

    *vector = nest->vector;
    cpu_set_br(&nest->cpu, 0);
    return true;
}

static void init(void *ctx)
{
    hv_reset(&((struct nest *)ctx)->cpu);
}

static const struct io_ops io_ops = {.read = io_read, .write = io_write};
static const struct cpu_ops cpu_ops = {grant, init};

unsigned nest_page_clicks(unsigned type)
{
    static const u16 clicks[] = {[MAP_4K] = 64, [MAP_1K] = 16, [MAP_2K] = 32, [MAP_8K] = 128};
    return clicks[type];
}

void nest_load(struct nest *nest, unsigned level, u32 pa, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        nest_put(nest, level, pa + 2 * i, words[i]);
}

u32 nest_vmcb(const struct nest *nest, unsigned level, unsigned offset)
{
    return nest->vmcb[level] + offset;
}

u32 nest_pte(const struct nest *nest, unsigned level, u32 pa)
{
    unsigned type = ram_get(&nest->ram, nest_vmcb(nest, level, VMCB_STAT)) & STAT_TYPE;
    u32 index = (pa >> 6) / nest_page_clicks(type);

    if (map_is_outside(type))
        return nest->table[level] + 2 * index;
    return nest_vmcb(nest, level, VMCB_PTE + 2 * index);
}

/* By what the VMCBs hold, in another way than the HV's. */
u32 nest_real(const struct nest *nest, unsigned level, u32 pa)
{
    unsigned type;

    if (level == 0)
        return pa;
    type = ram_get(&nest->ram, nest_vmcb(nest, level, VMCB_STAT)) & STAT_TYPE;
    if (type == MAP_BOUNDS) {
        pa += (u32)ram_get(&nest->ram, nest_vmcb(nest, level, VMCB_BASE)) << 6;
    } else if (type != MAP_IDENTITY) {
        u32 bytes = nest_page_clicks(type) * 64u;
        u32 frame = ram_get(&nest->ram, nest_pte(nest, level, pa)) & PTE_FRAME;
        pa = (frame << 6) + pa % bytes;
    }
    return nest_real(nest, level - 1, pa);
}

u16 nest_get(const struct nest *nest, unsigned level, u32 pa)
{
    return ram_get(&nest->ram, nest_real(nest, level, pa));
}

void nest_put(struct nest *nest, unsigned level, u32 pa, u16 value)
{
    ram_put(&nest->ram, nest_real(nest, level, pa), value);
}

/* The monitor of a level, and the map of its child, whose memory is `size` clicks. Pages lie in the
 * reverse order. */
static unsigned make_level(struct nest *nest, unsigned level, unsigned type, unsigned size)
{
    u32 vmcb = NEST_VMCB << 6;
    unsigned child = size - NEST_CHILD;

    nest->vmcb[level + 1] = nest_real(nest, level, vmcb);
    nest->table[level + 1] = nest_real(nest, level, NEST_TABLE << 6);
    NEST_LOAD(nest, level, NEST_ENTRY, 0007427, 1, 0);
    NEST_LOAD(nest, level, NEST_HANDLER, 0062706, 4, 0007427, 1, 0);
    NEST_LOAD(nest, level, 0110, NEST_HANDLER, 0340);
    nest_put(nest, level, (NEST_VMTAB << 6) + 2, NEST_VMCB);
    if (type >= MAP_4K) {
        unsigned clicks = nest_page_clicks(type), pages = child / clicks;
        u32 table = map_is_outside(type) ? NEST_TABLE << 6 : vmcb + VMCB_PTE;

        child = pages * clicks;
        for (unsigned i = 0; i < pages; i++)
            nest_put(nest, level, table + 2 * i,
                     (u16)(PTE_P | PTE_W | (NEST_CHILD + (pages - 1 - i) * clicks)));
    }
    nest_put(nest, level, vmcb + VMCB_STAT, (u16)(STAT_VALID | type));
    nest_put(nest, level, vmcb + VMCB_SIZE, (u16)child);
    nest_put(nest, level, vmcb + VMCB_BASE, map_is_outside(type) ? NEST_TABLE : NEST_CHILD);
    nest_put(nest, level, vmcb + VMCB_LEN, (u16)child);
    nest_put(nest, level, vmcb + VMCB_IOMAP, NEST_IOMAP);
    for (unsigned i = 0; i < 128; i++)
        nest_put(nest, level, (NEST_IOMAP << 6) + 2 * i, 0040000);
    nest_put(nest, level, vmcb + VMCB_PC, NEST_ENTRY);
    nest_put(nest, level, vmcb + VMCB_KSP, NEST_STACK);
    nest_put(nest, level, vmcb + VMCB_CSR, HVCSR_HVE | HVCSR_STAT);
    nest_put(nest, level, vmcb + VMCB_ROOT, NEST_VMTAB);
    nest_put(nest, level, vmcb + VMCB_TLEN, 1);
    return child;
}

void nest_init(struct nest *nest, unsigned type, unsigned depth, unsigned slots)
{
    unsigned size = RAM_MAX >> 6;

    memset(nest, 0, sizeof *nest);
    assert_int_equal(ram_init(&nest->ram, RAM_MAX, NULL), 0);
    cpu_init(&nest->cpu, &nest->ram, (struct io){&io_ops, nest}, &cpu_ops, nest);
    hv_init(&nest->hv, NEST_BASE, slots);
    nest->cpu.hv = &nest->hv;
    nest->depth = depth;
    for (unsigned level = 0; level < depth; level++)
        size = make_level(nest, level, type, size);
    nest->hv.reg = (struct hv_regs){
        .csr = HVCSR_HVE | HVCSR_STAT | HVCSR_ASSOC, .root = NEST_VMTAB, .tlen = 1};
    nest->cpu.r[SP] = NEST_STACK;
    nest->cpu.r[PC] = NEST_ENTRY;
    cpu_update(&nest->cpu);
}

void nest_fini(struct nest *nest)
{
    ram_fini(&nest->ram);
}

void nest_turn(struct nest *nest, unsigned count)
{
    enum cpu_exit exit;

    while (count--)
        assert_false(cpu_turn(&nest->cpu, &exit));
}

void nest_enter(struct nest *nest)
{
    for (unsigned i = 0; nest->hv.level < nest->depth; i++) {
        assert_true(i < 200);
        nest_turn(nest, 1);
    }
}

void nest_write(struct nest *nest, u32 real, u16 value)
{
    if (hv_watches(&nest->hv, real))
        hv_write_watched(&nest->cpu, real);
    ram_put(&nest->ram, real, value);
}

struct nest *nest_begin(struct nest *nest, unsigned type, unsigned depth)
{
    nest_init(nest, type, depth, 0);
    ram_put(&nest->ram, nest_vmcb(nest, depth, VMCB_PC), NEST_CODE);
    return nest;
}

unsigned nest_until_level(struct nest *nest, unsigned level)
{
    for (unsigned i = 0; nest->hv.level != level; i++) {
        assert_true(i < 5000);
        nest_turn(nest, 1);
    }
    return level;
}

unsigned nest_until_fault(struct nest *nest)
{
    u64 faults = nest->hv.stats.faults;

    for (unsigned i = 0; nest->hv.stats.faults == faults; i++) {
        assert_true(i < 20000);
        nest_turn(nest, 1);
    }
    return nest->hv.reg.csr >> 8 & 15;
}

u16 nest_field(struct nest *nest, unsigned level, unsigned offset)
{
    return ram_get(&nest->ram, nest_vmcb(nest, level, offset));
}

void nest_set_field(struct nest *nest, unsigned level, unsigned offset, u16 value)
{
    ram_put(&nest->ram, nest_vmcb(nest, level, offset), value);
}
