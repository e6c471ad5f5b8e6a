/* edit.h - lines from a terminal, with editing, history and completion (libedit). */
#ifndef VM11_CLI_EDIT_H
#define VM11_CLI_EDIT_H

#include "base/err.h"
#include "base/types.h"

struct edit;

struct edit_ops {
    /* The `index`-th word that continues the last of `line`, to be freed; NULL after the last. */
    char *(*complete)(void *ctx, const char *line, unsigned index);
    /* Something came by the descriptor `fd`. False: the line is given up. */
    bool (*event)(void *ctx);
    int fd;
    int literal; /* a control key that is put into the line as it is; -1: none */
    void *ctx;
};

/* `ops` is copied. Standard input is the terminal, in its ordinary mode. -ENOMEM. */
int edit_new(struct edit **edit, const struct edit_ops *ops, struct err *err);
void edit_free(struct edit *edit);

/* The next line, without its end, valid until the next call. NULL: ^D, or given up. */
const char *edit_line(struct edit *edit, const char *prompt);

#endif
