/* script_commands.c - commands for scripts: source, assert, echo, variables, the block words. */
#include <stdio.h>
#include <string.h>

#include "monitor/expr.h"
#include "monitor/impl.h"
#include "monitor/parts.h"
#include "monitor/script.h"

static enum monitor_result do_source(struct monitor *mon, struct args *a)
{
    char path[MON_LINE_MAX];

    if (!args_file(a, "the script's file", path, sizeof path) || !args_done(a))
        return MONITOR_ERROR;
    return script_file(mon, path);
}

/* assert EXPR ["text"] */
static enum monitor_result do_assert(struct monitor *mon, struct args *a)
{
    char text[MON_LINE_MAX] = "", shown[EXPR_TEXT_MAX];
    const char *start;
    size_t len;
    u64 value;

    if (args_end(a))
        return mon_error(mon, NULL, "an expression is missing behind assert");
    start = a->at;
    if (!args_expr(a, "the expression", &value))
        return MONITOR_ERROR;
    len = (size_t)(a->at - start);
    snprintf(shown, sizeof shown, "%.*s", (int)(len < sizeof shown ? len : sizeof shown - 1),
             start);
    if (!args_end(a) && !args_text(a, "a text", text, sizeof text))
        return MONITOR_ERROR;
    if (!args_done(a))
        return MONITOR_ERROR;
    mon_put_text(mon, "expression", shown);
    mon_put_bool(mon, "holds", value != 0);
    if (value)
        return MONITOR_OK;
    len = strlen(shown);
    while (len && shown[len - 1] == ' ')
        shown[--len] = 0;
    mon_error(mon, NULL, "assertion failed: %s%s%s", shown, text[0] ? ": " : "", text);
    return MONITOR_FAILED;
}

/* One item of echo: "text", or an expression with the form of its value in front of it. */
static bool echo_item(struct monitor *mon, struct args *a)
{
    static const char *const forms[] = {"octal", "decimal", "hex", "char", NULL};
    char text[MON_LINE_MAX];
    unsigned form = 0;
    u64 value;

    if (args_end(a))
        return true;
    if (*a->at == '"') {
        if (!args_text(a, "a text", text, sizeof text))
            return false;
        mon_print(mon, "%s", text);
        mon_put_text(mon, NULL, text);
        return true;
    }
    for (unsigned i = 0; forms[i]; i++)
        if (args_key(a, forms[i]))
            form = i;
    if (!args_expr(a, "an expression", &value))
        return false;
    switch (form) {
    case 1: mon_print(mon, "%llu", (unsigned long long)value); break;
    case 2: mon_print(mon, "0x%llx", (unsigned long long)value); break;
    case 3: mon_print(mon, "%c", value >= ' ' && value < 0177 ? (int)value : '?'); break;
    default: mon_print(mon, "%06llo", (unsigned long long)value); break;
    }
    mon_put_number(mon, NULL, value);
    return true;
}

static enum monitor_result do_echo(struct monitor *mon, struct args *a)
{
    bool first = true, good = true;

    mon_open(mon, "items", true);
    while (good && !args_end(a)) {
        if (!first)
            mon_print(mon, " ");
        first = false;
        good = echo_item(mon, a);
    }
    mon_print(mon, "\n");
    mon_close(mon);
    return good ? MONITOR_OK : MONITOR_ERROR;
}

static enum monitor_result do_print(struct monitor *mon, struct args *a)
{
    u64 value;

    if (!args_expr(a, "an expression", &value) || !args_done(a))
        return MONITOR_ERROR;
    mon_print(mon, "%06llo  %llu.  0x%llx", (unsigned long long)value, (unsigned long long)value,
              (unsigned long long)value);
    if (value >= ' ' && value < 0177)
        mon_print(mon, "  '%c'", (int)value);
    else if (value > 077777 && value <= 0177777)
        mon_print(mon, "  -%llu.", (unsigned long long)(0200000 - value));
    mon_print(mon, "\n");
    mon_put_number(mon, "value", value);
    mon_put_octal(mon, "octal", value);
    return MONITOR_OK;
}

static enum monitor_result do_variables(struct monitor *mon, struct args *a)
{
    const char *name;
    u64 value;

    if (!args_done(a))
        return MONITOR_ERROR;
    mon_open(mon, "variables", false);
    for (unsigned i = 0; variable_at(mon, i, &name, &value); i++) {
        mon_print(mon, "%-16s %06llo  %llu.\n", name, (unsigned long long)value,
                  (unsigned long long)value);
        mon_put_number(mon, name, value);
    }
    mon_close(mon);
    return MONITOR_OK;
}

/* The block words are script.c's: here they stand for help, and where none may stand. */
static enum monitor_result do_block(struct monitor *mon, struct args *a)
{
    return mon_error(mon, NULL, "a block is written in lines of its own: %.100s", a->line);
}

static const struct mon_command table[] = {
    {"source", ".", GROUP_SCRIPT, "FILE", "carry out the lines of a file",
     "It ends at the first command that fails. Lines that begin with # or ; are comments, and so\n"
     "is what follows a # between blanks.\n",
     do_source},
    {"assert", NULL, GROUP_SCRIPT, "EXPR [\"TEXT\"]", "the script fails unless EXPR is true",
     "vm11 then ends with status 1.\n", do_assert},
    {"echo", NULL, GROUP_SCRIPT, "[\"TEXT\" | [decimal|hex|char] EXPR] ...",
     "print texts and values", "In a text \\n, \\t, \\\" and \\\\ may stand.\n", do_echo},
    {"print", "p ?", GROUP_SCRIPT, "EXPR", "the value of an expression, in all its forms",
     "Numbers are octal, decimal with a final `.`, or begin with 0x; 'c is a character. Names are\n"
     "registers (help registers), symbols (\\name: never a register) and variables ($name).\n"
     "@PLACE is the word there, byte(PLACE) the byte. Operators are C's:\n"
     "( ) ! ~ - * / % + - << >> < <= > >= == != & ^ | && ||\n"
     "What goes below 0 wraps as a word does: r0 == -1.\n",
     do_print},
    {"variables", NULL, GROUP_SCRIPT, "", "show the variables", "`set $x = EXPR` sets one.\n",
     do_variables},
    {"if", NULL, GROUP_SCRIPT, "EXPR", "carry out the lines up to `else` or `end` if it is true",
     "    if r0 == 5\n        echo \"five\"\n    else\n        echo \"other\"\n    end\n",
     do_block},
    {"else", NULL, GROUP_SCRIPT, "", "otherwise these", NULL, do_block},
    {"while", NULL, GROUP_SCRIPT, "EXPR", "carry out the lines up to `end` as long as it is true",
     NULL, do_block},
    {"end", NULL, GROUP_SCRIPT, "", "ends a block", NULL, do_block},
};

const struct mon_part part_script = {.commands = table, .count = ARRAY_LEN(table)};
