/* parts.c - the list of parts: files of commands, in the order of help. */
#include "monitor/parts.h"

const struct mon_part *const mon_parts[] = {
    &part_script,
    &part_help,
    NULL,
};
