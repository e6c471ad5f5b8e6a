/* measure_hot.c - the command `hot`: where the processor spent its instructions.
 *
 * A row's key is the mode and the address: of the instruction, or of the symbol that it lies
 * behind. All that has no symbol is one row of its mode.
 */
#include <stdlib.h>

#include "monitor/measure_impl.h"
#include "monitor/symbols.h"

#define NO_SYMBOL 0200000u

static unsigned key_mode(u32 key)
{
    return key >> 18;
}

/* The instructions of the modes, by address. */
static unsigned fill_addresses(const struct measure *m, unsigned modes, struct measure_row *rows)
{
    unsigned count = 0;

    for (unsigned mode = 0; mode < MEASURE_MODES; mode++)
        for (u32 i = 0; modes >> mode & 1 && i < MEASURE_PLACES; i++)
            if (m->hot[mode][i])
                rows[count++] = (struct measure_row){m->hot[mode][i], mode << 18 | i << 1};
    return count;
}

/* The same by symbol: rows of one symbol follow each other, but for those without any. */
static unsigned fill_symbols(struct monitor *mon, const struct measure_row *from, unsigned count,
                             struct measure_row *rows)
{
    u64 nameless[MEASURE_MODES] = {0};
    unsigned found = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct symbol *symbol = symbols_at(mon->symbols, (u16)from[i].key);
        u32 key;

        if (!symbol) {
            nameless[key_mode(from[i].key)] += from[i].count;
            continue;
        }
        key = key_mode(from[i].key) << 18 | symbol->value;
        if (!found || rows[found - 1].key != key)
            rows[found++] = (struct measure_row){0, key};
        rows[found - 1].count += from[i].count;
    }
    for (unsigned mode = 0; mode < MEASURE_MODES; mode++)
        if (nameless[mode])
            rows[found++] = (struct measure_row){nameless[mode], mode << 18 | NO_SYMBOL};
    return found;
}

static void show_row(struct monitor *mon, const struct measure_row *row, u64 total)
{
    u16 va = (u16)row->key;
    const char *mode = measure_modes[key_mode(row->key)];
    char name[MON_NAME_MAX] = "";

    if (!(row->key & NO_SYMBOL) && symbols_at(mon->symbols, va))
        mon_name(mon, va, name);
    mon_open(mon, NULL, false);
    mon_put_text(mon, "mode", mode);
    mon_print(mon, "  ");
    measure_share(mon, row->count, total);
    mon_print(mon, "  %c", mode[0]);
    if (row->key & NO_SYMBOL) {
        mon_print(mon, " no symbol\n");
    } else {
        mon_print(mon, " %06o %s\n", va, name);
        mon_put_word(mon, "address", va);
    }
    if (name[0])
        mon_put_text(mon, "name", name);
    mon_close(mon);
}

static void show(struct monitor *mon, const char *name, struct measure_row *rows, unsigned count,
                 u64 rows_max, u64 total)
{
    measure_sort(rows, count);
    mon_print(mon, "by %s\n", name);
    mon_open(mon, name, true);
    for (unsigned i = 0; i < count && i < rows_max; i++) {
        show_row(mon, &rows[i], total);
        if (mon_tired(mon, 5))
            break;
    }
    mon_close(mon);
    if (count > rows_max)
        mon_print(mon, "  and %u more\n", count - (unsigned)rows_max);
}

enum monitor_result measure_hot(struct monitor *mon, struct args *a)
{
    struct measure_row *rows;
    u64 count = MEASURE_SHOWN, total = 0;
    unsigned modes, addresses, symbols;

    if (!measure_args(a, &modes, &count))
        return MONITOR_ERROR;
    if (!measure_any(mon, MEASURE_HOT))
        return MONITOR_OK;
    rows = calloc((size_t)2 * MEASURE_MODES * MEASURE_PLACES, sizeof *rows);
    if (!rows)
        return mon_error(mon, NULL, "no host memory for the table");
    addresses = fill_addresses(mon->measure, modes, rows);
    for (unsigned i = 0; i < addresses; i++)
        total += rows[i].count;
    symbols = fill_symbols(mon, rows, addresses, rows + addresses);
    mon_print(mon, "%llu instructions\n", (unsigned long long)total);
    mon_put_number(mon, "total", total);
    if (symbols_index(mon->symbols, 0))
        show(mon, "symbol", rows + addresses, symbols, count, total);
    show(mon, "address", rows, addresses, count, total);
    free(rows);
    return mon->complaint[0] ? MONITOR_ERROR : MONITOR_OK;
}
