/* fuzz_aout.c - any bytes as an a.out; the first two say whether and where it is placed. */
#include "program.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct program_options opt = {0};

    if (size < 2)
        return 0;
    opt.has_load_at = data[0] & 1;
    opt.load_at = (u32)(data[1] << 10);
    program_try(FILE_AOUT, data + 2, size - 2, &opt);
    return 0;
}
