/* session_impl.h - the inside of a session, for session.c and session_json.c. */
#ifndef VM11_CLI_SESSION_IMPL_H
#define VM11_CLI_SESSION_IMPL_H

#include <jansson.h>
#include <stdio.h>

#include "cli/edit.h"
#include "cli/progress.h"
#include "cli/session.h"

#define JSON_DEPTH 16u

struct session {
    struct run *run;
    struct monitor *monitor;
    struct monitor_io io;
    struct edit *edit;
    bool json, typed;           /* answers in JSON; a person types */
    bool running;               /* the machine runs: what is printed now is a trace */
    enum monitor_result result; /* the worst of all so far */
    struct progress progress;   /* of a journey through a recording */
    unsigned asked;             /* how often the monitor asked whether it is interrupted */

    /* The answer under way, in JSON. */
    json_t *root, *open[JSON_DEPTH];
    unsigned depth; /* may go beyond JSON_DEPTH: what lies there is dropped */
    FILE *text, *console;
    char *text_bytes, *console_bytes;
    size_t text_len, console_len;
};

extern const struct monitor_data json_data; /* ctx is the session */

/* An answer begins, and ends: it is printed. */
void json_begin(struct session *session, const char *line);
void json_complain(struct session *session, const char *text);
void json_end(struct session *session, enum monitor_result result);

#endif
