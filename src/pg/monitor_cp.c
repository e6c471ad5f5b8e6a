/* monitor_cp.c - CP as the monitor whose guests are compared: see mediate.h.
 *
 * What a VM of CP is, is a struct machine with another engine, so a state is loaded into its
 * processor and read from there. That INIT was on its bus is seen by the console's receiver, whose
 * interrupt enable bit it clears.
 */
#include "cp/solo.h"
#include "pg/mediate.h"

#define ENABLE 0100u

static int cp_make(void **guest, const char *how, struct err *err)
{
    struct vm_config config = {.name = "pgcheck",
                               .machine = {.engine = ENGINE_INTERP, .memory = PG_MEMORY}};
    struct solo *solo = NULL;
    int rc = solo_parse(how, &config, err);

    if (rc == 0)
        rc = solo_new(&solo, &config, err);
    *guest = solo;
    return rc;
}

static void cp_free(void *guest)
{
    solo_free(guest);
}

static struct machine *machine_of(void *guest)
{
    return ((struct solo *)guest)->vm->m;
}

static u8 *cp_memory(void *guest)
{
    return machine_of(guest)->ram.base;
}

static void cp_load(void *guest, const struct pg_machine *machine)
{
    struct machine *m = machine_of(guest);

    pg_machine_put(&m->cpu, machine);
    m->console.rcsr |= ENABLE;
}

static enum cpu_exit cp_step(void *guest)
{
    struct vm *vm = ((struct solo *)guest)->vm;

    return vm->method->run(vm, vm->m->cpu.icount + 1);
}

static void cp_read(void *guest, struct pg_machine *machine)
{
    struct machine *m = machine_of(guest);

    pg_machine_take(&m->cpu, machine);
    machine->init = !(m->console.rcsr & ENABLE);
}

const struct pg_monitor pg_monitor_cp = {
    .make = cp_make,
    .free = cp_free,
    .memory = cp_memory,
    .load = cp_load,
    .step = cp_step,
    .read = cp_read,
};
