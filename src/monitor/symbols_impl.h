/* symbols_impl.h - the table of names, for symbols.c and the readers of files. */
#ifndef VM11_MONITOR_SYMBOLS_IMPL_H
#define VM11_MONITOR_SYMBOLS_IMPL_H

#include "monitor/symbols.h"

struct entry {
    char *name;
    u16 value;
    bool label;
};

struct source_line {
    u16 va;
    char *text;
};

struct symbols {
    struct entry *symbol; /* by rising value */
    unsigned count, room;
    struct source_line *line; /* by rising address, once sorted */
    unsigned lines, line_room;
    struct symbol told; /* the last answer */
};

/* A source line that begins at `va`. -ENOMEM. */
int symbols_add_line(struct symbols *symbols, u16 va, const char *text, size_t len,
                     struct err *err);
void symbols_sort_lines(struct symbols *symbols);

#endif
