/* fuzz_exec.c - hostile requests to `vm11 exec`, and hostile words to the parsers of options.
 *
 * Every request is answered, or refused with a text; nothing of one is left for the next.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "cli/exec_machine.h"
#include "cli/run_options.h"

#define STEPS 1000

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void try_words(const u8 *data, size_t size)
{
    char *text = malloc(size + 1);
    struct console_spec console;
    struct setting setting;
    int escape;

    memcpy(text, data, size);
    text[size] = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct err err = {0};
        int rc = i == 0   ? console_parse(text, &console, &err)
                 : i == 1 ? setting_parse(text, &setting, &err)
                          : run_parse_escape(text, &escape, &err);
        base_assert(rc == 0 || err.text[0]);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    static struct exec_machine exec;
    struct err err = {0};
    json_error_t where;
    json_t *request = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &where);
    json_t *steps = json_object_get(request, "n"), *answer;

    try_words(data, size);
    if (!request)
        return 0;
    if (json_is_integer(steps) && json_integer_value(steps) > STEPS)
        json_integer_set(steps, STEPS);
    answer = exec_request(&exec, request, &err);
    base_assert(answer || err.text[0]);
    json_decref(answer);
    json_decref(request);
    return 0;
}
