/* regs.c - registers by name: see regs.h.
 *
 * The processor's names stand in a table; a PAR or PDR is read off its name; a device's come from
 * its own field table. A field without an address (rk.phase) is named with its device only, and
 * only shown: a device trusts its inner state.
 */
#include "monitor/regs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum kind {
    KIND_R,    /* 0-7 of the current set and mode */
    KIND_SET,  /* 0-5 of set 0, 8-13 of set 1 */
    KIND_SP,   /* of a mode */
    KIND_PS,   /* all of it */
    KIND_BITS, /* some of it: index into ps_bits */
    KIND_WORD, /* a word of struct cpu: index into words */
    KIND_MMR,  /* 0-3 */
    KIND_PAR,  /* mode << 4 | space << 3 | page */
    KIND_PDR,
    KIND_AC, /* 0-5 */
    KIND_ICOUNT,
    KIND_TIME,
    KIND_HASH,
    KIND_FIELD, /* of a device */
};

/* Fields of the PSW. */
static const struct {
    u8 shift, width;
} ps_bits[] = {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 3}, {11, 1}, {12, 2}, {14, 2}};

/* Words of struct cpu that need no more than to be stored, and the bits that exist. */
static const struct {
    u16 at, mask;
} words[] = {
    {offsetof(struct cpu, pirq), 0177000},     {offsetof(struct cpu, slr), 0177400},
    {offsetof(struct cpu, switches), 0177777}, {offsetof(struct cpu, display), 0177777},
    {offsetof(struct cpu, ubreak), 0377},      {offsetof(struct cpu, fp.fps), FP11_FPS_BITS},
    {offsetof(struct cpu, fp.fec), 017},       {offsetof(struct cpu, fp.fea), 0177777},
};

static const struct name {
    const char *name;
    u8 kind, index, bytes;
    bool fixed;
} names[] = {
    {"r0", KIND_R, 0, 2, false},         {"r1", KIND_R, 1, 2, false},
    {"r2", KIND_R, 2, 2, false},         {"r3", KIND_R, 3, 2, false},
    {"r4", KIND_R, 4, 2, false},         {"r5", KIND_R, 5, 2, false},
    {"sp", KIND_R, 6, 2, false},         {"pc", KIND_R, 7, 2, false},
    {"r6", KIND_R, 6, 2, false},         {"r7", KIND_R, 7, 2, false},
    {"ps", KIND_PS, 0, 2, false},        {"psw", KIND_PS, 0, 2, false},
    {"r00", KIND_SET, 0, 2, false},      {"r01", KIND_SET, 1, 2, false},
    {"r02", KIND_SET, 2, 2, false},      {"r03", KIND_SET, 3, 2, false},
    {"r04", KIND_SET, 4, 2, false},      {"r05", KIND_SET, 5, 2, false},
    {"r10", KIND_SET, 8, 2, false},      {"r11", KIND_SET, 9, 2, false},
    {"r12", KIND_SET, 10, 2, false},     {"r13", KIND_SET, 11, 2, false},
    {"r14", KIND_SET, 12, 2, false},     {"r15", KIND_SET, 13, 2, false},
    {"ksp", KIND_SP, MODE_K, 2, false},  {"ssp", KIND_SP, MODE_S, 2, false},
    {"usp", KIND_SP, MODE_U, 2, false},  {"ps.c", KIND_BITS, 0, 1, false},
    {"ps.v", KIND_BITS, 1, 1, false},    {"ps.z", KIND_BITS, 2, 1, false},
    {"ps.n", KIND_BITS, 3, 1, false},    {"ps.t", KIND_BITS, 4, 1, false},
    {"ps.prio", KIND_BITS, 5, 1, false}, {"ps.set", KIND_BITS, 6, 1, false},
    {"ps.prev", KIND_BITS, 7, 1, false}, {"ps.mode", KIND_BITS, 8, 1, false},
    {"pirq", KIND_WORD, 0, 2, false},    {"slr", KIND_WORD, 1, 2, false},
    {"sr", KIND_WORD, 2, 2, false},      {"dr", KIND_WORD, 3, 2, false},
    {"ubreak", KIND_WORD, 4, 2, false},  {"fps", KIND_WORD, 5, 2, false},
    {"fec", KIND_WORD, 6, 2, false},     {"fea", KIND_WORD, 7, 2, false},
    {"mmr0", KIND_MMR, 0, 2, false},     {"mmr1", KIND_MMR, 1, 2, false},
    {"mmr2", KIND_MMR, 2, 2, false},     {"mmr3", KIND_MMR, 3, 2, false},
    {"ac0", KIND_AC, 0, 8, false},       {"ac1", KIND_AC, 1, 8, false},
    {"ac2", KIND_AC, 2, 8, false},       {"ac3", KIND_AC, 3, 8, false},
    {"ac4", KIND_AC, 4, 8, false},       {"ac5", KIND_AC, 5, 8, false},
    {"icount", KIND_ICOUNT, 0, 8, true}, {"time", KIND_TIME, 0, 8, true},
    {"hash", KIND_HASH, 0, 8, true},
};

static const char mode_letters[] = "ks?u";

static bool same(const char *name, size_t len, const char *known)
{
    return strlen(known) == len && strncasecmp(name, known, len) == 0;
}

/* kipar0 ... udpdr7. */
static bool find_page(const char *name, size_t len, struct reg *reg)
{
    const char *mode, *kind = name + 2;
    bool data;

    if (len != 6 || name[5] < '0' || name[5] > '7' || name[0] == '?')
        return false;
    mode = strchr(mode_letters, name[0] | 040);
    data = (name[1] | 040) == 'd';
    if (!mode || !*mode || (!data && (name[1] | 040) != 'i'))
        return false;
    if (strncasecmp(kind, "par", 3) != 0 && strncasecmp(kind, "pdr", 3) != 0)
        return false;
    *reg = (struct reg){
        .kind = (kind[1] | 040) == 'a' ? KIND_PAR : KIND_PDR,
        .index = (u8)((unsigned)(mode - mode_letters) << 4 | (data ? 8u : 0u) |
                      (unsigned)(name[5] - '0')),
        .bytes = 2,
    };
    return true;
}

/* A field of one device: FIELD, or with `any` one without an address too; .N behind a list. */
static bool find_field(struct device *dev, const char *name, size_t len, bool any, struct reg *reg)
{
    for (unsigned i = 0; i < dev->ops->reg_count; i++) {
        const struct reg_info *info = &dev->ops->regs[i];
        size_t known = strlen(info->name);
        unsigned index = 0;
        if (len < known || strncasecmp(name, info->name, known) != 0 ||
            (info->offset == REG_NO_ADDRESS && !any))
            continue;
        if (len > known) {
            if (name[known] != '.' || len > known + 4 || info->count == 1)
                continue;
            for (size_t k = known + 1; k < len; k++)
                index = name[k] >= '0' && name[k] <= '9' ? index * 10 + (unsigned)(name[k] - '0')
                                                         : 10000;
            if (len == known + 1 || index >= info->count)
                return false;
        }
        *reg = (struct reg){.name = info->name,
                            .kind = KIND_FIELD,
                            .index = (u8)index,
                            .bytes = info->size,
                            .fixed = info->offset == REG_NO_ADDRESS,
                            .field = (u8 *)dev + info->at + index * info->size};
        return true;
    }
    return false;
}

bool reg_find(struct machine *m, const char *name, size_t len, struct reg *reg)
{
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        const struct name *n = &names[i];
        if (!same(name, len, n->name))
            continue;
        *reg = (struct reg){n->name, n->kind, n->index, n->bytes, n->fixed, NULL};
        return true;
    }
    if (find_page(name, len, reg))
        return true;
    for (struct device *dev = m->bus.devices; dev; dev = dev->next) {
        size_t prefix = strlen(dev->ops->name);
        if (find_field(dev, name, len, false, reg))
            return true;
        if (len > prefix + 1 && name[prefix] == '.' &&
            strncasecmp(name, dev->ops->name, prefix) == 0 &&
            find_field(dev, name + prefix + 1, len - prefix - 1, true, reg))
            return true;
    }
    return false;
}

static unsigned current_set(const struct cpu *cpu)
{
    return cpu->ps & PS_SET ? 1 : 0;
}

/* The general register of a set. */
static u16 *set_register(struct cpu *cpu, unsigned index)
{
    return index >> 3 == current_set(cpu) ? &cpu->r[index & 7] : &cpu->alt[index & 7];
}

static u64 field_get(const void *field, unsigned bytes)
{
    u8 b;
    u16 w;
    u32 l;
    u64 q;

    switch (bytes) {
    case 1: return memcpy(&b, field, 1), b;
    case 2: return memcpy(&w, field, 2), w;
    case 4: return memcpy(&l, field, 4), l;
    default: return memcpy(&q, field, 8), q;
    }
}

static void field_set(void *field, unsigned bytes, u64 value)
{
    u8 b = (u8)value;
    u16 w = (u16)value;
    u32 l = (u32)value;

    switch (bytes) {
    case 1: memcpy(field, &b, 1); break;
    case 2: memcpy(field, &w, 2); break;
    case 4: memcpy(field, &l, 4); break;
    default: memcpy(field, &value, 8); break;
    }
}

static u16 mmr_get(const struct cpu *cpu, unsigned index)
{
    const u16 mmr[4] = {cpu->mmu.mmr0, cpu_mmr1(cpu), cpu_mmr2(cpu), cpu->mmu.mmr3};
    return mmr[index];
}

static const u16 *page_get(const struct mmu *mmu, const struct reg *reg)
{
    unsigned mode = reg->index >> 4, space = reg->index >> 3 & 1, page = reg->index & 7;
    return reg->kind == KIND_PAR ? &mmu->par[mode][space][page] : &mmu->pdr[mode][space][page];
}

static u16 bits_get(const struct cpu *cpu, unsigned index)
{
    return (u16)(cpu_ps(cpu) >> ps_bits[index].shift & ((1u << ps_bits[index].width) - 1));
}

u64 reg_get(const struct machine *m, const struct reg *reg)
{
    const struct cpu *cpu = &m->cpu;

    switch ((enum kind)reg->kind) {
    case KIND_R: return cpu->r[reg->index];
    case KIND_SET:
        return reg->index >> 3 == current_set(cpu) ? cpu->r[reg->index & 7]
                                                   : cpu->alt[reg->index & 7];
    case KIND_SP: return cpu_get_sp(cpu, (enum mode)reg->index);
    case KIND_PS: return cpu_ps(cpu);
    case KIND_BITS: return bits_get(cpu, reg->index);
    case KIND_WORD: return field_get((const u8 *)cpu + words[reg->index].at, 2);
    case KIND_MMR: return mmr_get(cpu, reg->index);
    case KIND_PAR:
    case KIND_PDR: return *page_get(&cpu->mmu, reg);
    case KIND_AC: return cpu->fp.ac[reg->index];
    case KIND_ICOUNT: return cpu->icount;
    case KIND_TIME: return machine_time(m);
    case KIND_HASH: return machine_hash(m);
    case KIND_FIELD: return field_get(reg->field, reg->bytes);
    }
    return 0;
}

static void mmr_set(struct cpu *cpu, unsigned index, u16 value)
{
    switch (index) {
    case 0: cpu->mmu.mmr0 = value & (MMR0_WRITE | MMR0_DONE | MMR0_REF); break;
    case 1:
        cpu->mmu.mmr1 = value;
        cpu->changes = (cpu->changes & 0xffff0000u) | value;
        break;
    case 2: cpu->mmu.mmr2 = cpu->start = value; break;
    default: cpu->mmu.mmr3 = value & 7; break;
    }
}

static void page_set(struct mmu *mmu, const struct reg *reg, u16 value)
{
    unsigned mode = reg->index >> 4, space = reg->index >> 3 & 1, page = reg->index & 7;

    if (reg->kind == KIND_PAR)
        mmu->par[mode][space][page] = value & mmu_par_bits(mmu);
    else
        mmu->pdr[mode][space][page] = value & (PDR_WRITE | PDR_A | PDR_W);
}

/* A general register; a processor that is sent elsewhere does not wait any more. */
static void general_set(struct cpu *cpu, unsigned index, u16 value)
{
    cpu->r[index] = value;
    if (index == PC)
        cpu->attention &= ~ATTN_WAIT;
}

static void bits_set(struct cpu *cpu, unsigned index, u16 value)
{
    u16 mask = (u16)(((1u << ps_bits[index].width) - 1) << ps_bits[index].shift);

    cpu_set_ps(cpu, (u16)((cpu_ps(cpu) & ~mask) | (value << ps_bits[index].shift)));
}

static void store(struct machine *m, const struct reg *reg, u64 value)
{
    struct cpu *cpu = &m->cpu;

    switch ((enum kind)reg->kind) {
    case KIND_R: general_set(cpu, reg->index, (u16)value); break;
    case KIND_SET: *set_register(cpu, reg->index) = (u16)value; break;
    case KIND_SP: cpu_put_sp(cpu, (enum mode)reg->index, (u16)value); break;
    case KIND_PS: cpu_set_ps(cpu, (u16)value); break;
    case KIND_BITS: bits_set(cpu, reg->index, (u16)value); break;
    case KIND_WORD:
        field_set((u8 *)cpu + words[reg->index].at, 2, value & words[reg->index].mask);
        break;
    case KIND_MMR: mmr_set(cpu, reg->index, (u16)value); break;
    case KIND_PAR:
    case KIND_PDR: page_set(&cpu->mmu, reg, (u16)value); break;
    case KIND_AC: cpu->fp.ac[reg->index] = value; break;
    case KIND_ICOUNT:
    case KIND_TIME:
    case KIND_HASH: break;
    case KIND_FIELD: field_set(reg->field, reg->bytes, value); break;
    }
}

int reg_set(struct machine *m, const struct reg *reg, u64 value, struct err *err)
{
    u64 max = reg->bytes < 8 ? (1ull << (8 * reg->bytes)) - 1 : UINT64_MAX;

    if (reg->fixed)
        return err_set(err, EINVAL, "%s: this cannot be set", reg->name);
    if (reg->kind == KIND_BITS)
        max = (1u << ps_bits[reg->index].width) - 1;
    if (value > max)
        return err_set(err, EINVAL, "%llo: at most %llo fits", (unsigned long long)value,
                       (unsigned long long)max);
    store(m, reg, value);
    mmu_flush(&m->cpu.mmu);
    cpu_update(&m->cpu);
    return 0;
}

/* The `index`-th PAR or PDR: 96 of them, without those of the illegal mode. */
static void page_name(unsigned index, char *name)
{
    static const char modes[] = "ksu";

    snprintf(name, REG_NAME_MAX, "%c%cp%cr%u", modes[index / 32], index & 8 ? 'd' : 'i',
             index & 16 ? 'd' : 'a', index & 7);
}

bool reg_name(const struct machine *m, unsigned index, char name[REG_NAME_MAX])
{
    if (index < ARRAY_LEN(names)) {
        snprintf(name, REG_NAME_MAX, "%s", names[index].name);
        return true;
    }
    index -= (unsigned)ARRAY_LEN(names);
    if (index < 96) {
        page_name(index, name);
        return true;
    }
    index -= 96;
    for (const struct device *dev = m->bus.devices; dev; dev = dev->next) {
        if (index < dev->ops->reg_count) {
            const struct reg_info *info = &dev->ops->regs[index];
            if (info->offset == REG_NO_ADDRESS)
                snprintf(name, REG_NAME_MAX, "%s.%s", dev->ops->name, info->name);
            else
                snprintf(name, REG_NAME_MAX, "%s", info->name);
            for (char *p = name; *p; p++)
                *p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 040 : *p);
            return true;
        }
        index -= dev->ops->reg_count;
    }
    return false;
}
