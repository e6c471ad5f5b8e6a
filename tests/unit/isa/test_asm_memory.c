/* test_asm_memory.c - a host without memory: whichever allocation fails, the assembler says so,
 * and nothing is lost. The linker puts these functions in place of the library's.
 */
#include "asm_help.h"

#include <errno.h>
#include <stdlib.h>

#include "isa/asmout.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static long left = -1; /* allocations until all fail; -1: none does */

static bool allowed(void)
{
    if (left > 0)
        left--;
    return left != 0;
}

void *__wrap_malloc(size_t size)
{
    return allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return allowed() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
    return allowed() ? __real_realloc(old, size) : NULL;
}

char *__wrap_strdup(const char *text)
{
    return allowed() ? __real_strdup(text) : NULL;
}

char *__wrap_strndup(const char *text, size_t len)
{
    return allowed() ? __real_strndup(text, len) : NULL;
}

static int include(void *ctx, const char *path, char **text, size_t *len)
{
    *len = 8;
    *text = strdup(".WORD 1\n");
    return *text ? 0 : -ENOMEM;
}

static void test_each_failure(void **state)
{
    static const char source[] = ".MACRO M A,?L=5\n.WORD A\nL: .PRINT ;X\n.ENDM\nM 1\nM <2,3>\n"
                                 ".IRP X,<1,2>\n.WORD X\n.ENDR\n.REPT 2\nNOP\n.ENDR\nA:: B=5\n"
                                 ".INCLUDE /X/\n.PSECT Q\n.WORD C\nC=D\nD: 1$: BR 1$\nBAD\n";
    const struct asm_options opt = {.include = include, .listing = true};
    int code = -ENOMEM;
    long failures;

    for (failures = 0; code == -ENOMEM; failures++) {
        struct asm_result *result;
        struct err err = {0};
        left = failures + 1;
        code = asm_assemble("T", source, sizeof source - 1, &opt, &result, &err);
        left = -1;
        if (code == -ENOMEM) {
            assert_null(result);
            assert_string_equal(err.text, "no memory to assemble T");
        } else if (result->errors == 2) { /* the file that .INCLUDE could not fetch */
            code = -ENOMEM;
        }
        asm_free(result);
    }
    assert_int_equal(code, 0);
    assert_true(failures > 20);
}

static void test_formats(void **state)
{
    struct asm_result *result = help_assemble(".WORD 1", NULL);
    u8 *bytes;
    size_t len;

    for (unsigned format = 0; format <= ASMOUT_RAW; format++) {
        left = 1;
        assert_int_equal(asmout_make(result, (enum asmout_format)format, &bytes, &len, NULL),
                         -ENOMEM);
    }
    left = -1;
    asm_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_failure),
        cmocka_unit_test(test_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
