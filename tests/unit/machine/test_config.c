/* test_config.c - machine descriptions, and -d's argument. */
#include "machine/config.h"

#include <errno.h>

#include "rig.h"

static struct config *parsed(const char *path, const char *text)
{
    struct config *c = NULL;
    struct err err = {0};

    if (config_parse(&c, path, text, strlen(text), &err))
        fail_msg("%s", err.text);
    return c;
}

static void every_key(void **state)
{
    struct config *c =
        parsed("dir/m.yaml",
               "cpu: 11/45\nmem: 64K\nengine: interp\nclock: virtual\n"
               "hz: 50\nfast-io: yes\noption: [kbs11a=764100, vmassist]\nassociator: 64\nunits:\n"
               "  - unit: rk0\n    file: v6.rk\n    ro: true\n"
               "  - {unit: lp, file: /tmp/lp.txt, new: on}\n"
               "  - unit: rk1\n    file: a.rk\n    overlay: a.ovl\n"
               "boot: rk0\nset: [r0=5, sr=173030]\n"
               "start: 1000\nconsole: unix:con.sock\n"
               "expect: boot.exp\nlimit: 5M\ntimeout: 2.5\n"
               "escape: ^P\n");

    assert_string_equal(c->model->name, "11/45");
    assert_int_equal(c->memory, 65536);
    assert_string_equal(c->engine, "interp");
    assert_int_equal(c->clock, CONFIG_CLOCK_VIRTUAL);
    assert_int_equal(c->hz, 50);
    assert_true(c->fast_io);
    assert_true(c->options.kbs11a);
    assert_int_equal(c->options.kbs_base, 0764100);
    assert_true(c->options.assist);
    assert_int_equal(c->options.associator, 64);
    assert_int_equal(c->units, 3);
    assert_string_equal(c->unit[0].unit, "rk0");
    assert_string_equal(c->unit[0].file, "dir/v6.rk");
    assert_true(c->unit[0].ro);
    assert_false(c->unit[0].new);
    assert_null(c->unit[0].overlay);
    assert_string_equal(c->unit[1].file, "/tmp/lp.txt");
    assert_true(c->unit[1].new);
    assert_string_equal(c->unit[2].overlay, "dir/a.ovl");
    assert_string_equal(c->boot, "rk0");
    assert_int_equal(c->sets.count, 2);
    assert_string_equal(c->sets.set[1], "sr=173030");
    assert_true(c->start.given);
    assert_int_equal(c->start.at, 01000);
    assert_string_equal(c->console, "unix:dir/con.sock");
    assert_string_equal(c->expect, "dir/boot.exp");
    assert_int_equal(c->limit, 5000000);
    assert_true(c->timeout == 2.5);
    assert_string_equal(c->escape, "^P");
    config_free(c);
}

static void what_is_left_out(void **state)
{
    struct config *c = parsed("m.yaml", "---\nload: p.lda\nload-at: 2000\nclock: real\n"
                                        "console: tcp:2311\n...\n");

    assert_null(c->model);
    assert_int_equal(c->memory, 0);
    assert_string_equal(c->load, "p.lda");
    assert_true(c->has_load_at);
    assert_int_equal(c->load_at, 02000);
    assert_false(c->start.given);
    assert_int_equal(c->clock, CONFIG_CLOCK_REAL);
    assert_string_equal(c->console, "tcp:2311");
    assert_int_equal(c->units + c->sets.count + c->hz, 0);
    config_free(c);
    config_free(NULL);
}

static void errors(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"cpu: 11/50\nmemory: 64K\n", "m.yaml:2: unknown key 'memory'; did you mean 'mem'?"},
        {"units:\n - unit: rk0\n   fiel: x\n",
         "m.yaml:3: unknown key 'fiel'; did you mean 'file'?"},
        {"qqqq: 1\n", "m.yaml:1: unknown key 'qqqq'"},
        {"\ncpu: 11/54\n", "m.yaml:2: cpu: unknown '11/54'; did you mean '11/"},
        {"cpu: vax\n", "unknown 'vax'; it is one of: 11/50, 11/45"},
        {"mem: lots\n", "m.yaml:1: mem: 'lots' is no size"},
        {"mem: 256K\n", "at most 248K"},
        {"mem: 101\n", "in steps of 64"},
        {"engine: interpp\n", "did you mean 'interp'?"},
        {"clock: moon\n", "one of: virtual, real"},
        {"hz: 400\n", "one of: 50, 60"},
        {"option: [kbs11]\n", "m.yaml:1: option: kbs11: no such option; did you mean kbs11a?"},
        {"option: [kbs11a=7]\n", "m.yaml:1: option: kbs11a=7: give an even address"},
        {"associator: 0\n", "m.yaml:1: associator: '0' is no count of entries"},
        {"associator: 4097\n", "'4097' is no count of entries"},
        {"fast-io: maybe\n", "m.yaml:1: fast-io: unknown 'maybe'"},
        {"units:\n - unit: rk0\n   file: x\n   ro: maybe\n", "m.yaml:4: ro: unknown 'maybe'"},
        {"units:\n - unit: rk0\n\n - unit: rk1\n", "m.yaml:2: units: rk0 has no 'file'"},
        {"units:\n - file: x\n", "no 'unit'"},
        {"units:\n - unit: pp\n   file: x\n   ro: on\n   new: on\n", "cannot be read-only"},
        {"units: rk0\n", "m.yaml:1: units: this is a list"},
        {"units:\n - rk0\n", "m.yaml:2: units: each entry is a mapping: - unit: rk0"},
        {"set:\n - r0=1\n - r1\n", "m.yaml:3: set: 'r1' has no '='"},
        {"set:\n - [a=1]\n", "m.yaml:2: set takes one value"},
        {"load: x\nload-at: 1001\n", "m.yaml:2: load-at: '1001' is no even address"},
        {"start: 9\n", "'9' is no even address"},
        {"limit: 0\n", "'0' is no count"},
        {"timeout: -1\n", "'-1' is no count of seconds"},
        {"timeout: nan\n", "'nan' is no count of seconds"},
        {"timeout: 3s\n", "'3s' is no count of seconds"},
        {"boot:\n", "m.yaml:1: boot: the value is missing"},
        {"boot: [rk0]\n", "m.yaml:1: boot takes one value"},
        {"boot: rk0\nload: x\n", "'boot' and 'load' exclude each other"},
        {"load-at: 1000\n", "'load-at' without 'load'"},
        {"boot: rk0\ncpu: 11/50\nboot: rk1\n", "m.yaml:3: 'boot' for the second time"},
        {"boot: *x\n", "m.yaml:1: aliases"},
        {"boot: \"a\\0b\"\n", "NUL"},
        {"? [a]\n: b\n", "a key takes one value"},
        {"cpu: 11/50\nboot: \"abc\n", "m.yaml:3: "},
        {"\tcpu: x\n", "m.yaml:1: "},
        {"hello\n", "m.yaml:1: a description is lines"},
        {"- a\n", "a description is lines"},
        {"# nothing\n", "m.yaml: there is no description"},
        {"cpu: 11/50\n---\ncpu: 11/45\n", "m.yaml:2: a second document"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct config *c = NULL;
        struct err err = {0};
        assert_int_equal(config_parse(&c, "m.yaml", cases[i].text, strlen(cases[i].text), &err),
                         -EINVAL);
        rig_error(&err, EINVAL, cases[i].message, NULL);
        assert_null(c);
    }
}

static void long_lists(void **state)
{
    char text[2000] = "set: [";
    struct config *c = NULL;
    struct err err = {0};

    for (unsigned i = 0; i < 65; i++)
        strcat(text, "r0=1,");
    strcat(text, "]\n");
    assert_int_equal(config_parse(&c, "m", text, strlen(text), &err), -EINVAL);
    rig_error(&err, EINVAL, "m:1: set: more than 64 entries", NULL);
}

static void files(void **state)
{
    static const char *const names[] = {"m.yaml", NULL};
    struct config *c = NULL;
    struct err err = {0};
    char dir[32];

    files_begin(dir);
    file_make("m.yaml", "boot: rk0\n", 10);
    assert_int_equal(config_read(&c, "m.yaml", &err), 0);
    assert_string_equal(c->boot, "rk0");
    config_free(c);
    assert_int_equal(config_read(&c, "none.yaml", &err), -ENOENT);
    rig_error(&err, ENOENT, "none.yaml", NULL);
    files_end(dir, names);
}

static void unit_arguments(void **state)
{
    struct config_unit u;
    struct err err = {0};

    assert_int_equal(config_unit_parse("rk0=v6.rk", &u, &err), 0);
    assert_string_equal(u.unit, "rk0");
    assert_string_equal(u.file, "v6.rk");
    assert_false(u.ro || u.new || u.overlay);
    config_unit_fini(&u);
    assert_int_equal(config_unit_parse("rk1=a=b,ro,overlay=c d", &u, &err), 0);
    assert_string_equal(u.file, "a=b");
    assert_string_equal(u.overlay, "c d");
    assert_true(u.ro);
    config_unit_fini(&u);
    assert_int_equal(config_unit_parse("pp=x,new", &u, &err), 0);
    assert_true(u.new);
    config_unit_fini(&u);
}

static void bad_unit_arguments(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"rk0", "rk0: a unit is attached as UNIT=FILE"},
        {"=x", "UNIT=FILE"},
        {"rk0=", "no file behind"},
        {"rk0=,ro", "no file behind"},
        {"rk0=x,wo", "unknown 'wo' behind the file; did you mean 'ro'?"},
        {"rk0=x,overlai=y", "did you mean 'overlay'?"},
        {"rk0=x,overlay=", "'overlay' names no file"},
        {"rk0=x,qqqqqqqq", "(ro, new, overlay=FILE)"},
        {"rk0=x,", "unknown ''"},
        {"rk0=x,ro,new", "cannot be read-only"},
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct config_unit u;
        struct err err = {0};
        assert_int_equal(config_unit_parse(cases[i].text, &u, &err), -EINVAL);
        rig_error(&err, EINVAL, cases[i].message, NULL);
        assert_null(u.file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key),
        cmocka_unit_test(what_is_left_out),
        cmocka_unit_test(errors),
        cmocka_unit_test(long_lists),
        cmocka_unit_test(files),
        cmocka_unit_test(unit_arguments),
        cmocka_unit_test(bad_unit_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
