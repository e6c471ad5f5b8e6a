/* fast.c - see fast.h. The table of handlers, chains of them, and what MMR1 would hold. */
#include <string.h>

#include "cpu/fast_impl.h"

#define SHAPE(id, src, dst) ISA_SHAPE(OP_##id, OPERAND_##src, OPERAND_##dst)

/* What has no short way. */
FAST_HANDLER(fast_none, FAST_MISS)

#pragma GCC diagnostic ignored "-Woverride-init"
fast_fn *const fast_handler[ISA_SHAPES] = {
    [0 ... ISA_SHAPES - 1] = fast_none,
#define SHORT_TWO(id, src, dst, way, alu) [SHAPE(id, src, dst)] = fast_##id##_##src##dst,
#define SHORT_ONE(id, dst, way, alu)      [SHAPE(id, R, dst)] = fast_##id##_##dst,
#define SHORT_JUMP(id, dst, way)          [SHAPE(id, R, dst)] = fast_##id##_##dst,
#define SHORT_NONE(id, way, arg)          [SHAPE(id, R, R)] = fast_##id,
#include "cpu/fast_each.h"
};

/* Record what an operand's mode did. */
static void record_operand(struct cpu *cpu, unsigned spec, bool byte)
{
    unsigned reg = spec & 7, step = byte && reg < SP ? 1 : 2;

    switch (spec >> 3 & 7) {
    case 2: cpu_record(cpu, reg, (int)step); break;
    case 3: cpu_record(cpu, reg, 2); break;
    case 4: cpu_record(cpu, reg, -(int)step); break;
    case 5: cpu_record(cpu, reg, -2); break;
    }
}

/* The short instruction `insn` at `start` was the last: MMR1 and MMR2 as it would have left them,
 * for a debugger that stops behind it. Traps and returns from them are not short where one is. */
static void record(struct cpu *cpu, u16 start, u16 insn)
{
    const struct insn_info *info = &isa_info[isa_op(insn)];
    bool byte = info->dst == DST_R8 || info->dst == DST_W8 || info->dst == DST_RW8;

    cpu->start = start;
    cpu->changes = 0;
    if (info->form == FORM_SD)
        record_operand(cpu, insn >> 6 & 077u, byte);
    if (strchr(isa_form[info->form].operands, 'd'))
        record_operand(cpu, insn & 077u, byte);
    if (info->flow == FLOW_CALL)
        cpu_record(cpu, SP, -2);
    if (info->flow == FLOW_RET)
        cpu_record(cpu, SP, 2);
}

/* So many handlers in a chain: where a compiler calls the next instead of jumping there, that is
 * how deep the stack gets. */
#define CHAIN 64u

/* One instruction, which may be the last before a debugger's stop. */
static u64 run_one(struct cpu *cpu, u32 pc, const map_entry *program)
{
    map_entry entry = program[map_block(pc)];
    u16 insn = entry ? word_get((const u8 *)(entry + pc)) : 0;
    u64 stop = fast_go(cpu, pc, 1, program);

    if (stop >> 32 == 0)
        record(cpu, (u16)pc, insn);
    return stop;
}

u64 fast_run(struct cpu *cpu, u64 limit)
{
    const map_entry *program = cpu->map[SPACE_I]->read;
    u64 done = 0;

    while (done < limit) {
        u32 pc = cpu->r[PC];
        u32 chain = cpu->debug ? 1 : limit - done < CHAIN ? (u32)(limit - done) : CHAIN;
        u64 stop = cpu->debug ? run_one(cpu, pc, program) : fast_go(cpu, pc, chain, program);
        u32 left = (u32)(stop >> 32);

        cpu->r[PC] = (u16)stop;
        done += chain - left;
        if (left || stop & FAST_STOP_LOOK)
            break;
    }
    return done;
}
