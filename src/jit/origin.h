/* image.h - what a block is made of, word by word: so that one which was dropped can come back.
 *
 * Systems load the same program again to the same place, and overlays come and go: most of what is
 * dropped is soon wanted again. So a dropped block keeps its code, and what was translated; and
 * when the same is to be translated again, the code is there. All that the code depends on is in
 * the image.
 */
#ifndef VM11_JIT_IMAGE_H
#define VM11_JIT_IMAGE_H

#include "jit/plan.h"

#define IMAGE_MAX (5 + PLAN_MAX * 4) /* words */

struct image {
    u64 digest;
    u32 count; /* of words */
    u16 word[IMAGE_MAX];
};

/* The image of `plan` in the page with that key. */
void image_make(struct image *image, u32 page_key, const struct plan *plan);

#endif
