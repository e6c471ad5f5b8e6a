/* scan.c - sweeps a text for sensitive instructions: see scan.h.
 *
 * A MOV is of group V where an operand by direct index may be in the I/O page: X(PC), whose address
 * is known, or X(R) with an X from 160000 on. The latter may as well be a small negative offset:
 * its simulator does any MOV, so that costs time and nothing else. What refers to the I/O page in
 * another way, as far as that can be seen, is refused (appendix D.VII.4).
 */
#include "cp/scan.h"

#include <stdio.h>
#include <string.h>

#include "isa/dis.h"
#include "mem/ram.h"

void scan_init(struct scan *scan, const u8 *text, u32 len, u16 base)
{
    *scan = (struct scan){.text = text, .len = len & ~1u, .base = base};
}

/* How an operand refers to the I/O page. */
enum io_use { IO_NOT, IO_INDEXED, IO_OTHERWISE };

/* Look at the operand `spec`, whose index or immediate word, if it has one, is words[*next]. */
static enum io_use operand_use(struct scan_item *item, unsigned spec, unsigned *next)
{
    unsigned mode = spec >> 3 & 7, reg = spec & 7;
    u16 word, address;

    if (mode < 6 && !(reg == 7 && (mode == 2 || mode == 3)))
        return IO_NOT;
    if (*next >= item->count) /* cut off by the end of the text */
        return IO_NOT;
    word = item->words[(*next)++];
    address = reg == 7 && mode >= 6 ? (u16)(word + item->addr + 2 * *next) : word;
    if (address < SCAN_IO_PAGE || mode == 2)
        return IO_NOT;
    if (mode == 6) {
        item->io = address;
        return IO_INDEXED;
    }
    /* An index of @X(R) is a negative offset as a rule, so only what is certain is refused. */
    if (reg != 7)
        return IO_NOT;
    item->io = address;
    return IO_OTHERWISE;
}

/* Of an instruction that is not sensitive by itself: what its operands make it. */
static enum scan_action operands_judge(struct scan_item *item)
{
    const char *letters = isa_form[isa_info[item->op].form].operands;
    enum scan_action action = SCAN_PASS;
    unsigned next = 1;
    u16 first = item->words[0];

    for (; *letters; letters++) {
        enum io_use use = IO_NOT;
        unsigned spec = *letters == 's' ? first >> 6 & 077u : first & 077u;
        if (*letters == 's' || *letters == 'd' || *letters == 'f')
            use = operand_use(item, spec, &next);
        if (use == IO_OTHERWISE)
            action = SCAN_REFUSE;
        else if (use == IO_INDEXED && item->op == OP_MOV && action == SCAN_PASS)
            action = SCAN_REPLACE;
        else if (use == IO_INDEXED && item->op != OP_MOV && (spec & 7) == 7)
            action = SCAN_REFUSE;
    }
    if (action == SCAN_PASS)
        item->io = 0;
    return action;
}

/* The thesis's machine has no Hardware Virtualizer. */
static bool is_reserved(enum op op)
{
    return op == OP_NONE || isa_info[op].unit == UNIT_HV;
}

static enum scan_action judge(struct scan_item *item)
{
    const struct insn_info *info = &isa_info[item->op];

    if (item->op == OP_TRAP || item->op == OP_JSR)
        return SCAN_ASK;
    if (is_reserved(item->op)) /* traps, but is not in appendix C */
        return SCAN_PASS;
    if (info->sens != SENS_NONE)
        return SCAN_REPLACE;
    return operands_judge(item);
}

static void remember(struct scan *scan)
{
    if (scan->item.count == 0)
        return;
    if (scan->befores == SCAN_PREVIOUS)
        memmove(scan->before, scan->before + 1, --scan->befores * sizeof *scan->before);
    scan->before[scan->befores++] = scan->item;
}

bool scan_next(struct scan *scan)
{
    struct scan_item *item = &scan->item;
    unsigned length;

    remember(scan);
    if (scan->at >= scan->len)
        return false;
    *item = (struct scan_item){.addr = (u16)(scan->base + scan->at)};
    item->words[0] = word_get(scan->text + scan->at);
    item->op = isa_op(item->words[0]);
    length = isa_length(item->words[0]);
    while (item->count < length && scan->at < scan->len) {
        item->words[item->count++] = word_get(scan->text + scan->at);
        scan->at += 2;
    }
    item->action = judge(item);
    return true;
}

void scan_skip(struct scan *scan, u32 words)
{
    scan->at += 2 * (words < scan_left(scan) ? words : scan_left(scan));
}

unsigned scan_group(const struct scan_item *item)
{
    static const u8 group[] = {
        [SENS_PRIV] = 1, [SENS_TRAP] = 1, [SENS_PSW] = 2,
        [SENS_IDLE] = 2, [SENS_PREV] = 3, [SENS_MUTE] = 4,
    };
    unsigned sens = isa_info[item->op].sens;

    if (is_reserved(item->op))
        return 0;
    return sens == SENS_NONE ? (item->io && item->op == OP_MOV ? 5 : 0) : group[sens];
}

const char *scan_group_name(unsigned group)
{
    static const char *const names[] = {"", "I", "II", "III", "IV", "V"};

    return names[group];
}

const char *scan_class_name(const struct scan_item *item)
{
    switch (is_reserved(item->op) ? SENS_TRAP : (enum sens)isa_info[item->op].sens) {
    case SENS_PRIV: return "privileged, control-sensitive: traps in user mode";
    case SENS_TRAP: return "traps in every mode";
    case SENS_PSW: return "control- and behaviour-sensitive, not privileged: loads the PSW";
    case SENS_IDLE: return "not privileged: waits in every mode";
    case SENS_PREV:
        return item->op == OP_MTPI || item->op == OP_MTPD
                   ? "control- and behaviour-sensitive, not privileged: the previous mode's space"
                   : "behaviour-sensitive, not privileged: the previous mode's space";
    case SENS_MUTE: return "control-sensitive, not privileged: does nothing in user mode";
    case SENS_NONE: break;
    }
    return item->io ? "innocuous: the I/O page is not mapped, so a reference is a memory trap"
                    : "innocuous";
}

void scan_format(const struct scan_item *item, char *text, size_t size)
{
    char insn[DIS_TEXT_MAX];
    int used = snprintf(text, size, "%06o", item->addr);

    for (unsigned i = 0; i < 3; i++)
        if (i < item->count)
            used += snprintf(text + used, size - (size_t)used, " %06o", item->words[i]);
        else
            used += snprintf(text + used, size - (size_t)used, "       ");
    dis_insn(item->words, item->count, item->addr, insn, sizeof insn);
    snprintf(text + used, size - (size_t)used, "  %s", insn);
}
