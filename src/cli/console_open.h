/* console_open.h - how each kind of console is opened: for run_console.c. */
#ifndef VM11_CLI_CONSOLE_OPEN_H
#define VM11_CLI_CONSOLE_OPEN_H

#include "cli/run_console.h"

/* Somebody knocks at the listener: let the peer in. */
void console_accept(struct console *console);

#endif
