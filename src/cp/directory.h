/* directory.h - CP's directory: the bare machine, its packs, and who lives on it, in a YAML file.
 *
 * After CP-67's directory of users. The file has three parts: `machine`, the bare machine below CP;
 * `cp`, CP's own settings; `machines`, the virtual machines. Numbers and names follow the rules of
 * machine descriptions (machine/config.h): addresses octal, counts decimal, sizes with K or M, file
 * names relative to the file's folder. What cannot be is refused with file, line, word and mend.
 * All keys are in docs/cp.md.
 */
#ifndef VM11_CP_DIRECTORY_H
#define VM11_CP_DIRECTORY_H

#include "base/err.h"
#include "dev/rk11.h"
#include "machine/keyed.h"

#define DIRECTORY_BLOCK     512u           /* bytes: what extents of a pack are counted in */
#define DIRECTORY_NAME      15u            /* characters of a VM's name */
#define DIRECTORY_REAL_MAX  (3840u * 1024) /* memory of a 22-bit machine: 4M without its UNIBUS */
#define DIRECTORY_SLICE     10000u
#define DIRECTORY_SHARE     100u
#define DIRECTORY_DISK_SIZE (RK05_CAPACITY / DIRECTORY_BLOCK) /* blocks of an RK05 */

/* machine: packs: a pack or an image on the host, of which VMs have extents. */
struct directory_pack {
    unsigned line;
    char *name;
    char *file;
    unsigned file_line;
    char *overlay; /* NULL: none */
    bool ro, new;
    u64 capacity; /* bytes; RK05_CAPACITY where nothing is said */
};

enum directory_clock { DIRECTORY_CLOCK_VIRTUAL, DIRECTORY_CLOCK_REAL, DIRECTORY_CLOCK_CATCH_UP };

/* machine: */
struct directory_machine {
    unsigned line;                  /* 0: there is no such part */
    const struct model *model;      /* cpu: */
    u32 memory;                     /* mem: bytes; 0: the model's */
    u64 real_memory;                /* real-mem: bytes, more than a KT11 reaches; 0: as mem */
    char *engine;                   /* engine: NULL: the best there is */
    unsigned hz;                    /* hz: of the mains; 0: 60 */
    bool fast_io;                   /* fast-io: */
    struct machine_options options; /* option: */
    enum directory_clock clock;     /* clock: virtual, real */
    struct directory_pack *pack;    /* packs: */
    unsigned packs;
};

/* cp: */
struct directory_cp {
    u64 slice;    /* slice: instructions of a turn */
    char *report; /* report: a file for the account; NULL: none */
    unsigned report_line;
    char *spool; /* spool: a folder; NULL: there is no spool */
};

/* What a disk drive of a VM has in it. */
enum directory_medium { DIRECTORY_FILE, DIRECTORY_EXTENT, DIRECTORY_RAM };

/* machines: units: */
struct directory_unit {
    unsigned line;
    char *unit; /* "rk0" */
    enum directory_medium medium;
    char *file, *overlay; /* DIRECTORY_FILE */
    unsigned file_line;
    bool new;
    char *pack;        /* DIRECTORY_EXTENT: the name */
    unsigned pack_at;  /* its index in the machine's packs */
    u64 start, blocks; /* of the pack, in blocks; has_start tells that it is given */
    bool has_start;
    u64 ram; /* DIRECTORY_RAM: bytes */
    bool ro; /* also where the pack is */
};

/* How a VM is run: docs/cp.md. */
enum directory_method {
    DIRECTORY_SIMULATE,
    DIRECTORY_PREPROCESS,
    DIRECTORY_HYBRID,
    DIRECTORY_TRAP,
    DIRECTORY_HV,
};

/* Their names, by number; NULL after the last. */
extern const char *const directory_methods[];

/* Where a unit-record device leads. */
enum directory_paper { DIRECTORY_PAPER_DEFAULT, DIRECTORY_NONE, DIRECTORY_SPOOL, DIRECTORY_PATH };
struct directory_record {
    enum directory_paper kind; /* never DEFAULT after directory_parse() */
    char *path;                /* DIRECTORY_PATH: the file */
    unsigned line;
};

/* machines: */
struct directory_vm {
    unsigned line;
    char *name;
    const struct model *model; /* NULL: that of the bare machine */
    u32 memory;                /* mem: bytes; never 0 */
    enum directory_method method;
    unsigned method_line;
    u16 assist; /* assist: bits of VACSR (cpu/assist.h), VACSR_ON among them; 0: none */
    unsigned assist_line;
    bool supervisor; /* kernel: virtual kernel mode runs in real supervisor mode, */
    bool moves;      /* moves: and moves words to and from user mode directly */
    bool pure;       /* pure: DIAG does not exist; true where nothing is said */
    struct directory_unit *unit;
    unsigned units;
    char *ipl;  /* a unit of its own, NULL: none */
    char *load; /* ipl: a program file, NULL: none */
    unsigned ipl_line;
    struct keyed_start start;
    struct keyed_sets sets; /* set: */
    unsigned set_line;      /* of the last */
    char *console;          /* "operator", "none", "tcp:PORT", ...; never NULL */
    unsigned console_line;
    char *expect; /* a script file; NULL: none */
    unsigned expect_line;
    struct directory_record printer, reader, punch;
    enum directory_clock clock;
    unsigned share;   /* of what is not reserved: turns in proportion to it */
    unsigned reserve; /* percent of the processor; 0: no preferred VM */
    unsigned reserve_line;
    bool virtual_real; /* virtual-real: its memory begins at real 0 */
    bool autostart;    /* it is started with CP: where there is an ipl, unless told not to */
    char *label;       /* classification; NULL: none */
};

/* Strings belong to the structure; file names are complete. */
struct directory {
    char *path; /* its name in messages */
    struct directory_machine machine;
    struct directory_cp cp;
    struct directory_vm *vm;
    unsigned vms;
};

/* Real memory of the bare machine in bytes. */
u64 directory_memory(const struct directory *directory);

/* What CP keeps of it, in bytes: blocks of VMs by hv or with VM-assist. */
u32 directory_own(const struct directory *directory);

/* Read a file; `own` bytes of real memory are CP's besides. Errors: -EINVAL with file, line and
 * mend; what the host says of the file; -ENOMEM. */
int directory_read(struct directory **directory, const char *path, u64 own, struct err *err);

/* The same for text; `path` is the name in messages, and its folder that of relative names. */
int directory_parse(struct directory **directory, const char *path, const char *text, size_t len,
                    u64 own, struct err *err);

/* `why` is a failure of what `key` in this line names: the same with file and line, and where
 * nothing that can be opened is there with the mend. -errno. */
int directory_blame(const struct directory *directory, unsigned line, const char *key,
                    const char *mend, const struct err *why, struct err *err);

/* NULL is allowed. */
void directory_free(struct directory *directory);

/* The VM of that name, in upper or lower case; NULL: none. */
const struct directory_vm *directory_find(const struct directory *directory, const char *name);

#endif
