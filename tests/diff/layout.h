/* layout.h - what host and guest of the differential test share: cases, results, where they are.
 *
 * A case is one instruction in one complete state of the processor; a result is what the driver
 * (driver.mac) found afterwards. Some hundred cases make a batch, which is one memory image and
 * runs to its HALT without the host. Addresses come from the driver's symbols.
 */
#ifndef VM11_TESTS_DIFF_LAYOUT_H
#define VM11_TESTS_DIFF_LAYOUT_H

#include "isa/fp11.h"
#include "isa/isa.h"
#include "mem/mmu.h"

#define MEMORY    0400000u /* bytes: what is above does not answer */
#define SETS      8u       /* of maps in a batch */
#define SANDWORDS 02000u
#define POKES     32u
#define CASES_MAX 512u

/* PDRs and PARs of one mode as they lie in the I/O page. */
struct mode_map {
    u16 pdr[2][8]; /* by space */
    u16 par[2][8];
};

/* One set: kernel, supervisor, user. */
struct map_set {
    struct mode_map mode[3];
    enum mode handler; /* the mode that traps enter */
};

struct poke {
    u16 pa, value;
};

/* The part of a case that the driver loads, in its order. */
struct case_head {
    u16 set[2][6]; /* R0-R5 of both register sets */
    u16 ksp, ssp, usp;
    u16 map; /* address of the set */
    u16 mmr0, mmr3;
    u16 vector_ps;
    u16 pokes;
};

#define HEAD_WORDS (sizeof(struct case_head) / 2)

struct test_case {
    u16 word; /* the instruction under test */
    enum op op;
    u16 ps, pc;
    unsigned set; /* index of the map set */
    struct case_head head;
    struct poke poke[POKES];
    u16 fps;
    u64 ac[6];
    u64 seed; /* makes this very case again */
};

/* What the driver recorded, in its order. */
struct result {
    u16 cause;         /* vector of the handler that ran */
    u16 pc, ps;        /* of the first frame on its stack */
    u16 second, third; /* PC of the frames above it: a handler that was interrupted at once */
    u16 set[2][6];
    u16 ksp, ssp, usp;
    u16 mmr0, mmr1, mmr2, mmr3, pirq, slr;
    u16 marks[3][2]; /* A and W bits by mode and space */
    u16 sum, changed;
    /* from here only with floating point */
    u16 fps, fec, fea;
    u16 ac[6][4];
};

#define RESULT_WORDS    (offsetof(struct result, fps) / 2)
#define RESULT_WORDS_FP (sizeof(struct result) / 2)
#define FP_WORDS        28u /* of a case: FPS, three spare words, six accumulators */

/* The driver, assembled. */
struct driver {
    u8 image[65536];
    u16 low_end, page_end; /* ends of the constant parts that begin at 1000 and HPAGE */
    u16 start, count, input, output, has_fp, log, stack, hpage, v004, maps, sand, master;
    u16 cases, case_end;
};

/* Index of a mode in tables of three. */
static inline unsigned mode_index(enum mode mode)
{
    return mode == MODE_U ? 2 : (unsigned)mode;
}

/* Assemble the driver from `path`. False, and a message on stderr, if that fails. */
bool driver_load(struct driver *driver, const char *path);

#endif
