#pragma once

/*
 * Cuts telephone numbers and mail addresses out of running text for the public. In doubt it cuts:
 *
 * - an address is the text around an `@` without blanks, with a dot in the part behind it (Cyrillic
 *   domains too), and a `mailto:` before it;
 * - a number is a run of digits with single blanks, hyphens, dashes or parentheses between, that begins
 *   with `+` and has 7 digits or more: `+7 (8552) 53-07-07`, or is 11 digits from 7 or 8, in one piece or
 *   with the first one alone: `8 (905) 371-48-95`, `89053714895`, or begins with a code in parentheses and
 *   has 10 digits: `(8552) 53-07-07`, or follows "tel", "phone", "fax", "mob" or their Russian forms and
 *   has 5 digits or more: `тел.: 53-07-07`.
 *
 * Each becomes `…`. Dates, sums of money, and numbers of laws and rooms stay.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * redact_text() - append @text without them
 * @text: plain, not escaped; need not end in NUL
 * Return: whether something was cut; nothing is appended otherwise.
 */
bool redact_text(const char *text, size_t len, Buffer *out);
