/* rig.c - see rig.h. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/expr.h"

static void print(void *ctx, const char *text, size_t len)
{
    struct rig *rig = ctx;
    size_t used = strlen(rig->text);

    snprintf(rig->text + used, sizeof rig->text - used, "%.*s", (int)len, text);
}

static void complain(void *ctx, const char *text)
{
    struct rig *rig = ctx;

    snprintf(rig->error, sizeof rig->error, "%s", text);
}

static bool interrupted(void *ctx)
{
    struct rig *rig = ctx;

    return ++rig->asked == rig->interrupt_at;
}

int rig_setup(void **state)
{
    const struct machine_config config = {.memory = 32768};
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    assert_int_equal(machine_new(&rig->m, &config, NULL), 0);
    rig->io = (struct monitor_io){
        .print = print, .complain = complain, .interrupted = interrupted, .ctx = rig};
    assert_int_equal(monitor_new(&rig->mon, rig->m, &rig->io, NULL), 0);
    *state = rig;
    return 0;
}

int rig_teardown(void **state)
{
    struct rig *rig = *state;

    monitor_free(rig->mon);
    machine_free(rig->m);
    free(rig);
    return 0;
}

void rig_do(struct rig *rig, enum monitor_result result, const char *line)
{
    enum monitor_result got;

    rig->text[0] = rig->error[0] = 0;
    got = monitor_command(rig->mon, line);
    if (got != result)
        print_message("%s: %s%s\n", line, rig->text, rig->error);
    assert_int_equal(got, result);
}

void rig_prints(struct rig *rig, const char *line, const char *text)
{
    rig_do(rig, MONITOR_OK, line);
    assert_string_equal(rig->text, text);
    assert_string_equal(rig->error, "");
}

void rig_fails(struct rig *rig, const char *line, const char *complaint)
{
    rig_do(rig, MONITOR_ERROR, line);
    assert_string_equal(rig->error, complaint);
}

u64 rig_value(struct rig *rig, const char *expr)
{
    u64 value = 0;

    if (!expr_value(rig->mon, expr, &value))
        fail_msg("%s: %s", expr, rig->mon->complaint);
    return value;
}

const char *rig_file(const char *name, const void *bytes, size_t len)
{
    static char path[64];
    FILE *file;

    snprintf(path, sizeof path, "monitor-test-%s", name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return path;
}
