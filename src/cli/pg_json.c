/* pg_json.c - an analysis as one line of JSON. */
#include <jansson.h>
#include <stdio.h>

#include "cli/pg_work.h"
#include "cli/report.h"
#include "isa/dis.h"

static json_t *octal(u16 value)
{
    char text[8];

    snprintf(text, sizeof text, "%06o", value);
    return json_string(text);
}

static json_t *names_of(const struct pg_work *work, bool (*has)(const struct pg_insn *insn))
{
    json_t *list = json_array();

    for (unsigned op = 0; op < OP_COUNT; op++)
        if (has(&work->insn[op]))
            json_array_append_new(list, json_string(pg_name(op)));
    return list;
}

static bool is_against_1(const struct pg_insn *insn)
{
    return insn->offends[0];
}

static bool is_against_3(const struct pg_insn *insn)
{
    return insn->offends[1];
}

static bool is_against_3_hybrid(const struct pg_insn *insn)
{
    return insn->offends[2];
}

static json_t *theorem(const struct pg_work *work, bool holds,
                       bool (*has)(const struct pg_insn *insn))
{
    return json_pack("{s:b, s:o}", "holds", holds, "against", names_of(work, has));
}

/* The names of the findings, by bit. */
static const char *const names[16] = {
    NULL,       NULL,   NULL,          NULL,          "control", "mode",   "location", "previous",
    "priority", "user", "user_hybrid", "stack_limit", "idle",    "homo_k", "homo_s",   "homo_u"};

static json_t *insns(const struct pg_work *work)
{
    json_t *list = json_array();

    for (unsigned op = 0; op < OP_COUNT; op++) {
        const struct pg_insn *insn = &work->insn[op];
        json_t *row;
        if (!insn->words)
            continue;
        row = json_pack("{s:s, s:i, s:i, s:i, s:i, s:s, s:s}", "name", pg_name(op), "words",
                        insn->words, "privileged", insn->privileged, "traps", insn->trapping,
                        "offends", insn->offends[0], "appendix_c", pg_appendix_c(op), "agreement",
                        pg_agreement(work, op));
        for (unsigned bit = 0; bit < 16; bit++)
            if (names[bit])
                json_object_set_new(row, names[bit], json_integer(insn->has[bit]));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *pair_of(const struct pg_work *work, unsigned op, u16 word)
{
    u32 finding = pg_main_finding(work->found[word]);
    u16 words[3] = {word, 0, 0};
    char insn[DIS_TEXT_MAX], state[2][PG_TEXT], result[2][PG_TEXT];
    struct pg_pair pair;

    if (!pg_example(work->pg, word, finding, &pair))
        return NULL;
    dis_insn(words, isa_length(word), pair.state[0].r[PC], insn, sizeof insn);
    for (unsigned i = 0; i < 2; i++) {
        pg_tell_state(work->pg, &pair.state[i], state[i], sizeof state[i]);
        pg_tell_result(&pair.state[i], &pair.result[i], result[i], sizeof result[i]);
    }
    return json_pack("{s:s, s:o, s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}]}", "name", pg_name(op),
                     "word", octal(word), "text", insn, "finding", pg_finding_name(work, finding),
                     "runs", "state", state[0], "result", result[0], "state", state[1], "result",
                     result[1]);
}

static json_t *pairs(const struct pg_work *work)
{
    json_t *list = json_array();

    for (unsigned op = 0; op < OP_COUNT; op++) {
        int word = work->insn[op].first_off[0];
        json_t *pair = word >= 0 ? pair_of(work, op, (u16)word) : NULL;
        if (pair)
            json_array_append_new(list, pair);
    }
    return list;
}

int pg_print_json(const struct pg_work *work, struct err *err)
{
    const struct pg_config *config = &work->config;
    struct pg_verdict v;
    json_t *root;

    pg_judge(work, &v);
    root = json_pack("{s:s, s:b, s:b, s:o, s:b, s:o, s:s, s:i, s:I, s:i}", "model",
                     work->model->name, "mmu", config->mmu, "kbs11a", config->kbs, "vcsr",
                     octal(config->vcsr), "hv", config->hv, "ctl", octal(config->ctl), "guest",
                     config->hv                ? "virtual machine"
                     : config->guest == MODE_U ? "user"
                                               : "supervisor",
                     "samples", (int)config->samples, "seed", (json_int_t)config->seed, "unseen",
                     (int)v.unseen);
    json_object_set_new(root, "theorem1", theorem(work, v.theorem[0], is_against_1));
    json_object_set_new(root, "theorem2", theorem(work, v.theorem[0], is_against_1));
    json_object_set_new(root, "theorem3", theorem(work, v.theorem[1], is_against_3));
    json_object_set_new(root, "theorem3_hybrid", theorem(work, v.theorem[2], is_against_3_hybrid));
    json_object_set_new(root, "stack_limit_words", json_integer(v.limited));
    if (config->monitor)
        json_object_set_new(root, "monitor", json_string(config->how));
    if (config->homo)
        json_object_set_new(
            root, "homo_words",
            json_pack("{s:i, s:i, s:i}", "k", v.homo[0], "s", v.homo[1], "u", v.homo[2]));
    json_object_set_new(root, "instructions", insns(work));
    json_object_set_new(root, "pairs", pairs(work));
    return report_json(root, err);
}
