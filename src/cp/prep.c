/* prep.c - see prep.h.
 *
 * Replaced is what does not trap by itself: groups II to IV of the thesis's appendix C. HALT, EMT
 * and their like, and references to the I/O page (group V), end direct execution as they are. The
 * sweep is the thesis's (scan.h), with its failures: data that look like such an instruction are
 * replaced, a program that writes an instruction over a TRAP, or jumps into the midst of one, or
 * makes a sensitive instruction itself, is not what it was. Nobody is asked about parameters behind
 * JSR and TRAP.
 *
 * Memory is written behind the bare machine's back: where its translator looks, it always finds the
 * TRAPs.
 */
#include "cp/prep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cp/scan.h"

struct prep_entry {
    u32 pa;
    u16 insn;
};

struct prep {
    struct prep_entry *entry; /* by rising address, as far as segments do */
    unsigned count, room;
    struct prep_entry *lifted; /* NULL: none */
};

static u8 *word_at(const struct vm *vm, u32 pa)
{
    return vm->m->ram.base + pa;
}

static struct prep_entry *find(const struct vm *vm, u32 pa)
{
    struct prep *prep = vm->prep;

    for (unsigned i = 0; i < prep->count; i++)
        if (prep->entry[i].pa == pa)
            return &prep->entry[i];
    return NULL;
}

/* --- the sweep ---------------------------------------------------------------------------------
 */

static bool is_silent(const struct scan_item *item)
{
    switch ((enum sens)isa_info[item->op].sens) {
    case SENS_PSW:
    case SENS_IDLE:
    case SENS_PREV:
    case SENS_MUTE: return item->action == SCAN_REPLACE;
    case SENS_NONE:
    case SENS_PRIV:
    case SENS_TRAP: break;
    }
    return false;
}

static int add(struct prep *prep, u32 pa, u16 insn)
{
    if (prep->count == prep->room) {
        unsigned room = prep->room ? 2 * prep->room : 64;
        struct prep_entry *entry = realloc(prep->entry, room * sizeof *entry);

        if (!entry)
            return -ENOMEM;
        prep->entry = entry;
        prep->room = room;
    }
    prep->entry[prep->count++] = (struct prep_entry){pa, insn};
    return 0;
}

static int sweep(struct vm *vm, const struct program_segment *segment)
{
    struct scan scan;
    int rc = 0;

    scan_init(&scan, segment->data, segment->len, segment->va);
    while (rc == 0 && scan_next(&scan)) {
        u32 pa = segment->pa + (u16)(scan.item.addr - segment->va);
        if (is_silent(&scan.item) && pa < vm->m->ram.size)
            rc = add(vm->prep, pa, scan.item.words[0]);
    }
    return rc;
}

int prep_program(struct vm *vm, const struct program *program, struct err *err)
{
    int rc = 0;

    if (!vm->method->prep)
        return 0;
    prep_free(vm->prep);
    vm->prep = calloc(1, sizeof *vm->prep);
    if (!vm->prep)
        rc = -ENOMEM;
    for (unsigned i = 0; i < program->segments && rc == 0; i++)
        if (!program->segment[i].data_space && strcmp(program->segment[i].name, "data") != 0)
            rc = sweep(vm, &program->segment[i]);
    return rc ? err_set(err, ENOMEM, "%s: no host memory for a table", program->path) : 0;
}

void prep_free(struct prep *prep)
{
    if (prep)
        free(prep->entry);
    free(prep);
}

/* --- while it runs -----------------------------------------------------------------------------
 */

static void replace(const struct vm *vm, const struct prep_entry *entry, u16 from, u16 to)
{
    u8 *word = word_at(vm, entry->pa);

    if (word_get(word) == from) /* else the program has written there */
        word_put(word, to);
}

void prep_put(struct vm *vm)
{
    for (unsigned i = 0; vm->prep && i < vm->prep->count; i++)
        replace(vm, &vm->prep->entry[i], vm->prep->entry[i].insn, THESIS_TRAP);
}

void prep_take(struct vm *vm)
{
    for (unsigned i = 0; vm->prep && i < vm->prep->count; i++)
        replace(vm, &vm->prep->entry[i], THESIS_TRAP, vm->prep->entry[i].insn);
}

void prep_lift(struct vm *vm)
{
    const struct cpu *cpu = &vm->m->cpu;
    const struct mmu_ref ref = {cpu_mode(cpu), SPACE_I, cpu->r[PC], false};
    u32 pa;

    if (!vm->prep || !mmu_probe(&cpu->mmu, &ref, &pa))
        return;
    vm->prep->lifted = find(vm, pa);
    if (vm->prep->lifted)
        replace(vm, vm->prep->lifted, THESIS_TRAP, vm->prep->lifted->insn);
}

void prep_lower(struct vm *vm)
{
    if (vm->prep && vm->prep->lifted)
        replace(vm, vm->prep->lifted, vm->prep->lifted->insn, THESIS_TRAP);
}

u16 prep_word(const struct vm *vm, u32 pa, u16 word)
{
    const struct prep_entry *entry = vm->prep && word == THESIS_TRAP ? find(vm, pa) : NULL;

    return entry ? entry->insn : word;
}
