/* measure_heat.c - the command `heat`: which pages and blocks were used, and how. */
#include <stdio.h>

#include "monitor/measure_impl.h"

static const char *const kinds[HEAT_KINDS] = {"reads", "writes", "fetches"};

static u64 sum_of(const u64 counts[HEAT_KINDS])
{
    return counts[HEAT_READ] + counts[HEAT_WRITE] + counts[HEAT_FETCH];
}

static void show_row(struct monitor *mon, const char *name, const u64 counts[HEAT_KINDS], u64 total)
{
    mon_open(mon, NULL, false);
    mon_put_text(mon, "name", name);
    mon_print(mon, "  %-18s", name);
    measure_share(mon, sum_of(counts), total);
    for (unsigned kind = 0; kind < HEAT_KINDS; kind++) {
        mon_print(mon, " %12llu", (unsigned long long)counts[kind]);
        mon_put_number(mon, kinds[kind], counts[kind]);
    }
    mon_print(mon, "\n");
    mon_close(mon);
}

/* The sorted rows; `counts` gives the counts of a key, `name` its name. */
static void show(struct monitor *mon, const char *title, struct measure_row *rows, unsigned count,
                 u64 rows_max, const u64 *(*counts)(const struct measure *m, u32 key),
                 void (*name)(u32 key, char *text))
{
    char text[40];
    u64 total = 0;

    for (unsigned i = 0; i < count; i++)
        total += rows[i].count;
    measure_sort(rows, count);
    mon_print(mon, "%-20s %11s %7s %12s %12s %12s\n", title, "all", "", kinds[0], kinds[1],
              kinds[2]);
    mon_open(mon, title, true);
    for (unsigned i = 0; i < count && i < rows_max; i++) {
        name(rows[i].key, text);
        show_row(mon, text, counts(mon->measure, rows[i].key), total);
    }
    mon_close(mon);
    if (count > rows_max)
        mon_print(mon, "  and %u more\n", count - (unsigned)rows_max);
}

/* A page's key: mode, space, page. */
static const u64 *page_counts(const struct measure *m, u32 key)
{
    return m->page[key >> 4][key >> 3 & 1][key & 7];
}

static void page_name(u32 key, char *text)
{
    snprintf(text, 40, "%c%c:%06o-%06o", "ks?u"[key >> 4 & 3], "id"[key >> 3 & 1], (key & 7) << 13,
             (key & 7) << 13 | 017777u);
}

static const u64 *block_counts(const struct measure *m, u32 key)
{
    return m->block[key];
}

static void block_name(u32 key, char *text)
{
    snprintf(text, 40, "p:%06o-%06o", key * MEASURE_BLOCK, (key + 1) * MEASURE_BLOCK - 1);
}

enum monitor_result measure_heat(struct monitor *mon, struct args *a)
{
    struct measure_row rows[MEASURE_BLOCKS];
    const struct measure *m = mon->measure;
    unsigned modes, used = 0;
    u64 count = MEASURE_SHOWN;

    if (!measure_args(a, &modes, &count))
        return MONITOR_ERROR;
    if (!measure_any(mon, MEASURE_HEAT))
        return MONITOR_OK;
    for (u32 key = 0; key < MEASURE_MODES * 16; key++) {
        rows[used] = (struct measure_row){sum_of(page_counts(m, key)), key};
        used += modes >> (key >> 4) & 1 && rows[used].count > 0;
    }
    show(mon, "pages", rows, used, count, page_counts, page_name);
    used = 0;
    for (u32 key = 0; key < MEASURE_BLOCKS; key++) {
        rows[used] = (struct measure_row){sum_of(m->block[key]), key};
        used += rows[used].count > 0;
    }
    show(mon, "blocks", rows, used, count, block_counts, block_name);
    return MONITOR_OK;
}
