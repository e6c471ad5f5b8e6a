/* measure.h - what a machine does, in numbers: instructions, places, pages.
 *
 * Counted by looking on at the processor (struct cpu_watch); nothing changes in the run. The counts
 * are exact. A journey through a recording is not counted.
 */
#ifndef VM11_MONITOR_MEASURE_H
#define VM11_MONITOR_MEASURE_H

#include "machine/machine.h"

/* What is counted, as bits. */
enum { MEASURE_MIX = 1, MEASURE_HOT = 2, MEASURE_HEAT = 4, MEASURE_ALL = 7 };

#define MEASURE_MODES    4u       /* of the processor: enum mode */
#define MEASURE_OPERANDS 12u      /* addressing modes: 0 to 7, and 2, 3, 6, 7 with the PC */
#define MEASURE_PLACES   0100000u /* words of a virtual space */
#define MEASURE_BLOCK    01000u   /* bytes of a physical block */
#define MEASURE_BLOCKS   (IO_SPACE / MEASURE_BLOCK)

/* What is counted of a page. */
enum measure_heat { HEAT_READ, HEAT_WRITE, HEAT_FETCH, HEAT_KINDS };

struct measure {
    struct machine *machine;
    struct cpu_watch watch;
    bool on;
    unsigned what; /* MEASURE_ bits */

    u64 insns[MEASURE_MODES];
    u64 unread; /* of them, whose first word was not in memory */
    u64 op[MEASURE_MODES][OP_COUNT];
    u64 operand[MEASURE_MODES][2][MEASURE_OPERANDS]; /* at 11:6 (source) and at 5:0 */
    u64 hot[MEASURE_MODES][MEASURE_PLACES];          /* by PC / 2 */
    u64 page[MEASURE_MODES][2][8][HEAT_KINDS];       /* by mode, space, page of 8 KB */
    u64 block[MEASURE_BLOCKS][HEAT_KINDS];           /* by physical address */
};

/* Count from now on, or no more; what was counted stays. */
void measure_on(struct measure *measure, struct machine *machine, unsigned what);
void measure_off(struct measure *measure);

/* All counts to 0. */
void measure_reset(struct measure *measure);

/* The last index in operand[] of six bits of an instruction. */
unsigned measure_operand(unsigned spec);

/* All instructions. */
u64 measure_insns(const struct measure *measure);

#endif
