/* expect.c - the commands of a console script are carried out: see expect.h.
 *
 * Output is compared without its parity bit and without NUL and DEL (fill). A text without a CR
 * matches across the CRs of the output, so "\nlogin: " fits what comes as "\r\nlogin: ".
 */
#include "machine/expect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "machine/expect_impl.h"

#define TAIL_LINES 10u
#define SHOWN      80u /* characters of a text in a message */

void expect_begin(struct expect *e, struct machine *machine)
{
    e->machine = machine;
}

/* `len` characters from `text` as a person would write them in a script, cut short. */
static void show(char out[SHOWN], const char *text, size_t len)
{
    static const char names[] = "rntbfae\\\"", values[] = "\r\n\t\b\f\a\033\\\"";
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        const char *value = text[i] ? strchr(values, text[i]) : NULL;
        if (at + 8 > SHOWN) {
            strcpy(out + at, "...");
            return;
        }
        if (value)
            at += (size_t)snprintf(out + at, SHOWN - at, "\\%c", names[value - values]);
        else if (text[i] >= ' ' && text[i] < 0177)
            out[at++] = text[i];
        else
            at += (size_t)snprintf(out + at, SHOWN - at, "\\%03o", (unsigned)(u8)text[i]);
    }
    out[at] = 0;
}

/* The last line with something on it, for messages. */
static void show_last_line(const struct expect *e, char out[SHOWN])
{
    size_t end = e->count, begin;

    while (end && strchr("\r\n", e->seen[end - 1]))
        end--;
    begin = end;
    while (begin && e->seen[begin - 1] != '\n' && end - begin < SHOWN)
        begin--;
    show(out, e->seen + begin, end - begin);
}

/* The script fails at the command `c`; `why` ends the sentence that the command's text begins. */
static void fail(struct expect *e, const struct expect_command *c, const char *why)
{
    char text[SHOWN] = "", last[SHOWN];

    if (c->text)
        show(text, c->text, c->len);
    show_last_line(e, last);
    err_set(&e->err, EPROTO, "%s:%u: %s%s%s%s; the last line was \"%s\"", e->name, c->line,
            c->text ? "\"" : "", text, c->text ? "\" " : "", why, last);
    e->status = EXPECT_FAILED;
}

/* A match of the text ends before seen[end]. */
static bool ends_here(const struct expect *e, const struct expect_command *c, size_t end)
{
    size_t left = c->len;

    while (left) {
        if (end == e->mark)
            return false;
        end--;
        if (e->seen[end] == (c->text[left - 1] & 0177))
            left--;
        else if (c->has_cr || e->seen[end] != '\r' || left == c->len)
            return false;
    }
    return true;
}

/* Look for the text in what has not been looked at; a match is taken out. */
static bool search(struct expect *e, const struct expect_command *c)
{
    while (e->scan < e->count)
        if (ends_here(e, c, ++e->scan)) {
            e->mark = e->scan;
            return true;
        }
    return false;
}

static size_t less(size_t value, size_t by)
{
    return value > by ? value - by : 0;
}

void expect_output(struct expect *e, u8 ch)
{
    const struct expect_command *c = &e->command[e->at];

    ch &= 0177;
    if (ch == 0 || ch == 0177)
        return;
    if (e->count == EXPECT_SEEN) {
        size_t half = EXPECT_SEEN / 2;
        memmove(e->seen, e->seen + half, half);
        e->count = half;
        e->mark = less(e->mark, half);
        e->scan = less(e->scan, half);
    }
    e->seen[e->count++] = (char)ch;
    if (e->status != EXPECT_RUNNING || c->kind != COMMAND_EXPECT || !e->waiting || e->matched)
        return;
    e->matched = search(e, c);
    if (e->matched)
        machine_stop(e->machine);
}

/* The first time that a command that takes time is carried out. */
static void wait_begin(struct expect *e, u64 now, u64 time)
{
    if (e->waiting)
        return;
    e->waiting = true;
    e->deadline = now + time;
    e->scan = e->mark;
    e->matched = e->command[e->at].kind == COMMAND_EXPECT && search(e, &e->command[e->at]);
}

static bool step_expect(struct expect *e, const struct expect_command *c, u64 now)
{
    char why[60];

    wait_begin(e, now, e->timeout);
    if (e->matched)
        return true;
    if (now >= e->deadline) {
        snprintf(why, sizeof why, "did not come within %g seconds", (double)e->timeout / EVENT_HZ);
        fail(e, c, why);
    }
    return false;
}

static bool step_wait_halt(struct expect *e, const struct expect_command *c, u64 now)
{
    wait_begin(e, now, e->timeout);
    if (now >= e->deadline)
        fail(e, c, "the machine did not halt in time");
    return false;
}

static bool step_wait(struct expect *e, const struct expect_command *c, u64 now)
{
    wait_begin(e, now, c->time);
    return now >= e->deadline;
}

/* The script has sent its last text: the guest has the time of a timeout to end by itself. */
static bool step_last(struct expect *e, u64 now)
{
    wait_begin(e, now, e->timeout);
    if (now >= e->deadline)
        e->status = EXPECT_PASSED;
    return false;
}

static bool step_send(struct expect *e, const struct expect_command *c)
{
    if (machine_type(e->machine, c->text, c->len, &e->err) == 0)
        return true;
    e->status = EXPECT_FAILED;
    return false;
}

static bool step_peek(struct expect *e, const struct expect_command *c)
{
    const struct ram *ram = &e->machine->ram;
    struct expect_peek *peek = &e->peek[e->peeks_done];
    char why[80];

    if (c->addr >= ram->size) {
        snprintf(why, sizeof why, "%06o is beyond the machine's memory", c->addr);
        fail(e, c, why);
        return false;
    }
    *peek = (struct expect_peek){.addr = c->addr, .value = ram_get(ram, c->addr)};
    e->peeks_done++;
    if (!c->has_value || peek->value == c->value)
        return true;
    snprintf(why, sizeof why, "%06o holds %06o, not %06o", c->addr, peek->value, c->value);
    fail(e, c, why);
    return false;
}

/* True where the command is done and the next one comes. */
static bool step(struct expect *e, const struct expect_command *c, u64 now)
{
    switch (c->kind) {
    case COMMAND_EXPECT: return step_expect(e, c, now);
    case COMMAND_SEND: return step_send(e, c);
    case COMMAND_TIMEOUT: e->timeout = c->time; return true;
    case COMMAND_WAIT: return step_wait(e, c, now);
    case COMMAND_WAIT_HALT: return step_wait_halt(e, c, now);
    case COMMAND_PEEK: return step_peek(e, c);
    case COMMAND_HALT: e->status = EXPECT_PASSED; return false;
    case COMMAND_INTERACT: e->status = EXPECT_INTERACT; return false;
    case COMMAND_LAST: return step_last(e, now);
    }
    return false;
}

enum expect_status expect_step(struct expect *e, u64 now)
{
    base_assert(e->machine);
    while (e->status == EXPECT_RUNNING && step(e, &e->command[e->at], now)) {
        e->at++;
        e->waiting = e->matched = false;
    }
    return e->status;
}

u64 expect_deadline(const struct expect *e)
{
    return e->status == EXPECT_RUNNING && e->waiting ? e->deadline : EVENT_NEVER;
}

static const char *stop_name(enum stop stop)
{
    switch (stop) {
    case STOP_LIMIT: return "before the limit of instructions";
    case STOP_TIME: return "before the time was over";
    case STOP_HALT: return "before the machine halted";
    case STOP_WAIT: return "before the machine waited for ever";
    case STOP_REQUEST: return "before the machine was stopped";
    case STOP_DOUBLE: return "before the machine's double fault";
    case STOP_HOST: return "before the host failed";
    case STOP_PRESENT:
    case STOP_BREAK:
    case STOP_WATCH: return "before the debugger's stop";
    }
    return "";
}

/* A command that waits, on a machine that does not run any more. True where it is done. */
static bool end_wait(struct expect *e, const struct expect_command *c, enum stop stop)
{
    char why[100];

    switch (c->kind) {
    case COMMAND_WAIT: return true;
    case COMMAND_WAIT_HALT:
    case COMMAND_LAST:
        if (stop == STOP_HALT)
            return true;
        snprintf(why, sizeof why, "no HALT came %s", stop_name(stop));
        break;
    case COMMAND_EXPECT: snprintf(why, sizeof why, "did not come %s", stop_name(stop)); break;
    case COMMAND_SEND:
    case COMMAND_TIMEOUT:
    case COMMAND_PEEK:
    case COMMAND_HALT:
    case COMMAND_INTERACT: return false;
    }
    fail(e, c, why);
    return false;
}

enum expect_status expect_end(struct expect *e, enum stop stop, u64 now)
{
    while (expect_step(e, now) == EXPECT_RUNNING && end_wait(e, &e->command[e->at], stop)) {
        bool last = e->command[e->at].kind == COMMAND_LAST;
        if (last)
            return e->status = EXPECT_PASSED;
        e->at++;
        e->waiting = e->matched = false;
    }
    if (e->status == EXPECT_INTERACT)
        e->status = EXPECT_PASSED;
    return e->status;
}

const struct err *expect_error(const struct expect *e)
{
    return &e->err;
}

const char *expect_tail(struct expect *e)
{
    size_t begin = e->count;
    unsigned lines = 0;

    while (begin && (e->seen[begin - 1] != '\n' || begin == e->count || ++lines < TAIL_LINES))
        begin--;
    e->seen[e->count] = 0;
    return e->seen + begin;
}

const struct expect_peek *expect_peeks(const struct expect *e, unsigned *count)
{
    *count = e->peeks_done;
    return e->peek;
}
