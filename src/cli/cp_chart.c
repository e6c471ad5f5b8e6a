/* cp_chart.c - the account as a chart in SVG: who executed the instructions of each VM, and its
 * stretchout.
 *
 * gnuplot draws it, as a process of its own without a shell. Its program and its drawing are in
 * files without a name: one that does not read to the end is no SIGPIPE, and neither waits for the
 * other. The drawing is written as the account is: all of it, or none.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cp_run.h"
#include "cli/outfile.h"
#include "cp/report.h"

static const char head[] = "set terminal svg size %u,420 dynamic noenhanced background 'white'\n"
                           "set multiplot layout 1,2\n"
                           "set style data histograms\n"
                           "set style fill solid\n"
                           "set boxwidth 0.6\n"
                           "set grid y\n"
                           "set xtics nomirror\n"
                           "set bmargin 4\n"
                           "set linetype 1 lc '#4477aa'\n"
                           "set linetype 2 lc '#cc6677'\n"
                           "set key outside top horizontal\n"
                           "name(i) = sprintf(\"%%s\\n%%s\", stringcolumn(1), stringcolumn(2))\n"
                           "$vms << END\n";
static const char tail[] = "set style histogram rowstacked\n"
                           "set yrange [0:110]\n"
                           "set ytics 20\n"
                           "set ylabel 'instructions, %'\n"
                           "plot $vms using 3:xtic(name(0)) title 'direct', \\\n"
                           "  '' using 4 title 'simulated', \\\n"
                           "  '' using 0:(105):(sprintf('%.3f', $3)) with labels notitle\n"
                           "set style histogram clustered gap 0.5\n"
                           "set yrange [0:most * 1.1]\n"
                           "set ytics auto\n"
                           "set ylabel 'time to that of a bare machine'\n"
                           "plot $vms using 5:xtic(name(0)) title 'stretchout', \\\n"
                           "  '' using 0:($5 + most * 0.05):(sprintf('%.3f', $5)) \\\n"
                           "  with labels notitle\n"
                           "unset multiplot\n";

static double write_row(FILE *file, const char *name, const char *below, const struct account *of)
{
    struct report r;

    report_make(of, &r);
    fprintf(file, "%s %s %.4f %.4f %.4f\n", name, below, 100 * r.direct,
            r.instructions ? 100 - 100 * r.direct : 0, r.stretch);
    return r.stretch;
}

static void write_program(FILE *file, const struct system *system)
{
    struct account all = {0};
    double most = 1;

    fprintf(file, head, 400 + 140 * system->directory->vms);
    for (const struct cp_vm *entry = system->cp->vms; entry; entry = entry->next) {
        struct account one = {0};
        double stretch;

        account_add(&one, entry->vm);
        account_add(&all, entry->vm);
        stretch = write_row(file, entry->vm->name, entry->vm->method->name, &one);
        most = stretch > most ? stretch : most;
    }
    if (all.vms != 1)
        (void)write_row(file, "all", "together", &all);
    fprintf(file, "END\nmost = %.4f\n%s", most, tail);
}

/* gnuplot with these as its input and output, to its end. -ENOENT: it is not there; -EPIPE: it
 * failed. */
static int run_gnuplot(FILE *in, FILE *out)
{
    static char name[] = "gnuplot", plain[] = "-d"; /* without the user's settings */
    char *argv[] = {name, plain, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    int rc, status = 0;
    pid_t pid;

    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none); /* ours are blocked: cmd_cp.c */
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    rc = -posix_spawnp(&pid, name, &actions, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    while (rc == 0 && waitpid(pid, &status, 0) < 0)
        rc = errno == EINTR ? 0 : -errno;
    return rc == 0 && status ? -EPIPE : rc;
}

static FILE *open_nameless(void)
{
    int fd = memfd_create("vm11-chart", MFD_CLOEXEC);

    return fd < 0 ? NULL : fdopen(fd, "w+");
}

/* To opt->chart; without a system only whether it can be done. */
static int draw(const struct cp_run *run, FILE *in, FILE *out, struct err *err)
{
    char *drawing;
    long size;
    int rc;

    if (run->system)
        write_program(in, run->system);
    rc = fseek(in, 0, SEEK_SET) ? -errno : run_gnuplot(in, out);
    if (rc == -ENOENT)
        return err_set(err, ENOENT,
                       "--chart: gnuplot draws it, and is not installed: it is in "
                       "the package gnuplot-nox");
    if (rc)
        return err_set(err, -rc, "--chart: gnuplot: %s",
                       rc == -EPIPE ? "it failed" : strerror(-rc));
    if (!run->system)
        return 0;
    size = lseek(fileno(out), 0, SEEK_END);
    drawing = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fileno(out), 0);
    if (drawing == MAP_FAILED)
        return err_set(err, EPIPE, "--chart: gnuplot has drawn nothing");
    rc = outfile_write(run->opt->chart, drawing, (size_t)size, err);
    munmap(drawing, (size_t)size);
    return rc;
}

int cp_chart_write(const struct cp_run *run, struct err *err)
{
    FILE *in, *out;
    int rc;

    if (!run->opt->chart)
        return 0;
    in = open_nameless();
    out = open_nameless();
    rc = in && out ? draw(run, in, out, err) : err_set(err, errno, "--chart: %s", strerror(errno));
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    return rc;
}
