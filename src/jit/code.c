/* code.c - memory for translated code: see code.h. */
#define _GNU_SOURCE
#include "jit/code.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int code_init(struct code *code, u32 size, struct err *err)
{
    u32 page = (u32)sysconf(_SC_PAGESIZE);
    int fd = memfd_create("vm11-code", MFD_CLOEXEC), failed;
    void *write = MAP_FAILED, *exec = MAP_FAILED;

    *code = (struct code){.size = (size + page - 1) / page * page};
    if (fd >= 0 && ftruncate(fd, code->size) == 0) {
        write = mmap(NULL, code->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        exec = mmap(NULL, code->size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    }
    failed = errno;
    if (fd >= 0)
        close(fd);
    if (write != MAP_FAILED && exec != MAP_FAILED) {
        code->write = write;
        code->exec = exec;
        code->end = code->size;
        return 0;
    }
    if (write != MAP_FAILED)
        munmap(write, code->size);
    if (exec != MAP_FAILED)
        munmap(exec, code->size);
    return err_set(err, failed, "no host memory for translated code: %s", strerror(failed));
}

void code_fini(struct code *code)
{
    if (code->write) {
        munmap(code->write, code->size);
        munmap((void *)(uintptr_t)code->exec, code->size);
    }
    *code = (struct code){0};
}

int code_call(const struct code *code, u32 routine, void *context, const u8 *where)
{
    typedef int routine_fn(void *context, const u8 *where);
    routine_fn *call;
    const u8 *at = code->exec + routine;

    memcpy(&call, &at,
           sizeof call); /* C has no conversion of an object's address to a function's */
    return call(context, where);
}

void code_sync(const struct code *code, u32 from)
{
    char *begin = (char *)(uintptr_t)code->exec + from,
         *end = (char *)(uintptr_t)code->exec + code->at;

    __builtin___clear_cache(begin, end);
#ifdef CODE_SYNC_BY_PROTECTION /* for an emulator of the host: see tools/cross */
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = (uintptr_t)begin / page * page;

    mprotect((void *)first, (uintptr_t)end - first, PROT_READ);
    mprotect((void *)first, (uintptr_t)end - first, PROT_READ | PROT_EXEC);
#endif
}
