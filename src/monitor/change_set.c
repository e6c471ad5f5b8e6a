/* change_set.c - set a register, a variable, or a word of memory by name. */
#include <string.h>

#include "monitor/parts.h"
#include "monitor/regs.h"
#include "monitor/see.h"

/* `=` may stand between name and value. */
static bool take_value(struct args *a, u64 *value)
{
    args_char(a, '=');
    return args_expr(a, "a value", value) && args_done(a);
}

/* @PLACE: a word of memory, as `deposit` does. */
static enum monitor_result set_memory(struct monitor *mon, struct args *a)
{
    enum place_status status;
    struct place place;
    u64 value;

    a->at++;
    if (!args_place(a, "an address", SPACE_D, &place) || !take_value(a, &value))
        return MONITOR_ERROR;
    if (value > 0177777u)
        return mon_error(mon, NULL, "%llo does not fit into a word", (unsigned long long)value);
    status = place_write(mon->machine, place, (u16)value);
    return status ? see_error(mon, place, status) : MONITOR_OK;
}

static enum monitor_result set_register(struct monitor *mon, const char *name, u64 value)
{
    struct err err = {0};
    const char *near;
    struct reg reg;

    if (reg_find(mon->machine, name, strlen(name), &reg))
        return reg_set(mon->machine, &reg, value, &err) ? mon_fail(mon, &err) : MONITOR_OK;
    near = names_near(mon, name);
    if (near)
        return mon_error(mon, name, "no such register; did you mean %s?", near);
    return mon_error(mon, name,
                     "no such register (a word of memory is set as @ADDRESS; bytes by deposit /b)");
}

static enum monitor_result do_set(struct monitor *mon, struct args *a)
{
    char name[WORD_SHOWN];
    size_t len;
    u64 value;

    if (args_end(a))
        return mon_error(mon, NULL, "a name and a value are missing behind set");
    if (*a->at == '@')
        return set_memory(mon, a);
    len = strcspn(a->at, " \t=");
    if (len == 0 || len >= sizeof name)
        return mon_error(mon, a->at, "give the name of a register, $NAME or @ADDRESS");
    memcpy(name, a->at, len);
    name[len] = 0;
    a->at += len;
    if (!take_value(a, &value))
        return MONITOR_ERROR;
    if (name[0] == '$')
        return variable_set(mon, name, len, value) ? MONITOR_OK : MONITOR_ERROR;
    return set_register(mon, name, value);
}

static const struct mon_command table[] = {
    {"set", NULL, GROUP_CHANGE, "NAME|@PLACE|$NAME [=] EXPR",
     "set a register, a word of memory, or a variable",
     "Names are those of `help registers`. A register is set as it stands, without what a\n"
     "program's write to it would do.\n",
     do_set},
};

const struct mon_part part_change_set = {.commands = table, .count = ARRAY_LEN(table)};
