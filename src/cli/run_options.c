/* run_options.c - the table of options of `vm11 run`, and what each takes: see run_options.h. */
#include "cli/run_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "base/number.h"
#include "cp/solo.h"
#include "monitor/trace_lines.h"

static int set_cpu(void *ctx, const char *value, struct err *err)
{
    return option_model(value, &((struct run_options *)ctx)->model, err);
}

static int set_mem(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    u64 size;

    if (!size_parse(value, UINT32_MAX, &size) || size == 0)
        return err_set(err, EINVAL, "give a size like 248K, or bytes in octal");
    opt->memory = (u32)size;
    return 0;
}

/* One of the words of a list; its index, or -EINVAL. */
static int choose(const char *value, const char *what, const char *const *words, struct err *err)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(value, words[i]) == 0)
            return i;
    return near_error(value, what, words, err);
}

int run_parse_engine(const char *value, enum engine *engine, struct err *err)
{
    int i = choose(value, "engine", machine_engines, err);

    if (i < 0)
        return i;
    *engine = (enum engine)i;
    return 0;
}

static int set_engine(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    opt->has_engine = true;
    return run_parse_engine(value, &opt->engine, err);
}

static int set_vm(void *ctx, const char *value, struct err *err)
{
    return solo_parse(value, &((struct run_options *)ctx)->vm, err);
}

static int set_clock(void *ctx, const char *value, struct err *err)
{
    static const char *const words[] = {"virtual", "real", NULL};
    struct run_options *opt = ctx;
    int i = choose(value, "clock", words, err);

    if (i < 0)
        return i;
    opt->clock = i == 0 ? CLOCK_VIRTUAL : CLOCK_REAL;
    return 0;
}

static int set_hz(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    u64 hz;

    if (!count_parse(value, 60, &hz) || (hz != 50 && hz != 60))
        return err_set(err, EINVAL, "the mains have 50 or 60");
    opt->hz = (unsigned)hz;
    return 0;
}

static int set_fast_io(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->fast_io = true;
    return 0;
}

static int set_batch(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->batch = true;
    return 0;
}

static int set_stats(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->stats = true;
    return 0;
}

static int set_unit(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    int rc;

    if (opt->units == RUN_UNITS)
        return err_set(err, EINVAL, "that is one unit too many: %u are enough", RUN_UNITS);
    rc = config_unit_parse(value, &opt->unit[opt->units], err);
    if (rc == 0)
        opt->units++;
    return rc;
}

static int set_boot(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->boot = value;
    return 0;
}

static int set_load_at(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    opt->has_load_at = true;
    return option_address(value, RAM_MAX - 2, &opt->load_at, err);
}

static int set_start(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    u64 addr;

    if (!number_parse(value, 0177777, &addr) || addr & 1)
        return err_set(err, EINVAL, "give an even address in octal, up to 177776");
    opt->start = (u16)addr;
    opt->has_start = true;
    return 0;
}

static int set_set(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    int rc;

    if (opt->sets == RUN_SETS)
        return err_set(err, EINVAL, "that is one --set too many: %u are enough", RUN_SETS);
    rc = setting_parse(value, &opt->set[opt->sets], err);
    if (rc == 0)
        opt->sets++;
    return rc;
}

static int set_console(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    opt->has_console = true;
    return console_parse(value, &opt->console, err);
}

static int set_record(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->record = value;
    return 0;
}

static int set_replay(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->replay = value;
    return 0;
}

static int set_gdb(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    opt->has_gdb = true;
    if (strncmp(value, "unix:", 5) != 0 && strncmp(value, "tcp:", 4) != 0)
        return err_set(err, EINVAL, "write unix:PATH, tcp:PORT or tcp:HOST:PORT");
    return console_parse(value, &opt->gdb, err);
}

static int set_expect(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->expect = value;
    return 0;
}

static int set_limit(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    if (!count_parse(value, UINT64_MAX / 2, &opt->limit) || opt->limit == 0)
        return err_set(err, EINVAL, "give a number of instructions, as 500000 or 20M");
    return 0;
}

static int set_timeout(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    double seconds;

    if (!seconds_parse(value, &seconds))
        return err_set(err, EINVAL, "give seconds of the guest's time, as 30 or 0.5");
    opt->timeout = (u64)(seconds * EVENT_HZ);
    if (opt->timeout == 0)
        opt->timeout = 1;
    return 0;
}

static int set_state(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->state = value;
    return 0;
}

static int set_peek(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    const char *comma = strchr(value, ',');
    size_t len = comma ? (size_t)(comma - value) : strlen(value);
    u64 addr, count = 1;
    char text[24];

    if (opt->peeks == RUN_PEEKS)
        return err_set(err, EINVAL, "that is one --peek too many: %u are enough", RUN_PEEKS);
    if (len >= sizeof text)
        len = sizeof text - 1;
    memcpy(text, value, len);
    text[len] = 0;
    if (!number_parse(text, RAM_MAX - 2, &addr) || addr & 1)
        return err_set(err, EINVAL, "give an even physical address of memory in octal");
    if (comma && (!count_parse(comma + 1, RAM_MAX / 2, &count) || count == 0))
        return err_set(err, EINVAL, "%s is no count of words", comma + 1);
    opt->peek[opt->peeks++] = (struct run_peek){(u32)addr, (u32)count};
    return 0;
}

static int set_hash_every(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    if (!count_parse(value, UINT64_MAX / 2, &opt->hash_every) || opt->hash_every == 0)
        return err_set(err, EINVAL, "give a number of instructions, as 1000000 or 1M");
    return 0;
}

static int set_trace(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;
    const char *words[TRACE_WHAT + 2] = {[TRACE_WHAT] = "jit"};
    char text[64], *save = NULL;

    memcpy(words, trace_words, TRACE_WHAT * sizeof *words);
    if (strlen(value) >= sizeof text)
        return err_set(err, EINVAL, "give some of insn,trap,io,mmu,irq,jit");
    strcpy(text, value);
    for (char *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
        int i = choose(word, "trace", words, err);
        if (i < 0)
            return i;
        opt->trace |= 1u << i;
    }
    return 0;
}

static int set_trace_file(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->trace_file = value;
    return 0;
}

int run_parse_escape(const char *text, int *ch, struct err *err)
{
    if (strcmp(text, "none") == 0)
        *ch = -1;
    else if (text[0] == '^' && strlen(text) == 2 && toupper((unsigned char)text[1]) >= '@' &&
             toupper((unsigned char)text[1]) <= '_')
        *ch = toupper((unsigned char)text[1]) & 037;
    else if (strlen(text) == 1 && (unsigned char)text[0] < 040)
        *ch = text[0];
    else
        return err_set(err, EINVAL, "give a control character as ^E, or none");
    if (*ch == 0)
        return err_set(err, EINVAL, "^@ is no key; give another, as ^E");
    return 0;
}

static int set_escape(void *ctx, const char *value, struct err *err)
{
    return run_parse_escape(value, &((struct run_options *)ctx)->escape, err);
}

static int set_bits(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    opt->eight = strcmp(value, "8") == 0;
    if (!opt->eight && strcmp(value, "7") != 0)
        return err_set(err, EINVAL, "a character has 7 bits or 8");
    return 0;
}

int run_operand(void *ctx, const char *word, struct err *err)
{
    return option_one_file(&((struct run_options *)ctx)->file, word, err);
}

static int set_script(void *ctx, const char *value, struct err *err)
{
    struct run_options *opt = ctx;

    if (opt->scripts == RUN_SCRIPTS)
        return err_set(err, EINVAL, "that is one script too many: %u are enough", RUN_SCRIPTS);
    opt->script[opt->scripts++] = value;
    return 0;
}

static int set_json(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->json = true;
    return 0;
}

static int set_thesis(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->thesis = true;
    return 0;
}

static int set_milestone(void *ctx, const char *value, struct err *err)
{
    u64 number;

    if (!count_parse(value, 3, &number) || number == 0)
        return err_set(err, EINVAL, "the thesis has milestones 1, 2 and 3");
    ((struct run_options *)ctx)->milestone = (unsigned)number;
    return 0;
}

static int set_vmm_dir(void *ctx, const char *value, struct err *err)
{
    ((struct run_options *)ctx)->vmm_dir = value;
    return 0;
}

/* What run and monitor have in common. */
#define MACHINE_OPTIONS                                                                              \
    {"cpu", 0, "MODEL", "11/50 11/45", "11/50", "processor", set_cpu},                               \
        {"mem", 0, "SIZE", NULL, "248K", "memory, as 56K, or bytes in octal", set_mem},              \
        {"engine",  0, "ENGINE", "jit interp", "jit", "what executes: translator, interpreter",      \
         set_engine},                                                                                \
        {"vm",                                                                                       \
         0,                                                                                          \
         "METHOD",                                                                                   \
         "trap trap,assist trap,moves trap,moves,assist trap,supervisor hv "                         \
         "hybrid preprocess simulate",                                                               \
         NULL,                                                                                       \
         "run it as a virtual machine of CP, by trap, hv, hybrid,\npreprocess or simulate",          \
         set_vm},                                                                                    \
        {"clock",                                                                                    \
         0,                                                                                          \
         "KIND",                                                                                     \
         "virtual real",                                                                             \
         "real at a terminal, else virtual",                                                         \
         "guest time: virtual (by instructions, the same on\nevery run) or real (the host's)",       \
         set_clock},                                                                                 \
        {"hz", 0, "HZ", "50 60", "60", "of the mains, for the line clock: 50 or 60", set_hz},        \
        {"fast-io", 0, NULL, NULL, NULL, "devices are done at once", set_fast_io},                   \
        {"option",                                                                                   \
         0,                                                                                          \
         "NAME",                                                                                     \
         "kbs11a vmassist hv",                                                                       \
         NULL,                                                                                       \
         "an option of the processor: kbs11a, the virtual machine\nextension, vmassist, that "       \
         "with VM-assist, hv, the\nHardware Virtualizer; with =ADDRESS elsewhere; repeatable",       \
         run_set_option},                                                                            \
        {"associator",      0, "N", NULL, "4096", "entries of hv's associator, for study",           \
         run_set_associator},                                                                        \
        {"attach",                                                                                   \
         'd',                                                                                        \
         "UNIT=FILE[,ro][,overlay=FILE][,new]",                                                      \
         "UNIT",                                                                                     \
         NULL,                                                                                       \
         "put a file on rk0 to rk7, pr, pp or lp; repeatable:\n"                                     \
         "ro: read-only; overlay=: writes go to that file;\nnew: make an empty file",                \
         set_unit},                                                                                  \
        {"boot",  0, "UNIT", "rk0 rk1 rk2 rk3 rk4 rk5 rk6 rk7", "a disk FILE's", "boot from a unit", \
         set_boot},                                                                                  \
        {"load-at", 0, "ADDR", NULL, "from the file", "where a raw binary goes", set_load_at},       \
        {"start", 0, "ADDR", NULL, "from the file", "where the program starts", set_start},          \
        {"set",                                                                                      \
         0,                                                                                          \
         "REG=VALUE",                                                                                \
         "REG",                                                                                      \
         NULL,                                                                                       \
         "before the start set r0 to r5, sp, pc, ps, the switch\n"                                   \
         "register sr, or a word at a physical address; repeatable",                                 \
         set_set},                                                                                   \
        {"console",  0,     "WHERE",                                                                 \
         "CONSOLE",  "tty", "tty, pty, unix:PATH, tcp:[HOST:]PORT, file:PATH, null",                 \
         set_console},                                                                               \
        {"bits", 0, "N", "7 8", "7", "bits of a console character: 7 strips parity", set_bits},      \
        {"escape",  0, "CHAR", "^E none", "^E", "the key that leads to the prompt; none",            \
         set_escape},                                                                                \
        {"expect",  0, "FILE", "FILE", NULL, "a console script: types, waits for answers",           \
         set_expect},                                                                                \
        {"batch",  0, NULL, NULL, NULL, "virtual time, and nothing is read from the terminal",       \
         set_batch},                                                                                 \
        {"limit", 0, "N", NULL, "none", "stop after N instructions (status 124)", set_limit},        \
        {"timeout",  0, "SECONDS", NULL, "none", "stop after seconds of guest time (status 124)",    \
         set_timeout},                                                                               \
        {"state",  0, "FILE", "FILE", NULL, "at the end write the state as JSON; -: to stdout",      \
         set_state},                                                                                 \
        {"peek",                                                                                     \
         0,                                                                                          \
         "ADDR[,COUNT]",                                                                             \
         NULL,                                                                                       \
         NULL,                                                                                       \
         "put words of physical memory into that state;\nrepeatable; COUNT is decimal",              \
         set_peek},                                                                                  \
        {"hash-every",  0, "N", NULL, NULL, "print a hash of all state every N instructions",        \
         set_hash_every},                                                                            \
        {"trace",  0,                                                                                \
         "WHAT",   "insn trap io mmu irq jit",                                                       \
         NULL,     "some of insn,trap,io,mmu,irq,jit: print what happens",                           \
         set_trace},                                                                                 \
        {"trace-file",  0, "FILE", "FILE", "stderr", "where the trace goes; -: to stdout",           \
         set_trace_file},                                                                            \
        {"stats",  0, NULL, NULL, NULL, "at the end tell counts, traps and speed on stderr",         \
         set_stats},

const struct option run_table[] = {
    MACHINE_OPTIONS{"gdb", 0, "unix:PATH|tcp:[HOST:]PORT", "unix: tcp:", NULL,
                    "wait for gdb at a socket, and let it lead the machine", set_gdb},
    {"record", 0, "FILE", "FILE", NULL, "record the run in a new file", set_record},
    {"replay", 0, "FILE", "FILE", NULL,
     "repeat a recorded run on the same machine, with the\nsame disks, as fast as it goes",
     set_replay},
    {0}};

const struct option monitor_table[] = {
    MACHINE_OPTIONS{"script", 'x', "FILE", "FILE", NULL,
                    "commands that are carried out first; repeatable", set_script},
    {"thesis", 0, NULL, NULL, NULL, "the monitor of the thesis of 1975, exactly", set_thesis},
    {"milestone", 0, "N", "1 2 3", "1", "what the thesis's monitor can do", set_milestone},
    {"vmm-dir", 0, "DIR", "FILE", "here", "where the thesis's .vmm002 and .vmt003 go", set_vmm_dir},
    {"json", 0, NULL, NULL, NULL, "answer every command with a line of JSON", set_json},
    {0},
};
