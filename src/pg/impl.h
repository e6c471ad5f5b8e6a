/* impl.h - between the parts of the analysis: see pg.h. */
#ifndef VM11_PG_IMPL_H
#define VM11_PG_IMPL_H

#include "pg/mediate.h"
#include "pg/pg.h"

/* Real memory is eight regions of 16 KB: a program's I and D space (X), the same contents
 * elsewhere (Y), and two other modes' spaces (P, Q). Pages 0, 2, 4, 6 of a space are the first half
 * of a region, 1, 3, 5 the second; page 7 is not resident. */
#define REGION_SIZE 040000u
enum { REGION_X = 0, REGION_Y = 2, REGION_P = 4, REGION_Q = 6, REGIONS = 8 };

/* For the Hardware Virtualizer: the memory of the bare machine is six regions, without Q, for which
 * Y is there; that of the virtual one is the same contents behind it, or where the bare one's is.
 * Behind both is the VMCB. */
#define GUEST_SIZE   (6 * REGION_SIZE)
#define VIRTUAL_SIZE (13 * REGION_SIZE)

#define LOG_MAX   32u
#define READS_MAX 16u

struct pars {
    u16 par[4][2][8];
};

struct pg {
    struct pg_config config;
    struct cpu cpu;
    struct ram ram;
    struct vmx vmx;
    struct hv hv;
    struct cpu_watch watch;
    struct fp11 fp; /* what a state begins with */
    u16 pdr[4][2][8];
    unsigned inits;
    /* Words of memory that the run has written, and how they were. */
    struct {
        u32 pa;
        u16 old;
    } log[LOG_MAX];
    unsigned logged;
    void *guest;         /* of config.monitor */
    u8 *image;           /* what the memory is between instructions, with a monitor */
    u32 read[READS_MAX]; /* words that it has read, the program's included */
    unsigned reads;
};

/* step.c: execute the instruction of a state. The memory is afterwards as it was. */
void pg_run(struct pg *pg, const struct pg_state *state, struct pg_result *result);

/* step.c: the processor and the memory are those of the state; what is written is logged. */
void pg_begin(struct pg *pg, const struct pg_state *state);

/* mediate.c: config.monitor's guest in the state of a bare machine. The name of a part that is not
 * what it is on the bare machine after the instruction; NULL: none. */
const char *pg_mediated_differs(struct pg *pg, const struct pg_state *bare);
/* pg->guest. -EINVAL, -ENOMEM; pg_mediate_fini() then, too. */
int pg_mediate_init(struct pg *pg, struct err *err);
void pg_mediate_fini(struct pg *pg);

/* virtual.c: the levels of a state, with the Hardware Virtualizer; what became of them. */
void pg_load_level(struct pg *pg, const struct pg_state *state);
void pg_take_level(const struct pg *pg, const struct pg_state *state, struct pg_result *result);
/* Where the memory of the state's machine begins. */
u32 pg_base(const struct pg_state *state);
/* What one state shows of virtual machines. */
u32 pg_examine_virtual(struct pg *pg, const struct pg_state *state);

/* The region of a mode's I space; the D space's is the next. The current mode's is the program's.
 */
unsigned pg_region(const struct pg *pg, const struct pg_state *state, enum mode mode);

/* A program sees no difference. */
bool pg_same(const struct pg_result *a, const struct pg_result *b);
/* M or R is not what it was. `hybrid`: of R only what is the kernel's. */
bool pg_controls(const struct pg *pg, const struct pg_state *state, const struct pg_result *result,
                 bool hybrid);

/* A reference could not be made: nothing is proven. */
static inline bool is_memory_trap(enum trap trap)
{
    return trap == TRAP_ODD || trap == TRAP_BUS || trap == TRAP_MMU;
}

/* A stack limit, in the red zone. */
static inline bool is_red(enum trap trap)
{
    return trap == TRAP_RED || trap == TRAP_LIMIT;
}

/* The instruction is why. */
static inline bool is_insn_trap(enum trap trap)
{
    return trap != TRAP_NONE && trap != TRAP_STOP && !is_memory_trap(trap) && !is_red(trap);
}

/* sample.c: the n-th state of a word. */
void pg_sample(const struct pg *pg, u16 word, unsigned n, struct pg_state *state);

/* pg.c: what one state and its variations show. */
u32 pg_examine(struct pg *pg, const struct pg_state *state);

/* The variation of a state that goes with a finding. */
void pg_vary(const struct pg *pg, const struct pg_state *state, u32 finding,
             struct pg_state pair[2]);

/* The states of a guest on the bare machine, and as a monitor lets it run directly in mode G: the
 * real PSW has priority 0 and G as the previous mode, the other modes' registers and memory are the
 * monitor's, VUSL is the guest's stack limit while it is in its kernel. */
void pg_embed(const struct pg *pg, const struct pg_state *bare, struct pg_state *real);

#endif
