#pragma once

/* For the tests of zones: times as text. */

#include "calendar/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static inline int64_t instant_of(const char *rfc3339)
{
        usec_t time;
        if (time_parse_rfc3339(rfc3339, &time) < 0)
                fail_msg("bad time in the table: %s", rfc3339);
        return time / USEC_PER_SEC;
}
