/* system.h - CP with the inhabitants of a directory: what `vm11 cp` runs.
 *
 * A *user* is an entry of the directory. While it is logged on it has a VM with its disks; logged
 * off, only the entry is left, and what its VM had is scrubbed or closed. Its console is a line
 * whose far end is the owner's (a terminal, a socket); what its VM prints goes to `output`.
 */
#ifndef VM11_CP_SYSTEM_H
#define VM11_CP_SYSTEM_H

#include "cp/cp.h"
#include "cp/directory.h"
#include "cp/spool.h"
#include "dev/image.h"
#include "machine/expect.h"

struct system;

struct user {
    struct system *system;
    const struct directory_vm *def;
    struct cp_vm *entry;   /* NULL: logged off */
    struct expect *expect; /* its script, while it runs; NULL: none, or over */
    enum expect_status script;
    u64 next_hash;
    bool spooled;  /* it has devices on the spool */
    bool debugged; /* a command of the debugger runs it, which judges its stops itself */
    void *owner;   /* the owner's */
};

struct system_ops {
    /* The VM of `user` printed a character. */
    void (*output)(void *ctx, struct user *user, u8 ch);
    /* Something happened that an operator wants to know: one line without its end. */
    void (*tell)(void *ctx, const char *text);
    /* The VM of `user` is about to go. */
    void (*leaves)(void *ctx, struct user *user);
    /* The debugger's stop is met. False: it does not count, the VM goes on. NULL: all count. */
    bool (*stopped)(void *ctx, struct user *user, enum stop stop);
    /* A hash that --hash-every asks for. */
    void (*hash)(void *ctx, struct user *user, u64 icount, u64 hash);
    void *ctx;
};

struct system {
    struct cp *cp;
    struct directory *directory;
    struct image **pack;         /* of directory->machine.pack */
    struct user *user;           /* as many as directory->vms */
    struct spool *spool;         /* NULL: there is none */
    struct vm_services services; /* of DIAG, for VMs that are not pure */
    u64 served;                  /* CP's time of the last look at it */
    struct system_ops ops;
    struct log log;
    u64 hash_every; /* instructions; 0: no */
};

/* The bare machine and all users, logged on and stopped; `directory` becomes the system's.
 * `engine` counts where the directory says nothing. -errno. */
int system_new(struct system **system, struct directory *directory, enum engine engine,
               const struct system_ops *ops, const struct log *log, struct err *err);
/* NULL is allowed. */
void system_free(struct system *system);

/* Those with `autostart` are booted. -errno, of the first that cannot be. */
int system_autostart(struct system *system, struct err *err);

struct user *system_find(const struct system *system, const char *name);

/* A VM for a user who has none; and no more. -errno. */
int user_logon(struct user *user, struct err *err);
void user_logoff(struct user *user);

/* Boot from `unit`, or load the user's program where that is what its entry says (NULL). */
int user_ipl(struct user *user, const char *unit, struct err *err);

/* Spooled devices that stand are tried again, and readers get their next file. Between turns this
 * is done now and then; it is for who finds that all wait. */
void system_serve(struct system *system);

/* Write all that is buffered to the host's files. */
int system_flush(struct system *system, struct err *err);

#endif
