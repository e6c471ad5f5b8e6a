/* one.c - see one.h. */
#include "one.h"

#include <stdlib.h>
#include <string.h>

/* A word, often an edge of the arithmetic. */
static u16 value(struct bench *bench)
{
    static const u16 edges[] = {0, 1, 0177777, 0100000, 0077777, 0177400, 0000377, 0100200};

    return prng_below(&bench->prng, 2) ? random_word(&bench->prng)
                                       : edges[prng_below(&bench->prng, ARRAY_LEN(edges))];
}

int bench_setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    if (!bench || rig_setup((void **)&bench->rig))
        return -1;
    bench->prng = prng_new(1);
    for (u32 pa = 01000; pa < RIG_RAM; pa += 2)
        ram_put(&bench->rig->ram, pa, value(bench));
    rig_save(bench->rig, &bench->start);
    *state = bench;
    return 0;
}

int bench_teardown(void **state)
{
    struct bench *bench = *state;

    rig_discard(&bench->start);
    rig_teardown((void **)&bench->rig);
    free(bench);
    return 0;
}

u16 bench_insn(struct bench *bench, unsigned op)
{
    const struct insn_info *info = &isa_info[op];

    return (u16)(info->base | (prng_next(&bench->prng) & isa_form[info->form].mask));
}

/* A floating number, the exponent often an edge: zero, the smallest, 1.0's, an integer's, ... */
static u64 number(struct bench *bench)
{
    static const u8 exponents[] = {0, 1, 127, 128, 129, 143, 144, 160, 161, 255};
    u64 value = prng_next64(&bench->prng);
    u64 exponent = exponents[prng_below(&bench->prng, ARRAY_LEN(exponents))];

    return prng_below(&bench->prng, 3) ? (value & ~(0377ull << 55)) | exponent << 55 : value;
}

/* An even address in memory, or now and then anything. */
static u16 pointer(struct bench *bench)
{
    if (prng_below(&bench->prng, 4) == 0)
        return value(bench);
    return (u16)(01000 + prng_below(&bench->prng, (RIG_RAM - 02000) / 2) * 2);
}

void bench_state(struct bench *bench, u16 insn)
{
    struct cpu *cpu = &bench->rig->cpu;
    u16 code, second;

    rig_restore(bench->rig, &bench->start);
    for (unsigned i = 0; i < 7; i++)
        cpu->r[i] = pointer(bench);
    for (unsigned i = 0; i < 6; i++)
        cpu->fp.ac[i] = number(bench);
    cpu->fp.fps = prng_next(&bench->prng) & FP11_FPS_BITS;
    rig_ps(bench->rig, (u16)(PS_SET | (prng_next(&bench->prng) & PS_CC)));
    for (unsigned i = 0; i < 7; i++)
        cpu->r[i] = pointer(bench);
    for (unsigned mode = 1; mode < 4; mode++)
        cpu_put_sp(cpu, (enum mode)mode, cpu->r[SP]);
    code = (u16)(01000 + prng_below(&bench->prng, (RIG_RAM - 02000) / 2) * 2);
    cpu->r[PC] = code;
    second = pointer(bench);
    RIG_LOAD(bench->rig, code, insn, second, pointer(bench));
}

static void see_vector(void *ctx, enum cpu_cause cause, u16 vector, u16 pc, u16 ps)
{
    struct outcome *out = ctx;

    if (out->traps++ == 0) {
        out->vector = vector;
        out->pc = pc;
    }
}

static void see_io(void *ctx, u32 pa, enum io_cycle cycle, u16 value, bool answered)
{
    ((struct outcome *)ctx)->ios++;
}

struct outcome bench_run(struct bench *bench)
{
    struct cpu *cpu = &bench->rig->cpu;
    struct outcome out = {.traps = 0};
    struct cpu_watch watch = {.vector = see_vector, .io = see_io, .ctx = &out};

    cpu_watch_add(cpu, &watch);
    out.exit = cpu_run(cpu, cpu->icount + 1);
    cpu_watch_remove(cpu, &watch);
    return out;
}

bool bench_try(struct bench *bench, unsigned op, struct before *before)
{
    for (unsigned i = 0; i < 100; i++) {
        struct outcome out;
        before->insn = bench_insn(bench, op);
        bench_state(bench, before->insn);
        for (unsigned k = 0; k < 8; k++)
            before->r[k] = bench->rig->cpu.r[k];
        before->ps = cpu_ps(&bench->rig->cpu);
        out = bench_run(bench);
        if (out.exit == EXIT_LIMIT && !out.traps && !out.ios)
            return true;
    }
    return false;
}
