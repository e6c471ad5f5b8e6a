/* thesis_debug.c - the debug modules: display, modify, breakpoint (figures 17, 18, 19).
 *
 * Registers and memory in octal are those of the core image, so the job must have been executed
 * (appendix D.VII.5); symbolically, memory is shown from .vmm002 before that. Memory is modified in
 * both. A breakpoint is a TRAP like those of the preprocessor; it is taken out when it is executed,
 * and must be put in again by who wants it to stay. In the files there is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "isa/dis.h"
#include "monitor/thesis_impl.h"

#define WORDS_A_LINE 8u
#define LINE_TEXT    160u

/* --- memory ----------------------------------------------------------------------------------- */

static bool has_core(const struct thesis *t)
{
    return t->state == JOB_STARTED || t->state == JOB_ENDED;
}

static bool need_core(struct thesis *t, const char *what)
{
    if (has_core(t))
        return true;
    restrict_command(t, R_EXECUTE, "%s", what);
    return false;
}

/* An even address of the job's memory. */
static bool parse_address(struct thesis *t, const char *word, u16 *addr)
{
    if (!vmm_parse(t, word, addr))
        return false;
    if (*addr < JOB_SIZE && !(*addr & 1))
        return true;
    vmm_say(t, "%s: %s", word, *addr & 1 ? "an odd address" : "the I/O page is no memory");
    return false;
}

/* The word at `addr`, from the core image, or from the file. */
static u16 word_at(const struct thesis *t, u16 addr)
{
    const u8 *at = files_word(&t->file, addr);

    if (has_core(t))
        return job_get(t, addr);
    return at ? word_get(at) : 0;
}

/* The breakpoint at an address, BREAKPOINTS: none. */
static unsigned breakpoint_at(const struct thesis *t, u16 addr)
{
    unsigned i = 0;

    while (i < BREAKPOINTS && !(t->breakpoint[i].set && t->breakpoint[i].addr == addr))
        i++;
    return i;
}

/* --- display ---------------------------------------------------------------------------------- */

static void display_registers(struct thesis *t)
{
    const struct cpu *cpu = &t->machine->cpu;

    for (unsigned i = 0; i < 6; i++)
        vmm_say(t, "R%u %06o %7d", i, cpu->r[i], (i16)cpu->r[i]);
    vmm_say(t, "PS %06o", job_ps(t));
    vmm_say(t, "SP %06o", cpu->r[SP]);
    vmm_say(t, "PC %06o", cpu->r[PC]);
}

static void display_octal(struct thesis *t, u16 addr, u16 count)
{
    u32 at = addr, end = addr + 2u * count;
    char text[LINE_TEXT];

    while (at < end && at < JOB_SIZE) {
        int used = snprintf(text, sizeof text, "%06o:", at);
        for (unsigned i = 0; i < WORDS_A_LINE && at < end && at < JOB_SIZE; i++, at += 2)
            used += snprintf(text + used, sizeof text - (size_t)used, " %06o", job_get(t, (u16)at));
        vmm_say(t, "%s", text);
    }
}

/* What a word that the monitor put in stands for, as the end of a line. */
static void note_trap(const struct thesis *t, u16 addr, u16 word, char *text, size_t size)
{
    unsigned i = breakpoint_at(t, addr);
    const struct sensitive *entry = files_find(&t->file, addr);

    text[0] = 0;
    if (i < BREAKPOINTS)
        snprintf(text, size, "    <- breakpoint, %06o", t->breakpoint[i].insn);
    else if (entry && word == THESIS_TRAP)
        snprintf(text, size, "    <- sensitive, %06o %s", entry->insn,
                 isa_info[isa_op(entry->insn)].text);
}

static void display_symbolic(struct thesis *t, u16 addr, u16 count)
{
    u32 at = addr;

    for (u16 i = 0; i < count && at < JOB_SIZE; i++) {
        struct scan_item item = {.addr = (u16)at};
        const struct sensitive *entry = files_find(&t->file, item.addr);
        char text[LINE_TEXT], note[64];
        u16 first = word_at(t, item.addr);
        unsigned length = isa_length(first);
        /* A replaced instruction still has its other words. */
        if (entry && first == THESIS_TRAP)
            length = isa_length(entry->insn);
        while (item.count < length && at < JOB_SIZE) {
            item.words[item.count++] = word_at(t, (u16)at);
            at += 2;
        }
        scan_format(&item, text, sizeof text);
        note_trap(t, item.addr, first, note, sizeof note);
        vmm_say(t, "%s%s", text, note);
    }
}

void debugger_display(struct thesis *t, unsigned count, char **words)
{
    const char *what = count > 1 ? words[1] : "";
    u16 addr, number;

    if (strcasecmp(what, "r") == 0 && count == 2) {
        if (need_core(t, "d r shows the registers of the core image"))
            display_registers(t);
    } else if (strcasecmp(what, "o") == 0 && count == 4) {
        if (need_core(t, "d o shows the core image") && parse_address(t, words[2], &addr) &&
            vmm_parse(t, words[3], &number))
            display_octal(t, addr, number);
    } else if (strcasecmp(what, "s") == 0 && count == 4) {
        if (parse_address(t, words[2], &addr) && vmm_parse(t, words[3], &number))
            display_symbolic(t, addr, number);
    } else {
        vmm_say(t, "d r | d o ADDR # | d s ADDR #: registers; # words from ADDR in octal; "
                   "# instructions from ADDR");
    }
}

/* --- modify ----------------------------------------------------------------------------------- */

/* Where a breakpoint stands, the instruction behind it is modified. */
static void modify_memory(struct thesis *t, u16 addr, u16 value)
{
    u8 *at = files_word(&t->file, addr);
    unsigned i = breakpoint_at(t, addr);
    struct err err = {0};

    if (i < BREAKPOINTS)
        t->breakpoint[i].insn = value;
    if (t->state == JOB_ENDED || (t->state == JOB_STARTED && i == BREAKPOINTS))
        job_put(t, addr, value);
    if (at) {
        word_put(at, value);
        if (files_save(t, &t->file, &err))
            vmm_say(t, "%s", err.text);
    }
    vmm_show(t, "modify addr=%06o value=%06o in file=%u in core=%u", addr, value, at != NULL,
             has_core(t));
    if (at && addr < t->file.text && sim_exists(isa_op(value)) && isa_op(value) != OP_MOV)
        vmm_say(t, "note: %06o is %s as an instruction, and the preprocessor will not see it",
                value, isa_info[isa_op(value)].text);
}

static void modify_pc(struct thesis *t, u16 value)
{
    if (value & 1) {
        vmm_say(t, "%06o: an odd address", value);
        return;
    }
    t->machine->cpu.r[PC] = value;
    t->machine->cpu.attention &= ~ATTN_WAIT;
}

static void modify_register(struct thesis *t, const char *name, u16 value)
{
    struct cpu *cpu = &t->machine->cpu;

    if (!need_core(t, "m modifies the registers of the core image"))
        return;
    if (strcasecmp(name, "pc") == 0)
        modify_pc(t, value);
    else if (strcasecmp(name, "ps") == 0)
        job_set_ps(t, value);
    else if (strcasecmp(name, "sp") == 0)
        cpu->r[SP] = value;
    else
        cpu->r[name[1] - '0'] = value;
    vmm_show(t, "modify %s value=%06o", name, value);
}

static bool is_register(const char *name)
{
    return strcasecmp(name, "sp") == 0 || strcasecmp(name, "pc") == 0 ||
           strcasecmp(name, "ps") == 0 ||
           ((name[0] == 'r' || name[0] == 'R') && name[1] >= '0' && name[1] <= '5' && !name[2]);
}

void debugger_modify(struct thesis *t, unsigned count, char **words)
{
    u16 addr, value;

    if (count == 4 && strcasecmp(words[1], "mem") == 0) {
        if (parse_address(t, words[2], &addr) && vmm_parse(t, words[3], &value))
            modify_memory(t, addr, value);
    } else if (count == 3 && is_register(words[1])) {
        if (vmm_parse(t, words[2], &value))
            modify_register(t, words[1], value);
    } else {
        vmm_say(t, "m rX V | m sp V | m pc A | m ps V | m mem ADDR V: X is 0 to 5");
    }
}

/* --- breakpoints ------------------------------------------------------------------------------ */

void debugger_break(struct thesis *t, unsigned count, char **words)
{
    unsigned i = 0;
    u16 addr;

    if (count != 2) {
        vmm_say(t, "b ADDR: put a breakpoint at ADDR");
        return;
    }
    if (!parse_address(t, words[1], &addr))
        return;
    if (breakpoint_at(t, addr) < BREAKPOINTS) {
        vmm_say(t, "%06o: there is a breakpoint already", addr);
        return;
    }
    while (i < BREAKPOINTS && t->breakpoint[i].set)
        i++;
    if (i == BREAKPOINTS) {
        vmm_say(t, "%06o: there are %u breakpoints, and that is all there can be", addr,
                BREAKPOINTS);
        return;
    }
    t->breakpoint[i].set = true;
    t->breakpoint[i].addr = addr;
    t->breakpoint[i].insn = word_at(t, addr);
    if (t->state == JOB_STARTED)
        job_put(t, addr, THESIS_TRAP);
    vmm_show(t, "bp[%u] addr=%06o insn=%06o", i, addr, t->breakpoint[i].insn);
}

void debugger_insert_all(struct thesis *t)
{
    for (unsigned i = 0; i < BREAKPOINTS; i++) {
        if (!t->breakpoint[i].set)
            continue;
        t->breakpoint[i].insn = job_get(t, t->breakpoint[i].addr);
        job_put(t, t->breakpoint[i].addr, THESIS_TRAP);
    }
}

bool debugger_hit(struct thesis *t, u16 addr)
{
    unsigned i = breakpoint_at(t, addr), lost;
    const struct sensitive *entry = files_find(&t->file, addr);
    struct scan_item item = {.addr = addr};
    char text[LINE_TEXT];

    if (i == BREAKPOINTS)
        return false;
    t->breakpoint[i].set = false;
    job_put(t, addr, t->breakpoint[i].insn);
    t->machine->cpu.r[PC] = addr;
    t->machine->cpu.trace = false;
    t->began++; /* the TRAP was no instruction of the job's */
    t->trapped--;
    lost = la30_lose(t);
    while (item.count < 3 && addr + 2 * item.count < JOB_SIZE) {
        item.words[item.count] = job_get(t, (u16)(addr + 2 * item.count));
        item.count++;
    }
    if (entry && item.words[0] == THESIS_TRAP)
        item.words[0] = entry->insn;
    if (item.count > isa_length(item.words[0]))
        item.count = isa_length(item.words[0]);
    scan_format(&item, text, sizeof text);
    vmm_say(t, "breakpoint at %s", text);
    if (lost)
        restrict_command(t, R_BREAKPOINT, "%o characters are lost", lost);
    return true;
}
