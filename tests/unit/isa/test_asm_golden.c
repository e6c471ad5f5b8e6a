/* test_asm_golden.c - whole programs: NAME.mac gives exactly the listing NAME.lst, messages and
 * all; and the programs of the speed tests give the words of their listings and tapes.
 *
 * argv: the folder with the golden files, the folder with the speed tests. A listing that should
 * change is written anew with `as11 NAME.mac -o /dev/null --list NAME.lst` in the folder.
 */
#include "asm_help.h"

#include <dirent.h>
#include <stdlib.h>

static const char *golden_folder, *bench_folder; /* from the command line */

static char *file_read(const char *folder, const char *name)
{
    char path[4096], *text = NULL;
    FILE *file;
    long size;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        fail_msg("%s cannot be read", path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), size);
    fclose(file);
    return text;
}

static int include(void *ctx, const char *path, char **text, size_t *len)
{
    *text = file_read(golden_folder, path);
    *len = strlen(*text);
    return 0;
}

/* Whether `name` ends in `ending`; base gets what is before it. */
static bool name_splits(const char *name, const char *ending, char *base, size_t size)
{
    size_t len = strlen(name), tail = strlen(ending);

    if (len <= tail || strcmp(name + len - tail, ending) != 0)
        return false;
    snprintf(base, size, "%.*s", (int)(len - tail), name);
    return true;
}

static void test_golden(void **state)
{
    const struct asm_options opt = {.include = include, .listing = true};
    DIR *folder = opendir(golden_folder);
    unsigned count = 0;

    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char base[256], list[300];
        struct asm_result *result;
        char *source, *want;
        if (!name_splits(entry->d_name, ".mac", base, sizeof base))
            continue;
        snprintf(list, sizeof list, "%s.lst", base);
        source = file_read(golden_folder, entry->d_name);
        want = file_read(golden_folder, list);
        assert_int_equal(asm_assemble(entry->d_name, source, strlen(source), &opt, &result, NULL),
                         0);
        print_message("# %s\n", entry->d_name);
        assert_string_equal(result->listing, want);
        asm_free(result);
        free(want);
        free(source);
        count++;
    }
    closedir(folder);
    assert_true(count >= 4);
}

/* One program of a speed test's listing: the source from column 31 on, the words before it. */
struct program {
    char source[16384];
    size_t len;
    u16 word[512], addr[512];
    unsigned words;
};

static void line_add(struct program *program, const char *line, size_t len)
{
    unsigned addr;
    int pos;

    if (len > 31 && *line != ';')
        program->len +=
            (size_t)snprintf(program->source + program->len, sizeof program->source - program->len,
                             "%.*s\n", (int)len - 31, line + 31);
    if (sscanf(line, "%6o%n", &addr, &pos) != 1 || pos != 6)
        return;
    for (size_t column = 8; column + 6 <= len && column < 29 && line[column] != ' '; column += 7) {
        char octal[7];
        snprintf(octal, sizeof octal, "%.6s", line + column);
        program->addr[program->words] = (u16)addr;
        program->word[program->words++] = (u16)strtoul(octal, NULL, 8);
        addr += 2;
    }
}

/* The byte at `addr` on a loader tape; -1 where it holds none. */
static int tape_byte(const u8 *tape, size_t len, u32 addr)
{
    for (size_t pos = 0; pos + 6 < len;) {
        u32 count = tape[pos + 2] + 256u * tape[pos + 3], at = tape[pos + 4] + 256u * tape[pos + 5];
        if (addr >= at && addr - at < count - 6)
            return tape[pos + 6 + addr - at];
        pos += count + 1;
    }
    return -1;
}

/* What was assembled is what the listing says, and at `shift` on the tape. */
static void program_check(const char *name, const struct program *program, const u8 *tape,
                          size_t tape_len, u32 shift)
{
    struct asm_result *result = help_assemble(program->source, NULL);
    u32 bytes = 0;

    if (result->errors)
        fail_msg("%s: %s", name, result->message[0].text);
    for (unsigned i = 0; i < program->words; i++)
        assert_int_equal(help_word(result, program->addr[i]), program->word[i]);
    for (unsigned i = 0; i < result->segments; i++) {
        const struct asm_segment *segment = &result->segment[i];
        for (u32 k = 0; k < segment->len; k++)
            assert_int_equal(result->image[segment->addr + k],
                             tape_byte(tape, tape_len, segment->addr + k + shift));
        bytes += segment->len;
    }
    assert_int_equal(bytes, 2 * program->words);
    asm_free(result);
}

/* A listing has one program, or two: behind a line `; ----' one that is loaded at 20000. */
static void listing_check(const char *base, const char *list)
{
    struct program *program = calloc(2, sizeof *program);
    char tape_path[4096], *text = file_read(bench_folder, list);
    u8 tape[4096];
    unsigned which = 0;
    FILE *file;
    size_t len;

    assert_non_null(program);
    snprintf(tape_path, sizeof tape_path, "%s/%s.lda", bench_folder, base);
    file = fopen(tape_path, "rb");
    assert_non_null(file);
    len = fread(tape, 1, sizeof tape, file);
    fclose(file);
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            end = line + strlen(line) - 1;
        *end = 0;
        if (strncmp(line, "; ----", 6) == 0)
            which = 1;
        line_add(&program[which], line, strlen(line));
    }
    for (unsigned i = 0; i <= which; i++)
        program_check(base, &program[i], tape, len, i ? 020000 : 0);
    free(text);
    free(program);
}

static void test_bench(void **state)
{
    DIR *folder = opendir(bench_folder);
    unsigned count = 0;

    if (!folder) {
        print_message("# %s is not there: set VM11_SHARED\n", bench_folder);
        skip();
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        char base[256];
        if (!name_splits(entry->d_name, ".lst", base, sizeof base))
            continue;
        listing_check(base, entry->d_name);
        count++;
    }
    closedir(folder);
    assert_true(count >= 10);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_bench),
    };
    const char *shared = getenv("VM11_SHARED");
    char bench[4096];

    if (argc != 3)
        return 2;
    golden_folder = argv[1];
    snprintf(bench, sizeof bench, "%s/bench", shared ? shared : argv[2]);
    bench_folder = bench;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
