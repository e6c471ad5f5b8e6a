/* image.c - the words of a plan and their digest: see image.h. */
#include "jit/image.h"

static void put(struct image *image, u32 word)
{
    image->word[image->count++] = (u16)word;
    image->digest = (image->digest ^ word) * 0x9e3779b97f4a7c15u;
    image->digest ^= image->digest >> 29;
}

/* The code of floating point instructions is for the formats that FPS tells. */
static bool assumes_fps(const struct plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (isa_info[plan->insn[i].op].unit == UNIT_FP11)
            return true;
    return false;
}

void image_make(struct image *image, u32 page_key, const struct plan *plan)
{
    image->count = 0;
    image->digest = 0;
    put(image, page_key & 0xffff);
    put(image, page_key >> 16);
    put(image, plan->end);
    put(image, plan->stops);
    put(image, assumes_fps(plan) ? plan->fps & (unsigned)~FP11_CC : 0);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct plan_insn *insn = &plan->insn[i];

        put(image, insn->pc | insn->guarded); /* PC is even */
        for (unsigned k = 0; k < insn->length; k++)
            put(image, insn->word[k]);
    }
}
