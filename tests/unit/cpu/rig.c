/* rig.c - see rig.h. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cpu/registers.h"

static bool page_read(void *ctx, u32 pa, enum io_cycle cycle, u16 *value)
{
    struct rig *rig = ctx;

    assert_true(pa >= IO_PAGE && pa < IO_SPACE && !(pa & 1));
    if (!rig->present[(pa - IO_PAGE) / 2])
        return false;
    *value = rig->page[(pa - IO_PAGE) / 2];
    rig->log[rig->cycles++ % ARRAY_LEN(rig->log)] = (struct rig_cycle){cycle, pa, *value};
    return true;
}

static bool page_write(void *ctx, u32 pa, enum io_cycle cycle, u16 value)
{
    struct rig *rig = ctx;
    u16 *word = &rig->page[(pa - IO_PAGE) / 2];

    assert_true(pa >= IO_PAGE && pa < IO_SPACE && (cycle == IO_DATOB || !(pa & 1)));
    if (!rig->present[(pa - IO_PAGE) / 2])
        return false;
    if (cycle == IO_DATO)
        *word = value;
    else if (pa & 1)
        *word = (u16)((*word & 0377) | value << 8);
    else
        *word = (u16)((*word & 0177400) | (value & 0377));
    rig->log[rig->cycles++ % ARRAY_LEN(rig->log)] = (struct rig_cycle){cycle, pa, value};
    return true;
}

static const struct io_ops page_ops = {.read = page_read, .write = page_write};

static bool bus_grant(void *ctx, unsigned level, u16 *vector)
{
    struct rig *rig = ctx;

    rig->grants++;
    if (!rig->vector[level])
        return false;
    *vector = rig->vector[level];
    if (!rig->sticky)
        cpu_set_br(&rig->cpu, rig->cpu.br & ~(1u << level));
    return true;
}

static void bus_init(void *ctx)
{
    ((struct rig *)ctx)->inits++;
}

static const struct cpu_ops bus_ops = {bus_grant, bus_init};

void rig_reset(struct rig *rig)
{
    struct io io = {&page_ops, rig};

    memset(rig->ram.base, 0, rig->ram.size);
    memset(rig->present, 0, sizeof rig->present);
    rig->cycles = rig->grants = rig->inits = 0;
    rig->sticky = false;
    memset(rig->vector, 0, sizeof rig->vector);
    cpu_init(&rig->cpu, &rig->ram, io, &bus_ops, rig);
    for (u16 v = 0; v < 0400; v = (u16)(v + 4))
        rig_vector(rig, v, (u16)(RIG_HANDLER + v), 0340);
    for (u32 pa = RIG_HANDLER; pa < RIG_HANDLER + 01000; pa += 2)
        ram_put(&rig->ram, pa, NOP);
    rig->cpu.r[SP] = RIG_STACK;
    rig->cpu.r[PC] = RIG_CODE;
}

int rig_setup(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct err err = {0};

    if (!rig || ram_init(&rig->ram, RIG_RAM, &err))
        return -1;
    rig_reset(rig);
    *state = rig;
    return 0;
}

int rig_teardown(void **state)
{
    struct rig *rig = *state;

    ram_fini(&rig->ram);
    free(rig);
    return 0;
}

void rig_load(struct rig *rig, u32 pa, const u16 *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ram_put(&rig->ram, pa + 2 * i, words[i]);
}

void rig_vector(struct rig *rig, u16 vector, u16 pc, u16 ps)
{
    RIG_LOAD(rig, vector, pc, ps);
}

void rig_device(struct rig *rig, u16 va, u16 value)
{
    rig->page[(va & 017777) / 2] = value;
    rig->present[(va & 017777) / 2] = true;
}

u16 rig_page(struct rig *rig, u16 va)
{
    return rig->page[(va & 017777) / 2];
}

u16 rig_get(struct rig *rig, u32 pa)
{
    u16 value = 0;

    if (pa < rig->ram.size)
        return ram_get(&rig->ram, pa);
    assert_true(registers_read(&rig->cpu, mmu_bare(&rig->cpu.mmu, (u16)pa), NULL, IO_DATI, &value));
    return value;
}

void rig_put(struct rig *rig, u32 pa, u16 value)
{
    if (pa < rig->ram.size)
        ram_put(&rig->ram, pa, value);
    else
        assert_true(
            registers_write(&rig->cpu, mmu_bare(&rig->cpu.mmu, (u16)pa), NULL, IO_DATO, value));
}

void rig_run(struct rig *rig, unsigned count)
{
    u64 until = rig->cpu.icount + count;

    CHECK(cpu_run(&rig->cpu, until), EXIT_LIMIT);
    assert_true(rig->cpu.icount == until);
}

void rig_go(struct rig *rig, u16 pc, unsigned count)
{
    rig->cpu.r[PC] = pc;
    rig_run(rig, count);
}

void rig_map(struct rig *rig, u16 mmr3)
{
    for (unsigned mode = 0; mode < 4; mode++) {
        for (unsigned page = 0; page < 16; page++) {
            rig->cpu.mmu.pdr[mode][page / 8][page % 8] = PDR_RW;
            rig->cpu.mmu.par[mode][page / 8][page % 8] =
                (u16)(page % 8 == 7 ? 07600 : (page % 8) * 0200);
        }
    }
    rig_put(rig, A_MMR3, mmr3);
    rig_put(rig, A_MMR0, MMR0_ENABLE);
}

u16 *rig_pdr(struct rig *rig, enum mode mode, enum space space, unsigned page)
{
    mmu_flush(&rig->cpu.mmu);
    return &rig->cpu.mmu.pdr[mode][space][page];
}

u16 *rig_par(struct rig *rig, enum mode mode, enum space space, unsigned page)
{
    mmu_flush(&rig->cpu.mmu);
    return &rig->cpu.mmu.par[mode][space][page];
}

void rig_ps(struct rig *rig, u16 ps)
{
    cpu_set_ps(&rig->cpu, ps);
    rig->cpu.trace = false;
}

/* FNV-1a. */
static u64 mix(u64 hash, const void *data, size_t size)
{
    for (const u8 *p = data; size--; p++)
        hash = (hash ^ *p) * 0x100000001b3u;
    return hash;
}

#define MIX(field) hash = mix(hash, &(field), sizeof(field))

u64 rig_digest(const struct rig *rig)
{
    const struct cpu *cpu = &rig->cpu;
    u64 hash = 0xcbf29ce484222325u;
    u16 ps = cpu_ps(cpu), mmr1 = cpu_mmr1(cpu), mmr2 = cpu_mmr2(cpu), sp[4];

    for (unsigned mode = 0; mode < 4; mode++)
        sp[mode] = cpu_get_sp(cpu, (enum mode)mode);
    MIX(cpu->r);
    MIX(sp);
    MIX(ps);
    MIX(cpu->attention);
    MIX(cpu->trace);
    MIX(cpu->icount);
    MIX(mmr1);
    MIX(mmr2);
    MIX(cpu->alt);
    MIX(cpu->pirq);
    MIX(cpu->slr);
    MIX(cpu->ubreak);
    MIX(cpu->display);
    MIX(cpu->br);
    MIX(cpu->fp.ac);
    MIX(cpu->fp.fps);
    MIX(cpu->fp.fec);
    MIX(cpu->fp.fea);
    MIX(cpu->mmu.par);
    MIX(cpu->mmu.pdr);
    MIX(cpu->mmu.mmr0);
    MIX(cpu->mmu.mmr3);
    MIX(rig->page);
    MIX(rig->inits);
    MIX(rig->grants);
    for (u32 pa = 0; pa < rig->ram.size; pa += 8) {
        u64 words;
        memcpy(&words, rig->ram.base + pa, sizeof words);
        hash = (hash ^ words) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

void rig_save(const struct rig *rig, struct rig_copy *copy)
{
    copy->rig = *rig;
    copy->memory = malloc(rig->ram.size);
    assert_non_null(copy->memory);
    memcpy(copy->memory, rig->ram.base, rig->ram.size);
}

/* The pointers inside stay good: it is the same structure and the same memory. */
void rig_restore(struct rig *rig, const struct rig_copy *copy)
{
    *rig = copy->rig;
    memcpy(rig->ram.base, copy->memory, rig->ram.size);
}

void rig_discard(struct rig_copy *copy)
{
    free(copy->memory);
}

void rig_check(const char *what, u32 actual, u32 expected, const char *file, int line)
{
    if (actual == expected)
        return;
    print_error("%s is %06o, not %06o\n", what, actual, expected);
    _fail(file, line);
}

void rig_check_frame(struct rig *rig, u32 vector, u32 pc, u32 ps, const char *file, int line)
{
    u16 sp = rig->cpu.r[SP];

    rig_check("handler", rig->cpu.r[PC] & ~3u, RIG_HANDLER + vector, file, line);
    rig_check("mode", cpu_mode(&rig->cpu), MODE_K, file, line);
    rig_check("pushed PC", rig_get(rig, sp), pc, file, line);
    rig_check("pushed PSW", rig_get(rig, sp + 2u), ps, file, line);
}
