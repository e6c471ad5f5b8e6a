/* access.c - the slow way of a memory reference: relocation, the I/O page, faults, map entries.
 *
 * Order of the checks: an odd address is found before any cycle begins; the KT11-C aborts before
 * the bus cycle, so a reference that is both forbidden and non-existent aborts with 250.
 */
#include "cpu/access.h"

#include "cpu/registers.h"

/* The physical address of a reference. The MMU's abort freezes MMR1 and MMR2 at what they hold. */
static enum trap relocate(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, u32 *pa)
{
    struct mmu *mmu = &cpu->mmu;
    bool frozen = mmu->mmr0 & MMR0_FREEZE;
    enum trap trap;

    if (!(mmu->mmr0 & MMR0_ENABLE) && !(mmu->mmr0 & MMR0_MAINT && flags & REF_DST)) {
        *pa = mmu_bare(ref->va);
        return TRAP_NONE;
    }
    trap = mmu_relocate(mmu, ref, pa);
    if (trap && !frozen) {
        mmu->mmr1 = (u16)cpu->changes;
        mmu->mmr2 = cpu->start;
    }
    if (trap && cpu->watch)
        cpu->watch->abort(cpu->watch->ctx, ref);
    if (mmu->trap_request) {
        mmu->trap_request = false;
        cpu->attention |= ATTN_MMU;
    }
    return trap;
}

/* Enter the block of a reference to memory into its map, where further ones are innocuous. */
static void map_enter(struct cpu *cpu, const struct mmu_ref *ref, u32 pa)
{
    struct mmu *mmu = &cpu->mmu;
    struct mmu_map *map = &mmu->map[ref->mode][mmu_space(mmu, ref->mode, ref->space)];
    map_entry *entry = ref->write ? &map->write[ref->va >> 6] : &map->read[ref->va >> 6];

    if (mmu->mmr0 & MMR0_ENABLE ? mmu_cacheable(mmu, ref) : !(mmu->mmr0 & MMR0_MAINT))
        *entry = (map_entry)(cpu->ram->base + pa) - ref->va;
}

/* Find what a reference reaches: *host in memory, or NULL and a physical address in the I/O page.
 * A bus time-out where nothing is. */
static enum trap resolve(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, u8 **host,
                         u32 *pa)
{
    enum trap trap = relocate(cpu, ref, flags, pa);

    if (trap)
        return trap;
    *host = NULL;
    if (*pa >= IO_PAGE)
        return TRAP_NONE;
    if (*pa >= cpu->ram->size)
        return TRAP_BUS;
    *host = cpu->ram->base + *pa;
    map_enter(cpu, ref, *pa);
    return TRAP_NONE;
}

static struct mmu_ref make_ref(enum mode mode, unsigned flags, u16 va, bool write)
{
    return (struct mmu_ref){mode, (enum space)(flags & 1), va, write};
}

enum trap access_read_mode(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 *value)
{
    struct mmu_ref ref = make_ref(mode, flags, va, false);
    enum trap trap;
    u8 *host;
    u32 pa;

    if (va & 1)
        return TRAP_ODD;
    trap = resolve(cpu, &ref, flags, &host, &pa);
    if (trap)
        return trap;
    if (!host)
        return registers_read(cpu, pa, &ref, IO_DATI, value) ? TRAP_NONE : TRAP_BUS;
    *value = word_get(host);
    return TRAP_NONE;
}

enum trap access_write_mode(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 value)
{
    struct mmu_ref ref = make_ref(mode, flags, va, true);
    enum trap trap;
    u8 *host;
    u32 pa;

    if (va & 1)
        return TRAP_ODD;
    trap = resolve(cpu, &ref, flags, &host, &pa);
    if (trap)
        return trap;
    if (!host)
        return registers_write(cpu, pa, &ref, IO_DATO, value) ? TRAP_NONE : TRAP_BUS;
    word_put(host, value);
    return TRAP_NONE;
}

enum trap access_read(struct cpu *cpu, unsigned ref, u16 va, u16 *value)
{
    return access_read_mode(cpu, cpu_mode(cpu), ref, va, value);
}

enum trap access_write(struct cpu *cpu, unsigned ref, u16 va, u16 value)
{
    return access_write_mode(cpu, cpu_mode(cpu), ref, va, value);
}

enum trap access_readb(struct cpu *cpu, unsigned flags, u16 va, u8 *value)
{
    struct mmu_ref ref = make_ref(cpu_mode(cpu), flags, va, false);
    enum trap trap;
    u16 word;
    u8 *host;
    u32 pa;

    trap = resolve(cpu, &ref, flags, &host, &pa);
    if (trap)
        return trap;
    if (host) {
        *value = *host;
        return TRAP_NONE;
    }
    if (!registers_read(cpu, pa & ~1u, &ref, IO_DATI, &word))
        return TRAP_BUS;
    *value = (u8)(pa & 1 ? word >> 8 : word);
    return TRAP_NONE;
}

enum trap access_writeb(struct cpu *cpu, unsigned flags, u16 va, u8 value)
{
    struct mmu_ref ref = make_ref(cpu_mode(cpu), flags, va, true);
    enum trap trap;
    u8 *host;
    u32 pa;

    trap = resolve(cpu, &ref, flags, &host, &pa);
    if (trap)
        return trap;
    if (!host)
        return registers_write(cpu, pa, &ref, IO_DATOB, value) ? TRAP_NONE : TRAP_BUS;
    *host = value;
    return TRAP_NONE;
}

enum trap access_modify(struct cpu *cpu, unsigned flags, u16 va, u8 **host, u16 *value)
{
    struct mmu_ref ref = make_ref(cpu_mode(cpu), flags, va, true);
    enum trap trap;

    if (va & 1)
        return TRAP_ODD;
    trap = resolve(cpu, &ref, flags, host, &cpu->rmw_pa);
    if (trap)
        return trap;
    if (*host)
        *value = word_get(*host);
    else if (!registers_read(cpu, cpu->rmw_pa, &ref, IO_DATIP, value))
        return TRAP_BUS;
    return TRAP_NONE;
}

enum trap access_modifyb(struct cpu *cpu, unsigned flags, u16 va, u8 **host, u8 *value)
{
    struct mmu_ref ref = make_ref(cpu_mode(cpu), flags, va, true);
    enum trap trap;
    u16 word;

    trap = resolve(cpu, &ref, flags, host, &cpu->rmw_pa);
    if (trap)
        return trap;
    if (*host) {
        *value = **host;
        return TRAP_NONE;
    }
    if (!registers_read(cpu, cpu->rmw_pa & ~1u, &ref, IO_DATIP, &word))
        return TRAP_BUS;
    *value = (u8)(cpu->rmw_pa & 1 ? word >> 8 : word);
    return TRAP_NONE;
}

/* Who answered the DATIP answers the DATO; a write-only place to fail is not known. */
void access_finish(struct cpu *cpu, u16 value)
{
    (void)registers_write(cpu, cpu->rmw_pa, NULL, IO_DATO, value);
}

void access_finishb(struct cpu *cpu, u8 value)
{
    (void)registers_write(cpu, cpu->rmw_pa, NULL, IO_DATOB, value);
}
