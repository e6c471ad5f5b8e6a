/* trace_jit.c - blocks as text, guest and host side by side: see trace_jit.h.
 *
 *     3004 jit  k 001000 2 instructions, 109 bytes
 *     3004 jit                                00240  sub ebp, 2
 *     3004 jit                                00243  js 0x29c
 *     3004 jit    001000  ADD R0,R1           00249  add r9w, r8w
 *
 * Numbers of the host are hexadecimal: offsets in the code memory.
 */
#include "cli/trace_jit.h"

#include <errno.h>
#include <inttypes.h>
#ifdef HAVE_CAPSTONE
#include <capstone/capstone.h>
#endif

#include "isa/dis.h"

#define HEX_BYTES 8u /* in a line */
#define HOST_TEXT 200

/* The instruction of the host at `at`, before `end`, as text; its length. */
static u32 host_text(const struct trace_jit *t, const struct code *code, u32 at, u32 end,
                     char *text)
{
    u32 left = end - at, count = left < HEX_BYTES ? left : HEX_BYTES;

#ifdef HAVE_CAPSTONE
    cs_insn *insn;

    if (t->disassembler && cs_disasm(t->disassembler, code->exec + at, left, at, 1, &insn) == 1) {
        count = insn->size;
        snprintf(text, HOST_TEXT, "%s %s", insn->mnemonic, insn->op_str);
        cs_free(insn, 1);
        return count;
    }
#endif
    for (u32 i = 0; i < count; i++)
        snprintf(text + 3 * i, HOST_TEXT - 3 * i, "%02x ", code->exec[at + i]);
    return count;
}

/* Host code from `at` to `end`, `guest` beside its first line. */
static void put_lines(const struct trace_jit *t, const char *guest, const struct code *code, u32 at,
                      u32 end)
{
    u64 icount = t->machine->cpu.icount;

    if (at == end)
        fprintf(t->file, "%10" PRIu64 " jit    %s\n", icount, guest);
    while (at < end) {
        char text[HOST_TEXT];
        u32 length = host_text(t, code, at, end, text);

        fprintf(t->file, "%10" PRIu64 " jit    %-34s %05x  %s\n", icount, guest, at, text);
        at += length;
        guest = "";
    }
}

static void on_translated(void *ctx, const struct plan *plan, const struct emit_result *result,
                          const struct code *code)
{
    static const char modes[4] = {'k', 's', '?', 'u'};
    const struct trace_jit *t = ctx;

    fprintf(t->file, "%10" PRIu64 " jit  %c %06o %u instruction%s, %u bytes\n",
            t->machine->cpu.icount, modes[plan->mode], plan->pc, plan->count,
            plan->count == 1 ? "" : "s", code->at - result->head);
    put_lines(t, "", code, result->head, result->at[0]);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct plan_insn *insn = &plan->insn[i];
        char text[DIS_TEXT_MAX], line[DIS_TEXT_MAX + 10];

        dis_insn(insn->word, insn->length, insn->pc, text, sizeof text);
        snprintf(line, sizeof line, "%06o  %s", insn->pc, text);
        put_lines(t, line, code, result->at[i],
                  i + 1 < plan->count ? result->at[i + 1] : result->rest);
    }
    put_lines(t, "rarely", code, result->rest, code->at);
}

/* A machine of the host's kind for capstone; without it, or where it knows none, bytes are told. */
static void open_disassembler(struct trace_jit *t)
{
#ifdef HAVE_CAPSTONE
#ifdef __aarch64__
    cs_err bad = cs_open(CS_ARCH_ARM64, CS_MODE_ARM, &t->disassembler);
#else
    cs_err bad = cs_open(CS_ARCH_X86, CS_MODE_64, &t->disassembler);
#endif
    if (bad)
        t->disassembler = 0;
#endif
}

int trace_jit_start(struct trace_jit *t, struct machine *machine, FILE *file, struct err *err)
{
    if (!machine->jit)
        return err_set(err, EINVAL, "--trace jit: the interpreter runs, nothing is translated");
    *t = (struct trace_jit){.machine = machine, .file = file};
    t->watch = (struct cache_watch){.translated = on_translated, .ctx = t};
    open_disassembler(t);
    jit_look(machine->jit, &t->watch);
    return 0;
}

void trace_jit_stop(struct trace_jit *t)
{
    if (!t->machine)
        return;
    if (t->machine->jit)
        jit_look(t->machine->jit, NULL);
#ifdef HAVE_CAPSTONE
    if (t->disassembler)
        cs_close(&t->disassembler);
#endif
    t->machine = NULL;
}
