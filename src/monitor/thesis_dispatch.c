/* thesis_dispatch.c - the dispatcher: where the job was interrupted, why, and who is to see to it.
 *
 * Chapter V.C.5, figure 16. A TRAP is a breakpoint, a sensitive instruction of the table, or the
 * program's own; everything else is an interrupt of the job's, of which its virtual machine has the
 * handler: from milestone 2 on. What appendix D.VII forbids ends the job with a message.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isa/dis.h"
#include "monitor/thesis_impl.h"

enum { VEC_BUS = 4, VEC_RSVD = 010, VEC_TRAP = 034, VEC_MMU = 0250 };

#define MESSAGE_LEN 200u

/* Appendix D.VII, in short. */
static const char *const restrictions[] = {
    [R_PREPROCESS] = "files are a.out and preprocessed before anything else",
    [R_SYSTEM_CALL] = "no UNIX system calls",
    [R_INTERRUPT] = "no interrupt processing",
    [R_IO] = "the I/O page by MOV with direct index only, of it 177560 to 177566 only",
    [R_EXECUTE] =
        "a file is executed before registers or memory in octal are displayed or modified",
    [R_HALT] = "programs end by HALT",
    [R_NOP] = "MFPD MTPD MFPI MTPI RESET WAIT RTI RTT SPL are NOPs",
    [R_BREAKPOINT] = "a breakpoint in an input loop loses characters",
};

void restrict_command(struct thesis *t, enum restriction number, const char *fmt, ...)
{
    char text[NAME_LEN];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    vmm_say(t, "restriction %u (%s): %s", (unsigned)number, restrictions[number], text);
}

/* The instruction at `addr` as it was before it was replaced. */
static void describe(const struct thesis *t, u16 addr, char *text, size_t size)
{
    const struct sensitive *entry = files_find(&t->file, addr);
    u16 words[3];
    unsigned count = 0;

    if (addr & 1 || addr >= JOB_SIZE) {
        snprintf(text, size, "no instruction");
        return;
    }
    for (; count < 3 && addr + 2 * count < JOB_SIZE; count++)
        words[count] = job_get(t, (u16)(addr + 2 * count));
    if (entry && words[0] == THESIS_TRAP)
        words[0] = entry->insn;
    dis_insn(words, count, addr, text, size);
}

enum verdict restrict_job(struct thesis *t, enum restriction number, u16 addr, const char *fmt, ...)
{
    char text[MESSAGE_LEN], insn[DIS_TEXT_MAX];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    describe(t, addr, insn, sizeof insn);
    la30_drain(t);
    restrict_command(t, number, "%06o %s: %s", addr, insn, text);
    return ABORTED;
}

/* Push a word on the job's stack. False: there is no memory. */
static bool push(struct thesis *t, u16 value)
{
    struct cpu *cpu = &t->machine->cpu;
    u16 sp = (u16)(cpu->r[SP] - 2);

    cpu->r[SP] = sp;
    if (sp & 1 || sp >= JOB_SIZE)
        return false;
    job_put(t, sp, value);
    return true;
}

enum verdict dispatch_virtual(struct thesis *t, u16 vector, u16 pc)
{
    struct cpu *cpu = &t->machine->cpu;
    u16 old = job_ps(t), ps = job_get(t, (u16)(vector + 2));

    vmm_show(t, "virtual interrupt vector=%03o pc=%06o ps=%06o", vector, pc, old);
    job_set_ps(t, (u16)((ps & ~PS_PREV) | (old >> 2 & PS_PREV)));
    if (!push(t, old) || !push(t, pc)) {
        vmm_say(t,
                "PC %06o: no memory for the job's stack at %06o: it cannot enter its vector %03o",
                pc, cpu->r[SP], vector);
        return ABORTED;
    }
    cpu->r[PC] = job_get(t, vector);
    cpu->trace = true;
    return GO;
}

/* What the job cannot complete, while its machine has no interrupts. */
static enum verdict fault(struct thesis *t)
{
    u16 at = t->event.at;

    if (t->event.cause != CAUSE_TRAP)
        return restrict_job(t, R_INTERRUPT, t->event.pc, "interrupt through %03o", t->event.vector);
    switch (t->event.vector) {
    case VEC_BUS: return restrict_job(t, R_INTERRUPT, at, "trap to 4: an odd address");
    case VEC_RSVD: return restrict_job(t, R_INTERRUPT, at, "trap to 10: a reserved instruction");
    case VEC_TRAP: return restrict_job(t, R_SYSTEM_CALL, at, "trap to 34");
    default: return restrict_job(t, R_INTERRUPT, at, "trap to %o", t->event.vector);
    }
}

/* User mode met a HALT that nobody replaced: on the virtual machine it would have halted. */
static bool missed_halt(const struct thesis *t)
{
    return t->event.cause == CAUSE_TRAP && t->event.vector == VEC_BUS && t->ps >> 14 == MODE_K &&
           t->event.pc == (u16)(t->event.at + 2) && isa_op(job_get(t, t->event.at)) == OP_HALT;
}

static enum verdict own_interrupt(struct thesis *t)
{
    if (t->milestone < 2)
        return fault(t);
    if (t->event.cause == CAUSE_TRAP)
        t->simulated++;
    return dispatch_virtual(t, t->event.vector, t->event.pc);
}

enum verdict dispatch_event(struct thesis *t)
{
    u16 at = (u16)(t->event.pc - 2);
    const struct sensitive *entry;

    if (t->event.cause == CAUSE_TRAP && t->event.vector == VEC_TRAP) {
        if (debugger_hit(t, at))
            return BREAK;
        entry = files_find(&t->file, at);
        vmm_show(t, "dispatch trap addr=%06o insn=%06o %s", at, job_get(t, at),
                 entry ? "in vmt" : "the program's own");
        return entry ? sim_run(t, entry) : own_interrupt(t);
    }
    if (t->event.cause == CAUSE_TRAP && t->event.vector == VEC_MMU)
        return restrict_job(t, R_IO, t->event.at, "refers to %06o", t->event.va);
    if (missed_halt(t))
        return restrict_job(t, R_PREPROCESS, t->event.at,
                            "a HALT that was not preprocessed: trap to 4 of the real machine");
    return own_interrupt(t);
}
