#include "cpu/exec.h"
#define INSN(id, text, base, form, dst, nzvc, flow, sens, unit) FP_##unit(id)
#define FP_BASE(id)
#define FP_KB11(id)
#define FP_EIS(id)
#define FP_KT11(id)
#define FP_FP11(id)                                                                                \
    enum trap exec_##id(struct cpu *cpu, u16 insn)                                                 \
    {                                                                                              \
        return TRAP_RSVD;                                                                          \
    }
#include "isa/isa.def"
