/* see_regs.c - the processor's registers: both sets, all modes, PSW, floating point. */
#include <stdio.h>
#include <string.h>

#include "monitor/insn.h"
#include "monitor/parts.h"
#include "monitor/see.h"

static const char *const mode_names[4] = {"kernel", "supervisor", "illegal", "user"};

const char *see_psw(u16 ps, char *text)
{
    snprintf(text, SEE_PSW_MAX, "%s, previous %s, set %u, priority %u%s, %c%c%c%c",
             mode_names[ps >> 14], mode_names[ps >> 12 & 3], ps & PS_SET ? 1u : 0u,
             (unsigned)(ps >> 5 & 7), ps & PS_T ? ", T" : "", ps & 8 ? 'N' : '-',
             ps & 4 ? 'Z' : '-', ps & 2 ? 'V' : '-', ps & 1 ? 'C' : '-');
    return text;
}

/* R0-R5 of a set. */
static const u16 *set_of(const struct cpu *cpu, unsigned set)
{
    return (cpu->ps & PS_SET ? 1u : 0u) == set ? cpu->r : cpu->alt;
}

static void put_set(struct monitor *mon, const char *name, const u16 *r)
{
    mon_open(mon, name, true);
    for (unsigned i = 0; i < 6; i++)
        mon_put_word(mon, NULL, r[i]);
    mon_close(mon);
}

static void show_general(struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;
    unsigned current = cpu->ps & PS_SET ? 1 : 0;
    char text[SEE_PSW_MAX], name[MON_NAME_MAX];

    for (unsigned i = 0; i < 6; i++)
        mon_print(mon, "R%u %06o%s", i, cpu->r[i], i < 5 ? "  " : "\n");
    mon_print(mon, "SP %06o  PC %06o  PS %06o  %llu instructions%s\n", cpu->r[SP], cpu->r[PC],
              cpu_ps(cpu), (unsigned long long)cpu->icount,
              cpu->attention & ATTN_WAIT ? ", waiting" : "");
    mon_print(mon, "%s\n", see_psw(cpu_ps(cpu), text));
    put_set(mon, "r", set_of(cpu, current));
    mon_put_word(mon, "sp", cpu->r[SP]);
    mon_put_word(mon, "pc", cpu->r[PC]);
    mon_put_text(mon, "at", mon_name(mon, cpu->r[PC], name));
    mon_put_word(mon, "ps", cpu_ps(cpu));
    mon_put_number(mon, "icount", cpu->icount);
    mon_put_bool(mon, "waiting", (cpu->attention & ATTN_WAIT) != 0);
    insn_show(mon, (struct place){.mode = cpu_mode(cpu), .at = cpu->r[PC]}, NULL);
}

static void show_sets(struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;

    for (unsigned set = 0; set < 2; set++) {
        const u16 *r = set_of(cpu, set);
        mon_print(mon, "set %u ", set);
        for (unsigned i = 0; i < 6; i++)
            mon_print(mon, "  R%u%u %06o", set, i, r[i]);
        mon_print(mon, "%s\n", r == cpu->r ? "  <" : "");
        put_set(mon, set ? "r1" : "r0", r);
    }
    mon_print(mon, "KSP %06o  SSP %06o  USP %06o\n", cpu_get_sp(cpu, MODE_K),
              cpu_get_sp(cpu, MODE_S), cpu_get_sp(cpu, MODE_U));
    mon_put_word(mon, "ksp", cpu_get_sp(cpu, MODE_K));
    mon_put_word(mon, "ssp", cpu_get_sp(cpu, MODE_S));
    mon_put_word(mon, "usp", cpu_get_sp(cpu, MODE_U));
}

static void show_processor(struct monitor *mon)
{
    const struct cpu *cpu = &mon->machine->cpu;

    mon_print(mon, "PIRQ %06o  SLR %06o  SR %06o  DR %06o  UBREAK %06o\n",
              registers_pirq(cpu->pirq), cpu->slr, cpu->switches, cpu->display, cpu->ubreak);
    mon_print(mon, "MMR0 %06o  MMR1 %06o  MMR2 %06o  MMR3 %06o\n", cpu->mmu.mmr0, cpu_mmr1(cpu),
              cpu_mmr2(cpu), cpu->mmu.mmr3);
    mon_put_word(mon, "pirq", registers_pirq(cpu->pirq));
    mon_put_word(mon, "slr", cpu->slr);
    mon_put_word(mon, "mmr0", cpu->mmu.mmr0);
    mon_put_word(mon, "mmr3", cpu->mmu.mmr3);
}

/* The number in an accumulator, for a person. */
static double ac_number(u64 ac)
{
    unsigned exponent = ac >> 55 & 0377u;
    double value = (double)((ac & ((1ull << 55) - 1)) | 1ull << 55);

    if (exponent == 0)
        return 0;
    for (int shift = (int)exponent - 128 - 56; shift != 0; shift += shift < 0 ? 1 : -1)
        value = shift < 0 ? value / 2 : value * 2;
    return ac >> 63 ? -value : value;
}

static void show_float(struct monitor *mon)
{
    const struct fp11 *fp = &mon->machine->cpu.fp;

    mon_print(mon, "FPS %06o  FEC %02o  FEA %06o  %s, %s integers, %s%s\n", fp->fps, fp->fec,
              fp->fea, fp->fps & FP11_FD ? "double" : "single",
              fp->fps & FP11_FL ? "long" : "short", fp->fps & FP11_FT ? "chop" : "round",
              fp->fps & FP11_FER ? ", an exception is noted" : "");
    mon_put_word(mon, "fps", fp->fps);
    mon_open(mon, "ac", true);
    for (unsigned i = 0; i < 6; i++) {
        char text[24];
        mon_print(mon, "AC%u %06o %06o %06o %06o  %.15g\n", i, (unsigned)(fp->ac[i] >> 48),
                  (unsigned)(fp->ac[i] >> 32 & 0177777u), (unsigned)(fp->ac[i] >> 16 & 0177777u),
                  (unsigned)(fp->ac[i] & 0177777u), ac_number(fp->ac[i]));
        snprintf(text, sizeof text, "%016llx", (unsigned long long)fp->ac[i]);
        mon_put_text(mon, NULL, text);
    }
    mon_close(mon);
}

static enum monitor_result do_registers(struct monitor *mon, struct args *a)
{
    static const char *const words[] = {"all", "float", NULL};
    int which = args_end(a) ? -1 : args_choice(a, "list of registers", words);

    if (mon->complaint[0] || !args_done(a))
        return MONITOR_ERROR;
    if (which != 1)
        show_general(mon);
    if (which == 0) {
        show_sets(mon);
        show_processor(mon);
    }
    if (which >= 0)
        show_float(mon);
    return MONITOR_OK;
}

static enum monitor_result do_psw(struct monitor *mon, struct args *a)
{
    char text[SEE_PSW_MAX];
    u64 value = cpu_ps(&mon->machine->cpu);

    if ((!args_end(a) && !args_number(a, "a PSW", 0177777u, &value)) || !args_done(a))
        return MONITOR_ERROR;
    mon_print(mon, "%06o: %s\n", (unsigned)value, see_psw((u16)value, text));
    mon_put_word(mon, "ps", (u16)value);
    mon_put_text(mon, "mode", mode_names[value >> 14]);
    mon_put_text(mon, "previous", mode_names[value >> 12 & 3]);
    mon_put_number(mon, "set", value >> 11 & 1);
    mon_put_number(mon, "priority", value >> 5 & 7);
    mon_put_bool(mon, "t", (value & PS_T) != 0);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"registers", "regs r", GROUP_SEE, "[all|float]", "registers and the next instruction",
     "all: both sets, the stack pointers of all modes, KT11, floating point.\n"
     "In expressions: r0-r5 sp pc ps of now; r00-r05 r10-r15 of the sets; ksp ssp usp; ps.n ps.z\n"
     "ps.v ps.c ps.t ps.prio ps.set ps.prev ps.mode; pirq slr sr dr ubreak; mmr0-mmr3; kipar0 ...\n"
     "udpdr7; fps fec fea ac0-ac5; icount time; and the devices' registers.\n",
     do_registers},
    {"psw", NULL, GROUP_SEE, "[VALUE]", "a processor status word in its parts", NULL, do_psw},
};

const struct mon_part part_see_regs = {.commands = table, .count = ARRAY_LEN(table)};
