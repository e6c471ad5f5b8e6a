/* pg.h - Popek and Goldberg's analysis of an instruction set, made on the processor itself.
 *
 * A state is <E, M, P, R>: E memory, M the mode, P what a program sees of the processor (R0-R5 of
 * both sets, its SP and PC, condition codes, T, FP11), R the resources: previous mode, priority,
 * the other modes' stack pointers and memory, KT11-C, stack limit, PIRQ, INIT, running or halted.
 * A guest runs in mode G, user mode unless said otherwise. A page of every space is not resident:
 * there the I/O page would be, so the PSW and the devices cannot be named. What then aborts, meets
 * an odd address or no memory is a memory trap, and such runs prove nothing. An instruction is
 *
 *   privileged            if it traps in G and not in K, for all states that are otherwise the same
 *   trapping              if it traps in both: it too gives control to a monitor
 *   control-sensitive     if there is a state in which it changes M or R
 *   behaviour-sensitive   if there are two states that differ only in M, in the real location of
 *                         the memory, in the previous mode or in the priority, from which a program
 *                         sees different results
 *   user-sensitive        if it is control-sensitive, or behaviour-sensitive by location or
 *                         previous mode, from a state with M = G
 *
 * Theorem 1: a virtual machine monitor can be built if every sensitive instruction is privileged
 * (or trapping). Theorem 2: a recursive one, if moreover the monitor does not depend on timing,
 * which no instruction of a PDP-11 does. Theorem 3: a hybrid one, which interprets the guest's
 * kernel, if every user-sensitive instruction is.
 *
 * With the Hardware Virtualizer the guest is a virtual machine, all of it: M is the level, 0 for
 * the bare machine and 1 for the guest, and what traps is what ends in a VM-fault (virtual.c). The
 * mode, the previous mode and the priority are the guest's own.
 *
 * Each of the 65,536 first words is executed from a number of states drawn at random, by the
 * processor's own code (cpu_step()): there is no second model. A word's states depend on the seed
 * and the word alone. That something never happens is shown by samples, not proven; a thing that
 * was found is shown by a pair of states (example.c).
 *
 * Source: Popek and Goldberg, Formal Requirements for Virtualizable Third Generation Architectures,
 * CACM 17 (1974); Goldberg's survey of 1974 for the words.
 */
#ifndef VM11_PG_PG_H
#define VM11_PG_PG_H

#include "base/err.h"
#include "cpu/cpu.h"

/* What was found of a word: bits. */
#define PG_SEEN      000001u /* states in K and G alike that end without a memory trap */
#define PG_PRIV      000002u /* it trapped in G and not in K */
#define PG_NOT_PRIV  000004u /* or not so */
#define PG_NOT_TRAP  000010u /* it did not trap in both */
#define PG_CONTROL   000020u /* control-sensitive */
#define PG_MODE      000040u /* behaviour-sensitive: by M */
#define PG_PLACE     000100u /* by location */
#define PG_PREV      000200u /* by the previous mode */
#define PG_PRIO      000400u /* by the priority */
#define PG_USER      001000u /* user-sensitive */
#define PG_HYBRID    002000u /* the same where the previous mode is not K: see pg.c */
#define PG_LIMIT     004000u /* a stack limit was met in K and not in G */
#define PG_IDLE      010000u /* waits */
#define PG_HOMO_K    020000u /* executed directly in G it is not what it is in K: pg.c tells */
#define PG_HOMO_S    040000u
#define PG_HOMO_U    0100000u
#define PG_BEHAVIOUR (PG_MODE | PG_PLACE | PG_PREV | PG_PRIO)
#define PG_SENSITIVE (PG_CONTROL | PG_BEHAVIOUR)
#define PG_HOMO      (PG_HOMO_K | PG_HOMO_S | PG_HOMO_U)

struct pg_monitor;

/* The machine that is examined, and how. */
struct pg_config {
    bool mmu;        /* relocation is on */
    bool kbs;        /* the KBS11-A is there */
    bool hv;         /* guests are machines of the Hardware Virtualizer, with */
    u16 ctl;         /* these exit controls; without the KBS11-A */
    u16 vcsr;        /* and VCSR; VUSL is what the stack limit is */
    enum mode guest; /* MODE_U or MODE_S */
    unsigned samples;
    u64 seed;
    bool homo; /* pg_word() finds PG_HOMO bits too: */
    const struct pg_monitor
        *monitor;    /* of this one's guests (mediate.h); NULL: executed directly */
    const char *how; /* it runs them. With it, the KT11 is on and no option there */
};

#define PG_WORDS 8u

/* A word of memory of a state: in which 16 KB, and where there. */
struct pg_poke {
    u8 region;
    u16 at, value;
};

/* A state, from which a word is executed. */
struct pg_state {
    u16 insn;
    u16 r[8], alt[6], sp[4]; /* sp[]: of the modes that are not current */
    enum mode mode, prev;
    u8 prio, cc;
    bool set, split; /* register set 1; D spaces on */
    u16 slr;
    bool moved;   /* the program is elsewhere in real memory */
    bool shared;  /* K and G have the same map */
    bool bare;    /* on the machine that a guest knows: without the KBS11-A */
    bool virtual; /* in a machine of the Hardware Virtualizer, of level 1 */
    u16 vusl;
    bool limited; /* by vusl, where the KBS11-A can */
    struct pg_poke poke[PG_WORDS];
    unsigned pokes;
};

#define PG_WRITES 12u
#define PG_TEXT   600u

/* What became of it. */
struct pg_result {
    enum trap trap;
    enum hv_code fault; /* of TRAP_VM, which is its monitor's unless it is */
    bool own;           /* the machine's own */
    bool yellow, waits; /* asks for a stack limit trap; WAIT */
    u16 r[8], alt[6], sp[4], ps, slr;
    bool trace;
    struct fp11 fp;
    u16 mmr0, mmr3, pirq;
    bool mapped;    /* PAR and PDR changed */
    unsigned inits; /* on the bus */
    struct pg_poke write[PG_WRITES];
    unsigned writes;  /* words of the program's own memory that changed */
    unsigned foreign; /* and of others' */
    bool left;        /* the level is another one, or what waits below has changed */
};

struct pg;

/* -ENOMEM, or the monitor's error. */
int pg_new(struct pg **pg, const struct pg_config *config, struct err *err);
void pg_free(struct pg *pg);

/* What is found of a first word, as bits. */
u32 pg_word(struct pg *pg, u16 word);

/* Two runs that show a finding. */
struct pg_pair {
    struct pg_state state[2];
    struct pg_result result[2];
};

/* A pair for one of the findings (one bit) of a word, made as small as it can be: what does not
 * matter is 0. For PG_CONTROL, PG_USER and PG_HYBRID the second state is that of the guest's mode,
 * where nothing trapped. False: none of the samples shows it. */
bool pg_example(struct pg *pg, u16 word, u32 finding, struct pg_pair *pair);

/* For PG_HOMO_K, _S and _U with a monitor: a state of the bare machine, made as small, and the name
 * of what is not the same. NULL: nothing. */
const char *pg_mediated_example(struct pg *pg, u16 word, u32 finding, struct pg_state *state);

/* A state and what became of it, as text; `size` is PG_TEXT at least. Of a state only what is not 0
 * is told, words of memory by mode, space, and address modulo 40000; of a result what is new. */
void pg_tell_state(const struct pg *pg, const struct pg_state *state, char *text, size_t size);
void pg_tell_result(const struct pg_state *state, const struct pg_result *result, char *text,
                    size_t size);

/* --- what follows from the words ---------------------------------------------------------------
 */

static inline bool pg_privileged(u32 found)
{
    return (found & (PG_PRIV | PG_NOT_PRIV)) == PG_PRIV;
}

static inline bool pg_trapping(u32 found)
{
    return (found & (PG_SEEN | PG_NOT_TRAP)) == PG_SEEN;
}

/* Has one of the bits of `which`, and was seen not to give control to a monitor. */
static inline bool pg_offends(u32 found, u32 which)
{
    return found & which && found & PG_NOT_PRIV && found & PG_NOT_TRAP;
}

/* An instruction: all words of a row of isa.def, or with OP_NONE all reserved ones. */
struct pg_insn {
    unsigned words;      /* first words */
    unsigned has[16];    /* words that have bit n of the findings */
    unsigned privileged; /* words that are; of virtual machines: that call the monitor */
    unsigned trapping;   /* words that trap in both modes */
    unsigned offends[3]; /* words against theorem 1 (and 2), theorem 3, and 3 by PG_HYBRID */
    int first[16], first_off[3]; /* the first such word; -1: none */
};

/* `found` is of 65,536 words; `insn` has OP_COUNT rows. Those of the Hardware Virtualizer are among
 * the reserved words unless it is there. */
void pg_sum(const u32 *found, bool hv, struct pg_insn *insn);

/* "RTI", "CLR" for CLC and its like, "reserved" for OP_NONE. */
const char *pg_name(unsigned op);

#endif
