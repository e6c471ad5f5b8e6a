/* see_memory.c - memory in all forms, and instructions: examine, list, translate. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/see.h"

#define MAX_ITEMS 131072u

enum shape { OCTAL, BYTES, DECIMAL, HEX, TEXT, INSNS, FORMS };

/* How a form is written: per line and item. */
static const struct {
    char letter;
    u8 per_line, bytes;
} forms[FORMS] = {
    [OCTAL] = {'o', 8, 2}, [BYTES] = {'b', 16, 1}, [DECIMAL] = {'d', 8, 2},
    [HEX] = {'x', 8, 2},   [TEXT] = {'a', 64, 1},  [INSNS] = {'i', 1, 2},
};

enum monitor_result see_error(struct monitor *mon, struct place place, enum place_status status)
{
    char text[PLACE_TEXT_MAX];

    return mon_error(mon, place_text(place, text), "%s", place_why(status));
}

/* /8i: a count and a form, either may be left out. */
static bool take_shape(struct args *a, enum shape *form, u64 *count)
{
    char word[2] = "";

    if (!args_char(a, '/'))
        return true;
    while (isdigit((unsigned char)*a->at) && *count < MAX_ITEMS)
        *count = *count * 10 + (u64)(*a->at++ - '0');
    if (!*a->at || isspace((unsigned char)*a->at))
        return true;
    for (unsigned i = 0; i < FORMS; i++) {
        if (tolower((unsigned char)*a->at) == forms[i].letter &&
            (!a->at[1] || isspace((unsigned char)a->at[1]))) {
            *form = (enum shape)i;
            a->at++;
            return true;
        }
    }
    word[0] = *a->at;
    mon_error(a->mon, word,
              "no such form; there are o b d x a i: octal, bytes, decimal, hex, "
              "ASCII, instructions");
    return false;
}

/* One item at `place`. */
static enum place_status item(struct monitor *mon, struct place place, enum shape form)
{
    enum place_status status;
    u16 word = 0;
    u8 byte = 0;

    if (forms[form].bytes == 1)
        status = place_readb(mon->machine, place, &byte);
    else
        status = place_read(mon->machine, place, &word);
    if (status)
        return status;
    switch (form) {
    case OCTAL: mon_print(mon, " %06o", word); break;
    case BYTES: mon_print(mon, " %03o", byte); break;
    case DECIMAL: mon_print(mon, " %6d", (i16)word); break;
    case HEX: mon_print(mon, " %04x", word); break;
    case TEXT: mon_print(mon, "%c", byte >= ' ' && byte < 0177 ? byte : '.'); break;
    case INSNS:
    case FORMS: break;
    }
    if (forms[form].bytes == 1)
        mon_put_number(mon, NULL, byte);
    else
        mon_put_word(mon, NULL, word);
    return PLACE_OK;
}

/* The bytes of a line as characters behind it. */
static void tail(struct monitor *mon, struct place place, unsigned items, enum shape form)
{
    unsigned pad = forms[form].per_line - items;

    mon_print(mon, "%*s  ", (int)(pad * (form == BYTES ? 4 : 7)), "");
    for (unsigned i = 0; i < items * forms[form].bytes; i++) {
        u8 byte = 0;
        place_readb(mon->machine, place_at(place, i), &byte);
        mon_print(mon, "%c", byte >= ' ' && byte < 0177 ? byte : '.');
    }
}

/* A line of at most `left` items; how many were shown. */
static unsigned show_items(struct monitor *mon, struct place place, enum shape form, u64 left)
{
    unsigned max = left < forms[form].per_line ? (unsigned)left : forms[form].per_line, n = 0;
    enum place_status status = PLACE_OK;
    char where[PLACE_TEXT_MAX];

    mon_print(mon, "%s:%s", place_text(place, where), form == TEXT ? " " : "");
    while (n < max && status == PLACE_OK) {
        status = item(mon, place_at(place, n * forms[form].bytes), form);
        n += status == PLACE_OK;
    }
    if ((form == OCTAL || form == BYTES) && n)
        tail(mon, place, n, form);
    if (status)
        mon_print(mon, " %s", place_why(status));
    mon_print(mon, "\n");
    return n;
}

/* The next instruction to be executed is at mon->last. */
static bool here(const struct monitor *mon, u16 pc)
{
    return !mon->last.physical && mon->last.at == pc &&
           mon->last.mode == cpu_mode(&mon->machine->cpu);
}

/* PLACE, with a count behind it, or a range: mon->last, *count (0: none is given) and *last, the
 * last byte, UINT32_MAX where only the count limits. */
static bool take_range(struct monitor *mon, struct args *a, enum shape form, u64 *count, u32 *last)
{
    enum space space = form == INSNS ? SPACE_I : SPACE_D;
    const char *start = a->at;
    size_t len;

    if (!args_range(a, "an address", space, &mon->last, last))
        return false;
    len = (size_t)(a->at - start);
    if (memchr(start, ',', len) || memmem(start, len, "..", 2))
        *count = MAX_ITEMS;
    else
        *last = UINT32_MAX;
    if (*last == UINT32_MAX && !args_end(a) && !args_count(a, "the count", MAX_ITEMS, count))
        return false;
    return args_done(a);
}

/* Show from mon->last on, up to `count` items, none beyond `last`; it moves behind them. */
static enum monitor_result show(struct monitor *mon, enum shape form, u64 count, u32 last)
{
    u16 pc = mon->machine->cpu.r[PC];

    mon_put_octal(mon, "address", mon->last.at);
    mon_open(mon, form == INSNS ? "instructions" : "memory", true);
    while (count > 0 && mon->last.at <= last) {
        u64 left = (last - mon->last.at) / forms[form].bytes + 1ull;
        unsigned n, bytes;
        if (mon_tired(mon, 1000))
            break;
        if (form == INSNS) {
            mon_open(mon, NULL, false);
            mon_put_octal(mon, "address", mon->last.at);
            bytes = 2 * insn_show(mon, mon->last, here(mon, pc) ? "> " : "  ");
            mon_close(mon);
            n = bytes ? 1 : 0;
        } else {
            n = show_items(mon, mon->last, form, left < count ? left : count);
            bytes = n * forms[form].bytes;
        }
        mon->last = place_at(mon->last, bytes);
        if (n == 0)
            break;
        count -= n;
    }
    mon_close(mon);
    return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
}

static enum monitor_result do_examine(struct monitor *mon, struct args *a)
{
    enum shape form = OCTAL, before = (enum shape)mon->form;
    enum place_status status;
    u32 last = UINT32_MAX;
    u64 count = 0;
    u16 word;
    u8 byte;

    if (strspn(a->at, " \t") == strlen(a->at))
        form = before;
    if (!take_shape(a, &form, &count))
        return MONITOR_ERROR;
    if (args_end(a) && !mon->has_last)
        return mon_error(mon, NULL, "a place is missing behind examine");
    if (!args_end(a) && !take_range(mon, a, form, &count, &last))
        return MONITOR_ERROR;
    mon->has_last = true;
    mon->form = (u8)form;
    if (count == 0)
        count = form == INSNS ? 8 : forms[form].per_line;
    status = forms[form].bytes == 1 ? place_readb(mon->machine, mon->last, &byte)
                                    : place_read(mon->machine, mon->last, &word);
    if (status)
        return see_error(mon, mon->last, status);
    return show(mon, form, count, last);
}

static enum monitor_result do_list(struct monitor *mon, struct args *a)
{
    enum place_status status;
    u32 last = UINT32_MAX;
    u64 count = 0;
    u16 word;

    if (args_end(a))
        mon->last =
            (struct place){.mode = cpu_mode(&mon->machine->cpu), .at = mon->machine->cpu.r[PC]};
    else if (!take_range(mon, a, INSNS, &count, &last))
        return MONITOR_ERROR;
    status = place_read(mon->machine, mon->last, &word);
    if (status)
        return see_error(mon, mon->last, status);
    mon->has_last = true;
    mon->form = INSNS;
    return show(mon, INSNS, count ? count : 10, last);
}

static const struct mon_command table[] = {
    {"examine", "x e", GROUP_SEE, "[/FORM] [PLACE [COUNT] | PLACE..LAST]",
     "memory; without a place, what follows",
     "FORM is o (octal words), b (bytes), d (decimal), x (hex), a (ASCII) or i (instructions), a\n"
     "count may stand before it: x/20i pc. COUNT is decimal, in items; PLACE,COUNT in words.\n"
     "A place without a mode is of the current mode, in D space, instructions in I space.\n"
     "Looking changes nothing: registers of the I/O page are not read, but named (devices).\n",
     do_examine},
    {"list", "l u disassemble", GROUP_SEE, "[PLACE [COUNT] | PLACE..LAST]",
     "instructions, with symbols and source lines", "Without a place from PC on.\n", do_list},
};

const struct mon_part part_see_memory = {.commands = table, .count = ARRAY_LEN(table)};
