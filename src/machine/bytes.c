/* bytes.c - files that hold a machine's state: see bytes.h. */
#include "machine/bytes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wholefile.h"

#define SUM 8u /* bytes of the checksum */

u64 bytes_fnv(const u8 *data, size_t len)
{
    u64 hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ data[i]) * 0x100000001b3u;
    return hash;
}

int bytes_tape_hash(const struct machine *m, u64 *hash, struct err *err)
{
    u8 *bytes;
    size_t len;
    int rc;

    *hash = 0;
    if (!m->reader.tape.path)
        return 0;
    rc = wholefile_read(m->reader.tape.path, BYTES_FILE_MAX, &bytes, &len, err);
    if (rc)
        return rc;
    *hash = bytes_fnv(bytes, len) | 1;
    free(bytes);
    return 0;
}

/* --- writing ------------------------------------------------------------------------------ */

void bytes_put(struct bytes_out *out, const void *bytes, size_t len)
{
    if (len > out->room - out->size) {
        size_t room = (out->size + len) * 2;
        u8 *bigger = out->failed ? NULL : realloc(out->bytes, room);

        if (!bigger) {
            out->failed = true;
            return;
        }
        out->bytes = bigger;
        out->room = room;
    }
    if (len)
        memcpy(out->bytes + out->size, bytes, len);
    out->size += len;
}

void bytes_put_number(struct bytes_out *out, u64 value, unsigned size)
{
    u8 bytes[8];

    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (u8)(value >> 8 * i);
    bytes_put(out, bytes, size);
}

/* What else a machine is built of. */
static unsigned with_of(const struct machine *m)
{
    return (m->bus.events.immediate ? 1u : 0) | (m->kbs.dev.ops ? 2u : 0) | (m->hv ? 4u : 0) |
           (m->ram.wide ? 8u : 0);
}

void bytes_put_head(struct bytes_out *out, const char *magic, const struct machine *m)
{
    char name[16] = "";

    strncpy(name, m->model->name, sizeof name - 1);
    bytes_put(out, magic, BYTES_MAGIC);
    bytes_put(out, name, sizeof name);
    bytes_put_number(out, m->ram.size, 4);
    bytes_put_number(out, with_of(m), 1);
}

int bytes_write(struct bytes_out *out, const char *path, struct err *err)
{
    FILE *file;
    bool wrote;

    if (!out->failed)
        bytes_put_number(out, bytes_fnv(out->bytes, out->size), SUM);
    if (out->failed)
        return err_set(err, ENOMEM, "no host memory for the file %s", path);
    file = fopen(path, "wbx");
    if (!file)
        return err_set(err, errno, "%s: %s", path, strerror(errno));
    wrote = fwrite(out->bytes, 1, out->size, file) == out->size;
    if (fclose(file) == 0 && wrote)
        return 0;
    err_set(err, errno, "%s: writing: %s", path, strerror(errno));
    remove(path);
    return -EIO;
}

/* --- reading ------------------------------------------------------------------------------ */

const u8 *bytes_take(struct bytes_in *in, u64 len)
{
    const u8 *at = in->at;

    if (in->bad || len > in->left) {
        in->bad = true;
        return NULL;
    }
    in->at += len;
    in->left -= (size_t)len;
    return at;
}

u64 bytes_take_number(struct bytes_in *in, unsigned size)
{
    const u8 *bytes = bytes_take(in, size);
    u64 value = 0;

    for (unsigned i = 0; bytes && i < size; i++)
        value |= (u64)bytes[i] << 8 * i;
    return value;
}

int bytes_open(struct bytes_in *in, const u8 *bytes, size_t size, const char *magic,
               const char *what, struct err *err)
{
    struct bytes_in sum;

    if (size < BYTES_MAGIC + SUM || memcmp(bytes, magic, BYTES_MAGIC) != 0)
        return err_set(err, ENOEXEC, "not a %s", what);
    sum = (struct bytes_in){bytes + size - SUM, SUM, false};
    if (bytes_take_number(&sum, SUM) != bytes_fnv(bytes, size - SUM))
        return err_set(err, EINVAL, "a damaged %s (its checksum is wrong)", what);
    *in = (struct bytes_in){bytes + BYTES_MAGIC, size - BYTES_MAGIC - SUM, false};
    return 0;
}

int bytes_take_build(struct bytes_in *in, const struct machine *m, const char *done,
                     struct err *err)
{
    static const char *const names[] = {"--fast-io", "--option kbs11a", "--option hv",
                                        "physical addresses of 22 bits"};
    const u8 *name = bytes_take(in, 16);
    u64 memory = bytes_take_number(in, 4), with = bytes_take_number(in, 1);

    if (!name || name[15])
        in->bad = true;
    else if (strcmp((const char *)name, m->model->name) != 0)
        return err_set(err, EINVAL, "the %s machine is a %.15s, this one a %s", done, name,
                       m->model->name);
    else if (memory != m->ram.size)
        return err_set(err, EINVAL, "the %s machine has %uK of memory, this one %uK", done,
                       (unsigned)(memory / 1024), m->ram.size / 1024);
    for (unsigned i = 0; !in->bad && i < ARRAY_LEN(names); i++)
        if ((with ^ with_of(m)) >> i & 1)
            return err_set(err, EINVAL, "the %s machine was run %s %s", done,
                           with >> i & 1 ? "with" : "without", names[i]);
    return 0;
}
