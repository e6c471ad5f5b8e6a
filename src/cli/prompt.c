/* prompt.c - commands while the machine stands: see prompt.h.
 *
 * The terminal is in its ordinary mode meanwhile, and the guest's time stands still. Signals are
 * watched while a line is awaited. Typing the escape key at the prompt sends it to the guest.
 */
#include "cli/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/run.h"
#include "cli/terminal.h"
#include "machine/boot.h"

#define LINE_MAX_LEN 1024
#define PROMPT       "vm11> "

struct prompt_command {
    const char *name;
    const char *args;
    const char *help;
    /* `args` is what stands behind the name. Returns true to let the machine go on. */
    bool (*call)(struct run *run, char *args);
};

static void complain(const struct err *err)
{
    printf("%s\n", err->text);
}

static bool do_continue(struct run *run, char *args)
{
    return true;
}

static bool do_reset(struct run *run, char *args)
{
    struct err err = {0};

    if (run_restart(run, &err) == 0)
        return true;
    complain(&err);
    return false;
}

static bool do_boot(struct run *run, char *args)
{
    struct err err = {0};

    if (boot_unit(run->machine, *args ? args : "rk0", &err) == 0)
        return true;
    complain(&err);
    return false;
}

static bool do_attach(struct run *run, char *args)
{
    struct config_unit unit;
    struct attach how;
    struct err err = {0};
    int rc = config_unit_parse(args, &unit, &err);

    if (rc) {
        complain(&err);
        return false;
    }
    how = (struct attach){
        .path = unit.file, .overlay = unit.overlay, .read_only = unit.ro, .create = unit.new};
    rc = machine_attach(run->machine, unit.unit, &how, &err);
    if (rc)
        complain(&err);
    config_unit_fini(&unit);
    return false;
}

static bool do_detach(struct run *run, char *args)
{
    struct err err = {0};

    if (machine_detach(run->machine, args, &err))
        complain(&err);
    return false;
}

static bool do_regs(struct run *run, char *args)
{
    const struct cpu *cpu = &run->machine->cpu;

    for (unsigned i = 0; i < 6; i++)
        printf("R%u %06o  ", i, cpu->r[i]);
    printf("\nSP %06o  PC %06o  PS %06o  %llu instructions%s\n", cpu->r[SP], cpu->r[PC],
           cpu_ps(cpu), (unsigned long long)cpu->icount,
           cpu->attention & ATTN_WAIT ? ", waiting" : "");
    return false;
}

static bool do_quit(struct run *run, char *args)
{
    run->end = END_QUIT;
    return true;
}

static bool do_help(struct run *run, char *args);

static const struct prompt_command table[] = {
    {"continue", "", "let the machine go on", do_continue},
    {"reset", "", "start again as at the beginning", do_reset},
    {"boot", "[UNIT]", "boot from a unit", do_boot},
    {"attach", "UNIT=FILE[,ro][,overlay=FILE][,new]", "put a file on a unit", do_attach},
    {"detach", "UNIT", "take it off", do_detach},
    {"regs", "", "show the registers", do_regs},
    {"quit", "", "end; images are written", do_quit},
    {"help", "", "this text", do_help},
};

static bool do_help(struct run *run, char *args)
{
    for (unsigned i = 0; i < ARRAY_LEN(table); i++)
        printf("%-10s%s%s%s\n", table[i].name, table[i].args, *table[i].args ? "  " : "",
               table[i].help);
    printf("A command may be cut short. The escape key, typed here, goes to the guest.\n");
    return false;
}

/* The command that `word` begins, if it is clear. */
static const struct prompt_command *find(const char *word)
{
    const char *names[ARRAY_LEN(table) + 1] = {0};
    struct err err = {0};

    for (unsigned i = 0; i < ARRAY_LEN(table); i++) {
        if (strncmp(table[i].name, word, strlen(word)) == 0)
            return &table[i];
        names[i] = table[i].name;
    }
    options_unknown(word, "command", names, &err);
    printf("%s (help lists them)\n", err.text);
    return NULL;
}

/* Carry out a line; true: the machine goes on. */
static bool obey(struct run *run, char *line)
{
    const struct prompt_command *command;
    char *word = line + strspn(line, " \t");
    char *end = word + strcspn(word, " \t\n");
    char *args = end + strspn(end, " \t");

    args[strcspn(args, "\n")] = 0;
    *end = 0;
    if (!*word)
        return false;
    if (run->opt->escape > 0 && word[0] == run->opt->escape) {
        if (machine_type(run->machine, word, 1, &run->err))
            run->end = END_HOST;
        return true;
    }
    command = find(word);
    return command && command->call(run, args);
}

/* Wait for a line; false: none will come (the terminal is closed, a signal ends the run). */
static bool read_line(struct run *run, char *line)
{
    struct pollfd fds[2] = {{.fd = run->signals, .events = POLLIN},
                            {.fd = STDIN_FILENO, .events = POLLIN}};
    ssize_t n;

    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return false;
        if (fds[0].revents) {
            run_signals_take(run);
            terminal_restore();
            if (run->end == END_SIGNAL && run->signal == SIGINT) {
                run->end = END_NOT;
                printf("\n");
                line[0] = 0;
                return true;
            }
            if (run->end != END_NOT)
                return false;
            printf(PROMPT);
            fflush(stdout);
            continue;
        }
        n = read(STDIN_FILENO, line, LINE_MAX_LEN - 1);
        if (n > 0)
            line[n] = 0;
        return n > 0;
    }
}

void prompt_lead(struct run *run)
{
    u64 before = run_host_now();
    char line[LINE_MAX_LEN];

    if (console_flush(&run->console, &run->err)) {
        run->end = END_HOST;
        return;
    }
    terminal_restore();
    printf("\n");
    do {
        printf(PROMPT);
        fflush(stdout);
        if (!read_line(run, line)) {
            /* ^D: go on. A closed terminal is found by the next read. */
            printf("\n");
            break;
        }
    } while (!obey(run, line) && run->end == END_NOT);
    fflush(stdout);
    run_skip_time(run, run_host_now() - before);
    if (run->end == END_NOT)
        terminal_raw();
}
