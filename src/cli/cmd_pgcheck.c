/* cmd_pgcheck.c - `vm11 pgcheck`: is this processor virtualizable? See pg/pg.h. */
#include <errno.h>
#include <string.h>

#include "base/near.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/pg_work.h"
#include "cli/report.h"
#include "pg/mediate.h"

#define SAMPLES     120u
#define SAMPLES_MAX 1000000u
#define CTL_MAX     0177u

struct pgcheck_options {
    const struct model *model;
    struct pg_config config;
    unsigned threads;
    bool json, page;
};

static int set_cpu(void *ctx, const char *value, struct err *err)
{
    return option_model(value, &((struct pgcheck_options *)ctx)->model, err);
}

static int set_no_mmu(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->config.mmu = false;
    return 0;
}

static int set_kbs(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->config.kbs = true;
    return 0;
}

static int set_hv(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->config.hv = true;
    return 0;
}

static int set_ctl(void *ctx, const char *value, struct err *err)
{
    struct pgcheck_options *opt = ctx;
    u64 ctl;

    if (!number_parse(value, CTL_MAX, &ctl))
        return err_set(err, EINVAL, "give exit controls in octal, up to %o", CTL_MAX);
    opt->config.hv = true;
    opt->config.ctl = (u16)ctl;
    return 0;
}

static int set_vcsr(void *ctx, const char *value, struct err *err)
{
    struct pgcheck_options *opt = ctx;
    u64 vcsr;

    if (!number_parse(value, VCSR_WRITE, &vcsr))
        return err_set(err, EINVAL, "give bits of VCSR in octal, up to %o", VCSR_WRITE);
    opt->config.kbs = true;
    opt->config.vcsr = (u16)vcsr;
    return 0;
}

static int set_guest(void *ctx, const char *value, struct err *err)
{
    static const char *const words[] = {"user", "supervisor", NULL};
    struct pgcheck_options *opt = ctx;

    opt->config.guest = strcmp(value, words[0]) == 0 ? MODE_U : MODE_S;
    if (opt->config.guest == MODE_S && strcmp(value, words[1]) != 0)
        return near_error(value, "mode of guests", words, err);
    return 0;
}

static int set_samples(void *ctx, const char *value, struct err *err)
{
    u64 samples;

    if (!count_parse(value, SAMPLES_MAX, &samples) || samples == 0)
        return err_set(err, EINVAL, "give a number of states, 1 to %u", SAMPLES_MAX);
    ((struct pgcheck_options *)ctx)->config.samples = (unsigned)samples;
    return 0;
}

static int set_seed(void *ctx, const char *value, struct err *err)
{
    u64 seed;

    if (!count_parse(value, UINT32_MAX, &seed) || seed == 0)
        return err_set(err, EINVAL, "give a number that is not 0");
    ((struct pgcheck_options *)ctx)->config.seed = seed;
    return 0;
}

static int set_threads(void *ctx, const char *value, struct err *err)
{
    u64 threads;

    if (!count_parse(value, 256, &threads) || threads == 0)
        return err_set(err, EINVAL, "give a number of threads, 1 to 256");
    ((struct pgcheck_options *)ctx)->threads = (unsigned)threads;
    return 0;
}

static int set_homo(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->config.homo = true;
    return 0;
}

static int set_monitor(void *ctx, const char *value, struct err *err)
{
    struct pgcheck_options *opt = ctx;

    opt->config.homo = true;
    opt->config.monitor = &pg_monitor_cp;
    opt->config.how = value;
    return 0;
}

static int set_json(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->json = true;
    return 0;
}

static int set_page(void *ctx, const char *value, struct err *err)
{
    ((struct pgcheck_options *)ctx)->page = true;
    return 0;
}

static int check(const struct pgcheck_options *opt, struct err *err)
{
    struct pg_work *work = NULL;
    int rc;

    if (opt->config.kbs && opt->config.hv)
        return err_set(err, EINVAL, "a machine of the Hardware Virtualizer has no KBS11-A");
    if (opt->config.monitor && (opt->config.kbs || opt->config.hv || !opt->config.mmu))
        return err_set(err, EINVAL,
                       "--monitor is compared with the bare machine, its KT11 on, without options");
    rc = pg_work_do(&work, opt->model, &opt->config, opt->threads, err);
    if (rc == 0)
        rc = opt->json ? pg_print_json(work, err) : pg_print_text(work, err);
    pg_work_free(work);
    return rc;
}

static int pgcheck_main(const struct command *command, int argc, char **argv)
{
    struct pgcheck_options opt = {
        .model = model_at(0),
        .config = {.mmu = true,
                   .vcsr = VCSR_EN | VCSR_TUSR | VCSR_TSUP | VCSR_USLE | VCSR_MXE,
                   .ctl = HV_EXIT_RESET | HV_EXIT_WAIT,
                   .guest = MODE_U,
                   .samples = SAMPLES,
                   .seed = 1},
    };
    struct err err = {0};
    int status, rc;

    if (!options_parse(command, &opt, argc, argv, &status))
        return status;
    if (!opt.config.kbs)
        opt.config.vcsr = 0;
    if (!opt.config.hv)
        opt.config.ctl = 0;
    rc = opt.page ? pg_print_page(opt.threads, &err) : check(&opt, &err);
    return rc ? report_error(command->name, &err) : report_finish(command->name, STATUS_OK);
}

static const struct option pgcheck_table[] = {
    {"cpu", 0, "MODEL", "11/50 11/45", "11/50", "processor", set_cpu},
    {"no-mmu", 0, NULL, NULL, NULL, "without relocation", set_no_mmu},
    {"kbs", 0, NULL, NULL, NULL, "with the KBS11-A, all of it enabled", set_kbs},
    {"vcsr", 0, "BITS", NULL, "147", "with the KBS11-A and these bits of VCSR", set_vcsr},
    {"hv", 0, NULL, NULL, NULL, "guests are machines of the Hardware Virtualizer", set_hv},
    {"ctl", 0, "BITS", NULL, "6", "they are, and these are their exit controls", set_ctl},
    {"guest", 0, "MODE", "user supervisor", "user", "the mode that guests run in", set_guest},
    {"samples", 0, "N", NULL, "120", "states for each first word", set_samples},
    {"seed", 0, "N", NULL, "1", "what the states are drawn by", set_seed},
    {"threads", 0, "N", NULL, "one a core", "how many work at it", set_threads},
    {"homo", 0, NULL, NULL, NULL,
     "also: is what a guest executes directly, and does not\ntrap, the same as on its own machine?",
     set_homo},
    {"monitor", 0, "METHOD", NULL, NULL,
     "the same of CP's guests, run by this method as with\nrun --vm; their traps count, too",
     set_monitor},
    {"json", 0, NULL, NULL, NULL, "one line of JSON instead", set_json},
    {"page", 0, NULL, NULL, NULL, "write docs/virtualizability.md: machines compared", set_page},
    {0},
};

const struct command command_pgcheck = {
    .name = "pgcheck",
    .operands = "",
    .about = "Tell by Popek and Goldberg's theorems whether a processor can be virtualized",
    .notes = "Every first word is executed by the processor itself from random states, in pairs\n"
             "that differ in the mode, the location, the previous mode or the priority. What is\n"
             "sensitive and does not trap is listed, with a small pair of states that shows it.\n",
    .options = pgcheck_table,
    .main = pgcheck_main,
};
