/* run_options.h - what `vm11 run` was asked for: the options and the machine description in one.
 */
#ifndef VM11_CLI_RUN_OPTIONS_H
#define VM11_CLI_RUN_OPTIONS_H

#include "cli/options.h"
#include "cli/run_console.h"
#include "cp/vm.h"
#include "machine/config.h"
#include "machine/identify.h"
#include "machine/machine.h"
#include "machine/setting.h"

#define RUN_UNITS   16
#define RUN_SETS    64
#define RUN_PEEKS   64
#define RUN_SCRIPTS 16

enum run_clock { CLOCK_DEFAULT, CLOCK_VIRTUAL, CLOCK_REAL };

struct run_peek {
    u32 addr; /* physical */
    u32 count;
};

/* Strings are borrowed from argv or from `config`. */
struct run_options {
    const struct model *model;
    u32 memory;
    enum run_clock clock;
    unsigned hz;
    bool fast_io, batch;
    struct machine_options options;
    struct config_unit unit[RUN_UNITS];
    unsigned units;
    const char *boot;
    bool has_load_at, has_start;
    u32 load_at;
    u16 start;
    struct setting set[RUN_SETS];
    unsigned sets;
    struct console_spec console;
    bool has_console;
    struct vm_config vm; /* method NULL: the machine is a bare one */
    bool has_engine;
    enum engine engine;
    struct console_spec gdb; /* where gdb is awaited: unix or tcp */
    bool has_gdb;
    const char *record, *replay; /* files; NULL: no */
    const char *expect;
    u64 limit;   /* instructions, 0: none */
    u64 timeout; /* guest microseconds, 0: none */
    const char *state;
    struct run_peek peek[RUN_PEEKS];
    unsigned peeks;
    u64 hash_every; /* 0: no */
    unsigned trace; /* TRACE_ bits of monitor/trace_lines.h and cli/trace.h */
    const char *trace_file;
    bool stats;
    int escape; /* the character; -1: none; 0: not said */
    bool eight; /* the console's characters have 8 bits, not 7 */

    /* of `vm11 monitor` */
    bool monitor, json, thesis;
    unsigned milestone; /* 0: not said */
    const char *vmm_dir;
    const char *script[RUN_SCRIPTS];
    unsigned scripts;

    const char *file;
    enum file_kind kind;   /* of `file`, where there is one */
    const char *disk;      /* the unit that `file` goes on; NULL: it is no disk */
    struct config *config; /* NULL: no machine description */
};

/* ctx is the struct run_options */
extern const struct option run_table[];     /* of `vm11 run` */
extern const struct option monitor_table[]; /* of `vm11 monitor` */
int run_operand(void *ctx, const char *word, struct err *err);

/* After the parsing: find out what FILE is, and take in a machine description: what the command
 * line says prevails. */
int run_options_complete(struct run_options *opt, struct err *err);

void run_options_fini(struct run_options *opt);

/* --option and --associator. */
int run_set_option(void *ctx, const char *value, struct err *err);
int run_set_associator(void *ctx, const char *value, struct err *err);

/* A control key as a person writes it: "^E"; or "none", for which *ch is -1. */
int run_parse_escape(const char *text, int *ch, struct err *err);

/* The engine of a name. */
int run_parse_engine(const char *name, enum engine *engine, struct err *err);

#endif
