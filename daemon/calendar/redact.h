#pragma once

/*
 * Telephone numbers and mail addresses in running text, for what the world may read. The rule, which leans to cutting too much:
 *
 * - an address is what stands around an `@` without a blank, where the part behind has a dot in it (Cyrillic domains too), and `mailto:`
 *   before it;
 * - a number is a run of digits with single blanks, hyphens, dashes or parentheses between, that
 *   begins with `+` and has 7 digits or more: `+7 (8552) 53-07-07`,
 *   or is 11 digits from 7 or 8, in one piece or with the first one alone: `8 (905) 371-48-95`, `89053714895`,
 *   or begins with a code in parentheses and has 10 digits: `(8552) 53-07-07`,
 *   or follows "tel", "phone", "fax", "mob" or their Russian forms and has 5 digits or more: `тел.: 53-07-07`.
 *
 * Each becomes `…`. Dates, sums of money, and numbers of laws and rooms stay.
 */

#include "base/buffer.h"

#include <stdbool.h>

/** redact_text() - append @text (plain, not escaped) without them. Return: whether something was cut; nothing is appended otherwise. */
bool redact_text(const char *text, size_t len, Buffer *out);
