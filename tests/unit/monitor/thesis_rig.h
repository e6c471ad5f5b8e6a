/* thesis_rig.h - a session with the thesis's monitor as a text: what was asked, typed, printed. */
#ifndef VM11_TEST_MONITOR_THESIS_RIG_H
#define VM11_TEST_MONITOR_THESIS_RIG_H

#include <stdio.h>
#include <stdlib.h>

#include "../machine/rig.h"
#include "isa/asm.h"
#include "isa/asmout.h"
#include "monitor/thesis.h"

#define RIG_TEXT 20000u

struct rig_session {
    struct machine *machine;
    const char *script; /* lines that are still to be typed */
    char text[RIG_TEXT];
    size_t len;
    int interrupts; /* looks until the user interrupts; 0: never */
    bool failed;
};

static inline void rig_print(void *ctx, const char *text, size_t len)
{
    struct rig_session *s = ctx;

    if (len >= RIG_TEXT - s->len)
        fail_msg("%s", "the session prints too much");
    memcpy(s->text + s->len, text, len);
    s->len += len;
    s->text[s->len] = 0;
}

static inline bool rig_read(void *ctx, const char *prompt, char *line, size_t size)
{
    struct rig_session *s = ctx;
    size_t len = strcspn(s->script, "\n");

    if (!*s->script)
        return false;
    rig_print(s, prompt, strlen(prompt));
    if (*prompt) {
        rig_print(s, s->script, len);
        rig_print(s, "\n", 1);
    }
    snprintf(line, size, "%.*s", (int)len, s->script);
    s->script += len + (s->script[len] == '\n');
    return true;
}

static inline bool rig_interrupted(void *ctx)
{
    struct rig_session *s = ctx;

    return s->interrupts && --s->interrupts == 0;
}

/* A session of these lines, in the current directory. */
static inline int rig_session_of(struct rig_session *s, const struct thesis_config *config,
                                 const char *script)
{
    const struct thesis_io io = {rig_read, rig_print, rig_interrupted, s};
    struct err err = {0};
    int rc;

    s->machine = rig_machine(0);
    s->script = script;
    s->len = 0;
    s->text[0] = 0;
    rc = thesis_run(s->machine, &io, config, &s->failed, &err);
    machine_free(s->machine);
    return rc;
}

/* The same with the exact text that it must give. */
static inline void rig_transcript(unsigned milestone, const char *script, const char *want)
{
    const struct thesis_config config = {.milestone = milestone, .limit = 3000000};
    struct rig_session s = {0};

    assert_int_equal(rig_session_of(&s, &config, script), 0);
    assert_string_equal(s.text, want);
}

/* The same with texts that must be in it, up to NULL. */
static inline void rig_tells(unsigned milestone, const char *script, ...)
{
    const struct thesis_config config = {.milestone = milestone, .limit = 3000000};
    struct rig_session s = {0};
    const char *want;
    va_list ap;

    assert_int_equal(rig_session_of(&s, &config, script), 0);
    va_start(ap, script);
    while ((want = va_arg(ap, const char *)) != NULL)
        if (!strstr(s.text, want))
            fail_msg("'%s' is not in:\n%s", want, s.text);
    va_end(ap);
}

/* Assemble a program to an a.out. */
static inline void rig_program(const char *name, const char *source)
{
    struct asm_result *result;
    struct err err = {0};
    size_t len;
    u8 *bytes;

    assert_int_equal(asm_assemble("program", source, strlen(source), NULL, &result, &err), 0);
    if (result->errors)
        fail_msg("%s", result->message[0].text);
    assert_int_equal(asmout_make(result, ASMOUT_AOUT, &bytes, &len, &err), 0);
    asm_free(result);
    file_make(name, bytes, len);
    free(bytes);
}

#endif
