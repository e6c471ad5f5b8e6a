/* place.c - looking at memory without touching anything: see place.h.
 *
 * The KT11's registers are read as they stand; mmu_relocate() is not asked, for it marks pages and
 * reports aborts.
 */
#include "monitor/place.h"

#include <stdio.h>

const char *place_why(enum place_status status)
{
    switch (status) {
    case PLACE_OK: return "fine";
    case PLACE_ODD: return "a word has an even address";
    case PLACE_INVALID: return "not mapped";
    case PLACE_NONE: return "no memory there";
    case PLACE_IO: return "in the I/O page: name the register (see devices)";
    }
    return "";
}

struct place place_at(struct place place, u32 offset)
{
    place.at += offset;
    place.at &= place.physical ? IO_SPACE - 1 : 0177777u;
    return place;
}

/* The Hardware Virtualizer's maps are behind the KT11. */
static enum place_status real(const struct machine *m, u32 *pa)
{
    const struct cpu *cpu = &m->cpu;

    if (!hv_tag(cpu->hv) || hv_look(cpu, pa))
        return PLACE_OK;
    if (*pa < IO_PAGE)
        return PLACE_INVALID;
    *pa |= m->ram.wide;
    return PLACE_OK;
}

enum place_status place_pa(const struct machine *m, struct place place, u32 *pa)
{
    const struct mmu *mmu = &m->cpu.mmu;
    enum space space;
    unsigned page = place.at >> 13, block = place.at >> 6 & 0177u, plf;
    u16 pdr;

    *pa = place.at;
    if (place.physical)
        return PLACE_OK;
    if (!(mmu->mmr0 & MMR0_ENABLE)) {
        *pa = mmu_bare(mmu, (u16)place.at);
        return real(m, pa);
    }
    space = mmu_space(mmu, place.mode, place.space);
    pdr = mmu->pdr[place.mode][space][page];
    plf = pdr >> 8 & 0177u;
    /* Access fields 0, 3 and 7 are non-resident (KT11-C manual, table 2-3). */
    if (place.mode == MODE_ILLEGAL || (pdr & 7) == 0 || (pdr & 3) == 3)
        return PLACE_INVALID;
    if (pdr & 010 ? block < plf : block > plf)
        return PLACE_INVALID;
    *pa = mmu_mapped(mmu, place.mode, space, (u16)place.at);
    return real(m, pa);
}

/* The physical address of what is memory. */
static enum place_status memory(const struct machine *m, struct place place, u32 *pa)
{
    enum place_status status = place_pa(m, place, pa);

    if (status)
        return status;
    if (*pa >= ram_io_page(&m->ram))
        return PLACE_IO;
    return *pa < m->ram.size ? PLACE_OK : PLACE_NONE;
}

enum place_status place_read(const struct machine *m, struct place place, u16 *word)
{
    u32 pa;
    enum place_status status = place.at & 1 ? PLACE_ODD : memory(m, place, &pa);

    if (status == PLACE_OK)
        *word = ram_get(&m->ram, pa);
    return status;
}

enum place_status place_readb(const struct machine *m, struct place place, u8 *byte)
{
    u32 pa;
    enum place_status status = memory(m, place, &pa);

    if (status == PLACE_OK)
        *byte = m->ram.base[pa];
    return status;
}

/* Memory was changed: page tables of virtual machines may lie there. */
static void changed(struct machine *m, u32 pa, u32 len)
{
    ram_wrote(&m->ram, pa, len);
    if (m->hv)
        hv_forget_composed(&m->cpu);
}

enum place_status place_write(struct machine *m, struct place place, u16 word)
{
    u32 pa;
    enum place_status status = place.at & 1 ? PLACE_ODD : memory(m, place, &pa);

    if (status)
        return status;
    word_put(m->ram.base + pa, word);
    changed(m, pa, 2);
    return status;
}

enum place_status place_writeb(struct machine *m, struct place place, u8 byte)
{
    u32 pa;
    enum place_status status = memory(m, place, &pa);

    if (status != PLACE_OK)
        return status;
    m->ram.base[pa] = byte;
    changed(m, pa, 1);
    return status;
}

unsigned place_prefix(const char *text, struct place *place)
{
    struct place found = *place;
    unsigned n = 0;

    switch (text[n] | 040) {
    case 'k': found.mode = MODE_K, n++; break;
    case 's': found.mode = MODE_S, n++; break;
    case 'u': found.mode = MODE_U, n++; break;
    case 'p': found.physical = true, n++; break;
    }
    if (!found.physical && ((text[n] | 040) == 'i' || (text[n] | 040) == 'd'))
        found.space = (text[n++] | 040) == 'd' ? SPACE_D : SPACE_I;
    if (n == 0 || text[n] != ':')
        return 0;
    *place = found;
    return n + 1;
}

const char *place_text(struct place place, char *text)
{
    static const char modes[4] = {'k', 's', '?', 'u'};

    if (place.physical)
        snprintf(text, PLACE_TEXT_MAX, "p:%06o", place.at & 0777777u);
    else
        snprintf(text, PLACE_TEXT_MAX, "%c%c:%06o", modes[place.mode & 3],
                 place.space == SPACE_D ? 'd' : 'i', place.at & 0177777u);
    return text;
}
