/* parts.c - the list of parts: files of commands, in the order of help. */
#include "monitor/parts.h"

const struct mon_part *const mon_parts[] = {
    &part_see_regs,      &part_see_memory,
    &part_see_mmu,       &part_see_stack,
    &part_see_devices,   &part_change_set,
    &part_change_memory, &part_change_files,
    &part_stops,         &part_go,
    &part_time,          &part_trace,
    &part_history,       &part_measure,
    &part_symbols,       &part_script,
    &part_help,          NULL,
};
