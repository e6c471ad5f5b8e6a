/* gdb_query.c - what gdb asks: what both sides can do, which threads there are; and `monitor`.
 *
 * The processor is the one thread, 1. There is no target description: nine registers of 16 bits are
 * what gdb knows as a PDP-11. Everything else is within reach by `monitor COMMAND`, of which one is
 * of our own: `monitor gdb` tells and sets in which space the addresses are that name none.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "machine/record.h"
#include "monitor/gdb_impl.h"

/* --- threads ------------------------------------------------------------------------------ */

/* One part of a thread's name: any (0, -1), or 1. */
static bool one(const char **at)
{
    u64 number;

    if (**at == '-') {
        (*at)++;
        return gdb_number(at, &number) && number == 1;
    }
    return gdb_number(at, &number) && number <= 1;
}

bool gdb_thread(const char **at)
{
    if (**at != 'p')
        return one(at);
    (*at)++;
    if (!one(at))
        return false;
    if (**at != '.')
        return true;
    (*at)++;
    return one(at);
}

void gdb_thread_select(struct gdb *gdb, const char *args)
{
    bool known = *args == 'g' || *args == 'c';

    args += known;
    if (known && gdb_thread(&args) && !*args)
        gdb_answer(gdb, "OK");
    else
        gdb_error(gdb, GDB_BAD);
}

void gdb_thread_alive(struct gdb *gdb, const char *args)
{
    if (gdb_thread(&args) && !*args)
        gdb_answer(gdb, "OK");
    else
        gdb_error(gdb, GDB_BAD);
}

/* --- monitor ------------------------------------------------------------------------------ */

void gdb_print(void *ctx, const char *text, size_t len)
{
    struct gdb *gdb = ctx;
    size_t most = GDB_PACKET / 2 - 1;

    while (len) {
        size_t n = len < most ? len : most;

        gdb_begin(gdb);
        gdb_add(gdb, "O");
        for (size_t i = 0; i < n; i++)
            gdb_add_byte(gdb, (u8)text[i]);
        gdb_send(gdb);
        text += n;
        len -= n;
    }
}

static void tell_focus(struct gdb *gdb)
{
    static const char *const modes[] = {"kernel", "supervisor", "?", "user"};
    static const char *const spaces[] = {", I space", ", D space"};
    const struct place *focus = &gdb->focus;

    if (!gdb->focused)
        mon_print(gdb->mon, "addresses are in the current mode, breakpoints in any\n");
    else if (focus->physical)
        mon_print(gdb->mon, "addresses are physical\n");
    else
        mon_print(gdb->mon, "addresses are in %s mode%s\n", modes[focus->mode & 3],
                  gdb->focus_space ? spaces[focus->space] : "");
}

/* `gdb [current|k|s|u|ki|kd|...|p]` */
static void set_focus(struct gdb *gdb, const char *word)
{
    struct place i = {.space = SPACE_I}, d = {.space = SPACE_D};
    char prefix[8];

    if (strcasecmp(word, "current") == 0) {
        gdb->focused = false;
    } else if (*word) {
        snprintf(prefix, sizeof prefix, "%.3s:", word);
        /* `i` or `d` alone names no mode. */
        if (!strchr("ksupKSUP", *word) || strlen(word) > 2 || !place_prefix(prefix, &i) ||
            !place_prefix(prefix, &d)) {
            mon_error(gdb->mon, NULL, "give current, p, or k, s or u with i or d behind it");
            mon_tell(gdb->mon);
            return;
        }
        gdb->focused = true;
        gdb->focus = d;
        gdb->focus_space = i.space == d.space;
    }
    tell_focus(gdb);
}

static void obey(struct gdb *gdb, const char *line)
{
    const struct cpu *cpu = &gdb->mon->machine->cpu;
    u64 icount = cpu->icount;
    u16 pc = cpu->r[PC];

    line += strspn(line, " \t");
    if (strncasecmp(line, "gdb", 3) == 0 && (!line[3] || line[3] == ' ')) {
        char word[16];

        snprintf(word, sizeof word, "%s", line + 3 + strspn(line + 3, " "));
        word[strcspn(word, " ")] = 0;
        set_focus(gdb, word);
        return;
    }
    if (monitor_command(gdb->mon, line) == MONITOR_QUIT)
        gdb->wish = GDB_KILL;
    if (cpu->icount == icount) {
        gdb->moved = gdb->moved || cpu->r[PC] != pc;
        return;
    }
    gdb->moved = false; /* the machine has run, and stopped for the monitor */
    gdb->signal = GDB_SIGTRAP;
    gdb->reason[0] = 0;
}

static void monitor_line(struct gdb *gdb, const char *args)
{
    char line[GDB_PACKET / 2 + 1];
    size_t len = 0;
    u8 byte;

    while (len < sizeof line - 1 && gdb_byte(&args, &byte))
        line[len++] = (char)byte;
    line[len] = 0;
    if (*args) {
        gdb_error(gdb, GDB_BAD);
        return;
    }
    obey(gdb, line);
    gdb_answer(gdb, "OK");
}

/* --- queries ------------------------------------------------------------------------------ */

/* Whether `name` is one of the features, between semicolons, of the list. */
static bool has_feature(const char *list, const char *name)
{
    while (*list) {
        size_t len = strcspn(list, ";");

        if (len == strlen(name) && strncmp(list, name, len) == 0)
            return true;
        list += len + (list[len] == ';');
    }
    return false;
}

static void supported(struct gdb *gdb, const char *args)
{
    gdb->swbreak = has_feature(args, "swbreak+");
    gdb->hwbreak = has_feature(args, "hwbreak+");
    gdb_begin(gdb);
    gdb_add(gdb, "PacketSize=%x;QStartNoAckMode+;vContSupported+", GDB_PACKET);
    if (gdb->swbreak)
        gdb_add(gdb, ";swbreak+");
    if (gdb->hwbreak)
        gdb_add(gdb, ";hwbreak+");
    if (record_active(gdb->mon->machine))
        gdb_add(gdb, ";ReverseStep+;ReverseContinue+");
    gdb_send(gdb);
}

/* To a process that was there before: gdb detaches when it quits, and does not kill. */
static void is_attached(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "1");
}

static void current_thread(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "QC1");
}

static void first_threads(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "m1");
}

static void more_threads(struct gdb *gdb, const char *args)
{
    gdb_answer(gdb, "l");
}

/* "PDP-11/50, kernel", as `info threads` shows it. */
static void thread_info(struct gdb *gdb, const char *args)
{
    static const char *const modes[] = {"kernel", "supervisor", "illegal", "user"};
    const struct machine *m = gdb->mon->machine;
    char text[40];

    snprintf(text, sizeof text, "PDP-%s, %s mode", m->model->name, modes[cpu_mode(&m->cpu)]);
    gdb_begin(gdb);
    for (const char *p = text; *p; p++)
        gdb_add_byte(gdb, (u8)*p);
    gdb_send(gdb);
}

void gdb_query(struct gdb *gdb, const char *args)
{
    static const struct {
        const char *name;
        void (*call)(struct gdb *gdb, const char *args);
    } table[] = {
        {"Attached", is_attached},        {"C", current_thread},
        {"Rcmd", monitor_line},           {"Supported", supported},
        {"fThreadInfo", first_threads},   {"sThreadInfo", more_threads},
        {"ThreadExtraInfo", thread_info},
    };
    size_t len = strcspn(args, ":,;");

    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        if (strlen(table[i].name) == len && strncmp(args, table[i].name, len) == 0) {
            table[i].call(gdb, args + len + (args[len] != 0));
            return;
        }
    }
    gdb_answer(gdb, "");
}

void gdb_set_feature(struct gdb *gdb, const char *args)
{
    if (strcmp(args, "StartNoAckMode") != 0) {
        gdb_answer(gdb, "");
        return;
    }
    gdb_answer(gdb, "OK");
    gdb->acks = false;
}
