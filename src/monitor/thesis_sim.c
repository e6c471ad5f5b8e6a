/* thesis_sim.c - the simulators: one for each sensitive instruction of appendix C.
 *
 * The column `sens` of isa.def says what is sensitive; each such operation has a row here, and the
 * milestone at which it is simulated. Before that the instructions of appendix D.VII.7 are NOPs,
 * and those that need interrupts end the job.
 *
 * A simulator begins with PC behind the instruction's first word and the processor in the job's
 * user mode, so operands are found by the bare machine's own addressing modes and pages. What the
 * instruction would do to the machine, it does to the virtual PSW, the virtual stack pointers, the
 * terminal. The virtual machine has no memory management: all of its modes see the same memory.
 */
#include "base/assert.h"
#include "bus/unibus.h"
#include "cpu/operand.h"
#include "cpu/registers.h"
#include "dev/csr.h"
#include "monitor/thesis_impl.h"

#define MODE_DIRECT_INDEX 6u

/* An instruction under simulation. */
struct sim {
    struct thesis *t;
    struct cpu *cpu;
    u16 addr, insn;
    u16 next; /* PC behind all of it */
    enum verdict verdict;
};

typedef enum verdict sim_fn(struct sim *s);

/* What an operand refers to. */
struct place {
    bool io;
    u16 va;
};

static enum mode virtual_mode(const struct thesis *t)
{
    return (enum mode)(t->ps >> 14);
}

/* An operand's reference cannot be made: s->verdict tells. Returns false. */
static bool refuse(struct sim *s, enum trap trap)
{
    if (trap == TRAP_MMU)
        s->verdict = restrict_job(s->t, R_IO, s->addr, "refers to %06o", s->t->event.va);
    else if (s->t->milestone < 2)
        s->verdict = restrict_job(s->t, R_INTERRUPT, s->addr, "trap to 4: an odd address");
    else
        s->verdict = dispatch_virtual(s->t, 4, s->cpu->r[PC]);
    s->cpu->mmu.mmr0 = MMR0_ENABLE;
    return false;
}

/* Find the word operand `spec` of mode 1 to 7. In the I/O page only what a MOV by direct index
 * reaches of the LA30 is found. */
static bool find(struct sim *s, unsigned spec, struct place *place)
{
    unsigned ref;
    enum trap trap = operand_address(s->cpu, spec, 2, &place->va, &ref);

    if (trap)
        return refuse(s, trap);
    place->io = place->va >= JOB_SIZE;
    if (place->va & 1)
        return refuse(s, TRAP_ODD);
    if (!place->io)
        return true;
    s->t->event.va = place->va;
    if (s->insn >> 12 != 1 || spec >> 3 != MODE_DIRECT_INDEX || place->va < LA30_RCSR ||
        place->va > LA30_XBUF)
        return refuse(s, TRAP_MMU);
    return true;
}

/* A register of the LA30, which is the real machine's console. */
static u32 io_address(u16 va)
{
    return IO_PAGE | va;
}

static bool read_io(struct sim *s, u16 va, u16 *value)
{
    if (!registers_read(s->cpu, io_address(va), NULL, IO_DATI, value))
        return refuse(s, TRAP_BUS);
    if (va == LA30_RBUF || (va == LA30_RCSR && *value & CSR_DONE))
        la30_served(s->t);
    else if (va == LA30_RCSR && !la30_asked(s->t))
        s->verdict = BREAK;
    vmm_show(s->t, "la30 read %06o=%06o polls=%u", va, *value, s->t->polls);
    return true;
}

static bool write_io(struct sim *s, u16 va, u16 value)
{
    if (s->t->milestone < 2 && va != LA30_XBUF && va != LA30_RBUF && value & CSR_IE) {
        s->verdict = restrict_job(s->t, R_INTERRUPT, s->addr, "enables interrupts");
        return false;
    }
    if (!registers_write(s->cpu, io_address(va), NULL, IO_DATO, value))
        return refuse(s, TRAP_BUS);
    if (va == LA30_XBUF)
        la30_served(s->t);
    vmm_show(s->t, "la30 write %06o=%06o", va, value);
    return true;
}

static bool read_place(struct sim *s, const struct place *place, u16 *value)
{
    if (place->io)
        return read_io(s, place->va, value);
    *value = job_get(s->t, place->va);
    return true;
}

static bool write_place(struct sim *s, const struct place *place, u16 value)
{
    if (place->io)
        return write_io(s, place->va, value);
    job_put(s->t, place->va, value);
    return true;
}

static bool push(struct sim *s, u16 value)
{
    enum trap trap = operand_push(s->cpu, value);

    return trap ? refuse(s, trap) : true;
}

static bool pop(struct sim *s, u16 *value)
{
    enum trap trap = operand_pop(s->cpu, value);

    return trap ? refuse(s, trap) : true;
}

/* --- group I: they trap to the real machine ------------------------------------------------- */

static enum verdict sim_halt(struct sim *s)
{
    if (virtual_mode(s->t) == MODE_K)
        return DONE;
    return dispatch_virtual(s->t, 4, s->next);
}

static enum verdict sim_bpt(struct sim *s)
{
    return dispatch_virtual(s->t, 014, s->next);
}

static enum verdict sim_iot(struct sim *s)
{
    return dispatch_virtual(s->t, 020, s->next);
}

static enum verdict sim_emt(struct sim *s)
{
    return dispatch_virtual(s->t, 030, s->next);
}

/* --- group II: they change the PSW, or wait ------------------------------------------------- */

/* RTI and RTT; outside virtual kernel mode the mode can only be raised, as on the real one. */
static bool return_from_trap(struct sim *s)
{
    u16 pc, ps;

    if (!pop(s, &pc) || !pop(s, &ps))
        return false;
    if (virtual_mode(s->t) != MODE_K)
        ps = (u16)((ps & 0174037u) | (s->t->ps & 0174340u));
    job_set_ps(s->t, ps);
    s->cpu->r[PC] = pc;
    return true;
}

static enum verdict sim_rti(struct sim *s)
{
    if (return_from_trap(s))
        s->cpu->trace = true;
    return s->verdict;
}

static enum verdict sim_rtt(struct sim *s)
{
    if (return_from_trap(s))
        s->cpu->trace = false;
    return s->verdict;
}

static enum verdict sim_wait(struct sim *s)
{
    s->cpu->attention |= ATTN_WAIT;
    s->cpu->trace = false;
    return GO;
}

/* --- group III: the previous mode's space --------------------------------------------------- */

/* The stack pointer of the previous mode of the virtual PSW. */
static u16 *previous_sp(struct sim *s)
{
    unsigned previous = s->t->ps >> 12 & 3;

    return previous == (unsigned)virtual_mode(s->t) ? &s->cpu->r[SP] : &s->t->sp[previous];
}

static enum verdict sim_move_from(struct sim *s)
{
    unsigned spec = s->insn & 077u;
    struct place place;
    u16 value;

    if (spec == SP)
        value = *previous_sp(s);
    else if (spec < 8)
        value = s->cpu->r[spec];
    else if (!find(s, spec, &place) || !read_place(s, &place, &value))
        return s->verdict;
    if (push(s, value))
        alu_logic(&s->cpu->cc, value);
    return s->verdict;
}

static enum verdict sim_move_to(struct sim *s)
{
    unsigned spec = s->insn & 077u;
    struct place place;
    u16 value;

    if (!pop(s, &value))
        return s->verdict;
    if (spec == SP)
        *previous_sp(s) = value;
    else if (spec < 8)
        s->cpu->r[spec] = value;
    else if (!find(s, spec, &place) || !write_place(s, &place, value))
        return s->verdict;
    alu_logic(&s->cpu->cc, value);
    return s->verdict;
}

/* --- group IV: nothing happens in user mode ------------------------------------------------- */

static enum verdict sim_reset(struct sim *s)
{
    if (virtual_mode(s->t) == MODE_K)
        bus_reset(&s->t->machine->bus);
    return GO;
}

static enum verdict sim_spl(struct sim *s)
{
    if (virtual_mode(s->t) == MODE_K)
        job_set_ps(s->t, (u16)((job_ps(s->t) & ~PS_PRIO) | (s->insn & 7u) << 5));
    s->cpu->attention |= ATTN_PROTECT; /* the next instruction comes before any request */
    return GO;
}

/* --- group V ---------------------------------------------------------------------------------- */

static enum verdict sim_mov(struct sim *s)
{
    unsigned source = s->insn >> 6 & 077u, target = s->insn & 077u;
    struct place place;
    u16 value;

    if (source < 8)
        value = s->cpu->r[source];
    else if (!find(s, source, &place) || !read_place(s, &place, &value))
        return s->verdict;
    if (target < 8)
        s->cpu->r[target] = value;
    else if (!find(s, target, &place) || !write_place(s, &place, value))
        return s->verdict;
    alu_logic(&s->cpu->cc, value);
    return s->verdict;
}

/* Rows without a function are not sensitive; `nop`: what it is before its milestone. */
static const struct {
    sim_fn *call;
    u8 milestone;
    bool nop;
} simulators[OP_COUNT] = {
    [OP_HALT] = {sim_halt, 1, false},     [OP_MOV] = {sim_mov, 1, false},
    [OP_BPT] = {sim_bpt, 2, false},       [OP_IOT] = {sim_iot, 2, false},
    [OP_EMT] = {sim_emt, 2, false},       [OP_RTI] = {sim_rti, 2, true},
    [OP_RTT] = {sim_rtt, 2, true},        [OP_WAIT] = {sim_wait, 2, true},
    [OP_SPL] = {sim_spl, 2, true},        [OP_RESET] = {sim_reset, 3, true},
    [OP_MFPI] = {sim_move_from, 3, true}, [OP_MFPD] = {sim_move_from, 3, true},
    [OP_MTPI] = {sim_move_to, 3, true},   [OP_MTPD] = {sim_move_to, 3, true},
};

bool sim_exists(enum op op)
{
    return simulators[op].call != NULL;
}

enum verdict sim_run(struct thesis *t, const struct sensitive *entry)
{
    struct cpu *cpu = &t->machine->cpu;
    enum op op = isa_op(entry->insn);
    struct sim s = {.t = t, .cpu = cpu, .addr = entry->addr, .insn = entry->insn, .verdict = GO};

    base_assert(sim_exists(op));
    s.next = (u16)(entry->addr + 2 * isa_length(entry->insn));
    vmm_show(t, "simulate %s insn=%06o r0=%06o sp=%06o ps=%06o", isa_info[op].text, entry->insn,
             cpu->r[R0], cpu->r[SP], job_ps(t));
    t->simulated++;
    t->by_op[op]++;
    if (t->milestone >= simulators[op].milestone)
        return simulators[op].call(&s);
    if (!simulators[op].nop)
        return restrict_job(t, R_INTERRUPT, entry->addr, "%s needs milestone %u", isa_info[op].text,
                            simulators[op].milestone);
    vmm_show(t, "restriction %u: a NOP", R_NOP);
    cpu->r[PC] = s.next;
    return GO;
}
