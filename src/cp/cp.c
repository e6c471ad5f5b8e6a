/* cp.c - VMs in turns: see cp.h. Stride scheduling: who has least `pass`, which grows by what a
 * turn cost over the VM's share.
 */
#include "cp/cp.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "cp/cost.h"

#define PASS_UNIT  1024u
#define POWER_TIME 2000u /* microseconds after a power failure */
#define NEVER      UINT64_MAX

/* CP's own memory, at the top. */
static int keep_own(struct cp *cp, u32 size, struct err *err)
{
    u32 base = cp->bare->ram.size - size;
    int rc = size < cp->bare->ram.size ? alloc_take_at(&cp->memory, base, size, err)
                                       : err_set(err, ENOMEM, "no memory is left beside CP's own");

    if (rc == 0)
        hw_set_memory(&cp->host.hw, base, size / HW_PLACE);
    return rc;
}

int cp_new(struct cp **out, const struct cp_config *config, struct err *err)
{
    struct cp *cp = calloc(1, sizeof *cp);
    int rc;

    if (!cp)
        return err_set(err, ENOMEM, "no host memory for CP");
    rc = machine_new(&cp->bare, &config->bare, err);
    if (rc) {
        free(cp);
        return rc;
    }
    cp->slice = config->slice ? config->slice : CP_SLICE;
    hw_init(&cp->host.hw, cp->bare);
    alloc_init(&cp->memory, cp->bare->ram.size);
    if (config->own)
        rc = keep_own(cp, config->own, err);
    if (rc) {
        cp_free(cp);
        return rc;
    }
    *out = cp;
    return 0;
}

void cp_free(struct cp *cp)
{
    if (!cp)
        return;
    while (cp->vms)
        cp_remove(cp->vms);
    machine_free(cp->bare);
    free(cp);
}

struct cp_vm *cp_find(const struct cp *cp, const char *name)
{
    for (struct cp_vm *entry = cp->vms; entry; entry = entry->next)
        if (strcasecmp(entry->vm->name, name) == 0)
            return entry;
    return NULL;
}

static void append(struct cp *cp, struct cp_vm *entry)
{
    struct cp_vm **at = &cp->vms;

    while (*at)
        at = &(*at)->next;
    *at = entry;
}

int cp_add(struct cp *cp, const struct vm_config *config, bool fixed, struct cp_vm **out,
           struct err *err)
{
    struct vm_config own = *config;
    u32 size = config->machine.memory ? config->machine.memory : cp->bare->model->memory;
    struct cp_vm *entry;
    int rc;

    if (cp_find(cp, config->name))
        return err_set(err, EEXIST, "%s: there is a VM of this name", config->name);
    entry = calloc(1, sizeof *entry);
    if (!entry)
        return err_set(err, ENOMEM, "no host memory for a VM");
    rc = fixed ? alloc_take_at(&cp->memory, own.base, size, err)
               : alloc_take(&cp->memory, size, &own.base, err);
    if (rc == 0) {
        own.machine.memory = size;
        rc = vm_new(&entry->vm, &cp->host, &own, err);
        if (rc)
            alloc_give(&cp->memory, own.base);
    }
    if (rc) {
        free(entry);
        return rc;
    }
    entry->cp = cp;
    entry->share = CP_SHARE;
    entry->limit = entry->power = entry->pause = entry->deadline = NEVER;
    append(cp, entry);
    *out = entry;
    return 0;
}

void cp_remove(struct cp_vm *entry)
{
    struct cp_vm **at = &entry->cp->vms;

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
    alloc_give(&entry->cp->memory, entry->vm->base << 6);
    vm_free(entry->vm);
    free(entry);
}

/* --- the operator's keys ------------------------------------------------------------------------
 */

/* Who has waited or was not there has no claim to what others had meanwhile. */
static void catch_up_pass(struct cp_vm *entry)
{
    if (entry->pass < entry->cp->pass)
        entry->pass = entry->cp->pass;
}

int cp_set_reserve(struct cp_vm *entry, unsigned percent, struct err *err)
{
    unsigned others = 0;

    for (const struct cp_vm *vm = entry->cp->vms; vm; vm = vm->next)
        others += vm == entry ? 0 : vm->reserve;
    if (others + percent > 100)
        return err_set(err, EINVAL, "%s: others have reserved %u percent: give it %u at most",
                       entry->vm->name, others, 100 - others);
    entry->reserve = percent;
    entry->pass = min_u64(entry->pass, entry->cp->pass);
    return 0;
}

void cp_start(struct cp_vm *entry)
{
    if (entry->state == CP_RUNNING)
        return;
    if (machine_time(entry->vm->m) >= entry->power)
        entry->power = NEVER; /* the operator's keys work with the power on */
    entry->state = CP_RUNNING;
    entry->wake = 0;
    catch_up_pass(entry);
}

void cp_halt(struct cp_vm *entry)
{
    entry->state = CP_STOPPED;
}

void cp_power_off(struct cp_vm *entry)
{
    cpu_power_fail(&entry->vm->m->cpu);
    entry->power = machine_time(entry->vm->m) + POWER_TIME;
    cp_start(entry);
}

int cp_power_on(struct cp_vm *entry, struct err *err)
{
    entry->power = NEVER;
    if (!cpu_power_up(&entry->vm->m->cpu))
        return err_set(err, EIO, "%s: its power-fail vector at 24 cannot be read", entry->vm->name);
    cp_start(entry);
    return 0;
}

void cp_wake(struct cp_vm *entry)
{
    if (entry->wake)
        catch_up_pass(entry);
    entry->wake = 0;
}

void cp_interrupt(struct cp *cp)
{
    cp->asked = true;
    if (cp->host.current)
        machine_stop(cp->host.current->m);
}

/* --- clocks -------------------------------------------------------------------------------------
 */

void cp_set_clock(struct cp_vm *entry, enum cp_clock clock)
{
    const struct kw11l *kw = &entry->vm->m->clock;

    entry->clock = clock;
    entry->ticks = entry->cp->time * kw->hz / EVENT_HZ;
    entry->owed = 0;
    kw11l_set_external(&entry->vm->m->clock, clock != CP_CLOCK_VIRTUAL);
}

/* When CP's time brings the next tick. */
static u64 next_tick(const struct cp_vm *entry)
{
    if (entry->clock == CP_CLOCK_VIRTUAL)
        return NEVER;
    return (entry->ticks + 1) * EVENT_HZ / entry->vm->m->clock.hz;
}

/* Ticks that are due. A line clock has one flag: further ticks that come before the VM has taken
 * the last are lost, or owed. */
static void tick(struct cp_vm *entry)
{
    struct machine *m = entry->vm->m;

    while (next_tick(entry) <= entry->cp->time) {
        entry->ticks++;
        entry->owed++;
    }
    if (!entry->owed || m->clock.dev.lines[0].request)
        return;
    entry->owed = entry->clock == CP_CLOCK_CATCH_UP ? entry->owed - 1 : 0;
    machine_tick(m);
    cp_wake(entry);
}

/* --- turns --------------------------------------------------------------------------------------
 */

/* What the bare machine was busy with, for this VM: `before` a turn and after it. */
static u64 cost_since(const struct cp_vm *entry, const struct vm_stats *before, u64 executed)
{
    const struct vm_stats *after = &entry->vm->stats;

    return executed - (after->simulated - before->simulated) + cost_of(after) - cost_of(before);
}

static void charge(struct cp_vm *entry, u64 cost)
{
    entry->cp->time += cost;
    entry->used += cost;
    entry->recent += cost;
    entry->pass += cost * PASS_UNIT / entry->share;
}

/* The VM's time went on by `skipped` while its processor waited: the bare machine's must, too, and
 * up to the event that the VM waits for, so that it is not called for each step on the way. What it
 * was called too late before is made good. That is how long it sleeps. */
static u64 sleep_time(struct cp_vm *entry, u64 skipped)
{
    struct machine *m = entry->vm->m;
    u64 paid = min_u64(skipped, entry->paid), more = 0, next = event_next(&m->bus.events);

    entry->paid -= paid;
    if (m->cpu.attention & ATTN_WAIT && next != EVENT_NEVER && next > machine_time(m))
        more = next - machine_time(m);
    more -= min_u64(more, entry->paid);
    entry->paid += more;
    more += skipped - paid;
    paid = min_u64(more, entry->late);
    entry->late -= paid;
    return more - paid;
}

/* It is where its owner wanted it to be, and the owner has not said how far it may go now. */
static bool is_held(const struct cp_vm *entry)
{
    const struct machine *m = entry->vm->m;

    return m->cpu.icount >= entry->pause || machine_time(m) >= entry->deadline;
}

/* The turn goes on at `next`: its instructions are over, but nobody else wants the processor before
 * then, and nobody has called CP. */
static bool goes_on(const struct cp_vm *entry, u64 next)
{
    const struct machine *m = entry->vm->m;

    return entry->vm->at_limit && next < entry->cp->alone && !entry->cp->asked && !is_held(entry) &&
           m->cpu.icount < entry->limit && machine_time(m) < entry->power;
}

enum stop cp_turn(struct cp_vm *entry, u64 count)
{
    struct machine *m = entry->vm->m;
    struct vm_stats before = entry->vm->stats;
    u64 icount = m->cpu.icount, skipped = m->skipped;
    u64 end = min_u64(icount + count, min_u64(entry->limit, entry->pause));
    u64 time =
        min_u64(machine_time(m) + count + entry->paid, min_u64(entry->power, entry->deadline));
    enum stop stop = machine_run(m, end, time);
    struct vm_stats *after = &entry->vm->stats;
    u64 executed = m->cpu.icount - icount, more = sleep_time(entry, m->skipped - skipped);
    u64 cost = cost_since(entry, &before, executed);

    /* CP would not have set its clock to this end. */
    if (after->slices != before.slices && goes_on(entry, entry->cp->time + cost + more)) {
        after->slices--;
        cost = cost_since(entry, &before, executed);
    }
    charge(entry, cost);
    entry->wake = more ? entry->cp->time + more : 0;
    if (stop == STOP_WAIT)
        entry->wake = NEVER;
    return stop;
}

static void end(struct cp_vm *entry, enum stop stop)
{
    struct cp *cp = entry->cp;

    entry->state = CP_ENDED;
    entry->stop = stop;
    if (cp->ended)
        cp->ended(cp->ctx, entry);
}

/* What a turn ended with. */
static void judge(struct cp_vm *entry, enum stop stop)
{
    const struct machine *m = entry->vm->m;

    switch (stop) {
    case STOP_LIMIT:
    case STOP_TIME:
    case STOP_WAIT:
    case STOP_REQUEST:
        if (machine_time(m) >= entry->power)
            entry->state = CP_STOPPED;
        else if (m->cpu.icount >= entry->limit)
            end(entry, STOP_LIMIT);
        break;
    case STOP_HALT:
    case STOP_DOUBLE:
    case STOP_HOST:
    case STOP_BREAK:
    case STOP_WATCH:
    case STOP_PRESENT: end(entry, stop); break;
    }
}

/* A reservation that has not been used up in this second. */
static bool is_preferred(const struct cp_vm *entry)
{
    const struct cp *cp = entry->cp;

    return entry->reserve && entry->recent * 100 < (cp->time - cp->second + 1) * entry->reserve;
}

static bool goes_before(const struct cp_vm *a, const struct cp_vm *b)
{
    if (!b || is_preferred(a) != is_preferred(b))
        return !b || is_preferred(a);
    return a->pass < b->pass;
}

/* Who is next; NULL: all wait, until *wake. */
static struct cp_vm *choose(struct cp *cp, u64 *wake, bool *anybody)
{
    struct cp_vm *best = NULL;

    *wake = NEVER;
    *anybody = false;
    for (struct cp_vm *entry = cp->vms; entry; entry = entry->next) {
        if (entry->state != CP_RUNNING)
            continue;
        *anybody = true;
        tick(entry);
        if (entry->wake && entry->wake <= cp->time) {
            entry->late += cp->time - entry->wake;
            cp_wake(entry);
        }
        if (is_held(entry))
            continue;
        if (!entry->wake && goes_before(entry, best))
            best = entry;
        *wake = min_u64(*wake, min_u64(entry->wake, next_tick(entry)));
    }
    return best;
}

/* When somebody may want the processor that `entry` has: another VM, a tick, who called cp_run();
 * and when reservations begin anew. */
static u64 alone_until(const struct cp *cp, const struct cp_vm *entry, u64 until)
{
    until = min_u64(until, cp->second + EVENT_HZ);
    for (const struct cp_vm *other = cp->vms; other; other = other->next) {
        if (other->state != CP_RUNNING || is_held(other))
            continue;
        until = min_u64(until, next_tick(other));
        if (other != entry)
            until = min_u64(until, other->wake); /* 0: it is ready */
    }
    return until;
}

static void begin_second(struct cp *cp)
{
    if (cp->time - cp->second < EVENT_HZ)
        return;
    cp->second = cp->time;
    for (struct cp_vm *entry = cp->vms; entry; entry = entry->next)
        entry->recent = 0;
}

enum cp_pause cp_run(struct cp *cp, u64 until)
{
    cp->asked = false;
    while (cp->time < until && !cp->asked) {
        u64 wake;
        bool anybody;
        struct cp_vm *entry;

        begin_second(cp);
        entry = choose(cp, &wake, &anybody);
        if (!anybody)
            return CP_NOBODY;
        if (entry) {
            if (!is_preferred(entry) && entry->pass > cp->pass)
                cp->pass = entry->pass;
            cp->alone = alone_until(cp, entry, until);
            judge(entry, cp_turn(entry, cp->slice));
            cp->alone = 0;
            if (cp->turned)
                cp->turned(cp->ctx, entry);
            continue;
        }
        if (wake == NEVER)
            return CP_ASLEEP;
        wake = min_u64(wake, until);
        cp->idle += wake - cp->time;
        cp->time = wake;
    }
    return cp->asked ? CP_ASKED : CP_TIME;
}
