/* operator_panel.c - the front panel of a VM: LOAD ADRS, EXAM, DEP, CONT, HALT, START, S-INST and
 * the switches, as the operator of an 11/50 has them; addresses are physical.
 *
 * EXAM and DEP step to the next word when they are repeated, as the keys do.
 */

#include "cp/operator_impl.h"
#include "cpu/registers.h"

static struct operator_panel *panel_of(struct desk *desk, const struct user *user)
{
    return &desk->panel[(unsigned)(user - desk->system->user) % ARRAY_LEN(desk->panel)];
}

/* A key that is pressed again goes on to the next word. */
static void press(struct operator_panel *panel, char key)
{
    if (panel->key == key)
        panel->address = (panel->address + 2) % IO_SPACE;
    panel->key = key;
}

static bool load(struct desk *desk, struct user *user, const struct operator_line *line)
{
    u32 address;

    if (!operator_number(desk, line->word[2], IO_SPACE - 2, &address))
        return false;
    if (address & 1)
        return operator_complain(desk, "%o: an address is even", address);
    *panel_of(desk, user) = (struct operator_panel){.address = address};
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

static bool examine(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct operator_panel *panel = panel_of(desk, user);
    u32 count = 1;
    u16 value;

    if (line->count > 2 && !load(desk, user, line))
        return false;
    if (line->count > 3 && !operator_number(desk, line->word[3], 010000, &count))
        return false;
    while (count--) {
        press(panel, 'e');
        if (!look(user, panel->address, &value))
            return operator_complain(desk, "%06o: nothing answers", panel->address);
        operator_say(desk, "%06o: %06o", panel->address, value);
    }
    return true;
}

static bool deposit(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct operator_panel *panel = panel_of(desk, user);
    u32 value;

    for (unsigned i = 2; i < line->count; i++) {
        if (!operator_number(desk, line->word[i], 0177777, &value))
            return false;
        press(panel, 'd');
        if (!put(user, panel->address, (u16)value))
            return operator_complain(desk, "%06o: nothing answers", panel->address);
    }
    return true;
}

static bool begin(struct desk *desk, struct user *user, const struct operator_line *line)
{
    cp_halt(user->entry);
    machine_start(user->entry->vm->m, (u16)panel_of(desk, user)->address);
    cp_start(user->entry);
    return true;
}

static bool resume(struct desk *desk, struct user *user, const struct operator_line *line)
{
    cp_start(user->entry);
    return true;
}

static bool halt(struct desk *desk, struct user *user, const struct operator_line *line)
{
    cp_halt(user->entry);
    operator_say(desk, "%s: PC %06o", user->def->name, user->entry->vm->m->cpu.r[PC]);
    return true;
}

static bool step(struct desk *desk, struct user *user, const struct operator_line *line)
{
    const struct machine *m = user->entry->vm->m;
    unsigned count = 1;

    if (line->count > 2 && !operator_count(desk, line->word[2], 1000000, &count))
        return false;
    cp_halt(user->entry);
    (void)cp_turn(user->entry, count);
    operator_say(
        desk, "%s: PC %06o, PS %06o, R0 %06o, R1 %06o, R2 %06o, R3 %06o, R4 %06o, R5 %06o, SP %06o",
        user->def->name, m->cpu.r[PC], cpu_ps(&m->cpu), m->cpu.r[0], m->cpu.r[1], m->cpu.r[2],
        m->cpu.r[3], m->cpu.r[4], m->cpu.r[5], m->cpu.r[SP]);
    return true;
}

static bool switches(struct desk *desk, struct user *user, const struct operator_line *line)
{
    struct cpu *cpu = &user->entry->vm->m->cpu;
    u32 value;

    if (line->count > 2) {
        if (!operator_number(desk, line->word[2], 0177777, &value))
            return false;
        cpu->switches = (u16)value;
    }
    operator_say(desk, "%s: switches %06o, display %06o", user->def->name, cpu->switches,
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
