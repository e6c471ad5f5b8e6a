/* sim_diag.c - reserved instructions; and DIAG, by which a VM that knows what it is asks CP for
 * services, as a virtual 370 does by DIAGNOSE. On a bare machine, in a pure VM and outside virtual
 * kernel mode DIAG is a reserved instruction and traps to 10: that is how a program finds out.
 *
 *   DIAG 0  R0 := 1, R1 := services that there are (bit n: DIAG n), R2 := memory, 64 bytes each
 *   DIAG 1  write R1 bytes from R0 on the console; R0 := how many were written
 *   DIAG 2  read R3 words to R2 on, from block R1 (256 words each) of drive R0
 *   DIAG 3  write them, from R2 on
 *   DIAG 4  yield: the rest of the turn is another's
 *   DIAG 5  close the spool file of the printer (R0 = 0) or the punch (1)
 *   DIAG 6  R0, R1 := CP's time in units of 1024 microseconds, high and low word
 *
 * Addresses are those of virtual kernel D space. After 1 to 3 and 5 C tells of a failure, and R0
 * why: 1 no such drive or device, 2 the host failed, 3 an address that cannot be used, 4 beyond the
 * end, 5 write protected. Nothing is written beyond the VM's memory or its minidisk. Our own codes.
 */
#include <errno.h>

#include "cp/sim.h"
#include "cpu/watch.h"
#include "dev/image.h"

enum { DIAG_WHO, DIAG_PRINT, DIAG_READ, DIAG_WRITE, DIAG_YIELD, DIAG_CLOSE, DIAG_TIME, DIAG_COUNT };
enum { BAD_UNIT = 1, BAD_HOST, BAD_ADDRESS, BAD_BLOCK, BAD_WRITE };

#define BLOCK_BYTES 512u

/* Where the byte at `va` of virtual kernel D space is. */
static bool place_of(struct vm *vm, u16 va, bool write, u32 *pa)
{
    const struct mmu_ref ref = {MODE_K, SPACE_D, va, write};

    return mmu_probe(&vm->m->cpu.mmu, &ref, pa) && *pa < vm->m->ram.size;
}

static unsigned print(struct vm *vm, u16 *r)
{
    u32 pa;

    for (u16 i = 0; i < r[R1]; i++) {
        if (!place_of(vm, (u16)(r[R0] + i), false, &pa)) {
            r[R0] = i;
            return BAD_ADDRESS;
        }
        line_send(&vm->m->line, vm->m->ram.base[pa]);
    }
    r[R0] = r[R1];
    return 0;
}

/* One word of the transfer: where it is in the VM's memory. */
static u8 *word_of(struct vm *vm, u16 va, bool write)
{
    u32 pa;

    if (va & 1 || !place_of(vm, va, write, &pa))
        return NULL;
    if (write)
        ram_wrote(&vm->m->ram, pa, 2);
    return vm->m->ram.base + pa;
}

/* Up to a block: `words` from memory at `va` on. */
static unsigned move_block(struct vm *vm, struct image *image, u64 at, u16 va, unsigned words,
                           bool read)
{
    u8 block[BLOCK_BYTES] = {0};
    struct err err = {0};

    if (read && image_read(image, at, block, sizeof block, &err))
        return BAD_HOST;
    for (unsigned i = 0; i < words; i++) {
        u8 *host = word_of(vm, (u16)(va + 2 * i), read);
        if (!host)
            return BAD_ADDRESS;
        word_put(read ? host : block + 2 * i, word_get(read ? block + 2 * i : host));
    }
    return !read && image_write(image, at, block, sizeof block, &err) ? BAD_HOST : 0;
}

static unsigned transfer(struct vm *vm, const u16 *r, bool read)
{
    struct image *image = r[R0] < RK11_DRIVES ? vm->m->rk.drives[r[R0]].image : NULL;
    u64 at = (u64)r[R1] * BLOCK_BYTES;

    if (!image)
        return BAD_UNIT;
    if (!read && image_read_only(image))
        return BAD_WRITE;
    for (unsigned done = 0; done < r[R3]; done += BLOCK_BYTES / 2, at += BLOCK_BYTES) {
        unsigned words = r[R3] - done < BLOCK_BYTES / 2 ? r[R3] - done : BLOCK_BYTES / 2, bad;
        if (at + BLOCK_BYTES > image_capacity(image))
            return BAD_BLOCK;
        bad = move_block(vm, image, at, (u16)(r[R2] + 2 * done), words, read);
        if (bad)
            return bad;
    }
    return 0;
}

static unsigned close_spool(struct vm *vm, unsigned device)
{
    const struct vm_services *services = vm->services;
    int rc = services && services->close && device < 2 ? services->close(services->ctx, vm, device)
                                                       : -ENOENT;

    return rc == -ENOENT ? BAD_UNIT : rc ? BAD_HOST : 0;
}

static void tell_time(struct vm *vm, u16 *r)
{
    u64 time = vm->services && vm->services->time ? vm->services->time(vm->services->ctx)
                                                  : machine_time(vm->m);

    r[R0] = (u16)(time >> 26);
    r[R1] = (u16)(time >> 10);
}

static unsigned serve(struct vm *vm, unsigned number, u16 *r)
{
    switch (number) {
    case DIAG_WHO:
        r[R0] = 1;
        r[R1] = (1u << DIAG_COUNT) - 1;
        r[R2] = (u16)(vm->m->ram.size >> 6);
        return 0;
    case DIAG_PRINT: return print(vm, r);
    case DIAG_READ: return transfer(vm, r, true);
    case DIAG_WRITE: return transfer(vm, r, false);
    case DIAG_YIELD: machine_stop(vm->m); return 0;
    case DIAG_CLOSE: return close_spool(vm, r[R0]);
    default: tell_time(vm, r); return 0;
    }
}

bool sim_diag(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    struct cpu *cpu = &vm->m->cpu;
    unsigned number = insn & 077u, bad;

    if (vm->pure || cpu_mode(cpu) != MODE_K || number >= DIAG_COUNT)
        return sim_turn(vm, VM_RESERVED, exit);
    if (cpu->attention & ATTN_WATCH)
        watch_insn(cpu);
    cpu->start = cpu->r[PC];
    cpu->changes = 0;
    cpu->r[PC] = (u16)(cpu->r[PC] + 2);
    bad = serve(vm, number, cpu->r);
    if (bad && number != DIAG_PRINT)
        cpu->r[R0] = (u16)bad;
    cpu->cc.c = bad != 0;
    cpu->trace = true;
    cpu->icount++;
    vm->stats.simulated++;
    vm->stats.event[VM_DIAG]++;
    return false;
}

bool sim_reserved(struct vm *vm, u16 insn, enum cpu_exit *exit)
{
    return sim_turn(vm, VM_RESERVED, exit);
}
