/* mediate.c - the same instruction on the bare machine and under a monitor: see mediate.h. */
#include "pg/mediate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pg/impl.h"

#define PENDING (ATTN_WAIT | ATTN_T | ATTN_YELLOW | ATTN_MMU | ATTN_FP | ATTN_PROTECT)

void pg_machine_take(const struct cpu *cpu, struct pg_machine *m)
{
    const struct mmu *mmu = &cpu->mmu;
    bool frozen = mmu->mmr0 & MMR0_FREEZE;
    unsigned set = cpu->ps & PS_SET ? 1 : 0;

    memset(m, 0, sizeof *m);
    memcpy(m->set[set], cpu->r, sizeof m->set[set]);
    memcpy(m->set[1 - set], cpu->alt, sizeof m->set[set]);
    for (unsigned mode = 0; mode < 4; mode++)
        m->sp[mode] = cpu_get_sp(cpu, (enum mode)mode);
    m->pc = cpu->r[PC];
    m->ps = cpu_ps(cpu);
    m->pirq = cpu->pirq;
    m->slr = cpu->slr;
    m->mmr0 = mmu->mmr0;
    m->mmr1 = frozen ? mmu->mmr1 : 0;
    m->mmr2 = frozen ? mmu->mmr2 : 0;
    m->mmr3 = mmu->mmr3;
    memcpy(m->par, mmu->par, sizeof m->par);
    memcpy(m->pdr, mmu->pdr, sizeof m->pdr);
    memcpy(&m->fp, &cpu->fp, sizeof m->fp);
    m->fp.ubreak = 0; /* no program can see it */
    m->pending = cpu->attention & PENDING;
    m->trace = m->pending & ATTN_T && cpu->trace;
}

void pg_machine_put(struct cpu *cpu, const struct pg_machine *m)
{
    struct mmu *mmu = &cpu->mmu;
    unsigned set = m->ps & PS_SET ? 1 : 0;

    cpu_set_ps(cpu, m->ps);
    memcpy(cpu->r, m->set[set], sizeof m->set[set]);
    memcpy(cpu->alt, m->set[1 - set], sizeof m->set[set]);
    for (unsigned mode = 0; mode < 4; mode++)
        cpu_put_sp(cpu, (enum mode)mode, m->sp[mode]);
    cpu->r[PC] = m->pc;
    cpu->pirq = m->pirq;
    cpu->slr = m->slr;
    mmu->mmr0 = m->mmr0;
    mmu->mmr1 = m->mmr1;
    mmu->mmr2 = m->mmr2;
    mmu->mmr3 = m->mmr3;
    memcpy(mmu->par, m->par, sizeof m->par);
    memcpy(mmu->pdr, m->pdr, sizeof m->pdr);
    memcpy(&cpu->fp, &m->fp, sizeof m->fp);
    cpu->attention = (cpu->attention & ~PENDING) | m->pending;
    cpu->trace = m->trace;
    mmu->trap_request = false;
    mmu_flush(mmu);
    cpu_update(cpu);
}

const char *pg_machine_differs(const struct pg_machine *a, const struct pg_machine *b)
{
    const struct {
        const char *name;
        bool differs;
    } parts[] = {
        {"PC", a->pc != b->pc},
        {"PSW", a->ps != b->ps},
        {"R0 to R5", memcmp(a->set, b->set, sizeof a->set) != 0},
        {"SP", memcmp(a->sp, b->sp, sizeof a->sp) != 0},
        {"PIRQ", a->pirq != b->pirq},
        {"stack limit", a->slr != b->slr},
        {"MMR0", a->mmr0 != b->mmr0},
        {"MMR1", a->mmr1 != b->mmr1},
        {"MMR2", a->mmr2 != b->mmr2},
        {"MMR3", a->mmr3 != b->mmr3},
        {"PAR", memcmp(a->par, b->par, sizeof a->par) != 0},
        {"PDR", memcmp(a->pdr, b->pdr, sizeof a->pdr) != 0},
        {"FP11", memcmp(&a->fp, &b->fp, sizeof a->fp) != 0},
        {"a pending request", a->pending != b->pending || a->trace != b->trace},
        {"INIT", a->init != b->init},
    };

    for (unsigned i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i].differs)
            return parts[i].name;
    return NULL;
}

/* Both memories are as they were: where too much was written, all of them. */
static void undo(struct pg *pg, u8 *memory, bool same)
{
    if (!same || pg->logged == LOG_MAX) {
        memcpy(pg->ram.base, pg->image, PG_MEMORY);
        memcpy(memory, pg->image, PG_MEMORY);
        pg->logged = 0;
    }
    while (pg->logged) {
        u32 pa = pg->log[--pg->logged].pa;
        ram_put(&pg->ram, pa, pg->log[pg->logged].old);
        word_put(memory + pa, pg->log[pg->logged].old);
    }
}

const char *pg_mediated_differs(struct pg *pg, const struct pg_state *bare)
{
    const struct pg_monitor *monitor = pg->config.monitor;
    struct pg_machine start, here = {0}, there = {0};
    u8 *memory = monitor->memory(pg->guest);
    enum cpu_exit ends, ended;
    const char *what;
    bool same;

    pg_begin(pg, bare);
    for (unsigned i = 0; i < pg->logged; i++)
        word_put(memory + pg->log[i].pa, ram_get(&pg->ram, pg->log[i].pa));
    pg_machine_take(&pg->cpu, &start);
    ends = cpu_run(&pg->cpu, pg->cpu.icount + 1);
    pg_machine_take(&pg->cpu, &here);
    here.init = pg->inits != 0;
    monitor->load(pg->guest, &start);
    ended = monitor->step(pg->guest);
    monitor->read(pg->guest, &there);
    what = ends != ended ? "how it ends" : pg_machine_differs(&here, &there);
    same = memcmp(pg->ram.base, memory, PG_MEMORY) == 0;
    undo(pg, memory, same);
    return what || same ? what : "memory";
}

int pg_mediate_init(struct pg *pg, struct err *err)
{
    const struct pg_monitor *monitor = pg->config.monitor;
    int rc = monitor->make(&pg->guest, pg->config.how, err);

    if (rc)
        return rc;
    pg->image = malloc(PG_MEMORY);
    if (!pg->image)
        return err_set(err, ENOMEM, "no host memory for an analysis");
    /* Vectors lead to a mode that exists, without T: else one flow leads to the next for long. */
    for (u32 at = 2; at < pg->ram.size; at += 4) {
        u16 ps = ram_get(&pg->ram, at) & (u16)~PS_T;
        if (at % REGION_SIZE < 0400)
            ram_put(&pg->ram, at, ps >> 14 == MODE_ILLEGAL ? ps | PS_MODE : ps);
    }
    memcpy(pg->image, pg->ram.base, PG_MEMORY);
    memcpy(monitor->memory(pg->guest), pg->ram.base, PG_MEMORY);
    return 0;
}

void pg_mediate_fini(struct pg *pg)
{
    if (pg->guest)
        pg->config.monitor->free(pg->guest);
    free(pg->image);
}
