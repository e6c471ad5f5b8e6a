/* option.c - options of the processor by name: see machine.h. */
#include <errno.h>
#include <string.h>

#include "base/near.h"
#include "base/number.h"
#include "machine/machine.h"

int machine_option(struct machine_options *options, const char *text, struct err *err)
{
    static const char *const names[] = {"kbs11a", "vmassist", "hv", NULL};
    size_t len = strcspn(text, "=");
    u64 base = KBS11_BASE;
    unsigned which = 0;

    while (names[which] && (len != strlen(names[which]) || memcmp(text, names[which], len) != 0))
        which++;
    if (!names[which])
        return near_error(text, "option", names, err);
    if (text[len] && (!number_parse(text + len + 1, IO_SPACE - 2, &base) || base & 1))
        return err_set(err, EINVAL, "%s: give an even address in the I/O page, as 764000", text);
    if (which == 2) {
        options->hv = true;
        options->hv_base = text[len] ? (u32)base : HV11_BASE;
        return 0;
    }
    options->kbs11a = true;
    options->assist = options->assist || which == 1;
    if (text[len] || !options->kbs_base)
        options->kbs_base = (u32)base;
    return 0;
}
