/* edit.c - lines by libedit: see edit.h.
 *
 * Signals come by a descriptor, so characters are read here, where both are awaited; TAB is taken
 * here too (libedit does not free what EL_ADDFN allocates).
 */
#include "cli/edit.h"

#include <ctype.h>
#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/terminal.h"

#define HISTORY_LINES 1000
#define MAX_LISTED    100u

struct edit {
    struct edit_ops ops;
    EditLine *el;
    History *history;
    const char *prompt;
    char *line;
};

static struct edit *owner(EditLine *el)
{
    void *edit = NULL;

    el_get(el, EL_CLIENTDATA, &edit);
    return edit;
}

static char *prompt(EditLine *el)
{
    return (char *)(uintptr_t)owner(el)->prompt;
}

static void complete(EditLine *el);

/* The line anew; libedit takes it that the cursor is at the left. */
static void redraw(EditLine *el)
{
    printf("\r");
    fflush(stdout);
    el_set(el, EL_REFRESH);
}

/* A character, for libedit: 1, 0 at the end, -1 to give the line up. */
static int get_char(EditLine *el, wchar_t *ch)
{
    struct edit *edit = owner(el);
    struct pollfd fds[2] = {{.fd = edit->ops.fd, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
    unsigned char byte;

    for (;;) {
        ssize_t n;
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return -1;
        if (fds[0].revents) {
            if (!edit->ops.event(edit->ops.ctx))
                return -1;
            el_set(el, EL_PREP_TERM, 0);
            el_set(el, EL_PREP_TERM, 1);
            terminal_lend();
            redraw(el);
            continue;
        }
        n = read(STDIN_FILENO, &byte, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return (int)n;
        if (byte == '\t') {
            complete(el);
        } else if (byte < 0200) {
            /* A ^D that came before the terminal was in its mode for editing reads as 0. */
            *ch = byte ? (wchar_t)byte : 'D' & 037;
            return 1;
        }
    }
}

/* How many characters at the end of `line` are the beginning of `word`. */
static size_t overlap(const char *line, const char *word)
{
    size_t len = strlen(line), n = strlen(word);

    for (n = n < len ? n : len; n > 0; n--)
        if (strncasecmp(line + len - n, word, n) == 0)
            break;
    return n;
}

/* What all of the words begin with, and how many there are. */
static unsigned common_start(struct edit *edit, const char *line, char *start, size_t size)
{
    unsigned count = 0;
    char *word;

    start[0] = 0;
    while ((word = edit->ops.complete(edit->ops.ctx, line, count))) {
        size_t n = 0;
        if (count == 0)
            snprintf(start, size, "%s", word);
        while (start[n] && tolower((unsigned char)start[n]) == tolower((unsigned char)word[n]))
            n++;
        start[n] = 0;
        free(word);
        count++;
    }
    return count;
}

static void list_words(struct edit *edit, const char *line, unsigned count)
{
    printf("\r\n");
    for (unsigned i = 0; i < count && i < MAX_LISTED; i++) {
        char *word = edit->ops.complete(edit->ops.ctx, line, i);
        printf("%s%s", word ? word : "", i + 1 < count ? "  " : "");
        free(word);
    }
    printf("%s\r\n", count > MAX_LISTED ? "..." : "");
    fflush(stdout);
}

/* TAB: what is sure is inserted, and where nothing is, the words are listed. */
static void complete(EditLine *el)
{
    struct edit *edit = owner(el);
    const LineInfo *info = el_line(el);
    char line[1024], start[128];
    unsigned count;
    size_t have;

    snprintf(line, sizeof line, "%.*s", (int)(info->cursor - info->buffer), info->buffer);
    count = common_start(edit, line, start, sizeof start);
    have = overlap(line, start);
    if (count == 0)
        el_beep(el);
    else if (start[have])
        el_insertstr(el, start + have);
    else if (count > 1)
        list_words(edit, line, count);
    if (count == 1)
        el_insertstr(el, " ");
    redraw(el);
}

int edit_new(struct edit **result, const struct edit_ops *ops, struct err *err)
{
    struct edit *edit = calloc(1, sizeof *edit);
    char key[3] = "^?";
    HistEvent event;

    if (!edit)
        return err_set(err, ENOMEM, "no host memory for line editing");
    edit->ops = *ops;
    edit->el = el_init("vm11", stdin, stdout, stderr);
    edit->history = history_init();
    if (!edit->el || !edit->history) {
        edit_free(edit);
        return err_set(err, ENOMEM, "no host memory for line editing");
    }
    history(edit->history, &event, H_SETSIZE, HISTORY_LINES);
    history(edit->history, &event, H_SETUNIQUE, 1);
    el_set(edit->el, EL_CLIENTDATA, edit);
    el_set(edit->el, EL_PROMPT, prompt);
    el_set(edit->el, EL_EDITOR, "emacs");
    el_set(edit->el, EL_HIST, history, edit->history);
    el_set(edit->el, EL_GETCFN, get_char);
    if (ops->literal > 0) {
        key[1] = (char)(ops->literal | 0100);
        el_set(edit->el, EL_BIND, key, "ed-insert", NULL);
    }
    *result = edit;
    return 0;
}

void edit_free(struct edit *edit)
{
    if (!edit)
        return;
    if (edit->el)
        el_end(edit->el);
    if (edit->history)
        history_end(edit->history);
    free(edit->line);
    free(edit);
}

const char *edit_line(struct edit *edit, const char *text)
{
    const char *line;
    HistEvent event;
    int count = 0;

    edit->prompt = text;
    terminal_lend();
    line = el_gets(edit->el, &count);
    terminal_restore();
    if (!line || count <= 0)
        return NULL;
    free(edit->line);
    edit->line = strndup(line, strcspn(line, "\r\n"));
    if (edit->line && edit->line[0])
        history(edit->history, &event, H_ENTER, edit->line);
    return edit->line;
}
