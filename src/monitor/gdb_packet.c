/* gdb_packet.c - packets of the gdb protocol: $BODY#SUM, acknowledged by + or -.
 *
 * Bytes may come in pieces of any size. In a body } announces a byte that would have been mistaken
 * (sent with bit 5 turned over), and $ is always the beginning of a packet, whatever was before: so
 * a stream that was cut is understood again. The sum is that of the bytes as they were sent.
 *
 * Until both sides have agreed to do without, a packet with a wrong sum is asked for again (-), and
 * ours is sent again when that is asked. Afterwards a wrong sum is an error like others.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/gdb_impl.h"

#define ESCAPE      0x7d
#define ESCAPE_FLIP 0x20

static int digit(u8 ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    if (ch >= 'A' && ch <= 'F')
        return ch - 'A' + 10;
    return -1;
}

static void put(struct gdb *gdb, u8 byte)
{
    if (gdb->len < GDB_PACKET)
        gdb->body[gdb->len++] = byte;
    else
        gdb->too_long = true;
}

static void raw(struct gdb *gdb, const void *bytes, size_t len)
{
    gdb->io->send(gdb->io->ctx, bytes, len);
}

static void begin_packet(struct gdb *gdb)
{
    gdb->take = TAKE_BODY;
    gdb->len = 0;
    gdb->sum = 0;
    gdb->too_long = false;
}

/* Between two packets. */
static void take_outside(struct gdb *gdb, u8 byte)
{
    switch (byte) {
    case '$': begin_packet(gdb); break;
    case 0x03: gdb->interrupt = true; break;
    case '+': gdb->last_len = 0; break;
    case '-':
        if (gdb->acks && gdb->last_len)
            raw(gdb, gdb->last, gdb->last_len);
        break;
    }
}

/* The frame is complete: is the packet? */
static bool arrived(struct gdb *gdb, bool right)
{
    gdb->take = TAKE_NOTHING;
    gdb->body[gdb->len] = 0;
    if (gdb->acks)
        raw(gdb, right ? "+" : "-", 1);
    if (right && !gdb->too_long)
        return true;
    if (right)
        gdb_error(gdb, GDB_BAD);
    else if (!gdb->acks)
        gdb_error(gdb, GDB_CORRUPT);
    return false;
}

bool gdb_take(struct gdb *gdb, u8 byte)
{
    int low;

    if (byte == '$' && gdb->take != TAKE_NOTHING) {
        begin_packet(gdb);
        return false;
    }
    switch (gdb->take) {
    case TAKE_NOTHING: take_outside(gdb, byte); return false;
    case TAKE_BODY:
        if (byte == '#') {
            gdb->take = TAKE_SUM;
            return false;
        }
        gdb->sum = (u8)(gdb->sum + byte);
        if (byte == ESCAPE)
            gdb->take = TAKE_ESCAPED;
        else
            put(gdb, byte);
        return false;
    case TAKE_ESCAPED:
        gdb->sum = (u8)(gdb->sum + byte);
        gdb->take = TAKE_BODY;
        put(gdb, byte ^ ESCAPE_FLIP);
        return false;
    case TAKE_SUM:
        gdb->said = (unsigned)digit(byte); /* none: no sum that comes of it is right */
        gdb->take = TAKE_SUM2;
        return false;
    case TAKE_SUM2:
        low = digit(byte);
        return arrived(gdb, low >= 0 && gdb->said * 16 + (unsigned)low == gdb->sum);
    }
    return false;
}

/* --- answers ------------------------------------------------------------------------------ */

void gdb_begin(struct gdb *gdb)
{
    gdb->out_len = 0;
    gdb->out[0] = 0;
}

void gdb_add(struct gdb *gdb, const char *fmt, ...)
{
    size_t room = sizeof gdb->out - gdb->out_len;
    va_list ap;
    int len;

    va_start(ap, fmt);
    len = vsnprintf(gdb->out + gdb->out_len, room, fmt, ap);
    va_end(ap);
    if (len > 0)
        gdb->out_len += (size_t)len < room ? (size_t)len : room - 1;
}

void gdb_add_byte(struct gdb *gdb, u8 byte)
{
    static const char digits[] = "0123456789abcdef";

    if (gdb->out_len + 2 > GDB_PACKET)
        return;
    gdb->out[gdb->out_len++] = digits[byte >> 4];
    gdb->out[gdb->out_len++] = digits[byte & 15];
    gdb->out[gdb->out_len] = 0;
}

void gdb_send(struct gdb *gdb)
{
    u8 sum = 0, *to = gdb->last;

    *to++ = '$';
    for (size_t i = 0; i < gdb->out_len; i++) {
        u8 byte = (u8)gdb->out[i];
        if (byte == '$' || byte == '#' || byte == '*' || byte == ESCAPE) {
            *to++ = ESCAPE;
            sum = (u8)(sum + ESCAPE);
            byte ^= ESCAPE_FLIP;
        }
        *to++ = byte;
        sum = (u8)(sum + byte);
    }
    snprintf((char *)to, 4, "#%02x", sum);
    gdb->last_len = (size_t)(to - gdb->last) + 3;
    raw(gdb, gdb->last, gdb->last_len);
}

void gdb_answer(struct gdb *gdb, const char *text)
{
    gdb_begin(gdb);
    gdb_add(gdb, "%s", text);
    gdb_send(gdb);
}

void gdb_error(struct gdb *gdb, enum gdb_error error)
{
    gdb_begin(gdb);
    gdb_add(gdb, "E%02x", error);
    gdb_send(gdb);
}

/* --- numbers ------------------------------------------------------------------------------ */

bool gdb_number(const char **at, u64 *value)
{
    unsigned digits = 0;
    int d;

    *value = 0;
    for (; (d = digit((u8) * *at)) >= 0; (*at)++) {
        if (++digits > 16)
            return false;
        *value = *value << 4 | (unsigned)d;
    }
    return digits;
}

bool gdb_number_then(const char **at, char ch, u64 *value)
{
    if (!gdb_number(at, value) || **at != ch)
        return false;
    (*at)++;
    return true;
}

bool gdb_byte(const char **at, u8 *byte)
{
    int high = digit((u8) * *at), low;

    if (high < 0)
        return false;
    low = digit((u8)(*at)[1]);
    if (low < 0)
        return false;
    *byte = (u8)(high << 4 | low);
    *at += 2;
    return true;
}
