/* solo.c - see solo.h. The VM lies at the top of the bare machine's memory, so that its addresses
 * are relocated, unless it has all of it.
 */
#include "cp/solo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cpu/assist.h"

static int unknown(const char *text, size_t len, struct err *err)
{
    const char *words[8] = {NULL};
    char word[24];

    for (unsigned i = 0; method_at(i) && i + 1 < ARRAY_LEN(words); i++)
        words[i] = method_at(i)->name;
    snprintf(word, sizeof word, "%.*s", (int)len, text);
    return near_error(word, "method", words, err);
}

/* "assist", or "assist=BIT+BIT...". */
static int parse_assist(const char *text, struct vm_config *config, struct err *err)
{
    static const struct {
        const char *name;
        u16 bit;
    } bits[] = {{"user", VACSR_USER}, {"rti", VACSR_RTI}, {"spl", VACSR_SPL}, {"emt", VACSR_EMT},
                {"page", VACSR_PAGE}, {"psw", VACSR_PSW}, {"reg", VACSR_REG}, {"all", VACSR_WRITE}};

    config->assist = VACSR_ON;
    if (!*text)
        config->assist = VACSR_WRITE;
    while (*text++) {
        size_t len = strcspn(text, "+");
        unsigned i = 0;

        while (i < ARRAY_LEN(bits) &&
               (len != strlen(bits[i].name) || memcmp(text, bits[i].name, len) != 0))
            i++;
        if (i == ARRAY_LEN(bits))
            return err_set(
                err, EINVAL,
                "assist=%s: give some of user, rti, spl, emt, page, psw, reg, as spl+rti", text);
        config->assist |= bits[i].bit;
        text += len;
    }
    return 0;
}

static int parse_word(const char *word, struct vm_config *config, struct err *err)
{
    if (config->method->kbs && strcmp(word, "supervisor") == 0)
        config->kernel_in_supervisor = true;
    else if (config->method->kbs && strcmp(word, "moves") == 0)
        config->moves = true;
    else if (config->method->kbs && strncmp(word, "assist", 6) == 0 && (!word[6] || word[6] == '='))
        return parse_assist(word + 6, config, err);
    else
        return err_set(err, EINVAL,
                       "%s: only trap can be followed by ,supervisor or ,moves or ,assist", word);
    return 0;
}

/* What stands behind a method's name and a comma. */
static int parse_more(const char *text, struct vm_config *config, struct err *err)
{
    char word[64];
    int rc = 0;

    while (rc == 0 && *text) {
        size_t len = strcspn(text, ",");
        snprintf(word, sizeof word, "%.*s", (int)len, text);
        rc = parse_word(word, config, err);
        text += len + (text[len] == ',');
    }
    return rc;
}

int solo_parse(const char *text, struct vm_config *config, struct err *err)
{
    size_t len = strcspn(text, ",");
    const char *more = text + len;
    char name[16];

    if (len >= sizeof name)
        return unknown(text, len, err);
    memcpy(name, text, len);
    name[len] = '\0';
    config->method = method_find(name);
    if (!config->method)
        return unknown(text, len, err);
    return *more ? parse_more(more + 1, config, err) : 0;
}

/* CP's own memory, if it needs any, is at the bottom; the VM has the rest, or as much as it wants
 * of it, at the top. */
static int share_memory(struct solo *solo, struct vm_config *own, struct err *err)
{
    u32 cp = own->method->hv || own->assist ? 2 * HW_PLACE : 0, most = solo->bare->ram.size - cp;

    if (cp)
        hw_set_memory(&solo->host.hw, 0, 2);
    if (!own->machine.memory)
        own->machine.memory = most;
    if (own->machine.memory > most)
        return err_set(err, EINVAL, "--mem %uK: by %s it can have %uK, CP needs the rest",
                       own->machine.memory / 1024, own->method->name, most / 1024);
    return 0;
}

int solo_new(struct solo **out, const struct vm_config *config, struct err *err)
{
    const struct machine_config bare = {
        .engine = config->machine.engine,
        .model = config->machine.model,
        .options = {.kbs11a = config->method->kbs,
                    .assist = config->assist != 0,
                    .hv = config->method->hv},
        .log = config->machine.log,
    };
    struct vm_config own = *config;
    struct solo *solo = calloc(1, sizeof *solo);
    int rc;

    if (!solo)
        return err_set(err, ENOMEM, "no host memory for a virtual machine");
    rc = machine_new(&solo->bare, &bare, err);
    if (rc == 0) {
        hw_init(&solo->host.hw, solo->bare);
        rc = share_memory(solo, &own, err);
    }
    if (rc == 0) {
        own.base = solo->bare->ram.size - own.machine.memory;
        rc = vm_new(&solo->vm, &solo->host, &own, err);
    }
    if (rc) {
        solo_free(solo);
        return rc;
    }
    *out = solo;
    return 0;
}

void solo_free(struct solo *solo)
{
    if (!solo)
        return;
    vm_free(solo->vm);
    machine_free(solo->bare);
    free(solo);
}
