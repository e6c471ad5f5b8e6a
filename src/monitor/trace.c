/* trace.c - the command `trace`: lines of what happens, to the user or into a file.
 *
 * The lines come from trace_lines.c. One trace can be on, with a set of things and a filter; the
 * next `trace on` takes its place. It has a limit in bytes, so that a forgotten trace fills neither
 * the host's disk nor, under --json, its memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/expr.h"
#include "monitor/parts.h"
#include "monitor/symbols.h"
#include "monitor/trace_lines.h"

#define LIMIT_FILE  100000000u
#define LIMIT_SHOWN 1000000u
#define LIMIT_MAX   (UINT64_MAX / 4)

struct trace_state {
    struct tracer tracer;
    bool on;
    char path[MON_LINE_MAX]; /* empty: to the user */
    FILE *file;
    u64 limit; /* in bytes */
    u64 bytes, lines;
    u64 lost;                      /* lines behind the limit, or that the host refused */
    int error;                     /* of the file */
    char condition[EXPR_TEXT_MAX]; /* empty: none */
    char range[2 * PLACE_TEXT_MAX];
};

static void write_line(struct monitor *mon, const char *text, size_t len)
{
    struct trace_state *t = mon->trace;

    if (!t->file) {
        mon->io->print(mon->io->ctx, text, len);
    } else if (fwrite(text, 1, len, t->file) != len) {
        t->error = errno ? errno : EIO;
    }
}

static void put_line(void *ctx, const char *text, size_t len)
{
    struct monitor *mon = ctx;
    struct trace_state *t = mon->trace;
    char end[80];

    if (t->lost || t->error || len > t->limit - t->bytes) {
        if (!t->lost && !t->error) {
            snprintf(end, sizeof end, "%10llu end  the trace has reached its limit of %llu bytes\n",
                     (unsigned long long)mon->machine->cpu.icount, (unsigned long long)t->limit);
            write_line(mon, end, strlen(end));
        }
        t->lost++;
        return;
    }
    write_line(mon, text, len);
    t->bytes += len;
    t->lines++;
}

static const char *name_of(void *ctx, u16 va, char *text)
{
    struct monitor *mon = ctx;
    const char *source = symbols_line(mon->symbols, va);
    size_t used;

    text[0] = 0;
    if (symbols_at(mon->symbols, va))
        mon_name(mon, va, text);
    used = strlen(text);
    if (source)
        snprintf(text + used, TRACE_NAME_MAX - used, "%s| %s", used ? "  " : "", source);
    return text;
}

/* A condition without a value is true, so that it is seen, and told once. */
static bool condition(void *ctx)
{
    struct monitor *mon = ctx;
    struct trace_state *t = mon->trace;
    u64 value;

    if (expr_value(mon, t->condition, &value))
        return value != 0;
    mon_tell(mon);
    t->tracer.filter.wanted = NULL;
    return true;
}

/* --- what is wanted ------------------------------------------------------------------------- */

/* The words behind `trace on`: what, and then the filters. */
enum word {
    WORD_ALL = TRACE_WHAT,
    WORD_MODE,
    WORD_IN,
    WORD_VECTOR,
    WORD_DEVICE,
    WORD_TO,
    WORD_LIMIT,
    WORD_IF,
};

static const char *const words[] = {"insn", "trap",   "io",     "mmu", "irq",   "all", "mode",
                                    "in",   "vector", "device", "to",  "limit", "if",  NULL};

static bool take_mode(struct args *a, struct trace_filter *f)
{
    static const char *const modes[] = {"kernel", "supervisor", "user", NULL};
    static const u8 bits[] = {1u << MODE_K, 1u << MODE_S, 1u << MODE_U};
    int mode = args_choice(a, "mode", modes);

    if (mode < 0)
        return false;
    f->modes |= bits[mode];
    return true;
}

static bool take_range(struct args *a, struct trace_state *t)
{
    struct trace_filter *f = &t->tracer.filter;
    struct place place, named = {0};
    char from[PLACE_TEXT_MAX];
    bool prefix;
    u32 last;

    prefix = !args_end(a) && place_prefix(a->at, &named) > 0;
    if (!args_range(a, "a range of addresses", SPACE_I, &place, &last))
        return false;
    f->where = place.physical ? TRACE_PHYSICAL : TRACE_VIRTUAL;
    f->first = place.at;
    f->last = last;
    if (prefix && !place.physical)
        f->modes |= (u8)(1u << place.mode);
    if (prefix)
        snprintf(t->range, sizeof t->range, "%s..%06o", place_text(place, from), last);
    else
        snprintf(t->range, sizeof t->range, "%06o..%06o", place.at, last);
    return true;
}

static bool take_vector(struct args *a, struct trace_filter *f)
{
    u64 first, last;

    if (!args_number(a, "a vector", 0774, &first))
        return false;
    last = first;
    if (strncmp(a->at, "..", 2) == 0) {
        a->at += 2;
        if (!args_number(a, "the last vector", 0774, &last))
            return false;
    }
    if (last < first) {
        mon_error(a->mon, "vector", "the last lies before the first");
        return false;
    }
    f->by_vector = true;
    f->vector = (u16)first;
    f->last_vector = (u16)last;
    return true;
}

static bool take_device(struct args *a, struct trace_filter *f)
{
    const struct device *device = a->mon->machine->bus.devices;
    const char *names[32];
    unsigned count = 0;
    int index;

    for (; device && count < ARRAY_LEN(names) - 1; device = device->next)
        names[count++] = device->ops->name;
    names[count] = NULL;
    index = args_choice(a, "device", names);
    if (index < 0)
        return false;
    for (device = a->mon->machine->bus.devices; index > 0; index--)
        device = device->next;
    f->device = device;
    return true;
}

static bool take_condition(struct args *a, struct trace_state *t)
{
    if (args_end(a)) {
        mon_error(a->mon, "if", "an expression is missing behind it");
        return false;
    }
    if (!expr_check(a->mon, args_rest(a, t->condition, sizeof t->condition)))
        return false;
    t->tracer.filter.wanted = condition;
    return true;
}

static bool take_word(struct args *a, struct trace_state *t)
{
    struct trace_filter *f = &t->tracer.filter;
    int word = args_choice(a, "thing to trace", words);

    if (word >= 0 && word < (int)TRACE_WHAT) {
        t->tracer.what |= 1u << word;
        return true;
    }
    switch (word) {
    case WORD_ALL: t->tracer.what = TRACE_ALL; return true;
    case WORD_MODE: return take_mode(a, f);
    case WORD_IN: return take_range(a, t);
    case WORD_VECTOR: return take_vector(a, f);
    case WORD_DEVICE: return take_device(a, f);
    case WORD_TO: return args_file(a, "a file", t->path, sizeof t->path);
    case WORD_LIMIT: return args_count(a, "the limit in bytes", LIMIT_MAX, &t->limit);
    case WORD_IF: return take_condition(a, t);
    default: return false;
    }
}

/* --- on and off ----------------------------------------------------------------------------- */

/* It is off; the file is complete, or the complaint says why not. */
static enum monitor_result turn_off(struct monitor *mon)
{
    struct trace_state *t = mon->trace;

    tracer_stop(&t->tracer);
    t->on = false;
    if (t->file && fclose(t->file) != 0 && !t->error)
        t->error = errno ? errno : EIO;
    t->file = NULL;
    return t->error ? mon_error(mon, t->path, "%s", strerror(t->error)) : MONITOR_OK;
}

static enum monitor_result turn_on(struct monitor *mon, struct args *a)
{
    struct trace_state new = {.tracer = {.line = put_line, .name = name_of, .ctx = mon}};
    enum monitor_result result = MONITOR_OK;

    while (!args_end(a))
        if (!take_word(a, &new))
            return MONITOR_ERROR;
    if (!new.tracer.what)
        return mon_error(mon, NULL, "what is to be traced: insn, trap, io, mmu, irq, all");
    if (!new.limit)
        new.limit = new.path[0] ? LIMIT_FILE : LIMIT_SHOWN;
    if (new.path[0]) {
        new.file = fopen(new.path, "wx");
        if (!new.file)
            return mon_error(mon, new.path, "%s", strerror(errno));
    }
    if (mon->trace->on)
        result = turn_off(mon);
    *mon->trace = new;
    mon->trace->on = true;
    tracer_start(&mon->trace->tracer, mon->machine);
    return result;
}

static void show_filter(struct monitor *mon)
{
    static const char *const modes[] = {"kernel", "supervisor", "", "user"};
    const struct trace_state *t = mon->trace;
    const struct trace_filter *f = &t->tracer.filter;

    for (unsigned mode = 0; mode < 4; mode++) {
        if (!(f->modes >> mode & 1))
            continue;
        mon_print(mon, "  mode %s\n", modes[mode]);
        mon_put_text(mon, "mode", modes[mode]);
    }
    if (f->where != TRACE_ANYWHERE) {
        mon_print(mon, "  in %s\n", t->range);
        mon_put_text(mon, "in", t->range);
    }
    if (f->by_vector) {
        mon_print(mon, "  vector %03o..%03o\n", f->vector, f->last_vector);
        mon_put_word(mon, "vector", f->vector);
        mon_put_word(mon, "last_vector", f->last_vector);
    }
    if (f->device) {
        mon_print(mon, "  device %s\n", f->device->ops->name);
        mon_put_text(mon, "device", f->device->ops->name);
    }
    if (t->condition[0]) {
        mon_print(mon, "  if %s\n", t->condition);
        mon_put_text(mon, "if", t->condition);
    }
}

static void show(struct monitor *mon)
{
    struct trace_state *t = mon->trace;
    const char *comma = "";

    mon_put_bool(mon, "on", t->on);
    if (!t->on) {
        mon_print(mon, "nothing is traced\n");
        return;
    }
    if (t->file)
        fflush(t->file);
    mon_open(mon, "what", true);
    for (unsigned i = 0; i < TRACE_WHAT; i++) {
        if (!(t->tracer.what >> i & 1))
            continue;
        mon_print(mon, "%s%s", comma, trace_words[i]);
        mon_put_text(mon, NULL, trace_words[i]);
        comma = ", ";
    }
    mon_close(mon);
    mon_print(mon, "%s%s: %llu lines, %llu of %llu bytes", t->file ? " to " : "", t->path,
              (unsigned long long)t->lines, (unsigned long long)t->bytes,
              (unsigned long long)t->limit);
    if (t->lost)
        mon_print(mon, ", %llu lines lost", (unsigned long long)t->lost);
    mon_print(mon, "\n");
    if (t->file)
        mon_put_text(mon, "file", t->path);
    mon_put_number(mon, "lines", t->lines);
    mon_put_number(mon, "bytes", t->bytes);
    mon_put_number(mon, "limit", t->limit);
    mon_put_number(mon, "lost", t->lost);
    show_filter(mon);
}

static enum monitor_result do_trace(struct monitor *mon, struct args *a)
{
    static const char *const verbs[] = {"on", "off", NULL};
    int verb;

    if (args_end(a)) {
        show(mon);
        return MONITOR_OK;
    }
    verb = args_choice(a, "thing to do with a trace", verbs);
    if (verb == 0)
        return turn_on(mon, a);
    if (verb < 0 || !args_done(a))
        return MONITOR_ERROR;
    return mon->trace->on ? turn_off(mon) : MONITOR_OK;
}

static int init(struct monitor *mon, struct err *err)
{
    mon->trace = calloc(1, sizeof *mon->trace);
    return mon->trace ? 0 : err_set(err, ENOMEM, "no host memory for a monitor");
}

static void fini(struct monitor *mon)
{
    if (mon->trace)
        turn_off(mon);
    free(mon->trace);
    mon->trace = NULL;
}

static const struct mon_command table[] = {
    {"trace", NULL, GROUP_TRACE,
     "[on WHAT... [mode MODE] [in RANGE] [vector V[..V]] [device NAME] [to FILE] [limit BYTES] "
     "[if EXPR] | off]",
     "lines of what happens; tell what is traced",
     "WHAT is insn, trap, io, mmu, irq or all; the lines are those of `vm11 run --trace`.\n"
     "`in` looks at the PC, or with p: at the physical address of the register or the "
     "instruction.\n"
     "`vector` is for trap and irq, `device` for io and irq, the others for all lines.\n"
     "FILE must not exist. BYTES are 1M to the user and 100M to a file unless they are given.\n",
     do_trace},
};

const struct mon_part part_trace = {
    .commands = table, .count = ARRAY_LEN(table), .init = init, .fini = fini};
