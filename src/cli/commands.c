/* commands.c - the list of subcommands, for main(), help, completion and man pages. */
#include "cli/commands.h"

const struct command *const commands[] = {&command_run,  &command_monitor, &command_cp,
                                          &command_exec, &command_as,      &command_dis,
                                          &command_scan, &command_pgcheck, NULL};
