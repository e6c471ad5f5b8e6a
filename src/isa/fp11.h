/* fp11.h - the FP11-B floating point processor as pure functions on integers.
 *
 * What is here: formats, arithmetic, rounding, condition codes, which exception an operation
 * meets and what its destination gets. What is not: operand addresses, memory, general
 * registers, the PSW and the trap to 244; those are the caller's (see "The caller's part").
 *
 * Numbers. A floating number of either precision is a u64 in D layout: sign at bit 63, exponent
 * (excess 128) at 62:55, fraction without its leading one at 54:0; the first word in memory is
 * bits 63:48. An F number has its 32 bits at 63:32 and zeros below. Exponent 0 means zero,
 * whatever the fraction ("dirty zero"); with the sign set it is the undefined variable, -0.
 *
 * Sources: PDP-11/45 processor handbook (1973) chapter 7; FP11-B maintenance manual. What they
 * leave open is listed in fp11_arith.h.
 */
#ifndef VM11_ISA_FP11_H
#define VM11_ISA_FP11_H

#include "base/types.h"

/* The floating point status register. */
enum {
    FP11_FER = 0100000, /* an exception has happened; only LDFPS clears it, not even RESET */
    FP11_FID = 0040000, /* no interrupt at all; changes nothing else */
    FP11_FIUV = 0004000,
    FP11_FIU = 0002000,
    FP11_FIV = 0001000,
    FP11_FIC = 0000400,
    FP11_FD = 0000200, /* D, not F */
    FP11_FL = 0000100, /* long integers */
    FP11_FT = 0000040, /* chop, do not round */
    FP11_FMM = 0000020,
    FP11_FN = 0000010,
    FP11_FZ = 0000004,
    FP11_FV = 0000002,
    FP11_FC = 0000001,
    FP11_CC = 0000017,
    FP11_FPS_BITS = 0147777, /* bits 13 and 12 do not exist: LDFPS drops them, STFPS gives 0 */
};

/* Floating exception codes, as FEC holds them. */
enum {
    FP11_NONE = 0,
    FP11_OPCODE = 002,   /* reserved instruction, or AC6 or AC7 as a floating operand */
    FP11_DIV_ZERO = 004, /* DIVF by zero */
    FP11_CONVERT = 006,  /* STCFI does not fit */
    FP11_OVERFLOW = 010,
    FP11_UNDERFLOW = 012,
    FP11_UNDEFINED = 014, /* -0 read from memory */
    FP11_MAINT = 016,     /* microbreak: never raised here */
};

/* The registers of the processor: plain data, part of the CPU's state. */
struct fp11 {
    u64 ac[6];
    u16 fps;
    u16 fec;
    u16 fea;    /* address of the instruction that met the exception */
    u16 ubreak; /* microbreak register (LDUB); without effect */
};

/* What an operation does. Always all of: FPS<3:0> becomes cc; the destination gets value if
 * write is set; then, if fec is not FP11_NONE, fp11_raise. An exception whose enable bit is off
 * is no exception: fec is FP11_NONE and value and cc are already what that case demands. */
struct fp11_out {
    u64 value; /* floating; or the integer of STCFI (bits 31:16, 31:0 with FL), STEXP (15:0) */
    u8 cc;     /* new FN FZ FV FC */
    u8 fec;
    bool write;
};

/* The caller's part, by instruction. "AC" is the accumulator of bits 7:6 (0-3), "f" a floating
 * operand: mode 0 is an accumulator 0-5, other modes memory.
 *
 * Sizes in memory, in words: floating (isa.def's F) fp11_float_words, the other format (X)
 * fp11_other_words, integer (I) fp11_int_words; these are also the steps of modes 2 and 4.
 * Immediate mode (mode 2 with R7) is one word, read or written, and PC advances by 2: reading,
 * it is the first word and the others are zero; writing, only the first word is stored. Modes 3
 * and 5 step by 2. STST has two words (FEC, FEA) and steps by 4; mode 0 and immediate mode get
 * FEC alone.
 *
 *   op           operand in         call                          destination
 *   ABSF NEGF    f                  fp11_abs, fp11_neg            f (read, then written)
 *   TSTF         f                  fp11_tst                      none
 *   CLRF         none               fp11_clr                      f
 *   LDF          f                  fp11_ldf                      AC
 *   ADDF ... MODF, CMPF   AC and f  fp11_add sub mul div mod cmp  AC; MODF also AC|1
 *   STF          AC                 none: value = AC, cc stays    f
 *   LDCDF        f, X words         fp11_ldcdf                    AC
 *   STCFD        AC                 fp11_stcfd                    f, X words
 *   LDCIF        I words or Rn      fp11_ldcif                    AC
 *   STCFI        AC                 fp11_stcfi                    I words or Rn; PSW
 *   LDEXP        word or Rn         fp11_ldexp                    AC
 *   STEXP        AC                 fp11_stexp                    word or Rn; PSW
 *   LDFPS STFPS  word or Rn         fps = word & FP11_FPS_BITS    word or Rn = fps; cc as loaded
 *   CFCC         FPS                none                          PSW<3:0> = FPS<3:0>
 *   SETF SETD SETI SETL             clear, set FD; clear, set FL  cc stays
 *   LDUB         R3                 ubreak = R3                   nothing else
 *
 * Order, for each instruction:
 *   1. A reserved word (isa_op says OP_NONE): no operand is addressed; raise FP11_OPCODE, end.
 *      All words 170000-177777 are the FP11's: none traps to 10. The maintenance words LDSC STA0
 *      MRS STQ0 do nothing here: they show the inside of AR and QR after a microbreak.
 *   2. Mode 0 with register 6 or 7 where the operand is floating: raise FP11_OPCODE, end. General
 *      registers 6 and 7 are fine as operands of LDCIF, STCFI, LDEXP, STEXP, LDFPS, STFPS, STST.
 *   3. Address the operand; memory faults end the instruction as for any other, with FPS, FEC,
 *      FEA and accumulators unchanged.
 *   4. A floating operand from memory (never from an accumulator) is tested by fp11_undefined.
 *      If true: ABSF, NEGF and TSTF execute wholly, cc and destination included, and then raise
 *      FP11_UNDEFINED; all others change nothing and raise it.
 *   5. Execute. Write the destination to memory first; a fault there leaves cc alone.
 *      Then accumulator, cc (and for STCFI and STEXP PSW<3:0> = FPS<3:0>), then fp11_raise.
 * The general registers keep what step 3 made of them in all exceptions, and the PC stands
 * behind the instruction: when fp11_raise returns true the trap through 244 comes after it.
 */

/* Sizes in words; see above. */
static inline unsigned fp11_float_words(u16 fps)
{
    return fps & FP11_FD ? 4 : 2;
}

static inline unsigned fp11_other_words(u16 fps)
{
    return fps & FP11_FD ? 2 : 4;
}

static inline unsigned fp11_int_words(u16 fps)
{
    return fps & FP11_FL ? 2 : 1;
}

/* Accumulator n (0-5) as an operand of `words` words (2 or 4). */
static inline u64 fp11_get_ac(const struct fp11 *fp, unsigned n, unsigned words)
{
    return words == 4 ? fp->ac[n] : fp->ac[n] & 0xffffffff00000000u;
}

/* Writes `words` words of accumulator n; the lower half stays if words is 2. */
static inline void fp11_set_ac(struct fp11 *fp, unsigned n, unsigned words, u64 value)
{
    fp->ac[n] = words == 4 ? value : (value & 0xffffffff00000000u) | (fp->ac[n] & 0xffffffffu);
}

/* True if reading `src` from memory is an FP11_UNDEFINED exception: it is -0 and FIUV is on. */
static inline bool fp11_undefined(u16 fps, u64 src)
{
    return (fps & FP11_FIUV) && (src >> 55) == 0x100;
}

/* Records exception `fec` (not FP11_NONE) of the instruction at `pc`: FER, FEC and FEA, whether
 * or not FID is on. Returns true if the processor is to trap through 244: FID is off. */
static inline bool fp11_raise(struct fp11 *fp, unsigned fec, u16 pc)
{
    fp->fps |= FP11_FER;
    fp->fec = (u16)fec;
    fp->fea = pc;
    return !(fp->fps & FP11_FID);
}

/* ac is the accumulator, src the other operand; both F or both D according to FPS<FD>. */
struct fp11_out fp11_add(u16 fps, u64 ac, u64 src);
struct fp11_out fp11_sub(u16 fps, u64 ac, u64 src); /* ac - src */
struct fp11_out fp11_mul(u16 fps, u64 ac, u64 src);
struct fp11_out fp11_div(u16 fps, u64 ac, u64 src); /* ac / src; FP11_DIV_ZERO writes nothing */

/* The product's fraction is the result, for AC, and its integer part goes to *integer, for AC|1;
 * write both, AC last (of an odd AC only the fraction stays). */
struct fp11_out fp11_mod(u16 fps, u64 ac, u64 src, u64 *integer);

/* Condition codes of src - ac. Writes AC only if both are zero: exact 0. */
struct fp11_out fp11_cmp(u16 fps, u64 ac, u64 src);

struct fp11_out fp11_clr(u16 fps);
struct fp11_out fp11_tst(u16 fps, u64 src);
struct fp11_out fp11_abs(u16 fps, u64 src);
struct fp11_out fp11_neg(u16 fps, u64 src);
struct fp11_out fp11_ldf(u16 fps, u64 src);

/* Between F and D. src has the format other than FPS<FD>'s for the load, ac has FPS<FD>'s. */
struct fp11_out fp11_ldcdf(u16 fps, u64 src);
struct fp11_out fp11_stcfd(u16 fps, u64 ac);

/* Integers: src and the result have the word at bits 31:16, the second word of a long at 15:0.
 * A general register and an immediate operand are one word at 31:16, zeros below, also with FL. */
struct fp11_out fp11_ldcif(u16 fps, u32 src);
struct fp11_out fp11_stcfi(u16 fps, u64 ac);

/* Exponents, without the excess, as 16-bit integers. */
struct fp11_out fp11_ldexp(u16 fps, u64 ac, u16 exponent);
struct fp11_out fp11_stexp(u16 fps, u64 ac);

#endif
