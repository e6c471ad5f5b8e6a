/* operator.c - the operator's commands: the table, and those that are about users. */
#include "cp/operator.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "base/number.h"
#include "cp/operator_impl.h"
#include "cp/report.h"

void operator_init(struct desk *desk, struct system *system, const struct operator_io *io)
{
    *desk = (struct desk){.system = system, .io = *io};
}

/* What comes from a file or a keyboard may hold control characters. */
static void print(struct desk *desk, const char *fmt, va_list args)
{
    char text[512];

    vsnprintf(text, sizeof text, fmt, args);
    err_one_line(text);
    desk->io.print(desk->io.ctx, text);
}

void operator_say(struct desk *desk, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print(desk, fmt, args);
    va_end(args);
}

bool operator_complain(struct desk *desk, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print(desk, fmt, args);
    va_end(args);
    desk->failed++;
    return false;
}

bool operator_number(struct desk *desk, const char *word, u32 max, u32 *number)
{
    u64 value;

    if (!number_parse(word, max, &value))
        return operator_complain(desk, "%s: no octal number up to %o", word, max);
    *number = (u32)value;
    return true;
}

bool operator_count(struct desk *desk, const char *word, unsigned max, unsigned *count)
{
    u64 value;

    if (!count_parse(word, max, &value))
        return operator_complain(desk, "%s: no decimal number up to %u", word, max);
    *count = (unsigned)value;
    return true;
}

/* What a function of the host's side said. */
static bool done(struct desk *desk, int rc, const struct err *err)
{
    return rc == 0 || operator_complain(desk, "%s", err->text);
}

/* --- who is there -------------------------------------------------------------------------------
 */

static const char *state_of(const struct user *user)
{
    static const char *const names[] = {
        [CP_STOPPED] = "stopped", [CP_RUNNING] = "runs", [CP_ENDED] = "ended"};

    if (!user->entry)
        return "logged off";
    return user->entry->state == CP_RUNNING && user->entry->wake ? "waits"
                                                                 : names[user->entry->state];
}

static void query_all(struct desk *desk)
{
    const struct system *system = desk->system;

    for (unsigned i = 0; i < system->directory->vms; i++) {
        const struct user *user = &system->user[i];
        const struct cp_vm *entry = user->entry;
        operator_say(desk, "%-15s %-10s %-10s %4uK at %07o  share %u%s", user->def->name,
                     state_of(user), directory_methods[user->def->method], user->def->memory >> 10,
                     entry ? entry->vm->base << 6 : 0, entry ? entry->share : user->def->share,
                     entry && entry->reserve ? ", preferred" : "");
    }
}

static void say_account(struct desk *desk, const struct account *account)
{
    char text[200];

    for (unsigned i = 0; report_line(account, i, text, sizeof text); i++)
        operator_say(desk, "  %s", text);
}

static void query_user(struct desk *desk, const struct user *user)
{
    struct account account = {0};
    const struct machine *m;

    operator_say(desk, "%s %s%s%s", user->def->name, state_of(user),
                 user->def->label ? ", label " : "", user->def->label ? user->def->label : "");
    if (!user->entry)
        return;
    m = user->entry->vm->m;
    operator_say(desk, "  PC %06o, PS %06o, time %.3f s, of the processor's %.3f s", m->cpu.r[PC],
                 cpu_ps(&m->cpu), (double)machine_time(m) / EVENT_HZ,
                 (double)user->entry->used / EVENT_HZ);
    account_add(&account, user->entry->vm);
    say_account(desk, &account);
}

static void query_memory(struct desk *desk)
{
    const struct cp *cp = desk->system->cp;
    u32 largest, all = alloc_free_bytes(&cp->memory, &largest);

    operator_say(desk, "the bare machine has %uK%s: %uK in use, %uK free, %uK in one piece",
                 cp->bare->ram.size >> 10,
                 cp->bare->ram.wide
                     ? ", with 22 address bits (real-mem), more than a PDP-11/50 can have"
                     : "",
                 (cp->bare->ram.size - all) >> 10, all >> 10, largest >> 10);
}

static void query_time(struct desk *desk)
{
    const struct cp *cp = desk->system->cp;
    double all = cp->time ? (double)cp->time : 1;
    struct account account = {0};

    operator_say(desk, "time %.3f s, of this %.1f %% idle; turns of %" PRIu64 " instructions",
                 (double)cp->time / EVENT_HZ, 100 * (double)cp->idle / all, cp->slice);
    for (const struct cp_vm *entry = cp->vms; entry; entry = entry->next)
        account_add(&account, entry->vm);
    if (account.vms > 1)
        say_account(desk, &account);
}

static bool query(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const char *what = line->word[1];

    if (!*what || strcasecmp(what, "names") == 0)
        query_all(desk);
    else if (strcasecmp(what, "memory") == 0)
        query_memory(desk);
    else if (strcasecmp(what, "time") == 0)
        query_time(desk);
    else if ((user = system_find(desk->system, what)))
        query_user(desk, user);
    else
        return operator_complain(desk, "%s: no user of this name (names, memory, time, or a user)",
                                 what);
    return true;
}

/* --- users come and go --------------------------------------------------------------------------
 */

/* The user of the first word, logged on or not. */
static struct user *user_named(struct desk *desk, const char *name)
{
    struct user *user = system_find(desk->system, name);

    if (!user)
        (void)operator_complain(desk, "%s: no user of this name: `query` lists them", name);
    return user;
}

static bool logon(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    user = user_named(desk, line->word[1]);
    return user && done(desk, user_logon(user, &err), &err);
}

static bool logoff(struct desk *desk, struct user *user, const struct operator_line *line)
{
    user_logoff(user);
    return true;
}

static bool ipl(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    return done(desk, user_ipl(user, *line->word[2] ? line->word[2] : NULL, &err), &err);
}

static bool start(struct desk *desk, struct user *user, const struct operator_line *line)
{
    if (user->entry->state == CP_RUNNING)
        return operator_complain(desk, "%s runs", user->def->name);
    cp_start(user->entry);
    return true;
}

static bool stop(struct desk *desk, struct user *user, const struct operator_line *line)
{
    cp_halt(user->entry);
    return true;
}

static bool power(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    if (strcasecmp(line->word[2], "on") == 0)
        return done(desk, cp_power_on(user->entry, &err), &err);
    if (strcasecmp(line->word[2], "off"))
        return operator_complain(desk, "power %s on, or off", user->def->name);
    cp_power_off(user->entry);
    return true;
}

static bool set(struct desk *desk, struct user *user, const struct operator_line *line)
{
    static const char *const clocks[] = {"virtual", "real", "catch-up"};
    const char *what = line->word[2], *value = line->word[3];
    unsigned number = 0;
    struct err err = {0};

    if (strcasecmp(what, "clock") == 0) {
        for (unsigned i = 0; i < ARRAY_LEN(clocks); i++) {
            if (strcasecmp(value, clocks[i]) == 0) {
                cp_set_clock(user->entry, (enum cp_clock)i);
                return true;
            }
        }
        return operator_complain(desk, "%s: clock virtual, real or catch-up", value);
    }
    if (strcasecmp(what, "share") == 0) {
        if (!operator_count(desk, value, 10000, &number))
            return false;
        if (number == 0)
            return operator_complain(desk, "a share is 1 to 10000");
        user->entry->share = number;
        return true;
    }
    if (strcasecmp(what, "reserve"))
        return operator_complain(desk, "%s: set share, reserve or clock", what);
    if (!operator_count(desk, value, 100, &number))
        return false;
    return done(desk, cp_set_reserve(user->entry, number, &err), &err);
}

/* --- consoles -----------------------------------------------------------------------------------
 */

/* Text on a user's console, as a telegram from the operator: the VM does not see it. */
static bool message(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const char *lead = "\r\nfrom the operator: ";

    for (const char *p = lead; *p; p++)
        desk->system->ops.output(desk->system->ops.ctx, user, (u8)*p);
    for (const char *p = line->rest; *p; p++)
        desk->system->ops.output(desk->system->ops.ctx, user, (u8)*p);
    desk->system->ops.output(desk->system->ops.ctx, user, '\r');
    desk->system->ops.output(desk->system->ops.ctx, user, '\n');
    return true;
}

static bool type(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct machine *m = user->entry->vm->m;
    struct err err = {0};
    int rc = machine_type(m, line->rest, strlen(line->rest), &err);

    if (rc == 0)
        rc = machine_type(m, "\r", 1, &err);
    cp_wake(user->entry);
    return done(desk, rc, &err);
}

static bool connect(struct desk *desk, struct user *user, const struct operator_line *line)
{
    if (!desk->io.connect)
        return operator_complain(desk, "there is no keyboard here to connect; `type` sends a line");
    desk->io.connect(desk->io.ctx, user);
    return true;
}

static bool disconnect(struct desk *desk, struct user *user, const struct operator_line *line)
{
    if (!desk->io.disconnect)
        return operator_complain(desk, "nobody can be connected here");
    desk->io.disconnect(desk->io.ctx, user);
    return true;
}

static bool monitor(struct desk *desk, struct user *user, const struct operator_line *line)
{
    if (!desk->io.monitor)
        return operator_complain(desk, "there is no monitor here");
    return desk->io.monitor(desk->io.ctx, user, line->rest) ||
           operator_complain(desk, "%s: the monitor could not do that", user->def->name);
}

static bool run(struct desk *desk, struct user *user, const struct operator_line *line)
{
    double seconds = 0;

    if (*line->word[1] && !seconds_parse(line->word[1], &seconds))
        return operator_complain(desk, "%s: give seconds of the bare machine's time",
                                 line->word[1]);
    if (!desk->io.run)
        return operator_complain(desk, "time goes by itself here");
    desk->io.run(desk->io.ctx, seconds);
    return true;
}

static bool shutdown(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct err err = {0};

    desk->over = true;
    for (struct cp_vm *entry = desk->system->cp->vms; entry; entry = entry->next)
        cp_halt(entry);
    return done(desk, system_flush(desk->system, &err), &err);
}

static bool help(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const char *name, *args, *text;

    for (unsigned i = 0; operator_describe(i, &name, &args, &text); i++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", name, args);
        operator_say(desk, "%-32s %s", left, text);
    }
    return true;
}

/* --- the table ----------------------------------------------------------------------------------
 */

static const struct operator_command commands[] = {
    {"query", 0, 1, "[names|memory|time|USER]", "who is there, and what they did", false, query},
    {"ipl", 1, 2, "USER [UNIT]", "boot, from its entry's unit or another", true, ipl},
    {"start", 1, 1, "USER", "let it run on", true, start},
    {"stop", 1, 1, "USER", "it stands", true, stop},
    {"power", 2, 2, "USER on|off", "its power fails, or comes back: traps to 24", true, power},
    {"logon", 1, 1, "USER", "give a user of the directory a VM", false, logon},
    {"logoff", 1, 1, "USER", "take it away, and scrub what it had", true, logoff},
    {"set", 3, 3, "USER share|reserve|clock VALUE", "its part of the processor; its clock", true,
     set},
    {"message", 2, OPERATOR_WORDS - 1, "USER TEXT", "show text on its console", true, message},
    {"type", 1, OPERATOR_WORDS - 1, "USER [TEXT]", "type a line on its console", true, type},
    {"connect", 1, 1, "USER", "this keyboard is its console, up to the escape key", true, connect},
    {"disconnect", 1, 1, "USER", "who is at its console's socket is no more", true, disconnect},
    {"monitor", 2, OPERATOR_WORDS - 1, "USER COMMAND", "a command of vm11's monitor around it",
     true, monitor},
    {"run", 0, 1, "[SECONDS]", "let time pass (scripts)", false, run},
    {"shutdown", 0, 0, "", "everything stops; what was written is on the disks", false, shutdown},
    {"help", 0, 0, "", "this list", false, help},
};

/* All tables, one behind the other; NULL after the last. */
static const struct operator_command *row(unsigned index)
{
    static const struct operator_command *const others[] = {operator_panel, operator_media};

    if (index < ARRAY_LEN(commands))
        return &commands[index];
    index -= (unsigned)ARRAY_LEN(commands);
    for (unsigned i = 0; i < ARRAY_LEN(others); i++)
        for (const struct operator_command *at = others[i]; at->name; at++)
            if (index-- == 0)
                return at;
    return NULL;
}

bool operator_describe(unsigned index, const char **name, const char **args, const char **text)
{
    const struct operator_command *command = row(index);

    if (!command)
        return false;
    *name = command->name;
    *args = command->args;
    *text = command->help;
    return true;
}

static void split(char *text, struct operator_line *line)
{
    static const char blanks[] = " \t\r\n";
    char *at = text;

    for (unsigned i = 0; i < OPERATOR_WORDS; i++)
        line->word[i] = "";
    line->rest = "";
    while (line->count < OPERATOR_WORDS) {
        at += strspn(at, blanks);
        if (!*at)
            return;
        line->word[line->count++] = at;
        at += strcspn(at, blanks);
        if (*at)
            *at++ = '\0';
    }
}

/* The command that the word is, or is the beginning of, if of one only. */
static const struct operator_command *find(const char *word)
{
    const struct operator_command *found = NULL, *command;
    size_t len = strlen(word);
    unsigned count = 0;

    for (unsigned i = 0; (command = row(i)); i++) {
        if (strcasecmp(command->name, word) == 0)
            return command;
        if (strncasecmp(command->name, word, len) == 0) {
            found = command;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

static bool unknown(struct desk *desk, const char *word)
{
    const char *words[64] = {NULL}, *args, *text, *near;

    for (unsigned i = 0; i + 1 < ARRAY_LEN(words) && operator_describe(i, &words[i], &args, &text);
         i++)
        ;
    near = near_word(word, words);
    return operator_complain(desk, "%s: no such command, or several begin like this%s%s%s", word,
                             near ? "; did you mean " : " (help lists them)", near ? near : "",
                             near ? "?" : "");
}

bool operator_command(struct desk *desk, const char *text)
{
    struct operator_line line = {0};
    const struct operator_command *command;
    struct user *user = NULL;
    char words[512], rest[512];

    snprintf(rest, sizeof rest, "%s", text);
    rest[strcspn(rest, "\r\n")] = '\0';
    memcpy(words, rest, sizeof words);
    split(words, &line);
    if (line.count == 0 || line.word[0][0] == '#')
        return true;
    command = find(line.word[0]);
    if (!command)
        return unknown(desk, line.word[0]);
    if (line.count < command->min + 1 || line.count > command->max + 1)
        return operator_complain(desk, "write: %s %s", command->name, command->args);
    if (command->user) {
        user = user_named(desk, line.word[1]);
        if (!user)
            return false;
        if (!user->entry)
            return operator_complain(desk, "%s is logged off: `logon %s` gives it a VM",
                                     user->def->name, user->def->name);
    }
    if (line.count > 2)
        line.rest = rest + (line.word[2] - words);
    return command->call(desk, user, &line);
}
