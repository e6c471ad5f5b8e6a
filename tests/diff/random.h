/* random.h - the test's own random numbers (splitmix64: Steele, Lea, Flood, 2014): the same on
 * every host, and a case needs no other state than its seed. */
#ifndef VM11_TESTS_DIFF_RANDOM_H
#define VM11_TESTS_DIFF_RANDOM_H

#include "base/types.h"

struct random {
    u64 state;
};

static inline u64 random_next(struct random *random)
{
    u64 z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0 to n - 1. */
static inline unsigned random_below(struct random *random, unsigned n)
{
    return (unsigned)((random_next(random) >> 32) * n >> 32);
}

/* True `percent` times of a hundred. */
static inline bool random_chance(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

static inline u16 random_word(struct random *random)
{
    return (u16)(random_next(random) >> 40);
}

#endif
