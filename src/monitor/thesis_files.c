/* thesis_files.c - the preprocessor's files: .vmm002, the modified a.out, and .vmt003, its table.
 *
 * The table is an array as the thesis tells: for each replaced instruction, by rising address, a
 * word with its address and a word with the instruction, low byte first; the file's length says how
 * many. Both are written under another name and renamed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/wholefile.h"
#include "machine/load.h"
#include "monitor/thesis_impl.h"

#define AOUT_HEADER 16u
#define FILE_MAX    (1u << 20) /* text, data, relocation and many symbols */
#define ENTRY_LEN   4u         /* bytes of a table's entry */
#define NAME_AOUT   ".vmm002"
#define NAME_TABLE  ".vmt003"

void files_free(struct job_file *file)
{
    free(file->bytes);
    free(file->table);
    *file = (struct job_file){0};
}

static const char *magic_complaint(u16 magic)
{
    switch (magic) {
    case 0405: return "an a.out of the First Edition";
    case 0410: return "its text segment is shareable";
    case 0411: return "its text and data are in separate spaces";
    default: return "it is no a.out";
    }
}

/* The loader knows what a sound a.out is. */
static int check_sound(const struct job_file *file, const char *path, struct err *err)
{
    struct program *program;
    int rc = program_parse(&program, path, FILE_AOUT, file->bytes, file->len, NULL, err);

    if (rc == 0)
        program_free(program);
    return rc;
}

int files_read_aout(struct job_file *file, const char *path, struct err *err)
{
    int rc = wholefile_read(path, FILE_MAX, &file->bytes, &file->len, err);
    u16 magic;

    if (rc)
        return rc;
    magic = file->len >= 2 ? word_get(file->bytes) : 0;
    if (magic != 0407)
        return err_set(err, EINVAL, "%s: not an a.out with non-shareable segments (0407): %s", path,
                       magic_complaint(magic));
    rc = check_sound(file, path, err);
    if (rc)
        return rc;
    file->text = word_get(file->bytes + 2);
    file->data = word_get(file->bytes + 4);
    file->entry = word_get(file->bytes + 012);
    return 0;
}

static int path_make(const struct thesis *t, const char *name, char *path, size_t size,
                     struct err *err)
{
    if ((size_t)snprintf(path, size, "%s/%s", t->dir, name) >= size)
        return err_set(err, ENAMETOOLONG, "%s/%s: too long a name", t->dir, name);
    return 0;
}

/* Take in the bytes of a table. */
static int table_parse(struct job_file *file, const char *path, const u8 *bytes, size_t len,
                       struct err *err)
{
    u32 above = 0;

    if (len % ENTRY_LEN)
        return err_set(err, EINVAL, "%s: damaged table: %zu bytes are no number of entries", path,
                       len);
    file->table = calloc(len / ENTRY_LEN + 1, sizeof *file->table);
    if (!file->table)
        return err_set(err, ENOMEM, "no host memory for the table %s", path);
    for (size_t at = 0; at < len; at += ENTRY_LEN) {
        struct sensitive *entry = &file->table[file->count++];
        *entry = (struct sensitive){word_get(bytes + at), word_get(bytes + at + 2)};
        if (entry->addr & 1 || entry->addr < above || entry->addr >= file->text ||
            !sim_exists(isa_op(entry->insn)))
            return err_set(err, EINVAL,
                           "%s: damaged table: at byte %zu address %06o, instruction %06o", path,
                           at, entry->addr, entry->insn);
        above = entry->addr + 2u;
    }
    return 0;
}

/* A job without a sensitive instruction has a table of no bytes. */
static int table_read(struct job_file *file, const char *path, struct err *err)
{
    struct stat st;
    size_t len;
    u8 *bytes;
    int rc;

    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0)
        return table_parse(file, path, NULL, 0, err);
    rc = wholefile_read(path, FILE_MAX, &bytes, &len, err);
    if (rc)
        return rc;
    rc = table_parse(file, path, bytes, len, err);
    free(bytes);
    return rc;
}

int files_load(struct thesis *t, struct job_file *file, struct err *err)
{
    char path[NAME_LEN + 16];
    int rc = path_make(t, NAME_AOUT, path, sizeof path, err);

    if (rc == 0)
        rc = files_read_aout(file, path, err);
    if (rc == 0)
        rc = path_make(t, NAME_TABLE, path, sizeof path, err);
    if (rc == 0)
        rc = table_read(file, path, err);
    if (rc)
        files_free(file);
    return rc;
}

static int write_file(const char *path, const u8 *bytes, size_t len, struct err *err)
{
    char temp[NAME_LEN + 32];
    FILE *stream;
    int rc = 0;

    snprintf(temp, sizeof temp, "%s.%ld", path, (long)getpid());
    stream = fopen(temp, "wb");
    if (!stream)
        return err_set(err, errno, "%s: %s", temp, strerror(errno));
    if (len && fwrite(bytes, 1, len, stream) != len)
        rc = errno;
    if (fclose(stream) && rc == 0)
        rc = errno;
    if (rc == 0 && rename(temp, path))
        rc = errno;
    if (rc == 0)
        return 0;
    remove(temp);
    return err_set(err, rc, "%s: %s", path, strerror(rc));
}

static int table_write(const struct job_file *file, const char *path, struct err *err)
{
    u8 *bytes = malloc((size_t)file->count * ENTRY_LEN + 1);
    int rc;

    if (!bytes)
        return err_set(err, ENOMEM, "no host memory for the table %s", path);
    for (unsigned i = 0; i < file->count; i++) {
        word_put(bytes + (size_t)i * ENTRY_LEN, file->table[i].addr);
        word_put(bytes + (size_t)i * ENTRY_LEN + 2, file->table[i].insn);
    }
    rc = write_file(path, bytes, (size_t)file->count * ENTRY_LEN, err);
    free(bytes);
    return rc;
}

int files_save(struct thesis *t, const struct job_file *file, struct err *err)
{
    char table[NAME_LEN + 16], aout[NAME_LEN + 16];
    int rc = path_make(t, NAME_TABLE, table, sizeof table, err);

    if (rc == 0)
        rc = path_make(t, NAME_AOUT, aout, sizeof aout, err);
    if (rc == 0)
        rc = table_write(file, table, err);
    if (rc)
        return rc;
    rc = write_file(aout, file->bytes, file->len, err);
    if (rc)
        remove(table); /* it does not belong to the .vmm002 that is there */
    return rc;
}

const struct sensitive *files_find(const struct job_file *file, u16 addr)
{
    unsigned low = 0, high = file->count;

    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (file->table[middle].addr == addr)
            return &file->table[middle];
        if (file->table[middle].addr < addr)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

u8 *files_word(const struct job_file *file, u16 addr)
{
    return addr & 1 || addr >= file->text + file->data ? NULL : file->bytes + AOUT_HEADER + addr;
}
