/* session.h - the monitor around a run: who types commands, and what becomes of the answers.
 *
 * `vm11 run` comes here by the escape key, `vm11 monitor` from the beginning. A command that lets
 * the machine go on calls run_loop(), which returns when the machine stops, or by the escape key.
 */
#ifndef VM11_CLI_SESSION_H
#define VM11_CLI_SESSION_H

#include "cli/run.h"
#include "monitor/monitor.h"

struct session;

/* A session for `run`, whose machine is built; `json`: an answer is one line of JSON. */
int session_new(struct session **session, struct run *run, bool json, struct err *err);
void session_free(struct session *session);

/* Commands from the terminal until the run is over (run->end). */
void session_terminal(struct session *session);

/* Commands from standard input, a line each, until it ends. */
void session_lines(struct session *session);

/* The commands of a file. False: they failed. */
bool session_script(struct session *session, const char *path);

/* The names of the program in `path`, if it has any. */
void session_symbols(struct session *session, const char *path);

/* Its monitor, which gdb shares. */
struct monitor *session_monitor(struct session *session);

/* What the end of a run means to the monitor. */
enum stop session_stop(const struct run *run);

/* The exit status for what came of all commands: STATUS_GUEST after a failed assertion,
 * STATUS_USAGE after a command that could not be carried out. */
int session_status(const struct session *session);

#endif
