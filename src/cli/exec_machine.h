/* exec_machine.h - one request of `vm11 exec`: state in, n instructions, state out.
 *
 * Every request finds a fresh machine: power is on, nothing has run, memory is zero, the line
 * clock is silent. To be fast the machine of the last request is made fresh again where only
 * processor and memory were touched; a reference to a device has a new one built.
 */
#ifndef VM11_CLI_EXEC_MACHINE_H
#define VM11_CLI_EXEC_MACHINE_H

#include <jansson.h>

#include "machine/machine.h"

struct exec_machine {
    struct machine *machine; /* NULL: to be built */
    struct cpu_watch watch;
    bool used_device; /* since it was built */
    bool used;        /* since it was made fresh */
    u8 *before;       /* memory as the request gave it */
};

/* Answer a request with an object that the caller owns; NULL with the failure: -EINVAL with what
 * is wrong with the request, -ENOMEM. */
json_t *exec_request(struct exec_machine *exec, const json_t *request, struct err *err);

/* A zeroed structure is allowed. */
void exec_fini(struct exec_machine *exec);

#endif
