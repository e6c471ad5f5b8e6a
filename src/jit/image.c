/* image.c - the words of a plan and their digest: see image.h. */
#include "jit/image.h"

static void put(struct image *image, u32 word)
{
    image->word[image->count++] = (u16)word;
    image->digest = (image->digest ^ word) * 0x9e3779b97f4a7c15u;
    image->digest ^= image->digest >> 29;
}

void image_make(struct image *image, u32 page_key, const struct plan *plan)
{
    image->count = 0;
    image->digest = 0;
    put(image, page_key & 0xffff);
    put(image, page_key >> 16);
    put(image, plan->end);
    put(image, plan->stops);
    for (unsigned i = 0; i < plan->count; i++) {
        const struct plan_insn *insn = &plan->insn[i];

        put(image, insn->pc | insn->guarded); /* PC is even */
        for (unsigned k = 0; k < insn->length; k++)
            put(image, insn->word[k]);
    }
}
