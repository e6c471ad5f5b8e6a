/* see_devices.c - the devices: registers, units, requests; what is going to happen. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dev/image.h"
#include "monitor/parts.h"
#include "monitor/regs.h"
#include "monitor/see.h"

static u64 field(const struct device *dev, const struct reg_info *info, unsigned index)
{
    const u8 *at = (const u8 *)dev + info->at + index * info->size;
    u64 value = 0;

    for (unsigned i = 0; i < info->size; i++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        value = value << 8 | at[i];
#else
        value |= (u64)at[i] << (8 * i);
#endif
    }
    return value;
}

static void show_register(struct monitor *mon, const struct device *dev,
                          const struct reg_info *info)
{
    mon_print(mon, "  %-10s", info->name);
    if (info->offset == REG_NO_ADDRESS)
        mon_print(mon, "%10s", "");
    else
        mon_print(mon, "p:%06o  ", dev->base + info->offset);
    if (info->count > 1)
        mon_open(mon, info->name, true);
    for (unsigned i = 0; i < info->count; i++) {
        u64 value = field(dev, info, i);
        if (info->size == 8 && value == EVENT_NEVER)
            mon_print(mon, " never");
        else
            mon_print(mon, info->size == 1 ? " %03llo" : " %06llo", (unsigned long long)value);
        mon_put_octal(mon, info->count > 1 ? NULL : info->name, value);
    }
    if (info->count > 1)
        mon_close(mon);
    mon_print(mon, "\n");
}

/* A device in one line. */
static void show_head(struct monitor *mon, const struct device *dev)
{
    const char *about = dev->ops->about ? dev->ops->about : "";

    mon_print(mon, "%-4s p:%06o", dev->ops->name, dev->base);
    for (unsigned i = 0; i < DEVICE_LINES; i++)
        if (dev->lines[i].level)
            mon_print(mon, "  BR%u %03o%s", dev->lines[i].level, dev->lines[i].vector,
                      dev->lines[i].request ? " requests" : "");
    mon_print(mon, "  %s\n", about);
    mon_put_octal(mon, "base", dev->base);
    mon_put_text(mon, "about", about);
}

static bool wanted(const struct device *dev, const char *word)
{
    unsigned count = (unsigned)strlen(dev->ops->name);

    return strncasecmp(word, dev->ops->name, count) == 0 &&
           strspn(word + count, "01234567") == strlen(word + count);
}

static enum monitor_result no_device(struct monitor *mon, const char *word)
{
    const char *names[32];
    unsigned n = 0;

    for (const struct device *dev = mon->machine->bus.devices; dev && n < 31; dev = dev->next)
        names[n++] = dev->ops->name;
    names[n] = NULL;
    return mon_unknown(mon, word, "device", names);
}

static enum monitor_result do_devices(struct monitor *mon, struct args *a)
{
    char word[WORD_SHOWN] = "";
    bool all, found = false;

    if (!args_end(a) && (!args_word(a, "a device", word, sizeof word) || !args_done(a)))
        return MONITOR_ERROR;
    all = strcasecmp(word, "all") == 0;
    for (const struct device *dev = mon->machine->bus.devices; dev; dev = dev->next) {
        if (word[0] && !all && !wanted(dev, word))
            continue;
        found = true;
        mon_open(mon, dev->ops->name, false);
        show_head(mon, dev);
        for (unsigned i = 0; word[0] && i < dev->ops->reg_count; i++)
            show_register(mon, dev, &dev->ops->regs[i]);
        mon_close(mon);
    }
    return found ? MONITOR_OK : no_device(mon, word);
}

/* A unit, the file on it, and what is special about it: `how` and a file's name, or neither. */
static void show_unit(struct monitor *mon, const char *name, const char *path, const char *how,
                      const char *file)
{
    if (!path)
        return;
    mon_print(mon, "%-5s %s%s%s\n", name, path, how ? how : "", file ? file : "");
    mon_put_text(mon, name, path);
}

static enum monitor_result do_units(struct monitor *mon, struct args *a)
{
    const struct machine *m = mon->machine;

    if (!args_done(a))
        return MONITOR_ERROR;
    mon_open(mon, "units", false);
    for (unsigned i = 0; i < RK11_DRIVES; i++) {
        const struct image *image = m->rk.drives[i].image;
        char name[8];
        snprintf(name, sizeof name, "rk%u", i & 7);
        if (!image)
            continue;
        if (image_is_scratch(image))
            show_unit(mon, name, image_path(image), ", written in memory only", NULL);
        else if (image_overlay_path(image))
            show_unit(mon, name, image_path(image), ", overlay ", image_overlay_path(image));
        else
            show_unit(mon, name, image_path(image), image_read_only(image) ? ", read only" : NULL,
                      NULL);
    }
    show_unit(mon, "pr", m->reader.tape.path, ", read only", NULL);
    show_unit(mon, "pp", m->punch.tape.path, NULL, NULL);
    show_unit(mon, "lp", m->printer.paper.path, NULL, NULL);
    mon_close(mon);
    return MONITOR_OK;
}

static enum monitor_result do_interrupts(struct monitor *mon, struct args *a)
{
    const struct cpu *cpu = &mon->machine->cpu;
    unsigned prio = cpu->ps >> 5 & 7;

    if (!args_done(a))
        return MONITOR_ERROR;
    mon_print(mon, "processor priority %u\n", prio);
    mon_put_number(mon, "priority", prio);
    mon_open(mon, "requests", true);
    for (unsigned level = 7; level > 0; level--)
        if (cpu->pirq >> (8 + level) & 1)
            mon_print(mon, "PIRQ %u%s\n", level, level > prio ? "" : ", waits for the priority");
    for (const struct device *dev = mon->machine->bus.devices; dev; dev = dev->next) {
        for (unsigned i = 0; i < DEVICE_LINES; i++) {
            const struct irq_line *line = &dev->lines[i];
            if (!line->request)
                continue;
            mon_print(mon, "BR%u  %03o %s%s\n", line->level, line->vector, dev->ops->name,
                      line->level > prio ? "" : ", waits for the priority");
            mon_put_text(mon, NULL, dev->ops->name);
        }
    }
    mon_close(mon);
    return MONITOR_OK;
}

static enum monitor_result do_events(struct monitor *mon, struct args *a)
{
    const struct machine *m = mon->machine;
    u64 now = machine_time(m);

    if (!args_done(a))
        return MONITOR_ERROR;
    mon_print(mon, "time %llu, %llu instructions, %llu skipped while waiting\n",
              (unsigned long long)now, (unsigned long long)m->cpu.icount,
              (unsigned long long)m->skipped);
    mon_put_number(mon, "time", now);
    mon_put_number(mon, "icount", m->cpu.icount);
    mon_open(mon, "events", true);
    for (const struct event *e = m->bus.events.first; e; e = e->next) {
        mon_print(mon, "in %-8llu %s%s\n", (unsigned long long)(e->at - now), e->name,
                  e->background ? " (periodic)" : "");
        mon_open(mon, NULL, false);
        mon_put_text(mon, "name", e->name);
        mon_put_number(mon, "in", e->at - now);
        mon_close(mon);
    }
    mon_close(mon);
    return MONITOR_OK;
}

static enum monitor_result do_machine(struct monitor *mon, struct args *a)
{
    const struct machine *m = mon->machine;
    char hash[20];

    if (!args_done(a))
        return MONITOR_ERROR;
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)machine_hash(m));
    mon_print(mon, "%s, %s, %uK memory, hash %s\n", m->model->name, m->model->about,
              m->ram.size / 1024, hash);
    mon_put_text(mon, "model", m->model->name);
    mon_put_number(mon, "memory", m->ram.size);
    mon_put_text(mon, "hash", hash);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"devices", "device", GROUP_SEE, "[NAME|all]", "the devices; with a name, its registers",
     "A register is shown as it stands in the device: looking has no effect. Its name may stand "
     "in\n"
     "expressions (rkcs, rk.phase); those with an address can be set.\n",
     do_devices},
    {"units", NULL, GROUP_SEE, "", "the files that are attached", NULL, do_units},
    {"interrupts", NULL, GROUP_SEE, "", "requests that wait", NULL, do_interrupts},
    {"events", NULL, GROUP_SEE, "", "what is going to happen, in microseconds of guest time", NULL,
     do_events},
    {"machine", NULL, GROUP_SEE, "", "model, memory, and a hash of all state", NULL, do_machine},
};

const struct mon_part part_see_devices = {.commands = table, .count = ARRAY_LEN(table)};
