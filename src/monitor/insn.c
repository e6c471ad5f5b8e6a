/* insn.c - an instruction as a line: see insn.h.
 *
 * The names of addresses come from the text that dis.h makes: an octal number that is no immediate
 * (#) and no index (before a parenthesis) is an address there.
 */
#include "monitor/insn.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/dis.h"
#include "monitor/impl.h"
#include "monitor/symbols.h"

unsigned insn_words(struct monitor *mon, struct place place, u16 words[3])
{
    unsigned count = 0;

    while (count < 3 && place_read(mon->machine, place_at(place, 2 * count), &words[count]) == 0)
        count++;
    return count;
}

/* The name of an address that has a symbol; false: it has none. */
static bool named(struct monitor *mon, u16 va, char *name)
{
    return symbols_at(mon->symbols, va) && mon_name(mon, va, name);
}

/* Put the names of the addresses in `insn` behind it. */
static void add_names(struct monitor *mon, const char *insn, char *text)
{
    const char *p = insn + strcspn(insn, " ");
    bool first = true;

    while (*p) {
        char name[MON_NAME_MAX], *end;
        unsigned long value;
        bool immediate = p > insn && p[-1] == '#' && (p - 1 == insn || p[-2] != '@');
        size_t used = strlen(text);
        if (!isdigit((unsigned char)*p)) {
            p += isalpha((unsigned char)*p) ? strcspn(p, ",()") : 1;
            continue;
        }
        value = strtoul(p, &end, 8);
        if (*end != '(' && *end != '.' && !immediate && value <= 0177777u &&
            named(mon, (u16)value, name) && used < INSN_TEXT_MAX) {
            snprintf(text + used, INSN_TEXT_MAX - used, "%s%s", first ? "  ; " : ", ", name);
            first = false;
        }
        p = end > p ? end : p + 1;
    }
}

unsigned insn_text(struct monitor *mon, struct place place, const u16 *words, unsigned count,
                   char *text)
{
    char insn[DIS_TEXT_MAX];
    unsigned used = dis_insn(words, count, (u16)place.at, insn, sizeof insn);

    snprintf(text, INSN_TEXT_MAX, "%s", insn);
    if (insn[0] != '.')
        add_names(mon, insn, text);
    return used;
}

static void show_line(struct monitor *mon, struct place place, const u16 *words, unsigned used,
                      const char *insn)
{
    char raw[32] = "", name[MON_NAME_MAX], where[PLACE_TEXT_MAX];
    const char *line = place.physical ? NULL : symbols_line(mon->symbols, (u16)place.at);

    for (unsigned i = 0; i < used; i++)
        snprintf(raw + 7 * i, sizeof raw - 7 * i, "%06o ", words[i]);
    if (place.physical || !symbols_at(mon->symbols, (u16)place.at))
        name[0] = 0;
    else
        mon_name(mon, (u16)place.at, name);
    mon_print(mon, "%s: %-21s %s%s%s\n", place_text(place, where), raw, name, name[0] ? ": " : "",
              insn);
    if (line)
        mon_print(mon, "%33s%s\n", "", line);
}

unsigned insn_show(struct monitor *mon, struct place place, const char *mark)
{
    char text[INSN_TEXT_MAX], where[PLACE_TEXT_MAX];
    u16 words[3] = {0};
    unsigned count = insn_words(mon, place, words), used;

    if (mark)
        mon_print(mon, "%s", mark);
    if (count == 0) {
        u16 word = 0;
        mon_print(mon, "%s: %s\n", place_text(place, where),
                  place_why(place_read(mon->machine, place, &word)));
        return 0;
    }
    used = insn_text(mon, place, words, count, text);
    show_line(mon, place, words, used, text);
    mon_put_text(mon, "instruction", text);
    return used;
}
