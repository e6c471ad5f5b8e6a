/* fpp.c - the floating point instructions: operands, memory and exceptions around isa/fp11.c.
 *
 * What each function of fp11.h computes, and in which order an instruction changes what, stands
 * there ("The caller's part"). The FP11 works beside the processor; here its exception is taken
 * directly after the instruction that caused it.
 *
 * Sources: PDP-11/45 processor handbook (1973) chapter 7; facts F76, F84, F85.
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

/* A located operand: an accumulator or general register (mode 0), or memory. */
struct fp_operand {
    unsigned spec;
    unsigned words; /* of the operand's format */
    unsigned count; /* words in memory: 1 for an immediate */
    unsigned ref;
    u16 va;
};

static bool is_register(const struct fp_operand *op)
{
    return (op->spec & 070) == 0;
}

static void raise(struct cpu *cpu, unsigned fec)
{
    if (fp11_raise(&cpu->fp, fec, cpu->start))
        cpu->attention |= ATTN_FP;
}

/* Find the operand of `words` words in memory. Modes 2 and 4 step over all of it, on SP and PC
 * too, but an immediate is one word. */
static enum trap locate(struct cpu *cpu, unsigned insn, unsigned words, struct fp_operand *op)
{
    unsigned spec = insn & 077, reg = spec & 7;
    int step = spec == 027 ? 2 : (int)words * 2;

    *op = (struct fp_operand){.spec = spec, .words = words, .count = spec == 027 ? 1 : words};
    op->ref = reg == PC ? SPACE_I : SPACE_D;
    switch (spec >> 3) {
    case 0: return TRAP_NONE;
    case 2:
        op->va = cpu->r[reg];
        cpu->r[reg] = (u16)(cpu->r[reg] + step);
        cpu_record(cpu, reg, step);
        return TRAP_NONE;
    case 4:
        cpu->r[reg] = (u16)(cpu->r[reg] - step);
        cpu_record(cpu, reg, -step);
        op->va = cpu->r[reg];
        return TRAP_NONE;
    default: return operand_address(cpu, spec, 2, &op->va, &op->ref);
    }
}

/* The words of a located operand in memory, the first at the top of *value. */
static enum trap fetch(struct cpu *cpu, const struct fp_operand *op, u64 *value)
{
    u16 word;

    *value = 0;
    for (unsigned i = 0; i < op->count; i++) {
        enum trap trap = cpu_read(cpu, op->ref | REF_DST, (u16)(op->va + 2 * i), &word);
        if (trap)
            return trap;
        *value |= (u64)word << (48 - 16 * i);
    }
    return TRAP_NONE;
}

static enum trap store(struct cpu *cpu, const struct fp_operand *op, u64 value)
{
    enum trap trap = stack_guard(cpu, op->spec, op->va);

    for (unsigned i = 0; !trap && i < op->count; i++)
        trap = stack_fault(cpu, op->spec,
                           cpu_write(cpu, op->ref | REF_DST, (u16)(op->va + 2 * i),
                                     (u16)(value >> (48 - 16 * i))));
    return trap;
}

/* Condition codes and exception of an operation whose destination is written. */
static void conclude(struct cpu *cpu, struct fp11_out out)
{
    cpu->fp.fps = (u16)((cpu->fp.fps & ~FP11_CC) | out.cc);
    if (out.fec)
        raise(cpu, out.fec);
}

/* Floating operand: AC6 and AC7 do not exist. True, and the exception raised, if it is one. */
static bool bad_accumulator(struct cpu *cpu, unsigned insn)
{
    if ((insn & 076) != 6)
        return false;
    raise(cpu, FP11_OPCODE);
    return true;
}

/* A floating source of `words` words; *bad where it raised an exception and nothing is to be
 * done. */
static enum trap source(struct cpu *cpu, unsigned insn, unsigned words, u64 *value, bool *bad)
{
    struct fp_operand op;
    enum trap trap;

    *bad = bad_accumulator(cpu, insn);
    if (*bad)
        return TRAP_NONE;
    if ((insn & 070) == 0) {
        *value = fp11_get_ac(&cpu->fp, insn & 7, words);
        return TRAP_NONE;
    }
    trap = locate(cpu, insn, words, &op);
    if (!trap)
        trap = fetch(cpu, &op, value);
    if (!trap && fp11_undefined(cpu->fp.fps, *value)) {
        raise(cpu, FP11_UNDEFINED);
        *bad = true;
    }
    return trap;
}

static unsigned accumulator(unsigned insn)
{
    return insn >> 6 & 3;
}

typedef struct fp11_out fp_dyadic(u16 fps, u64 ac, u64 src);
typedef struct fp11_out fp_monadic(u16 fps, u64 src);

/* AC := fn(AC, source): ADDF, SUBF, MULF, DIVF, CMPF. */
static enum trap arithmetic(struct cpu *cpu, unsigned insn, fp_dyadic *fn)
{
    struct fp11 *fp = &cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    bool bad;
    u64 src;
    enum trap trap = source(cpu, insn, words, &src, &bad);

    if (!trap && !bad) {
        struct fp11_out out = fn(fp->fps, fp11_get_ac(fp, ac, words), src);
        if (out.write)
            fp11_set_ac(fp, ac, words, out.value);
        conclude(cpu, out);
    }
    return trap;
}

/* AC := fn(source), the source of `words` words: LDF, LDCDF. */
static enum trap load(struct cpu *cpu, unsigned insn, unsigned words, fp_monadic *fn)
{
    struct fp11 *fp = &cpu->fp;
    bool bad;
    u64 src;
    enum trap trap = source(cpu, insn, words, &src, &bad);

    if (!trap && !bad) {
        struct fp11_out out = fn(fp->fps, src);
        if (out.write)
            fp11_set_ac(fp, accumulator(insn), fp11_float_words(fp->fps), out.value);
        conclude(cpu, out);
    }
    return trap;
}

/* f := fn(f): ABSF, NEGF, TSTF. An undefined variable is processed all the same. */
static enum trap modify(struct cpu *cpu, unsigned insn, fp_monadic *fn)
{
    struct fp11 *fp = &cpu->fp;
    unsigned words = fp11_float_words(fp->fps);
    struct fp_operand op;
    struct fp11_out out;
    enum trap trap;
    bool undefined;
    u64 src;

    if (bad_accumulator(cpu, insn))
        return TRAP_NONE;
    trap = locate(cpu, insn, words, &op);
    if (trap)
        return trap;
    if (is_register(&op)) {
        out = fn(fp->fps, fp11_get_ac(fp, insn & 7, words));
        if (out.write)
            fp11_set_ac(fp, insn & 7, words, out.value);
        conclude(cpu, out);
        return TRAP_NONE;
    }
    trap = fetch(cpu, &op, &src);
    if (trap)
        return trap;
    undefined = fp11_undefined(fp->fps, src);
    out = fn(fp->fps, src);
    if (out.write)
        trap = store(cpu, &op, out.value);
    if (!trap) {
        conclude(cpu, out);
        if (undefined)
            raise(cpu, FP11_UNDEFINED);
    }
    return trap;
}

/* f, of `words` words, := out: STF, STCFD, CLRF. */
static enum trap deposit(struct cpu *cpu, unsigned insn, unsigned words, struct fp11_out out)
{
    struct fp_operand op;
    enum trap trap;

    if (bad_accumulator(cpu, insn))
        return TRAP_NONE;
    trap = locate(cpu, insn, words, &op);
    if (trap)
        return trap;
    if (is_register(&op))
        fp11_set_ac(&cpu->fp, insn & 7, words, out.value);
    else
        trap = store(cpu, &op, out.value);
    if (!trap)
        conclude(cpu, out);
    return trap;
}

/* An integer source of `words` words, or a general register: the first word at bits 31:16. */
static enum trap integer_source(struct cpu *cpu, unsigned insn, unsigned words, u32 *value)
{
    struct fp_operand op;
    enum trap trap = locate(cpu, insn, words, &op);
    u64 wide;

    if (trap)
        return trap;
    if (is_register(&op)) {
        *value = (u32)cpu->r[insn & 7] << 16;
        return TRAP_NONE;
    }
    trap = fetch(cpu, &op, &wide);
    *value = (u32)(wide >> 32);
    return trap;
}

/* The same as a destination. */
static enum trap integer_result(struct cpu *cpu, unsigned insn, unsigned words, u32 value)
{
    struct fp_operand op;
    enum trap trap = locate(cpu, insn, words, &op);

    if (trap)
        return trap;
    if (!is_register(&op))
        return store(cpu, &op, (u64)value << 32);
    cpu->r[insn & 7] = (u16)(value >> 16);
    return TRAP_NONE;
}

static void copy_cc(struct cpu *cpu)
{
    cc_set(&cpu->cc, cpu->fp.fps & FP11_CC);
}

#define EXEC_ARITHMETIC(id, fn)                                                                    \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        return arithmetic(cpu, insn, fn);                                                          \
    }
#define EXEC_MODIFY(id, fn)                                                                        \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        return modify(cpu, insn, fn);                                                              \
    }
/* The maintenance instructions have no effect that a program could see, but are legal (F84). */
#define EXEC_MAINTENANCE(id)                                                                       \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        return TRAP_NONE;                                                                          \
    }
#define EXEC_STATUS(id, clear, set)                                                                \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        cpu->fp.fps = (u16)((cpu->fp.fps & ~(clear)) | (set));                                     \
        return TRAP_NONE;                                                                          \
    }

EXEC_ARITHMETIC(ADDF, fp11_add)
EXEC_ARITHMETIC(SUBF, fp11_sub)
EXEC_ARITHMETIC(MULF, fp11_mul)
EXEC_ARITHMETIC(DIVF, fp11_div)
EXEC_ARITHMETIC(CMPF, fp11_cmp)
EXEC_MODIFY(ABSF, fp11_abs)
EXEC_MODIFY(NEGF, fp11_neg)
EXEC_MODIFY(TSTF, fp11_tst)
EXEC_MAINTENANCE(LDSC)
EXEC_MAINTENANCE(STA0)
EXEC_MAINTENANCE(MRS)
EXEC_MAINTENANCE(STQ0)
EXEC_STATUS(SETF, FP11_FD, 0)
EXEC_STATUS(SETD, 0, FP11_FD)
EXEC_STATUS(SETI, FP11_FL, 0)
EXEC_STATUS(SETL, 0, FP11_FL)

enum trap exec_LDUB(struct cpu *cpu, unsigned insn)
{
    cpu->fp.ubreak = cpu->r[R3];
    return TRAP_NONE;
}

/* The integer part goes to AC|1 first: of an odd AC the fraction stays. */
enum trap exec_MODF(struct cpu *cpu, unsigned insn)
{
    struct fp11 *fp = &cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    u64 src, integer;
    bool bad;
    enum trap trap = source(cpu, insn, words, &src, &bad);

    if (!trap && !bad) {
        struct fp11_out out = fp11_mod(fp->fps, fp11_get_ac(fp, ac, words), src, &integer);
        if (out.write) {
            fp11_set_ac(fp, ac | 1, words, integer);
            fp11_set_ac(fp, ac, words, out.value);
        }
        conclude(cpu, out);
    }
    return trap;
}

enum trap exec_LDF(struct cpu *cpu, unsigned insn)
{
    return load(cpu, insn, fp11_float_words(cpu->fp.fps), fp11_ldf);
}

enum trap exec_LDCDF(struct cpu *cpu, unsigned insn)
{
    return load(cpu, insn, fp11_other_words(cpu->fp.fps), fp11_ldcdf);
}

enum trap exec_STF(struct cpu *cpu, unsigned insn)
{
    unsigned words = fp11_float_words(cpu->fp.fps);
    struct fp11_out out = {.value = fp11_get_ac(&cpu->fp, accumulator(insn), words),
                           .cc = cpu->fp.fps & FP11_CC};

    return deposit(cpu, insn, words, out);
}

enum trap exec_STCFD(struct cpu *cpu, unsigned insn)
{
    u16 fps = cpu->fp.fps;
    u64 ac = fp11_get_ac(&cpu->fp, accumulator(insn), fp11_float_words(fps));

    return deposit(cpu, insn, fp11_other_words(fps), fp11_stcfd(fps, ac));
}

enum trap exec_CLRF(struct cpu *cpu, unsigned insn)
{
    return deposit(cpu, insn, fp11_float_words(cpu->fp.fps), fp11_clr(cpu->fp.fps));
}

enum trap exec_LDCIF(struct cpu *cpu, unsigned insn)
{
    struct fp11 *fp = &cpu->fp;
    u32 src;
    enum trap trap = integer_source(cpu, insn, fp11_int_words(fp->fps), &src);

    if (!trap) {
        struct fp11_out out = fp11_ldcif(fp->fps, src);
        fp11_set_ac(fp, accumulator(insn), fp11_float_words(fp->fps), out.value);
        conclude(cpu, out);
    }
    return trap;
}

enum trap exec_STCFI(struct cpu *cpu, unsigned insn)
{
    struct fp11 *fp = &cpu->fp;
    u64 ac = fp11_get_ac(fp, accumulator(insn), fp11_float_words(fp->fps));
    struct fp11_out out = fp11_stcfi(fp->fps, ac);
    enum trap trap = integer_result(cpu, insn, fp11_int_words(fp->fps), (u32)out.value);

    if (!trap) {
        conclude(cpu, out);
        copy_cc(cpu);
    }
    return trap;
}

enum trap exec_LDEXP(struct cpu *cpu, unsigned insn)
{
    struct fp11 *fp = &cpu->fp;
    unsigned words = fp11_float_words(fp->fps), ac = accumulator(insn);
    u32 src;
    enum trap trap = integer_source(cpu, insn, 1, &src);

    if (!trap) {
        struct fp11_out out = fp11_ldexp(fp->fps, fp11_get_ac(fp, ac, words), (u16)(src >> 16));
        if (out.write)
            fp11_set_ac(fp, ac, words, out.value);
        conclude(cpu, out);
    }
    return trap;
}

enum trap exec_STEXP(struct cpu *cpu, unsigned insn)
{
    struct fp11 *fp = &cpu->fp;
    u64 ac = fp11_get_ac(fp, accumulator(insn), fp11_float_words(fp->fps));
    struct fp11_out out = fp11_stexp(fp->fps, ac);
    enum trap trap = integer_result(cpu, insn, 1, (u32)out.value << 16);

    if (!trap) {
        conclude(cpu, out);
        copy_cc(cpu);
    }
    return trap;
}

enum trap exec_LDFPS(struct cpu *cpu, unsigned insn)
{
    u32 src;
    enum trap trap = integer_source(cpu, insn, 1, &src);

    if (!trap)
        cpu->fp.fps = (u16)(src >> 16) & FP11_FPS_BITS;
    return trap;
}

enum trap exec_STFPS(struct cpu *cpu, unsigned insn)
{
    return integer_result(cpu, insn, 1, (u32)cpu->fp.fps << 16);
}

enum trap exec_STST(struct cpu *cpu, unsigned insn)
{
    return integer_result(cpu, insn, 2, (u32)cpu->fp.fec << 16 | cpu->fp.fea);
}

enum trap exec_CFCC(struct cpu *cpu, unsigned insn)
{
    copy_cc(cpu);
    return TRAP_NONE;
}

/* Reserved words: those of the FP11 are its own exception, the others trap to 10. */
enum trap exec_NONE(struct cpu *cpu, unsigned insn)
{
    if (insn < 0170000u)
        return TRAP_RSVD;
    raise(cpu, FP11_OPCODE);
    return TRAP_NONE;
}
