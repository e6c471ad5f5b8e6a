/* operator_panel.c - the front panel of a VM: LOAD ADRS, EXAM, DEP, CONT, HALT, START, S-INST and
 * the switches, as the operator of an 11/50 has them; addresses are physical.
 *
 * EXAM and DEP step to the next word when they are repeated, as the keys do.
 */

#include "cp/operator_impl.h"
#include "cpu/registers.h"

static u32 *address_of(struct operator* op, const struct user *user)
{
    return &op->address[(unsigned)(user - op->system->user) % ARRAY_LEN(op->address)];
}

static bool load(struct operator* op, struct user *user, const struct operator_line *line)
{
    u32 address;

    if (!operator_number(op, line->word[2], IO_SPACE - 2, &address))
        return false;
    if (address & 1)
        return operator_complain(op, "%o: an address is even", address);
    *address_of(op, user) = address;
    return true;
}

/* A word where the panel's address says; false: nothing answers. */
static bool look(struct user *user, u32 address, u16 *value)
{
    struct machine *m = user->entry->vm->m;

    if (address < m->ram.size) {
        *value = ram_get(&m->ram, address);
        return true;
    }
    return address >= IO_PAGE && registers_read(&m->cpu, address, NULL, IO_DATI, value);
}

static bool put(struct user *user, u32 address, u16 value)
{
    struct machine *m = user->entry->vm->m;

    if (address < m->ram.size) {
        ram_put(&m->ram, address, value);
        return true;
    }
    return address >= IO_PAGE && registers_write(&m->cpu, address, NULL, IO_DATO, value);
}

static bool examine(struct operator* op, struct user *user, const struct operator_line *line)
{
    u32 *address = address_of(op, user), count = 1;
    u16 value;

    if (line->count > 2 && !load(op, user, line))
        return false;
    if (line->count > 3 && !operator_number(op, line->word[3], 010000, &count))
        return false;
    while (count--) {
        if (!look(user, *address, &value))
            return operator_complain(op, "%06o: nothing answers", *address);
        operator_say(op, "%06o: %06o", *address, value);
        *address = (*address + 2) % IO_SPACE;
    }
    return true;
}

static bool deposit(struct operator* op, struct user *user, const struct operator_line *line)
{
    u32 *address = address_of(op, user), value;

    for (unsigned i = 2; i < line->count; i++) {
        if (!operator_number(op, line->word[i], 0177777, &value))
            return false;
        if (!put(user, *address, (u16)value))
            return operator_complain(op, "%06o: nothing answers", *address);
        *address = (*address + 2) % IO_SPACE;
    }
    return true;
}

static bool begin(struct operator* op, struct user *user, const struct operator_line *line)
{
    cp_halt(user->entry);
    machine_start(user->entry->vm->m, (u16)*address_of(op, user));
    cp_start(user->entry);
    return true;
}

static bool resume(struct operator* op, struct user *user, const struct operator_line *line)
{
    cp_start(user->entry);
    return true;
}

static bool halt(struct operator* op, struct user *user, const struct operator_line *line)
{
    cp_halt(user->entry);
    operator_say(op, "%s: PC %06o", user->def->name, user->entry->vm->m->cpu.r[PC]);
    return true;
}

static bool step(struct operator* op, struct user *user, const struct operator_line *line)
{
    const struct machine *m = user->entry->vm->m;
    unsigned count = 1;

    if (line->count > 2 && !operator_count(op, line->word[2], 1000000, &count))
        return false;
    cp_halt(user->entry);
    (void)cp_turn(user->entry, count);
    operator_say(
        op, "%s: PC %06o, PS %06o, R0 %06o, R1 %06o, R2 %06o, R3 %06o, R4 %06o, R5 %06o, SP %06o",
        user->def->name, m->cpu.r[PC], cpu_ps(&m->cpu), m->cpu.r[0], m->cpu.r[1], m->cpu.r[2],
        m->cpu.r[3], m->cpu.r[4], m->cpu.r[5], m->cpu.r[SP]);
    return true;
}

static bool switches(struct operator* op, struct user *user, const struct operator_line *line)
{
    struct cpu *cpu = &user->entry->vm->m->cpu;
    u32 value;

    if (line->count > 2) {
        if (!operator_number(op, line->word[2], 0177777, &value))
            return false;
        cpu->switches = (u16)value;
    }
    operator_say(op, "%s: switches %06o, display %06o", user->def->name, cpu->switches,
                 cpu->display);
    return true;
}

const struct operator_command operator_panel[] = {
    {"load", 2, 2, "USER ADDRESS", "panel: LOAD ADRS", true, load},
    {"examine", 1, 3, "USER [ADDRESS [COUNT]]", "panel: EXAM, and on to the next word", true,
     examine},
    {"deposit", 2, OPERATOR_WORDS - 1, "USER VALUE...", "panel: DEP, and on to the next word", true,
     deposit},
    {"begin", 1, 1, "USER", "panel: START at the address", true, begin},
    {"continue", 1, 1, "USER", "panel: CONT", true, resume},
    {"halt", 1, 1, "USER", "panel: HALT", true, halt},
    {"step", 1, 2, "USER [COUNT]", "panel: S-INST", true, step},
    {"switches", 1, 2, "USER [VALUE]", "panel: the switches, and the display", true, switches},
    {0},
};
