/* command.h - what a file of monitor commands needs: the table's rows, arguments, output, errors.
 *
 * A file of commands has one table (`static const struct mon_command table[]`) and one public
 * `const struct mon_part`, which monitor.c lists. Dispatch, abbreviations, help, completion, the
 * list in docs/monitor.md and the man page come from the tables.
 *
 * A command gets its arguments as a cursor over the line. Each args_ function takes one thing from
 * it and returns true; or it tells the user what is wrong, naming the word, and returns false, and
 * the command returns MONITOR_ERROR:
 *
 *     if (!args_place(a, "address", SPACE_I, &place) || !args_done(a))
 *         return MONITOR_ERROR;
 *
 * Numbers are octal, decimal with a final `.`, or begin with 0x; expressions are in expr.h, places
 * in memory in place.h.
 */
#ifndef VM11_MONITOR_COMMAND_H
#define VM11_MONITOR_COMMAND_H

#include "monitor/monitor.h"
#include "monitor/place.h"

/* Where a command reads: `at` moves over `line`. Neither is ever NULL. */
struct args {
    struct monitor *mon;
    const char *line; /* the whole line, with the command's name */
    const char *at;   /* what has not been taken yet */
};

/* The groups of help, in its order. */
enum mon_group {
    GROUP_SEE,
    GROUP_CHANGE,
    GROUP_STOP,
    GROUP_GO,
    GROUP_TIME,
    GROUP_TRACE,
    GROUP_SYMBOLS,
    GROUP_SCRIPT,
    GROUP_MACHINE,
    GROUP_COUNT
};

struct mon_command {
    const char *name;  /* "examine"; may be cut short where that is clear */
    const char *alias; /* other names, blanks between: "x e"; NULL: none */
    enum mon_group group;
    const char *args; /* as help shows them: "PLACE [COUNT]"; "" for none */
    const char *help; /* one line without a full stop */
    const char *more; /* what `help COMMAND` tells besides, lines with newlines; NULL: nothing */
    enum monitor_result (*call)(struct monitor *mon, struct args *a);
};

/* A file of commands, and the state that it keeps in struct monitor. */
struct mon_part {
    const struct mon_command *commands;
    unsigned count;
    /* The monitor is made: allocate what the part keeps. NULL: nothing. 0 or -errno. */
    int (*init)(struct monitor *mon, struct err *err);
    /* The monitor goes. Also called where init failed. NULL: nothing. */
    void (*fini)(struct monitor *mon);
};

/* --- arguments --------------------------------------------------------------------------- */

/* Nothing is left. */
bool args_end(struct args *a);
/* Nothing is left; else complains of the word that is. */
bool args_done(struct args *a);
/* If the next word is `word` (upper and lower case alike), take it. Never complains. */
bool args_key(struct args *a, const char *word);
/* If the next character that is no blank is `ch`, take it. Never complains. */
bool args_char(struct args *a, char ch);
/* A word, up to a blank. `what` is for the complaint where there is none or it is too long. */
bool args_word(struct args *a, const char *what, char *word, size_t size);
/* A word, or "text in quotes" with \n \t \" \\ in it. */
bool args_text(struct args *a, const char *what, char *text, size_t size);
/* The name of a file of the host, written as a text; refused where the monitor may touch none. */
bool args_file(struct args *a, const char *what, char *path, size_t size);
/* All that is left, without blanks before and behind (may be empty). Takes it. */
const char *args_rest(struct args *a, char *text, size_t size);
/* An expression (expr.h): as long as there are operators. */
bool args_expr(struct args *a, const char *what, u64 *value);
/* An expression, at most `max`. */
bool args_number(struct args *a, const char *what, u64 max, u64 *value);
/* A count: decimal digits with K or M, or else an expression. 1..max. */
bool args_count(struct args *a, const char *what, u64 max, u64 *value);
/* A place in memory: [MODE][SPACE]:EXPR, p:EXPR, EXPR. `space` where none is named; the mode is
 * the current one. */
bool args_place(struct args *a, const char *what, enum space space, struct place *place);
/* PLACE..LAST (both included), PLACE,COUNT (words, as args_count) or one PLACE: `*last` is the
 * address of the last byte: of the word at PLACE where only that is given. */
bool args_range(struct args *a, const char *what, enum space space, struct place *first, u32 *last);
/* One of the words up to NULL, which may be cut short; its index, or -1 after a complaint. */
int args_choice(struct args *a, const char *what, const char *const *words);

/* --- output ------------------------------------------------------------------------------ */

/* Text for a person. */
void mon_print(struct monitor *mon, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same as data, for --json: named fields, objects, lists. Within a list names are NULL. All
 * are no-ops where nobody wants data; a command may leave them out, its text is kept anyhow. */
void mon_open(struct monitor *mon, const char *name, bool list);
void mon_close(struct monitor *mon);
void mon_put_word(struct monitor *mon, const char *name, u16 value);   /* six octal digits */
void mon_put_octal(struct monitor *mon, const char *name, u64 value);  /* octal, as text */
void mon_put_number(struct monitor *mon, const char *name, u64 value); /* a JSON number */
void mon_put_text(struct monitor *mon, const char *name, const char *text);
void mon_put_bool(struct monitor *mon, const char *name, bool value);

/* A va as a person wants it: "001234", with symbols "_trap+000004"; `text` holds MON_NAME_MAX. */
#define MON_NAME_MAX 80
const char *mon_name(struct monitor *mon, u16 va, char *text);

/* --- complaints -------------------------------------------------------------------------- */

/* "WORD: text" (word NULL: only the text). The first complaint of a command counts. Returns
 * MONITOR_ERROR, so that a command can write: return mon_error(...). */
enum monitor_result mon_error(struct monitor *mon, const char *word, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What the host said. */
enum monitor_result mon_fail(struct monitor *mon, const struct err *err);
/* "WORD: no such WHAT; did you mean NEAR?" */
enum monitor_result mon_unknown(struct monitor *mon, const char *word, const char *what,
                                const char *const *words);

/* --- the monitor ------------------------------------------------------------------------- */

struct machine *mon_machine(struct monitor *mon);
const struct monitor_io *mon_io(struct monitor *mon);

/* The user wants the command to end (^C), or it has done more than one command may (a bound that
 * keeps `while 1` from hanging a script). To be asked in every loop that the user's input makes
 * long; `work` is what was done since: one unit about a microsecond. True: stop, MONITOR_ERROR. */
bool mon_tired(struct monitor *mon, u64 work);

#endif
