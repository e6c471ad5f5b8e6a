/* hv_note.h - what the interpreter does before each instruction of a virtual machine: see hv.h.
 *
 * A VM-fault goes back to the state before the instruction, so that is noted. Mostly there is no
 * more to do.
 */
#ifndef VM11_CPU_HV_NOTE_H
#define VM11_CPU_HV_NOTE_H

#include "cpu/cpu.h"

/* Attention that an instruction may ask for, and a VM-fault takes back. */
#define ATTN_BY_INSN (ATTN_YELLOW | ATTN_MMU | ATTN_FP | ATTN_PROTECT)

/* The state before an instruction, to which a VM-fault goes back; `attention` as it was before. */
static inline void hv_note(struct cpu *cpu, u32 attention)
{
    struct hv *hv = cpu->hv;

    memcpy(hv->r, cpu->r, sizeof hv->r);
    hv->cc = cpu->cc;
    hv->held = (u16)(attention & ATTN_BY_INSN);
}

/* Nothing asks for attention but that a virtual machine runs, and it may go on. */
static inline bool hv_quiet(const struct cpu *cpu)
{
    const struct hv *hv = cpu->hv;

    return cpu->attention == ATTN_HV && !cpu->debug && !(hv->flow.flags & HV_FLOW_VALID) &&
           (!hv->next_due || cpu->icount < hv->next_due);
}

#endif
