/* access.c - the slow way of a memory reference: relocation, the I/O page, faults, map entries.
 *
 * Order of the checks: an odd address is found before any cycle begins; the KT11-C aborts before
 * the bus cycle, so a reference that is both forbidden and non-existent aborts with 250.
 */
#include "cpu/access.h"

#include "cpu/assist.h"
#include "cpu/debug.h"
#include "cpu/registers.h"
#include "cpu/watch.h"

/* The physical address of a reference. The MMU's abort freezes MMR1 and MMR2 at what they hold. */
static enum trap relocate(struct cpu *cpu, const struct mmu_ref *ref, unsigned flags, u32 *pa)
{
    struct mmu *mmu = &cpu->mmu;
    bool frozen = mmu->mmr0 & MMR0_FREEZE;
    enum trap trap;

    if (!(mmu->mmr0 & MMR0_ENABLE) && !(mmu->mmr0 & MMR0_MAINT && flags & REF_DST)) {
        *pa = mmu_bare(mmu, ref->va);
        return TRAP_NONE;
    }
    trap = mmu_relocate(mmu, ref, pa);
    if (trap && !frozen) {
        mmu->mmr1 = (u16)cpu->changes;
        mmu->mmr2 = cpu->start;
    }
    if (trap && cpu->watch)
        watch_abort(cpu, ref);
    if (trap && cpu->debug)
        debug_abort(cpu, ref);
    if (mmu->trap_request) {
        mmu->trap_request = false;
        cpu->attention |= ATTN_MMU;
    }
    return trap;
}

/* Enter the block of a reference to memory into its map, where further ones are innocuous. */
static map_entry map_enter(struct cpu *cpu, const struct mmu_ref *ref, u32 pa)
{
    struct mmu *mmu = &cpu->mmu;
    struct mmu_map *map = &mmu->map[ref->mode][mmu_space(mmu, ref->mode, ref->space)];
    const struct ram_code *code = cpu->ram->code;
    map_entry *table = map->read;

    if (cpu->referenced || (cpu->debug && debug_covers(cpu, ref, pa)))
        return 0;
    if (unlikely(cpu->hv) && !hv_mappable(cpu->hv, ref->write, pa))
        return 0;
    if (ref->write)
        table = code && code->granule[pa >> 6] ? map->code : map->write;
    if (!(mmu->mmr0 & MMR0_ENABLE ? mmu_cacheable(mmu, ref) : !(mmu->mmr0 & MMR0_MAINT)))
        return 0;
    /* At the top a stack write wraps round to the limit: operand_stack_limit(). */
    if (ref->write && map_block(ref->va) == MAP_BLOCKS - 1 && (ref->mode == MODE_K || cpu->vmx))
        return 0;
    if (mmu->keep)
        mmu_keep(mmu, ref);
    mmu->filled[ref->mode][mmu_space(mmu, ref->mode, ref->space)] |= 1ull << (ref->va >> 10);
    if (ref->write && unlikely(cpu->hv))
        hv_add_writer(
            cpu->hv, pa,
            hv_writer(ref->mode, mmu_space(mmu, ref->mode, ref->space), map_block(ref->va)));
    return table[ref->va >> 6] = (map_entry)(cpu->ram->base + pa) - ref->va;
}

map_entry access_enter(struct cpu *cpu, const struct mmu_ref *ref, u32 pa)
{
    struct mmu *mmu = &cpu->mmu;
    map_entry entry = map_enter(cpu, ref, pa);

    if (entry && ref->write && mmu->mmr0 & MMR0_ENABLE)
        mmu->pdr[ref->mode][mmu_space(mmu, ref->mode, ref->space)][ref->va >> 13] |= PDR_W;
    return entry;
}

/* What a reference reaches: memory at `host`, or (host NULL) the I/O page at `pa`; from
 * ASSIST_PLACE on it is VM-assist's. */
struct place {
    struct mmu_ref ref;
    u8 *host;
    u32 pa;
};

enum purpose { READS, WRITES, MODIFIES };

static enum cpu_access access_of(unsigned flags, enum purpose purpose)
{
    switch (purpose) {
    case READS: return flags == SPACE_I ? ACCESS_FETCH : ACCESS_READ;
    case WRITES: return ACCESS_WRITE;
    case MODIFIES: break;
    }
    return ACCESS_MODIFY;
}

/* In a virtual machine, where the physical address is its own. */
static enum trap refer_virtual(struct cpu *cpu, struct place *place, unsigned flags, unsigned size)
{
    if (place->pa < IO_PAGE || !hv_has_register(cpu->hv, place->pa))
        return hv_refer(cpu, &place->ref, flags, size, &place->pa);
    place->pa |= cpu->ram->wide;
    return TRAP_NONE;
}

/* Find the place of a reference of `size` bytes. A bus time-out where nothing is. */
static enum trap find(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, unsigned size,
                      enum purpose purpose, struct place *place)
{
    enum trap trap;

    if (size == 2 && va & 1)
        return TRAP_ODD;
    place->ref = (struct mmu_ref){mode, (enum space)(flags & 1), va, purpose != READS};
    place->host = NULL;
    if (unlikely(cpu->vmx) && cpu->vmx->vacsr & VACSR_REFER && mode == cpu_mode(cpu) &&
        assist_refer(cpu, &place->ref, &place->pa))
        return TRAP_NONE;
    trap = relocate(cpu, &place->ref, flags, &place->pa);
    if (!trap && unlikely(cpu->hv) && cpu->hv->level)
        trap = refer_virtual(cpu, place, flags, size);
    if (trap)
        return trap;
    if (place->pa < cpu->io_page) {
        if (place->pa >= cpu->ram->size)
            return TRAP_BUS;
        place->host = cpu->ram->base + place->pa;
        map_enter(cpu, &place->ref, place->pa);
        if (purpose != READS)
            ram_wrote(cpu->ram, place->pa, size);
        if (purpose != READS && unlikely(cpu->hv) && hv_watches(cpu->hv, place->pa))
            hv_write_watched(cpu, place->pa);
    }
    if (cpu->referenced)
        watch_reference(cpu, &place->ref, access_of(flags, purpose), place->pa);
    if (cpu->debug)
        debug_reference(cpu, &place->ref, size, flags == SPACE_I && purpose == READS,
                        purpose == MODIFIES, place->pa, place->host);
    return TRAP_NONE;
}

/* A word of the I/O page. */
static bool io_load(struct cpu *cpu, const struct place *place, enum io_cycle cycle, u16 *value)
{
    if (likely(place->pa < ASSIST_PLACE))
        return registers_read(cpu, io_bus(place->pa) & ~1u, &place->ref, cycle, value);
    *value = assist_read(cpu, place->pa);
    return true;
}

static enum trap io_store(struct cpu *cpu, const struct place *place, enum io_cycle cycle,
                          u16 value)
{
    u32 pa;

    if (likely(place->pa < ASSIST_PLACE))
        return registers_write(cpu, io_bus(place->pa), &place->ref, cycle, value) ? TRAP_NONE
                                                                                  : TRAP_BUS;
    return assist_write(cpu, place->pa, &place->ref, cycle, value)
               ? TRAP_NONE
               : relocate(cpu, &place->ref, 0, &pa);
}

static enum trap load(struct cpu *cpu, const struct place *place, enum io_cycle cycle, u16 *value)
{
    if (place->host)
        *value = word_get(place->host);
    else if (!io_load(cpu, place, cycle, value))
        return TRAP_BUS;
    return TRAP_NONE;
}

/* A byte of the I/O page is half of the word that the device puts on the bus. */
static enum trap loadb(struct cpu *cpu, const struct place *place, enum io_cycle cycle, u8 *value)
{
    u16 word;

    if (place->host) {
        *value = *place->host;
        return TRAP_NONE;
    }
    if (!io_load(cpu, place, cycle, &word))
        return TRAP_BUS;
    *value = (u8)(place->pa & 1 ? word >> 8 : word);
    return TRAP_NONE;
}

static enum trap read_word(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 *value)
{
    struct place place;
    enum trap trap = find(cpu, mode, flags, va, 2, READS, &place);

    return trap ? trap : load(cpu, &place, IO_DATI, value);
}

static enum trap write_word(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 value)
{
    struct place place;
    enum trap trap = find(cpu, mode, flags, va, 2, WRITES, &place);

    if (trap)
        return trap;
    if (!place.host)
        return io_store(cpu, &place, IO_DATO, value);
    word_put(place.host, value);
    return TRAP_NONE;
}

static struct mmu_map *map_of(struct cpu *cpu, enum mode mode, unsigned flags)
{
    return &cpu->mmu.map[mode][mmu_space(&cpu->mmu, mode, (enum space)(flags & 1))];
}

enum trap access_read_mode(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 *value)
{
    map_entry entry = map_of(cpu, mode, flags)->read[map_block(va)];

    if (unlikely(!entry || va & 1))
        return read_word(cpu, mode, flags, va, value);
    *value = word_get((const u8 *)(entry + va));
    return TRAP_NONE;
}

enum trap access_write_mode(struct cpu *cpu, enum mode mode, unsigned flags, u16 va, u16 value)
{
    map_entry entry = map_of(cpu, mode, flags)->write[map_block(va)];

    if (unlikely(!entry || va & 1))
        return write_word(cpu, mode, flags, va, value);
    word_put((u8 *)(entry + va), value);
    return TRAP_NONE;
}

enum trap access_fetch(struct cpu *cpu, u16 *insn)
{
    enum trap trap;

    if (cpu->debug && debug_fetch(cpu))
        return TRAP_BREAK;
    cpu->changes = 0;
    cpu->start = cpu->r[PC];
    trap = access_read(cpu, SPACE_I, cpu->r[PC], insn);
    if (!trap)
        cpu->r[PC] = (u16)(cpu->r[PC] + 2);
    return trap;
}

enum trap access_read(struct cpu *cpu, unsigned ref, u16 va, u16 *value)
{
    return read_word(cpu, cpu_mode(cpu), ref, va, value);
}

enum trap access_write(struct cpu *cpu, unsigned ref, u16 va, u16 value)
{
    return write_word(cpu, cpu_mode(cpu), ref, va, value);
}

enum trap access_readb(struct cpu *cpu, unsigned flags, u16 va, u8 *value)
{
    struct place place;
    enum trap trap = find(cpu, cpu_mode(cpu), flags, va, 1, READS, &place);

    return trap ? trap : loadb(cpu, &place, IO_DATI, value);
}

enum trap access_writeb(struct cpu *cpu, unsigned flags, u16 va, u8 value)
{
    struct place place;
    enum trap trap = find(cpu, cpu_mode(cpu), flags, va, 1, WRITES, &place);

    if (trap)
        return trap;
    if (!place.host)
        return io_store(cpu, &place, IO_DATOB, value);
    *place.host = value;
    return TRAP_NONE;
}

/* What the DATO of a DATIP is to know. */
static void modify_begin(struct cpu *cpu, const struct place *place)
{
    cpu->rmw_pa = place->pa;
    cpu->rmw_ref = place->ref;
    if (unlikely(place->pa >= ASSIST_PLACE))
        assist_note(cpu);
}

enum trap access_modify(struct cpu *cpu, unsigned flags, u16 va, u8 **host, u16 *value)
{
    struct place place;
    enum trap trap = find(cpu, cpu_mode(cpu), flags, va, 2, MODIFIES, &place);

    if (trap)
        return trap;
    *host = place.host;
    modify_begin(cpu, &place);
    return load(cpu, &place, IO_DATIP, value);
}

enum trap access_modifyb(struct cpu *cpu, unsigned flags, u16 va, u8 **host, u8 *value)
{
    struct place place;
    enum trap trap = find(cpu, cpu_mode(cpu), flags, va, 1, MODIFIES, &place);

    if (trap)
        return trap;
    *host = place.host;
    modify_begin(cpu, &place);
    return loadb(cpu, &place, IO_DATIP, value);
}

/* Who answered the DATIP answers the DATO; a write-only place to fail is not known. VM-assist may
 * refuse: then it is the DATIP that aborts. */
static enum trap modify_end(struct cpu *cpu, enum io_cycle cycle, u16 value)
{
    const struct place place = {.ref = cpu->rmw_ref, .pa = cpu->rmw_pa};
    u32 pa;

    if (likely(place.pa < ASSIST_PLACE)) {
        (void)io_store(cpu, &place, cycle, value);
        return TRAP_NONE;
    }
    if (assist_write(cpu, place.pa, &place.ref, cycle, value))
        return TRAP_NONE;
    assist_back(cpu);
    return relocate(cpu, &place.ref, 0, &pa);
}

enum trap access_finish(struct cpu *cpu, u16 value)
{
    return modify_end(cpu, IO_DATO, value);
}

enum trap access_finishb(struct cpu *cpu, u8 value)
{
    return modify_end(cpu, IO_DATOB, value);
}
