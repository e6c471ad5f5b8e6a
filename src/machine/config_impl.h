/* config_impl.h - between a description and its keys: see config.h. */
#ifndef VM11_MACHINE_CONFIG_IMPL_H
#define VM11_MACHINE_CONFIG_IMPL_H

#include "machine/config.h"

/* The keys of a description. */
const struct keyed_key *config_keys(void);

/* A unit begins. NULL: no host memory. */
struct config_unit *config_unit_add(struct config *config);

/* The unit that ended is complete. */
int config_unit_check(void *unit, const struct keyed_value *at, struct err *err);

#endif
