/* cmd_scan.c - `vm11 scan`: the thesis's preprocessor as a report.
 *
 * The text of a program is swept as the preprocessor does it (cp/scan.h), and what it
 * would replace, ask about or refuse is listed with the instructions before it. Nothing is asked
 * and nothing is written: parameters behind JSR and TRAP are swept as well.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"
#include "machine/load.h"
#include "cp/scan.h"

#define LINE_LEN 128u
#define GROUPS   6u

struct scan_options {
    const char *file;
    struct program_options how;
    bool json;
};

/* What a scan found. */
struct tally {
    unsigned words, instructions, replaced, asked, refused;
    unsigned group[GROUPS];
};

static int set_load_at(void *ctx, const char *value, struct err *err)
{
    struct scan_options *opt = ctx;

    opt->how.has_load_at = true;
    return option_address(value, 0177776, &opt->how.load_at, err);
}

static int set_json(void *ctx, const char *value, struct err *err)
{
    ((struct scan_options *)ctx)->json = true;
    return 0;
}

static int take_file(void *ctx, const char *word, struct err *err)
{
    return option_one_file(&((struct scan_options *)ctx)->file, word, err);
}

static const char *action_text(const struct scan_item *item)
{
    switch (item->action) {
    case SCAN_PASS: break;
    case SCAN_REPLACE: return "replaced by TRAP 104450";
    case SCAN_ASK: return "asks how many parameters follow";
    case SCAN_REFUSE: return "refers to the I/O page in a way that will fail";
    }
    return "nothing";
}

static void count(struct tally *tally, const struct scan_item *item)
{
    tally->instructions++;
    tally->words += item->count;
    tally->replaced += item->action == SCAN_REPLACE;
    tally->asked += item->action == SCAN_ASK;
    tally->refused += item->action == SCAN_REFUSE;
    tally->group[scan_group(item)]++;
}

/* --- for people ----------------------------------------------------------------------------- */

static void print_item(const struct scan *scan)
{
    const char *group = scan_group_name(scan_group(&scan->item));
    char text[LINE_LEN];

    for (unsigned i = 0; i < scan->befores; i++) {
        scan_format(&scan->before[i], text, sizeof text);
        printf("    %s\n", text);
    }
    scan_format(&scan->item, text, sizeof text);
    printf("==> %s\n", text);
    if (*group)
        printf("    group %s; ", group);
    else
        printf("    ");
    printf("%s; %s\n\n", scan_class_name(&scan->item), action_text(&scan->item));
}

static void print_tally(const struct tally *tally)
{
    printf("%u words, %u instructions: %u replaced, %u asked about, %u refused\n", tally->words,
           tally->instructions, tally->replaced, tally->asked, tally->refused);
    for (unsigned i = 1; i < GROUPS; i++)
        printf("group %-4s %u\n", scan_group_name(i), tally->group[i]);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *octal(u16 value)
{
    char text[8];

    snprintf(text, sizeof text, "%06o", value);
    return json_string(text);
}

static json_t *item_json(const struct scan_item *item)
{
    static const char *const actions[] = {"pass", "replace", "ask", "refuse"};
    json_t *object = json_object(), *words = json_array();
    char text[LINE_LEN];

    for (unsigned i = 0; i < item->count; i++)
        json_array_append_new(words, octal(item->words[i]));
    scan_format(item, text, sizeof text);
    json_object_set_new(object, "addr", octal(item->addr));
    json_object_set_new(object, "words", words);
    json_object_set_new(object, "text", json_string(text + SCAN_TEXT_AT));
    json_object_set_new(object, "group", json_string(scan_group_name(scan_group(item))));
    json_object_set_new(object, "class", json_string(scan_class_name(item)));
    json_object_set_new(object, "action", json_string(actions[item->action]));
    return object;
}

static json_t *found_json(const struct scan *scan)
{
    json_t *object = item_json(&scan->item), *before = json_array();

    for (unsigned i = 0; i < scan->befores; i++)
        json_array_append_new(before, octal(scan->before[i].addr));
    json_object_set_new(object, "before", before);
    return object;
}

/* --- both ------------------------------------------------------------------------------------- */

static void scan_segment(const struct program_segment *seg, struct tally *tally, json_t *list)
{
    struct scan scan;

    scan_init(&scan, seg->data, seg->len, seg->va);
    while (scan_next(&scan)) {
        count(tally, &scan.item);
        if (scan.item.action == SCAN_PASS)
            continue;
        if (list)
            json_array_append_new(list, found_json(&scan));
        else
            print_item(&scan);
    }
}

static json_t *tally_json(json_t *list, const struct tally *tally)
{
    return json_pack("{s:o,s:i,s:i,s:i,s:i,s:i}", "found", list, "words", tally->words,
                     "instructions", tally->instructions, "replaced", tally->replaced, "asked",
                     tally->asked, "refused", tally->refused);
}

static int scan_program(struct scan_options *opt)
{
    struct tally tally = {0};
    struct program *program;
    struct err err = {0};
    json_t *list;
    int rc = 0;

    if (program_read(&program, opt->file, &opt->how, &err))
        return report_error("scan", &err);
    list = opt->json ? json_array() : NULL;
    for (unsigned i = 0; i < program->segments; i++)
        if (!program->segment[i].data_space && strcmp(program->segment[i].name, "data") != 0)
            scan_segment(&program->segment[i], &tally, list);
    if (opt->json)
        rc = report_json(tally_json(list, &tally), &err);
    else
        print_tally(&tally);
    program_free(program);
    return rc ? report_error("scan", &err) : STATUS_OK;
}

static int scan_main(const struct command *command, int argc, char **argv)
{
    struct scan_options opt = {0};
    struct err err = {0};
    int status;

    if (!options_parse(command, &opt, argc, argv, &status))
        return status;
    if (opt.file)
        return scan_program(&opt);
    err_set(&err, EINVAL, "no file given; see vm11 scan --help");
    return report_error("scan", &err);
}

static const struct option scan_table[] = {
    {"load-at", 0, "ADDR", NULL, "0", "where a raw binary belongs", set_load_at},
    {"json", 0, NULL, NULL, NULL, "one line of JSON instead", set_json},
    {0},
};

const struct command command_scan = {
    .name = "scan",
    .operands = "FILE",
    .about = "List the sensitive instructions of a program, as the thesis's preprocessor sees them",
    .notes =
        "Of each: address, the five instructions before it, its group in the thesis's appendix\n"
        "C, its class after Popek and Goldberg, and what the preprocessor would do.\n",
    .options = scan_table,
    .operand = take_file,
    .main = scan_main,
};
