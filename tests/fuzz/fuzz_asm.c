/* fuzz_asm.c - any bytes as assembler source: it must end soon, without a crash, and what it
 * tells must be whole lines. A source without errors must also go through all output formats.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "isa/asm.h"
#include "isa/asmout.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* .INCLUDE finds one file, which includes itself. */
static int include(void *ctx, const char *path, char **text, size_t *len)
{
    static const char source[] = "A: .INCLUDE /X/\n.MACRO M P\nP\n.ENDM\n";

    if (strchr(path, 'Y'))
        return -2;
    *len = sizeof source - 1;
    *text = malloc(*len);
    base_assert(*text);
    memcpy(*text, source, *len);
    return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct asm_options opt = {.include = include, .listing = true, .max_text = 100000};
    struct asm_result *result;

    if (asm_assemble("fuzz", (const char *)data, size, &opt, &result, NULL) < 0)
        return 0;
    for (unsigned i = 0; i < result->messages; i++)
        base_assert(!strchr(result->message[i].text, '\n'));
    base_assert(result->listing_len == 0 || strlen(result->listing) <= result->listing_len);
    for (unsigned format = 0; result->errors == 0 && format <= ASMOUT_RAW; format++) {
        u8 *bytes = NULL;
        size_t len;
        if (asmout_make(result, (enum asmout_format)format, &bytes, &len, NULL) == 0)
            free(bytes);
    }
    asm_free(result);
    return 0;
}
