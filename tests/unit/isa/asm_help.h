/* asm_help.h - what the tests of the assembler share: a source text in, words or messages out. */
#ifndef VM11_TESTS_ASM_HELP_H
#define VM11_TESTS_ASM_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "isa/asm.h"

/* Assemble a source called T with the options; the caller frees the result. */
static inline struct asm_result *help_assemble(const char *source, const struct asm_options *opt)
{
    struct asm_result *result;
    struct err err = {0};

    assert_int_equal(asm_assemble("T", source, strlen(source), opt, &result, &err), 0);
    assert_non_null(result);
    return result;
}

static inline u16 help_word(const struct asm_result *result, u32 addr)
{
    return (u16)(result->image[addr & 0177777] | result->image[(addr + 1) & 0177777] << 8);
}

/* `source` must assemble without errors to exactly these octal words, from address 1000 on. */
static inline void help_words(const char *source, const char *words)
{
    char text[4096], got[4096] = "", all[8192];
    struct asm_result *result;
    size_t len = 0;
    u32 end;

    snprintf(text, sizeof text, ".=1000\n%s\n", source);
    result = help_assemble(text, NULL);
    if (result->errors)
        fail_msg("%s: %s", source, result->message[0].text);
    end = result->segments ? result->segment[result->segments - 1].addr +
                                 result->segment[result->segments - 1].len
                           : 01000;
    for (u32 addr = 01000; addr < end; addr += 2)
        len += (size_t)snprintf(got + len, sizeof got - len, "%s%o", addr > 01000 ? " " : "",
                                help_word(result, addr));
    snprintf(all, sizeof all, "%s: %s, not %s", source, got, words);
    if (strcmp(got, words) != 0)
        fail_msg("%s", all);
    asm_free(result);
}

/* The first message that `source` gets must be `text` (from behind "T:LINE: " on). */
static inline void help_message(const char *source, unsigned line, const char *text)
{
    struct asm_result *result = help_assemble(source, NULL);
    char want[1200];

    snprintf(want, sizeof want, "T:%u: %s", line, text);
    if (!result->messages)
        fail_msg("%s: no message", source);
    assert_string_equal(result->message[0].text, want);
    assert_int_equal(result->message[0].line, line);
    asm_free(result);
}

#endif
