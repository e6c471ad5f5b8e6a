/* host_x64.c - x86-64 as a host: control and memory. See host.h; registers and arithmetic are in
 * host_x64_alu.c.
 *
 * The guest's R0-R5 and SP are in r8-r14, NZ in r15; ADDR, VAL and TMP are rcx, rdx and rdi, the
 * pointer is rax. rbx is struct hot, ebp the budget, rsi the map of the D space. The first bytes of
 * the code memory are routines that all blocks use.
 */
#ifdef __x86_64__

#include "base/assert.h"
#include "jit/x64.h"

/* Where the common routines are. */
#define EXIT_AT   0x000u
#define ENTER_AT  0x080u
#define STEP_AT   0x100u
#define RARE_AT   0x1e0u
#define LEAVE_AT  0x240u /* one for each enum host_exit */
#define FIND_AT   0x300u
#define READ_AT   0x340u
#define WRITES_AT 0x360u /* for each register, to write by it, */
#define READS_AT  0x3c0u /* to read; the last for a known address */
#define FIRST_AT  0x480u

#define LEAVE_SIZE  0x20u
#define WRITES_SIZE 0x08u
#define READS_SIZE  0x10u
#define EDGE_SIZE   10u

/* --- the common routines -------------------------------------------------------------------- */

/* The field of struct cpu at `at`, whose address is in rdi. */
static void x64_cpu(struct code *code, enum x64_width width, unsigned opcode, unsigned reg, u32 at)
{
    x64_opcode(code, width, opcode, reg, 0, RDI);
    code_byte(code, 0x40 | (reg & 7) << 3 | RDI);
    code_byte(code, at);
}

#define CPU_AT(field) ((u32)offsetof(struct cpu, field))

/* Keeps rax; each field is stored as it will be loaded, which the host likes better. */
static void save_all(struct code *code)
{
    x64_hot(code, WIDE, 0x8b, RDI, HOT_AT(cpu));
    for (unsigned i = 0; i < 7; i++)
        x64_cpu(code, WORD, 0x89, x64_reg[i], CPU_AT(r) + 2 * i);
    x64_cpu(code, WORD, 0x89, x64_reg[HR_NZ], CPU_AT(cc.n));
    x64_cpu(code, WORD, 0x89, x64_reg[HR_NZ], CPU_AT(cc.z));
    x64_hot(code, LONG, 0x0fb6, RCX, HOT_AT(v));
    x64_cpu(code, BYTE, 0x88, RCX, CPU_AT(cc.v));
    x64_hot(code, LONG, 0x0fb6, RCX, HOT_AT(c));
    x64_cpu(code, BYTE, 0x88, RCX, CPU_AT(cc.c));
    x64_hot(code, LONG, 0x89, x64_reg[HR_NZ], HOT_AT(nz));
    x64_hot(code, LONG, 0x89, X64_BUDGET, HOT_AT(budget));
}

static void load_all(struct code *code)
{
    x64_hot(code, WIDE, 0x8b, RDI, HOT_AT(cpu));
    for (unsigned i = 0; i < 7; i++)
        x64_cpu(code, LONG, 0x0fb7, x64_reg[i], CPU_AT(r) + 2 * i);
    x64_cpu(code, LONG, 0x0fb6, RCX, CPU_AT(cc.v));
    x64_hot(code, BYTE, 0x88, RCX, HOT_AT(v));
    x64_cpu(code, LONG, 0x0fb6, RCX, CPU_AT(cc.c));
    x64_hot(code, BYTE, 0x88, RCX, HOT_AT(c));
    x64_hot(code, LONG, 0x8b, x64_reg[HR_NZ], HOT_AT(nz));
    x64_hot(code, LONG, 0x8b, X64_BUDGET, HOT_AT(budget));
    x64_hot(code, WIDE, 0x8b, X64_MAP, HOT_AT(map));
}

static void pad_to(struct code *code, u32 at)
{
    base_assert(code->at <= at);
    while (code->at < at)
        code_byte(code, 0xcc);
}

static void stack_by(struct code *code, unsigned extension, unsigned bytes)
{
    x64_rr(code, WIDE, 0x83, extension, RSP); /* 0: add, 5: sub */
    code_byte(code, bytes);
}

static const u8 saved[] = {RBX, RBP, R12, R13, R14, R15};

/* Back to who called host_run(). eax: why. */
static void restore_routine(struct code *code)
{
    stack_by(code, 0, 8);
    for (unsigned i = ARRAY_LEN(saved); i-- > 0;)
        x64_opcode(code, LONG, 0x58 | (saved[i] & 7), 0, 0, saved[i]); /* pop */
    code_byte(code, 0xc3);
}

static void exit_routine(struct code *code)
{
    save_all(code);
    restore_routine(code);
}

/* rdi: struct hot, rsi: where to. */
static void enter_routine(struct code *code)
{
    for (unsigned i = 0; i < ARRAY_LEN(saved); i++)
        x64_opcode(code, LONG, 0x50 | (saved[i] & 7), 0, 0, saved[i]); /* push */
    stack_by(code, 5, 8);
    x64_rr(code, WIDE, 0x89, RDI, X64_HOT);
    x64_rr(code, WIDE, 0x89, RSI, RAX);
    load_all(code);
    x64_rr(code, LONG, 0xff, 4, RAX); /* jmp rax */
}

/* Called by a block: see host_step(). */
static void step_routine(struct code *code)
{
    fixup leave;

    save_all(code);
    x64_hot(code, WIDE, 0x8b, RDI, HOT_AT(step_ctx));
    stack_by(code, 5, 8);
    x64_hot(code, LONG, 0xff, 2, HOT_AT(step_call)); /* call */
    stack_by(code, 0, 8);
    x64_rr(code, LONG, 0x85, RAX, RAX);
    leave = x64_jump_if(code, X64_NE);
    load_all(code);
    code_byte(code, 0xc3);
    host_bind(code, leave);
    stack_by(code, 0, 8); /* not back to the block; the state is the interpreter's */
    code_byte(code, 0xb8);
    code_word(code, HOST_EXIT_STEP);
    restore_routine(code);
}

static void call_routine(struct code *code, u32 at)
{
    code_byte(code, 0xe8);
    code_word(code, at - (code->at + 4));
}

/* x64_find_routine() for reading; edi: the address, eax: hot.pc. The caller has saved its rdi. */
static void find_read_routine(struct code *code)
{
    x64_hot(code, LONG, 0x89, RAX, HOT_AT(pc));
    x64_rr(code, LONG, 0x31, RAX, RAX);
    call_routine(code, FIND_AT);
    code_byte(code, 0x5f); /* pop rdi */
    code_byte(code, 0xc3);
}

/* For writing: edi: an address, eax: hot.pc; rax: its entry among those near translated code; where
 * there is none or the word is translated, that of x64_find_routine(), 0 (and Z) if it has none. */
static void rare_routine(struct code *code)
{
    fixup none, translated;

    x64_hot(code, LONG, 0x89, RAX, HOT_AT(pc));
    x64_hot(code, LONG, 0x89, RDI, HOT_AT(va));
    x64_rr(code, LONG, 0x89, RDI, RAX);
    x64_shift(code, LONG, 5, RAX, 6);
    x64_sib(code, WIDE, 0x8b, RAX, X64_MAP, RAX, 3, (u32)offsetof(struct mmu_map, code));
    x64_rr(code, WIDE, 0x85, RAX, RAX);
    none = x64_jump_if(code, X64_E);
    x64_rr(code, WIDE, 0x01, RAX, RDI);
    x64_hot(code, WIDE, 0x2b, RDI, HOT_AT(memory));
    x64_shift(code, LONG, 5, RDI, 1);
    code_byte(code, 0x50); /* push rax */
    x64_hot(code, WIDE, 0x8b, RAX, HOT_AT(words));
    code_byte(code, 0x0f); /* bt [rax], edi */
    code_byte(code, 0xa3);
    code_byte(code, 0x38);
    code_byte(code, 0x58); /* pop rax */
    translated = x64_jump_if(code, X64_B);
    x64_rr(code, WIDE, 0x85, RAX, RAX);
    code_byte(code, 0xc3);
    host_bind(code, translated);
    x64_hot(code, LONG, 0x8b, RDI, HOT_AT(va));
    host_bind(code, none);
    code_byte(code, 0xb8); /* mov eax */
    code_word(code, 1);
    host_jump_to(code, FIND_AT);
}

/* The address is in a register: so a block need not move it. */
static void by_register_routines(struct code *code)
{
    for (u32 i = 0; i < HR_COUNT; i++) {
        pad_to(code, WRITES_AT + i * WRITES_SIZE);
        x64_rr(code, LONG, 0x89, x64_reg[i], RDI);
        host_jump_to(code, RARE_AT);
    }
    for (u32 i = 0; i < HR_COUNT; i++) {
        pad_to(code, READS_AT + i * READS_SIZE);
        code_byte(code, 0x57); /* push rdi */
        x64_rr(code, LONG, 0x89, x64_reg[i], RDI);
        host_jump_to(code, READ_AT);
    }
    pad_to(code, READS_AT + HR_COUNT * READS_SIZE);
    code_byte(code, 0x57); /* push rdi */
    x64_rr(code, LONG, 0x89, RAX, RDI);
    x64_hot(code, LONG, 0x8b, RAX, HOT_AT(pc));
    host_jump_to(code, READ_AT);
}

static void leave_with(struct code *code, enum host_exit why)
{
    code_byte(code, 0xb8);
    code_word(code, why);
    host_jump_to(code, EXIT_AT);
}

static u32 leave_at(enum host_exit why)
{
    return LEAVE_AT + LEAVE_SIZE * (u32)why;
}

/* eax: PC, and above it what is put back to the budget. */
static void leave_routine(struct code *code, enum host_exit why)
{
    pad_to(code, leave_at(why));
    x64_rr(code, LONG, 0x0fb7, RDI, RAX);
    x64_hot(code, LONG, 0x89, RDI, HOT_AT(pc));
    x64_shift(code, LONG, 7, RAX, 16);
    x64_rr(code, LONG, 0x01, RAX, X64_BUDGET);
    leave_with(code, why);
}

/* ecx: PC, if anything; eax: the edge, if it is for one. */
static void leave_routine_jump(struct code *code, enum host_exit why)
{
    pad_to(code, leave_at(why));
    x64_hot(code, LONG, 0x89, RAX, HOT_AT(edge));
    x64_hot(code, LONG, 0x89, RCX, HOT_AT(pc));
    leave_with(code, why);
}

void host_prologue(struct code *code)
{
    exit_routine(code);
    pad_to(code, ENTER_AT);
    enter_routine(code);
    pad_to(code, STEP_AT);
    step_routine(code);
    pad_to(code, RARE_AT);
    rare_routine(code);
    leave_routine(code, HOST_EXIT_MISS);
    leave_routine(code, HOST_EXIT_CHANGED);
    leave_routine(code, HOST_EXIT_BUDGET);
    leave_routine_jump(code, HOST_EXIT_EDGE);
    leave_routine_jump(code, HOST_EXIT_JUMP);
    pad_to(code, FIND_AT);
    x64_find_routine(code);
    pad_to(code, READ_AT);
    find_read_routine(code);
    by_register_routines(code);
    pad_to(code, FIRST_AT);
}

enum host_exit host_run(const struct code *code, struct hot *hot, const u8 *at)
{
    return (enum host_exit)code_call(code, ENTER_AT, hot, at);
}

/* --- control -------------------------------------------------------------------------------- */

void host_bind(struct code *code, fixup at)
{
    if (!code->full)
        code_patch(code, at, code->at - (at + 4));
}

void host_align(struct code *code)
{
    while (code->at % 16)
        code_byte(code, 0x90);
}

/* As short as it can be: `at` is behind us. */
static void jump_back_if(struct code *code, unsigned condition, u32 at)
{
    u32 short_by = at - (code->at + 2);

    if ((i32)short_by >= -128) {
        code_byte(code, 0x70 | condition);
        code_byte(code, short_by & 0xff);
        return;
    }
    code_byte(code, 0x0f);
    code_byte(code, 0x80 | condition);
    code_word(code, at - (code->at + 4));
}

void host_head(struct code *code, unsigned n, u32 poor)
{
    x64_rr(code, LONG, 0x83, 5, X64_BUDGET);
    code_byte(code, n);
    jump_back_if(code, X64_S, poor);
}

void host_refund(struct code *code, int n)
{
    if (n == 0)
        return;
    x64_rr(code, LONG, 0x83, 0, X64_BUDGET);
    code_byte(code, (unsigned)n & 0xff);
}

static unsigned condition_of(enum host_cond cond)
{
    static const u8 condition[] = {
        [COND_NE] = 5,  [COND_EQ] = 4, [COND_GE] = 13, [COND_LT] = 12, [COND_GT] = 15,
        [COND_LE] = 14, [COND_PL] = 9, [COND_MI] = 8,  [COND_HI] = 7,  [COND_LOS] = 6,
        [COND_VC] = 1,  [COND_VS] = 0, [COND_CC] = 3,  [COND_CS] = 2,
    };
    return condition[cond];
}

fixup host_jump_if(struct code *code, enum host_cond cond)
{
    return x64_jump_if(code, condition_of(cond));
}

void host_jump_back_if(struct code *code, enum host_cond cond, u32 at)
{
    jump_back_if(code, condition_of(cond), at);
}

static fixup jump_byte(struct code *code, u32 at)
{
    x64_hot(code, BYTE, 0x80, 7, at); /* cmp byte, 0 */
    code_byte(code, 0);
    return x64_jump_if(code, X64_NE);
}

fixup host_jump_v(struct code *code)
{
    return jump_byte(code, HOT_AT(v));
}

fixup host_jump_c(struct code *code)
{
    return jump_byte(code, HOT_AT(c));
}

fixup host_jump(struct code *code)
{
    code_byte(code, 0xe9);
    code_word(code, 0);
    return code->at - 4;
}

void host_jump_to(struct code *code, u32 at)
{
    code_byte(code, 0xe9);
    code_word(code, at - (code->at + 4));
}

static void hot_const(struct code *code, u32 at, u32 value)
{
    x64_hot(code, LONG, 0xc7, 0, at);
    code_word(code, value);
}

void host_leave(struct code *code, enum host_exit why, u16 pc, int refund)
{
    code_byte(code, 0xb8); /* mov eax */
    code_word(code, (u32)refund << 16 | pc);
    host_jump_to(code, leave_at(why));
}

/* mov eax, or instead a jump to the block. */
static void edge_number(struct code *code, u32 edge)
{
    code_byte(code, 0xb8);
    code_word(code, edge);
}

u32 host_edge(struct code *code, u32 edge)
{
    u32 at = code->at;

    edge_number(code, edge);
    host_jump_to(code, leave_at(HOST_EXIT_EDGE));
    return at;
}

/* cmp ecx, imm32; jne behind the edge; the edge. */
u32 host_guess(struct code *code, u32 edge)
{
    x64_rr(code, LONG, 0x81, 7, RCX);
    code_word(code, 0);
    code_byte(code, 0x70 | X64_NE);
    code_byte(code, 0); /* to the edge in any case */
    return host_edge(code, edge);
}

void host_guess_set(struct code *code, u32 at, u32 pc)
{
    code_patch(code, at - 6, pc);
    code->write[at - 1] = EDGE_SIZE;
}

void host_edge_link(struct code *code, u32 at, u32 target)
{
    struct code there = code_there(code, at);

    host_jump_to(&there, target);
}

void host_edge_unlink(struct code *code, u32 at, u32 edge)
{
    struct code there = code_there(code, at);

    edge_number(&there, edge);
}

void host_jump_guest(struct code *code, enum host_reg reg)
{
    const unsigned slot = RDX;

    if (x64_reg[reg] != RCX)
        x64_rr(code, LONG, 0x89, x64_reg[reg], RCX);
    x64_rr(code, LONG, 0x89, RCX, RAX);
    x64_rr(code, LONG, 0x89, RCX, slot);
    x64_shift(code, LONG, 5, RAX, 13);
    x64_rr(code, LONG, 0x81, 4, slot); /* and */
    code_word(code, JUMP_SLOTS * 2 - 1);
    x64_sib(code, LONG, 0x8b, RAX, X64_HOT, RAX, 2, HOT_AT(page));
    x64_sib(code, LONG, 0x3b, RAX, X64_HOT, slot, 2, HOT_AT(jump[0].tag));
    code_byte(code, 0x0f); /* jne */
    code_byte(code, 0x85);
    code_word(code, leave_at(HOST_EXIT_JUMP) - (code->at + 4));
    x64_sib(code, LONG, 0x8b, RAX, X64_HOT, slot, 2, HOT_AT(jump[0].head));
    x64_hot(code, WIDE, 0x03, RAX, HOT_AT(base));
    x64_rr(code, LONG, 0xff, 4, RAX); /* jmp rax */
}

void host_step(struct code *code, u16 pc, u16 next)
{
    hot_const(code, HOT_AT(pc), pc);
    hot_const(code, HOT_AT(next), next);
    call_routine(code, STEP_AT);
}

/* --- memory --------------------------------------------------------------------------------- */

fixup host_odd(struct code *code, enum host_reg reg)
{
    x64_rr(code, BYTE, 0xf6, 0, x64_reg[reg]); /* test */
    code_byte(code, 1);
    return x64_jump_if(code, X64_NE);
}

fixup host_resolve(struct code *code, bool write, struct host_addr addr)
{
    u32 table = (u32)(write ? offsetof(struct mmu_map, write) : offsetof(struct mmu_map, read));

    if (addr.constant) {
        x64_mem(code, WIDE, 0x8b, X64_POINTER, X64_MAP, table + (addr.value >> 6) * 8u);
    } else {
        x64_rr(code, LONG, 0x89, x64_reg[addr.reg], X64_POINTER);
        x64_shift(code, LONG, 5, X64_POINTER, 6);
        x64_sib(code, WIDE, 0x8b, X64_POINTER, X64_MAP, X64_POINTER, 3, table);
    }
    x64_rr(code, WIDE, 0x85, X64_POINTER, X64_POINTER);
    return x64_jump_if(code, X64_E);
}

static u32 rare_at(bool write, enum host_reg reg)
{
    return write ? WRITES_AT + reg * WRITES_SIZE : READS_AT + reg * READS_SIZE;
}

void host_resolve_rare(struct code *code, bool write, struct host_addr addr, u32 where, u32 found)
{
    if (addr.constant && !write)
        hot_const(code, HOT_AT(pc), where);
    if (addr.constant) {
        code_byte(code, 0xb8 | (write ? RDI : RAX)); /* mov */
        code_word(code, addr.value);
    }
    if (write || !addr.constant) {
        code_byte(code, 0xb8); /* mov eax */
        code_word(code, where);
    }
    if (addr.constant && write)
        call_routine(code, RARE_AT);
    else
        call_routine(code, rare_at(write, addr.constant ? HR_COUNT : addr.reg));
    jump_back_if(code, X64_NE, found);
}

void host_load(struct code *code, unsigned size, enum host_reg dst, struct host_addr addr)
{
    x64_at(code, LONG, size == 2 ? 0x0fb7 : 0x0fb6, x64_reg[dst], addr);
}

void host_store(struct code *code, unsigned size, enum host_reg src, struct host_addr addr)
{
    x64_at(code, size == 2 ? WORD : BYTE, size == 2 ? 0x89 : 0x88, x64_reg[src], addr);
}

void host_store_const(struct code *code, unsigned size, u16 value, struct host_addr addr)
{
    x64_at(code, size == 2 ? WORD : BYTE, size == 2 ? 0xc7 : 0xc6, 0, addr);
    code_byte(code, value & 0xff);
    if (size == 2)
        code_byte(code, value >> 8);
}

fixup host_unless_word(struct code *code, u32 pa, u16 value)
{
    x64_hot(code, WIDE, 0x8b, RAX, HOT_AT(memory));
    x64_mem(code, WORD, 0x81, 7, RAX, pa); /* cmp */
    code_byte(code, value & 0xff);
    code_byte(code, value >> 8);
    return x64_jump_if(code, X64_NE);
}

fixup host_stack_guard(struct code *code, struct host_addr addr)
{
    x64_hot(code, LONG, 0x3b, x64_reg[addr.reg], HOT_AT(stack_edge)); /* cmp */
    return x64_jump_if(code, X64_B);
}

#endif
