/* simh.c - the other side of the differential test: SIMH's pdp11, driven by one script.
 *
 * The script loads each batch as an absolute loader tape, runs it to its HALT and examines the
 * results, which come as lines of address and value. A whole group of batches is one process.
 */
#include "simh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 20000 /* milliseconds without output */

bool simh_init(struct simh *simh, const char *program)
{
    const char *tmp = getenv("TMPDIR");

    *simh = (struct simh){.program = program};
    snprintf(simh->folder, sizeof simh->folder, "%.40s/vm11-diff-XXXXXX", tmp ? tmp : "/tmp");
    if (mkdtemp(simh->folder))
        return true;
    fprintf(stderr, "%s: %s\n", simh->folder, strerror(errno));
    return false;
}

static void file_path(const struct simh *simh, const char *name, unsigned number, char path[128])
{
    snprintf(path, 128, "%s/%s%u", simh->folder, name, number);
}

static FILE *open_file(const struct simh *simh, const char *name, unsigned number)
{
    char path[128];
    FILE *file;

    file_path(simh, name, number, path);
    file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        abort();
    }
    return file;
}

static void remove_files(struct simh *simh)
{
    char path[128];

    for (unsigned i = 0; i < simh->tapes; i++) {
        file_path(simh, "tape", i, path);
        unlink(path);
    }
    file_path(simh, "script", 0, path);
    unlink(path);
    simh->tapes = 0;
}

void simh_fini(struct simh *simh)
{
    remove_files(simh);
    rmdir(simh->folder);
}

/* One block of an absolute loader tape; without data it is the start address. */
static void write_block(FILE *file, u16 address, const u8 *data, u32 len)
{
    u32 size = len + 6;
    u8 head[6] = {1, 0, (u8)size, (u8)(size >> 8), (u8)address, (u8)(address >> 8)};
    u8 sum = 0;

    for (unsigned i = 0; i < sizeof head; i++)
        sum = (u8)(sum + head[i]);
    for (u32 i = 0; i < len; i++)
        sum = (u8)(sum + data[i]);
    fwrite(head, 1, sizeof head, file);
    fwrite(data, 1, len, file);
    fputc((u8)-sum, file);
}

void simh_add(struct simh *simh, const struct batch *batch)
{
    const struct driver *d = batch->driver;
    const struct {
        u16 from;
        u32 to;
    } parts[] = {
        {0, 0400},
        {01000, d->low_end},
        {d->cases, batch->results},
        {(u16)(d->stack - 0200), d->stack},
        {d->hpage, d->page_end},
        {d->maps, d->maps + 0300u * SETS},
        {d->sand, d->sand + 2 * SANDWORDS},
        {d->master, d->master + 2 * SANDWORDS},
    };
    FILE *file = open_file(simh, "tape", simh->tapes++);

    for (unsigned i = 0; i < ARRAY_LEN(parts); i++)
        write_block(file, parts[i].from, batch->image + parts[i].from, parts[i].to - parts[i].from);
    write_block(file, 1, (const u8 *)"", 0);
    fclose(file);
}

static void write_script(const struct simh *simh, const struct batch *const *batch, bool log)
{
    const struct driver *d = batch[0]->driver;
    FILE *file = open_file(simh, "script", 0);

    fprintf(file, "set cpu 11/45\nset cpu 128K\nset cpu noidle\n"
                  "d stop_traps 0\nd stop_veca 0\nd stop_spa 0\n");
    for (unsigned i = 0; i < simh->tapes; i++) {
        fprintf(file, "load %s/tape%u\nrun %o\n", simh->folder, i, d->start);
        fprintf(file, "e %o\n", d->count);
        fprintf(file, "e %o-%o\n", batch[i]->results,
                batch[i]->results + batch_result_bytes(batch[i]) - 2);
        if (log)
            fprintf(file, "e %o-%o\n", d->log, d->log + 0176);
    }
    fprintf(file, "quit\n");
    fclose(file);
}

/* All that the program prints, until it ends. NULL if it takes too long. */
static char *read_output(int fd)
{
    size_t size = 1u << 20, len = 0;
    char *text = malloc(size);
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    while (text) {
        ssize_t got = poll(&poll_fd, 1, PATIENCE) > 0 ? read(fd, text + len, size - len - 1) : -1;
        if (got == 0) {
            text[len] = 0;
            return text;
        }
        if (got < 0)
            break;
        len += (size_t)got;
        if (size - len < 65536)
            text = realloc(text, size *= 2);
    }
    free(text);
    return NULL;
}

static char *run_script(const struct simh *simh)
{
    char script[128], *text;
    int fds[2];
    pid_t child;

    file_path(simh, "script", 0, script);
    if (pipe(fds) || (child = fork()) < 0)
        abort();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(fds[1], 1);
        dup2(null, 2);
        close(fds[0]);
        close(fds[1]);
        execlp(simh->program, simh->program, script, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    text = read_output(fds[0]);
    close(fds[0]);
    if (!text)
        kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return text;
}

/* The values of the lines "address:<TAB>value" for count words from `address`. */
static bool parse_words(const char **text, u32 address, u32 count, u16 *words)
{
    for (u32 i = 0; i < count; i++) {
        char want[16];
        const char *at;
        snprintf(want, sizeof want, "\n%o:\t", address + 2 * i);
        at = strstr(*text, want);
        if (!at)
            return false;
        words[i] = (u16)strtoul(at + strlen(want), NULL, 8);
        *text = at + strlen(want);
    }
    return true;
}

static bool parse_batch(const char **text, const struct batch *batch, u16 *words, u16 *log)
{
    const struct driver *d = batch->driver;
    u16 left;

    if (!parse_words(text, d->count, 1, &left) ||
        !parse_words(text, batch->results, batch_result_bytes(batch) / 2, words) ||
        (log && !parse_words(text, d->log, 64, log))) {
        fprintf(stderr, "the other simulator's output ends early\n");
        return false;
    }
    if (left == 0177777)
        return true;
    fprintf(stderr, "the other simulator stopped in case %u, instruction %06o, seed %llx\n",
            batch->count - left - 1, batch->tc[batch->count - left - 1].word,
            (unsigned long long)batch->tc[batch->count - left - 1].seed);
    return false;
}

bool simh_run(struct simh *simh, const struct batch *const *batch, unsigned count, u16 **words,
              u16 **log)
{
    bool good = true;
    const char *at;
    char *text;

    write_script(simh, batch, log != NULL);
    text = run_script(simh);
    at = text;
    if (!text)
        fprintf(stderr, "the other simulator hangs somewhere in the words %06o-%06o\n",
                batch[0]->tc[0].word, batch[count - 1]->tc[batch[count - 1]->count - 1].word);
    for (unsigned i = 0; text && good && i < count; i++)
        good = parse_batch(&at, batch[i], words[i], log ? log[i] : NULL);
    free(text);
    remove_files(simh);
    return good && text;
}
