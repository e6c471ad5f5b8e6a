/* operator.h - the commands of CP's operator: who is there, who runs, and the keys of any VM's
 * front panel (Goldberg's figure 7a).
 *
 * It owns no terminal: a line in, lines out by `print`. Commands stand in a table (operator.c),
 * from which help comes; those of a panel in operator_panel.c.
 */
#ifndef VM11_CP_OPERATOR_H
#define VM11_CP_OPERATOR_H

#include "cp/system.h"

struct operator_io {
    /* A line without its end; a complaint is one, too. */
    void (*print)(void *ctx, const char *text);
    /* `seconds` of CP's time pass, or all until nobody runs (0). NULL: refused. */
    void (*run)(void *ctx, double seconds);
    /* The operator's keyboard is the console of this user until the escape key; NULL: refused. */
    void (*connect)(void *ctx, struct user *user);
    /* Whoever is connected to this user's console is no more. NULL: refused. */
    void (*disconnect)(void *ctx, struct user *user);
    /* A command for the monitor around this user's machine. False: it failed. NULL: refused. */
    bool (*monitor)(void *ctx, struct user *user, const char *command);
    void *ctx;
};

struct desk {
    struct system *system;
    struct operator_io io;
    struct operator_panel {
        u32 address;
        char key;    /* the last: 'e'xamine, 'd'eposit; 0: another */
    } panel[32];     /* of each user */
    bool over;       /* shutdown */
    unsigned failed; /* commands that could not be carried out */
};

void operator_init(struct desk *desk, struct system *system, const struct operator_io *io);

/* Carry out a line. False: it could not be; the complaint was printed. */
bool operator_command(struct desk *desk, const char *line);

/* A row of the table, for help and docs; false after the last. */
bool operator_describe(unsigned index, const char **name, const char **args, const char **help);

#endif
