/* thesis_impl.h - the inside of the thesis's monitor, by its functional units (figure 11).
 *
 *   thesis.c           supervisor monitor: commands
 *   thesis_prep.c      preprocessing monitor and preprocessor (with cp/scan.c)
 *   thesis_files.c     .vmm002 and .vmt003
 *   thesis_exec.c      execution monitor: the bare machine, START, run, stop
 *   thesis_la30.c   the job's LA30: what it prints, what is typed for it
 *   thesis_dispatch.c  dispatcher, virtual interrupts, restrictions
 *   thesis_sim.c       simulators
 *   thesis_debug.c     display, modify, breakpoints
 *
 * The bare machine while a job is there: relocation on; kernel page 0 is the lowest memory with the
 * vectors and a stack, kernel page 7 the I/O page; user pages 0 to 6 are the job's memory from
 * JOB_BASE, user page 7, the job's I/O page, is not resident. While the job stands, the processor
 * is kept in its user mode, so the job's registers are the machine's.
 */
#ifndef VM11_MONITOR_THESIS_IMPL_H
#define VM11_MONITOR_THESIS_IMPL_H

#include "monitor/thesis.h"
#include "cp/scan.h"

#define JOB_BASE    0020000u /* physical address of the job's address 0 */
#define JOB_SIZE    0160000u /* bytes: 28K words, and 4K words of I/O page make 32K */
#define BREAKPOINTS 10u
#define INPUT_MAX   256u
#define NAME_LEN    512u

/* The four registers of the LA30. */
enum { LA30_RCSR = 0177560, LA30_RBUF = 0177562, LA30_XCSR = 0177564, LA30_XBUF = 0177566 };

/* The restrictions of appendix D.VII, by its numbers. */
enum restriction {
    R_PREPROCESS = 1,
    R_SYSTEM_CALL,
    R_INTERRUPT,
    R_IO,
    R_EXECUTE,
    R_HALT,
    R_NOP,
    R_BREAKPOINT,
};

/* What goes on after the dispatcher. */
enum verdict {
    GO,      /* the job */
    BREAK,   /* the user: a breakpoint */
    DONE,    /* the job halted */
    ABORTED, /* the job cannot go on */
};

enum job_state {
    JOB_NONE,    /* not preprocessed, as far as is known */
    JOB_READY,   /* .vmm002 and .vmt003 are at hand, nothing was executed */
    JOB_STARTED, /* it has a core image, and can go on */
    JOB_ENDED,   /* the core image is as the job left it */
};

/* An entry of the table .vmt003. */
struct sensitive {
    u16 addr, insn;
};

/* .vmm002 as bytes, and its table. */
struct job_file {
    u8 *bytes; /* all of the a.out */
    size_t len;
    u32 text, data; /* bytes: data lies behind text */
    u16 entry;
    struct sensitive *table; /* by rising address */
    unsigned count;
};

/* The vector that the bare machine entered last. */
struct job_event {
    bool seen;
    enum cpu_cause cause;
    u16 vector, pc, ps;
    u16 at; /* the address of the job's last instruction */
    u16 va; /* of the last reference that the KT11-C aborted */
};

struct thesis {
    struct machine *machine;
    struct thesis_io io;
    char dir[NAME_LEN];
    unsigned milestone;
    u64 limit;
    bool stats;
    bool debug; /* the internal debugger */
    bool failed;
    struct err failure; /* of the host */

    enum job_state state;
    struct job_file file;
    struct job_event event;
    u16 ps;    /* the virtual PSW without its condition codes */
    u16 sp[4]; /* virtual stack pointers of the modes that are not the virtual PSW's */
    struct {
        bool set;
        u16 addr, insn;
    } breakpoint[BREAKPOINTS];

    char input[INPUT_MAX]; /* what is still to be typed: input_count characters from input_next */
    unsigned input_next, input_count;
    bool input_end;
    unsigned polls; /* vain looks at RCSR in a row */
    char output[INPUT_MAX];
    unsigned output_count;
    bool mid_line; /* the job's last character did not end a line */

    u64 began;              /* icount at START */
    u64 trapped;            /* instructions that ended in the dispatcher */
    u64 simulated;          /* of these, those that were carried out */
    u64 by_op[OP_COUNT];    /* by instruction */
    struct cpu_watch watch; /* how the bare machine tells of vectors */
};

/* --- thesis.c ---------------------------------------------------------------------------- */

/* Tell the user a line; a newline is added. */
void vmm_say(struct thesis *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The internal debugger: tell a variable, if it is on. */
void vmm_show(struct thesis *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Parse all of an octal number of at most 177777; complains. */
bool vmm_parse(struct thesis *t, const char *word, u16 *value);
/* The job's files are there, or are found; else complains (restriction 1). */
bool vmm_need_job(struct thesis *t);

/* --- thesis_prep.c ----------------------------------------------------------------------- */

/* `p`: preprocess `path`; notify mode; the preprocessor's debugger. */
void prep_file(struct thesis *t, const char *path, bool notify, bool debug);

/* --- thesis_files.c ---------------------------------------------------------------------- */

/* Read and check an a.out with non-shareable segments, into an empty *file without a table. */
int files_read_aout(struct job_file *file, const char *path, struct err *err);
/* Read .vmm002 and .vmt003. -ENOENT where one is not there. */
int files_load(struct thesis *t, struct job_file *file, struct err *err);
/* Write both; a file that was there is replaced only when the new one is complete. */
int files_save(struct thesis *t, const struct job_file *file, struct err *err);
void files_free(struct job_file *file);
/* The table's entry for an address, NULL: none. */
const struct sensitive *files_find(const struct job_file *file, u16 addr);
/* Where the word at `addr` of text or data is in the bytes of the file; NULL: it is not. */
u8 *files_word(const struct job_file *file, u16 addr);

/* --- thesis_exec.c ----------------------------------------------------------------------- */

/* `e`: start the job, or let it go on, until it comes back to the user. */
void exec_job(struct thesis *t);
/* The user wants the job to stop: told, and true. */
bool exec_interrupted(struct thesis *t);
/* The job's memory at the even address `addr` below JOB_SIZE. */
u16 job_get(const struct thesis *t, u16 addr);
void job_put(struct thesis *t, u16 addr, u16 value);
/* The virtual PSW with its condition codes. */
u16 job_ps(const struct thesis *t);
/* Load it: stack pointers change with its mode, the real PSW follows. */
void job_set_ps(struct thesis *t, u16 ps);
/* Look on while the bare machine runs, or leave it alone. */
void exec_watch(struct thesis *t, bool on);
/* What was executed, and how much of it directly. */
void exec_stats(struct thesis *t);

/* --- thesis_la30.c -------------------------------------------------------------------- */

/* Connect the job's terminal. */
void la30_start(struct thesis *t);
/* Show what the job has printed. */
void la30_show(struct thesis *t);
/* The job looked for a character in vain. Types the next one, once it has asked often enough, or
 * while there is more of a line.
 * False: it asks for what will never come. */
bool la30_asked(struct thesis *t);
/* Nothing happened for a while: the same for a job that waits for an interrupt. */
bool la30_idle(struct thesis *t);
/* The job got what it asked for. */
void la30_served(struct thesis *t);
/* Let the printer finish. */
void la30_drain(struct thesis *t);
/* Forget what was typed and not read; how many characters. */
unsigned la30_lose(struct thesis *t);

/* --- thesis_dispatch.c ------------------------------------------------------------------- */

/* The bare machine entered a vector: t->event. */
enum verdict dispatch_event(struct thesis *t);
/* Enter a vector of the job's own, with `pc` to go back to. */
enum verdict dispatch_virtual(struct thesis *t, u16 vector, u16 pc);
/* The job, at `addr`, does what appendix D.VII forbids; says what. */
enum verdict restrict_job(struct thesis *t, enum restriction number, u16 addr, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same said to the user for a command. */
void restrict_command(struct thesis *t, enum restriction number, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* --- thesis_sim.c ------------------------------------------------------------------------ */

/* Carry out the sensitive instruction `entry`; PC is behind its first word. */
enum verdict sim_run(struct thesis *t, const struct sensitive *entry);
/* There is a simulator for `op`. */
bool sim_exists(enum op op);

/* --- thesis_debug.c ---------------------------------------------------------------------- */

/* `d`, `m`, `b`: the words of a command, words[0] its letter. */
void debugger_display(struct thesis *t, unsigned count, char **words);
void debugger_modify(struct thesis *t, unsigned count, char **words);
void debugger_break(struct thesis *t, unsigned count, char **words);
/* The job's memory is loaded anew: put the breakpoints in. */
void debugger_insert_all(struct thesis *t);
/* A breakpoint is at `addr`: take it out, PC back, tell the user. False: there is none. */
bool debugger_hit(struct thesis *t, u16 addr);

#endif
