/* expect.h - console scripts: wait for what the guest prints, then type.
 *
 *   expect "TEXT"        wait for TEXT in what was printed since the last match
 *   send "TEXT"          type it, at the guest's pace
 *   timeout SECONDS      for the waits that follow (60)
 *   wait SECONDS         let time pass          wait halt    until the machine halts by itself
 *   peek ADDR [= VALUE]  note a word of physical memory; with VALUE fail unless it is that
 *   halt                 the script succeeded: the machine is stopped
 *   interact             the script succeeded: the console goes to the terminal
 *
 * The engine does no I/O. Whoever runs the machine hands it the console's output, asks it before
 * each call of machine_run() for its status, and runs no farther than its deadline. A match stops
 * the machine at once, so in virtual time each command runs at the same instruction every time.
 * Seconds are the guest's: microseconds in `now` and in deadlines. The language is in
 * docs/expect.md.
 *
 *   expect_begin(e, m);
 *   while ((status = expect_step(e, machine_time(m))) == EXPECT_RUNNING) {
 *       stop = machine_run(m, limit, min(end, expect_deadline(e)));
 *       if (stop is neither STOP_REQUEST nor STOP_TIME nor STOP_LIMIT of a slice)
 *           status = expect_end(e, stop), break;
 *   }
 */
#ifndef VM11_MACHINE_EXPECT_H
#define VM11_MACHINE_EXPECT_H

#include "base/err.h"
#include "machine/machine.h"

struct expect;

enum expect_status {
    EXPECT_RUNNING,  /* go on */
    EXPECT_PASSED,   /* succeeded: end the run */
    EXPECT_INTERACT, /* succeeded: the script has no more part in the run */
    EXPECT_FAILED,   /* expect_error() tells why */
};

struct expect_peek {
    u32 addr; /* physical */
    u16 value;
};

/* Make a script of `len` bytes of text, called `name` in messages. Errors: "name:line: what is
 * wrong, and the mend"; -EINVAL, -ENOMEM. */
int expect_parse(struct expect **expect, const char *name, const char *text, size_t len,
                 struct err *err);

/* The same from a file. */
int expect_read(struct expect **expect, const char *path, struct err *err);

/* NULL is allowed. */
void expect_free(struct expect *expect);

/* The script is for this machine, which is borrowed. Once, before the first step. */
void expect_begin(struct expect *expect, struct machine *machine);

/* The guest printed `ch` (for the line's sink). A match asks the machine to stop. */
void expect_output(struct expect *expect, u8 ch);

/* Carry out what can be at the time `now`. */
enum expect_status expect_step(struct expect *expect, u64 now);

/* When expect_step() is wanted at the latest; EVENT_NEVER: only after a match. */
u64 expect_deadline(const struct expect *expect);

/* The machine came to an end of its own. What can still be done is done (peek, halt); a command
 * that waits for more output fails. Never EXPECT_RUNNING. */
enum expect_status expect_end(struct expect *expect, enum stop stop, u64 now);

/* Why it failed: one line with script, line, what was expected and the guest's last line. */
const struct err *expect_error(const struct expect *expect);

/* The guest's last lines, at most 10, without parity, for a person who looks into a failure. */
const char *expect_tail(struct expect *expect);

/* What `peek` noted, in order; lives as long as the script. */
const struct expect_peek *expect_peeks(const struct expect *expect, unsigned *count);

#endif
