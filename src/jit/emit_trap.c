/* emit_trap.c - the instructions that change the PSW, where nothing hangs on it: EMT, TRAP, IOT and
 * BPT from kernel or user mode into kernel mode, RTI and RTT from there to either, SPL.
 *
 * That is so while hot.plain says it (nobody looks on, no
 * trace bit, register set 0, the KBS11-A is not enabled) and the new PSW keeps it so. In all other
 * cases nothing has changed yet, and the interpreter does it. Source: src/cpu/trap.c, exec_mode.c.
 */
#include "jit/emit_impl.h"

#define PS_UNUSUAL (PS_SET | PS_T)

/* Leave it to the interpreter unless the field of struct hot is set. */
#define NEEDS(e, field) emit_miss(e, host_unless(e->code, HOT_FIELD(field)))

static u16 vector_of(unsigned op)
{
    switch ((enum op)op) {
    case OP_BPT: return 0014;
    case OP_IOT: return 0020;
    case OP_EMT: return 0030;
    default: return 0034;
    }
}

/* The two words at `reg` must lie in the same 64 bytes: the pointer is for both. Destroys `temp`,
 * which is `reg` plus 2 then. */
static void find_pair(struct emit *e, enum host_reg reg, enum host_reg temp, bool write)
{
    host_offset(e->code, temp, reg, 2);
    host_alu_const(e->code, ALU_TEST, 2, temp, 077);
    emit_miss(e, host_jump_if(e->code, COND_EQ));
    emit_miss(e, host_resolve(e->code, write, (struct host_addr){.reg = reg}));
}

void emit_need_hold(struct emit *e, enum host_reg psw, enum host_reg temp)
{
    fixup none = host_unless(e->code, HOT_FIELD(request));

    host_move(e->code, HR_ADDR, psw);
    host_alu_const(e->code, ALU_AND, 2, HR_ADDR, PS_PRIO);
    host_get(e->code, temp, HOT_FIELD(request));
    host_alu(e->code, ALU_CMP, 2, HR_ADDR, temp);
    emit_miss(e, host_jump_if(e->code, COND_CS));
    host_bind(e->code, none);
}

void emit_need_nz(struct emit *e, enum host_reg psw)
{
    host_move(e->code, HR_ADDR, psw);
    host_alu_const(e->code, ALU_AND, 2, HR_ADDR, CC_N | CC_Z);
    host_alu_const(e->code, ALU_CMP, 2, HR_ADDR, CC_N | CC_Z);
    emit_miss(e, host_jump_if(e->code, COND_EQ));
}

/* What was loaded into VAL and TMP, PC and PSW: PC is put aside; the PSW must have these bits
 * clear, not both N and Z, and hold requests. Destroys ADDR and VAL. */
static void take_state(struct emit *e, u16 clear)
{
    host_put(e->code, HOT_FIELD(target), HR_VAL);
    host_alu_const(e->code, ALU_TEST, 2, HR_TMP, clear);
    emit_miss(e, host_jump_if(e->code, COND_NE));
    emit_need_nz(e, HR_TMP);
    emit_need_hold(e, HR_TMP, HR_VAL);
}

/* hot.ps := the PSW in TMP, of which `keep` counts, and `set`. */
static void set_ps(struct emit *e, u16 keep, u16 set)
{
    host_move(e->code, HR_VAL, HR_TMP);
    host_alu_const(e->code, ALU_AND, 2, HR_VAL, keep);
    if (set)
        host_alu_const(e->code, ALU_OR, 2, HR_VAL, set);
    host_put(e->code, HOT_FIELD(ps), HR_VAL);
}

/* All is done but the condition codes, which are in TMP, and the jump. */
static void go_to_target(struct emit *e, unsigned trace)
{
    host_unpack(e->code, HR_TMP);
    host_put_const(e->code, HOT_FIELD(trace), (u16)trace);
    host_get(e->code, HR_ADDR, HOT_FIELD(target));
    host_jump_guest(e->code, HR_ADDR);
}

/* A push of two words on the kernel's stack: ADDR is where. */
static void find_push(struct emit *e, bool kernel)
{
    struct place place = {.addr = {.reg = HR_VAL}, .size = 2};

    if (kernel) {
        host_offset(e->code, HR_ADDR, HR_SP, -4);
    } else {
        host_get_sp(e->code, HR_ADDR, MODE_K);
        host_offset(e->code, HR_ADDR, HR_ADDR, -4);
    }
    emit_miss(e, host_odd(e->code, HR_ADDR));
    emit_miss(e, host_stack_guard(e->code, (struct host_addr){.reg = HR_ADDR}));
    host_offset(e->code, HR_VAL, HR_ADDR, 2);
    emit_miss(e, host_stack_guard(e->code, place.addr));
    find_pair(e, HR_ADDR, HR_VAL, true);
}

void emit_trap(struct emit *e)
{
    bool kernel = e->plan->mode == MODE_K;
    u16 vector = vector_of(e->insn->op), behind = (u16)(e->insn->pc + 2);
    struct host_addr pc = {.constant = true, .value = vector};
    struct host_addr ps = {.constant = true, .value = (u16)(vector + 2)};

    NEEDS(e, plain);
    if (!kernel) {
        NEEDS(e, mode[MODE_K].ready);
        host_use_map(e->code, MODE_K); /* a miss puts it back */
    }
    emit_materialise(e->code, &e->cc);
    emit_miss(e, host_resolve(e->code, false, pc));
    host_load(e->code, 2, HR_VAL, pc);
    host_load(e->code, 2, HR_TMP, ps);
    take_state(e, PS_MODE | PS_UNUSUAL);
    host_put(e->code, HOT_FIELD(next_ps), HR_TMP);
    find_push(e, kernel);
    host_pack(e->code, HR_VAL);
    host_offset(e->code, HR_TMP, HR_ADDR, 2);
    host_store(e->code, 2, HR_VAL, (struct host_addr){.reg = HR_TMP});
    host_store_const(e->code, 2, behind, (struct host_addr){.reg = HR_ADDR});
    if (!kernel)
        host_set_mode(e->code, e->plan->mode, MODE_K);
    host_move(e->code, HR_SP, HR_ADDR);
    host_get(e->code, HR_TMP, HOT_FIELD(next_ps));
    set_ps(e, PS_PRIO, (u16)(e->plan->mode << 12));
    go_to_target(e, HOT_TRACE_ON);
}

/* Both words are popped; in the mode `to` it goes on. */
static void return_to(struct emit *e, enum mode to)
{
    host_offset(e->code, HR_SP, HR_SP, 4);
    if (to != MODE_K) {
        host_set_mode(e->code, MODE_K, (unsigned)to);
        host_use_map(e->code, (unsigned)to);
        host_get_sp(e->code, HR_SP, (unsigned)to);
    }
    set_ps(e, PS_MODE | PS_PREV | PS_PRIO, 0);
    go_to_target(e, e->insn->op == OP_RTI ? HOT_TRACE_ON : HOT_TRACE_OFF);
}

void emit_rti(struct emit *e)
{
    struct host_addr pc = {.reg = HR_SP}, ps = {.reg = HR_ADDR};
    fixup kernel;

    NEEDS(e, plain);
    emit_materialise(e->code, &e->cc);
    emit_miss(e, host_odd(e->code, HR_SP));
    find_pair(e, HR_SP, HR_ADDR, false);
    host_load(e->code, 2, HR_VAL, pc);
    host_load(e->code, 2, HR_TMP, ps);
    take_state(e, PS_UNUSUAL);
    host_move(e->code, HR_ADDR, HR_TMP);
    host_alu_const(e->code, ALU_AND, 2, HR_ADDR, PS_MODE);
    kernel = host_jump_if(e->code, COND_EQ);
    host_alu_const(e->code, ALU_CMP, 2, HR_ADDR, PS_MODE);
    emit_miss(e, host_jump_if(e->code, COND_NE));
    NEEDS(e, mode[MODE_U].ready);
    return_to(e, MODE_U);
    host_bind(e->code, kernel);
    return_to(e, MODE_K);
}

/* The instruction behind it is executed before a request is looked at: there is none, but that
 * look sets the processor's T flip-flop (trap.c, ATTN_PROTECT). */
void emit_spl(struct emit *e)
{
    NEEDS(e, plain);
    if (e->plan->mode == MODE_K) {
        host_get(e->code, HR_VAL, HOT_FIELD(request));
        host_alu_const(e->code, ALU_CMP, 2, HR_VAL, (u16)((e->insn->word[0] & 7) << 5));
        emit_miss(e, host_jump_if(e->code, COND_HI));
        host_get(e->code, HR_VAL, HOT_FIELD(ps));
        host_alu_const(e->code, ALU_AND, 2, HR_VAL, (u16)~PS_PRIO);
        host_alu_const(e->code, ALU_OR, 2, HR_VAL, (u16)((e->insn->word[0] & 7) << 5));
        host_put(e->code, HOT_FIELD(ps), HR_VAL);
    }
    host_put_const(e->code, HOT_FIELD(trace), HOT_TRACE_ON);
}
