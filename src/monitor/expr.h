/* expr.h - expressions: numbers, registers, symbols, variables, memory, and C's operators.
 *
 *   numbers     octal; decimal with a final `.`; 0x; 'c is a character
 *   registers   every name of regs.h: r0 sp pc ps ksp kipar0 mmr0 rkcs icount ...
 *   symbols     _trap, start (exactly; else upper and lower case alike); \name: never a register
 *   variables   $x, 0 until it is set
 *   memory      @PLACE, the word there: @sp, @(r5+4), @ud:1000, @p:300, @@sp; byte(PLACE)
 *   operators   ( ) ! ~ - * / % + - << >> < <= > >= == != & ^ | && ||, with C's precedence
 *
 * Values are 64 bits without a sign. What goes below zero of two words (up to 177777) wraps as a
 * word does, so that `r0 == -1` and `~0` mean what they say on a PDP-11. Reading changes nothing.
 */
#ifndef VM11_MONITOR_EXPR_H
#define VM11_MONITOR_EXPR_H

#include "monitor/command.h"

#define EXPR_TEXT_MAX 512 /* of an expression that is kept */

/* Check that `text` is an expression as a whole, without reading memory; complains. For what is
 * kept and computed later: conditions. */
bool expr_check(struct monitor *mon, const char *text);

/* The value of all of `text`. False, with a complaint, where it has none (memory that is not
 * there). */
bool expr_value(struct monitor *mon, const char *text, u64 *value);

/* The value of the expression at *at, which moves behind it. For args.c. */
bool expr_parse(struct monitor *mon, const char **at, u64 *value);

#endif
