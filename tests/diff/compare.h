/* compare.h - two results of one case: where they differ, and whether that is known. */
#ifndef VM11_TESTS_DIFF_COMPARE_H
#define VM11_TESTS_DIFF_COMPARE_H

#include "layout.h"

/* Parts of a result, as bits. */
enum field {
    F_FIRST = 01,     /* which trap came first */
    F_LATER = 02,     /* traps taken before its handler began, and the handler's stack pointer */
    F_PC = 04,        /* PC pushed by the first */
    F_CC = 010,       /* condition codes pushed */
    F_PS = 020,       /* the rest of the PSW pushed */
    F_REG = 040,      /* R0-R5 of either set */
    F_SP = 0100,      /* stack pointers other than the handler's */
    F_MMR0 = 0200,    /* without what follows every reference */
    F_MMR1 = 0400,    /* frozen only */
    F_MMR2 = 01000,   /* frozen only */
    F_MMR3 = 02000,
    F_IO = 04000,     /* PIRQ and stack limit */
    F_MARKS = 010000, /* A and W bits */
    F_MEM = 020000,
    F_FPS = 040000,
    F_FEC = 0100000,
    F_FEA = 0200000,
    F_AC = 0400000,
    F_ALL = 0777777
};

/* One case with both results made comparable. */
struct view {
    const struct test_case *tc;
    struct result us, them;
    u16 our_first, their_first; /* vectors */
    enum mode mode, prev, handler;
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

/* The names of field bits, in a static sequence of words: "PC CC". */
void compare_names(unsigned fields, char *text, size_t size);

#endif
