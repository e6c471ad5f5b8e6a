/* request.c - see request.h. Source: src/cpu/registers.c, cpu.c, trap.c. */
#include "jit/request.h"

#include "cpu/registers.h"

u16 request_level(const struct cpu *cpu)
{
    unsigned levels = (cpu->pirq >> 8 & 0376u) | cpu->br;

    return levels ? (u16)((31 - __builtin_clz(levels)) << 5) : 0;
}

static i32 put(struct hot *hot, u32 value)
{
    struct cpu *cpu = hot->cpu;

    cpu->pirq = (u16)(value & 0177000u);
    hot->request = request_level(cpu);
    hot->due = hot->request > (hot->ps & PS_PRIO);
    if (hot->due)
        cpu->attention |= ATTN_IRQ;
    return (i32)(value & 0177777u);
}

/* As long as 177776 is the PSW, 177772 is PIRQ: they are in one block of 64 bytes. Each virtual
 * machine has its own; a level below that wants an interrupt keeps translated code from running. */
static bool is_there(const struct hot *hot)
{
    return hot->psw;
}

i32 request_write(struct hot *hot, u32 value, u32 word)
{
    return is_there(hot) ? put(hot, value) : -1;
}

i32 request_set(struct hot *hot, u32 value, u32 word)
{
    return is_there(hot) ? put(hot, registers_pirq(hot->cpu->pirq) | value) : -1;
}

i32 request_keep(struct hot *hot, u32 value, u32 word)
{
    return is_there(hot) ? put(hot, registers_pirq(hot->cpu->pirq) & value) : -1;
}
