/* fuzz_config.c - any bytes as a machine description and as the argument of -d. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "machine/config.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void argument_try(const u8 *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct config_unit unit;
    struct err err = {0};

    base_assert(text);
    if (config_unit_parse(text, &unit, &err) == 0) {
        base_assert(unit.unit && unit.file && !(unit.ro && unit.new));
        config_unit_fini(&unit);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct config *config;
    struct err err = {0};

    argument_try(data, size);
    if (config_parse(&config, "dir/x", (const char *)data, size, &err) == 0) {
        for (unsigned i = 0; i < config->units; i++)
            base_assert(config->unit[i].unit && config->unit[i].file);
        config_free(config);
    } else {
        base_assert(err.code && err.text[0]);
    }
    return 0;
}
