/* random.c - see random.h. */
#include "random.h"

/* xorshift64* */
struct prng prng_new(u64 seed)
{
    return (struct prng){(seed + 1) * 0x9e3779b97f4a7c15u};
}

u32 prng_next(struct prng *prng)
{
    u64 x = prng->state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    prng->state = x;
    return (u32)(x * 0x2545f4914f6cdd1du >> 32);
}

u64 prng_next64(struct prng *prng)
{
    u64 high = prng_next(prng);

    return high << 32 | prng_next(prng);
}

u32 prng_below(struct prng *prng, u32 limit)
{
    return (u32)((u64)prng_next(prng) * limit >> 32);
}

u16 random_insn(struct prng *prng)
{
    unsigned op = prng_below(prng, OP_COUNT);
    u16 word = (u16)prng_next(prng);

    if (op == OP_NONE)
        return word;
    if ((op == OP_HALT || op == OP_WAIT) && prng_below(prng, 4))
        op = OP_MOV;
    return (u16)(isa_info[op].base | (word & isa_form[isa_info[op].form].mask));
}

u16 random_word(struct prng *prng)
{
    static const u16 registers[] = {A_PSW,   A_SLR,   A_PIRQ,  A_UBRK,  A_SWR,     A_MMR0,
                                    A_MMR1,  A_MMR2,  A_MMR3,  0172300, 0172340,   0177600,
                                    0177640, 0172200, 0172240, A_DEV,   A_DEV + 2, 0160000};
    u32 kind = prng_below(prng, 16);

    if (kind < 9)
        return (u16)(prng_below(prng, RIG_RAM / 2) * 2);
    if (kind < 11)
        return registers[prng_below(prng, ARRAY_LEN(registers))];
    if (kind < 13)
        return (u16)prng_below(prng, 0100);
    return (u16)prng_next(prng);
}

static u16 random_ps(struct prng *prng)
{
    static const u16 modes[] = {0, 0, 0, 0040000, 0140000, 0140000, 0150000, 0030000};
    u16 ps = modes[prng_below(prng, ARRAY_LEN(modes))];
    u16 rest = (u16)prng_next(prng);

    ps |= rest & (PS_CC | PS_PRIO);
    if (prng_below(prng, 8) == 0)
        ps |= PS_T;
    if (prng_below(prng, 4) == 0)
        ps |= PS_SET;
    return prng_below(prng, 100) ? ps : ps | 0100000;
}

static void random_mmu(struct rig *rig, struct prng *prng)
{
    struct mmu *mmu = &rig->cpu.mmu;

    rig_map(rig, 0);
    for (unsigned mode = 0; mode < 4; mode++) {
        for (unsigned page = 0; page < 15; page++) {
            if (page == 7)
                continue;
            mmu->par[mode][page / 8][page % 8] = (u16)prng_below(prng, 01300);
            if (prng_below(prng, 3) == 0)
                mmu->pdr[mode][page / 8][page % 8] = prng_next(prng) & PDR_WRITE;
        }
    }
    /* the vectors stay where they are, mostly */
    if (prng_below(prng, 8))
        mmu->par[MODE_K][SPACE_I][0] = mmu->par[MODE_K][SPACE_D][0] = 0;
    mmu->mmr3 = prng_next(prng) & 7;
    mmu->mmr0 = (u16)(prng_below(prng, 4) ? MMR0_ENABLE : 0);
    if (prng_below(prng, 2))
        mmu->mmr0 |= MMR0_ENTRAP;
    if (prng_below(prng, 16) == 0)
        mmu->mmr0 |= MMR0_MAINT;
    mmu_flush(mmu);
}

void random_machine(struct rig *rig, struct prng *prng)
{
    struct cpu *cpu = &rig->cpu;

    rig_reset(rig);
    for (u32 pa = 0; pa < RIG_RAM; pa += 2)
        ram_put(&rig->ram, pa, prng_below(prng, 4) ? random_insn(prng) : random_word(prng));
    for (u16 v = 0; v < 0400; v = (u16)(v + 4)) {
        u16 pc = (u16)(prng_below(prng, RIG_RAM / 2) * 2);
        rig_vector(rig, v, pc, random_ps(prng));
    }
    if (prng_below(prng, 2))
        random_mmu(rig, prng);
    for (u16 i = 0; i < 8; i++)
        rig_device(rig, (u16)(A_DEV + 2 * i), (u16)prng_next(prng));
    for (unsigned i = 0; i < 8; i++)
        cpu->r[i] = random_word(prng);
    for (unsigned i = 0; i < 6; i++)
        cpu->alt[i] = random_word(prng);
    for (unsigned i = 0; i < 4; i++)
        cpu->sp[i] = random_word(prng) & 0177776;
    cpu->r[PC] &= 0137776;
    cpu->r[SP] &= 0177776;
    for (unsigned i = 0; i < 6; i++)
        cpu->fp.ac[i] = prng_next64(prng);
    cpu->fp.fps = prng_next(prng) & FP11_FPS_BITS;
    rig_put(rig, A_SLR, prng_below(prng, 4) ? 0 : (u16)prng_next(prng));
    rig_put(rig, A_PIRQ, prng_below(prng, 4) ? 0 : (u16)prng_next(prng));
    for (unsigned level = 4; level < 8; level++)
        rig->vector[level] = (u16)(prng_below(prng, 8) ? 060 + 4 * prng_below(prng, 40) : 0);
    cpu_set_br(cpu, prng_below(prng, 4) ? 0 : prng_next(prng) & 0360);
    rig_ps(rig, random_ps(prng));
    cpu_update(cpu);
}
