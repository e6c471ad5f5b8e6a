/* none.c - all of the translator on a host that has none: there jit_new() fails, and the
 * interpreter runs. Nothing else of src/jit is built then: see meson.build.
 */
#include <errno.h>

#include "base/assert.h"
#include "jit/jit.h"

bool jit_supported(void)
{
    return false;
}

int jit_new(struct jit **jit, struct cpu *cpu, const struct jit_options *opt, struct err *err)
{
    return err_set(err, ENOTSUP, "there is no translator for this host");
}

/* --- nobody has one, so nobody asks one for anything -------------------------------------------
 */

void jit_free(struct jit *jit)
{
    base_assert(!jit);
}

enum cpu_exit jit_run(struct jit *jit, u64 until)
{
    base_assert_fail("there is a translator", __FILE__, __LINE__);
}

void jit_look(struct jit *jit, const struct cache_watch *watch)
{
    base_assert_fail("there is a translator", __FILE__, __LINE__);
}

u64 jit_interpreted(const struct jit *jit)
{
    base_assert_fail("there is a translator", __FILE__, __LINE__);
}

void jit_describe(const struct jit *jit, struct jit_stats *stats)
{
    base_assert_fail("there is a translator", __FILE__, __LINE__);
}
