/* change_files.c - programs into memory, memory and states into files; units; the machine's keys.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/boot.h"
#include "machine/config.h"
#include "machine/load.h"
#include "machine/snapshot.h"
#include "monitor/parts.h"
#include "monitor/see.h"
#include "monitor/stop.h"
#include "monitor/symbols.h"

/* The names of a program that is loaded. */
static int take_symbols(struct monitor *mon, const struct program *program, struct err *err)
{
    int rc = 0;

    for (unsigned i = 0; i < program->symbols && rc == 0; i++) {
        const struct program_symbol *s = &program->symbol[i];
        rc = symbols_define(mon->symbols, s->name, strlen(s->name), s->value, s->label, err);
    }
    return rc;
}

static enum monitor_result load(struct monitor *mon, const char *path,
                                const struct program_options *how)
{
    struct program *program;
    struct err err = {0};
    int rc = program_read(&program, path, how, &err);

    if (rc)
        return mon_fail(mon, &err);
    rc = program_load(program, mon->machine, &err);
    if (rc == 0)
        rc = take_symbols(mon, program, &err);
    if (rc == 0 && program->has_start)
        rc = program_start(program, mon->machine, &err);
    mon_print(mon, "%s: %s, %u symbols%s\n", path, file_kind_name(program->kind), program->symbols,
              program->has_start ? "" : "; it has no start address: set pc");
    mon_put_number(mon, "symbols", program->symbols);
    program_free(program);
    return rc ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_load(struct monitor *mon, struct args *a)
{
    struct program_options how = {.log = &mon->machine->log};
    char path[MON_LINE_MAX];
    u64 at;

    if (!args_file(a, "a file", path, sizeof path))
        return MONITOR_ERROR;
    if (!args_end(a)) {
        if (!args_number(a, "a physical address", RAM_MAX - 2, &at) || !args_done(a))
            return MONITOR_ERROR;
        how.has_load_at = true;
        how.load_at = (u32)at;
    }
    return load(mon, path, &how);
}

static bool dump_bytes(struct monitor *mon, FILE *file, struct place place, u32 last)
{
    for (u64 left = (u64)last - place.at + 1; left > 0; left--) {
        enum place_status status;
        u8 byte;
        if (mon_tired(mon, 1))
            return false;
        status = place_readb(mon->machine, place, &byte);
        if (status) {
            see_error(mon, place, status);
            return false;
        }
        if (putc(byte, file) == EOF) {
            mon_error(mon, NULL, "dump: %s", strerror(errno));
            return false;
        }
        place = place_at(place, 1);
    }
    return true;
}

static enum monitor_result do_dump(struct monitor *mon, struct args *a)
{
    char path[MON_LINE_MAX];
    struct place place;
    FILE *file;
    bool good;
    u32 last;

    if (!args_range(a, "a range", SPACE_D, &place, &last) ||
        !args_file(a, "a file", path, sizeof path) || !args_done(a))
        return MONITOR_ERROR;
    file = fopen(path, "wbx");
    if (!file)
        return mon_error(mon, path, "%s", strerror(errno));
    good = dump_bytes(mon, file, place, last);
    if (fclose(file) != 0 && good)
        return mon_error(mon, path, "%s", strerror(errno));
    if (!good)
        remove(path);
    return good ? MONITOR_OK : MONITOR_ERROR;
}

static enum monitor_result do_attach(struct monitor *mon, struct args *a)
{
    char text[MON_LINE_MAX] = "";
    struct config_unit unit;
    struct err err = {0};
    int rc;

    if (!args_end(a) && !args_file(a, "UNIT=FILE", text, sizeof text))
        return MONITOR_ERROR;
    if (!args_done(a) || !text[0])
        return mon_error(mon, NULL, "UNIT=FILE is missing behind attach");
    rc = config_unit_parse(text, &unit, &err);
    if (rc)
        return mon_fail(mon, &err);
    rc = machine_attach(
        mon->machine, unit.unit,
        &(struct attach){
            .path = unit.file, .overlay = unit.overlay, .read_only = unit.ro, .create = unit.new},
        &err);
    config_unit_fini(&unit);
    return rc ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_detach(struct monitor *mon, struct args *a)
{
    struct err err = {0};
    char unit[WORD_SHOWN];

    if (!args_word(a, "a unit", unit, sizeof unit) || !args_done(a))
        return MONITOR_ERROR;
    return machine_detach(mon->machine, unit, &err) ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_boot(struct monitor *mon, struct args *a)
{
    struct err err = {0};
    char unit[WORD_SHOWN] = "rk0";

    if ((!args_end(a) && !args_word(a, "a unit", unit, sizeof unit)) || !args_done(a))
        return MONITOR_ERROR;
    return boot_unit(mon->machine, unit, &err) ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_reset(struct monitor *mon, struct args *a)
{
    struct err err = {0};
    int rc = 0;

    if (!args_done(a))
        return MONITOR_ERROR;
    if (mon->io->restart)
        rc = mon->io->restart(mon->io->ctx, &err);
    else
        machine_start(mon->machine, mon->machine->cpu.r[PC]);
    return rc ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_start(struct monitor *mon, struct args *a)
{
    u64 pc;

    if (!args_number(a, "an address", 0177776u, &pc) || !args_done(a))
        return MONITOR_ERROR;
    machine_start(mon->machine, (u16)pc);
    return MONITOR_OK;
}

static enum monitor_result do_type(struct monitor *mon, struct args *a)
{
    char text[MON_LINE_MAX];
    struct err err = {0};

    if (!args_text(a, "a text", text, sizeof text) || !args_done(a))
        return MONITOR_ERROR;
    if (machine_type(mon->machine, text, strlen(text), &err))
        return mon_fail(mon, &err);
    return MONITOR_OK;
}

static enum monitor_result do_save(struct monitor *mon, struct args *a)
{
    char path[MON_LINE_MAX];
    struct err err = {0};

    if (!args_file(a, "a file", path, sizeof path) || !args_done(a))
        return MONITOR_ERROR;
    return snapshot_save(mon->machine, path, &err) ? mon_fail(mon, &err) : MONITOR_OK;
}

static enum monitor_result do_restore(struct monitor *mon, struct args *a)
{
    char path[MON_LINE_MAX];
    struct err err = {0};
    bool anyway;

    if (!args_file(a, "a file", path, sizeof path))
        return MONITOR_ERROR;
    anyway = args_key(a, "anyway");
    if (!args_done(a))
        return MONITOR_ERROR;
    if (snapshot_load(mon->machine, path, anyway, &err))
        return mon_fail(mon, &err);
    go_here(mon);
    return MONITOR_OK;
}

static const struct mon_command table[] = {
    {"load", NULL, GROUP_CHANGE, "FILE [ADDRESS]",
     "a program into memory, with its symbols, and to its start",
     "a.out, absolute loader tape, MACRO-11 source, or raw words for a physical ADDRESS.\n",
     do_load},
    {"dump", NULL, GROUP_CHANGE, "RANGE FILE", "memory into a new file, as raw words", NULL,
     do_dump},
    {"attach", NULL, GROUP_MACHINE, "UNIT=FILE[,ro][,overlay=FILE][,new]", "put a file on a unit",
     NULL, do_attach},
    {"detach", NULL, GROUP_MACHINE, "UNIT", "take it off", NULL, do_detach},
    {"boot", NULL, GROUP_MACHINE, "[UNIT]",
     "to the bootstrap of a unit, rk0 if none is given; `continue` then boots", NULL, do_boot},
    {"save", NULL, GROUP_MACHINE, "FILE", "the whole state of the machine into a new file",
     "Processor, memory, devices, time, what is still to be typed. What its disks and its tape "
     "hold\n"
     "is not in it: keep copies of them (or of the overlays) with it.\n",
     do_save},
    {"restore", NULL, GROUP_MACHINE, "FILE [anyway]", "a saved state into the machine",
     "The machine must be built alike, and its disks and its tape must hold what they held then;\n"
     "with `anyway` they may have changed. To go back within a session use `record`.\n",
     do_restore},
    {"reset", NULL, GROUP_MACHINE, "", "start again as at the beginning", NULL, do_reset},
    {"start", NULL, GROUP_MACHINE, "ADDRESS", "the START key: INIT, PSW 0, PC", NULL, do_start},
    {"type", NULL, GROUP_MACHINE, "\"TEXT\"", "type on the console; \\r is RETURN", NULL, do_type},
};

const struct mon_part part_change_files = {.commands = table, .count = ARRAY_LEN(table)};
