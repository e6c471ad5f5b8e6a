/* find.c - references that the maps have no entry for, without leaving translated code.
 *
 * An innocuous reference to memory gets its entry, as the interpreter would enter it. A write to a
 * translated word drops its blocks, unless the one under way may be among them.
 * Registers whose reading does no harm if it is done twice, status words of devices foremost, are
 * read at the instruction's own time; translated code finds the value in struct hot. So all else of
 * the instruction may still miss, and the interpreter do it from the beginning. It does so where an
 * idle loop (cpu/idle.h) would be skipped, too.
 */
#include "jit/find.h"

#include "cpu/access.h"
#include "cpu/registers.h"
#include "jit/cache.h"

void find_store_mode(struct hot *hot)
{
    struct cpu *cpu = hot->cpu;

    if (hot->trace != HOT_TRACE_SAME)
        cpu->trace = hot->trace == HOT_TRACE_ON;
    hot->trace = HOT_TRACE_SAME;
    if (hot->ps == cpu->ps)
        return;
    cpu->ps = hot->ps; /* which holds what waits: hot.request */
    if (cpu_mode(cpu) == hot->current)
        return;
    cpu_update(cpu);
    hot->current = cpu_mode(cpu);
}

/* The instruction's own time. */
static void set_time(struct hot *hot)
{
    i64 left = hot->budget + (i32)(hot->pc >> 16 & FIND_REFUND);

    hot->cpu->icount = hot->zero - (u64)left;
}

/* A register. What the host adds the address to is an even one: of a word the lower byte is at an
 * even place as well. */
static map_entry poll(struct hot *hot, u32 va, u32 pa)
{
    bool loop = hot->pc & FIND_IDLE;

    set_time(hot);
    if (loop) {
        find_store_mode(hot);
        hot->cpu->start = (u16)hot->pc;
    }
    if (!registers_poll(hot->cpu, pa & ~1u, loop, &hot->device))
        return 0;
    return (map_entry)&hot->device - (va & ~1u);
}

/* Where an innocuous reference leads to, in a virtual machine as well. */
static bool find_real(struct cpu *cpu, const struct mmu_ref *ref, u32 *pa)
{
    if (!mmu_probe(&cpu->mmu, ref, pa))
        return false;
    return likely(!cpu->hv) || !cpu->hv->level || hv_refer_known(cpu, ref->write, pa);
}

/* A word is about to be written. False: the block under way may be made of it. */
static bool drop(struct hot *hot, u32 pa)
{
    struct cpu *cpu = hot->cpu;
    struct cache *cache = container_of(cpu->ram->code, struct cache, marks);
    const struct mmu_ref own = {(enum mode)(hot->ps >> 14), SPACE_I, (u16)hot->pc, false};
    u32 from;

    if (!cache_marked(cache, pa, pa))
        return true;
    if (!find_real(cpu, &own, &from) || cache_joins(cache, pa, from))
        return false;
    set_time(hot);
    cache->marks.written(&cache->marks, pa & ~1u, 2);
    return true;
}

map_entry find_entry(struct hot *hot, u32 va, const struct mmu_map *map, u32 write)
{
    struct cpu *cpu = hot->cpu;
    size_t number = (size_t)(map - &cpu->mmu.map[0][0]);
    const struct mmu_ref ref = {(enum mode)(number >> 1), (enum space)(number & 1), (u16)va, write};
    u32 pa;

    if (cpu->debug || cpu->mmu.mmr0 & MMR0_MAINT || !find_real(cpu, &ref, &pa))
        return 0;
    if (pa >= cpu->io_page)
        return write ? 0 : poll(hot, va, io_bus(pa));
    if (pa >= cpu->ram->size || (write && !drop(hot, pa)))
        return 0;
    return access_enter(cpu, &ref, pa);
}
