/* test_place.c - places: what they mean, what they tell, and that looking leaves no trace. */
#include <string.h>

#include "monitor/place.h"
#include "rig.h"

static struct place virtual(enum mode mode, enum space space, u32 at)
{
    return (struct place){.mode = mode, .space = space, .at = at};
}

static void test_bare(void **state)
{
    struct rig *rig = *state;
    u32 pa;
    u16 word;
    u8 byte;

    assert_int_equal(place_write(rig->m, virtual(MODE_U, SPACE_D, 01000), 0123456), PLACE_OK);
    assert_int_equal(ram_get(&rig->m->ram, 01000), 0123456);
    assert_int_equal(place_readb(rig->m, virtual(MODE_K, SPACE_I, 01001), &byte), PLACE_OK);
    assert_int_equal(byte, 0247);
    assert_int_equal(place_pa(rig->m, virtual(MODE_K, SPACE_I, 0177560), &pa), PLACE_OK);
    assert_int_equal(pa, 0777560);
    assert_int_equal(place_read(rig->m, virtual(MODE_K, SPACE_I, 0177560), &word), PLACE_IO);
    assert_int_equal(place_read(rig->m, virtual(MODE_K, SPACE_I, 1), &word), PLACE_ODD);
    assert_int_equal(place_write(rig->m, virtual(MODE_K, SPACE_I, 0100000), 1), PLACE_NONE);
}

/* Lengths up and down, access fields, the D bits of MMR3. */
static void test_mapped(void **state)
{
    struct rig *rig = *state;
    struct mmu *mmu = &rig->m->cpu.mmu;
    u16 word;
    u32 pa;

    mmu->mmr0 = MMR0_ENABLE;
    mmu->mmr3 = 1;
    mmu->par[MODE_U][SPACE_I][1] = 0100;
    mmu->pdr[MODE_U][SPACE_I][1] = 1 << 8 | 2;
    mmu->par[MODE_U][SPACE_D][1] = 0200;
    mmu->pdr[MODE_U][SPACE_D][1] = 0176 << 8 | 010 | 6;
    ram_put(&rig->m->ram, 010176, 5);
    assert_int_equal(place_read(rig->m, virtual(MODE_U, SPACE_I, 020176), &word), PLACE_OK);
    assert_int_equal(word, 5);
    assert_int_equal(place_read(rig->m, virtual(MODE_U, SPACE_I, 020200), &word), PLACE_INVALID);
    assert_int_equal(place_read(rig->m, virtual(MODE_U, SPACE_D, 037576), &word), PLACE_INVALID);
    assert_int_equal(place_pa(rig->m, virtual(MODE_U, SPACE_D, 037600), &pa), PLACE_OK);
    assert_int_equal(pa, 037600);
    assert_int_equal(place_write(rig->m, virtual(MODE_U, SPACE_I, 020000), 9), PLACE_OK);
    assert_int_equal(mmu->pdr[MODE_U][SPACE_I][1], 1 << 8 | 2); /* read only, and no W bit */
    mmu->mmr3 = 0;
    assert_int_equal(place_pa(rig->m, virtual(MODE_U, SPACE_D, 020100), &pa), PLACE_OK);
    assert_int_equal(pa, 010100);
    assert_int_equal(place_pa(rig->m, virtual(MODE_ILLEGAL, SPACE_I, 0), &pa), PLACE_INVALID);
    for (u16 acf = 0; acf < 8; acf++) {
        mmu->pdr[MODE_U][SPACE_I][1] = 077400 | acf;
        assert_int_equal(place_pa(rig->m, virtual(MODE_U, SPACE_I, 020000), &pa),
                         acf == 0 || acf == 3 || acf == 7 ? PLACE_INVALID : PLACE_OK);
    }
    assert_int_equal(mmu->mmr0, MMR0_ENABLE);
}

static void test_texts(void **state)
{
    static const char *const prefixes[] = {"k:", "si:", "UD:", "d:", "p:", "i:"};
    static const char *const none[] = {"", "x:", "kk:", "pd:", "k", "1:", ":", "id:"};
    char text[PLACE_TEXT_MAX];
    struct place place = {0};

    for (unsigned i = 0; i < ARRAY_LEN(prefixes); i++) {
        place = (struct place){0};
        assert_int_equal(place_prefix(prefixes[i], &place), strlen(prefixes[i]));
    }
    place = (struct place){0};
    for (unsigned i = 0; i < ARRAY_LEN(none); i++)
        assert_int_equal(place_prefix(none[i], &place), 0);
    assert_string_equal(place_text(virtual(MODE_U, SPACE_D, 0177777), text), "ud:177777");
    assert_string_equal(place_text((struct place){.physical = true, .at = 0777776}, text),
                        "p:777776");
    assert_int_equal(place_at(virtual(MODE_K, SPACE_I, 0177776), 4).at, 2);
    assert_int_equal(place_at((struct place){.physical = true, .at = 0777776}, 4).at, 2);
    for (unsigned status = PLACE_OK; status <= PLACE_IO; status++)
        assert_true(strlen(place_why((enum place_status)status)) > 0);
}

/* Whatever is looked at, the machine is the same afterwards. */
static void test_no_trace(void **state)
{
    static const char *const lines[] = {
        "registers all",
        "psw",
        "x 0 100",
        "x/b p:0 100",
        "x 177560",
        "list 0 20",
        "mmu",
        "devices",
        "devices all",
        "stack",
        "bt",
        "interrupts",
        "events",
        "machine",
        "units",
        "search 0..1000 5",
        "compare 0,100 1000",
        "print @1000 + rbuf + rkds",
        "translate 177560",
    };
    struct rig *rig = *state;
    u64 hash;

    rig->m->cpu.mmu.mmr0 = MMR0_ENABLE | MMR0_ENTRAP;
    rig->m->cpu.mmu.pdr[MODE_K][SPACE_I][0] = 077404;
    rig->m->console.rcsr = 0200;
    rig->m->console.rbuf = 0101;
    hash = machine_hash(rig->m);
    for (unsigned i = 0; i < ARRAY_LEN(lines); i++) {
        rig->text[0] = 0;
        monitor_command(rig->mon, lines[i]);
        if (machine_hash(rig->m) != hash)
            fail_msg("%s leaves a trace", lines[i]);
    }
}

/* In a virtual machine a virtual address is behind the HV's map too. */
static void test_virtual_machine(void **state)
{
    const struct machine_config config = {.options.hv = true};
    struct machine *m = NULL;
    u16 word;
    u32 pa;

    assert_int_equal(machine_new(&m, &config, NULL), 0);
    m->hv->hv.level = m->hv->hv.chain[1] = 1;
    m->hv->hv.node[1] =
        (struct hv_node){.depth = 1, .type = 1, .base = 0100, .len = 020, .size = 0100};
    m->hv->hv.tag[1] = 1;
    ram_put(&m->ram, 011000, 5);
    assert_int_equal(place_read(m, virtual(MODE_K, SPACE_I, 01000), &word), PLACE_OK);
    assert_int_equal(word, 5);
    assert_int_equal(place_read(m, virtual(MODE_K, SPACE_I, 02000), &word), PLACE_INVALID);
    assert_int_equal(place_pa(m, virtual(MODE_K, SPACE_I, 0177560), &pa), PLACE_OK);
    assert_int_equal(pa, 0777560);
    machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_bare),  RIG_TEST(test_mapped),   cmocka_unit_test(test_virtual_machine),
        RIG_TEST(test_texts), RIG_TEST(test_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
