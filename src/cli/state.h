/* state.h - the state of a machine as JSON, as --state writes it and exec takes and gives it.
 *
 * Guest words are strings of six octal digits; the floating accumulators and the hash are strings
 * of 16 hexadecimal digits; counts are numbers. "r" is register set 0 and "r1" set 1, whichever
 * is in use. The keys are described in docs/command-line.md.
 */
#ifndef VM11_CLI_STATE_H
#define VM11_CLI_STATE_H

#include <jansson.h>

#include "machine/machine.h"

/* Make the object: `stop` is the value of "stop". NULL: no host memory. */
json_t *state_make(const struct machine *machine, const char *stop);

/* Add "hash", the last of the keys. False: no host memory. */
bool state_add_hash(json_t *state, const struct machine *machine);

/* Six octal digits and a 0 byte. */
void state_octal(char text[7], u32 value);

/* A word, or an 18-bit address, as a JSON string of six octal digits. */
json_t *state_word(u32 value);

/* The name of a stop for people and for JSON: "halt". */
const char *state_stop_name(enum stop stop);

/* Load processor state from an object that holds the keys of state_make(), all of them optional;
 * what is left out becomes zero. The processor is fresh. Unknown keys are not looked at here.
 * -EINVAL with the key. */
int state_load(struct machine *machine, const json_t *state, struct err *err);

/* The keys that state_load() knows; NULL after the last. */
extern const char *const state_keys[];

/* A value that is a string with a guest number, or a number: -EINVAL with `key`. */
int state_number(const json_t *value, const char *key, u64 max, u64 *number, struct err *err);

#endif
