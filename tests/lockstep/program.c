/* program.c - see program.h.
 *
 * Where things are, by physical address (mostly the virtual one too):
 *
 *   0       vectors              1000  program      3000  stacks         10000  the sandbox of the
 *   400     handlers, 16 bytes   2000  data         6000  handlers of    17700  a second program,
 *                                4000  a third            the sandbox           over a page's end
 *
 * Maps are of two kinds: nearly the identity, with pages that are cut short, read only, trapped,
 * absent or laid over one another by a few blocks; or the small random pages of the test against
 * SIMH (tests/diff/maps.c), all in one sandbox of 2 KB, under as many addresses as it happens.
 */
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "../diff/maps.h"

#define HANDLERS   0400u
#define REPAIR     0340u /* of the handlers: 32 bytes */
#define SANDBOX    010000u
#define PAGE_END   020000u
#define SAND_HPAGE 06000u
#define SAND_STACK 0120200u /* both address and place: see maps.c */

static void poke(struct program *p, u32 pa, unsigned value)
{
    if (p->pokes < POKES_MAX)
        p->poke[p->pokes++] = (struct poke){(u16)pa, (u16)value};
}

/* A stream of `count` words at `pa`, for execution at `va`. */
static void poke_stream(struct program *p, struct random *random, u32 pa, u16 va, unsigned count)
{
    u16 words[1024];
    struct stream stream = {.random = random,
                            .places = &p->places,
                            .taste = &p->taste,
                            .va = va,
                            .words = words,
                            .max = count < ARRAY_LEN(words) ? count : ARRAY_LEN(words)};

    stream_fill(&stream);
    for (unsigned i = 0; i < stream.count; i++)
        poke(p, pa + 2 * i, words[i]);
}

/* A word for data: a pointer, a value, half a floating number. */
static u16 data_word(struct program *p, struct random *random)
{
    switch (random_below(random, 6)) {
    case 0:
    case 1: return pick_data(&p->places, random);
    case 2: return pick_code(&p->places, random);
    case 3: return (u16)(040000 + random_below(random, 02000));
    default: return pick_value(random);
    }
}

static void poke_data(struct program *p, struct random *random, u32 pa, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        poke(p, pa + 2 * i, data_word(p, random));
}

/* What RTS and RTI find: addresses of the program and PSWs. */
static void poke_stack(struct program *p, struct random *random, u32 pa, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        u16 word = random_chance(random, 60) ? pick_code(&p->places, random) : pick_psw(random);
        poke(p, pa + 2 * i, word);
    }
}

/* A handler of eight words that mostly goes back to where it came from. */
static void poke_handler(struct program *p, struct random *random, u32 pa, u16 va)
{
    unsigned body = random_below(random, 4);

    poke_stream(p, random, pa, va, 8);
    if (random_chance(random, 20)) {
        poke(p, pa, 062716); /* ADD #2,(SP): over the next word */
        poke(p, pa + 2, 2);
        body = 2;
    }
    if (random_chance(random, 85))
        poke(p, pa + 2 * body, random_chance(random, 70) ? 2 : 6);
}

/* The handler of aborts gives the pointers good addresses again, and then goes back, or begins the
 * program again with a good stack: else programs trap more than they do anything else. */
static void poke_repair(struct program *p, struct random *random, u32 pa, u16 stack)
{
    bool again = random_chance(random, 30);

    for (unsigned reg = 0; reg < 6; reg++) {
        if (!(p->taste.pointers >> reg & 1))
            continue;
        poke(p, pa, 012700 | reg);
        poke(p, pa + 2, pick_data(&p->places, random) & 0177776u);
        pa += 4;
    }
    if (again) {
        poke(p, pa, 012706);
        poke(p, pa + 2, stack);
        poke(p, pa + 4, 000137);
        poke(p, pa + 6, pick_code(&p->places, random));
    } else {
        poke(p, pa, 2);
    }
}

/* All vectors enter `handler` mostly, at one of the handlers from `va` on. */
static void poke_vectors(struct program *p, struct random *random, enum mode handler, u16 va)
{
    for (unsigned vector = 0; vector < 0400; vector += 4) {
        u16 pc = (u16)(va + 020 * random_below(random, 14));
        u16 ps = (u16)((unsigned)handler << 14 | PS_PRIO);
        if ((vector == 4 || vector == 0250) && random_chance(random, 80))
            pc = (u16)(va + REPAIR);
        if (random_chance(random, 8))
            pc = pick_code(&p->places, random);
        if (random_chance(random, 25))
            ps = (u16)((ps & PS_MODE) | (pick_psw(random) & ~PS_MODE));
        if (random_chance(random, 8))
            ps = pick_psw(random);
        poke(p, vector, pc);
        poke(p, vector + 2, ps);
    }
}

static void pick_registers(struct program *p, struct random *random)
{
    for (unsigned i = 0; i < 12; i++) {
        u16 value = random_chance(random, 60) ? pick_data(&p->places, random) : pick_value(random);
        if (random_chance(random, 8))
            value = pick_code(&p->places, random);
        p->set[i / 6][i % 6] = value;
    }
    p->slr = (u16)(random_chance(random, 8) ? random_below(random, 8) << 8 : 0);
    p->switches = random_word(random);
    p->vcsr = random_chance(random, 75) ? pick_vcsr(random) : 0;
    p->vacsr = (u16)(random_below(random, 040) | 1);
    p->vablk = (u16)random_below(random, 0700);
    p->vusl = (u16)(random_chance(random, 50) ? random_below(random, 8) << 8 : 0);
    p->has_float = p->taste.weight[KIND_FLOAT] && random_chance(random, 60);
    p->fps = random_word(random);
    p->fps &= random_chance(random, 70) ? 0317 : FP11_FPS_BITS;
    for (unsigned i = 0; i < 6; i++) {
        p->ac[i] = random_next(random);
        if (random_chance(random, 70)) /* exponents near each other */
            p->ac[i] = (p->ac[i] & ~((u64)0377 << 55)) | (u64)(120 + random_below(random, 24))
                                                             << 55;
    }
}

/* One page that is not as the others. */
static void spoil_page(struct program *p, struct random *random, u16 *par, u16 *pdr, unsigned page)
{
    static const u8 access[] = {0, 1, 2, 2, 2, 3, 4, 5, 6, 7};
    unsigned block = random_below(random, 0200);

    for (unsigned i = 0; i < 4; i++) { /* an end where the program is */
        u16 va = random_chance(random, 50) ? pick_code(&p->places, random)
                                           : pick_data(&p->places, random);
        if (va >> 13 == page)
            block = (va >> 6) + random_below(random, 3) - 1;
    }
    block &= 0177;
    switch (random_below(random, 8)) {
    case 0:
    case 1: *pdr = (u16)(6 | block << 8); break;
    case 2: *pdr = (u16)(016 | block << 8); break;
    case 3:
    case 4: *pdr = (u16)(077400 | access[random_below(random, ARRAY_LEN(access))]); break;
    case 5: *par = (u16)(02000 + random_below(random, 05000)); break; /* nobody answers */
    default: *par = (u16)(0200 * random_below(random, 8) + random_below(random, 9) - 4);
    }
    *par &= PAR_WRITE;
}

static void identity_maps(struct program *p, struct random *random)
{
    unsigned spoil = random_below(random, 25);

    for (unsigned mode = 0; mode < 4; mode++) {
        bool io = mode == MODE_K || random_chance(random, 30);
        for (unsigned i = 0; i < 16; i++) {
            unsigned page = i & 7;
            u16 *par = &p->par[mode][i >> 3][page], *pdr = &p->pdr[mode][i >> 3][page];
            *par = (u16)(page == 7 && io ? 07600 : page << 7);
            *pdr = 077406;
            if (random_chance(random, spoil))
                spoil_page(p, random, par, pdr, page);
            /* The vectors stay reachable, and so do the switches of the machine. */
            if (mode == MODE_K && (page == 0 || page == 7) && random_chance(random, 97)) {
                *par = page ? 07600 : 0;
                *pdr = 077406;
            }
        }
    }
}

/* Program, data and stacks at their physical addresses. */
static void plain_places(struct program *p, struct random *random)
{
    static const u16 code[] = {01000, 01040, 01100, 04000, 017700, 017760, 020000};
    static const u16 data[] = {02000,  02040,  02100, 02000, 02076,   03000, 03300,
                               037770, 017740, 01200, 04100, 0137776, 040,   0157776};
    struct places *places = &p->places;

    for (unsigned i = 0; i < ARRAY_LEN(code); i++)
        places->code[places->codes++] = code[i];
    for (unsigned i = 0; i < ARRAY_LEN(data); i++)
        places->data[places->datas++] = data[i];
    places->data[places->datas++] = random_word(random);
}

static void plain_program(struct program *p, struct random *random, bool maps)
{
    plain_places(p, random);
    poke_data(p, random, 02000, 0100);
    poke_data(p, random, 037760, 010);
    poke_stream(p, random, 01000, 01000, 0100 + random_below(random, 0100));
    poke_stream(p, random, 017700, 017700, 060);
    poke_stream(p, random, 04000, 04000, 050);
    poke_stack(p, random, 03200, 0140);
    for (unsigned i = 0; i < 14; i++)
        poke_handler(p, random, HANDLERS + 020 * i, (u16)(HANDLERS + 020 * i));
    poke_repair(p, random, HANDLERS + REPAIR, 03260);
    poke_vectors(p, random, MODE_K, HANDLERS);
    for (unsigned mode = 0; mode < 4; mode++)
        p->sp[mode] = (u16)(03240 + 040 * mode + 2 * random_below(random, 8));
    if (random_chance(random, 4))
        p->sp[MODE_K] = (u16)random_below(random, 01000);
    p->pc = p->places.code[random_below(random, p->places.codes)];
    p->ps = pick_psw(random);
    if (!maps && random_chance(random, 70))
        p->ps &= (u16) ~(PS_MODE | PS_PREV);
    if (maps)
        identity_maps(p, random);
}

/* All pages in one sandbox. */
static void sandbox_program(struct program *p, struct random *random)
{
    static const struct driver layout = {.sand = SANDBOX, .hpage = SAND_HPAGE, .stack = SAND_STACK};
    static const enum mode modes[3] = {MODE_K, MODE_S, MODE_U};
    enum mode handler = modes[random_below(random, 3)], mode;
    struct map_set set;

    p->ps = pick_psw(random);
    mode = (enum mode)(p->ps >> 14);
    if (mode == MODE_ILLEGAL)
        mode = MODE_U;
    maps_fill(&set, handler, &layout, random);
    for (unsigned i = 0; i < 3; i++) {
        memcpy(p->par[modes[i]], set.mode[i].par, sizeof p->par[0]);
        memcpy(p->pdr[modes[i]], set.mode[i].pdr, sizeof p->pdr[0]);
    }
    for (unsigned space = 0; space < 2; space++) { /* a red stack finds memory, and room */
        p->pdr[MODE_K][space][0] = 077406;
        p->pdr[handler][space][5] = 077406;
    }
    for (unsigned i = 0; i < 16; i++) {
        unsigned page = mode == handler ? 5 : random_below(random, 8);
        p->places.code[i] = maps_pick(&set, p->mmr3, mode, SPACE_I, page, random);
        page = mode == handler ? 5 : random_below(random, 8);
        p->places.data[i] = maps_pick(&set, p->mmr3, mode, SPACE_D, page, random);
    }
    p->places.codes = p->places.datas = 16;
    p->pc = p->places.code[0];
    poke_stream(p, random, SANDBOX, p->pc, SANDWORDS);
    poke_data(p, random, SAND_STACK - 0200, 0100);
    for (unsigned i = 0; i < 14; i++)
        poke_handler(p, random, SAND_HPAGE + 020 * i, (u16)(0140000 + 020 * i));
    poke_repair(p, random, SAND_HPAGE + REPAIR, SAND_STACK);
    poke_vectors(p, random, handler, 0140000);
    for (unsigned i = 0; i < 4; i++)
        p->sp[i] = (u16)(pick_data(&p->places, random) & ~1u);
    p->sp[handler] = SAND_STACK;
}

static void pick_points(struct program *p, struct random *random)
{
    p->points = 1 + random_below(random, POINTS);
    for (unsigned i = 0; i < p->points; i++) {
        struct debug_point *point = &p->point[i];
        u16 va = random_chance(random, 70) ? pick_code(&p->places, random)
                                           : pick_data(&p->places, random);
        *point = (struct debug_point){.kind = (enum debug_kind)random_below(random, DEBUG_OTHER),
                                      .modes = 017,
                                      .spaces = 3,
                                      .causes = 7,
                                      .first = va,
                                      .last = va};
        point->access = (u8)(1 + random_below(random, 7));
        if (point->kind == DEBUG_VECTOR)
            point->first = point->last = 4 * random_below(random, 020);
        if (point->kind == DEBUG_ABORT)
            point->first = 0, point->last = 0177777;
    }
}

void program_fill(u16 *memory, unsigned words, struct random *random)
{
    struct program *p = calloc(1, sizeof *p);
    struct stream stream = {.random = random, .words = memory, .max = words};

    if (!p)
        abort();
    plain_places(p, random);
    taste_pick(&p->taste, random, false);
    stream.places = &p->places;
    stream.taste = &p->taste;
    stream_fill(&stream);
    free(p);
}

void program_make(struct program *p, struct random *random, bool disk, bool floats)
{
    unsigned style = random_below(random, 10);

    memset(p, 0, sizeof *p);
    p->start = random_chance(random, 85);
    p->mapped = style >= 3;
    p->mmr0 = MMR0_ENABLE;
    p->mmr0 |= random_chance(random, 20) ? MMR0_ENTRAP : 0;
    p->mmr0 |= random_chance(random, 2) ? MMR0_MAINT : 0;
    if (style < 8 && random_chance(random, 10))
        p->mmr0 = 0; /* the program may turn it on */
    p->mmr3 = (u16)random_below(random, 8);
    taste_pick(&p->taste, random, disk);
    if (floats)
        taste_float(&p->taste);
    if (style < 8)
        plain_program(p, random, p->mapped);
    else
        sandbox_program(p, random);
    pick_registers(p, random);
    if (random_chance(random, 6))
        pick_points(p, random);
}
