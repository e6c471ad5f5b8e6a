/* system.c - see system.h. */
#include "cp/system_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cp/prep.h"
#include "machine/boot.h"
#include "machine/load.h"
#include "machine/setting.h"

void system_tell(const struct system *system, const char *text)
{
    if (system->ops.tell)
        system->ops.tell(system->ops.ctx, text);
}

int user_blame(const struct user *user, unsigned line, const char *key, const char *mend,
               const struct err *why, struct err *err)
{
    return directory_blame(user->system->directory, line, key, mend, why, err);
}

/* The same of a disk's image; `file` NULL: it has none of its own. */
static int image_blame(const struct system *system, const char *file, unsigned line,
                       const char *key, const struct err *why, struct err *err)
{
    struct err own = {.code = ENOENT};

    if (why->code == ENOENT && file) { /* the key is another way to say so than an option's */
        snprintf(own.text, sizeof own.text, "%s: no such file", file);
        why = &own;
    }
    return directory_blame(system->directory, line, key,
                           "give an image that is there, or 'new: true'", why, err);
}

/* --- a user's VM --------------------------------------------------------------------------------
 */

static void printed(void *ctx, u8 ch)
{
    struct user *user = ctx;

    if (user->expect)
        expect_output(user->expect, ch);
    user->system->ops.output(user->system->ops.ctx, user, ch);
}

/* The medium of a unit that is no file of its own. */
static int open_medium(struct user *user, const struct directory_unit *unit, struct image **image,
                       struct err *err)
{
    *image = NULL;
    switch (unit->medium) {
    case DIRECTORY_FILE: return 0;
    case DIRECTORY_EXTENT:
        return image_window(image, user->system->pack[unit->pack_at], unit->start * DIRECTORY_BLOCK,
                            unit->blocks * DIRECTORY_BLOCK, unit->ro, err);
    case DIRECTORY_RAM: return image_memory(image, unit->unit, unit->ram, err);
    }
    return 0;
}

static int attach_all(struct user *user, struct err *err)
{
    for (unsigned i = 0; i < user->def->units; i++) {
        const struct directory_unit *unit = &user->def->unit[i];
        unsigned line = unit->file ? unit->file_line : unit->line;
        struct err why = {0};
        int rc;
        struct attach how = {.path = unit->file,
                             .overlay = unit->overlay,
                             .read_only = unit->ro,
                             .create = unit->new};
        rc = open_medium(user, unit, &how.image, &why);
        if (rc == 0)
            rc = machine_attach(user->entry->vm->m, unit->unit, &how, &why);
        if (rc) { /* it is nobody else's yet */
            image_close(how.image);
            return image_blame(user->system, unit->file, line, unit->file ? "file" : unit->unit,
                               &why, err);
        }
    }
    return 0;
}

static int read_script(struct user *user, struct err *err)
{
    const struct directory_vm *def = user->def;
    struct err why = {0};

    if (!def->expect || expect_read(&user->expect, def->expect, &why) == 0)
        return 0;
    return user_blame(user, def->expect_line, "expect", "give a console script that is there", &why,
                      err);
}

static struct vm_config config_of(const struct user *user)
{
    const struct directory_vm *def = user->def;
    const struct directory_machine *bare = &user->system->directory->machine;

    return (struct vm_config){
        .name = def->name,
        .method = method_find(directory_methods[def->method]),
        .kernel_in_supervisor = def->supervisor,
        .moves = def->moves,
        .assist = def->assist,
        .impure = !def->pure,
        .machine = {.model = def->model ? def->model : bare->model,
                    .memory = def->memory,
                    .hz = bare->hz,
                    .fast_io = bare->fast_io,
                    .log = user->system->log},
    };
}

int user_logon(struct user *user, struct err *err)
{
    const struct directory_vm *def = user->def;
    struct vm_config config = config_of(user);
    struct machine *m;
    int rc;

    if (user->entry)
        return err_set(err, EALREADY, "%s is logged on", def->name);
    if (!config.method)
        return err_set(err, ENOTSUP, "%s: there is no method %s", def->name,
                       directory_methods[def->method]);
    rc = cp_add(user->system->cp, &config, def->virtual_real, &user->entry, err);
    if (rc)
        return rc;
    m = user->entry->vm->m;
    m->line.sink = printed;
    m->line.sink_ctx = user;
    user->entry->share = def->share;
    cp_set_clock(user->entry, (enum cp_clock)def->clock);
    rc = cp_set_reserve(user->entry, def->reserve, err);
    if (rc == 0)
        rc = attach_all(user, err);
    if (rc == 0)
        rc = user_open_paper(user, err);
    if (rc == 0)
        rc = read_script(user, err);
    if (rc)
        user_logoff(user);
    return rc;
}

void user_logoff(struct user *user)
{
    expect_free(user->expect);
    user->expect = NULL;
    if (user->entry && user->system->ops.leaves)
        user->system->ops.leaves(user->system->ops.ctx, user);
    user_close_paper(user);
    if (user->entry)
        cp_remove(user->entry);
    user->entry = NULL;
}

static int load(struct user *user, struct err *err)
{
    const struct directory_vm *def = user->def;
    struct machine *m = user->entry->vm->m;
    struct program_options how = {
        .has_start = def->start.given, .start = def->start.at, .log = &user->system->log};
    struct program *program;
    int rc = program_read(&program, def->load, &how, err);

    if (rc)
        return rc;
    rc = program_load(program, m, err);
    if (rc == 0)
        rc = prep_program(user->entry->vm, program, err);
    if (rc == 0)
        rc = program_start(program, m, err);
    program_free(program);
    return rc;
}

static int set_all(const struct keyed_sets *sets, struct machine *m, struct err *err)
{
    struct setting setting;
    int rc = 0;

    for (unsigned i = 0; i < sets->count && rc == 0; i++) {
        rc = setting_parse(sets->set[i], &setting, err);
        if (rc == 0)
            rc = setting_apply(&setting, m, err);
    }
    return rc;
}

/* From the unit that the operator names, or else as the entry says. */
static int begin(struct user *user, const char *unit, struct err *err)
{
    const struct directory_vm *def = user->def;
    struct machine *m = user->entry->vm->m;
    struct err why = {0};

    if (unit && boot_unit(m, unit, &why) == -ENOMEDIUM)
        return err_set(err, ENOMEDIUM, "%s: nothing is attached to it: attach %s %s FILE", unit,
                       def->name, unit);
    if (unit && why.code)
        return err_set(err, why.code, "%s", why.text);
    if (!unit && (def->ipl ? boot_unit(m, def->ipl, &why) : load(user, &why)))
        return user_blame(user, def->ipl_line, "ipl",
                          "give a program file that is there, or a unit (rk0)", &why, err);
    if (set_all(&def->sets, m, &why))
        return user_blame(user, def->set_line, "set", "", &why, err);
    return 0;
}

int user_ipl(struct user *user, const char *unit, struct err *err)
{
    const struct directory_vm *def = user->def;
    struct system *system = user->system;
    struct machine *m;
    int rc;

    if (!user->entry)
        return err_set(err, ENOENT, "%s is not logged on", def->name);
    m = user->entry->vm->m;
    if (!unit && !def->ipl && !def->load)
        return err_set(err, EINVAL, "%s: its entry has no `ipl`: say from which unit", def->name);
    cp_halt(user->entry);
    feed_clear(&m->feed);
    if (unit || def->ipl) { /* what was preprocessed is no more */
        prep_free(user->entry->vm->prep);
        user->entry->vm->prep = NULL;
    }
    rc = begin(user, unit, err);
    if (rc)
        return rc;
    if (user->expect)
        expect_begin(user->expect, m);
    if (system->hash_every)
        user->entry->pause = user->next_hash = m->cpu.icount + system->hash_every;
    cp_start(user->entry);
    return 0;
}

struct user *system_find(const struct system *system, const char *name)
{
    for (unsigned i = 0; i < system->directory->vms; i++)
        if (system->user[i].def == directory_find(system->directory, name))
            return &system->user[i];
    return NULL;
}

/* --- what happens to VMs ------------------------------------------------------------------------
 */

static struct user *user_of(struct system *system, const struct cp_vm *entry)
{
    for (unsigned i = 0; i < system->directory->vms; i++)
        if (system->user[i].entry == entry)
            return &system->user[i];
    return NULL;
}

/* The script of a user is over. */
static void script_ended(struct user *user)
{
    char text[512];

    if (user->script == EXPECT_FAILED)
        snprintf(text, sizeof text, "%s: its script failed: %s", user->def->name,
                 expect_error(user->expect)->text);
    else
        snprintf(text, sizeof text, "%s: its script is over", user->def->name);
    expect_free(user->expect);
    user->expect = NULL;
    user->entry->deadline = UINT64_MAX;
    if (user->script != EXPECT_INTERACT)
        cp_halt(user->entry);
    system_tell(user->system, text);
}

static void step_script(struct user *user)
{
    u64 now = machine_time(user->entry->vm->m), at;

    user->script = expect_step(user->expect, now);
    if (user->script != EXPECT_RUNNING) {
        script_ended(user);
        return;
    }
    at = expect_deadline(user->expect);
    user->entry->deadline = at > now ? at : now + 1;
}

static void turned(void *ctx, struct cp_vm *entry)
{
    struct system *system = ctx;
    struct user *user = user_of(system, entry);
    const struct machine *m = entry->vm->m;

    system_pass(system);
    if (!user)
        return;
    if (system->hash_every && m->cpu.icount >= user->next_hash) {
        if (system->ops.hash)
            system->ops.hash(system->ops.ctx, user, m->cpu.icount, machine_hash(m));
        entry->pause = user->next_hash = m->cpu.icount + system->hash_every;
    }
    if (user->expect && entry->state == CP_RUNNING)
        step_script(user);
}

static const char *const ends[] = {
    [STOP_LIMIT] = "its limit of instructions is reached",
    [STOP_HALT] = "HALT",
    [STOP_DOUBLE] = "double fault: a trap's vector cannot be taken",
    [STOP_HOST] = "the host failed",
    [STOP_BREAK] = "breakpoint",
    [STOP_WATCH] = "watchpoint",
    [STOP_PRESENT] = "the end of its recording",
};

/* The debugger's stop: it counts? A script waits for what comes when its VM goes on. */
static bool stop_counts(struct system *system, struct user *user)
{
    struct cp_vm *entry = user->entry;

    if (user->debugged)
        return false;
    if (!system->ops.stopped || system->ops.stopped(system->ops.ctx, user, entry->stop))
        return true;
    cp_start(entry);
    return false;
}

static void ended(void *ctx, struct cp_vm *entry)
{
    struct system *system = ctx;
    struct user *user = user_of(system, entry);
    const struct machine *m = entry->vm->m;
    bool debugger = entry->stop == STOP_BREAK || entry->stop == STOP_WATCH;
    const char *why = entry->stop == STOP_HOST ? m->failure.text : ends[entry->stop];
    char text[512];

    if (!user || (debugger && !stop_counts(system, user)))
        return;
    snprintf(text, sizeof text, "%s: %s, PC %06o", user->def->name, why ? why : "stopped",
             m->cpu.r[PC]);
    system_tell(system, text);
    if (!user->expect || debugger)
        return;
    user->script = expect_end(user->expect, entry->stop, machine_time(m));
    script_ended(user);
}

/* --- the whole ----------------------------------------------------------------------------------
 */

static int open_packs(struct system *system, struct err *err)
{
    const struct directory_machine *bare = &system->directory->machine;
    int rc = 0;

    system->pack = calloc(bare->packs + 1, sizeof *system->pack);
    if (!system->pack)
        return err_set(err, ENOMEM, "no host memory for %u packs", bare->packs);
    for (unsigned i = 0; i < bare->packs && rc == 0; i++) {
        const struct directory_pack *pack = &bare->pack[i];
        const struct attach how = {.path = pack->file,
                                   .overlay = pack->overlay,
                                   .read_only = pack->ro,
                                   .create = pack->new};
        struct err why = {0};

        rc = image_open(&system->pack[i], &how, pack->capacity, &system->log, &why);
        if (rc)
            rc = image_blame(system, pack->file, pack->file_line, "file", &why, err);
    }
    return rc;
}

static int logon_all(struct system *system, struct err *err)
{
    struct directory *directory = system->directory;
    int rc = 0;

    system->user = calloc(directory->vms + 1, sizeof *system->user);
    if (!system->user)
        return err_set(err, ENOMEM, "no host memory for %u users", directory->vms);
    for (unsigned i = 0; i < directory->vms; i++)
        system->user[i] = (struct user){.system = system, .def = &directory->vm[i]};
    /* Who has a place of its own comes first. */
    for (unsigned pass = 0; pass < 2; pass++)
        for (unsigned i = 0; i < directory->vms && rc == 0; i++)
            if (directory->vm[i].virtual_real == (pass == 0))
                rc = user_logon(&system->user[i], err);
    return rc;
}

static int make_cp(struct system *system, enum engine engine, struct err *err)
{
    const struct directory_machine *bare = &system->directory->machine;
    struct cp_config config = {.slice = system->directory->cp.slice,
                               .own = directory_own(system->directory),
                               .bare = {.model = bare->model,
                                        .memory = (u32)directory_memory(system->directory),
                                        .wide = bare->real_memory > RAM_MAX,
                                        .engine = engine,
                                        .options = bare->options,
                                        .log = system->log}};
    int rc;

    if (bare->engine)
        config.bare.engine = strcmp(bare->engine, "jit") == 0 ? ENGINE_JIT : ENGINE_INTERP;
    rc = cp_new(&system->cp, &config, err);
    if (rc)
        return rc;
    system->cp->turned = turned;
    system->cp->ended = ended;
    system->cp->ctx = system;
    return 0;
}

int system_new(struct system **out, struct directory *directory, enum engine engine,
               const struct system_ops *ops, const struct log *log, struct err *err)
{
    struct system *system = calloc(1, sizeof *system);
    int rc;

    if (!system) {
        directory_free(directory);
        return err_set(err, ENOMEM, "no host memory for CP");
    }
    system->directory = directory;
    system->ops = *ops;
    system->log = *log;
    rc = make_cp(system, engine, err);
    if (rc == 0)
        rc = open_packs(system, err);
    if (rc == 0)
        rc = system_open_spool(system, err);
    if (rc == 0)
        rc = logon_all(system, err);
    if (rc) {
        system_free(system);
        return rc;
    }
    *out = system;
    return 0;
}

void system_free(struct system *system)
{
    if (!system)
        return;
    for (unsigned i = 0; system->user && i < system->directory->vms; i++)
        user_logoff(&system->user[i]);
    cp_free(system->cp);
    for (unsigned i = 0; system->pack && i < system->directory->machine.packs; i++)
        image_close(system->pack[i]);
    spool_free(system->spool);
    free(system->pack);
    free(system->user);
    directory_free(system->directory);
    free(system);
}

int system_autostart(struct system *system, struct err *err)
{
    for (unsigned i = 0; i < system->directory->vms; i++) {
        struct user *user = &system->user[i];
        int rc = user->def->autostart && user->entry ? user_ipl(user, NULL, err) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

int system_flush(struct system *system, struct err *err)
{
    int first = 0;

    for (struct cp_vm *entry = system->cp->vms; entry; entry = entry->next) {
        int rc = machine_flush(entry->vm->m, err);
        first = first ? first : rc;
    }
    for (unsigned i = 0; i < system->directory->machine.packs; i++) {
        int rc = image_flush(system->pack[i], err);
        first = first ? first : rc;
    }
    if (system->spool && !first)
        first = spool_flush(system->spool, err);
    return first;
}
