/* parts.h - the parts of the monitor, one per file of commands. */
#ifndef VM11_MONITOR_PARTS_H
#define VM11_MONITOR_PARTS_H

#include "monitor/impl.h"

extern const struct mon_part part_see_regs;      /* see_regs.c */
extern const struct mon_part part_see_memory;    /* see_memory.c */
extern const struct mon_part part_see_mmu;       /* see_mmu.c */
extern const struct mon_part part_see_stack;     /* see_stack.c */
extern const struct mon_part part_see_devices;   /* see_devices.c */
extern const struct mon_part part_change_set;    /* change_set.c */
extern const struct mon_part part_change_memory; /* change_memory.c */
extern const struct mon_part part_change_files;  /* change_files.c */
extern const struct mon_part part_stops;         /* stop_commands.c */
extern const struct mon_part part_go;            /* go_commands.c */
extern const struct mon_part part_time;          /* time_commands.c */
extern const struct mon_part part_trace;         /* trace.c */
extern const struct mon_part part_history;       /* history_commands.c */
extern const struct mon_part part_measure;       /* measure_commands.c */
extern const struct mon_part part_symbols;       /* symbol_commands.c */
extern const struct mon_part part_script;        /* script_commands.c */
extern const struct mon_part part_help;          /* help.c */

#endif
