/* spool_impl.h - what the files of the spool share: see spool.h.
 *
 * spool.c has the folder, the machines and the list of closed files; spool_out.c what printers and
 * punches write; spool_reader.c what readers read.
 */
#ifndef VM11_CP_SPOOL_IMPL_H
#define VM11_CP_SPOOL_IMPL_H

#include "cp/spool.h"
#include "dev/paper.h"

#define SPOOL_BUFFER 512u
#define SPOOL_PATH   64u /* a file's name inside the folder */

/* What a printer or a punch writes. */
struct spool_out {
    struct spool_user *user;
    enum spool_device device;
    struct paper_end end;
    unsigned number; /* of the open file; 0: there is none */
    int fd;          /* of the open file */
    u64 size;        /* of the open file */
    unsigned count;  /* bytes in the buffer */
    u8 buffer[SPOOL_BUFFER];
    struct err why; /* it stands; code 0: it does not */
};

struct spool_user {
    struct spool *spool;
    struct spool_user *next;
    char name[SPOOL_NAME + 1];
    char *label; /* NULL: none */
    struct machine *m;
    unsigned devices;        /* that it has: a bit each */
    struct spool_out out[2]; /* by device */
    unsigned reading;        /* the file in the reader; 0: none */
    bool ended;              /* its end was seen at this time: */
    u64 ended_at;
};

struct spool {
    char *folder;
    int dir; /* the folder, locked */
    struct log log;
    void (*ready)(void *ctx, struct machine *m); /* NULL: nobody wants to know */
    void *ready_ctx;
    unsigned next; /* number of the next file */
    struct spool_file *file;
    unsigned files;
    struct spool_user *users;
};

/* spool.c */

/* The name of a file in the folder; of one that is open, if `open`. */
void spool_path(char path[SPOOL_PATH], const struct spool_file *file, bool open);
/* A device of the user's machine is ready. */
void spool_user_ready(struct spool_user *user);
struct spool_user *spool_user_find(const struct spool *spool, const char *name, struct err *err);
/* -ENOENT: NULL */
struct spool_file *spool_file_find(const struct spool *spool, unsigned number, struct err *err);
/* Room for one more file; then one more, at the end. -ENOMEM */
int spool_file_room(struct spool *spool, struct err *err);
void spool_file_add(struct spool *spool, const struct spool_file *file);
/* No longer in the list. */
void spool_file_drop(struct spool *spool, struct spool_file *file);

/* spool_out.c */

int spool_out_join(struct spool_user *user, enum spool_device device, struct err *err);
/* What is buffered, into the open file, which is made if there is none. */
int spool_out_flush(struct spool_out *out, struct err *err);
int spool_out_close(struct spool_out *out, unsigned *number, struct err *err);
/* The same for the last time: what the host does not take is lost. */
int spool_out_end(struct spool_out *out, struct err *err);
/* Try again where it stands. True: it stands still. */
bool spool_out_retry(struct spool_out *out);

/* spool_reader.c */

/* The next file, where it is time for one. */
void spool_reader_service(struct spool_user *user);
/* Take the file out; it stays in the queue. */
void spool_reader_leave(struct spool_user *user);

#endif
