/* fuzz_overlay.c - any bytes over a good overlay file: it is refused with one line, or every block
 * of it can be read and written.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "dev/image.h"
#include "dev/overlay.h"

#define BLOCKS 20u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void file_put(const char *path, const void *data, size_t size, off_t at, off_t length)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    base_assert(fd >= 0 && pwrite(fd, data, size, at) == (ssize_t)size);
    base_assert(length < 0 || ftruncate(fd, length) == 0);
    close(fd);
}

static void blocks_use(struct image *image)
{
    u8 block[OVERLAY_BLOCK];

    for (unsigned i = 0; i < BLOCKS; i++) {
        base_assert(image_read(image, i * sizeof block, block, sizeof block, NULL) == 0);
        base_assert(image_write(image, i * sizeof block, block, sizeof block, NULL) == 0);
    }
}

/* The first four bytes are where the rest goes, and how long the file is then. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    char dir[] = "/tmp/vm11-fuzz-XXXXXX", base[64], over[64];
    struct attach how = {.path = base, .overlay = over};
    struct image *image;
    struct err err = {0};

    if (size < 4)
        return 0;
    base_assert(mkdtemp(dir));
    strcpy(stpcpy(base, dir), "/base");
    strcpy(stpcpy(over, dir), "/over");
    file_put(base, "base", 4, 0, -1);
    base_assert(image_open(&image, &how, BLOCKS * OVERLAY_BLOCK, NULL, NULL) == 0);
    base_assert(image_write(image, 3000, "guest", 5, NULL) == 0);
    image_close(image);
    file_put(over, data + 4, size - 4, (data[0] | data[1] << 8) % 2048, data[2] | data[3] << 8);
    if (image_open(&image, &how, BLOCKS * OVERLAY_BLOCK, NULL, &err) == 0) {
        blocks_use(image);
        image_close(image);
    } else {
        base_assert(err.code && err.text[0] && !strchr(err.text, '\n'));
    }
    unlink(base);
    unlink(over);
    rmdir(dir);
    return 0;
}
