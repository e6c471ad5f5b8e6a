/* step.c - one instruction from one state, by the processor; and what can be said of two results.
 *
 * No reference takes the fast way: a watcher of references keeps the maps empty, and sees what is
 * read and written, so that memory can be put back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/run.h"
#include "pg/impl.h"

#define PDR_FULL 077506u /* 4K words, read and write, and written */

static bool io_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    return false;
}

static bool io_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    return false;
}

static const struct io_ops io_ops = {.read = io_read, .write = io_write};

static bool grant(void *ctx, unsigned level, u16 *vector)
{
    return false;
}

static void init(void *ctx)
{
    ((struct pg *)ctx)->inits++;
}

static const struct cpu_ops cpu_ops = {grant, init};

static void note_write(struct pg *pg, u32 pa)
{
    for (unsigned i = 0; i < pg->logged; i++)
        if (pg->log[i].pa == pa)
            return;
    if (pg->logged < LOG_MAX) {
        pg->log[pg->logged].pa = pa;
        pg->log[pg->logged++].old = ram_get(&pg->ram, pa);
    }
}

static void see(void *ctx, const struct mmu_ref *ref, enum cpu_access access, u32 pa)
{
    struct pg *pg = ctx;

    if (pa >= pg->ram.size)
        return;
    if (access == ACCESS_WRITE || access == ACCESS_MODIFY)
        note_write(pg, pa & ~1u);
    if (access != ACCESS_WRITE && pg->reads < READS_MAX)
        pg->read[pg->reads++] = pa & ~1u;
}

static u32 mix(u32 a, u32 b)
{
    u32 x = (a ^ b * 0x9e3779b9u) * 0x85ebca6bu;

    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* Random words, mostly even: pointers. Y is X. */
static void fill(struct pg *pg)
{
    for (u32 pa = 0; pa < pg->ram.size; pa += 2) {
        u32 at = pg->config.hv ? pa % GUEST_SIZE : pa, region = at / REGION_SIZE;
        u32 as = region / 2 == REGION_Y / 2 ? at - 2 * REGION_SIZE : at;
        u32 bits = mix((u32)pg->config.seed, as);
        ram_put(&pg->ram, pa, (u16)(bits >> 16 & 3 ? bits & ~1u : bits));
    }
}

int pg_new(struct pg **made, const struct pg_config *config, struct err *err)
{
    struct pg *pg = calloc(1, sizeof *pg);
    int rc;

    if (!pg)
        return err_set(err, ENOMEM, "no host memory for an analysis");
    pg->config = *config;
    rc = ram_init(&pg->ram, config->hv ? VIRTUAL_SIZE : REGIONS * REGION_SIZE, err);
    if (rc) {
        free(pg);
        return rc;
    }
    cpu_init(&pg->cpu, &pg->ram, (struct io){&io_ops, pg}, &cpu_ops, pg);
    pg->watch = (struct cpu_watch){.reference = see, .ctx = pg};
    cpu_watch_add(&pg->cpu, &pg->watch);
    pg->cpu.vmx = config->kbs ? &pg->vmx : NULL;
    hv_init(&pg->hv, 0764020, 0);
    pg->cpu.hv = config->hv ? &pg->hv : NULL;
    for (unsigned i = 0; i < 6; i++)
        pg->fp.ac[i] = (u64)mix(i, 1) << 32 | mix(i, 2);
    for (unsigned mode = 0; mode < 4; mode++)
        for (unsigned i = 0; i < 16; i++)
            pg->pdr[mode][i / 8][i % 8] = i % 8 < 7 ? PDR_FULL : 0;
    fill(pg);
    rc = config->monitor ? pg_mediate_init(pg, err) : 0;
    if (rc) {
        pg_free(pg);
        return rc;
    }
    *made = pg;
    return 0;
}

void pg_free(struct pg *pg)
{
    if (!pg)
        return;
    if (pg->config.monitor)
        pg_mediate_fini(pg);
    ram_fini(&pg->ram);
    free(pg);
}

/* The region of a mode's I space; the D space's is the next. The current mode's is the program's.
 */
unsigned pg_region(const struct pg *pg, const struct pg_state *s, enum mode mode)
{
    bool pair = s->shared && (s->mode == MODE_K || s->mode == pg->config.guest);

    if (pg->config.hv && mode == s->mode)
        return REGION_X;
    if (mode == s->mode || (pair && (mode == MODE_K || mode == pg->config.guest)))
        return s->moved ? REGION_Y : REGION_X;
    /* The two others in their order; where K and G are one, there is one other. */
    if (pair || mode == MODE_K || (mode == MODE_S && s->mode == MODE_K))
        return REGION_P;
    return pg->config.hv ? REGION_Y : REGION_Q;
}

static void load_maps(struct pg *pg, const struct pg_state *s)
{
    struct mmu *mmu = &pg->cpu.mmu;

    mmu->mmr0 = pg->config.mmu ? MMR0_ENABLE : 0;
    mmu->mmr3 = s->split ? 7 : 0;
    mmu->trap_request = false;
    memcpy(mmu->pdr, pg->pdr, sizeof mmu->pdr);
    for (unsigned mode = 0; mode < 4; mode++) {
        unsigned region = pg_region(pg, s, (enum mode)mode);
        for (unsigned i = 0; i < 16; i++)
            mmu->par[mode][i / 8][i % 8] =
                (u16)((region + i / 8) * (REGION_SIZE >> 6) + i % 2 * (REGION_SIZE >> 7));
    }
}

static void load(struct pg *pg, const struct pg_state *s)
{
    struct cpu *cpu = &pg->cpu;

    memcpy(cpu->r, s->r, sizeof cpu->r);
    memcpy(cpu->alt, s->alt, sizeof cpu->alt);
    memcpy(cpu->sp, s->sp, sizeof cpu->sp);
    cpu->ps = (u16)((unsigned)s->mode << 14 | (unsigned)s->prev << 12 | (s->set ? PS_SET : 0) |
                    (unsigned)s->prio << 5);
    cc_set(&cpu->cc, s->cc);
    memcpy(&cpu->fp, &pg->fp, sizeof cpu->fp);
    cpu->attention = 0;
    cpu->trace = false;
    cpu->pirq = cpu->ubreak = 0;
    cpu->slr = s->slr;
    load_maps(pg, s);
    pg->vmx = (struct vmx){.vcsr = s->bare ? 0 : pg->config.vcsr, .vusl = s->vusl};
    if (!s->limited)
        pg->vmx.vcsr &= (u16)~VCSR_USLE;
    if (pg->config.hv)
        pg_load_level(pg, s);
    cpu_update(cpu);
}

/* The real address of a word that belongs to the state's memory. */
static u32 address(const struct pg *pg, const struct pg_state *s, unsigned region, u16 at)
{
    if (!pg->config.hv && s->moved && region < REGION_Y)
        region += REGION_Y;
    return pg_base(s) + region * REGION_SIZE + at;
}

static void poke(struct pg *pg, u32 pa, u16 value)
{
    note_write(pg, pa);
    ram_put(&pg->ram, pa, value);
}

static void load_memory(struct pg *pg, const struct pg_state *s)
{
    u16 pc = s->r[PC];
    u32 at = pg->config.mmu ? address(pg, s, REGION_X, pc % REGION_SIZE) : pg_base(s) + pc;

    for (unsigned i = 0; i < s->pokes; i++)
        poke(pg, address(pg, s, s->poke[i].region, s->poke[i].at), s->poke[i].value);
    poke(pg, at, s->insn);
}

/* The words that changed since `before` were logged. */
static void take_writes(struct pg *pg, const struct pg_state *s, const u16 *was,
                        struct pg_result *out)
{
    unsigned own = s->moved && !pg->config.hv ? REGION_Y : REGION_X;
    unsigned regions = pg->config.hv ? GUEST_SIZE / REGION_SIZE : 2;

    out->writes = out->foreign = 0;
    for (unsigned i = 0; i < pg->logged; i++) {
        u16 now = ram_get(&pg->ram, pg->log[i].pa);
        u32 pa = pg->log[i].pa - pg_base(s);
        unsigned region = pa / REGION_SIZE;

        if (now == was[i])
            continue;
        if (region - own >= regions)
            out->foreign++;
        else if (out->writes < PG_WRITES)
            out->write[out->writes++] =
                (struct pg_poke){(u8)(region - own), (u16)(pa % REGION_SIZE), now};
    }
}

static void take(struct pg *pg, struct pg_result *out)
{
    const struct cpu *cpu = &pg->cpu;

    out->yellow = cpu->attention & ATTN_YELLOW;
    out->waits = cpu->attention & ATTN_WAIT;
    memcpy(out->r, cpu->r, sizeof out->r);
    memcpy(out->alt, cpu->alt, sizeof out->alt);
    memcpy(out->sp, cpu->sp, sizeof out->sp);
    out->ps = cpu_ps(cpu);
    out->slr = cpu->slr;
    out->trace = cpu->trace;
    memcpy(&out->fp, &cpu->fp, sizeof out->fp);
    out->mmr0 = cpu->mmu.mmr0;
    out->mmr3 = cpu->mmu.mmr3;
    out->pirq = cpu->pirq;
    out->inits = pg->inits;
}

void pg_begin(struct pg *pg, const struct pg_state *s)
{
    pg->logged = pg->reads = pg->inits = 0;
    load(pg, s);
    load_memory(pg, s);
}

void pg_run(struct pg *pg, const struct pg_state *s, struct pg_result *out)
{
    u16 was[LOG_MAX];
    unsigned pokes;
    struct pars pars;

    pg_begin(pg, s);
    pokes = pg->logged;
    for (unsigned i = 0; i < pokes; i++)
        was[i] = ram_get(&pg->ram, pg->log[i].pa);
    memcpy(pars.par, pg->cpu.mmu.par, sizeof pars.par);
    out->trap = cpu_step(&pg->cpu);
    take(pg, out);
    pg_take_level(pg, s, out);
    out->mapped = memcmp(pars.par, pg->cpu.mmu.par, sizeof pars.par) != 0 ||
                  memcmp(pg->pdr, pg->cpu.mmu.pdr, sizeof pg->pdr) != 0;
    for (unsigned i = pokes; i < pg->logged; i++)
        was[i] = pg->log[i].old;
    take_writes(pg, s, was, out);
    while (pg->logged) {
        pg->logged--;
        ram_put(&pg->ram, pg->log[pg->logged].pa, pg->log[pg->logged].old);
    }
}

/* What a program sees of the PSW. */
#define PS_SEEN (PS_CC | PS_T | PS_SET)

bool pg_same(const struct pg_result *a, const struct pg_result *b)
{
    if (memcmp(a->r, b->r, sizeof a->r) != 0 || memcmp(a->alt, b->alt, sizeof a->alt) != 0 ||
        (a->ps ^ b->ps) & PS_SEEN || a->trace != b->trace || a->yellow != b->yellow ||
        memcmp(&a->fp, &b->fp, sizeof a->fp) != 0 || a->writes != b->writes)
        return false;
    for (unsigned i = 0; i < a->writes; i++)
        if (a->write[i].region != b->write[i].region || a->write[i].at != b->write[i].at ||
            a->write[i].value != b->write[i].value)
            return false;
    return true;
}

bool pg_controls(const struct pg *pg, const struct pg_state *s, const struct pg_result *out,
                 bool hybrid)
{
    if (out->trap == TRAP_STOP)
        return true;
    if (out->trap)
        return false;
    if ((out->ps >> 5 & 7) != s->prio || out->inits || out->mapped || out->slr != s->slr ||
        out->pirq || out->mmr0 != (pg->config.mmu ? MMR0_ENABLE : 0) ||
        out->mmr3 != (s->split ? 7 : 0))
        return true;
    for (unsigned mode = 0; mode < 4; mode++)
        if (mode != s->mode && (!hybrid || mode == MODE_K) && out->sp[mode] != s->sp[mode])
            return true;
    if (hybrid) /* memory of S and U is the guest's; that of K would be */
        return out->ps >> 14 == MODE_K || (s->prev == MODE_K && out->foreign);
    return out->ps >> 14 != s->mode || (out->ps >> 12 & 3) != s->prev || out->foreign;
}
