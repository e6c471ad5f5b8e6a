/* output.c - what the monitor says: text, data, complaints. See command.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "monitor/impl.h"
#include "monitor/regs.h"
#include "monitor/script.h"
#include "monitor/symbols.h"

void mon_print(struct monitor *mon, const char *fmt, ...)
{
    char text[1024], *more = NULL;
    va_list ap;
    int len;

    va_start(ap, fmt);
    len = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (len < 0)
        return;
    if ((size_t)len < sizeof text) {
        mon->io->print(mon->io->ctx, text, (size_t)len);
        return;
    }
    va_start(ap, fmt);
    len = vasprintf(&more, fmt, ap);
    va_end(ap);
    if (len >= 0)
        mon->io->print(mon->io->ctx, more, (size_t)len);
    free(more);
}

void mon_open(struct monitor *mon, const char *name, bool list)
{
    if (mon->io->data)
        mon->io->data->open(mon->io->ctx, name, list);
}

void mon_close(struct monitor *mon)
{
    if (mon->io->data)
        mon->io->data->close(mon->io->ctx);
}

void mon_put_text(struct monitor *mon, const char *name, const char *text)
{
    if (mon->io->data)
        mon->io->data->text(mon->io->ctx, name, text);
}

void mon_put_word(struct monitor *mon, const char *name, u16 value)
{
    char text[8];

    snprintf(text, sizeof text, "%06o", value);
    mon_put_text(mon, name, text);
}

void mon_put_octal(struct monitor *mon, const char *name, u64 value)
{
    char text[24];

    snprintf(text, sizeof text, "%06llo", (unsigned long long)value);
    mon_put_text(mon, name, text);
}

void mon_put_number(struct monitor *mon, const char *name, u64 value)
{
    if (mon->io->data)
        mon->io->data->number(mon->io->ctx, name, value);
}

void mon_put_bool(struct monitor *mon, const char *name, bool value)
{
    if (mon->io->data)
        mon->io->data->boolean(mon->io->ctx, name, value);
}

const char *mon_name(struct monitor *mon, u16 va, char *text)
{
    const struct symbol *symbol = symbols_at(mon->symbols, va);

    if (!symbol)
        snprintf(text, MON_NAME_MAX, "%06o", va);
    else if (symbol->value == va)
        snprintf(text, MON_NAME_MAX, "%.60s", symbol->name);
    else
        snprintf(text, MON_NAME_MAX, "%.60s+%o", symbol->name, (u16)(va - symbol->value));
    return text;
}

enum monitor_result mon_error(struct monitor *mon, const char *word, const char *fmt, ...)
{
    int used = 0;
    va_list ap;

    if (mon->complaint[0])
        return MONITOR_ERROR;
    if (word && *word)
        used = snprintf(mon->complaint, sizeof mon->complaint, "%.60s: ", word);
    va_start(ap, fmt);
    vsnprintf(mon->complaint + used, sizeof mon->complaint - (size_t)used, fmt, ap);
    va_end(ap);
    return MONITOR_ERROR;
}

enum monitor_result mon_fail(struct monitor *mon, const struct err *err)
{
    return mon_error(mon, NULL, "%s", err->text);
}

enum monitor_result mon_unknown(struct monitor *mon, const char *word, const char *what,
                                const char *const *words)
{
    const char *near = near_word(word, words);
    char list[200] = "";

    if (near)
        return mon_error(mon, word, "no such %s; did you mean %s?", what, near);
    for (unsigned i = 0; words[i]; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", words[i]);
    }
    return mon_error(mon, word, "no such %s; there are %s", what, list);
}

void mon_tell(struct monitor *mon)
{
    char text[sizeof mon->complaint + 300];

    if (!mon->complaint[0])
        return;
    script_where(mon, text, 300);
    strcat(text, mon->complaint);
    mon->complaint[0] = 0;
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p == 0177)
            *p = '?';
    if (mon->io->complain)
        mon->io->complain(mon->io->ctx, text);
    else
        mon_print(mon, "%s\n", text);
}

const char *names_near(struct monitor *mon, const char *word)
{
    unsigned best = NEAR_FAR, distance;
    char name[REG_NAME_MAX];
    const struct symbol *symbol;

    for (unsigned i = 0; best && reg_name(mon->machine, i, name); i++) {
        distance = near_distance(word, name);
        if (distance >= best)
            continue;
        best = distance;
        snprintf(mon->near, sizeof mon->near, "%s", name);
    }
    for (unsigned i = 0; best && (symbol = symbols_index(mon->symbols, i)); i++) {
        distance = near_distance(word, symbol->name);
        if (distance >= best)
            continue;
        best = distance;
        snprintf(mon->near, sizeof mon->near, "%s", symbol->name);
    }
    /* Most of a short word may not be wrong. */
    return best < NEAR_FAR && best < strlen(word) && (best < 2 || strlen(word) > 3) ? mon->near
                                                                                    : NULL;
}
