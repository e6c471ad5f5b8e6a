/* run_files.c - no file is read and overwritten by the same run.
 *
 * `--state disk.rk` is a slip that would cost the disk: what is written from its beginning
 * (--state, --trace-file, --console file:) may be no other file of the run, and the paper of punch
 * and printer, to which is added, no disk, program or script. Files are the same by device and
 * inode, whatever their names. Terminals, pipes and /dev/null may serve twice.
 */
#include "cli/run_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/types.h"

#define MAX_FILES (2 * RUN_UNITS + 7)

enum use { USE_TAPE, USE_INPUT, USE_PAPER, USE_DISK, USE_OUTPUT };

struct named {
    enum use use;
    const char *what; /* the option or unit */
    const char *path;
};

struct list {
    unsigned count;
    struct named file[MAX_FILES];
};

static void add(struct list *list, enum use use, const char *what, const char *path)
{
    if (path && strcmp(path, "-") != 0)
        list->file[list->count++] = (struct named){use, what, path};
}

static void collect(struct list *list, const struct run_options *opt)
{
    add(list, USE_INPUT, "the program", opt->file);
    add(list, USE_INPUT, "--expect", opt->expect);
    add(list, USE_INPUT, "--replay", opt->replay);
    for (unsigned i = 0; i < opt->units; i++) {
        const struct config_unit *unit = &opt->unit[i];
        bool paper = strncmp(unit->unit, "pp", 2) == 0 || strncmp(unit->unit, "lp", 2) == 0;
        bool tape = strncmp(unit->unit, "pr", 2) == 0;

        add(list, paper ? USE_PAPER : tape ? USE_TAPE : USE_DISK, unit->unit, unit->file);
        add(list, USE_DISK, unit->unit, unit->overlay);
    }
    add(list, USE_OUTPUT, "--state", opt->state);
    add(list, USE_OUTPUT, "--record", opt->record);
    add(list, USE_OUTPUT, "--trace-file", opt->trace_file);
    if (opt->console.kind == CONSOLE_FILE)
        add(list, USE_OUTPUT, "--console", opt->console.path);
}

static bool same_file(const char *a, const char *b)
{
    struct stat one, two;

    /* What does not exist yet is the same file only by the same name. */
    if (stat(a, &one) || stat(b, &two))
        return strcmp(a, b) == 0;
    return S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* Whether two uses of one file harm each other. A tape may be read where it is punched; papers that
 * share a file mix, and disks find out by their locks. */
static bool harmful(enum use a, enum use b)
{
    if (a == USE_OUTPUT || b == USE_OUTPUT)
        return true;
    return (a == USE_PAPER && (b == USE_DISK || b == USE_INPUT)) ||
           (b == USE_PAPER && (a == USE_DISK || a == USE_INPUT));
}

/* Root may write what nobody may: but whoever marks a file read-only means it. */
static bool read_only(const struct named *file)
{
    struct stat st;

    return file->use == USE_OUTPUT && stat(file->path, &st) == 0 && S_ISREG(st.st_mode) &&
           !(st.st_mode & 0222);
}

int run_files_check(const struct run_options *opt, struct err *err)
{
    struct list list = {0};

    collect(&list, opt);
    for (unsigned i = 0; i < list.count; i++) {
        if (read_only(&list.file[i]))
            return err_set(err, EACCES, "%s %s: %s", list.file[i].what, list.file[i].path,
                           strerror(EACCES));
        for (unsigned j = i + 1; j < list.count; j++) {
            const struct named *a = &list.file[i], *b = &list.file[j];

            if (harmful(a->use, b->use) && same_file(a->path, b->path))
                return err_set(err, EINVAL, "%s %s: is also the file of %s, which would be lost",
                               b->what, b->path, a->what);
        }
    }
    return 0;
}
