/* gdb.h - the GDB remote serial protocol: a machine as gdb's target.
 *
 * The engine of the protocol only: bytes come in, bytes go out. Who holds the connection hands it
 * what has arrived with gdb_hear() and lets it work with gdb_serve(); it owns no socket and prints
 * nothing. The machine is stopped and run by way of a monitor, whose breakpoints and gdb's stand
 * side by side. Registers, addresses, signals and errors are described in docs/gdb.md.
 *
 * Source: the appendix "GDB Remote Serial Protocol" of the GDB manual.
 */
#ifndef VM11_MONITOR_GDB_H
#define VM11_MONITOR_GDB_H

#include "monitor/monitor.h"

struct gdb;

/* How the run is over, in gdb's terms. */
struct gdb_over {
    bool over;
    bool by_signal;
    unsigned number; /* of the signal, or the exit status */
};

/* What the engine needs of its owner. All but send may be NULL. */
struct gdb_io {
    /* Bytes for the client. Never fails: a client that has gone is noticed elsewhere. */
    void (*send)(void *ctx, const void *bytes, size_t len);
    /* As in struct monitor_io; the owner calls gdb_hear() meanwhile, and returns STOP_REQUEST when
     * that returns true. */
    enum stop (*run)(void *ctx, u64 icount);
    int (*restart)(void *ctx, struct err *err);
    bool (*interrupted)(void *ctx);
    void (*progress)(void *ctx, u64 done, u64 total);
    /* After a run: is it over, so that the client can do nothing more? */
    struct gdb_over (*over)(void *ctx);
    bool no_files; /* `monitor` commands that read or write files of the host are refused */
    void *ctx;
};

/* What the client wants of the machine when it has been served. */
enum gdb_wish {
    GDB_NOTHING, /* no packet has come yet: the machine is not its business */
    GDB_HOLD,    /* the machine stands, and waits for its commands */
    GDB_RELEASE, /* it has detached: the machine goes on */
    GDB_KILL,    /* the run shall end */
};

/* An engine around a monitor; both it and `io` are borrowed. -ENOMEM. */
int gdb_new(struct gdb **gdb, struct monitor *monitor, const struct gdb_io *io, struct err *err);
void gdb_free(struct gdb *gdb);

/* A client has come: nothing is left of the last one. */
void gdb_open(struct gdb *gdb);
/* It has gone. What it has set is taken off; its recording ends too, unless `keep`. */
void gdb_close(struct gdb *gdb, bool keep);

/* Bytes came from the client. While a command of it is carried out true means that it is to be
 * interrupted; else, that a packet begins in them. What does not fit is dropped: a client that
 * waits for its answers never sends as much. */
bool gdb_hear(struct gdb *gdb, const u8 *bytes, size_t len);

/* Carry out what was heard. */
enum gdb_wish gdb_serve(struct gdb *gdb);

/* No client is there: let the machine go on, as the monitor's `continue` does. Its stops are told
 * of as usual. */
void gdb_go_free(struct gdb *gdb);

#endif
