/* go_commands.c - let the machine go on: continue, step. */
#include "monitor/insn.h"
#include "monitor/parts.h"

/* The machine's owner runs it; without one, virtual time. */
static enum stop run(struct monitor *mon, u64 icount)
{
    if (mon->io->run)
        return mon->io->run(mon->io->ctx, icount);
    return machine_run(mon->machine, icount, EVENT_NEVER);
}

static const char *stop_name(enum stop stop)
{
    switch (stop) {
    case STOP_LIMIT: return "limit";
    case STOP_TIME: return "time";
    case STOP_HALT: return "HALT";
    case STOP_WAIT: return "waits for ever";
    case STOP_REQUEST: return "stopped";
    case STOP_DOUBLE: return "double fault";
    case STOP_HOST: return "the host failed";
    case STOP_BREAK: return "breakpoint";
    case STOP_WATCH: return "watchpoint";
    case STOP_PRESENT: return "the end of what is recorded";
    }
    return "";
}

/* Where the machine stands, and why. */
static enum monitor_result report(struct monitor *mon, enum stop stop, bool why)
{
    const struct cpu *cpu = &mon->machine->cpu;

    if (why)
        mon_print(mon, "%s, %llu instructions\n", stop_name(stop), (unsigned long long)cpu->icount);
    mon_put_text(mon, "stop", stop_name(stop));
    mon_put_number(mon, "icount", cpu->icount);
    mon_put_word(mon, "pc", cpu->r[PC]);
    insn_show(mon, (struct place){.mode = cpu_mode(cpu), .at = cpu->r[PC]}, NULL);
    return MONITOR_OK;
}

static enum monitor_result do_continue(struct monitor *mon, struct args *a)
{
    if (!args_done(a))
        return MONITOR_ERROR;
    return report(mon, run(mon, EVENT_NEVER), true);
}

static enum monitor_result do_step(struct monitor *mon, struct args *a)
{
    u64 count = 1;
    enum stop stop;

    if ((!args_end(a) && !args_count(a, "the count of instructions", UINT64_MAX / 4, &count)) ||
        !args_done(a))
        return MONITOR_ERROR;
    stop = run(mon, mon->machine->cpu.icount + count);
    return report(mon, stop, stop != STOP_LIMIT);
}

static const struct mon_command table[] = {
    {"continue", "c", GROUP_GO, "", "let the machine go on", NULL, do_continue},
    {"step", "s", GROUP_GO, "[COUNT]", "one instruction, or COUNT", NULL, do_step},
};

const struct mon_part part_go = {.commands = table, .count = ARRAY_LEN(table)};
