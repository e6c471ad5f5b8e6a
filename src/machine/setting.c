/* setting.c - see setting.h. */
#include "machine/setting.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "base/number.h"
#include "cpu/registers.h"

/* The register of a name; false where it is none. */
static bool find_register(const char *name, struct setting *setting)
{
    static const struct {
        const char *name;
        struct setting setting;
    } regs[] = {
        {"r0", {SETTING_REG, 0, 0}},      {"r1", {SETTING_REG, 1, 0}}, {"r2", {SETTING_REG, 2, 0}},
        {"r3", {SETTING_REG, 3, 0}},      {"r4", {SETTING_REG, 4, 0}}, {"r5", {SETTING_REG, 5, 0}},
        {"r6", {SETTING_REG, 6, 0}},      {"r7", {SETTING_REG, 7, 0}}, {"sp", {SETTING_REG, 6, 0}},
        {"pc", {SETTING_REG, 7, 0}},      {"ps", {SETTING_PS, 0, 0}},  {"psw", {SETTING_PS, 0, 0}},
        {"sr", {SETTING_SWITCHES, 0, 0}},
    };

    for (unsigned i = 0; i < ARRAY_LEN(regs); i++) {
        if (strcasecmp(name, regs[i].name) == 0) {
            *setting = regs[i].setting;
            return true;
        }
    }
    return false;
}

int setting_parse(const char *text, struct setting *setting, struct err *err)
{
    static const char *const names[] = {"r0", "r1", "r2", "r3", "r4", "r5",
                                        "sp", "pc", "ps", "sr", NULL};
    const char *equals = strchr(text, '=');
    char name[16];
    u64 number;

    if (!equals || equals == text || (size_t)(equals - text) >= sizeof name)
        return err_set(err, EINVAL, "write REG=VALUE, as in pc=1000, or ADDRESS=VALUE");
    memcpy(name, text, (size_t)(equals - text));
    name[equals - text] = 0;
    if (isdigit((unsigned char)name[0])) {
        if (!number_parse(name, IO_SPACE - 2, &number) || number & 1)
            return err_set(err, EINVAL, "%s is no even physical address up to 777776", name);
        *setting = (struct setting){SETTING_MEMORY, (u32)number, 0};
    } else if (!find_register(name, setting)) {
        return near_error(name, "register", names, err);
    }
    if (!number_parse(equals + 1, 0177777, &number))
        return err_set(err, EINVAL, "%.20s is no octal number up to 177777", equals + 1);
    setting->value = (u16)number;
    return 0;
}

static int deposit(struct machine *m, const struct setting *set, struct err *err)
{
    if (set->number < m->ram.size) {
        ram_put(&m->ram, set->number, set->value);
        return 0;
    }
    if (set->number >= IO_PAGE && registers_write(&m->cpu, set->number, NULL, IO_DATO, set->value))
        return 0;
    return err_set(err, EINVAL, "--set %o=%o: nothing answers at this address", set->number,
                   set->value);
}

int setting_apply(const struct setting *set, struct machine *m, struct err *err)
{
    switch (set->kind) {
    case SETTING_REG: m->cpu.r[set->number] = set->value; break;
    case SETTING_PS: cpu_set_ps(&m->cpu, set->value); break;
    case SETTING_SWITCHES: m->cpu.switches = set->value; break;
    case SETTING_MEMORY: return deposit(m, set, err);
    }
    return 0;
}
