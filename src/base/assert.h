/* assert.h - assertions that stay alive in release builds. They catch bugs of vm11, never input. */
#ifndef VM11_BASE_ASSERT_H
#define VM11_BASE_ASSERT_H

#include "base/types.h"

/* Report the broken assertion on stderr and abort. */
_Noreturn void base_assert_fail(const char *what, const char *file, int line);

#define base_assert(e) (likely(e) ? (void)0 : base_assert_fail(#e, __FILE__, __LINE__))

#endif
