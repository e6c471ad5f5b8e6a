/* load.c - programs into machines: see load.h. */
#include "machine/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/load_impl.h"
#include "machine/machine.h"
#include "base/wholefile.h"

#define PROGRAM_MAX (1u << 24) /* bytes in a file: source with long comments */

#define PDR_READ_ONLY  077402u /* all of a page */
#define PDR_READ_WRITE 077406u
#define PAGE_BLOCKS    0200u /* 64-byte blocks in a page */
#define MMR3_KERNEL_D  4u

/* Room for one more element in an array whose length is doubled at powers of two. */
static void *array_grow(void *array, unsigned count, size_t size)
{
    if (count & (count - 1))
        return array;
    return realloc(array, (count ? 2 * (size_t)count : 1) * size);
}

struct program_segment *load_segment(struct program *program, const char *name, u32 pa,
                                     const u8 *data, u32 len)
{
    struct program_segment *array, *seg;

    array = array_grow(program->segment, program->segments, sizeof *array);
    if (!array)
        return NULL;
    program->segment = array;
    seg = &array[program->segments];
    *seg = (struct program_segment){.name = name, .va = (u16)pa, .pa = pa};
    if (load_extend(seg, data, len))
        return NULL;
    program->segments++;
    return seg;
}

int load_extend(struct program_segment *seg, const u8 *data, u32 len)
{
    u8 *bytes = realloc(seg->data, (size_t)seg->len + len + 1);

    if (!bytes)
        return -ENOMEM;
    if (len)
        memcpy(bytes + seg->len, data, len);
    seg->data = bytes;
    seg->len += len;
    seg->size = seg->len;
    return 0;
}

struct program_symbol *load_symbol(struct program *program, const char *name, size_t len)
{
    struct program_symbol *array, *sym;

    array = array_grow(program->symbol, program->symbols, sizeof *array);
    if (!array)
        return NULL;
    program->symbol = array;
    sym = &array[program->symbols];
    *sym = (struct program_symbol){.name = strndup(name, len)};
    if (!sym->name)
        return NULL;
    program->symbols++;
    return sym;
}

int load_no_memory(const struct load_input *in, struct err *err)
{
    return err_set(err, ENOMEM, "%s: no host memory for a program", in->path);
}

/* Words without any form, from the load address. */
static int raw_parse(struct program *program, const struct load_input *in, struct err *err)
{
    u32 at = in->opt->load_at;

    if (!in->opt->has_load_at)
        return err_set(err, ENOEXEC,
                       "%s: no a.out, loader tape, source, disk or description; to load it as it "
                       "is, give a load address (--load-at, or `load FILE ADDRESS` in the monitor)",
                       in->path);
    if (in->len > RAM_MAX - at)
        return err_set(err, EFBIG, "%s: %zu bytes from %o on are more than a machine has (%o)",
                       in->path, in->len, at, RAM_MAX);
    if (!load_segment(program, "raw", at, in->data, (u32)in->len))
        return load_no_memory(in, err);
    program->has_start = at < LOAD_IO_PAGE;
    program->start = (u16)(program->has_start ? at : 0);
    return 0;
}

static int kind_parse(struct program *program, const struct load_input *in, struct err *err)
{
    switch (program->kind) {
    case FILE_RAW: return raw_parse(program, in, err);
    case FILE_AOUT: return aout_parse(program, in, err);
    case FILE_LDA: return lda_parse(program, in, err);
    case FILE_SOURCE: return source_parse(program, in, err);
    case FILE_DISK:
    case FILE_CONFIG: break;
    }
    return err_set(err, ENOEXEC, "%s: a %s is no program", in->path, file_kind_name(program->kind));
}

/* The start address that the user gave goes before the file's. */
static int start_check(struct program *program, const struct load_input *in, struct err *err)
{
    if (in->opt->has_start) {
        program->has_start = true;
        program->start = in->opt->start;
    }
    if (program->start & 1)
        return err_set(err, EINVAL, "%s: the start address %06o is odd", in->path, program->start);
    return 0;
}

static int input_parse(struct program **program, enum file_kind kind, const struct load_input *in,
                       struct err *err)
{
    struct program *p;
    int rc;

    if (in->opt->has_load_at && (in->opt->load_at & 1 || in->opt->load_at >= RAM_MAX))
        return err_set(err, EINVAL, "%s: %o is no load address (even, below %o)", in->path,
                       in->opt->load_at, RAM_MAX);
    p = calloc(1, sizeof *p);
    if (!p || !(p->path = strdup(in->path))) {
        free(p);
        return load_no_memory(in, err);
    }
    p->kind = kind;
    rc = kind_parse(p, in, err);
    if (rc == 0)
        rc = start_check(p, in, err);
    if (rc) {
        program_free(p);
        return rc;
    }
    *program = p;
    return 0;
}

int program_parse(struct program **program, const char *path, enum file_kind kind, const u8 *data,
                  size_t len, const struct program_options *opt, struct err *err)
{
    static const struct program_options none;
    const struct load_input in = {.path = path, .data = data, .len = len, .opt = opt ? opt : &none};

    return input_parse(program, kind, &in, err);
}

/* What looks like a tape but for a wrong sum, or like a disk, is raw words where the user gave an
 * address for it. */
static enum file_kind raw_if_placed(enum file_kind kind, const struct load_input *in)
{
    if (!in->opt->has_load_at)
        return kind;
    if (kind == FILE_DISK || (kind == FILE_LDA && lda_probe(in->data, in->len) != LDA_SURE))
        return FILE_RAW;
    return kind;
}

int program_read(struct program **program, const char *path, const struct program_options *opt,
                 struct err *err)
{
    static const struct program_options none;
    struct load_input in = {.path = path, .opt = opt ? opt : &none, .include = true};
    enum file_kind kind;
    u8 *bytes;
    int rc = identify_file(path, &kind, err);

    if (rc)
        return rc;
    if (kind == FILE_CONFIG || (kind == FILE_DISK && !in.opt->has_load_at))
        return err_set(err, ENOEXEC, "%s: a %s is no program", path, file_kind_name(kind));
    rc = wholefile_read(path, PROGRAM_MAX, &bytes, &in.len, err);
    if (rc)
        return rc;
    in.data = bytes;
    rc = input_parse(program, raw_if_placed(kind, &in), &in, err);
    free(bytes);
    return rc;
}

void program_free(struct program *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->segments; i++)
        free(p->segment[i].data);
    for (unsigned i = 0; i < p->symbols; i++)
        free(p->symbol[i].name);
    free(p->segment);
    free(p->symbol);
    free(p->path);
    free(p);
}

int program_load(const struct program *program, struct machine *m, struct err *err)
{
    for (unsigned i = 0; i < program->segments; i++) {
        const struct program_segment *seg = &program->segment[i];
        if (seg->pa > m->ram.size || seg->size > m->ram.size - seg->pa)
            return err_set(err, E2BIG,
                           "%s: the program needs memory up to %06o, the machine has "
                           "%uK (to %06o)",
                           program->path, seg->pa + seg->size, m->ram.size / 1024, m->ram.size);
    }
    for (unsigned i = 0; i < program->segments; i++) {
        const struct program_segment *seg = &program->segment[i];
        u8 *at = m->ram.base + seg->pa;
        memcpy(at, seg->data, seg->len);
        memset(at + seg->len, 0, seg->size - seg->len);
        if (seg->size)
            ram_wrote(&m->ram, seg->pa, seg->size);
    }
    return 0;
}

/* The PAR of page `page` of a space that begins at `pa`: twelve bits, so it wraps as the bus does.
 */
static u16 page_base(const struct mmu *mmu, u32 pa, unsigned page)
{
    return (u16)(pa / 0100 + page * PAGE_BLOCKS) & mmu_par_bits(mmu);
}

/* Kernel I space is the text, write protected; kernel D space is 56 KB from the data on, and the
 * I/O page. */
static void split_setup(const struct program *program, struct cpu *cpu)
{
    const struct program_segment *text = &program->segment[0];
    u32 data = text->pa + (text->size + 017777) / 020000 * 020000;
    struct mmu *mmu = &cpu->mmu;

    for (unsigned page = 0; page < 8; page++) {
        bool used = page * 020000u < text->size;
        mmu->par[MODE_K][SPACE_I][page] = page_base(mmu, text->pa, page);
        mmu->pdr[MODE_K][SPACE_I][page] = used ? PDR_READ_ONLY : 0;
        mmu->par[MODE_K][SPACE_D][page] = page_base(mmu, data, page);
        mmu->pdr[MODE_K][SPACE_D][page] = PDR_READ_WRITE;
    }
    mmu->par[MODE_K][SPACE_D][7] = (u16)(mmu_io_page(mmu) >> 6);
    mmu->mmr3 = MMR3_KERNEL_D;
    mmu->mmr0 = MMR0_ENABLE;
    mmu_flush(mmu);
    cpu_update(cpu);
}

int program_start(const struct program *program, struct machine *m, struct err *err)
{
    if (!program->has_start)
        return err_set(err, EINVAL, "%s: the program has no start address; give one (--start)",
                       program->path);
    machine_start(m, program->start);
    if (program->split)
        split_setup(program, &m->cpu);
    return 0;
}
