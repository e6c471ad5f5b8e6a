/* terminal.c - raw mode: see terminal.h. The state is static because signal handlers need it. */
#include "cli/terminal.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

static struct {
    struct termios found;
    volatile sig_atomic_t open, raw;
} terminal;

/* Only calls that are safe in a signal handler. */
void terminal_restore(void)
{
    if (terminal.raw)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.found);
    terminal.raw = 0;
}

/* The handler is set to be taken once: raising the signal again ends the process. */
static void crashed(int sig)
{
    terminal_restore();
    raise(sig);
}

static void catch_crashes(void)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
    struct sigaction action = {.sa_handler = crashed, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};

    for (unsigned i = 0; i < ARRAY_LEN(fatal); i++)
        sigaction(fatal[i], &action, NULL);
}

bool terminal_open(void)
{
    if (!terminal.open) {
        if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &terminal.found))
            return false;
        terminal.open = 1;
        catch_crashes();
    }
    return true;
}

void terminal_lend(void)
{
    terminal.raw = terminal.open;
}

void terminal_raw(void)
{
    struct termios mode;

    if (!terminal.open)
        return;
    mode = terminal.found;
    mode.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON | IXOFF);
    mode.c_oflag &= ~(tcflag_t)OPOST;
    mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    terminal.raw = 1;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
}
