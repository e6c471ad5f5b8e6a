/* run_text.h - text for the console that comes from a file or a pipe, in virtual time.
 *
 * A system that boots throws away what was typed before it asked. So a line is typed only when the
 * guest is quiet, as a person would do it: it has printed nothing for a moment and does nothing but
 * look for a key; or for a while, and waits; or for longer, whatever it does. The first line is
 * typed at once. The guest is looked at on a fixed grid of its time, so the same text makes the
 * same run.
 */
#ifndef VM11_CLI_RUN_TEXT_H
#define VM11_CLI_RUN_TEXT_H

#include "machine/machine.h"

#define TEXT_GRID 100000u /* guest microseconds between looks */

struct run_text {
    u8 *text; /* what is to be typed: count characters from first */
    size_t first, count, size;
    u64 next;    /* guest time of the next look; EVENT_NEVER: nothing is to be typed */
    bool begun;  /* a line was typed */
    u64 printed; /* characters printed at the last look */
    u64 polls;   /* vain looks for a key at the last look */
    unsigned silent, waiting, polling; /* looks in a row at which it was so */
};

/* Append. -ENOMEM. */
int text_put(struct run_text *text, const struct machine *machine, const u8 *bytes, size_t len,
             struct err *err);

/* The time text->next has come: the guest has printed so many characters, and looked for a key in
 * vain so often. Types a line if the guest is quiet. -ENOMEM. */
int text_look(struct run_text *text, struct machine *machine, u64 printed, u64 polls,
              struct err *err);

void text_fini(struct run_text *text);

#endif
