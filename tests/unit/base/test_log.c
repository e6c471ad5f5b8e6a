/* test_log.c - notes reach the sink, where there is one. */
#include "base/log.h"

#include "rig.h"

struct heard {
    unsigned count;
    enum log_level level;
    char text[600];
};

static void sink(void *ctx, enum log_level level, const char *text)
{
    struct heard *heard = ctx;

    heard->count++;
    heard->level = level;
    strncpy(heard->text, text, sizeof heard->text - 1);
}

static void notes(void **state)
{
    struct heard heard = {0};
    const struct log log = {sink, &heard}, silent = {0};

    log_put(&log, LOG_WARN, "%s %06o", "at", 01000u);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.level, LOG_WARN);
    assert_string_equal(heard.text, "at 001000");
    log_put(&silent, LOG_NOTE, "x");
    log_put(NULL, LOG_NOTE, "x");
    assert_int_equal(heard.count, 1);
    log_put(&log, LOG_NOTE, "%1000d", 1);
    assert_int_equal(strlen(heard.text), 511);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
