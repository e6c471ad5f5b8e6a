/* near.c - did you mean: see near.h. The distance counts letters that are wrong, missing, too
 * many, or swapped with their neighbour. */
#include "machine/near.h"

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

/* Edit distance of two words of at most WORD_MAX letters. */
static unsigned distance(const char *a, size_t alen, const char *b, size_t blen)
{
    unsigned d[WORD_MAX + 1][WORD_MAX + 1];

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
    return d[alen][blen];
}

/* A word that begins with all of the other is near too: "memory" for "mem". */
static bool begins(const char *word, const char *with, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (lower(word[i]) != lower(with[i]))
            return false;
    return len >= 2;
}

const char *near_word(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t len = strlen(word);
    unsigned least = len < 4 ? 2 : 3; /* distances below this are slips */

    if (len == 0 || len > WORD_MAX)
        return NULL;
    for (; *words; words++) {
        size_t other = strlen(*words);
        unsigned d = other > WORD_MAX ? WORD_MAX : distance(word, len, *words, other);
        if (d >= 1 && begins(word, *words, min_of((unsigned)len, (unsigned)other)))
            d = 1;
        if (d < least) {
            least = d;
            best = *words;
        }
    }
    return best;
}
