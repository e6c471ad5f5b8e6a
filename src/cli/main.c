/* main.c - the program vm11: finds the subcommand. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/report.h"

#define MAX_COMMANDS 32

static const struct command *find(const char *word)
{
    for (unsigned i = 0; commands[i]; i++)
        if (strcmp(word, commands[i]->name) == 0)
            return commands[i];
    return NULL;
}

/* The first word is no subcommand. */
static int unknown(const char *word)
{
    static const char *const options[] = {"--help", "--version", NULL};
    const char *names[MAX_COMMANDS + 1] = {NULL};
    struct err err = {0};

    for (unsigned i = 0; i < MAX_COMMANDS && commands[i]; i++)
        names[i] = commands[i]->name;
    if (word[0] == '-')
        (void)near_error(word, "option", options, &err);
    else
        (void)near_error(word, "command", names, &err);
    report_error(NULL, &err);
    fprintf(stderr, "vm11: see vm11 --help\n");
    return STATUS_USAGE;
}

/* Whoever called us without standard descriptors: a disk image must not become one of them. */
static void fill_descriptors(void)
{
    static const int mode[] = {O_RDONLY, O_RDONLY, O_WRONLY}; /* writing to stdout shall fail */

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode[fd]) != fd)
            _exit(STATUS_HOST);
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    const struct command *command;

    fill_descriptors();
    /* A reader that goes away, or a file that may not grow (ulimit -f), is an error of a write,
     * not a sudden death with dirty disks. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (!word) {
        fprintf(stderr, "vm11: no command given; see vm11 --help\n");
        return STATUS_USAGE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        options_help(argc > 2 ? find(argv[2]) : NULL);
        return report_finish(NULL, STATUS_OK);
    }
    if (strcmp(word, "--version") == 0) {
        options_version();
        return report_finish(NULL, STATUS_OK);
    }
    command = find(word);
    if (!command)
        return unknown(word);
    return report_finish(word, command->main(command, argc - 1, argv + 1));
}
