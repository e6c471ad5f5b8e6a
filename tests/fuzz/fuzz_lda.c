/* fuzz_lda.c - any bytes as a loader tape. Where the first is odd the sums of the blocks are put
 * right, so that the fuzzer gets behind them.
 */
#include "program.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void sums_mend(u8 *tape, size_t size)
{
    size_t at = 0;

    while (at + 7 <= size) {
        size_t count = (size_t)(tape[at + 2] | tape[at + 3] << 8);
        u8 sum = 0;
        if (tape[at] != 1 || tape[at + 1] != 0 || count < 6 || at + count >= size) {
            at++;
            continue;
        }
        for (size_t i = 0; i < count; i++)
            sum = (u8)(sum + tape[at + i]);
        tape[at + count] = (u8)-sum;
        at += count + 1;
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    u8 tape[4096];

    if (size < 1 || size - 1 > sizeof tape)
        return 0;
    memcpy(tape, data + 1, size - 1);
    if (data[0] & 1)
        sums_mend(tape, size - 1);
    program_try(FILE_LDA, tape, size - 1, NULL);
    return 0;
}
