/* cp_report.c - the account of a run of CP: what each VM did, as text or JSON. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cp_run.h"
#include "cli/outfile.h"
#include "cp/cost.h"
#include "cp/report.h"

/* What CP's work is the sum of: the events, or (false) the rest. */
static json_t *costs_json(const struct vm_stats *stats, bool events)
{
    json_t *object = json_object();
    struct cost_row row;

    for (unsigned i = events ? 0 : VM_EVENTS; cost_row(stats, i, &row); i++) {
        if (events && i == VM_EVENTS)
            break;
        if (row.count)
            json_object_set_new(object, row.name,
                                json_pack("{s:I, s:I, s:I}", "count", (json_int_t)row.count, "cost",
                                          (json_int_t)row.each, "total",
                                          (json_int_t)(row.count * row.each)));
    }
    return object;
}

static json_t *account_json(const struct account *account)
{
    const struct vm_stats *stats = &account->stats;
    struct report r;

    report_make(account, &r);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:f, "
        "s:f, s:f, s:o, s:o}",
        "instructions", (json_int_t)r.instructions, "direct", (json_int_t)stats->direct,
        "translated", (json_int_t)stats->translated, "simulated", (json_int_t)stats->simulated,
        "skipped", (json_int_t)stats->skipped, "direct_share", r.direct, "exits",
        (json_int_t)stats->exits, "exits_per_1000", r.per_mille, "slices",
        (json_int_t)stats->slices, "shadow_loads", (json_int_t)stats->shadow_loads, "shadow_pages",
        (json_int_t)stats->shadow_pages, "assists", (json_int_t)stats->assists, "interrupts",
        (json_int_t)stats->interrupts, "cost", (json_int_t)r.cost, "overhead", r.overhead,
        "stretchout", r.stretch, "time", (double)account->elapsed / EVENT_HZ, "events",
        costs_json(stats, true), "work", costs_json(stats, false));
}

static json_t *user_json(const struct user *user)
{
    struct account account = {0};
    json_t *object, *counts;

    account_add(&account, user->entry->vm);
    counts = account_json(&account);
    object =
        json_pack("{s:s, s:s, s:f}", "name", user->entry->vm->name, "method",
                  user->entry->vm->method->name, "processor", (double)user->entry->used / EVENT_HZ);
    json_object_update(object, counts);
    json_decref(counts);
    return object;
}

static char *make_json(const struct system *system)
{
    json_t *users = json_array();
    const struct cp *cp = system->cp;
    struct account account = {0};
    json_t *all;
    char *text;

    for (unsigned i = 0; i < system->directory->vms; i++) {
        if (!system->user[i].entry)
            continue;
        json_array_append_new(users, user_json(&system->user[i]));
        account_add(&account, system->user[i].entry->vm);
    }
    all = json_pack("{s:f, s:f, s:o, s:o}", "time", (double)cp->time / EVENT_HZ, "idle",
                    (double)cp->idle / EVENT_HZ, "machines", users, "all", account_json(&account));
    text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(all);
    return text;
}

static void write_account(FILE *file, const struct account *account)
{
    char line[200];

    for (unsigned k = 0; report_line(account, k, line, sizeof line); k++)
        fprintf(file, "%s\n", line);
}

static char *make_text(const struct system *system)
{
    const struct cp *cp = system->cp;
    struct account all = {0};
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);

    if (!file)
        return NULL;
    fprintf(file, "time %.3f s, idle %.3f s\n", (double)cp->time / EVENT_HZ,
            (double)cp->idle / EVENT_HZ);
    for (unsigned i = 0; i < system->directory->vms; i++) {
        struct account account = {0};

        if (!system->user[i].entry)
            continue;
        account_add(&account, system->user[i].entry->vm);
        write_account(file, &account);
        account_add(&all, system->user[i].entry->vm);
    }
    if (all.vms > 1) /* else it has been said */
        write_account(file, &all);
    fclose(file);
    return text;
}

/* --- where it goes ------------------------------------------------------------------------------
 */

static const char *path_of(const struct cp_options *opt, const struct directory *directory)
{
    return opt->report ? opt->report : directory->cp.report;
}

/* Files that a VM reads. */
static int spare_vm(const char *path, const struct directory_vm *vm, struct err *err)
{
    const char *const own[] = {vm->load, vm->expect, vm->reader.path};
    int rc = 0;

    for (unsigned i = 0; i < ARRAY_LEN(own) && rc == 0; i++)
        rc = own[i] ? outfile_spare(path, own[i], err) : 0;
    for (unsigned i = 0; i < vm->units && rc == 0; i++)
        rc = vm->unit[i].file ? outfile_spare(path, vm->unit[i].file, err) : 0;
    return rc;
}

/* One file that is written at the end. */
static int check_output(const char *path, const struct cp_options *opt,
                        const struct directory *directory, struct err *err)
{
    const struct directory_machine *bare = &directory->machine;
    int rc = outfile_check(path, err);

    if (rc == 0)
        rc = outfile_spare(path, opt->directory, err);
    for (unsigned i = 0; i < opt->scripts && rc == 0; i++)
        rc = outfile_spare(path, opt->script[i], err);
    for (unsigned i = 0; i < bare->packs && rc == 0; i++)
        rc = outfile_spare(path, bare->pack[i].file, err);
    for (unsigned i = 0; i < directory->vms && rc == 0; i++)
        rc = spare_vm(path, &directory->vm[i], err);
    return rc;
}

int cp_report_check(const struct cp_options *opt, const struct directory *directory,
                    struct err *err)
{
    const char *path = path_of(opt, directory);
    struct err inner = {0};

    if (path && check_output(path, opt, directory, &inner))
        return opt->report ? err_set(err, inner.code, "--report %s", inner.text)
                           : err_set(err, inner.code, "%s:%u: report: %s", opt->directory,
                                     directory->cp.report_line, inner.text);
    if (opt->chart && check_output(opt->chart, opt, directory, &inner))
        return err_set(err, inner.code, "--chart %s", inner.text);
    if (path && opt->chart && strcmp(path, "-") && strcmp(path, opt->chart) == 0)
        return err_set(err, EINVAL, "--chart %s: is also the file of the account", path);
    return 0;
}

static char *make(const struct cp_run *run)
{
    return run->opt->json ? make_json(run->system) : make_text(run->system);
}

void cp_report_tell(const struct cp_run *run)
{
    char *text = make(run);

    if (text)
        fprintf(stderr, "%s%s", text, run->opt->json ? "\n" : "");
    free(text);
}

int cp_report_write(const struct cp_run *run, struct err *err)
{
    const char *path = path_of(run->opt, run->system->directory);
    char *text;
    int rc;

    if (!path)
        return 0;
    text = make(run);
    if (!text)
        return err_set(err, ENOMEM, "%s: no host memory for it", path);
    rc = outfile_write(path, text, strlen(text), err);
    free(text);
    return rc;
}
