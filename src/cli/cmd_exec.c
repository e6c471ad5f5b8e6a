/* cmd_exec.c - `vm11 exec`: an oracle for scripts and other emulators, one JSON object a line.
 *
 * A line that cannot be answered gets {"error":..., "line":...}, and the next is read; the exit
 * status is 2 then. Answers are flushed whenever no complete request is at hand, so that a program
 * may ask and wait, or send a million lines at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/exec_machine.h"
#include "cli/report.h"

#define LINE_LIMIT (16u << 20) /* bytes of one request */

/* Lines of standard input. */
struct reader {
    char *text;
    size_t size, start, end; /* unread text is [start, end) */
    size_t scanned;          /* no newline before this */
    bool closed;
};

/* Make room for more text behind `end`. */
static int reader_room(struct reader *r, struct err *err)
{
    if (r->start) {
        memmove(r->text, r->text + r->start, r->end - r->start);
        r->end -= r->start;
        r->scanned -= r->start;
        r->start = 0;
    }
    if (r->end + 65536 > r->size) {
        size_t size = r->size ? 2 * r->size : 1u << 18;
        char *bigger = r->end > LINE_LIMIT ? NULL : realloc(r->text, size);
        if (!bigger)
            return err_set(err, ENOMEM, "a line of more than %zu bytes", r->end);
        r->text = bigger;
        r->size = size;
    }
    return 0;
}

/* The next line without its end: 1; 0 at the end of input; -errno. */
static int reader_line(struct reader *r, char **line, size_t *len, struct err *err)
{
    for (;;) {
        char *newline =
            r->end > r->scanned ? memchr(r->text + r->scanned, '\n', r->end - r->scanned) : NULL;
        ssize_t n;
        int rc;

        if (newline || (r->closed && r->end > r->start)) {
            *line = r->text + r->start;
            *len = newline ? (size_t)(newline - *line) : r->end - r->start;
            r->start += *len + (newline ? 1 : 0);
            r->scanned = r->start;
            return 1;
        }
        r->scanned = r->end;
        if (r->closed)
            return 0;
        rc = report_flush(err);
        if (rc == 0)
            rc = reader_room(r, err);
        if (rc)
            return rc;
        n = read(STDIN_FILENO, r->text + r->end, r->size - r->end);
        if (n > 0)
            r->end += (size_t)n;
        else if (n == 0)
            r->closed = true;
        else if (errno != EINTR)
            return err_set(err, errno, "standard input: %s", strerror(errno));
    }
}

static json_t *error_answer(unsigned long number, const char *text)
{
    return json_pack("{s:s#, s:I}", "error", text, (int)strlen(text), "line", (json_int_t)number);
}

/* Answer one line: 0, or the status to end with. A host failure has been told in *err. */
static int answer_line(struct exec_machine *exec, unsigned long number, const char *line,
                       size_t len, struct err *fatal)
{
    struct err err = {0};
    json_error_t where;
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &where);
    json_t *answer = NULL;
    int status = STATUS_OK;

    if (!request)
        err_set(&err, EINVAL, "column %d: %s", where.column, where.text);
    else
        answer = exec_request(exec, request, &err);
    json_decref(request);
    if (!answer) {
        status = report_status(&err);
        if (status == STATUS_HOST) {
            *fatal = err;
            return status;
        }
        answer = error_answer(number, err.text);
    }
    return report_json(answer, fatal) ? STATUS_HOST : status;
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r", line[i]))
            return false;
    return true;
}

static int exec_lines(struct exec_machine *exec, struct reader *reader)
{
    struct err err = {0};
    int status = STATUS_OK, rc;
    unsigned long number = 0;
    char *line = NULL;
    size_t len = 0;

    while ((rc = reader_line(reader, &line, &len, &err)) > 0) {
        number++;
        if (is_blank(line, len))
            continue;
        rc = answer_line(exec, number, line, len, &err);
        if (rc)
            status = rc;
        if (rc == STATUS_HOST)
            break;
    }
    if (rc < 0 || status == STATUS_HOST)
        status = report_error("exec", &err);
    return status;
}

static int exec_main(const struct command *command, int argc, char **argv)
{
    struct exec_machine exec = {0};
    struct reader reader = {0};
    int status;

    if (!options_parse(command, NULL, argc, argv, &status))
        return status;
    status = exec_lines(&exec, &reader);
    exec_fini(&exec);
    free(reader.text);
    return status;
}

static const struct option no_options[] = {{0}};

const struct command command_exec = {
    .name = "exec",
    .operands = "",
    .about = "Answer requests, one JSON object a line: state in, n instructions, state out",
    .notes = "A request: {\"n\":1,\"ps\":\"000000\",\"pc\":\"001000\",\"r\":[...6],\"r1\":[...6],\n"
             "\"ksp\",\"ssp\",\"usp\",\"mem\":{\"001000\":\"060001\"},\"mmr0\"..\"mmr3\",\"par\":{"
             "\"ki\":[...8]},\n"
             "\"pdr\",\"fps\",\"ac\":[\"16 hex digits\"],\"cpu\":\"11/50\",\"engine\":\"interp\"}; "
             "what is left\n"
             "out is zero. The answer: the state, \"mem\" with the words that changed, \"stop\".\n"
             "vm11-exec(1) tells the rest.\n",
    .options = no_options,
    .main = exec_main,
};
