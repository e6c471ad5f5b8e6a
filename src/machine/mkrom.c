/* mkrom.c - build-time tool: the words of an assembled bootstrap as a C array.
 *
 *     mkrom NAME FILE    FILE is what `as11 --format raw` made: words, low byte first
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    unsigned count = 0;
    int low, high;

    if (!file) {
        fprintf(stderr, "usage: mkrom NAME FILE\n");
        return 2;
    }
    printf("#include \"base/types.h\"\n\nextern const u16 %s[];\nextern const unsigned %s_words;\n"
           "const u16 %s[] = {",
           argv[1], argv[1], argv[1]);
    while ((low = getc(file)) != EOF && (high = getc(file)) != EOF)
        printf("%s0%06o,", count++ % 8 ? " " : "\n    ", (unsigned)(low | high << 8));
    printf("\n};\nconst unsigned %s_words = %u;\n", argv[1], count);
    return fclose(file) == 0 && count ? 0 : 3;
}
