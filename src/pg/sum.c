/* sum.c - from words to instructions. */
#include <string.h>

#include "pg/pg.h"

const char *pg_name(unsigned op)
{
    switch ((enum op)op) {
    case OP_NONE: return "reserved";
    case OP_CLCC: return "CLcc";
    case OP_SECC: return "SEcc";
    default: return isa_info[op].text;
    }
}

static void add(struct pg_insn *insn, u16 word, u32 found, bool hv)
{
    static const u32 theorem[3] = {PG_SENSITIVE, PG_USER, PG_HYBRID};

    insn->words++;
    insn->privileged += hv ? (found & PG_PRIV) != 0 : pg_privileged(found);
    insn->trapping += pg_trapping(found);
    for (unsigned bit = 0; bit < 16; bit++) {
        if (!(found >> bit & 1))
            continue;
        if (insn->has[bit]++ == 0)
            insn->first[bit] = word;
    }
    for (unsigned i = 0; i < 3; i++)
        if (pg_offends(found, theorem[i]) && insn->offends[i]++ == 0)
            insn->first_off[i] = word;
}

/* Without the Hardware Virtualizer its words are reserved. */
static enum op op_of(u16 word, bool hv)
{
    enum op op = isa_op(word);

    return isa_info[op].unit == UNIT_HV && !hv ? OP_NONE : op;
}

void pg_sum(const u32 *found, bool hv, struct pg_insn *insn)
{
    for (unsigned op = 0; op < OP_COUNT; op++) {
        insn[op] = (struct pg_insn){0};
        memset(insn[op].first, -1, sizeof insn[op].first);
        memset(insn[op].first_off, -1, sizeof insn[op].first_off);
    }
    for (unsigned word = 0; word < 65536; word++)
        add(&insn[op_of((u16)word, hv)], (u16)word, found[word], hv);
}
