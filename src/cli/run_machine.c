/* run_machine.c - builds the machine of a run and starts it: see run.h. */
#include <errno.h>
#include <string.h>

#include "cli/report.h"
#include "cli/run.h"
#include "cp/prep.h"
#include "machine/boot.h"

static int attach(struct machine *m, const struct config_unit *unit, struct err *err)
{
    const struct attach how = {
        .path = unit->file, .overlay = unit->overlay, .read_only = unit->ro, .create = unit->new};

    return machine_attach(m, unit->unit, &how, err);
}

/* Whether the command line puts a file on that unit. */
static bool replaced(const struct run_options *opt, const char *unit)
{
    for (unsigned i = 0; i < opt->units; i++)
        if (strcmp(opt->unit[i].unit, unit) == 0)
            return true;
    return false;
}

static int attach_all(struct run *run, struct err *err)
{
    const struct run_options *opt = run->opt;
    const struct config *config = opt->config;
    int rc = 0;

    for (unsigned i = 0; config && i < config->units && rc == 0; i++)
        if (!replaced(opt, config->unit[i].unit))
            rc = attach(run->machine, &config->unit[i], err);
    for (unsigned i = 0; i < opt->units && rc == 0; i++)
        rc = attach(run->machine, &opt->unit[i], err);
    return rc;
}

/* A disk image as FILE goes on its unit, which is booted. */
static int attach_file(struct run *run, struct err *err)
{
    const struct run_options *opt = run->opt;
    const struct attach how = {.path = opt->file};

    if (replaced(opt, opt->disk))
        return err_set(err, EINVAL, "%s: this disk goes on %s, where -d puts another", opt->file,
                       opt->disk);
    return machine_attach(run->machine, opt->disk, &how, err);
}

static int set_all(struct run *run, struct err *err)
{
    int rc = 0;

    for (unsigned i = 0; i < run->opt->sets && rc == 0; i++)
        rc = setting_apply(&run->opt->set[i], run->machine, err);
    return rc;
}

/* The last `--set pc=`, which is a start address too. */
static const struct setting *set_pc(const struct run_options *opt)
{
    for (unsigned i = opt->sets; i-- > 0;)
        if (opt->set[i].kind == SETTING_REG && opt->set[i].number == PC)
            return &opt->set[i];
    return NULL;
}

static int load(struct run *run, const struct log *log, struct err *err)
{
    const struct run_options *opt = run->opt;
    const struct setting *pc = set_pc(opt);
    struct program_options how = {
        .has_load_at = opt->has_load_at,
        .load_at = opt->load_at,
        .has_start = opt->has_start || pc,
        .start = opt->has_start || !pc ? opt->start : pc->value,
        .log = log,
    };
    struct program *program;
    int rc = program_read(&program, opt->file, &how, err);

    if (rc)
        return rc;
    rc = program_load(program, run->machine, err);
    if (rc == 0 && run->solo)
        rc = prep_program(run->solo->vm, program, err);
    if (rc == 0 && (program->has_start || !opt->monitor))
        rc = program_start(program, run->machine, err);
    program_free(program);
    return rc;
}

static int start(struct run *run, const struct log *log, struct err *err)
{
    const struct run_options *opt = run->opt;
    const char *boot = opt->boot;
    int rc;

    if (!boot && opt->disk)
        boot = opt->disk;
    if (opt->file && !opt->disk) {
        if (opt->boot)
            return err_set(err, EINVAL, "boot %s, or run %s: not both", boot, opt->file);
        rc = load(run, log, err);
    } else if (boot) {
        rc = boot_unit(run->machine, boot, err);
    } else if (opt->has_start || set_pc(opt)) {
        rc = 0;
        machine_start(run->machine, opt->has_start ? opt->start : set_pc(opt)->value);
    } else if (opt->monitor || opt->replay) {
        rc = 0;
        machine_start(run->machine, 0);
    } else {
        return err_set(err, EINVAL, "nothing to run: give a file, --boot UNIT or --start ADDR");
    }
    return rc ? rc : set_all(run, err);
}

int run_restart(struct run *run, struct err *err)
{
    feed_clear(&run->machine->feed);
    return start(run, NULL, err);
}

/* The translator where the host has one and the memory for it; else it is told why not. */
static void choose_engine(struct machine *m)
{
    struct err err = {0};

    if (machine_set_engine(m, ENGINE_JIT, &err))
        log_put(&m->log, LOG_NOTE, "%s; the interpreter runs", err.text);
}

static int build_bare(struct run *run, const struct machine_config *config)
{
    int rc = machine_new(&run->machine, config, &run->err);

    if (rc == 0 && !run->opt->has_engine)
        choose_engine(run->machine);
    return rc;
}

/* A VM of CP, alone on a bare machine. */
static int build_virtual(struct run *run, const struct machine_config *config)
{
    struct vm_config vm = run->opt->vm;
    int rc;

    vm.name = "the virtual machine";
    vm.machine = *config;
    if (!run->opt->has_engine && jit_supported())
        vm.machine.engine = ENGINE_JIT;
    rc = solo_new(&run->solo, &vm, &run->err);
    if (rc == 0)
        run->machine = run->solo->vm->m;
    return rc;
}

void run_discard(struct run *run)
{
    if (run->solo)
        solo_free(run->solo);
    else
        machine_free(run->machine);
}

int run_build(struct run *run)
{
    const struct run_options *opt = run->opt;
    const struct machine_config config = {
        .model = opt->model,
        .memory = opt->memory,
        .hz = opt->hz,
        .real_time = run->real,
        .fast_io = opt->fast_io,
        .options = opt->options,
        .engine = opt->engine,
        .log = report_log(run->name),
    };
    int rc = opt->vm.method ? build_virtual(run, &config) : build_bare(run, &config);

    if (rc == 0)
        rc = attach_all(run, &run->err);
    if (rc == 0 && opt->disk)
        rc = attach_file(run, &run->err);
    if (rc == 0)
        rc = start(run, &config.log, &run->err);
    return rc;
}
