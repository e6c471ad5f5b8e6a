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

static json_t *events_json(const struct vm_stats *stats)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < VM_EVENTS; i++) {
        if (!stats->event[i])
            continue;
        json_object_set_new(object, vm_event_names[i],
                            json_pack("{s:I, s:I}", "count", (json_int_t)stats->event[i], "cost",
                                      (json_int_t)cost_of_event((enum vm_event)i)));
    }
    return object;
}

static json_t *user_json(const struct user *user)
{
    const struct vm *vm = user->entry->vm;
    const struct vm_stats *stats = &vm->stats;
    struct report r;

    report_make(vm, &r);
    return json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:o}", "name",
        vm->name, "method", vm->method->name, "instructions", (json_int_t)r.instructions, "direct",
        (json_int_t)stats->direct, "simulated", (json_int_t)stats->simulated, "direct_share",
        r.direct, "exits", (json_int_t)stats->exits, "slices", (json_int_t)stats->slices,
        "shadow_loads", (json_int_t)stats->shadow_loads, "shadow_pages",
        (json_int_t)stats->shadow_pages, "interrupts", (json_int_t)stats->interrupts, "cost",
        (json_int_t)r.cost, "stretchout", r.stretch, "time", (double)machine_time(vm->m) / EVENT_HZ,
        "processor", (double)user->entry->used / EVENT_HZ, "events", events_json(stats));
}

static char *make_json(const struct system *system)
{
    json_t *users = json_array();
    const struct cp *cp = system->cp;
    json_t *all = json_pack("{s:f, s:f, s:o}", "time", (double)cp->time / EVENT_HZ, "idle",
                            (double)cp->idle / EVENT_HZ, "machines", users);
    char *text;

    for (unsigned i = 0; i < system->directory->vms; i++)
        if (system->user[i].entry)
            json_array_append_new(users, user_json(&system->user[i]));
    text = json_dumps(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(all);
    return text;
}

static char *make_text(const struct system *system)
{
    const struct cp *cp = system->cp;
    char *text = NULL, line[200];
    size_t len;
    FILE *file = open_memstream(&text, &len);

    if (!file)
        return NULL;
    fprintf(file, "time %.3f s, idle %.3f s\n", (double)cp->time / EVENT_HZ,
            (double)cp->idle / EVENT_HZ);
    for (unsigned i = 0; i < system->directory->vms; i++)
        for (unsigned k = 0;
             system->user[i].entry && report_line(system->user[i].entry->vm, k, line, sizeof line);
             k++)
            fprintf(file, "%s\n", line);
    fclose(file);
    return text;
}

int cp_report_write(const struct cp_run *run, struct err *err)
{
    const char *path = run->opt->report ? run->opt->report : run->system->directory->cp.report;
    char *text;
    int rc;

    if (!path)
        return 0;
    text = run->opt->json ? make_json(run->system) : make_text(run->system);
    if (!text)
        return err_set(err, ENOMEM, "%s: no host memory for it", path);
    rc = outfile_write(path, text, strlen(text), err);
    free(text);
    return rc;
}
