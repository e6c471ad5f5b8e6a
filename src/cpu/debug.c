/* debug.c - stops for a debugger: see debug.h.
 *
 * A stop before an instruction must leave no trace. The service that found nothing to do before it
 * has changed two things, ATTN_PROTECT and the T flip-flop: debug_served() keeps what they were,
 * and debug_fetch() puts that back when it stops. MMR1 and MMR2 still tell of the instruction
 * before, since access_fetch() asks before it touches them.
 */
#include "cpu/debug.h"

#include <string.h>

void debug_add(struct cpu_debug *debug, struct debug_point *point)
{
    struct debug_point **link = &debug->points;

    while (*link)
        link = &(*link)->next;
    point->next = NULL;
    point->hit = false;
    *link = point;
}

void debug_remove(struct cpu_debug *debug, struct debug_point *point)
{
    struct debug_point **link = &debug->points;

    while (*link && *link != point)
        link = &(*link)->next;
    if (*link)
        *link = point->next;
}

void debug_use(struct cpu *cpu, struct cpu_debug *debug)
{
    bool used = debug && (debug->points || debug->flow_stop);

    if (cpu->debug)
        debug_clear(cpu);
    cpu->debug = used ? debug : NULL;
    cpu->debug_version++;
    mmu_flush(&cpu->mmu);
}

void debug_clear(struct cpu *cpu)
{
    cpu->attention &= ~ATTN_DEBUG;
    if (!cpu->debug)
        return;
    for (struct debug_point *point = cpu->debug->points; point; point = point->next)
        point->hit = false;
}

void debug_pass(struct cpu *cpu)
{
    struct cpu_debug *debug = cpu->debug;

    if (!debug)
        return;
    debug->passes = true;
    debug->pass_icount = cpu->icount;
    debug->pass_pc = cpu->r[PC];
}

/* The first hit of a point since the last stop counts. False: it has been hit already. */
static bool point_hit(struct cpu *cpu, struct debug_point *point)
{
    const struct cpu_debug *debug = cpu->debug;

    cpu->attention |= ATTN_DEBUG;
    if (point->hit)
        return false;
    point->hit = true;
    point->at = (struct debug_hit){
        .icount = cpu->icount,
        .flows = debug_flows(cpu),
        .flow = debug->in_flow,
        .vector = debug->flow_vector,
        .pc = cpu->start,
        .mode = cpu_mode(cpu),
    };
    return true;
}

void debug_note(struct cpu *cpu, struct debug_point *point)
{
    if (cpu->debug)
        point_hit(cpu, point);
}

/* Is the mode and space of the reference one that the point is for? Where the mode has no D space
 * of its own, both names mean the same. */
static bool space_matches(const struct cpu *cpu, const struct debug_point *point, enum mode mode,
                          enum space space)
{
    if (!(point->modes >> mode & 1))
        return false;
    if (mmu_space(&cpu->mmu, mode, SPACE_D) == SPACE_I)
        return true;
    return point->spaces >> space & 1;
}

static bool overlaps(const struct debug_point *point, u32 first, u32 last)
{
    return point->first <= last && first <= point->last;
}

/* Does the point lie in the range of `size` bytes, as the reference names it or where it is? */
static bool point_in(const struct cpu *cpu, const struct debug_point *point, enum mode mode,
                     enum space space, u32 va, u32 pa, unsigned size)
{
    if (point->kind == DEBUG_VIRTUAL)
        return space_matches(cpu, point, mode, space) && overlaps(point, va, va + size - 1);
    return point->kind == DEBUG_PHYSICAL && overlaps(point, pa, pa + size - 1);
}

bool debug_covers(const struct cpu *cpu, const struct mmu_ref *ref, u32 pa)
{
    unsigned access = ref->write ? DEBUG_WRITE | DEBUG_READ : DEBUG_READ | DEBUG_EXEC;

    for (const struct debug_point *point = cpu->debug->points; point; point = point->next)
        if (point->access & access &&
            point_in(cpu, point, ref->mode, ref->space, ref->va & ~077u, pa & ~077u, 0100))
            return true;
    return false;
}

void debug_reference(struct cpu *cpu, const struct mmu_ref *ref, unsigned size, bool program,
                     bool modify, u32 pa, const u8 *host)
{
    unsigned access = ref->write ? DEBUG_WRITE | (modify ? DEBUG_READ : 0) : DEBUG_READ;

    cpu->debug->looks++;
    if (program)
        return;
    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        struct debug_hit *hit = &point->at;

        if (!(point->access & access) ||
            !point_in(cpu, point, ref->mode, ref->space, ref->va, pa, size))
            continue;
        if (!point_hit(cpu, point))
            continue;
        hit->access = (u8)access;
        hit->byte = size == 1;
        hit->mode = ref->mode;
        hit->space = ref->space;
        hit->va = ref->va;
        hit->pa = pa;
        if (host)
            hit->before = size == 1 ? *host : word_get(host);
        hit->after = hit->before;
    }
}

void debug_npr(struct cpu *cpu, u32 pa, bool write, u16 before, u16 after)
{
    unsigned access = write ? DEBUG_WRITE : DEBUG_READ;

    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        struct debug_hit *hit = &point->at;

        if (point->kind != DEBUG_PHYSICAL || !(point->access & access) ||
            !overlaps(point, pa, pa + 1))
            continue;
        if (!point_hit(cpu, point))
            continue;
        hit->npr = true;
        hit->access = (u8)access;
        hit->pa = pa;
        hit->before = before;
        hit->after = after;
    }
}

void debug_io(struct cpu *cpu, u32 pa, enum io_cycle cycle, u16 value)
{
    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        struct debug_hit *hit = &point->at;

        if (!point->hit || hit->icount != cpu->icount || hit->npr || !hit->access ||
            hit->pa < cpu->io_page || (io_bus(hit->pa) & ~1u) != (pa & ~1u))
            continue;
        if (cycle == IO_DATI || cycle == IO_DATIP)
            hit->before = hit->byte && hit->pa & 1 ? value >> 8 : value;
        hit->after = value;
        if (hit->byte) {
            hit->before &= 0377;
            hit->after = cycle == IO_DATOB ? value & 0377 : hit->before;
        }
    }
}

/* The physical address of an instruction, without a reference. */
static u32 program_pa(const struct cpu *cpu, u16 va)
{
    const struct mmu *mmu = &cpu->mmu;
    u32 pa = mmu_bare(mmu, va);

    if (mmu->mmr0 & MMR0_ENABLE)
        pa = mmu_mapped(mmu, cpu_mode(cpu), SPACE_I, va);
    if (cpu->hv && cpu->hv->level)
        (void)hv_look(cpu, &pa);
    return pa;
}

static bool fetch_matches(const struct cpu *cpu, const struct debug_point *point)
{
    u16 va = cpu->r[PC];

    return point->access & DEBUG_EXEC &&
           point_in(cpu, point, cpu_mode(cpu), SPACE_I, va, program_pa(cpu, va), 1);
}

static bool passed(const struct cpu *cpu)
{
    const struct cpu_debug *debug = cpu->debug;

    return debug->passes && debug->pass_icount == cpu->icount && debug->pass_pc == cpu->r[PC];
}

bool debug_would_stop(const struct cpu *cpu)
{
    if (passed(cpu))
        return false;
    for (const struct debug_point *point = cpu->debug->points; point; point = point->next)
        if (fetch_matches(cpu, point))
            return true;
    return false;
}

bool debug_fetch(struct cpu *cpu)
{
    struct cpu_debug *debug = cpu->debug;
    u32 pending = cpu->attention & ATTN_DEBUG;

    debug->looks++;
    if (!debug_would_stop(cpu))
        return false;
    for (struct debug_point *point = debug->points; point; point = point->next) {
        if (!fetch_matches(cpu, point) || !point_hit(cpu, point))
            continue;
        point->at.access = DEBUG_EXEC;
        point->at.pc = cpu->r[PC];
        point->at.va = cpu->r[PC];
        point->at.pa = program_pa(cpu, cpu->r[PC]);
    }
    cpu->attention = (cpu->attention & ~ATTN_DEBUG) | pending;
    debug_pass(cpu);
    if (debug->undo && debug->undo_icount == cpu->icount) {
        cpu->attention |= debug->undo_attention;
        cpu->trace = debug->undo_trace;
        debug->undo = false;
    }
    return true;
}

void debug_served(struct cpu *cpu, u32 attention, bool trace)
{
    cpu->debug->undo = true;
    cpu->debug->undo_icount = cpu->icount;
    cpu->debug->undo_attention = attention & ATTN_PROTECT;
    cpu->debug->undo_trace = trace;
}

void debug_counted(struct cpu *cpu)
{
    const struct cpu_debug *debug = cpu->debug;

    if (debug->flow_stop && debug->flow_icount == cpu->icount && debug->flow_count == cpu->flows)
        cpu->attention |= ATTN_DEBUG;
}

void debug_flow(struct cpu *cpu, bool begins, u16 vector)
{
    cpu->debug->in_flow = begins;
    cpu->debug->flow_vector = vector;
}

void debug_vector(struct cpu *cpu, enum cpu_cause cause, u16 vector)
{
    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        if (point->kind != DEBUG_VECTOR || !overlaps(point, vector, vector) ||
            !(point->causes >> cause & 1) || !point_hit(cpu, point))
            continue;
        point->at.vector = vector;
        point->at.cause = cause;
    }
}

void debug_mode(struct cpu *cpu, enum mode mode)
{
    for (struct debug_point *point = cpu->debug->points; point; point = point->next)
        if (point->kind == DEBUG_MODE && point->modes >> mode & 1)
            point_hit(cpu, point);
}

void debug_abort(struct cpu *cpu, const struct mmu_ref *ref)
{
    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        struct debug_hit *hit = &point->at;

        if (point->kind != DEBUG_ABORT || !(point->modes >> ref->mode & 1) ||
            !overlaps(point, ref->va, ref->va) || !point_hit(cpu, point))
            continue;
        hit->access = ref->write ? DEBUG_WRITE : DEBUG_READ;
        hit->mode = ref->mode;
        hit->space = ref->space;
        hit->va = ref->va;
    }
}

void debug_complete(struct cpu *cpu)
{
    cpu->attention &= ~ATTN_DEBUG;
    if (!cpu->debug)
        return;
    for (struct debug_point *point = cpu->debug->points; point; point = point->next) {
        struct debug_hit *hit = &point->at;
        const u8 *at = cpu->ram->base + hit->pa;

        if (point->hit && hit->access & DEBUG_WRITE && point->kind != DEBUG_ABORT && !hit->npr &&
            hit->pa < cpu->ram->size)
            hit->after = hit->byte ? *at : word_get(at);
    }
}
