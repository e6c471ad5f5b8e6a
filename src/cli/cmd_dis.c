/* cmd_dis.c - `vm11 dis`: a program as MACRO-11 source.
 *
 * What it prints assembles to the same words: addresses, words and symbols stand in comments. A
 * program with separate data space cannot be one source; it is printed all the same, for readers.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "isa/dis.h"
#include "machine/load.h"
#include "mem/ram.h"

struct dis_options {
    const char *file;
    struct program_options how;
    u32 from, to; /* addresses that are printed: from <= va < to */
};

static int set_load_at(void *ctx, const char *value, struct err *err)
{
    struct dis_options *opt = ctx;

    opt->how.has_load_at = true;
    return option_address(value, 0177776, &opt->how.load_at, err);
}

static int set_bound(u32 *bound, const char *value, struct err *err)
{
    u64 addr;

    if (!number_parse(value, 0200000, &addr) || addr & 1)
        return err_set(err, EINVAL, "give an even address in octal");
    *bound = (u32)addr;
    return 0;
}

static int set_from(void *ctx, const char *value, struct err *err)
{
    return set_bound(&((struct dis_options *)ctx)->from, value, err);
}

static int set_to(void *ctx, const char *value, struct err *err)
{
    return set_bound(&((struct dis_options *)ctx)->to, value, err);
}

static int take_file(void *ctx, const char *word, struct err *err)
{
    return option_one_file(&((struct dis_options *)ctx)->file, word, err);
}

/* The symbols that stand at an address, as a comment: their names may be none of MACRO-11's. */
static void print_symbols(const struct program *program, const struct program_segment *seg, u16 va,
                          bool storage)
{
    for (unsigned i = 0; i < program->symbols; i++) {
        const struct program_symbol *sym = &program->symbol[i];
        if (sym->label && sym->value == va && sym->data_space == seg->data_space)
            printf(storage ? "; %s: at %06o\n" : "; %s:\n", sym->name, va);
    }
}

/* A line of source with address, words and characters behind it. */
static void print_line(u16 va, const char *text, const u8 *bytes, unsigned len)
{
    printf("        %-32s; %06o", text, va);
    for (unsigned i = 0; i + 1 < len; i += 2)
        printf(" %06o", word_get(bytes + i));
    if (len & 1)
        printf(" %03o", bytes[len - 1]);
    printf("%*s ", len < 6 ? (int)(6 - len) / 2 * 7 : 0, "");
    for (unsigned i = 0; i < len; i++)
        putchar(isascii(bytes[i]) && isprint(bytes[i]) ? bytes[i] : '.');
    putchar('\n');
}

/* One instruction, or one word of data; the bytes consumed. */
static unsigned print_item(const struct program_segment *seg, u32 at)
{
    const u8 *bytes = seg->data + at;
    u32 left = seg->len - at;
    u16 va = (u16)(seg->va + at), words[3];
    char text[DIS_TEXT_MAX];
    unsigned count = 0, len;

    if (left == 1 || va & 1) {
        snprintf(text, sizeof text, ".BYTE %03o", bytes[0]);
        print_line(va, text, bytes, 1);
        return 1;
    }
    for (; count < 3 && count < left / 2; count++)
        words[count] = word_get(bytes + 2 * count);
    if (seg->data_space || strcmp(seg->name, "data") == 0) {
        snprintf(text, sizeof text, ".WORD %06o", words[0]);
        len = 2;
    } else {
        len = 2 * dis_insn(words, count, va, text, sizeof text);
    }
    print_line(va, text, bytes, len);
    return len;
}

static void print_segment(const struct dis_options *opt, const struct program *program,
                          const struct program_segment *seg)
{
    u32 at = opt->from > seg->va ? opt->from - seg->va : 0;

    if (at >= seg->size || seg->va + at >= opt->to)
        return;
    printf("\n; %s%s\n", seg->name, seg->data_space ? ", in data space" : "");
    printf("        .=%06o\n", seg->va + at);
    while (at < seg->len && seg->va + at < opt->to) {
        print_symbols(program, seg, (u16)(seg->va + at), false);
        at += print_item(seg, at);
    }
    if (at < seg->len || at >= seg->size || seg->va + at >= opt->to)
        return;
    printf("        .BLKB %u.\n", seg->size - at);
    for (; at < seg->size; at++)
        print_symbols(program, seg, (u16)(seg->va + at), true);
}

static int disassemble(struct dis_options *opt)
{
    struct program *program;
    enum file_kind kind;
    struct err err = {0};

    if (identify_file(opt->file, &kind, &err))
        return report_error("dis", &err);
    if (kind == FILE_RAW)
        opt->how.has_load_at = true;
    if (program_read(&program, opt->file, &opt->how, &err))
        return report_error("dis", &err);
    printf("; %s: %s\n", opt->file, file_kind_name(program->kind));
    if (program->split)
        printf("; separate instruction and data spaces: not to be assembled as it stands\n");
    for (unsigned i = 0; i < program->segments; i++)
        print_segment(opt, program, &program->segment[i]);
    if (program->has_start)
        printf("\n        .END %06o\n", program->start);
    program_free(program);
    return STATUS_OK;
}

static int dis_main(const struct command *command, int argc, char **argv)
{
    struct dis_options opt = {.to = 0200000};
    struct err err = {0};
    int status;

    if (!options_parse(command, &opt, argc, argv, &status))
        return status;
    if (opt.file)
        return disassemble(&opt);
    err_set(&err, EINVAL, "no file given; see vm11 dis --help");
    return report_error("dis", &err);
}

static const struct option dis_table[] = {
    {"load-at", 0, "ADDR", NULL, "0", "where a raw binary belongs", set_load_at},
    {"from", 0, "ADDR", NULL, "0", "begin at this address", set_from},
    {"to", 0, "ADDR", NULL, "200000", "end before this address", set_to},
    {0},
};

const struct command command_dis = {
    .name = "dis",
    .operands = "FILE",
    .about = "Disassemble a program: a.out, absolute loader tape or raw binary",
    .notes = "What it prints assembles to the same words.\n",
    .options = dis_table,
    .operand = take_file,
    .main = dis_main,
};
