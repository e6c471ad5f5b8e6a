/* pg_work.h - an analysis by all cores, and the ways to print it: for cmd_pgcheck.c. */
#ifndef VM11_CLI_PG_WORK_H
#define VM11_CLI_PG_WORK_H

#include "machine/machine.h"
#include "pg/pg.h"

/* An analysis and what it has found. */
struct pg_work {
    const struct model *model;
    struct pg_config config;
    u32 found[65536];
    struct pg_insn insn[OP_COUNT];
    struct pg *pg; /* for examples */
};

/* What holds of the machine as a whole. */
struct pg_verdict {
    unsigned unseen;     /* words that no state executes without a memory trap */
    unsigned limited;    /* words with PG_LIMIT */
    unsigned homo[3];    /* words with PG_HOMO_K, _S, _U */
    unsigned offends[3]; /* instructions against theorem 1, 3, and 3 by PG_HYBRID */
    bool theorem[3];     /* 1 and 2, 3, 3 by PG_HYBRID */
};

/* Analyse with `threads` threads (0: one for each core), with a bar on stderr. -ENOMEM, -EAGAIN;
 * then, too, pg_work_free(). */
int pg_work_do(struct pg_work **work, const struct model *model, const struct pg_config *config,
               unsigned threads, struct err *err);
void pg_work_free(struct pg_work *work);

void pg_judge(const struct pg_work *work, struct pg_verdict *verdict);

/* "user mode": where guests run. */
const char *pg_guests(const struct pg_config *config);

/* "11/50, KT11 on, KBS11-A with VCSR 000147" */
void pg_machine_name(const struct pg_work *work, char *text, size_t size);

/* The finding that shows best why a word offends; and what such a finding is called. */
u32 pg_main_finding(u32 found);
const char *pg_finding_name(const struct pg_work *work, u32 finding);

/* What the thesis's appendix C says of an instruction ("II"; "" for nothing), and whether it is so
 * on this machine. */
const char *pg_appendix_c(unsigned op);
const char *pg_agreement(const struct pg_work *work, unsigned op);

/* Is there something to tell of an instruction? */
bool pg_notable(const struct pg_work *work, unsigned op);

/* pg_text.c, pg_json.c: to stdout. -ENOMEM. */
int pg_print_text(const struct pg_work *work, struct err *err);
int pg_print_json(const struct pg_work *work, struct err *err);
/* pg_page.c: docs/virtualizability.md, of the machines that it compares. */
int pg_print_page(unsigned threads, struct err *err);

#endif
