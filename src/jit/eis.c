/* eis.c - see eis.h. What a shift does is isa/alu.c's. */
#include "jit/eis.h"

static u32 with_codes(u16 result, const struct cc *cc)
{
    return result | (cc->v ? HOST_RESULT_V : 0u) | (cc->c ? HOST_RESULT_C : 0u);
}

i32 eis_ash(struct hot *hot, u32 value, u32 word)
{
    struct cc cc = {0};
    u16 result = alu_ash(&cc, (u16)value, hot->high);

    return (i32)with_codes(result, &cc);
}

i32 eis_ashc(struct hot *hot, u32 value, u32 word)
{
    struct cc cc = {0};
    u32 result = alu_ashc(&cc, (u16)value, (u32)hot->high << 16 | hot->low);

    hot->low = (u16)result;
    hot->high = (u16)(result >> 16 & 0100000u) | (result != 0);
    return (i32)with_codes((u16)(result >> 16), &cc);
}
