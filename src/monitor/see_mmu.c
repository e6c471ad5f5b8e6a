/* see_mmu.c - the KT11-C as a map, and where an address leads. */
#include <stdio.h>
#include <string.h>

#include "monitor/parts.h"
#include "monitor/see.h"

static const char *const mode_names[4] = {"kernel", "supervisor", "illegal", "user"};

/* The access control field in words (KT11-C manual, table 2-3). */
static const char *access_name(u16 pdr)
{
    static const char *const names[8] = {"none",       "read, traps", "read",       "none",
                                         "all, traps", "write traps", "read/write", "none"};
    return names[pdr & 7];
}

/* The bytes of a page that its length allows: first and last offset. */
static void page_extent(u16 pdr, unsigned *first, unsigned *last)
{
    unsigned plf = pdr >> 8 & 0177u;

    *first = pdr & 010 ? plf << 6 : 0;
    *last = pdr & 010 ? 017777 : (plf << 6) + 077;
}

static void show_page(struct monitor *mon, enum mode mode, enum space space, unsigned page)
{
    const struct mmu *mmu = &mon->machine->cpu.mmu;
    u16 par = mmu->par[mode][space][page], pdr = mmu->pdr[mode][space][page];
    unsigned first, last;
    u32 pa;

    page_extent(pdr, &first, &last);
    pa = ((u32)par << 6) + first;
    mon_print(mon, "  %06o-%06o  p:%06o-%06o  %-11s %c%c%s  PAR %06o PDR %06o\n",
              page << 13 | first, page << 13 | last, pa & (IO_SPACE - 1),
              (pa + last - first) & (IO_SPACE - 1), access_name(pdr), pdr & PDR_A ? 'A' : '-',
              pdr & PDR_W ? 'W' : '-', pdr & 010 ? " down" : "", par, pdr);
    mon_open(mon, NULL, false);
    mon_put_word(mon, "from", (u16)(page << 13 | first));
    mon_put_word(mon, "to", (u16)(page << 13 | last));
    mon_put_octal(mon, "pa", pa & (IO_SPACE - 1));
    mon_put_text(mon, "access", access_name(pdr));
    mon_put_bool(mon, "a", (pdr & PDR_A) != 0);
    mon_put_bool(mon, "w", (pdr & PDR_W) != 0);
    mon_close(mon);
}

static bool resident(u16 pdr)
{
    return (pdr & 7) != 0 && (pdr & 3) != 3;
}

static void show_space(struct monitor *mon, enum mode mode, enum space space)
{
    const struct mmu *mmu = &mon->machine->cpu.mmu;
    char name[24];
    unsigned shown = 0;

    snprintf(name, sizeof name, "%s_%c", mode_names[mode], space == SPACE_I ? 'i' : 'd');
    mon_print(mon, "%s %s\n", mode_names[mode], space == SPACE_I ? "I" : "D");
    mon_open(mon, name, true);
    for (unsigned page = 0; page < 8; page++) {
        if (!resident(mmu->pdr[mode][space][page]))
            continue;
        show_page(mon, mode, space, page);
        shown++;
    }
    mon_close(mon);
    if (!shown)
        mon_print(mon, "  no page is resident\n");
}

static void show_mode(struct monitor *mon, enum mode mode)
{
    show_space(mon, mode, SPACE_I);
    if (mmu_space(&mon->machine->cpu.mmu, mode, SPACE_D) == SPACE_D)
        show_space(mon, mode, SPACE_D);
    else
        mon_print(mon, "%s D: as I\n", mode_names[mode]);
}

/* MMR0 in words. */
static void show_status(struct monitor *mon)
{
    const struct mmu *mmu = &mon->machine->cpu.mmu;
    u16 mmr0 = mmu->mmr0;

    mon_print(mon, "MMR0 %06o: %s%s%s%s%s%s%s", mmr0, mmr0 & MMR0_ENABLE ? "on" : "off",
              mmr0 & MMR0_MAINT ? ", maintenance" : "", mmr0 & MMR0_ENTRAP ? ", traps on" : "",
              mmr0 & MMR0_NR ? ", abort: not resident" : "",
              mmr0 & MMR0_PL ? ", abort: page length" : "",
              mmr0 & MMR0_RO ? ", abort: read only" : "", mmr0 & MMR0_TRAP ? ", trapped" : "");
    if (mmr0 & MMR0_FREEZE)
        mon_print(mon, " in %s %c page %u", mode_names[mmr0 >> 5 & 3], mmr0 & 020 ? 'D' : 'I',
                  (unsigned)(mmr0 >> 1 & 7));
    mon_print(mon, "\n");
    mon_put_word(mon, "mmr0", mmr0);
    mon_put_bool(mon, "on", (mmr0 & MMR0_ENABLE) != 0);
}

static enum monitor_result do_mmu(struct monitor *mon, struct args *a)
{
    static const char *const modes[] = {"kernel", "supervisor", "user", NULL};
    static const enum mode numbers[] = {MODE_K, MODE_S, MODE_U};
    int mode = args_end(a) ? -1 : args_choice(a, "mode", modes);

    if (mon->complaint[0] || !args_done(a))
        return MONITOR_ERROR;
    show_status(mon);
    if (!(mon->machine->cpu.mmu.mmr0 & MMR0_ENABLE))
        mon_print(mon, "addresses are physical, 160000-177777 are p:760000-777777\n");
    for (int i = 0; i < 3; i++)
        if (mode == i || (mode < 0 && mon->machine->cpu.mmu.mmr0 & MMR0_ENABLE))
            show_mode(mon, numbers[i]);
    return MONITOR_OK;
}

static enum monitor_result do_translate(struct monitor *mon, struct args *a)
{
    const struct mmu *mmu = &mon->machine->cpu.mmu;
    char text[PLACE_TEXT_MAX];
    struct place place;
    enum place_status status;
    u32 pa;

    if (!args_place(a, "an address", SPACE_D, &place) || !args_done(a))
        return MONITOR_ERROR;
    status = place_pa(mon->machine, place, &pa);
    if (status)
        return see_error(mon, place, status);
    mon_print(mon, "%s is p:%06o", place_text(place, text), pa);
    if (!place.physical && mmu->mmr0 & MMR0_ENABLE)
        mon_print(
            mon, ", page %u, %s", place.at >> 13,
            access_name(
                mmu->pdr[place.mode][mmu_space(mmu, place.mode, place.space)][place.at >> 13]));
    mon_print(mon, "%s\n",
              pa >= IO_PAGE                  ? ", in the I/O page"
              : pa >= mon->machine->ram.size ? ", beyond memory"
                                             : "");
    mon_put_octal(mon, "pa", pa);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"mmu", "map", GROUP_SEE, "[kernel|supervisor|user]",
     "the map: virtual range, physical range, access, A and W",
     "Pages that are not resident are left out.\n", do_mmu},
    {"translate", "va", GROUP_SEE, "PLACE", "the physical address of a virtual one", NULL,
     do_translate},
};

const struct mon_part part_see_mmu = {.commands = table, .count = ARRAY_LEN(table)};
