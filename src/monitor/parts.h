/* parts.h - the parts of the monitor, one per file of commands. */
#ifndef VM11_MONITOR_PARTS_H
#define VM11_MONITOR_PARTS_H

#include "monitor/impl.h"

extern const struct mon_part part_script; /* script_commands.c */
extern const struct mon_part part_help;   /* help.c */

#endif
