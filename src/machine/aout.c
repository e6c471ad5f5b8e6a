/* aout.c - UNIX a.out files.
 *
 *   0405  First Edition: six words of header, which are loaded too, at 040000; it begins with a
 *         branch over itself. Sizes: text with header, symbols, relocation, bss
 *   0407  text, data and bss in a row
 *   0410  data at the next 8 KB boundary (in UNIX the text is shared and write protected)
 *   0411  text in I space, data in D space, both from 0
 *
 * The header of the last three is eight words: magic, text, data, bss, symbols, entry, unused, and
 * a flag that is 0 where relocation words (as many as text and data have) lie before the symbols.
 * Symbols are 12 bytes: eight characters, type, value.
 *
 * Sources: UNIX Programmer's Manual, a.out(V), First Edition (1971), Third (1972), Sixth (1975).
 */
#include <errno.h>
#include <string.h>

#include "machine/load_impl.h"

#define V1_HEADER 12u
#define V1_BASE   040000u
#define HEADER    16u
#define PAGE      020000u
#define NLIST     12u

/* A header, whatever its layout was. */
struct aout {
    u16 magic;
    u32 header;          /* bytes of it that are not loaded */
    u32 text, data, bss; /* bytes */
    u32 syms, reloc;     /* bytes */
    u16 entry;
    u32 data_at; /* where the data lies, from the text */
};

static u32 round_up(u32 value, u32 unit)
{
    return (value + unit - 1) / unit * unit;
}

/* Take the header apart; false where this is no a.out. */
static bool header_get(const u8 *at, size_t len, struct aout *a)
{
    u16 w[8] = {0};

    if (len < V1_HEADER)
        return false;
    for (unsigned i = 0; i < 8 && 2 * i + 1 < len; i++)
        w[i] = load_word(at + 2 * i);
    *a = (struct aout){.magic = w[0]};
    if (w[0] == 0405) {
        a->text = w[1];
        a->syms = w[2];
        a->reloc = w[3];
        a->bss = w[4];
        a->data_at = a->text;
        return true;
    }
    if (len < HEADER || w[0] < 0407 || w[0] > 0411)
        return false;
    a->header = HEADER;
    a->text = w[1];
    a->data = w[2];
    a->bss = w[3];
    a->syms = w[4];
    a->entry = w[5];
    a->reloc = w[7] ? 0 : a->text + a->data;
    a->data_at = w[0] == 0407 ? a->text : round_up(a->text, PAGE);
    return true;
}

bool aout_probe(const u8 *head, size_t len, u64 *need)
{
    struct aout a;

    if (!header_get(head, len, &a))
        return false;
    *need = (u64)a.header + a.text + a.data + a.reloc + a.syms;
    return true;
}

/* The sizes make sense, and the file has what is to be loaded. */
static int header_check(const struct load_input *in, const struct aout *a, struct err *err)
{
    u32 base = in->opt->has_load_at ? in->opt->load_at : a->magic == 0405 ? V1_BASE : 0;
    u32 end = base + a->data_at + a->data + a->bss;

    if ((a->text | a->data | a->bss | a->entry) & 1)
        return err_set(err, EINVAL, "%s: damaged a.out: sizes and entry must be even", in->path);
    if (a->magic == 0405 && a->text < V1_HEADER)
        return err_set(err, EINVAL,
                       "%s: damaged a.out: a text of %u bytes has no room for its "
                       "header",
                       in->path, a->text);
    if ((u64)a->header + a->text + a->data > in->len)
        return err_set(err, EINVAL,
                       "%s: truncated a.out: the header tells of %u bytes of text and "
                       "data, but the file ends at byte %zu",
                       in->path, a->text + a->data, in->len);
    if (a->magic == 0411 && a->data + a->bss > LOAD_IO_PAGE)
        return err_set(err, EFBIG,
                       "%s: %u bytes of data and bss do not fit into a D space with "
                       "the I/O page in it (56K)",
                       in->path, a->data + a->bss);
    if (a->magic != 0411 && end > LOAD_IO_PAGE)
        return err_set(err, EFBIG,
                       "%s: a program that ends at %06o runs into the I/O page (at "
                       "160000)",
                       in->path, end);
    return 0;
}

/* Text, data and bss as segments from the physical address `base`. */
static int segments_add(struct program *program, const struct load_input *in, const struct aout *a,
                        u32 base, struct err *err)
{
    const u8 *text = in->data + a->header;
    struct program_segment *seg = load_segment(program, "text", base, text, a->text);

    if (!seg)
        return load_no_memory(in, err);
    seg->va = (u16)(program->split ? 0 : base);
    if (a->data + a->bss == 0)
        return 0;
    seg = load_segment(program, "data", base + a->data_at, text + a->text, a->data);
    if (!seg)
        return load_no_memory(in, err);
    seg->size = a->data + a->bss;
    seg->data_space = program->split;
    seg->va = (u16)(program->split ? 0 : base + a->data_at);
    return 0;
}

enum { TYPE_ABS = 1, TYPE_TEXT, TYPE_DATA, TYPE_BSS, TYPE_EXT = 040 };

/* One entry of the symbol table; those that name no value of the program are left out: undefined
 * ones, registers, file names. In the First Edition 2 is a register and 3 any address. */
static int symbol_add(struct program *program, const struct aout *a, const u8 *at, u32 shift)
{
    unsigned type = load_word(at + 8) & ~(unsigned)TYPE_EXT;
    char name[9] = {0};
    struct program_symbol *sym;

    if (type < TYPE_ABS || type > TYPE_BSS || (a->magic == 0405 && type == TYPE_TEXT))
        return 0;
    for (unsigned i = 0; i < 8 && at[i]; i++)
        name[i] = at[i] > ' ' && at[i] < 0177 ? (char)at[i] : '?';
    if (!name[0])
        return 0;
    sym = load_symbol(program, name, strlen(name));
    if (!sym)
        return -ENOMEM;
    sym->label = type != TYPE_ABS;
    sym->global = load_word(at + 8) & TYPE_EXT;
    sym->data_space = program->split && (type == TYPE_DATA || type == TYPE_BSS);
    sym->value = (u16)(load_word(at + 10) + (sym->label ? shift : 0));
    return 0;
}

static int symbols_add(struct program *program, const struct load_input *in, const struct aout *a,
                       u32 shift, struct err *err)
{
    u64 at = (u64)a->header + a->text + a->data;

    /* Some tools leave the flag 0 and relocation out. */
    if (at + a->syms != in->len)
        at += a->reloc;
    if (at + a->syms > in->len)
        return err_set(err, EINVAL,
                       "%s: truncated a.out: %u bytes of symbols begin at byte %llu, "
                       "but the file ends at byte %zu",
                       in->path, a->syms, (unsigned long long)at, in->len);
    for (u32 i = 0; i + NLIST <= a->syms; i += NLIST)
        if (symbol_add(program, a, in->data + at + i, shift))
            return load_no_memory(in, err);
    if (at + a->syms < in->len)
        log_put(in->opt->log, LOG_NOTE, "%s: %llu bytes behind the a.out are ignored", in->path,
                (unsigned long long)(in->len - at - a->syms));
    return 0;
}

int aout_parse(struct program *program, const struct load_input *in, struct err *err)
{
    u32 home, base;
    struct aout a;
    int rc;

    if (!header_get(in->data, in->len, &a))
        return err_set(err, EINVAL, "%s: no a.out: neither 0405, 0407, 0410 nor 0411 at byte 0",
                       in->path);
    rc = header_check(in, &a, err);
    if (rc)
        return rc;
    home = a.magic == 0405 ? V1_BASE : 0;
    base = in->opt->has_load_at ? in->opt->load_at : home;
    if (a.magic == 0411 && base % 0100)
        return err_set(err, EINVAL,
                       "%s: a split program's load address is a multiple of 100 (%o "
                       "is not)",
                       in->path, base);
    program->magic = a.magic;
    program->split = a.magic == 0411;
    program->has_start = true;
    program->start = (u16)(a.entry + (program->split ? 0 : base));
    rc = segments_add(program, in, &a, base, err);
    return rc ? rc : symbols_add(program, in, &a, program->split ? 0 : base - home, err);
}
