/* maps.h - what memory the process may write and execute, as the host's kernel tells. */
#ifndef VM11_TESTS_UNIT_JIT_MAPS_H
#define VM11_TESTS_UNIT_JIT_MAPS_H

#include <stdio.h>
#include <string.h>

/* Mappings that can be written and executed; those that hold translated code are counted in
 * *writable and *executable. */
static inline unsigned maps_count(unsigned *writable, unsigned *executable)
{
    FILE *file = fopen("/proc/self/maps", "r");
    unsigned both = 0;
    char line[512], rights[8];

    *writable = *executable = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        assert_int_equal(sscanf(line, "%*x-%*x %7s", rights), 1);
        both += rights[1] == 'w' && rights[2] == 'x';
        if (!strstr(line, "vm11-code"))
            continue;
        *writable += rights[1] == 'w';
        *executable += rights[2] == 'x';
    }
    fclose(file);
    return both;
}

#endif
