/* jit_rig.h - the processor of tests/unit/cpu, its maps filled as for a machine without KT11. */
#ifndef VM11_TESTS_UNIT_JIT_JIT_RIG_H
#define VM11_TESTS_UNIT_JIT_JIT_RIG_H

#include <string.h>

#include "../cpu/rig.h"
#include "jit/jit.h"

/* Every block of memory has been referred to: with the KT11 off, map or no map. */
static inline void fill_maps(struct rig *rig)
{
    memset(rig->cpu.mmu.filled, 0377, sizeof rig->cpu.mmu.filled);
    for (unsigned i = 0; i < RIG_RAM / 64; i++) {
        struct mmu_map *map = rig->cpu.map[SPACE_I];

        map->read[i] = (map_entry)rig->ram.base;
        if (rig->ram.code && rig->ram.code->granule[i])
            map->code[i] = (map_entry)rig->ram.base;
        else
            map->write[i] = (map_entry)rig->ram.base;
    }
}

#endif
