#pragma once

/* Inside the calendar module: writes a rule for publication. */

#include "base/buffer.h"

/**
 * rule_write_canonical() - append a rule that rule_parse() accepts, in the form that all programs read:
 * FREQ first, everything in capitals, numbers without plus sign or leading zeros. RFC 5545's names and
 * values are case-insensitive, but ical.js rejects a whole feed for `freq=weekly`. The parts of RFC 7529,
 * which have their defaults, are left out.
 * @until: replaces the rule's UNTIL; NULL keeps it
 */
void rule_write_canonical(const char *text, const char *until, Buffer *out);
