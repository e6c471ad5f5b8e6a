/* measure_mix.c - the command `mix`: which instructions were executed. */
#include "monitor/measure_impl.h"

/* The classes of isa.def's column `sens`, as a virtual machine monitor sees them. */
static const struct {
    const char *name, *about;
} classes[] = {
    [SENS_NONE] = {"none", "the same in each mode"},
    [SENS_PRIV] = {"priv", "privileged: traps in user mode"},
    [SENS_MUTE] = {"mute", "does less in user mode"},
    [SENS_IDLE] = {"idle", "waits in any mode"},
    [SENS_PSW] = {"psw", "loads the PSW"},
    [SENS_PREV] = {"prev", "reaches into the previous mode's space"},
    [SENS_TRAP] = {"trap", "traps always"},
};

static const char *const operand_names[MEASURE_OPERANDS] = {
    "R", "(R)", "(R)+", "@(R)+", "-(R)", "@-(R)", "X(R)", "@X(R)", "#n", "@#a", "a", "@a"};

static u64 of_op(const struct measure *m, unsigned modes, unsigned op)
{
    u64 sum = 0;

    for (unsigned mode = 0; mode < MEASURE_MODES; mode++)
        if (modes >> mode & 1)
            sum += m->op[mode][op];
    return sum;
}

static void show_ops(struct monitor *mon, unsigned modes, u64 rows_max, u64 total)
{
    struct measure_row rows[OP_COUNT];
    unsigned count = 0;

    for (unsigned op = 0; op < OP_COUNT; op++) {
        rows[count] = (struct measure_row){of_op(mon->measure, modes, op), op};
        count += rows[count].count > 0;
    }
    measure_sort(rows, count);
    mon_print(mon, "by instruction\n");
    mon_open(mon, "instructions", true);
    for (unsigned i = 0; i < count && i < rows_max; i++) {
        const char *text = rows[i].key == OP_NONE ? "(reserved)" : isa_info[rows[i].key].text;
        mon_open(mon, NULL, false);
        mon_put_text(mon, "name", text);
        mon_print(mon, "  %-10s", text);
        measure_share(mon, rows[i].count, total);
        mon_print(mon, "\n");
        mon_close(mon);
    }
    mon_close(mon);
    if (count > rows_max)
        mon_print(mon, "  and %u more\n", count - (unsigned)rows_max);
}

static u64 of_operand(const struct measure *m, unsigned modes, unsigned which, unsigned kind)
{
    u64 sum = 0;

    for (unsigned mode = 0; mode < MEASURE_MODES; mode++)
        if (modes >> mode & 1)
            sum += m->operand[mode][which][kind];
    return sum;
}

static void show_operands(struct monitor *mon, unsigned modes)
{
    const struct measure *m = mon->measure;
    struct measure_row rows[MEASURE_OPERANDS];
    u64 total[2] = {0};

    for (unsigned i = 0; i < MEASURE_OPERANDS; i++) {
        u64 source = of_operand(m, modes, 0, i), destination = of_operand(m, modes, 1, i);

        rows[i] = (struct measure_row){source + destination, i};
        total[0] += source;
        total[1] += destination;
    }
    measure_sort(rows, MEASURE_OPERANDS);
    mon_print(mon, "by addressing mode          source          destination\n");
    mon_open(mon, "operands", true);
    for (unsigned i = 0; i < MEASURE_OPERANDS && rows[i].count; i++) {
        unsigned kind = rows[i].key;
        mon_open(mon, NULL, false);
        mon_put_text(mon, "name", operand_names[kind]);
        mon_print(mon, "  %-10s", operand_names[kind]);
        mon_open(mon, "source", false);
        measure_share(mon, of_operand(m, modes, 0, kind), total[0]);
        mon_close(mon);
        mon_open(mon, "destination", false);
        measure_share(mon, of_operand(m, modes, 1, kind), total[1]);
        mon_close(mon);
        mon_print(mon, "\n");
        mon_close(mon);
    }
    mon_close(mon);
}

static void show_classes(struct monitor *mon, unsigned modes, u64 total)
{
    struct measure_row rows[ARRAY_LEN(classes)];

    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = (struct measure_row){0, i};
    for (unsigned op = OP_NONE + 1; op < OP_COUNT; op++)
        rows[isa_info[op].sens].count += of_op(mon->measure, modes, op);
    measure_sort(rows, ARRAY_LEN(rows));
    mon_print(mon, "by sensitivity\n");
    mon_open(mon, "sensitivity", true);
    for (unsigned i = 0; i < ARRAY_LEN(rows) && rows[i].count; i++) {
        mon_open(mon, NULL, false);
        mon_put_text(mon, "name", classes[rows[i].key].name);
        mon_print(mon, "  %-10s", classes[rows[i].key].name);
        measure_share(mon, rows[i].count, total);
        mon_print(mon, "  %s\n", classes[rows[i].key].about);
        mon_close(mon);
    }
    mon_close(mon);
}

enum monitor_result measure_mix(struct monitor *mon, struct args *a)
{
    const struct measure *m = mon->measure;
    u64 count = OP_COUNT, total = 0;
    unsigned modes;

    if (!measure_args(a, &modes, &count))
        return MONITOR_ERROR;
    if (!measure_any(mon, MEASURE_MIX))
        return MONITOR_OK;
    for (unsigned op = 0; op < OP_COUNT; op++)
        total += of_op(m, modes, op);
    mon_print(mon, "%llu instructions; of all modes: kernel %llu, supervisor %llu, user %llu\n",
              (unsigned long long)total, (unsigned long long)m->insns[MODE_K],
              (unsigned long long)m->insns[MODE_S], (unsigned long long)m->insns[MODE_U]);
    mon_put_number(mon, "total", total);
    mon_put_number(mon, "kernel", m->insns[MODE_K]);
    mon_put_number(mon, "supervisor", m->insns[MODE_S]);
    mon_put_number(mon, "user", m->insns[MODE_U]);
    if (m->unread)
        mon_print(mon, "%llu more were not in memory\n", (unsigned long long)m->unread);
    mon_put_number(mon, "unread", m->unread);
    show_ops(mon, modes, count, total);
    show_operands(mon, modes);
    show_classes(mon, modes, total);
    return MONITOR_OK;
}
