/* spool.h - the spool: printers and punches whose output is kept in files until somebody wants it,
 * and readers that read such files in order. After CP-67's.
 *
 * A virtual printer or punch writes into a file that nobody sees until it is closed. Then it has a
 * number, of its own in the whole spool, and a name in the spool's folder:
 *
 *     V6-lp-0001.txt   what V6 printed
 *     V6-pp-0002.bin   what V6 punched
 *     V6-pr-0003.bin   waits for V6's reader
 *
 * Files that a CP left are there for the next one. What was not closed when a CP died is closed by
 * the next.
 *
 * Where the host has no room (a full disk) the device at fault stands, off line or not ready; the
 * character that was on its way is kept, and all goes on when there is room. No other machine, no
 * other device hears of it.
 */
#ifndef VM11_CP_SPOOL_H
#define VM11_CP_SPOOL_H

#include "base/log.h"
#include "machine/machine.h"

#define SPOOL_NAME 15u /* characters of a machine's name */

enum spool_device { SPOOL_PRINTER, SPOOL_PUNCH, SPOOL_READER };

/* "lp", "pp", "pr" */
extern const char *const spool_units[];

/* A closed file. */
struct spool_file {
    unsigned number;
    char owner[SPOOL_NAME + 1];
    enum spool_device device; /* SPOOL_READER: it waits to be read */
    u64 size;
    bool reading; /* it is in the reader */
};

struct spool;

/* Use the folder, which is made if it is not there, alone: -EBUSY where another CP has it. What it
 * has to say, of a device that stands for example, goes to `log`, which is copied. */
int spool_new(struct spool **spool, const char *folder, const struct log *log, struct err *err);

/* All machines leave; NULL is allowed. Call spool_flush() first to hear of errors. */
void spool_free(struct spool *spool);

/* The machine `m` of that name gets a spooled printer, punch or reader (a device's bit,
 * 1 << SPOOL_PRINTER and so on). Its files may go only to those who have the same label; NULL:
 * none. `m` stays until spool_leave(). -EEXIST where the name is taken, -EBUSY where a unit is. */
int spool_join(struct spool *spool, const char *name, const char *label, struct machine *m,
               unsigned devices, struct err *err);

/* Its output is closed and its devices are off line; the file in its reader goes back to the queue.
 * -errno of the host where something could not be written: it is in the folder then, and what was
 * not is lost. -ENOENT */
int spool_leave(struct spool *spool, const char *name, struct err *err);

/* Close what a printer or a punch has written so far: it becomes a file; *number, which may be
 * NULL, is its number, 0 where nothing was written. -errno of the host: nothing has changed. */
int spool_close(struct spool *spool, const char *name, enum spool_device device, unsigned *number,
                struct err *err);

/* Write what is buffered to the host's files, open ones too. */
int spool_flush(struct spool *spool, struct err *err);

/* `ready` is called, from spool_service(), when a device of `m` is ready again, or its reader has
 * its next file: the machine may have waited for it. */
void spool_on_ready(struct spool *spool, void (*ready)(void *ctx, struct machine *m), void *ctx);

/* Between two runs of the machines: devices that stand are tried again; readers get their next
 * file, a second of guest time after the end of the last, which is gone then. Returns how many
 * devices stand. */
unsigned spool_service(struct spool *spool);

/* Why a printer or punch stands; NULL: it does not. */
const char *spool_stands(const struct spool *spool, const char *name, enum spool_device device);

/* The files, in order; NULL after the last. Borrowed, until the next call that changes one. */
const struct spool_file *spool_at(const struct spool *spool, unsigned index);

/* The file becomes the first of its queue. -ENOENT; -EBUSY where it is being read. */
int spool_order(struct spool *spool, unsigned number, struct err *err);

/* The file is thrown away. */
int spool_purge(struct spool *spool, unsigned number, struct err *err);

/* The file waits for the reader of the machine `to`, as the last of its queue: that is how one
 * hands another what it punched. -EPERM where their labels differ. */
int spool_transfer(struct spool *spool, unsigned number, const char *to, struct err *err);

/* A copy of a file of the host waits for that reader. */
int spool_import(struct spool *spool, const char *path, const char *to, struct err *err);

#endif
