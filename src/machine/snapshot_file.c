/* snapshot_file.c - the state of a machine in a file: see snapshot.h; the format is in
 * docs/debugging.md.
 *
 * A state goes with the contents of its disks: a UNIX whose memory knows of blocks that the disk
 * has lost destroys it. So a file holds a hash of each disk, and is refused where one is another.
 * As with recordings the checksum finds accidents only, and everything is checked.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/wholefile.h"
#include "dev/image.h"
#include "machine/bytes.h"
#include "machine/snapshot.h"

#define MAGIC "vm11sta1"

static int put_disks(struct bytes_out *out, const struct machine *m, struct err *err)
{
    unsigned count = 0;
    int rc = 0;

    for (unsigned unit = 0; unit < RK11_DRIVES; unit++)
        count += m->rk.drives[unit].image != NULL;
    bytes_put_number(out, count, 1);
    for (unsigned unit = 0; unit < RK11_DRIVES && !rc; unit++) {
        struct image *image = m->rk.drives[unit].image;
        u64 hash = 0;

        if (!image)
            continue;
        rc = image_hash(image, NULL, &hash, err);
        bytes_put_number(out, unit, 1);
        bytes_put_number(out, image_capacity(image), 8);
        bytes_put_number(out, hash, 8);
    }
    return rc;
}

int snapshot_save(struct machine *m, const char *path, struct err *err)
{
    struct snapshot state = {0};
    struct bytes_out out = {0};
    u64 tape = 0;
    int rc = snapshot_take(&state, m, err);

    if (!rc)
        rc = bytes_tape_hash(m, &tape, err);
    if (!rc) {
        bytes_put_head(&out, MAGIC, m);
        bytes_put_number(&out, tape, 8);
        rc = put_disks(&out, m, err);
    }
    if (!rc) {
        bytes_put_number(&out, state.size, 4);
        bytes_put(&out, state.bytes, state.size);
        rc = bytes_write(&out, path, err);
    }
    free(out.bytes);
    snapshot_free(&state);
    return rc;
}

/* A disk of the file: is it the one in the drive? */
static int check_disk(struct bytes_in *in, const struct machine *m, bool anyway, struct err *err)
{
    u64 unit = bytes_take_number(in, 1), capacity = bytes_take_number(in, 8);
    u64 want = bytes_take_number(in, 8), hash;
    struct image *image = unit < RK11_DRIVES ? m->rk.drives[unit].image : NULL;
    int rc;

    if (in->bad || unit >= RK11_DRIVES) {
        in->bad = true;
        return 0;
    }
    if (!image)
        return err_set(err, ENOENT, "rk%u: the saved machine had a disk there: attach it",
                       (unsigned)unit);
    if (anyway)
        return 0;
    rc = image_hash(image, NULL, &hash, err);
    if (!rc && (capacity != image_capacity(image) || hash != want))
        rc = err_set(err, EINVAL,
                     "rk%u: %.200s does not hold what the disk held when the state was saved: "
                     "attach that, or restore it `anyway`",
                     (unsigned)unit, image_path(image));
    return rc;
}

static int check_files(struct bytes_in *in, const struct machine *m, bool anyway, struct err *err)
{
    u64 want = bytes_take_number(in, 8), hash = 0;
    int rc = bytes_tape_hash(m, &hash, err);

    if (!rc && want && hash != want && !anyway)
        rc = err_set(err, EINVAL,
                     "pr: not the tape that was there when the state was saved: attach that, or "
                     "restore it `anyway`");
    for (u64 disks = bytes_take_number(in, 1); disks && !rc && !in->bad; disks--)
        rc = check_disk(in, m, anyway, err);
    return rc;
}

/* The ticks of the clock come from where they came before, whatever it was when it was saved. */
static int put_in(struct machine *m, const u8 *state, size_t size, struct err *err)
{
    struct paper *papers[] = {&m->punch.tape, &m->printer.paper};
    struct snapshot before = {0};
    bool external = m->clock.external;
    int rc = snapshot_take(&before, m, err);

    if (rc)
        return rc;
    rc = snapshot_put(m, state, size, err);
    if (rc)
        snapshot_put(m, before.bytes, before.size, NULL);
    snapshot_free(&before);
    if (rc)
        return rc;
    if (m->clock.external != external)
        kw11l_set_external(&m->clock, external);
    for (unsigned i = 0; i < ARRAY_LEN(papers); i++)
        paper_rebase(papers[i]);
    if (m->debugger)
        m->debugger->passes = false;
    debug_clear(&m->cpu);
    return 0;
}

static int parse(struct machine *m, const u8 *bytes, size_t size, bool anyway, struct err *err)
{
    struct bytes_in in;
    const u8 *state;
    size_t len;
    int rc = bytes_open(&in, bytes, size, MAGIC, "saved state", err);

    if (!rc)
        rc = bytes_take_build(&in, m, "saved", err);
    if (!rc)
        rc = check_files(&in, m, anyway, err);
    if (rc)
        return rc;
    len = (size_t)bytes_take_number(&in, 4);
    state = bytes_take(&in, len);
    if (in.bad || in.left)
        return err_set(err, EINVAL, "a damaged saved state");
    return put_in(m, state, len, err);
}

int snapshot_parse(struct machine *m, const char *name, const u8 *bytes, size_t size, bool anyway,
                   struct err *err)
{
    struct err why = {0};
    int rc = m->record
                 ? err_set(&why, EBUSY, "end the recording that goes on first (`record stop`)")
                 : parse(m, bytes, size, anyway, &why);

    return rc ? err_set(err, -rc, "%.120s: %s", name, why.text) : 0;
}

int snapshot_load(struct machine *m, const char *path, bool anyway, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc = wholefile_read(path, BYTES_FILE_MAX, &bytes, &len, err);

    if (rc)
        return rc;
    rc = snapshot_parse(m, path, bytes, len, anyway, err);
    free(bytes);
    return rc;
}
