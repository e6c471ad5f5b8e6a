/* see.h - texts that several files of commands show. */
#ifndef VM11_MONITOR_SEE_H
#define VM11_MONITOR_SEE_H

#include "cpu/registers.h"
#include "monitor/command.h"

/* "kernel, previous user, set 0, priority 7, T, N-VC"; `text` holds SEE_PSW_MAX. */
#define SEE_PSW_MAX 96
const char *see_psw(u16 ps, char *text);

/* Why the word at `place` cannot be seen, as a complaint. */
enum monitor_result see_error(struct monitor *mon, struct place place, enum place_status status);

/* The instruction before `ret` that called it: true where it is a JSR with link PC that ends there.
 * `ret` is an address in the I space of `mode`. */
bool see_call(struct monitor *mon, enum mode mode, u16 ret, u16 *at);

#endif
