/* origin.c - see origin.h. A part: where it is, in words, and GUARDED; its length; its words. */
#include "jit/origin.h"

#include <string.h>

#define GUARDED 0100000u

/* The instruction follows on the part that begins at origin[part]. */
static bool extends(const u16 *origin, u32 part, u32 at, bool guarded)
{
    u32 where = origin[part] & ~GUARDED;

    return where + origin[part + 1] == at && !(origin[part] & GUARDED) == !guarded;
}

u32 origin_write(u16 *origin, const struct plan *plan, const u8 *memory)
{
    u32 count = 0, part = 0;

    for (unsigned i = 0; i < plan->count; i++) {
        const struct plan_insn *insn = &plan->insn[i];
        u32 at = (insn->pa - plan->first) / 2;

        if (i == 0 || !extends(origin, part, at, insn->guarded)) {
            part = count;
            origin[count++] = (u16)(at | (insn->guarded ? GUARDED : 0));
            origin[count++] = 0;
        }
        memcpy(&origin[count], memory + insn->pa, 2u * insn->length);
        count += insn->length;
        origin[part + 1] = (u16)(origin[part + 1] + insn->length);
    }
    return count;
}

bool origin_next(const u16 *origin, u32 count, u32 *pos, struct origin_part *part)
{
    const u16 *head = &origin[*pos];

    if (*pos >= count)
        return false;
    *part = (struct origin_part){.at = 2 * (head[0] & ~GUARDED),
                                 .words = head[1],
                                 .guarded = head[0] & GUARDED,
                                 .word = &head[2]};
    *pos += 2 + part->words;
    return true;
}

bool origin_matches(const u16 *origin, u32 count, const u8 *first)
{
    struct origin_part part;

    for (u32 pos = 0; origin_next(origin, count, &pos, &part);)
        if (memcmp(first + part.at, part.word, 2 * part.words) != 0)
            return false;
    return true;
}
