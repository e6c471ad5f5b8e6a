/* twins.c - four of the speed programs in C: what the host itself would need.
 *
 * The same algorithms on 16-bit integers. `bench` builds this with gcc -O2 without vectors and
 * without calls of memcpy and memset in place of loops, which would be vectors again. The volatile
 * statements hide from the compiler that a pass repeats the one before, and nothing else: within a
 * pass it may do what it can.
 *
 *     twins PROGRAM N      prints the registers that the guest's program ends with, in octal
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t u16;
typedef int16_t i16;

/* The compiler knows neither memory nor the value from here on. */
#define HIDE_MEMORY() __asm__ volatile("" ::: "memory")
#define HIDE_VALUE(v) __asm__ volatile("" : "+r"(v))

static void a_reg(u16 n, u16 r[4])
{
    u16 r0 = 0, r1 = 1, r2 = 0, r4, r5 = n;
    i16 r3 = 0;

    do {
        r4 = 0;
        do {
            r0 = (u16)(r0 + r1);
            r2 = (u16)(r2 - r0);
            r3 = (i16)(r3 >> 1);
            r1++;
            r3 = (i16)(u16)((u16)r3 + r2);
        } while (--r4);
    } while (--r5);
    r[0] = r0;
    r[1] = r1;
    r[2] = r2;
    r[3] = (u16)r3;
}

static u16 source[4096], target[4096];

static void b_copy(u16 n, u16 r[4])
{
    u16 sum = 0;

    for (unsigned i = 0; i < 4096; i++)
        source[i] = (u16)(3 * i);
    do {
        const u16 *from = source;
        u16 *to = target, count = 4096;
        do
            *to++ = *from++;
        while (--count);
        HIDE_MEMORY();
    } while (--n);
    for (unsigned i = 0; i < 4096; i++)
        sum = (u16)(sum + target[i]);
    r[0] = sum;
}

/* Without noipa gcc -O2 unfolds the recursion into itself and does a tenth of the calls. */
static __attribute__((noipa)) u16 fib(u16 n)
{
    return (i16)n < 2 ? n : (u16)(fib((u16)(n - 1)) + fib((u16)(n - 2)));
}

static void c_fib(u16 n, u16 r[4])
{
    u16 sum = 0;

    do {
        u16 argument = 20;
        HIDE_VALUE(argument);
        sum = (u16)(sum + fib(argument));
    } while (--n);
    r[2] = sum;
}

static uint8_t flags[8191];

static void h_sieve(u16 n, u16 r[4])
{
    u16 primes;

    do {
        for (u16 i = 0; i < 8191; i++)
            flags[i] = 1;
        primes = 0;
        for (u16 i = 0; i <= 8190; i++) {
            if (!flags[i])
                continue;
            u16 prime = (u16)(i + i + 3);
            for (u16 k = (u16)(i + prime); k <= 8190; k = (u16)(k + prime))
                flags[k] = 0;
            primes++;
        }
        HIDE_MEMORY();
    } while (--n);
    r[3] = primes;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(u16 n, u16 r[4]);
    } list[] = {{"a_reg", a_reg}, {"b_copy", b_copy}, {"c_fib", c_fib}, {"h_sieve", h_sieve}};
    u16 r[4] = {0};

    for (unsigned i = 0; argc == 3 && i < sizeof list / sizeof list[0]; i++) {
        if (strcmp(argv[1], list[i].name) == 0) {
            list[i].run((u16)strtoul(argv[2], NULL, 10), r);
            printf("%06o %06o %06o %06o\n", r[0], r[1], r[2], r[3]);
            return 0;
        }
    }
    fprintf(stderr, "twins a_reg|b_copy|c_fib|h_sieve N\n");
    return 2;
}
