/* exec_single.c - single operand instructions, words and bytes.
 *
 * All but TST read and write back: the KB11-A does a DATIP and a DATO even for CLR and SXT (F68).
 */
#include "cpu/exec.h"
#include "cpu/operand.h"

/* A word instruction: rX := alu(rX), or the same in memory. */
#define EXEC_WORD(id, alu)                                                                         \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        enum trap trap;                                                                            \
        u16 value;                                                                                 \
        u8 *host;                                                                                  \
        if ((insn & 070) == 0) {                                                                   \
            cpu->r[insn & 7] = alu(&cpu->cc, cpu->r[insn & 7]);                                    \
            return TRAP_NONE;                                                                      \
        }                                                                                          \
        trap = operand_modify(cpu, insn & 077, &host, &value);                                     \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        value = alu(&cpu->cc, value);                                                              \
        return rmw_put(cpu, host, value);                                                          \
    }

/* A byte instruction; of a register only the low byte changes (F18). */
#define EXEC_BYTE(id, alu)                                                                         \
    enum trap exec_##id(struct cpu *cpu, unsigned insn)                                            \
    {                                                                                              \
        enum trap trap;                                                                            \
        u8 value, *host;                                                                           \
        if ((insn & 070) == 0) {                                                                   \
            u16 *reg = &cpu->r[insn & 7];                                                          \
            *reg = (u16)((*reg & 0177400u) | alu(&cpu->cc, (u8)*reg));                             \
            return TRAP_NONE;                                                                      \
        }                                                                                          \
        trap = operand_modifyb(cpu, insn & 077, &host, &value);                                    \
        if (unlikely(trap))                                                                        \
            return trap;                                                                           \
        value = alu(&cpu->cc, value);                                                              \
        return rmw_putb(cpu, host, value);                                                         \
    }

EXEC_WORD(CLR, alu_clr)
EXEC_WORD(COM, alu_com)
EXEC_WORD(INC, alu_inc)
EXEC_WORD(DEC, alu_dec)
EXEC_WORD(NEG, alu_neg)
EXEC_WORD(ADC, alu_adc)
EXEC_WORD(SBC, alu_sbc)
EXEC_WORD(ROR, alu_ror)
EXEC_WORD(ROL, alu_rol)
EXEC_WORD(ASR, alu_asr)
EXEC_WORD(ASL, alu_asl)
EXEC_WORD(SWAB, alu_swab)
EXEC_WORD(SXT, alu_sxt)

EXEC_BYTE(CLRB, alu_clrb)
EXEC_BYTE(COMB, alu_comb)
EXEC_BYTE(INCB, alu_incb)
EXEC_BYTE(DECB, alu_decb)
EXEC_BYTE(NEGB, alu_negb)
EXEC_BYTE(ADCB, alu_adcb)
EXEC_BYTE(SBCB, alu_sbcb)
EXEC_BYTE(RORB, alu_rorb)
EXEC_BYTE(ROLB, alu_rolb)
EXEC_BYTE(ASRB, alu_asrb)
EXEC_BYTE(ASLB, alu_aslb)

enum trap exec_TST(struct cpu *cpu, unsigned insn)
{
    u16 value;
    enum trap trap = operand_read(cpu, insn & 077, REF_DST, &value);

    if (likely(!trap))
        alu_tst(&cpu->cc, value);
    return trap;
}

enum trap exec_TSTB(struct cpu *cpu, unsigned insn)
{
    u8 value;
    enum trap trap = operand_readb(cpu, insn & 077, REF_DST, &value);

    if (likely(!trap))
        alu_tstb(&cpu->cc, value);
    return trap;
}
