/* compare.h - two results of one case: where they differ, and whether that is known. */
#ifndef VM11_TESTS_DIFF_COMPARE_H
#define VM11_TESTS_DIFF_COMPARE_H

#include "layout.h"

/* Parts of a result, as bits. */
enum field {
    F_FIRST = 1u << 0, /* which trap came first */
    F_LATER = 1u << 1, /* traps taken before its handler began, and the handler's stack pointer */
    F_PC = 1u << 2,    /* PC pushed by the first */
    F_CC = 1u << 3,    /* condition codes pushed */
    F_PS = 1u << 4,    /* the rest of the PSW pushed */
    F_REG = 1u << 5,   /* R0-R5 of either set */
    F_SP = 1u << 6,    /* stack pointers other than the handler's */
    F_MMR0 = 1u << 7,  /* without what follows every reference, and the next two */
    F_TRAP = 1u << 8,  /* MMR0<12> */
    F_DONE = 1u << 9,  /* MMR0<7>, frozen only */
    F_MMR1 = 1u << 10, /* frozen only */
    F_MMR2 = 1u << 11, /* frozen only */
    F_MMR3 = 1u << 12,
    F_IO = 1u << 13, /* PIRQ and stack limit */
    F_A = 1u << 14,  /* A bits that only vm11 sets */
    F_W = 1u << 15,  /* W bits */
    F_MEM = 1u << 16,
    F_FPS = 1u << 17, /* without the next */
    F_FMM = 1u << 18,
    F_FEC = 1u << 19,
    F_FEA = 1u << 20,
    F_AC = 1u << 21,
    F_A_MORE = 1u << 22, /* A bits that only the other sets */
    F_ALL = (1u << 23) - 1
};

/* One case with both results made comparable. */
struct view {
    const struct test_case *tc;
    struct result us, them;
    u16 our_first, their_first; /* vectors */
    enum mode mode, prev, handler;
    u8 notes;      /* NOTE_ bits of batch.h */
    unsigned diff; /* enum field bits */
};

/* Fill a view. Results are copied. */
void compare_view(struct view *view, const struct test_case *tc, const struct map_set *set,
                  const struct driver *driver, const struct result *us, const struct result *them);

/* The fields that differ and are not excluded for this case. Counts what an exclusion was good for
 * in `used`, which has compare_exclusions() elements. */
unsigned compare_unknown(const struct view *view, unsigned *used);

unsigned compare_exclusions(void);
const char *compare_reason(unsigned index);

/* Tell a case and its differences on stdout. */
void compare_print(const struct view *view, unsigned fields);

/* The names of field bits: "PC CC". */
void compare_names(unsigned fields, char *text, size_t size);

#endif
