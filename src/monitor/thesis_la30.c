/* thesis_la30.c - the job's LA30: the console line of the bare machine, and the user behind it.
 *
 * As on the thesis's own terminal, what the user types while a job runs goes to the job, a line at
 * a time, its end as CR. A line is asked for when the job wants it: it has looked for a character
 * in vain many times, or waits for an interrupt. What of the line the job has not read when it
 * comes back to the user is lost, as appendix D.VII.8 warns.
 */
#include <string.h>

#include "dev/csr.h"
#include "monitor/thesis_impl.h"

#define POLLS_ASK 16u   /* vain looks that make a wish */
#define POLLS_END 4096u /* and, where input has ended, a job that hangs */
#define CR        015

static void print_flush(struct thesis *t)
{
    if (t->output_count)
        t->io.print(t->io.ctx, t->output, t->output_count);
    t->output_count = 0;
}

static void job_prints(void *ctx, u8 ch)
{
    struct thesis *t = ctx;

    ch &= 0177;
    t->output[t->output_count++] = (char)ch;
    if (ch != CR)
        t->mid_line = ch != '\n';
    if (t->output_count == sizeof t->output)
        print_flush(t);
}

void la30_start(struct thesis *t)
{
    t->machine->line.sink = job_prints;
    t->machine->line.sink_ctx = t;
    t->polls = 0;
    la30_lose(t);
}

void la30_show(struct thesis *t)
{
    print_flush(t);
}

/* The next line of the user's. False: there is none. */
static bool next_line(struct thesis *t)
{
    la30_show(t);
    if (t->input_end || !t->io.read_line(t->io.ctx, "", t->input, sizeof t->input - 1)) {
        t->input_end = true;
        return false;
    }
    t->input_next = 0;
    t->input_count = (unsigned)strlen(t->input);
    t->input[t->input_count++] = CR;
    vmm_show(t, "input count=%u", t->input_count);
    return true;
}

/* Nothing is on its way to the receiver, and the program has taken the last character. */
static bool receiver_empty(const struct thesis *t)
{
    const struct machine *m = t->machine;

    return line_space(&m->line) == LINE_QUEUE && !(m->console.rcsr & CSR_DONE);
}

static bool hangs(struct thesis *t, const char *why)
{
    vmm_say(t, "PC %06o: the job %s", t->machine->cpu.r[PC], why);
    t->failed = true;
    return false;
}

/* Type the next character if the job is eager for it, or has asked often enough. */
static bool offer(struct thesis *t, bool eager)
{
    if (!receiver_empty(t) || (!eager && !t->input_count && t->polls < POLLS_ASK))
        return true;
    if (t->input_count || next_line(t)) {
        line_type(&t->machine->line, (u8)t->input[t->input_next++]);
        t->input_count--;
        return true;
    }
    if (exec_interrupted(t))
        return false;
    if (!eager && t->polls < POLLS_END)
        return true;
    return hangs(t, "asks for a character, and there is no more input");
}

bool la30_asked(struct thesis *t)
{
    t->polls++;
    return offer(t, false);
}

bool la30_idle(struct thesis *t)
{
    const struct machine *m = t->machine;
    bool quiet = !event_working(&m->bus.events);
    bool enabled = m->console.rcsr & CSR_IE;
    bool waits = m->cpu.attention & ATTN_WAIT && quiet && !(m->cpu.attention & ATTN_IRQ);

    if (waits && !(enabled && receiver_empty(t)))
        return hangs(t, "waits, and nothing will interrupt it");
    /* In a loop from which only an interrupt helps it out, or busy: time will tell. */
    if (enabled && quiet)
        t->polls++;
    return offer(t, waits);
}

void la30_served(struct thesis *t)
{
    t->polls = 0;
}

void la30_drain(struct thesis *t)
{
    struct machine *m = t->machine;

    while (event_queued(&m->console.transmit)) {
        u64 now = machine_time(m), at = m->console.transmit.at;
        m->skipped += at > now ? at - now : 0;
        event_run(&m->bus.events, machine_time(m));
    }
}

unsigned la30_lose(struct thesis *t)
{
    unsigned lost = t->input_count;
    u8 ch;

    while (line_take(&t->machine->line, &ch))
        lost++;
    t->input_count = 0;
    return lost;
}
