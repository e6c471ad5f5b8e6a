/* number.c - parsing of numbers and sizes: see number.h. */
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

static int digit_value(char ch)
{
    if (ch >= '0' && ch <= '9')
        return ch - '0';
    if (ch >= 'a' && ch <= 'f')
        return ch - 'a' + 10;
    if (ch >= 'A' && ch <= 'F')
        return ch - 'A' + 10;
    return 99;
}

/* Digits of `text` up to `len` in `radix`; false where there are none, others or too many. */
static bool digits_parse(const char *text, size_t len, unsigned radix, u64 max, u64 *value)
{
    u64 v = 0;

    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned d = (unsigned)digit_value(text[i]);
        if (d >= radix || d > max || v > (max - d) / radix)
            return false;
        v = v * radix + d;
    }
    *value = v;
    return true;
}

bool number_parse(const char *text, u64 max, u64 *value)
{
    size_t len = strlen(text);

    if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return digits_parse(text + 2, len - 2, 16, max, value);
    if (len > 1 && text[len - 1] == '.')
        return digits_parse(text, len - 1, 10, max, value);
    return digits_parse(text, len, 8, max, value);
}

/* Decimal digits and a unit letter of the value `k` or `m`; false where there is no such letter. */
static bool scaled_parse(const char *text, u64 k, u64 m, u64 max, u64 *value)
{
    size_t len = strlen(text);
    u64 unit;

    if (len < 2)
        return false;
    if (text[len - 1] == 'K' || text[len - 1] == 'k')
        unit = k;
    else if (text[len - 1] == 'M' || text[len - 1] == 'm')
        unit = m;
    else
        return false;
    if (!digits_parse(text, len - 1, 10, max / unit, value))
        return false;
    *value *= unit;
    return true;
}

bool size_parse(const char *text, u64 max, u64 *value)
{
    return scaled_parse(text, 1024, 1024 * 1024, max, value) || number_parse(text, max, value);
}

bool count_parse(const char *text, u64 max, u64 *value)
{
    size_t len = strlen(text);

    if (scaled_parse(text, 1000, 1000000, max, value))
        return true;
    if (len > 1 && text[len - 1] == '.')
        len--;
    return digits_parse(text, len, 10, max, value);
}

bool seconds_parse(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    return end != text && !*end && *seconds > 0 && *seconds <= 1e9;
}
