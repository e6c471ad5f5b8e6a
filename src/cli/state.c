/* state.c - machine state to and from JSON: see state.h. */
#include "cli/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cpu/registers.h"

/* Groups of PAR and PDR in the order of the keys. */
static const struct {
    const char *key;
    enum mode mode;
    enum space space;
} pages[] = {
    {"ki", MODE_K, SPACE_I}, {"kd", MODE_K, SPACE_D}, {"si", MODE_S, SPACE_I},
    {"sd", MODE_S, SPACE_D}, {"ui", MODE_U, SPACE_I}, {"ud", MODE_U, SPACE_D},
};

const char *state_stop_name(enum stop stop)
{
    switch (stop) {
    case STOP_LIMIT: return "limit";
    case STOP_TIME: return "timeout";
    case STOP_HALT: return "halt";
    case STOP_WAIT: return "wait";
    case STOP_REQUEST: return "request";
    case STOP_DOUBLE: return "double";
    case STOP_HOST: return "host";
    case STOP_BREAK: return "break";
    case STOP_WATCH: return "watch";
    case STOP_PRESENT: return "present";
    }
    return "";
}

void state_octal(char text[7], u32 value)
{
    for (unsigned i = 0; i < 6; i++)
        text[i] = (char)('0' + (value >> (15 - 3 * i) & 7));
    text[6] = 0;
}

json_t *state_word(u32 value)
{
    char text[7];

    state_octal(text, value);
    return json_stringn_nocheck(text, 6);
}

static json_t *hex(u64 value)
{
    static const char digit[] = "0123456789abcdef";
    char text[16];

    for (unsigned i = 0; i < 16; i++)
        text[i] = digit[value >> (60 - 4 * i) & 15];
    return json_stringn_nocheck(text, 16);
}

static json_t *words(const u16 *word, unsigned count)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < count; i++)
        json_array_append_new(array, state_word(word[i]));
    return array;
}

static json_t *accumulators(const u64 *ac)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < 6; i++)
        json_array_append_new(array, hex(ac[i]));
    return array;
}

static json_t *page_groups(const u16 regs[4][2][8])
{
    json_t *object = json_object();

    for (unsigned i = 0; i < ARRAY_LEN(pages); i++)
        json_object_set_new_nocheck(object, pages[i].key,
                                    words(regs[pages[i].mode][pages[i].space], 8));
    return object;
}

static int put(json_t *state, const char *key, json_t *value)
{
    return json_object_set_new_nocheck(state, key, value);
}

static void put_cpu(json_t *state, const struct cpu *cpu)
{
    bool swapped = (cpu->ps & PS_SET) != 0;
    const u16 *set[2] = {swapped ? cpu->alt : cpu->r, swapped ? cpu->r : cpu->alt};

    put(state, "pc", state_word(cpu->r[PC]));
    put(state, "ps", state_word(cpu_ps(cpu)));
    put(state, "r", words(set[0], 6));
    put(state, "r1", words(set[1], 6));
    put(state, "ksp", state_word(cpu_get_sp(cpu, MODE_K)));
    put(state, "ssp", state_word(cpu_get_sp(cpu, MODE_S)));
    put(state, "usp", state_word(cpu_get_sp(cpu, MODE_U)));
    put(state, "mmr0", state_word(cpu->mmu.mmr0));
    put(state, "mmr1", state_word(cpu_mmr1(cpu)));
    put(state, "mmr2", state_word(cpu_mmr2(cpu)));
    put(state, "mmr3", state_word(cpu->mmu.mmr3));
    put(state, "par", page_groups(cpu->mmu.par));
    put(state, "pdr", page_groups(cpu->mmu.pdr));
    put(state, "slr", state_word(cpu->slr));
    put(state, "pirq", state_word(registers_pirq(cpu->pirq)));
    put(state, "ubreak", state_word(cpu->ubreak));
    put(state, "sr", state_word(cpu->switches));
    put(state, "display", state_word(cpu->display));
    put(state, "fps", state_word(cpu->fp.fps));
    put(state, "fec", state_word(cpu->fp.fec));
    put(state, "fea", state_word(cpu->fp.fea));
    put(state, "ac", accumulators(cpu->fp.ac));
}

json_t *state_make(const struct machine *m, const char *stop)
{
    json_t *state = json_object();

    if (!state)
        return NULL;
    put(state, "stop", json_string_nocheck(stop));
    put(state, "icount", json_integer((json_int_t)m->cpu.icount));
    put_cpu(state, &m->cpu);
    if (json_object_get(state, "ac"))
        return state;
    json_decref(state);
    return NULL;
}

bool state_add_hash(json_t *state, const struct machine *m)
{
    return put(state, "hash", hex(machine_hash(m))) == 0;
}

int state_number(const json_t *value, const char *key, u64 max, u64 *number, struct err *err)
{
    if (json_is_string(value)) {
        if (number_parse(json_string_value(value), max, number))
            return 0;
        return err_set(err, EINVAL, "\"%s\": \"%.40s\" is no octal number up to %llo", key,
                       json_string_value(value), (unsigned long long)max);
    }
    if (json_is_integer(value) && json_integer_value(value) >= 0 &&
        (u64)json_integer_value(value) <= max) {
        *number = (u64)json_integer_value(value);
        return 0;
    }
    return err_set(err, EINVAL, "\"%s\": wants a string of octal digits, up to %llo", key,
                   (unsigned long long)max);
}

/* An array of up to `count` words. */
static int load_words(const json_t *value, const char *key, u16 *word, unsigned count,
                      struct err *err)
{
    if (!json_is_array(value) || json_array_size(value) > count)
        return err_set(err, EINVAL, "\"%s\": wants an array of up to %u words", key, count);
    for (unsigned i = 0; i < json_array_size(value); i++) {
        u64 number;
        int rc = state_number(json_array_get(value, i), key, 0177777, &number, err);
        if (rc)
            return rc;
        word[i] = (u16)number;
    }
    return 0;
}

static int load_ac(const json_t *value, u64 *ac, struct err *err)
{
    if (!json_is_array(value) || json_array_size(value) > 6)
        return err_set(err, EINVAL, "\"ac\": wants an array of up to 6 strings");
    for (unsigned i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (!text || strspn(text, "0123456789abcdefABCDEF") != 16 || text[16])
            return err_set(err, EINVAL, "\"ac\": an accumulator is a string of 16 hex digits");
        sscanf(text, "%" SCNx64, &ac[i]);
    }
    return 0;
}

/* "par" or "pdr": an object of groups. */
static int load_pages(const json_t *value, const char *key, u16 regs[4][2][8], u16 mask,
                      struct err *err)
{
    const char *group;
    json_t *array;

    if (!json_is_object(value))
        return err_set(err, EINVAL, "\"%s\": wants an object of ki, kd, si, sd, ui, ud", key);
    json_object_foreach((json_t *)(uintptr_t)value, group, array)
    {
        unsigned i = 0;
        u16 *reg;
        int rc;

        while (i < ARRAY_LEN(pages) && strcmp(group, pages[i].key) != 0)
            i++;
        if (i == ARRAY_LEN(pages))
            return err_set(err, EINVAL, "\"%s\": \"%.20s\" is none of ki, kd, si, sd, ui, ud", key,
                           group);
        reg = regs[pages[i].mode][pages[i].space];
        rc = load_words(array, group, reg, 8, err);
        if (rc)
            return rc;
        for (unsigned k = 0; k < 8; k++)
            reg[k] &= mask;
    }
    return 0;
}

const char *const state_keys[] = {"pc",   "ps",   "r",    "r1",  "ksp",  "ssp",    "usp", "mmr0",
                                  "mmr1", "mmr2", "mmr3", "slr", "pirq", "ubreak", "sr",  "display",
                                  "fps",  "fec",  "fea",  "ac",  "par",  "pdr",    NULL};

/* Scalars by key: where a word of the state is kept meanwhile. */
struct scalars {
    u16 pc, ps, ksp, ssp, usp, mmr0, mmr1, mmr2, mmr3, slr, pirq, ubreak, sr, display;
    u16 fps, fec, fea;
};

#define SCALAR(name)                                                                               \
    {                                                                                              \
#name, offsetof(struct scalars, name)                                                      \
    }
static const struct {
    const char *key;
    size_t at;
} scalar_keys[] = {
    SCALAR(pc),   SCALAR(ps),      SCALAR(ksp),  SCALAR(ssp), SCALAR(usp),  SCALAR(mmr0),
    SCALAR(mmr1), SCALAR(mmr2),    SCALAR(mmr3), SCALAR(slr), SCALAR(pirq), SCALAR(ubreak),
    SCALAR(sr),   SCALAR(display), SCALAR(fps),  SCALAR(fec), SCALAR(fea),
};

static void load_scalars(struct cpu *cpu, const struct scalars *s)
{
    cpu->r[PC] = s->pc;
    cpu->mmu.mmr0 = (u16)(s->mmr0 & (MMR0_WRITE | MMR0_DONE | MMR0_REF));
    cpu->changes = s->mmr1;
    cpu->mmu.mmr1 = s->mmr1;
    cpu->start = s->mmr2;
    cpu->mmu.mmr2 = s->mmr2;
    cpu->mmu.mmr3 = s->mmr3 & 7;
    cpu->slr = (u16)(s->slr & 0177400u);
    cpu->pirq = (u16)(s->pirq & 0177000u);
    cpu->ubreak = (u16)(s->ubreak & 0377u);
    cpu->switches = s->sr;
    cpu->display = s->display;
    cpu->fp.fps = s->fps & FP11_FPS_BITS;
    cpu->fp.fec = s->fec;
    cpu->fp.fea = s->fea;
    cpu_set_ps(cpu, s->ps);
    cpu_put_sp(cpu, MODE_K, s->ksp);
    cpu_put_sp(cpu, MODE_S, s->ssp);
    cpu_put_sp(cpu, MODE_U, s->usp);
}

static int load_key(struct machine *m, struct scalars *s, u16 set[2][6], const char *key,
                    const json_t *value, struct err *err)
{
    struct cpu *cpu = &m->cpu;

    for (unsigned i = 0; i < ARRAY_LEN(scalar_keys); i++) {
        u64 number = 0;
        int rc;
        if (strcmp(key, scalar_keys[i].key) != 0)
            continue;
        rc = state_number(value, key, 0177777, &number, err);
        *(u16 *)(void *)((char *)s + scalar_keys[i].at) = (u16)number;
        return rc;
    }
    if (strcmp(key, "r") == 0)
        return load_words(value, key, set[0], 6, err);
    if (strcmp(key, "r1") == 0)
        return load_words(value, key, set[1], 6, err);
    if (strcmp(key, "ac") == 0)
        return load_ac(value, cpu->fp.ac, err);
    if (strcmp(key, "par") == 0)
        return load_pages(value, key, cpu->mmu.par, mmu_par_bits(&cpu->mmu), err);
    if (strcmp(key, "pdr") == 0)
        return load_pages(value, key, cpu->mmu.pdr, PDR_WRITE | PDR_A | PDR_W, err);
    return 0;
}

int state_load(struct machine *m, const json_t *state, struct err *err)
{
    struct cpu *cpu = &m->cpu;
    struct scalars s = {0};
    u16 set[2][6] = {{0}};
    bool swapped;
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)state, key, value)
    {
        int rc = load_key(m, &s, set, key, value, err);
        if (rc)
            return rc;
    }
    load_scalars(cpu, &s);
    swapped = (cpu->ps & PS_SET) != 0;
    memcpy(cpu->r, set[swapped], sizeof set[0]);
    memcpy(cpu->alt, set[!swapped], sizeof set[0]);
    mmu_flush(&cpu->mmu);
    cpu_update(cpu);
    return 0;
}
