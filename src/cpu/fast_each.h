/* fast_each.h - every handler of the short way, by rows of fast.def and kinds of operands.
 *
 * Included where each of them becomes something: its prototype, its body, its place in the table.
 *   SHORT_TWO(id, src, dst, way, alu)  operands s and d
 *   SHORT_ONE(id, dst, way, alu)       operand d
 *   SHORT_JUMP(id, dst, way)           operand d, of which only the address counts
 *   SHORT_NONE(id, way, arg)           neither
 * What is not defined there is left out. All are undefined again.
 */
#ifndef SHORT_TWO
#define SHORT_TWO(id, src, dst, way, alu)
#endif
#ifndef SHORT_ONE
#define SHORT_ONE(id, dst, way, alu)
#endif
#ifndef SHORT_JUMP
#define SHORT_JUMP(id, dst, way)
#endif
#ifndef SHORT_NONE
#define SHORT_NONE(id, way, arg)
#endif

#define SHORT_TO(id, dst, way, alu)                                                                \
    SHORT_TWO(id, R, dst, way, alu)                                                                \
    SHORT_TWO(id, I, dst, way, alu)                                                                \
    SHORT_TWO(id, P, dst, way, alu)                                                                \
    SHORT_TWO(id, X, dst, way, alu)                                                                \
    SHORT_TWO(id, D, dst, way, alu)
#define SHORT_SD(id, way, alu)                                                                     \
    SHORT_TO(id, R, way, alu)                                                                      \
    SHORT_TO(id, P, way, alu)                                                                      \
    SHORT_TO(id, X, way, alu)                                                                      \
    SHORT_TO(id, D, way, alu)
#define SHORT_SD_R(id, way, alu)                                                                   \
    SHORT_SD(id, way, alu)                                                                         \
    SHORT_TO(id, I, way, alu)
#define SHORT_D(id, way, alu)                                                                      \
    SHORT_ONE(id, R, way, alu)                                                                     \
    SHORT_ONE(id, P, way, alu)                                                                     \
    SHORT_ONE(id, X, way, alu)                                                                     \
    SHORT_ONE(id, D, way, alu)
#define SHORT_D_R(id, way, alu)                                                                    \
    SHORT_D(id, way, alu)                                                                          \
    SHORT_ONE(id, I, way, alu)
#define SHORT_A(id, way)                                                                           \
    SHORT_JUMP(id, P, way)                                                                         \
    SHORT_JUMP(id, X, way)                                                                         \
    SHORT_JUMP(id, D, way)
#define SHORT(id, way, arg) SHORT_NONE(id, way, arg)
#include "cpu/fast.def"

#undef SHORT_TO
#undef SHORT_TWO
#undef SHORT_ONE
#undef SHORT_JUMP
#undef SHORT_NONE
