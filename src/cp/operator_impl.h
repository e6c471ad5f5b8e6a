/* operator_impl.h - what the files of the operator's commands share. */
#ifndef VM11_CP_OPERATOR_IMPL_H
#define VM11_CP_OPERATOR_IMPL_H

#include "cp/operator.h"

#define OPERATOR_WORDS 16u

/* A line in words; those that are not there are "". */
struct operator_line {
    unsigned count;
    const char *word[OPERATOR_WORDS];
    const char *rest; /* what stands behind the second word */
};

struct operator_command {
    const char *name;
    unsigned min, max; /* words behind it */
    const char *args;
    const char *help;
    bool user; /* the first word is a user, who must be logged on */
    bool (*call)(struct desk *desk, struct user *user, const struct operator_line *line);
};

/* Each ends with a row without a name. */
extern const struct operator_command operator_panel[];
extern const struct operator_command operator_media[];

/* Print a line. */
void operator_say(struct desk *desk, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, of what went wrong; false. */
bool operator_complain(struct desk *desk, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A word as a number up to `max`, octal or decimal with a point; complains. */
bool operator_number(struct desk *desk, const char *word, u32 max, u32 *number);
/* A decimal count. */
bool operator_count(struct desk *desk, const char *word, unsigned max, unsigned *count);

#endif
