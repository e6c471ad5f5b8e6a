/* gdb_data.c - registers and memory for gdb, and what its addresses mean.
 *
 * Nine registers of 16 bits, the low byte first: r0 to r5, sp, pc, ps. An address up to 177777 is
 * one of the mode that is current, in its D space; bits above it name another space:
 *
 *     0x01000000 | pa                              physical
 *     0x02000000 | mode << 20 | space << 16 | va   mode 0 kernel, 1 supervisor, 3 user; 0 I, 1 D
 */
#include <string.h>

#include "machine/record.h"
#include "monitor/gdb_impl.h"
#include "monitor/regs.h"

#define PLAIN_END      0x10000u
#define PHYSICAL_FIRST 0x01000000u
#define VIRTUAL_FIRST  0x02000000u
#define VIRTUAL_END    0x03000000u

static const char *const names[GDB_REGS] = {"r0", "r1", "r2", "r3", "r4", "r5", "sp", "pc", "ps"};

u16 gdb_register(const struct gdb *gdb, unsigned number)
{
    const struct cpu *cpu = &gdb->mon->machine->cpu;

    return number < 8 ? cpu->r[number] : cpu_ps(cpu);
}

static void set_register(struct gdb *gdb, unsigned number, u16 value)
{
    struct machine *m = gdb->mon->machine;
    struct reg reg;

    if (number == PC && m->cpu.r[PC] != value)
        gdb->moved = true;
    if (reg_find(m, names[number], 2, &reg))
        reg_set(m, &reg, value, NULL);
}

void gdb_set_pc(struct gdb *gdb, u16 pc)
{
    set_register(gdb, PC, pc);
}

bool gdb_touch(struct gdb *gdb)
{
    struct machine *m = gdb->mon->machine;

    if (!record_active(m) || record_look(m, NULL) == 0)
        return true;
    gdb_error(gdb, GDB_NO_PAST);
    return false;
}

static void add_register(struct gdb *gdb, unsigned number)
{
    u16 value = gdb_register(gdb, number);

    gdb_add_byte(gdb, (u8)value);
    gdb_add_byte(gdb, (u8)(value >> 8));
}

/* Two bytes. */
static bool take_word(const char **at, u16 *word)
{
    u8 low, high;

    if (!gdb_byte(at, &low) || !gdb_byte(at, &high))
        return false;
    *word = (u16)(low | high << 8);
    return true;
}

void gdb_read_registers(struct gdb *gdb, const char *args)
{
    gdb_begin(gdb);
    for (unsigned i = 0; i < GDB_REGS; i++)
        add_register(gdb, i);
    gdb_send(gdb);
}

void gdb_write_registers(struct gdb *gdb, const char *args)
{
    u16 value[GDB_REGS];

    for (unsigned i = 0; i < GDB_REGS; i++) {
        if (!take_word(&args, &value[i])) {
            gdb_error(gdb, GDB_BAD);
            return;
        }
    }
    if (*args) {
        gdb_error(gdb, GDB_BAD);
        return;
    }
    if (!gdb_touch(gdb))
        return;
    /* The PSW comes first: it decides which registers the others are. */
    for (unsigned i = GDB_REGS; i-- > 0;)
        set_register(gdb, i, value[i]);
    gdb_answer(gdb, "OK");
}

void gdb_read_register(struct gdb *gdb, const char *args)
{
    u64 number;

    if (!gdb_number(&args, &number) || *args || number >= GDB_REGS) {
        gdb_error(gdb, GDB_BAD);
        return;
    }
    gdb_begin(gdb);
    add_register(gdb, (unsigned)number);
    gdb_send(gdb);
}

void gdb_write_register(struct gdb *gdb, const char *args)
{
    u64 number;
    u16 value;

    if (!gdb_number_then(&args, '=', &number) || number >= GDB_REGS || !take_word(&args, &value) ||
        *args) {
        gdb_error(gdb, GDB_BAD);
        return;
    }
    if (!gdb_touch(gdb))
        return;
    set_register(gdb, (unsigned)number, value);
    gdb_answer(gdb, "OK");
}

/* --- memory ------------------------------------------------------------------------------- */

bool gdb_place(const struct gdb *gdb, u64 address, enum space space, struct place *place, bool *any)
{
    unsigned mode = address >> 20 & 15, named = address >> 16 & 15;

    *any = false;
    if (gdb->focused && address < (gdb->focus.physical ? IO_SPACE : PLAIN_END)) {
        *place = gdb->focus;
        place->at = (u32)address;
        if (!gdb->focus_space)
            place->space = space;
        return true;
    }
    if (address < PLAIN_END) {
        *place = (struct place){
            .mode = cpu_mode(&gdb->mon->machine->cpu), .space = space, .at = (u32)address};
        *any = true;
        return true;
    }
    if (address >= PHYSICAL_FIRST && address < PHYSICAL_FIRST + IO_SPACE) {
        *place = (struct place){.physical = true, .at = (u32)address - PHYSICAL_FIRST};
        return true;
    }
    *place = (struct place){
        .mode = (enum mode)(mode & 3), .space = (enum space)(named & 1), .at = address & 0177777u};
    return address >= VIRTUAL_FIRST && address < VIRTUAL_END && mode <= MODE_U &&
           mode != MODE_ILLEGAL && named <= SPACE_D;
}

static enum gdb_error place_error(enum place_status status)
{
    switch (status) {
    case PLACE_OK:
    case PLACE_ODD: break;
    case PLACE_INVALID: return GDB_UNMAPPED;
    case PLACE_NONE: return GDB_NO_MEMORY;
    case PLACE_IO: return GDB_IO;
    }
    return GDB_BAD;
}

/* The byte `i` on, where the space does not end before it. */
static enum place_status look(const struct gdb *gdb, struct place place, u32 i, u8 *byte)
{
    u32 end = place.physical ? IO_SPACE : 0200000u;

    if (i >= end - place.at)
        return PLACE_NONE;
    place.at += i;
    return place_readb(gdb->mon->machine, place, byte);
}

/* ADDR,LENGTH and then `ch`. Else the error is answered. */
static bool take_range(struct gdb *gdb, const char **args, char ch, struct place *place, u64 *len)
{
    u64 address;
    bool any;

    if (!gdb_number_then(args, ',', &address) || !gdb_number(args, len) || **args != ch) {
        gdb_error(gdb, GDB_BAD);
        return false;
    }
    if (!gdb_place(gdb, address, SPACE_D, place, &any)) {
        gdb_error(gdb, GDB_NO_SPACE);
        return false;
    }
    *args += ch != 0;
    return true;
}

void gdb_read_memory(struct gdb *gdb, const char *args)
{
    enum place_status status = PLACE_ODD;
    struct place place;
    u64 len;
    u8 byte;

    if (!take_range(gdb, &args, 0, &place, &len))
        return;
    if (len > GDB_PACKET / 2)
        len = GDB_PACKET / 2;
    gdb_begin(gdb);
    for (u32 i = 0; i < len; i++) {
        status = look(gdb, place, i, &byte);
        if (status)
            break;
        gdb_add_byte(gdb, byte);
    }
    if (gdb->out_len)
        gdb_send(gdb); /* perhaps less than was asked for, as the protocol allows */
    else
        gdb_error(gdb, place_error(status));
}

/* All of the bytes or none. */
static void write_bytes(struct gdb *gdb, struct place place, const u8 *bytes, u32 len)
{
    for (u32 i = 0; i < len; i++) {
        u8 byte;
        enum place_status status = look(gdb, place, i, &byte);
        if (status) {
            gdb_error(gdb, place_error(status));
            return;
        }
    }
    if (!gdb_touch(gdb))
        return;
    for (u32 i = 0; i < len; i++)
        place_writeb(gdb->mon->machine, place_at(place, i), bytes[i]);
    gdb_answer(gdb, "OK");
}

void gdb_write_memory(struct gdb *gdb, const char *args)
{
    u8 bytes[GDB_PACKET / 2];
    struct place place;
    u64 len;

    if (!take_range(gdb, &args, ':', &place, &len))
        return;
    for (u32 i = 0; i < len; i++) {
        if (i == sizeof bytes || !gdb_byte(&args, &bytes[i])) {
            gdb_error(gdb, GDB_BAD);
            return;
        }
    }
    if (*args)
        gdb_error(gdb, GDB_BAD);
    else
        write_bytes(gdb, place, bytes, (u32)len);
}

void gdb_write_binary(struct gdb *gdb, const char *args)
{
    struct place place;
    u64 len;

    if (!take_range(gdb, &args, ':', &place, &len))
        return;
    if (len != (size_t)(gdb->body + gdb->len - (const u8 *)args))
        gdb_error(gdb, GDB_BAD);
    else
        write_bytes(gdb, place, (const u8 *)args, (u32)len);
}
