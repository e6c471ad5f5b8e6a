/* tell.c - states and results as text, for people: see pg.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pg/impl.h"

struct text {
    char *at;
    size_t left;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(t->at, t->left, format, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n >= t->left)
        n = (int)t->left - 1;
    t->at += n;
    t->left -= (size_t)n;
}

static const char letters[4] = {'K', 'S', '?', 'U'};

static void put_codes(struct text *t, unsigned cc)
{
    static const char names[] = "CVZN";

    for (unsigned i = 4; i-- > 0;)
        if (cc >> i & 1)
            put(t, "%c", names[i]);
    if (!cc)
        put(t, "0");
}

static void tell_memory(const struct pg *pg, const struct pg_state *s, struct text *t)
{
    for (unsigned i = 0; i < s->pokes; i++) {
        const struct pg_poke *p = &s->poke[i];
        char who = letters[s->mode];
        for (unsigned m = 0; m < 4; m++)
            if (p->region >= REGION_P && pg_region(pg, s, (enum mode)m) / 2 == p->region / 2u)
                who = letters[m];
        if (pg->config.mmu)
            put(t, ", %c%c %06o: %06o", who, p->region & 1 ? 'D' : 'I', p->at, p->value);
        else
            put(t, ", %06o: %06o", p->region * REGION_SIZE + p->at, p->value);
    }
}

void pg_tell_state(const struct pg *pg, const struct pg_state *s, char *text, size_t size)
{
    struct text t = {text, size};

    put(&t, "mode %c, previous %c", letters[s->mode], letters[s->prev]);
    if (s->virtual)
        put(&t, ", in a virtual machine");
    if (s->prio)
        put(&t, ", priority %u", s->prio);
    put(&t, ", PC %06o, SP %06o", s->r[PC], s->r[SP]);
    for (unsigned i = 0; i < 6; i++)
        if (s->r[i])
            put(&t, ", R%u %06o", i, s->r[i]);
    for (unsigned m = 0; m < 4; m++)
        if (m != s->mode && m != MODE_ILLEGAL && s->sp[m])
            put(&t, ", %cSP %06o", letters[m], s->sp[m]);
    if (s->cc) {
        put(&t, ", CC ");
        put_codes(&t, s->cc);
    }
    if (s->set)
        put(&t, ", register set 1");
    if (s->split)
        put(&t, ", D spaces");
    if (s->slr)
        put(&t, ", stack limit %06o", s->slr);
    if (s->moved)
        put(&t, ", elsewhere in memory");
    tell_memory(pg, s, &t);
}

static const char *fault_name(const struct pg_result *out)
{
    switch (out->fault) {
    case HV_HALT: return "VM-fault: HALT";
    case HV_RESET: return "VM-fault: RESET";
    case HV_WAIT: return "VM-fault: WAIT";
    case HV_DIAG: return "VM-fault: DIAG";
    case HV_TABLE: return "traps to 110: no such machine";
    case HV_NONE:
    case HV_MAP:
    case HV_PROT:
    case HV_IO:
    case HV_BOUND:
    case HV_TIMER:
    case HV_INTR:
    case HV_DOUBLE:
    case HV_TRACE:
    case HV_GRANT: break;
    }
    return "VM-fault of a reference";
}

static const char *trap_name(const struct pg_result *out)
{
    switch (out->trap) {
    case TRAP_ODD:
    case TRAP_BUS:
    case TRAP_MMU: return "memory trap";
    case TRAP_LIMIT:
    case TRAP_RED: return "stack limit, red: traps to 4";
    case TRAP_HALT: return "traps to 4";
    case TRAP_RSVD:
    case TRAP_VMX: return "traps to 10";
    case TRAP_BPT: return "traps to 14";
    case TRAP_IOT: return "traps to 20";
    case TRAP_EMT: return "traps to 30";
    case TRAP_TRAP: return "traps to 34";
    case TRAP_STOP: return "halts";
    case TRAP_VM: return fault_name(out);
    case TRAP_NONE:
    case TRAP_BREAK:
    case TRAP_COUNT: break;
    }
    return "does not trap";
}

static void tell_resources(const struct pg_state *s, const struct pg_result *out, struct text *t)
{
    unsigned mode = out->ps >> 14, prev = out->ps >> 12 & 3, prio = out->ps >> 5 & 7;

    if (mode != s->mode)
        put(t, ", mode %c", letters[mode]);
    if (prev != s->prev)
        put(t, ", previous %c", letters[prev]);
    if (prio != s->prio)
        put(t, ", priority %u", prio);
    for (unsigned m = 0; m < 4 && mode == s->mode; m++)
        if (m != mode && out->sp[m] != s->sp[m])
            put(t, ", %cSP %06o", letters[m], out->sp[m]);
    if (out->left)
        put(t, ", another level");
    if (out->inits)
        put(t, ", INIT");
    if (out->foreign)
        put(t, ", writes another's memory");
    if (out->mapped)
        put(t, ", changes PAR or PDR");
    if (out->slr != s->slr)
        put(t, ", stack limit %06o", out->slr);
    if (out->pirq)
        put(t, ", PIRQ %06o", out->pirq);
    if (out->yellow)
        put(t, ", stack limit, yellow: traps to 4");
    if (out->waits)
        put(t, ", waits");
}

void pg_tell_result(const struct pg_state *s, const struct pg_result *out, char *text, size_t size)
{
    struct text t = {text, size};

    put(&t, "%s", trap_name(out));
    if (out->trap)
        return;
    tell_resources(s, out, &t);
    for (unsigned i = 0; i < 6; i++)
        if (out->r[i] != s->r[i])
            put(&t, ", R%u %06o", i, out->r[i]);
    if (out->r[SP] != s->r[SP] && out->ps >> 14 == s->mode)
        put(&t, ", SP %06o", out->r[SP]);
    if (out->r[PC] != (u16)(s->r[PC] + 2))
        put(&t, ", PC %06o", out->r[PC]);
    if ((out->ps & PS_CC) != s->cc) {
        put(&t, ", CC ");
        put_codes(&t, out->ps & PS_CC);
    }
    if (out->ps & PS_T)
        put(&t, ", T");
    for (unsigned i = 0; i < out->writes; i++)
        put(&t, ", %c %06o: %06o", out->write[i].region & 1 ? 'D' : 'I', out->write[i].at,
            out->write[i].value);
}
