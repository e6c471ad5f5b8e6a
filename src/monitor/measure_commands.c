/* measure_commands.c - the commands that measure, and what their tables share. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "monitor/measure_impl.h"

const char *const measure_modes[MEASURE_MODES] = {"kernel", "supervisor", "illegal", "user"};

static const char *const whats[] = {"mix", "hot", "heat", NULL};

static int larger_first(const void *a, const void *b)
{
    const struct measure_row *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->key > y->key) - (x->key < y->key);
}

void measure_sort(struct measure_row *rows, unsigned count)
{
    if (count)
        qsort(rows, count, sizeof *rows, larger_first);
}

void measure_share(struct monitor *mon, u64 count, u64 total)
{
    char percent[16];

    snprintf(percent, sizeof percent, "%.2f", total ? 100.0 * (double)count / (double)total : 0.0);
    mon_print(mon, "%12llu %6s%%", (unsigned long long)count, percent);
    mon_put_number(mon, "count", count);
    mon_put_text(mon, "percent", percent);
}

bool measure_args(struct args *a, unsigned *modes, u64 *count)
{
    *modes = 0;
    for (unsigned mode = 0; mode < MEASURE_MODES && !*modes; mode++)
        if (mode != MODE_ILLEGAL && args_key(a, measure_modes[mode]))
            *modes = 1u << mode;
    if (!*modes)
        *modes = (1u << MEASURE_MODES) - 1;
    return (args_end(a) || args_count(a, "the count of rows", 1000000, count)) && args_done(a);
}

bool measure_any(struct monitor *mon, unsigned what)
{
    if (mon->measure->what & what)
        return true;
    mon_print(mon, "nothing was counted: `measure on` begins\n");
    return false;
}

static void show(struct monitor *mon)
{
    const struct measure *m = mon->measure;

    mon_print(mon, m->on ? "on:" : "off");
    mon_put_bool(mon, "on", m->on);
    mon_open(mon, "what", true);
    for (unsigned i = 0; m->on && whats[i]; i++) {
        if (!(m->what >> i & 1))
            continue;
        mon_print(mon, " %s", whats[i]);
        mon_put_text(mon, NULL, whats[i]);
    }
    mon_close(mon);
    mon_print(mon, ", %llu instructions\n", (unsigned long long)measure_insns(m));
    mon_put_number(mon, "instructions", measure_insns(m));
}

static enum monitor_result turn_on(struct monitor *mon, struct args *a)
{
    unsigned what = 0;

    while (!args_end(a)) {
        int i = args_choice(a, "thing to measure", whats);
        if (i < 0)
            return MONITOR_ERROR;
        what |= 1u << i;
    }
    measure_on(mon->measure, mon->machine, what ? what : MEASURE_ALL);
    return MONITOR_OK;
}

static enum monitor_result do_measure(struct monitor *mon, struct args *a)
{
    static const char *const verbs[] = {"on", "off", "reset", NULL};
    int verb;

    if (args_end(a)) {
        show(mon);
        return MONITOR_OK;
    }
    verb = args_choice(a, "thing to do with the counts", verbs);
    if (verb == 0)
        return turn_on(mon, a);
    if (verb < 0 || !args_done(a))
        return MONITOR_ERROR;
    if (verb == 1)
        measure_off(mon->measure);
    else
        measure_reset(mon->measure);
    return MONITOR_OK;
}

static int init(struct monitor *mon, struct err *err)
{
    mon->measure = calloc(1, sizeof *mon->measure);
    return mon->measure ? 0 : err_set(err, ENOMEM, "no host memory for a monitor");
}

static void fini(struct monitor *mon)
{
    if (mon->measure)
        measure_off(mon->measure);
    free(mon->measure);
    mon->measure = NULL;
}

static const struct mon_command table[] = {
    {"measure", NULL, GROUP_TRACE, "[on [mix] [hot] [heat] | off | reset]",
     "count what is executed, for `mix`, `hot` and `heat`; tell how much was",
     "All three are counted unless some are named; `heat` slows the machine down most. `off` "
     "keeps\n"
     "the counts, `on` goes on with them.\n",
     do_measure},
    {"mix", NULL, GROUP_TRACE, "[kernel|supervisor|user] [COUNT]",
     "how often each instruction was executed, by addressing mode, by sensitivity",
     "The sensitivity is that of isa.def: what a virtual machine has to care about. Addressing "
     "modes\n"
     "are those of all modes of the processor.\n",
     measure_mix},
    {"hot", NULL, GROUP_TRACE, "[kernel|supervisor|user] [COUNT]",
     "where most instructions were executed: by symbol, by address",
     "Addresses are virtual: programs that ran in one mode after another are counted together.\n",
     measure_hot},
    {"heat", NULL, GROUP_TRACE, "[kernel|supervisor|user] [COUNT]",
     "reads, writes and fetches by page of 8K, and by physical block of 512 bytes",
     "What is read and written back counts as both. Devices are not counted. The blocks are those "
     "of\n"
     "all modes.\n",
     measure_heat},
};

const struct mon_part part_measure = {
    .commands = table, .count = ARRAY_LEN(table), .init = init, .fini = fini};
