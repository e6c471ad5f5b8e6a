/* insn.h - an instruction in memory as a line of text, with symbols and the line of the source. */
#ifndef VM11_MONITOR_INSN_H
#define VM11_MONITOR_INSN_H

#include "monitor/command.h"

/* Up to three words from `place`; how many could be read. */
unsigned insn_words(struct monitor *mon, struct place place, u16 words[3]);

/* "MOV #5,R0" and how many words it has; with symbols a comment tells the addresses by name. */
#define INSN_TEXT_MAX 240
unsigned insn_text(struct monitor *mon, struct place place, const u16 *words, unsigned count,
                   char *text);

/* A line: address, name, instruction; after it the source's line where a listing gives one. `mark`
 * (NULL: none) stands in front. Returns the number of words, 0 where nothing can be read, which is
 * said. */
unsigned insn_show(struct monitor *mon, struct place place, const char *mark);

#endif
