/* machine.h - one complete PDP-11: processor, memory, bus and devices, and their time.
 *
 * A machine has no globals and no threads: any number may live in one process. All that comes
 * from outside (input on the console line, clock ticks in real time, attached files, stop
 * requests) enters between two calls of machine_run(), so that a run is determined by its inputs
 * and the instruction counts at which they came.
 */
#ifndef VM11_MACHINE_MACHINE_H
#define VM11_MACHINE_MACHINE_H

#include "base/err.h"
#include "base/log.h"
#include "bus/unibus.h"
#include "cpu/debug.h"
#include "cpu/run.h"
#include "dev/dl11.h"
#include "dev/hv11.h"
#include "dev/kbs11.h"
#include "dev/kw11l.h"
#include "dev/line.h"
#include "dev/lp11.h"
#include "dev/pc11.h"
#include "dev/rk11.h"
#include "dev/rom.h"
#include "jit/jit.h"
#include "machine/feed.h"

/* A processor model: one row of a table. */
struct model {
    const char *name; /* "11/50" */
    const char *about;
    u32 memory; /* default size in bytes */
};

/* The row for a name with or without "11/"; NULL where there is none. */
const struct model *model_find(const char *name);
/* The rows in order; NULL after the last. */
const struct model *model_at(unsigned index);

/* What executes instructions: see cpu/run.h and jit/jit.h. They do the same. */
enum engine { ENGINE_INTERP, ENGINE_JIT };

/* Their names, by number; NULL after the last. */
extern const char *const machine_engines[];

/* Options of the processor. All zero: none. */
struct machine_options {
    bool kbs11a;
    bool assist;  /* with VM-assist */
    u32 kbs_base; /* where its registers are; 0: KBS11_BASE */
    bool hv;
    u32 hv_base;         /* likewise; 0: HV11_BASE */
    unsigned associator; /* entries of its associator, up to HV_SLOTS; 0: not bounded */
};

/* Take "kbs11a", "vmassist", which is it too, or "hv", each with =ADDRESS or without. -EINVAL
 * with a did-you-mean. */
int machine_option(struct machine_options *options, const char *text, struct err *err);

/* What a virtual machine has of another in place of its own: src/cp. All of it borrowed. */
struct machine_host {
    u8 *memory;            /* as many bytes as the machine has */
    struct ram_code *code; /* hears of what is written there; NULL: nobody does */
    /* Its engine, with the contract of cpu_run(). NULL: one of its own. */
    enum cpu_exit (*run)(void *ctx, u64 until);
    void *ctx;
};

struct machine_config {
    enum engine engine;
    const struct model *model; /* NULL: 11/50 */
    u32 memory;                /* bytes; 0: the model's */
    bool wide;   /* physical addresses of 22 bits, for more memory: see mem/io.h; not with host */
    unsigned hz; /* of the line clock: 50, 60; 0: 60 */
    bool real_time; /* clock ticks come from machine_tick() */
    bool fast_io;   /* device delays of one instruction */
    struct machine_options options;
    struct machine_host host; /* all zero: the machine is a bare one */
    struct log log;
};

/* Why machine_run() returned. */
enum stop {
    STOP_LIMIT,   /* instruction count reached */
    STOP_TIME,    /* time reached */
    STOP_HALT,    /* HALT in kernel mode */
    STOP_WAIT,    /* waiting, and nothing is going on inside that could end it */
    STOP_REQUEST, /* machine_stop() */
    STOP_DOUBLE,  /* double fault: the vectors cannot be fetched */
    STOP_HOST,    /* the host failed: machine->failure */
    STOP_BREAK,   /* a debugger's stop before an instruction: cpu/debug.h */
    STOP_WATCH,   /* a debugger's stop behind what it waits for */
    STOP_PRESENT, /* what was recorded has been repeated: record.h */
};

struct machine {
    const struct model *model;
    struct log log;
    struct cpu cpu;
    struct ram ram;
    struct bus bus;
    struct dl11 console;
    struct kw11l clock;
    struct rk11 rk;
    struct pc11_reader reader;
    struct pc11_punch punch;
    struct lp11 printer;
    struct rom rom;
    struct kbs11 kbs;
    struct hv11 *hv;  /* NULL: the Hardware Virtualizer is not there */
    struct line line; /* of the console */
    struct feed feed; /* what is still to be typed on it */
    u64 skipped;      /* time that passed while the processor waited */
    u64 moment;       /* time of the last instruction or event: no mere end of a slice */
    struct err failure;
    struct cpu_debug *debugger; /* of machine_debug(); NULL: none */
    struct record *record;      /* NULL: nothing is recorded */
    struct jit *jit;            /* NULL: the interpreter runs it */
    struct machine_host host;   /* of a virtual machine */
};

/* Build a machine; power is on, nothing runs. -EINVAL for what cannot be, -ENOMEM. */
int machine_new(struct machine **machine, const struct machine_config *config, struct err *err);

/* Files are closed; NULL is allowed. Flush first to hear of errors. */
void machine_free(struct machine *machine);

/* Only the processor, by its own engine: see cpu_run(). Events and devices stand. For who is the
 * rest of the machine: src/cp. */
enum cpu_exit machine_run_cpu(struct machine *machine, u64 until);

/* Go on with another engine. -ENOTSUP where this host has no translator. */
int machine_set_engine(struct machine *machine, enum engine engine, struct err *err);

/* Put a file on a unit ("rk0", "pr", "pp", "lp"), or take it off. */
int machine_attach(struct machine *machine, const char *unit, const struct attach *how,
                   struct err *err);
int machine_detach(struct machine *machine, const char *unit, struct err *err);

/* Write all that is buffered to the host's files. */
int machine_flush(struct machine *machine, struct err *err);

/* The console's START key: INIT, PSW 0, PC. */
void machine_start(struct machine *machine, u16 pc);

/* Execute until the instruction count or the time (EVENT_NEVER: none) is reached, exactly. */
enum stop machine_run(struct machine *machine, u64 icount, u64 time);

/* The same without a look at a recording: for record.c. */
enum stop machine_advance(struct machine *machine, u64 icount, u64 time);

/* machine_run() returns before the next instruction. For what is called from inside it (a line's
 * sink); a signal handler or another thread sets a flag of its own, for its caller to look at. */
void machine_stop(struct machine *machine);

/* Time: instructions plus what was skipped while waiting; EVENT_HZ is a second in virtual time. */
static inline u64 machine_time(const struct machine *machine)
{
    return machine->cpu.icount + machine->skipped;
}

/* The machine heeds what `debug`, which is borrowed, has set from now on: after every change of it.
 * NULL: nothing. */
void machine_debug(struct machine *machine, struct cpu_debug *debug);

/* A cycle of the mains, in real time. */
void machine_tick(struct machine *machine);

/* Type on the console: as fast as the guest takes it, without loss (see feed.h). -ENOMEM. */
int machine_type(struct machine *machine, const void *text, size_t length, struct err *err);

/* A 64-bit hash of the whole state: processor, memory, devices, time, events, and what was typed
 * and is not yet taken. Host files and counters of the emulation are not in it. Equal on every
 * host and for every engine. */
u64 machine_hash(const struct machine *machine);

#endif
