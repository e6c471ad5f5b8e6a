/* host_none.c - a host for which there is no translator: the interpreter runs there. */
#include "jit/host.h"

#if !defined(__x86_64__) && !defined(__aarch64__)

bool host_supported(void)
{
    return false;
}

#endif
