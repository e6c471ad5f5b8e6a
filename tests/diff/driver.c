/* driver.c - assembles the guest's half of the differential test and finds its addresses. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/asm.h"
#include "layout.h"

static char *file_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1u << 16);

    *len = file && text ? fread(text, 1, 1u << 16, file) : 0;
    if (file)
        fclose(file);
    return text;
}

static u16 symbol(const struct asm_result *result, const char *name)
{
    for (unsigned i = 0; i < result->symbols; i++)
        if (strcmp(result->symbol[i].name, name) == 0)
            return result->symbol[i].value;
    fprintf(stderr, "the driver has no symbol %s\n", name);
    abort();
}

static void find_symbols(struct driver *driver, const struct asm_result *result)
{
    const struct {
        const char *name;
        u16 *where;
    } list[] = {
        {"START", &driver->start},   {"COUNT", &driver->count},      {"INPUT", &driver->input},
        {"OUTPUT", &driver->output}, {"HASFP", &driver->has_fp},     {"LOG", &driver->log},
        {"STACK", &driver->stack},   {"HPAGE", &driver->hpage},      {"V004", &driver->v004},
        {"MAPS", &driver->maps},     {"SAND", &driver->sand},        {"MASTER", &driver->master},
        {"CASES", &driver->cases},   {"CASEEND", &driver->case_end}, {"LOWEND", &driver->low_end},
        {"HEND", &driver->page_end},
    };

    for (unsigned i = 0; i < ARRAY_LEN(list); i++)
        *list[i].where = symbol(result, list[i].name);
}

bool driver_load(struct driver *driver, const char *path)
{
    struct asm_result *result = NULL;
    struct err err = {0};
    bool good = false;
    size_t len;
    char *text = file_read(path, &len);

    if (!text || len == 0 || asm_assemble(path, text, len, NULL, &result, &err)) {
        fprintf(stderr, "%s: cannot be read or assembled\n", path);
    } else if (result->errors) {
        fprintf(stderr, "%s\n", result->message[0].text);
    } else {
        memcpy(driver->image, result->image, sizeof driver->image);
        find_symbols(driver, result);
        good = true;
    }
    asm_free(result);
    free(text);
    return good;
}
