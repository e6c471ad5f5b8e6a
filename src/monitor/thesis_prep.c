/* thesis_prep.c - the preprocessing monitor and the preprocessor (`.vmp001` in the thesis).
 *
 * Chapter V.C.3, figure 13. The program is examined in blocks of 512 bytes, an instruction that
 * begins in a block with it. In notify mode the user sees each sensitive instruction behind the
 * five before it, and decides: what he declines stays as it is. Behind JSR and TRAP there may be
 * parameters that look like instructions, so their number is asked for in any case.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/thesis_impl.h"

#define ANSWER_LEN 80u
#define TEXT_LEN   128u

struct prep {
    struct thesis *t;
    struct job_file *file;
    struct scan scan;
    bool notify;
    u32 block;
    unsigned declined, refused;
    u32 skipped; /* words of parameters */
};

static void show_item(struct prep *p, const struct scan_item *item, const char *behind)
{
    char text[TEXT_LEN];

    scan_format(item, text, sizeof text);
    vmm_say(p->t, "%s%s", text, behind);
}

static void show_context(struct prep *p, const char *behind)
{
    for (unsigned i = 0; i < p->scan.befores; i++)
        show_item(p, &p->scan.before[i], "");
    show_item(p, &p->scan.item, behind);
}

/* The user's answer. False: there is none. */
static bool ask(struct prep *p, const char *prompt, char *answer, size_t size)
{
    if (!p->t->io.read_line(p->t->io.ctx, prompt, answer, size))
        return false;
    answer[strcspn(answer, " \t\r\n")] = 0;
    return true;
}

/* Agree or disagree. -ECANCELED where no answer comes. */
static int agree(struct prep *p, bool *yes)
{
    char answer[ANSWER_LEN];

    *yes = true;
    if (!p->notify)
        return 0;
    show_context(p, "    <- sensitive");
    for (;;) {
        if (!ask(p, "put the TRAP in its place (y, n)? ", answer, sizeof answer))
            return -ECANCELED;
        *yes = strcasecmp(answer, "y") == 0;
        if (*yes || strcasecmp(answer, "n") == 0)
            return 0;
        vmm_say(p->t, "answer y or n");
    }
}

static int skip_parameters(struct prep *p)
{
    char answer[ANSWER_LEN];
    u16 words;

    show_context(p, p->scan.item.op == OP_JSR ? "    <- JSR" : "    <- TRAP");
    for (;;) {
        if (!ask(p, "number of parameters behind it? ", answer, sizeof answer))
            return -ECANCELED;
        if (!vmm_parse(p->t, answer, &words))
            continue;
        if (words <= scan_left(&p->scan))
            break;
        vmm_say(p->t, "only %o words follow", scan_left(&p->scan));
    }
    scan_skip(&p->scan, words);
    p->skipped += words;
    return 0;
}

static int replace(struct prep *p)
{
    const struct scan_item *item = &p->scan.item;
    struct job_file *file = p->file;
    bool yes;
    int rc = agree(p, &yes);

    if (rc)
        return rc;
    if (!yes) {
        p->declined++;
        return 0;
    }
    vmm_show(p->t, "vmt[%u] addr=%06o insn=%06o", file->count, item->addr, item->words[0]);
    file->table[file->count++] = (struct sensitive){item->addr, item->words[0]};
    word_put(files_word(file, item->addr), THESIS_TRAP);
    return 0;
}

static int examine(struct prep *p)
{
    switch (p->scan.item.action) {
    case SCAN_PASS: return 0;
    case SCAN_REPLACE: return replace(p);
    case SCAN_ASK: return skip_parameters(p);
    case SCAN_REFUSE:
        p->refused++;
        show_item(p, &p->scan.item, "");
        restrict_command(p->t, R_IO, "it will fail: it refers to %06o", p->scan.item.io);
        return 0;
    }
    return 0;
}

/* All instructions that begin in the blocks of the text. The scan looks at the words as they were,
 * not at the TRAPs put in. */
static int examine_all(struct prep *p)
{
    int rc = 0;

    for (p->block = 0; p->block * SCAN_BLOCK < p->scan.len && rc == 0; p->block++) {
        vmm_show(p->t, "block=%u addr=%06o vmt entries=%u", p->block, p->block * SCAN_BLOCK,
                 p->file->count);
        while (rc == 0 && p->scan.at < (p->block + 1) * SCAN_BLOCK && scan_next(&p->scan)) {
            vmm_show(p->t, "addr=%06o insn=%06o length=%u action=%u", p->scan.item.addr,
                     p->scan.item.words[0], p->scan.item.count, (unsigned)p->scan.item.action);
            rc = examine(p);
        }
    }
    return rc;
}

/* The new files take the place of the job that was there. */
static void take_over(struct prep *p)
{
    struct thesis *t = p->t;

    files_free(&t->file);
    t->file = *p->file;
    *p->file = (struct job_file){0};
    t->state = JOB_READY;
    memset(t->breakpoint, 0, sizeof t->breakpoint);
    vmm_say(t,
            "words: %o, blocks: %o, parameters skipped: %o, sensitive instructions replaced: %o, "
            "declined: %o, refused: %o",
            t->file.text / 2, (t->file.text + SCAN_BLOCK - 1) / SCAN_BLOCK, p->skipped,
            t->file.count, p->declined, p->refused);
}

static int preprocess(struct prep *p, const char *path, struct err *err)
{
    u8 *text;
    int rc = files_read_aout(p->file, path, err);

    if (rc)
        return rc;
    text = malloc(p->file->text + 1);
    p->file->table = calloc(p->file->text / 2 + 1, sizeof *p->file->table);
    if (text && p->file->table) {
        if (p->file->text)
            memcpy(text, files_word(p->file, 0), p->file->text);
        scan_init(&p->scan, text, p->file->text, 0);
        rc = examine_all(p);
        if (rc)
            err_set(err, -rc, "%s: no answer: nothing is written", path);
    } else {
        rc = err_set(err, ENOMEM, "%s: no host memory", path);
    }
    free(text);
    return rc ? rc : files_save(p->t, p->file, err);
}

void prep_file(struct thesis *t, const char *path, bool notify, bool debug)
{
    struct job_file file = {0};
    struct prep p = {.t = t, .file = &file, .notify = notify};
    struct err err = {0};
    bool was = t->debug;

    t->debug |= debug;
    if (preprocess(&p, path, &err) == 0)
        take_over(&p);
    else if (err.code == EINVAL)
        restrict_command(t, R_PREPROCESS, "%s", err.text);
    else
        vmm_say(t, "%s", err.text);
    t->debug = was;
    files_free(&file);
}
