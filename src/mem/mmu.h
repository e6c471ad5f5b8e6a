/* mmu.h - the KT11-C memory management unit: relocation, protection, and its map cache.
 *
 * Three modes with separate instruction and data spaces, eight pages each; aborts, traps and the
 * status registers MMR0 and MMR3. MMR1 and MMR2 belong to the processor's instruction sequence
 * and are kept here only while they are frozen.
 *
 * The maps are the fast path of both engines: per mode, space and 64-byte block of virtual
 * addresses the number that makes a host address of a virtual one, for reads and writes apart.
 * An entry stands only where the reference is innocuous: mapped, permitted, in memory, without
 * trap, with the W bit set already. Whatever else there is has no entry (0) and goes the slow way.
 *
 * With `wide` it is as the 11/70's where that maps to 22 bits: a PAR has 16 bits, and what is
 * physical below has 22.
 *
 * Source: KT11-C manual (1973); docs/facts.md F55-F64.
 */
#ifndef VM11_MEM_MMU_H
#define VM11_MEM_MMU_H

#include "base/types.h"
#include "mem/io.h"
#include "mem/trap.h"

enum mode { MODE_K, MODE_S, MODE_ILLEGAL, MODE_U };

enum space { SPACE_I, SPACE_D };

#define MMR0_NR     0100000u /* abort: page not resident */
#define MMR0_PL     0040000u /* abort: page length */
#define MMR0_RO     0020000u /* abort: read only */
#define MMR0_TRAP   0010000u /* a trap condition was met */
#define MMR0_ENTRAP 0001000u /* traps enabled */
#define MMR0_MAINT  0000400u /* relocate destination references only */
#define MMR0_DONE   0000200u /* instruction completed */
#define MMR0_REF    0000176u /* mode, space and page of the reference */
#define MMR0_ENABLE 0000001u
#define MMR0_FREEZE (MMR0_NR | MMR0_PL | MMR0_RO)
#define MMR0_WRITE  (MMR0_FREEZE | MMR0_TRAP | MMR0_ENTRAP | MMR0_MAINT | MMR0_ENABLE)

#define PDR_A     0000200u
#define PDR_W     0000100u
#define PDR_WRITE 0077417u
#define PAR_WRITE 0007777u

#define MAP_BLOCKS 1024u /* of 64 bytes in a virtual space */

#define MAP_KEEP_MAX 8u

/* Add a virtual address to get the host address of the byte; 0: no entry. */
typedef uintptr_t map_entry;

struct mmu_map {
    map_entry read[MAP_BLOCKS];
    map_entry write[MAP_BLOCKS];
    map_entry code[MAP_BLOCKS]; /* what write[] would hold if no code were translated from there */
};

struct mmu {
    u16 par[4][2][8]; /* by mode, space, page; those of MODE_ILLEGAL are not used */
    u16 pdr[4][2][8];
    u16 mmr0, mmr1, mmr2, mmr3; /* mmr1 and mmr2 count only while MMR0_FREEZE bits are set */
    bool trap_request;          /* the trap to 250 is wanted after this instruction */
    u32 version;                /* counts changes of what addresses are mapped to, or lead to */
    u32 pages;                  /* of these changes, those of one page's PAR or PDR alone: */
    u8 changed[4][2];           /* bit n: page n, since who looks at this has cleared it */
    struct mmu_map map[4][2];
    u64 filled[4][2];       /* bit n: the 16 blocks from 16 n on may have entries */
    u8 keep;                /* blocks that the maps may hold; 0: all. Changes nothing but speed. */
    u8 oldest;              /* of kept[] */
    u16 kept[MAP_KEEP_MAX]; /* with `keep`, the blocks that have entries: see mmu_keep() */
    u32 wide;               /* IO_WIDE: physical addresses have 22 bits; 0: 18 */
};

/* A reference as the KT11-C sees it. */
struct mmu_ref {
    enum mode mode;
    enum space space; /* as the processor asks: mmu_map substitutes I where D is off */
    u16 va;
    bool write; /* DATO, DATOB, DATIP */
};

/* RESET and START: MMR0 and MMR3 are cleared, PAR and PDR stay. */
void mmu_reset(struct mmu *mmu);

/* The D space bit of `mode` in MMR3 decides whether D references use the D registers. */
static inline enum space mmu_space(const struct mmu *mmu, enum mode mode, enum space space)
{
    static const u8 bit[4] = {4, 2, 0, 1};
    return space == SPACE_D && (mmu->mmr3 & bit[mode]) ? SPACE_D : SPACE_I;
}

/* The largest physical address. */
static inline u32 mmu_top(const struct mmu *mmu)
{
    return (IO_SPACE - 1) | mmu->wide;
}

/* The first physical address of the I/O page. */
static inline u32 mmu_io_page(const struct mmu *mmu)
{
    return IO_PAGE | mmu->wide;
}

/* The bits that a PAR has. */
static inline u16 mmu_par_bits(const struct mmu *mmu)
{
    return (u16)(PAR_WRITE | mmu->wide >> 6);
}

/* Where a PAR maps `va` to, permitted or not; `space` is what mmu_space() tells. */
static inline u32 mmu_mapped(const struct mmu *mmu, enum mode mode, enum space space, u16 va)
{
    return (((u32)mmu->par[mode][space][va >> 13] << 6) + (va & 017777u)) & mmu_top(mmu);
}

/* Relocate a reference: the physical address in *pa. On an abort TRAP_MMU, and MMR0 tells
 * (unless it is frozen). Sets A and W bits and trap_request as the KT11-C does. */
enum trap mmu_relocate(struct mmu *mmu, const struct mmu_ref *ref, u32 *pa) must_check;

/* The same without an effect, and relocated only if that is on: false where the reference would
 * abort or trap; *pa is where it would lead. */
bool mmu_probe(const struct mmu *mmu, const struct mmu_ref *ref, u32 *pa);

/* The physical address without relocation: the top 8 KB are the I/O page. */
static inline u32 mmu_bare(const struct mmu *mmu, u16 va)
{
    return va >= 0160000u ? va | 0600000u | mmu->wide : va;
}

/* True where further references of this kind to the same 64-byte block are innocuous, so that the
 * map may hold the block. To be asked after a successful mmu_relocate. */
bool mmu_cacheable(const struct mmu *mmu, const struct mmu_ref *ref);

/* One of the KT11-C's registers, MMR1 and MMR2 included, is at `pa` of the bus. */
static inline bool mmu_is_register(u32 pa)
{
    return (pa >= 0772200 && pa < 0772400) || (pa >= 0777600 && pa < 0777700) ||
           (pa >= 0777572 && pa < 0777600) || (pa & ~1u) == 0772516;
}

/* The registers at the even address `pa` of the bus: PAR, PDR, MMR3 and MMR0. MMR1 and MMR2 are the
 * processor's. `ref` is for MMR0's page field: the reference before the one that reads, the one
 * that writes; NULL: none. */
bool mmu_read(const struct mmu *mmu, u32 pa, const struct mmu_ref *ref, u16 *value);
bool mmu_write(struct mmu *mmu, u32 pa, const struct mmu_ref *ref, u16 value, u16 mask);

/* The block of a reference gets an entry. Where `keep` limits the maps, which is for tests of what
 * happens when an entry is missing, the oldest block of all loses its entries. */
void mmu_keep(struct mmu *mmu, const struct mmu_ref *ref);

/* Drop all map entries. */
void mmu_flush(struct mmu *mmu);

#endif
