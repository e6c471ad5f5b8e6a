/* pair.c - see pair.h. */
#include "pair.h"

#include <stdlib.h>
#include <string.h>

/* The translator with the options of the session. */
static int set_engine(struct machine *m, const struct pair_config *config, unsigned engine,
                      struct err *err)
{
    return engine == ENGINE_JIT ? jit_new(&m->jit, &m->cpu, &config->jit, err) : 0;
}

int pair_new(struct pair *pair, const struct pair_config *config, struct err *err)
{
    memset(pair, 0, sizeof *pair);
    for (unsigned i = 0; i < 2; i++) {
        const struct machine_config how = {
            .memory = config->memory,
            .real_time = config->ticks,
            .fast_io = config->fast_io,
            .options = {.kbs11a = config->kbs, .assist = config->assist}};
        const struct attach disk = {.path = config->disk, .read_only = true};
        struct side *side = &pair->side[i];
        int rc = machine_new(&side->machine, &how, err);
        if (!rc)
            rc = set_engine(side->machine, config, config->engine[i], err);
        if (!rc && config->disk)
            rc = machine_attach(side->machine, "rk0", &disk, err);
        if (rc) {
            pair_free(pair);
            return rc;
        }
    }
    pair->side[1].machine->cpu.mmu.keep = (u8)config->map_blocks;
    return 0;
}

void pair_free(struct pair *pair)
{
    machine_free(pair->side[0].machine);
    machine_free(pair->side[1].machine);
    pair->side[0].machine = pair->side[1].machine = NULL;
}

static void load_maps(struct mmu *mmu, const struct program *p)
{
    memcpy(mmu->par, p->par, sizeof mmu->par);
    memcpy(mmu->pdr, p->pdr, sizeof mmu->pdr);
    mmu->mmr0 = p->mmr0;
    mmu->mmr3 = p->mmr3;
    mmu_flush(mmu);
}

static void load_cpu(struct cpu *cpu, const struct program *p, bool assist)
{
    if (p->mapped)
        load_maps(&cpu->mmu, p);
    cpu->slr = p->slr;
    if (cpu->vmx) {
        cpu->vmx->vcsr = p->vcsr;
        cpu->vmx->vusl = p->vusl;
        cpu->vmx->vacsr = assist ? p->vacsr : 0;
        cpu->vmx->vablk = assist ? p->vablk : 0;
        cpu_vmx_changed(cpu);
    }
    cpu->switches = p->switches;
    if (p->has_float) {
        cpu->fp.fps = p->fps;
        memcpy(cpu->fp.ac, p->ac, sizeof cpu->fp.ac);
    }
    cpu_set_ps(cpu, p->ps);
    memcpy(cpu->r, p->set[cpu->ps & PS_SET ? 1 : 0], sizeof p->set[0]);
    memcpy(cpu->alt, p->set[cpu->ps & PS_SET ? 0 : 1], sizeof p->set[0]);
    for (unsigned mode = 0; mode < 4; mode++)
        cpu_put_sp(cpu, (enum mode)mode, p->sp[mode]);
    cpu->r[PC] = p->pc;
    cpu_update(cpu);
}

static void load_points(struct side *side, const struct program *p)
{
    memset(&side->debug, 0, sizeof side->debug);
    debug_clear(&side->machine->cpu);
    for (unsigned i = 0; i < p->points; i++) {
        side->point[i] = p->point[i];
        debug_add(&side->debug, &side->point[i]);
    }
    machine_debug(side->machine, p->points ? &side->debug : NULL);
}

void pair_fill(struct pair *pair, struct random *random)
{
    static const unsigned max = 0100000;
    u16 *words = malloc(max * sizeof *words);

    if (!words)
        abort();
    program_fill(words, max, random);
    for (unsigned i = 0; i < 2; i++) {
        struct machine *m = pair->side[i].machine;
        for (unsigned k = 0; k < max && 2 * k < m->ram.size; k++)
            (void)bus_npr_write(&m->bus, 2 * k, words[k]);
    }
    free(words);
}

/* Memory is written as devices write it. */
void pair_load(struct pair *pair, const struct program *p)
{
    for (unsigned i = 0; i < 2; i++) {
        struct side *side = &pair->side[i];
        struct machine *m = side->machine;
        machine_debug(m, NULL);
        for (unsigned k = 0; k < p->pokes; k++)
            if (p->poke[k].pa < m->ram.size)
                (void)bus_npr_write(&m->bus, p->poke[k].pa, p->poke[k].value);
        if (p->start)
            machine_start(m, p->pc);
        load_cpu(&m->cpu, p, m->kbs.dev.ops && m->kbs.dev.ops->reg_count > 3);
        load_points(side, p);
    }
}

static bool hits_equal(const struct side *a, const struct side *b)
{
    for (unsigned i = 0; i < POINTS; i++) {
        const struct debug_point *p = &a->point[i], *q = &b->point[i];
        if (p->hit != q->hit)
            return false;
        if (p->hit &&
            (p->at.icount != q->at.icount || p->at.access != q->at.access || p->at.pc != q->at.pc ||
             p->at.va != q->at.va || p->at.pa != q->at.pa || p->at.before != q->at.before ||
             p->at.after != q->at.after || p->at.vector != q->at.vector))
            return false;
    }
    return true;
}

bool pair_equal(const struct pair *pair)
{
    const struct machine *a = pair->side[0].machine, *b = pair->side[1].machine;
    struct state left, right;

    state_take(&left, a);
    state_take(&right, b);
    return state_equal(&left, &right) && memcmp(a->ram.base, b->ram.base, a->ram.size) == 0 &&
           hits_equal(&pair->side[0], &pair->side[1]);
}
