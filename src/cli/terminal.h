/* terminal.h - raw mode of the terminal, and the way back on every way out.
 *
 * In raw mode every key goes to the guest as it is: DEL, backspace, ^C, ^S, ^Z, CR. Nothing is
 * echoed, and what the guest prints is shown as it is. Should vm11 crash, a handler restores the
 * terminal first.
 */
#ifndef VM11_CLI_TERMINAL_H
#define VM11_CLI_TERMINAL_H

#include "base/types.h"

/* Standard input is a terminal: remember its modes. False: it is none. */
bool terminal_open(void);

void terminal_raw(void);

/* Somebody else changes the modes from now on: terminal_restore() is to mend that too. */
void terminal_lend(void);

/* As it was found. Allowed at any time, also where there is no terminal. */
void terminal_restore(void);

#endif
