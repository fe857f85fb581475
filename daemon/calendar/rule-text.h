#pragma once

/* Inside the calendar module: a rule as it is published. */

#include "base/buffer.h"

/**
 * rule_write_canonical() - append a rule that rule_parse() accepts as all programs read it: FREQ first, in
 * capitals, numbers without sign or zeros before them. RFC 5545's names and values are case-insensitive, but
 * ical.js rejects a whole feed for `freq=weekly`.
 * @until: in place of the rule's own UNTIL; NULL keeps it
 */
void rule_write_canonical(const char *text, const char *until, Buffer *out);
