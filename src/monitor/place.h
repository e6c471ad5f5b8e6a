/* place.h - a place in the guest's memory as a person names it, and looking without touching.
 *
 * A place is a virtual address in a mode and space, or a physical address. Reading and writing it
 * here changes nothing else: no A or W bits, no MMR0, no traps, no effect in a device; access
 * rights are ignored (a debugger may write into pure text), page lengths are not. The I/O page is
 * not memory: its registers are named (see regs.h).
 */
#ifndef VM11_MONITOR_PLACE_H
#define VM11_MONITOR_PLACE_H

#include "machine/machine.h"

struct place {
    bool physical;
    enum mode mode;   /* of a virtual address */
    enum space space; /* as it is asked for: I where the mode's D space is off */
    u32 at;           /* va, or pa */
};

/* What came of a look. */
enum place_status {
    PLACE_OK,
    PLACE_ODD,     /* a word at an odd address */
    PLACE_INVALID, /* no page there: not resident, beyond its length, an illegal mode */
    PLACE_NONE,    /* beyond the end of memory */
    PLACE_IO,      /* in the I/O page */
};

/* For a person: "odd address", "not mapped", "no memory there", "a register: name it". */
const char *place_why(enum place_status status);

/* The place `offset` bytes on: virtual addresses wrap around at 200000. */
struct place place_at(struct place place, u32 offset);

/* The physical address; of a virtual address in a virtual machine the real one, if it is no
 * register. PLACE_OK or PLACE_INVALID. */
enum place_status place_pa(const struct machine *machine, struct place place, u32 *pa);

enum place_status place_read(const struct machine *machine, struct place place, u16 *word);
enum place_status place_readb(const struct machine *machine, struct place place, u8 *byte);
enum place_status place_write(struct machine *machine, struct place place, u16 word);
enum place_status place_writeb(struct machine *machine, struct place place, u8 byte);

/* The length of a prefix [ksup][id]: at the beginning of `text`, put into `place`; 0: none. */
unsigned place_prefix(const char *text, struct place *place);

/* "ud:001000", "p:0123456"; `text` holds PLACE_TEXT_MAX. Returns text. */
#define PLACE_TEXT_MAX 16
const char *place_text(struct place place, char *text);

#endif
