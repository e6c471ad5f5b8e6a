/* rig.h - a processor with memory and a fake bus, for the tests of cpu/.
 *
 * Memory is 48 KB: with the KT11 off 140000-157777 does not answer. Every vector V of 0-374 leads
 * to RIG_HANDLER + V with PSW 340; there stand NOPs, so the PC after a trap tells the vector.
 * Programs start at RIG_CODE in kernel mode with SP at RIG_STACK; unused memory is HALT.
 *
 * The fake I/O page answers where rig_device() put a word, and keeps a list of all cycles. The
 * fake bus grants the vectors of `vector`, and counts INITs.
 */
#ifndef VM11_TEST_CPU_RIG_H
#define VM11_TEST_CPU_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cpu/cpu.h"
#include "cpu/run.h"

#define RIG_RAM     0140000u
#define RIG_CODE    001000u
#define RIG_HANDLER 002000u
#define RIG_STACK   000700u /* the kernel's, above the stack limit */

/* The processor's registers, as a program addresses them with the KT11 off. */
#define A_PSW  0177776u
#define A_SLR  0177774u
#define A_PIRQ 0177772u
#define A_UBRK 0177770u
#define A_SWR  0177570u
#define A_MMR0 0177572u
#define A_MMR1 0177574u
#define A_MMR2 0177576u
#define A_MMR3 0172516u
#define A_DEV  0164000u /* where tests put their devices */

struct rig_cycle {
    enum io_cycle cycle;
    u32 pa;
    u16 value;
};

struct rig {
    struct cpu cpu;
    struct ram ram;
    u16 page[IO_PAGE_LEN / 2];
    bool present[IO_PAGE_LEN / 2];
    struct rig_cycle log[64]; /* the last; cycle n is at n % 64 */
    unsigned cycles;
    u16 vector[8]; /* by level; 0: passive release */
    bool sticky;   /* a grant does not end the request */
    unsigned grants, inits;
};

/* cmocka's fixtures: *state is a struct rig. */
int rig_setup(void **state);
int rig_teardown(void **state);
#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

/* Everything as rig_setup() leaves it, cheaper. */
void rig_reset(struct rig *rig);

/* Words in memory, by physical address. */
void rig_load(struct rig *rig, u32 pa, const u16 *words, unsigned count);
#define RIG_LOAD(rig, pa, ...)                                                                     \
    rig_load(rig, pa, (const u16[]){__VA_ARGS__}, sizeof((const u16[]){__VA_ARGS__}) / 2)
#define RIG_CODE_IS(rig, ...) RIG_LOAD(rig, RIG_CODE, __VA_ARGS__)
void rig_vector(struct rig *rig, u16 vector, u16 pc, u16 ps);

/* A word that answers in the I/O page at the virtual address `va` of an unmapped machine. */
void rig_device(struct rig *rig, u16 va, u16 value);
u16 rig_page(struct rig *rig, u16 va);

/* Program references as the console would make them: no cycle of the program. */
u16 rig_get(struct rig *rig, u32 pa);
void rig_put(struct rig *rig, u32 pa, u16 value);

/* Execute `count` instructions: from where the PC is, or from `pc`; the limit must be reached. */
void rig_run(struct rig *rig, unsigned count);
void rig_go(struct rig *rig, u16 pc, unsigned count);

/* The KT11 on: all pages of the three modes, I and D, resident, 4K words long, read and write,
 * mapped as they are unmapped. D spaces on where `mmr3` says. */
void rig_map(struct rig *rig, u16 mmr3);
u16 *rig_pdr(struct rig *rig, enum mode mode, enum space space, unsigned page);
u16 *rig_par(struct rig *rig, enum mode mode, enum space space, unsigned page);
#define PDR_RW 077406u /* 4K words, read and write */

/* Loads the PSW, T included: the next instruction is the first that it traces. */
void rig_ps(struct rig *rig, u16 ps);

/* A number for all state that a program or the bus could see the difference of, memory included;
 * the count of instructions too. */
u64 rig_digest(const struct rig *rig);

/* A copy of everything, to go back to. */
struct rig_copy {
    struct rig rig;
    u8 *memory;
};
void rig_save(const struct rig *rig, struct rig_copy *copy);
void rig_restore(struct rig *rig, const struct rig_copy *copy);
void rig_discard(struct rig_copy *copy);

void rig_check(const char *what, u32 actual, u32 expected, const char *file, int line);
#define CHECK(actual, expected)                                                                    \
    rig_check(#actual, (u32)(actual), (u32)(expected), __FILE__, __LINE__)
#define CHECK_REG(rig, n, expected)  CHECK((rig)->cpu.r[n], expected)
#define CHECK_MEM(rig, pa, expected) CHECK(rig_get(rig, pa), expected)
#define CHECK_PS(rig, expected)      CHECK(cpu_ps(&(rig)->cpu), expected)
#define CHECK_CC(rig, expected)      CHECK(cpu_ps(&(rig)->cpu) & 017u, expected)

/* The processor is in the handler of `vector` (at most one of its NOPs executed), on the kernel
 * stack, and the frame there holds this PC and PSW. */
void rig_check_frame(struct rig *rig, u32 vector, u32 pc, u32 ps, const char *file, int line);
#define CHECK_FRAME(rig, vector, pc, ps)                                                           \
    rig_check_frame(rig, (u32)(vector), (u32)(pc), (u32)(ps), __FILE__, __LINE__)

/* The n-th frame below the top one. */
#define CHECK_OUTER(rig, n, pc, ps)                                                                \
    do {                                                                                           \
        CHECK_MEM(rig, (rig)->cpu.r[SP] + 4 * (n), pc);                                            \
        CHECK_MEM(rig, (rig)->cpu.r[SP] + 4 * (n) + 2, ps);                                        \
    } while (0)

/* The words of instructions: I_ADD | S(M2(R1)) | M4(R2) is ADD (R1)+,-(R2). */
enum {
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) I_##id = base,
#include "isa/isa.def"
};
#define S(spec) ((spec) << 6) /* source, or the register of JSR, XOR, MUL, SOB */
#define M1(reg) (010 | (reg)) /* (R) */
#define M2(reg) (020 | (reg)) /* (R)+ */
#define M3(reg) (030 | (reg)) /* @(R)+ */
#define M4(reg) (040 | (reg)) /* -(R) */
#define M5(reg) (050 | (reg)) /* @-(R) */
#define M6(reg) (060 | (reg)) /* X(R) */
#define M7(reg) (070 | (reg)) /* @X(R) */
#define IMM     027           /* #n */
#define ABS     037           /* @#a */
#define NOP     0000240
#define SCC     0000277
#define CCC     0000257
#define BR(n)   (0000400 | ((n)&0377))

#endif
