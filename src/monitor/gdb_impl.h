/* gdb_impl.h - the inside of the gdb engine, for its files.
 *
 *   gdb.c         a client comes and goes; from the packet to what is done
 *   gdb_packet.c  packets: framing, checksums, acknowledgements; hexadecimal numbers
 *   gdb_data.c    registers and memory
 *   gdb_points.c  breakpoints and watchpoints
 *   gdb_go.c      the machine goes, forwards and backwards; why it stopped
 *   gdb_query.c   what the two can do; threads; `monitor`
 */
#ifndef VM11_MONITOR_GDB_IMPL_H
#define VM11_MONITOR_GDB_IMPL_H

#include "monitor/gdb.h"
#include "monitor/stop.h"

#define GDB_PACKET 4096u /* bytes in a packet, without its frame */
#define GDB_QUEUE  16384u
#define GDB_POINTS 64u
#define GDB_REGS   9u

/* Answers "Enn". */
enum gdb_error {
    GDB_BAD = 1,   /* the packet's arguments cannot be understood, or are out of range */
    GDB_UNMAPPED,  /* no page there: not resident, or beyond its length */
    GDB_NO_MEMORY, /* beyond the end of memory */
    GDB_IO,        /* in the I/O page */
    GDB_FULL,      /* too many points */
    GDB_NO_PAST,   /* nothing is recorded, or the host failed on the way back */
    GDB_CORRUPT,   /* the checksum is wrong, and there are no acknowledgements */
    GDB_NO_SPACE,  /* bits of the address name no space */
};

/* Signals, as gdb numbers them. */
enum {
    GDB_SIGINT = 2,
    GDB_SIGTRAP = 5,
    GDB_SIGABRT = 6,
    GDB_SIGSEGV = 11,
    GDB_SIGSTOP = 17,
    GDB_SIGTTIN = 21,
    GDB_SIGXCPU = 24,
};

/* Where a packet's bytes are being taken. */
enum gdb_take { TAKE_NOTHING, TAKE_BODY, TAKE_ESCAPED, TAKE_SUM, TAKE_SUM2 };

/* What a Z packet has set, for the answer when it is hit. */
struct gdb_set {
    unsigned type; /* 0-4, of the packet */
    u64 address;   /* as gdb gave it */
    u32 length;
};

struct gdb {
    struct monitor *mon;
    const struct gdb_io *io;
    struct monitor_io mon_io; /* the monitor's, while a client is served */

    u8 queue[GDB_QUEUE]; /* heard and not yet looked at */
    size_t head, queued;
    enum gdb_take take;
    u8 body[GDB_PACKET + 1]; /* of the packet under way, with a 0 byte at its end */
    size_t len;
    bool too_long;
    u8 sum;        /* computed */
    unsigned said; /* first digit of the one that came */
    char out[GDB_PACKET + 1];
    size_t out_len;
    u8 last[2 * GDB_PACKET + 8]; /* the packet sent last, framed, to be sent again; */
    size_t last_len;             /* 0: it has arrived */

    bool attached, acks, busy;
    bool interrupt;        /* ^C came: the next run ends at once */
    bool swbreak, hwbreak; /* the client understands them */
    enum gdb_wish wish;

    bool focused;     /* addresses that name no space are in `focus`, not in what is current */
    bool focus_space; /* and it names the space too */
    struct place focus;
    struct debug_point points[GDB_POINTS];
    struct gdb_set set[GDB_POINTS];
    unsigned point_count;
    bool moved;      /* the client has set PC since the last stop */
    bool recording;  /* the recording is the engine's own */
    unsigned signal; /* of the last stop */
    char reason[48]; /* "watch:1000;" */
};

/* --- gdb_packet.c ------------------------------------------------------------------------- */

/* Take a byte. True: gdb->body is a whole packet. */
bool gdb_take(struct gdb *gdb, u8 byte);

/* Begin an answer, add to it, send it. What does not fit is cut off. */
void gdb_begin(struct gdb *gdb);
void gdb_add(struct gdb *gdb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gdb_add_byte(struct gdb *gdb, u8 byte); /* two digits */
void gdb_send(struct gdb *gdb);

/* Whole answers. */
void gdb_answer(struct gdb *gdb, const char *text);
void gdb_error(struct gdb *gdb, enum gdb_error error);

/* A hexadecimal number of 1 to 16 digits at *at, which moves on. */
bool gdb_number(const char **at, u64 *value);
/* The same, then `ch`. */
bool gdb_number_then(const char **at, char ch, u64 *value);
/* Two digits. */
bool gdb_byte(const char **at, u8 *byte);

/* --- gdb_data.c --------------------------------------------------------------------------- */

void gdb_read_registers(struct gdb *gdb, const char *args);
void gdb_write_registers(struct gdb *gdb, const char *args);
void gdb_read_register(struct gdb *gdb, const char *args);
void gdb_write_register(struct gdb *gdb, const char *args);
void gdb_read_memory(struct gdb *gdb, const char *args);
void gdb_write_memory(struct gdb *gdb, const char *args);
void gdb_write_binary(struct gdb *gdb, const char *args);

/* The word of a register. */
u16 gdb_register(const struct gdb *gdb, unsigned number);

/* PC is set: the machine goes on from there. */
void gdb_set_pc(struct gdb *gdb, u16 pc);

/* What is changed from now on is an input of the recording. False, and answered: it failed. */
bool gdb_touch(struct gdb *gdb);

/* The place that gdb's address names; *any: it names no space, and none is in focus. `space` is
 * what is meant where only a mode is known. False: it names nothing. */
bool gdb_place(const struct gdb *gdb, u64 address, enum space space, struct place *place,
               bool *any);

/* --- gdb_points.c ------------------------------------------------------------------------- */

void gdb_insert(struct gdb *gdb, const char *args);
void gdb_remove(struct gdb *gdb, const char *args);
void gdb_remove_all(struct gdb *gdb);

/* gdb->reason for a stop at `point`, which is the engine's: "watch:1000;" and the like. */
void gdb_give_reason(struct gdb *gdb, const struct debug_point *point);

/* --- gdb_go.c ----------------------------------------------------------------------------- */

/* [ADDR] */
void gdb_continue(struct gdb *gdb, const char *args);
void gdb_step(struct gdb *gdb, const char *args);
/* SIG[;ADDR] */
void gdb_continue_signal(struct gdb *gdb, const char *args);
void gdb_step_signal(struct gdb *gdb, const char *args);
/* vCont[;ACTION[:THREAD]]... */
void gdb_vcont(struct gdb *gdb, const char *args);
void gdb_step_back(struct gdb *gdb, const char *args);
void gdb_continue_back(struct gdb *gdb, const char *args);

/* Answer why the machine stopped last, and where it stands. */
void gdb_tell_stop(struct gdb *gdb);

/* --- gdb_query.c -------------------------------------------------------------------------- */

void gdb_query(struct gdb *gdb, const char *args);
void gdb_set_feature(struct gdb *gdb, const char *args);
void gdb_thread_select(struct gdb *gdb, const char *args);
void gdb_thread_alive(struct gdb *gdb, const char *args);
/* Whether "1", "-1", "0", "p1.1" and the like at *at, which moves on, mean the only thread. */
bool gdb_thread(const char **at);

/* The monitor prints: to the client. */
void gdb_print(void *ctx, const char *text, size_t len);

#endif
