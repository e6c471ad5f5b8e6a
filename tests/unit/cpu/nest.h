/* nest.h - virtual machines within each other, for the tests of the Hardware Virtualizer.
 *
 * A processor with 248 KB of memory, a fake bus on which only the HV's registers answer, and
 * `depth` levels. The memory of a level begins with what its monitor needs: vectors, VMTAB at click
 * 020, the VMCB of its only child (syllable 1) behind it, a page table, an I/O map, a few
 * instructions; the child's memory is behind that, by one of the types of maps. The memory of the
 * last level is free.
 */
#ifndef VM11_TEST_CPU_NEST_H
#define VM11_TEST_CPU_NEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cpu/hv_impl.h"
#include "cpu/run.h"

#define NEST_BASE    0761000u /* of the HV's registers */
#define NEST_ENTRY   0400u    /* LVMID #1, then HALT */
#define NEST_HANDLER 0440u    /* of VM-faults: LVMID #1 again */
#define NEST_STACK   0700u
#define NEST_CODE    01000u /* the last level's program */
#define NEST_VMTAB   0020u  /* clicks */
#define NEST_VMCB    0021u
#define NEST_TABLE   0040u
#define NEST_IOMAP   0050u
#define NEST_CHILD   0100u /* the child's memory */

struct nest {
    struct cpu cpu;
    struct ram ram;
    struct hv hv;
    unsigned depth;
    u32 vmcb[HV_DEPTH + 1], table[HV_DEPTH + 1]; /* real addresses */
    u16 vector;                                  /* of what the bus grants */
};

/* `type` of all maps, `depth` levels, an associator of `slots` entries or (0) as it is. */
void nest_init(struct nest *nest, unsigned type, unsigned depth, unsigned slots);
void nest_fini(struct nest *nest);

/* Run until the last level runs. */
void nest_enter(struct nest *nest);

/* Real address of a word of a level's memory; of the VMCB of a level (1 and up). */
u32 nest_real(const struct nest *nest, unsigned level, u32 pa);
u32 nest_vmcb(const struct nest *nest, unsigned level, unsigned offset);

/* Words there. */
u16 nest_get(const struct nest *nest, unsigned level, u32 pa);
void nest_put(struct nest *nest, unsigned level, u32 pa, u16 value);
#define NEST_LOAD(nest, level, pa, ...)                                                            \
    nest_load(nest, level, pa, (const u16[]){__VA_ARGS__}, sizeof((const u16[]){__VA_ARGS__}) / 2)
void nest_load(struct nest *nest, unsigned level, u32 pa, const u16 *words, unsigned count);

/* A word at a real address, as who writes it in the guest. */
void nest_write(struct nest *nest, u32 real, u16 value);

/* nest_init(), and the last level begins with a program at NEST_CODE. Returns nest. */
struct nest *nest_begin(struct nest *nest, unsigned type, unsigned depth);

/* Run until that level runs; returns it. */
unsigned nest_until_level(struct nest *nest, unsigned level);

/* Run until a VM-fault; its code. */
unsigned nest_until_fault(struct nest *nest);

/* A word of a level's VMCB. */
u16 nest_field(struct nest *nest, unsigned level, unsigned offset);
void nest_set_field(struct nest *nest, unsigned level, unsigned offset, u16 value);

/* Execute `count` turns: instructions or services. */
void nest_turn(struct nest *nest, unsigned count);

/* Where the map of a level has the page of `pa`. */
u32 nest_pte(const struct nest *nest, unsigned level, u32 pa);

/* Clicks of a page of maps of that type. */
unsigned nest_page_clicks(unsigned type);

#endif
