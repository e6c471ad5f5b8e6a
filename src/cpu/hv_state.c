/* hv_state.c - a level's state in its VMCB: see docs/hv.md for the format.
 *
 * One walk over the state serves both directions. The VMCB is in the memory of the machine's
 * parent, at real places that were looked up when it was entered; level 0's context has the same
 * format and lies in struct hv. All that a program could see of its processor is in it, pending
 * requests too, so that a machine is suspended before any instruction, and in the midst of one or
 * of a trap flow as if before it.
 */
#include "cpu/hv_impl.h"

#include <string.h>

u16 vmcb_get(const struct cpu *cpu, unsigned level, unsigned offset)
{
    const struct hv *hv = cpu->hv;

    return level ? hv_pinned(cpu, hv->node[hv->chain[level]].vmcb, offset)
                 : word_get(&hv->bare[offset]);
}

void vmcb_put(struct cpu *cpu, unsigned level, unsigned offset, u16 value)
{
    struct hv *hv = cpu->hv;

    if (level)
        hv_put_pinned(cpu, hv->node[hv->chain[level]].vmcb, offset, value);
    else
        word_put(&hv->bare[offset], value);
}

/* A VMCB on its way: `image` is a copy of it, or level 0's context itself. */
struct transfer {
    struct cpu *cpu;
    unsigned level;
    bool loads;
    struct ram *ram; /* not NULL: the VMCB is at `at` there, and of no level of `cpu` */
    u32 at;
    u8 *image, copy[VMCB_BYTES];
};

/* A click of the VMCB in memory. */
static u8 *click_of(const struct transfer *t, unsigned offset, struct ram **ram, u32 *pa)
{
    const struct hv *hv = t->cpu->hv;

    *ram = t->ram ? t->ram : t->cpu->ram;
    *pa = t->ram ? t->at + offset : (u32)hv->node[hv->chain[t->level]].vmcb[offset >> 6] << 6;
    return (*ram)->base + *pa;
}

static void begin(struct transfer *t)
{
    struct ram *ram;
    u32 pa;

    if (!t->ram && !t->level) {
        t->image = t->cpu->hv->bare;
        return;
    }
    t->image = t->copy;
    for (unsigned offset = 0; offset < VMCB_BYTES; offset += 0100)
        memcpy(&t->copy[offset], click_of(t, offset, &ram, &pa), 0100);
}

/* Write back what has changed. */
static void end(const struct transfer *t)
{
    if (t->image != t->copy)
        return;
    for (unsigned offset = 0; offset < VMCB_BYTES; offset += 0100) {
        struct ram *ram;
        u32 pa;
        u8 *click = click_of(t, offset, &ram, &pa);

        if (memcmp(click, &t->copy[offset], 0100) == 0)
            continue;
        memcpy(click, &t->copy[offset], 0100);
        ram_wrote(ram, pa, 0100);
    }
}

static u16 get(const struct transfer *t, unsigned offset)
{
    return word_get(&t->image[offset]);
}

static void put(const struct transfer *t, unsigned offset, u16 value)
{
    word_put(&t->image[offset], value);
}

static void word(const struct transfer *t, unsigned offset, u16 *field)
{
    if (t->loads)
        *field = get(t, offset);
    else
        put(t, offset, *field);
}

/* The bits that the register has. */
static void bits(const struct transfer *t, unsigned offset, u16 *field, unsigned mask)
{
    word(t, offset, field);
    *field &= (u16)mask;
}

static void psw(const struct transfer *t)
{
    struct cpu *cpu = t->cpu;
    u16 ps = cpu_ps(cpu);

    word(t, VMCB_PSW, &ps);
    cpu->ps = ps & PS_BITS & (u16)~PS_CC;
    cc_set(&cpu->cc, ps & PS_CC);
}

static void registers(const struct transfer *t)
{
    static const u16 stack[4] = {VMCB_KSP, VMCB_SSP, VMCB_SP2, VMCB_USP};
    struct cpu *cpu = t->cpu;
    bool swapped;

    psw(t);
    swapped = cpu->ps & PS_SET;
    for (unsigned i = 0; i < 6; i++) {
        word(t, VMCB_SET0 + 2 * i, swapped ? &cpu->alt[i] : &cpu->r[i]);
        word(t, VMCB_SET1 + 2 * i, swapped ? &cpu->r[i] : &cpu->alt[i]);
    }
    for (unsigned mode = 0; mode < 4; mode++)
        word(t, stack[mode], mode == cpu_mode(cpu) ? &cpu->r[SP] : &cpu->sp[mode]);
    word(t, VMCB_PC, &cpu->r[PC]);
    bits(t, VMCB_SLR, &cpu->slr, 0177400u);
    bits(t, VMCB_PIRQ, &cpu->pirq, 0177000u);
    word(t, VMCB_SWR, &cpu->switches);
    word(t, VMCB_DISPLAY, &cpu->display);
    word(t, VMCB_START, &cpu->start);
    bits(t, VMCB_UBREAK, &cpu->ubreak, 0377u);
}

/* MMR1 and MMR2 count while they are frozen. */
static void relocation(const struct transfer *t)
{
    static const u8 modes[] = {MODE_K, MODE_S, MODE_U};
    struct mmu *mmu = &t->cpu->mmu;
    unsigned offset = 0, par = mmu_par_bits(mmu);

    bits(t, VMCB_MMR0, &mmu->mmr0, MMR0_WRITE | MMR0_REF | MMR0_DONE);
    word(t, VMCB_MMR0 + 2, &mmu->mmr1);
    word(t, VMCB_MMR0 + 4, &mmu->mmr2);
    bits(t, VMCB_MMR0 + 6, &mmu->mmr3, 7);
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++)
        for (unsigned space = 0; space < 2; space++)
            for (unsigned page = 0; page < 8; page++, offset += 2) {
                bits(t, VMCB_PAR + offset, &mmu->par[modes[i]][space][page], par);
                bits(t, VMCB_PDR + offset, &mmu->pdr[modes[i]][space][page],
                     PDR_WRITE | PDR_A | PDR_W);
            }
}

static void floating(const struct transfer *t)
{
    struct fp11 *fp = &t->cpu->fp;

    bits(t, VMCB_FPP, &fp->fps, FP11_FPS_BITS);
    word(t, VMCB_FPP + 2, &fp->fec);
    word(t, VMCB_FPP + 4, &fp->fea);
    for (unsigned i = 0; i < 6; i++) {
        u16 words[4];

        for (unsigned k = 0; k < 4; k++) {
            words[k] = (u16)(fp->ac[i] >> (48 - 16 * k));
            word(t, VMCB_FPP + 6 + 8 * i + 2 * k, &words[k]);
        }
        if (t->loads)
            fp->ac[i] = (u64)words[0] << 48 | (u64)words[1] << 32 | (u32)words[2] << 16 | words[3];
    }
}

static void own_registers(const struct transfer *t)
{
    struct hv_regs *reg = &t->cpu->hv->reg;

    bits(t, VMCB_CSR, &reg->csr, 0177777u & ~HVCSR_DEPTH);
    word(t, VMCB_ROOT, &reg->root);
    word(t, VMCB_TLEN, &reg->tlen);
    bits(t, VMCB_VEC, &reg->vec, 0774u);
    word(t, VMCB_SYL, &reg->syl);
    word(t, VMCB_HFAL, &reg->fal);
    word(t, VMCB_HFAH, &reg->fah);
    word(t, VMCB_TMR, &reg->tmr);
    word(t, VMCB_FLOW, &t->cpu->hv->flow.vector);
    word(t, VMCB_FLAGS, &t->cpu->hv->flow.flags);
    word(t, VMCB_FLOW_PC, &t->cpu->hv->flow.pc);
    word(t, VMCB_FLOW_PS, &t->cpu->hv->flow.ps);
}

static const struct {
    u32 attention;
    u16 stat;
} pending[] = {{ATTN_PROTECT, STAT_PROTECT},
               {ATTN_YELLOW, STAT_YELLOW},
               {ATTN_MMU, STAT_MMU},
               {ATTN_FP, STAT_FP},
               {ATTN_WAIT, STAT_WAITING}};

static void save_stat(const struct transfer *t)
{
    const struct cpu *cpu = t->cpu;
    u16 stat = get(t, VMCB_STAT) & STAT_KEPT;

    for (unsigned i = 0; i < ARRAY_LEN(pending); i++)
        if (cpu->attention & pending[i].attention)
            stat |= pending[i].stat;
    if (cpu->trace)
        stat |= STAT_TRACE;
    put(t, VMCB_STAT, stat);
}

static void load_stat(const struct transfer *t)
{
    struct cpu *cpu = t->cpu;
    u16 stat = get(t, VMCB_STAT);

    for (unsigned i = 0; i < ARRAY_LEN(pending); i++) {
        cpu->attention &= ~pending[i].attention;
        if (stat & pending[i].stat)
            cpu->attention |= pending[i].attention;
    }
    cpu->trace = stat & STAT_TRACE;
    stat &= (u16) ~(STAT_PENDING | STAT_WAITING | STAT_HALTED);
    put(t, VMCB_STAT, stat | STAT_RUNNING);
}

static void transfer(const struct transfer *t)
{
    registers(t);
    relocation(t);
    floating(t);
    if (!t->ram)
        own_registers(t);
}

static void save(const struct transfer *t)
{
    struct cpu *cpu = t->cpu;

    cpu->mmu.mmr1 = cpu_mmr1(cpu);
    cpu->mmu.mmr2 = cpu_mmr2(cpu);
    transfer(t);
    save_stat(t);
}

void hv_save(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;

    struct transfer t = {.cpu = cpu, .level = hv->level};

    begin(&t);
    save(&t);
    hv->csr[hv->level] = hv->reg.csr;
    hv->ps[hv->level] = cpu_ps(cpu);
    hv->br[hv->level] = cpu->br;
    if (hv->level)
        put(&t, VMCB_VIRQ, cpu->br);
    end(&t);
}

/* A virtual machine has no KBS11-A; that of level 0 waits meanwhile. Its physical addresses have 18
 * bits. */
void hv_park(struct cpu *cpu)
{
    struct vmx **from = cpu->hv->level ? &cpu->vmx : &cpu->hv->vmx;
    struct vmx **to = cpu->hv->level ? &cpu->hv->vmx : &cpu->vmx;

    cpu->mmu.wide = cpu->hv->level ? 0 : cpu->ram->wide;
    if (!*from)
        return;
    *to = *from;
    *from = NULL;
}

void hv_load(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;
    struct transfer t = {.cpu = cpu, .level = hv->level, .loads = true};

    hv_park(cpu);
    begin(&t);
    transfer(&t);
    load_stat(&t);
    end(&t);
    cpu->br = (u8)(hv->level ? get(&t, VMCB_VIRQ) & 0360u : hv->br[0]);
    cpu->changes = 0;
    cpu->mmu.trap_request = false;
    memset(hv->io, 0, sizeof hv->io);
    hv_update_current(hv);
    mmu_flush(&cpu->mmu);
    cpu_update(cpu);
}

void hv_load_regs(struct cpu *cpu)
{
    struct hv *hv = cpu->hv;
    struct transfer t = {.cpu = cpu, .level = hv->level, .loads = true};

    begin(&t);
    own_registers(&t);
    hv->csr[hv->level] = hv->reg.csr;
    hv->ps[hv->level] = get(&t, VMCB_PSW);
    hv->br[hv->level] = get(&t, VMCB_VIRQ) & 0360u;
}

void hv_put_state(struct cpu *cpu, struct ram *ram, u32 pa)
{
    struct transfer t = {.cpu = cpu, .ram = ram, .at = pa};

    begin(&t);
    save(&t);
    put(&t, VMCB_VIRQ, cpu->br);
    put(&t, VMCB_FLAGS, 0);
    end(&t);
}

void hv_get_state(struct cpu *cpu, struct ram *ram, u32 pa, struct hv_flow *flow)
{
    struct transfer t = {.cpu = cpu, .loads = true, .ram = ram, .at = pa};

    begin(&t);
    transfer(&t);
    load_stat(&t);
    end(&t);
    *flow = (struct hv_flow){.vector = get(&t, VMCB_FLOW),
                             .flags = get(&t, VMCB_FLAGS),
                             .pc = get(&t, VMCB_FLOW_PC),
                             .ps = get(&t, VMCB_FLOW_PS)};
    /* Those of the last instruction: where MMR1 and MMR2 are frozen they do not count. */
    cpu->changes = cpu->mmu.mmr1;
    mmu_flush(&cpu->mmu);
    cpu_update(cpu);
}
