/* system_impl.h - what the files of system.h share. */
#ifndef VM11_CP_SYSTEM_IMPL_H
#define VM11_CP_SYSTEM_IMPL_H

#include "cp/system.h"

/* One line for the operator. */
void system_tell(const struct system *system, const char *text);

/* directory_blame(), for the entry of a user. */
int user_blame(const struct user *user, unsigned line, const char *key, const char *mend,
               const struct err *why, struct err *err);

/* system_paper.c: the spool of the directory, if it has one, and what DIAG asks for. */
int system_open_spool(struct system *system, struct err *err);
/* Look at the spool, now and then. */
void system_pass(struct system *system);
/* The printer, reader and punch of a user's new VM; and no more. */
int user_open_paper(struct user *user, struct err *err);
void user_close_paper(struct user *user);

#endif
