/* near.c - did you mean: see near.h. */
#include "base/near.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 24u

static char lower(char ch)
{
    return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
}

static unsigned min_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned near_distance(const char *a, const char *b)
{
    size_t alen = strlen(a), blen = strlen(b);
    unsigned d[WORD_MAX + 1][WORD_MAX + 1]; /* between the first i letters of a and k of b */

    if (alen > WORD_MAX || blen > WORD_MAX || alen >= blen + NEAR_FAR || blen >= alen + NEAR_FAR)
        return NEAR_FAR;
    for (unsigned i = 0; i <= alen; i++)
        d[i][0] = i;
    for (unsigned k = 0; k <= blen; k++)
        d[0][k] = k;
    for (unsigned i = 1; i <= alen; i++) {
        for (unsigned k = 1; k <= blen; k++) {
            char x = lower(a[i - 1]), y = lower(b[k - 1]);
            unsigned least = d[i - 1][k - 1] + (x != y);
            least = min_of(least, min_of(d[i - 1][k], d[i][k - 1]) + 1);
            if (i > 1 && k > 1 && x == lower(b[k - 2]) && lower(a[i - 2]) == y)
                least = min_of(least, d[i - 2][k - 2] + 1);
            d[i][k] = least;
        }
    }
    return min_of(d[alen][blen], NEAR_FAR);
}

/* One word begins with all of the other, which has two letters at least: "memory" and "mem". */
static bool begins(const char *a, const char *b)
{
    size_t len = 0;

    while (a[len] && b[len] && lower(a[len]) == lower(b[len]))
        len++;
    return len >= 2 && (!a[len] || !b[len]);
}

const char *near_word(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t len = strlen(word);
    unsigned least = len < 4 ? 2 : NEAR_FAR;

    if (len == 0 || len > WORD_MAX)
        return NULL;
    for (; *words; words++) {
        unsigned d = near_distance(word, *words);
        if (d >= 1 && begins(word, *words))
            d = 1;
        if (d < least) {
            least = d;
            best = *words;
        }
    }
    return best;
}

int near_error(const char *word, const char *what, const char *const *words, struct err *err)
{
    const char *near = near_word(word, words);
    char list[80] = "";
    size_t used = 0;

    if (near)
        return err_set(err, EINVAL, "%s: no such %s; did you mean %s?", word, what, near);
    for (unsigned i = 0; words[i] && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", words[i]);
    if (used >= sizeof list) /* more than one would read */
        return err_set(err, EINVAL, "%s: no such %s", word, what);
    return err_set(err, EINVAL, "%s: no such %s; there are %s", word, what, list);
}
