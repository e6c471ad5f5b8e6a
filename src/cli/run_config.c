/* run_config.c - what FILE is, and a machine description as options: see run_options.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/number.h"
#include "cli/run_files.h"
#include "cli/run_options.h"

/* The description's lists that the command line adds to: its own come later and prevail. */
static int take_sets(struct run_options *opt, const struct config *config, struct err *err)
{
    struct setting first[RUN_SETS];
    unsigned n = 0;

    if (config->sets.count + opt->sets > RUN_SETS)
        return err_set(err, EINVAL, "%s: more than %u values to set", opt->file, RUN_SETS);
    for (; n < config->sets.count; n++) {
        struct err inner = {0};
        if (setting_parse(config->sets.set[n], &first[n], &inner))
            return err_set(err, EINVAL, "%s: set: %s", opt->file, inner.text);
    }
    for (unsigned i = 0; i < opt->sets; i++)
        first[n++] = opt->set[i];
    for (unsigned i = 0; i < n; i++)
        opt->set[i] = first[i];
    opt->sets = n;
    return 0;
}

static int take_console(struct run_options *opt, const struct config *config, struct err *err)
{
    struct err inner = {0};

    if (!opt->escape && config->escape && run_parse_escape(config->escape, &opt->escape, &inner))
        return err_set(err, EINVAL, "%s: escape: %s", opt->file, inner.text);
    if (opt->has_console || !config->console)
        return 0;
    if (console_parse(config->console, &opt->console, &inner))
        return err_set(err, EINVAL, "%s: console: %s", opt->file, inner.text);
    opt->has_console = true;
    return 0;
}

static void take_places(struct run_options *opt, const struct config *config)
{
    if (!opt->has_load_at && config->has_load_at) {
        opt->has_load_at = true;
        opt->load_at = config->load_at;
    }
    if (!opt->has_start && config->start.given) {
        opt->has_start = true;
        opt->start = config->start.at;
    }
    if (!opt->boot)
        opt->boot = config->boot;
}

int run_set_option(void *ctx, const char *value, struct err *err)
{
    return machine_option(&((struct run_options *)ctx)->options, value, err);
}

int run_set_associator(void *ctx, const char *value, struct err *err)
{
    u64 slots;

    if (!count_parse(value, HV_SLOTS, &slots) || !slots)
        return err_set(err, EINVAL, "it has 1 to %u entries", HV_SLOTS);
    ((struct run_options *)ctx)->options.associator = (unsigned)slots;
    return 0;
}

/* Options of the processor: each as the command line says, or else the description. */
static void take_processor(struct machine_options *to, const struct machine_options *from)
{
    struct machine_options own = *to;

    *to = *from;
    if (own.kbs11a) {
        to->kbs11a = true;
        to->assist = own.assist;
        to->kbs_base = own.kbs_base;
    }
    if (own.hv) {
        to->hv = true;
        to->hv_base = own.hv_base;
    }
    if (own.associator)
        to->associator = own.associator;
}

static int take_config(struct run_options *opt, struct err *err)
{
    const struct config *config;
    int rc = config_read(&opt->config, opt->file, err);

    if (rc)
        return rc;
    config = opt->config;
    if (config->engine && !opt->has_engine) {
        opt->has_engine = true;
        if (run_parse_engine(config->engine, &opt->engine, err))
            return -EINVAL;
    }
    if (!opt->model)
        opt->model = config->model;
    if (!opt->memory)
        opt->memory = config->memory;
    if (opt->clock == CLOCK_DEFAULT && config->clock != CONFIG_CLOCK_DEFAULT)
        opt->clock = config->clock == CONFIG_CLOCK_REAL ? CLOCK_REAL : CLOCK_VIRTUAL;
    if (!opt->hz)
        opt->hz = config->hz;
    opt->fast_io |= config->fast_io;
    take_processor(&opt->options, &config->options);
    if (!opt->expect)
        opt->expect = config->expect;
    if (!opt->limit)
        opt->limit = config->limit;
    if (!opt->timeout)
        opt->timeout = (u64)(config->timeout * EVENT_HZ);
    take_places(opt, config);
    rc = take_sets(opt, config, err);
    if (rc == 0)
        rc = take_console(opt, config, err);
    opt->file = config->load;
    return rc;
}

/* The unit for a disk image. */
static int find_drive(struct run_options *opt, struct err *err)
{
    struct stat st;
    u64 size = stat(opt->file, &st) == 0 ? (u64)st.st_size : 0;

    opt->disk = identify_unit(size);
    if (opt->disk)
        return 0;
    return err_set(err, EINVAL, "%s: %llu bytes, a %s: this machine has no drive for it", opt->file,
                   (unsigned long long)size, identify_pack(size));
}

/* What a replay takes from its recording comes from nowhere else. */
static int check_replay(const struct run_options *opt, struct err *err)
{
    if (!opt->replay)
        return 0;
    if (opt->record || opt->expect || opt->has_gdb)
        return err_set(err, EINVAL, "--replay repeats what was: not with %s",
                       opt->record   ? "--record"
                       : opt->expect ? "--expect"
                                     : "--gdb");
    switch (opt->console.kind) {
    case CONSOLE_TTY:
    case CONSOLE_FILE:
    case CONSOLE_NULL: return 0;
    case CONSOLE_PTY:
    case CONSOLE_UNIX:
    case CONSOLE_TCP: break;
    }
    return err_set(err, EINVAL, "--replay has no use for input: --console tty, file: or null");
}

int run_options_complete(struct run_options *opt, struct err *err)
{
    int rc = 0;

    if (opt->file)
        rc = identify_file(opt->file, &opt->kind, err);
    if (rc == 0 && opt->file && opt->kind == FILE_CONFIG) {
        rc = take_config(opt, err);
        if (rc == 0 && opt->file)
            rc = identify_file(opt->file, &opt->kind, err);
        if (rc == 0 && opt->file && opt->kind == FILE_CONFIG)
            rc = err_set(err, EINVAL, "%s: a machine description can't load another", opt->file);
    }
    if (rc == 0 && opt->file && opt->kind == FILE_DISK && !opt->has_load_at)
        rc = find_drive(opt, err);
    if (rc == 0)
        rc = check_replay(opt, err);
    if (rc == 0)
        rc = run_files_check(opt, err);
    if (!opt->escape)
        opt->escape = 'E' & 037;
    return rc;
}

void run_options_fini(struct run_options *opt)
{
    for (unsigned i = 0; i < opt->units; i++)
        config_unit_fini(&opt->unit[i]);
    config_free(opt->config);
}
