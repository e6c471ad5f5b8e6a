/* busy.h - a machine in which everything goes on at once, for tests that nothing of it is lost.
 *
 * The program computes with a random number, writes it all over its memory, waits now and then; the
 * clock interrupts, and punches; the console prints a text for ever, and what is typed goes into a
 * buffer; the disk writes and reads random sectors. The files "disk" (empty) and "tape" are made in
 * the current folder.
 */
#ifndef VM11_TEST_MACHINE_BUSY_H
#define VM11_TEST_MACHINE_BUSY_H

#include "isa/asm.h"
#include "rig.h"

static const char busy_source[] =
    "lks=177546\n rcsr=177560\n rbuf=177562\n xcsr=177564\n xbuf=177566\n"
    "pps=177554\n ppb=177556\n rkcs=177404\n rkda=177412\n"
    ".=60\n .word rx,200,tx,200,pun,200\n"
    ".=100\n .word clk,300\n"
    ".=220\n .word dsk,240\n"
    ".=1000\n"
    "start: mov #1000,sp\n"
    " mov #100,@#lks\n mov #100,@#rcsr\n mov #100,@#xcsr\n"
    " jsr pc,go\n"
    "loop: mov seed,r0\n mul #12345.,r0\n add #13.,r1\n mov r1,seed\n"
    " bic #176001,r1\n mov seed,heap(r1)\n inc @#total\n"
    " bit #7777,seed\n bne 1$\n wait\n"
    "1$: bit #77,@#total\n bne loop\n jsr r5,sub\n .word 5\n br loop\n"
    "sub: add (r5)+,r4\n rts r5\n"
    "clk: inc ticks\n tstb @#pps\n bpl 1$\n movb ticks,@#ppb\n"
    "1$: rti\n"
    "tx: movb @txp,@#xbuf\n inc txp\n cmp txp,#texte\n blo 1$\n"
    " mov #text,txp\n1$: rti\n"
    "rx: mov r0,-(sp)\n mov rxp,r0\n movb @#rbuf,inbuf(r0)\n inc r0\n"
    " bic #177600,r0\n mov r0,rxp\n mov (sp)+,r0\n rti\n"
    "pun: rti\n"
    "dsk: jsr pc,go\n rti\n"
    "go: mov r1,-(sp)\n mov r0,-(sp)\n mov seed,r0\n bic #174010,r0\n"
    " mov #rkda,r1\n mov r0,(r1)\n mov #heap,-(r1)\n mov #-400,-(r1)\n"
    " com rw\n beq 1$\n mov #103,-(r1)\n br 2$\n"
    "1$: mov #105,-(r1)\n"
    "2$: mov (sp)+,r0\n mov (sp)+,r1\n rts pc\n"
    "seed: .word 1\n ticks: .word 0\n txp: .word text\n rxp: .word 0\n"
    "rw: .word 0\n"
    "text: .ascii /the quick brown fox /<15><12>\n texte: .even\n"
    "total: .word 0\n"
    ".=4000\n inbuf: .blkw 100\n"
    ".=10000\n heap: .blkw 1000\n .end start\n";

/* The address of a label. */
static inline u16 busy_label(const char *name)
{
    struct asm_result *result = NULL;
    u16 value = 0;
    bool found = false;

    assert_int_equal(asm_assemble("busy", busy_source, strlen(busy_source), NULL, &result, NULL),
                     0);
    for (unsigned i = 0; i < result->symbols; i++)
        if (strcmp(result->symbol[i].name, name) == 0)
            value = result->symbol[i].value, found = true;
    asm_free(result);
    assert_true(found);
    return value;
}

static inline void busy_load(struct machine *m)
{
    struct asm_result *result = NULL;

    assert_int_equal(asm_assemble("busy", busy_source, strlen(busy_source), NULL, &result, NULL),
                     0);
    for (unsigned i = 0; i < result->messages; i++)
        fail_msg("%s", result->message[i].text);
    memcpy(m->ram.base, result->image, 0140000);
    machine_start(m, result->start);
    asm_free(result);
}

static inline void busy_attach(struct machine *m, const char *unit, const char *path)
{
    const struct attach how = {.path = path};
    struct err err = {0};

    if (machine_attach(m, unit, &how, &err))
        fail_msg("%s", err.text);
}

static inline void file_check_size(const char *name, u64 size)
{
    FILE *f = fopen(name, "rb");

    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    assert_int_equal(ftell(f), size);
    fclose(f);
}

/* The program is loaded and started. */
static inline struct machine *busy_new(void)
{
    struct machine *m = rig_machine(0);

    file_make("disk", "", 0);
    file_make("tape", "", 0);
    busy_attach(m, "rk0", "disk");
    busy_attach(m, "pp", "tape");
    busy_load(m);
    return m;
}

#endif
