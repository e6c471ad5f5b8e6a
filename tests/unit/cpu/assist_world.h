/* assist_world.h - a guest of VM-assist, and the machine that it believes in.
 *
 * The guest has 16 KB, on the real machine at WORLD_BASE; its processor's state is in the block at
 * WORLD_BLOCK. The bare machine has the same memory and the same state.
 */
#ifndef VM11_TEST_CPU_ASSIST_WORLD_H
#define VM11_TEST_CPU_ASSIST_WORLD_H

#include "rig.h"

#include "cpu/assist.h"
#include "random.h"

#define WORLD_BASE  040000u
#define WORLD_GUEST 040000u /* bytes */
#define WORLD_BLOCK 030000u

struct world {
    struct rig *bare, *real;
    struct vmx vmx;
    struct prng prng;
    unsigned late; /* aborts behind a read of a register */
};

/* Two machines, and what is drawn by `seed`. For cmocka's setup and teardown. */
int world_setup(void **state, u32 seed);
int world_teardown(void **state);

/* A word of the block. */
u16 world_block(const struct world *w, unsigned at);
void world_put_block(struct world *w, unsigned at, u16 value);

/* A word of the guest's memory on both machines; beyond it, and at odd addresses, nothing. */
void world_put(struct world *w, u32 pa, u16 value);

/* The bare machine's PSW and stack pointers by mode. */
void world_put_ps(struct world *w, u16 ps, const u16 sp[4]);

/* Make the real machine's guest what the bare machine's processor is, but for its map: registers,
 * VMX and the block, whose flags stand there. `level` is that of the highest request. */
void world_twin(struct world *w, u16 vacsr, u16 level);

/* It is what the bare machine is: processor and memory. */
void world_check_same(const struct world *w);

#endif
