/* gdb_points.c - gdb's breakpoints and watchpoints, which it sets before the machine goes on and
 * takes off when it has stopped.
 *
 * They are lent to the monitor's stops, but have no numbers there: `monitor delete` does not touch
 * them. A breakpoint whose address names no space counts in every mode: gdb knows of none, and sets
 * it anew while whichever happens to be current. Software and hardware breakpoints are the same
 * here: nothing is written into memory.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/gdb_impl.h"

enum { TYPE_SOFTWARE, TYPE_HARDWARE, TYPE_WRITE, TYPE_READ, TYPE_ACCESS, TYPE_COUNT };

static const u8 access_of[TYPE_COUNT] = {DEBUG_EXEC, DEBUG_EXEC, DEBUG_WRITE, DEBUG_READ,
                                         DEBUG_READ | DEBUG_WRITE};

/* TYPE,ADDR,LENGTH. Else the error is answered. */
static bool take_point(struct gdb *gdb, const char *args, struct gdb_set *set)
{
    u64 type, length;

    if (!gdb_number_then(&args, ',', &type) || !gdb_number_then(&args, ',', &set->address) ||
        !gdb_number(&args, &length) || (*args && *args != ';') || type >= TYPE_COUNT ||
        length > 0200000) {
        gdb_error(gdb, GDB_BAD);
        return false;
    }
    set->type = (unsigned)type;
    set->length = access_of[type] & DEBUG_EXEC || length == 0 ? 1 : (u32)length;
    return true;
}

/* The index of what is set; or the count: it is not. */
static unsigned find(const struct gdb *gdb, const struct gdb_set *set)
{
    unsigned i = 0;

    while (i < gdb->point_count &&
           (gdb->set[i].type != set->type || gdb->set[i].address != set->address ||
            gdb->set[i].length != set->length))
        i++;
    return i;
}

/* Tell the monitor what there is. */
static void lend(struct gdb *gdb)
{
    stops_lend(gdb->mon, gdb->points, gdb->point_count);
}

static struct debug_point make_point(const struct gdb_set *set, struct place place, bool any)
{
    bool exec = access_of[set->type] & DEBUG_EXEC;

    return (struct debug_point){
        .kind = place.physical ? DEBUG_PHYSICAL : DEBUG_VIRTUAL,
        .access = access_of[set->type],
        .modes = (u8)(any ? 017u : 1u << place.mode),
        .spaces = (u8)(exec ? 3u : 1u << place.space),
        .first = place.at,
        .last = place.at + set->length - 1,
    };
}

void gdb_insert(struct gdb *gdb, const char *args)
{
    struct gdb_set set;
    struct place place;
    unsigned i;
    bool any;

    if (!take_point(gdb, args, &set))
        return;
    if (!gdb_place(gdb, set.address, SPACE_D, &place, &any)) {
        gdb_error(gdb, GDB_NO_SPACE);
        return;
    }
    if (access_of[set.type] & DEBUG_EXEC && place.at & 1) {
        gdb_error(gdb, GDB_BAD);
        return;
    }
    i = find(gdb, &set);
    if (i == GDB_POINTS) {
        gdb_error(gdb, GDB_FULL);
        return;
    }
    gdb->set[i] = set;
    gdb->points[i] = make_point(&set, place, any);
    if (i == gdb->point_count)
        gdb->point_count++;
    lend(gdb);
    gdb_answer(gdb, "OK");
}

void gdb_remove(struct gdb *gdb, const char *args)
{
    struct gdb_set set;
    unsigned i;

    if (!take_point(gdb, args, &set))
        return;
    i = find(gdb, &set);
    if (i < gdb->point_count) {
        gdb->point_count--;
        gdb->set[i] = gdb->set[gdb->point_count];
        gdb->points[i] = gdb->points[gdb->point_count];
        lend(gdb);
    }
    gdb_answer(gdb, "OK");
}

void gdb_remove_all(struct gdb *gdb)
{
    gdb->point_count = 0;
    lend(gdb);
}

void gdb_give_reason(struct gdb *gdb, const struct debug_point *point)
{
    static const char *const words[TYPE_COUNT] = {"swbreak", "hwbreak", "watch", "rwatch",
                                                  "awatch"};
    const struct gdb_set *set = &gdb->set[point - gdb->points];
    u32 at = point->kind == DEBUG_PHYSICAL ? point->at.pa : point->at.va;
    bool said = set->type == TYPE_SOFTWARE ? gdb->swbreak : gdb->hwbreak;

    if (access_of[set->type] & DEBUG_EXEC) {
        snprintf(gdb->reason, sizeof gdb->reason, "%s:;", words[set->type]);
        if (!said)
            gdb->reason[0] = 0;
        return;
    }
    /* A word may begin before what is watched. */
    at = at > point->first ? at - point->first : 0;
    snprintf(gdb->reason, sizeof gdb->reason, "%s:%llx;", words[set->type],
             (unsigned long long)(set->address + at));
}
