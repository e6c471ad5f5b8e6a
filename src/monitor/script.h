/* script.h - lines one after the other: variables, if, while, source, and where a complaint is. */
#ifndef VM11_MONITOR_SCRIPT_H
#define VM11_MONITOR_SCRIPT_H

#include "monitor/command.h"

struct script;

/* -ENOMEM. */
int script_new(struct script **script, struct err *err);
void script_free(struct script *script);

/* A line as it is typed: carried out, or kept while a block is open. */
enum monitor_result script_line(struct monitor *mon, const char *line);

/* All lines of a file. */
enum monitor_result script_file(struct monitor *mon, const char *path);

bool script_pending(const struct script *script);

/* No more lines: a block that is open is complained of. */
enum monitor_result script_end(struct monitor *mon);

/* "FILE:LINE: " of the line under way, "" outside of files. */
void script_where(struct monitor *mon, char *text, size_t size);

#endif
