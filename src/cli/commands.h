/* commands.h - the subcommands of vm11. */
#ifndef VM11_CLI_COMMANDS_H
#define VM11_CLI_COMMANDS_H

#include "cli/options.h"

extern const struct command command_run;     /* cmd_run.c */
extern const struct command command_monitor; /* cmd_monitor.c */
extern const struct command command_cp;      /* cmd_cp.c */
extern const struct command command_exec;    /* cmd_exec.c */
extern const struct command command_as;      /* cmd_as.c */
extern const struct command command_dis;     /* cmd_dis.c */
extern const struct command command_scan;    /* cmd_scan.c */
extern const struct command command_pgcheck; /* cmd_pgcheck.c */

/* In the order of help; NULL after the last. */
extern const struct command *const commands[];

#endif
