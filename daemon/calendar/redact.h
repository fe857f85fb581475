#pragma once

/*
 * Cuts telephone numbers and mail addresses out of running text for the public. In doubt it cuts:
 *
 * - an address is the text around an `@` without blanks, in the letters of any script, whose domain has a
 *   dot and ends in a name, with a `mailto:` before it; `(at)` and `(собака)` are an `@`;
 * - a number is groups of digits with blanks, hyphens, dashes, dots or parentheses between, that begins
 *   with `+` and has 7 digits or more; is 11 digits from 7 or 8, or 10 from a code, grouped as such numbers
 *   are: `8 (905) 371-48-95`, `8.905.371.48.95`, `89053714895`, `905 371-48-95`; has the form `567-89-01`;
 *   or follows "tel", "phone", "fax", "mob" or their Russian forms and has 5 digits or more: `тел.530707`;
 *   or follows another number in a list and has its form;
 * - the number or address in a link by which a messenger or a mail program is called.
 *
 * Each becomes `…`. Digits of every script and width count, invisible characters do not. Other links stay,
 * and so do dates, times, sums, areas, coordinates, years, and numbers of laws, documents, companies,
 * accounts, rooms and meetings. The table of tests/unit/test_redact.c has both sides.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * redact_text() - append @text without them
 * @text: plain, not escaped; need not end in NUL
 *
 * In one pass, in time linear in @len. Where there is no memory to look, nothing is appended, and the
 * failure is latched in @out.
 *
 * Return: whether something was cut, or not looked at; nothing is appended otherwise.
 */
bool redact_text(const char *text, size_t len, Buffer *out);
