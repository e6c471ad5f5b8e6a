/* fpu.h - the programmer's state of the FP11-B. */
#ifndef VM11_CPU_FPU_H
#define VM11_CPU_FPU_H

#include "base/types.h"

struct fpu {
    u64 ac[6]; /* D format; an F number is in the upper half */
    u16 fps;   /* status */
    u16 fec;   /* exception code */
    u16 fea;   /* exception address */
};

#endif
