#pragma once

/*
 * Removes telephone numbers and mail addresses from text for the public. When in doubt, it removes the text:
 *
 * - a mail address: a local part (letters of any script, digits and marks without blanks, or a quoted
 *   string), an `@`, and a domain with a dot whose last label begins with a letter, or a domain literal
 *   (`[192.0.2.1]`). `(at)`, `[at]`, `(собака)` and `[собака]` count as `@`. A `mailto:` before the address
 *   is removed with it.
 * - a telephone number: groups of digits, separated by blanks, hyphens, dashes, dots or parentheses, that
 *   - begin with `+` and have 7 digits or more;
 *   - begin with `00` and have 11 digits or more: `00 49 30 901820`;
 *   - have 11 digits, begin with 7 or 8 and are grouped like a Russian number: `8 (905) 371-48-95`,
 *     `8.905.371.48.95`, `89053714895`;
 *   - have 10 digits and are grouped like a national number with its code: `905 371-48-95`;
 *   - have the form `567-89-01`;
 *   - follow "tel", "phone", "fax", "mob" or their Russian forms and have 5 digits or more: `тел.530707`;
 *   - follow another number in a list and have the same groups.
 * - a mail address in a link, and the number in a link that calls a messenger or a telephone.
 *
 * Each becomes `…`. Digits of every script and width count; invisible characters do not. Other links are
 * kept, and so are dates, times, sums, areas, coordinates, years, and numbers of laws, documents, companies,
 * accounts, rooms and meetings. The table of tests/unit/test_redact.c has examples of both kinds.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * redact_text() - append @text without telephone numbers and mail addresses
 * @text: plain, not escaped; need not end in NUL
 *
 * There is one pass, whose time is linear in @len. If there is no memory, nothing is appended and the error
 * is set in @out.
 *
 * Return: true if text was removed or there was no memory; otherwise false, and nothing is appended.
 */
bool redact_text(const char *text, size_t len, Buffer *out);

/** A telephone number or mail address in a text: octets, the end is exclusive. */
typedef struct RedactFound {
        size_t start, end;
        bool is_address;
} RedactFound;

/**
 * redact_each() - call @on_found for each telephone number and mail address that redact_text() would remove
 * Return: 0, the nonzero result of the callback, -ENOMEM, -EFBIG.
 */
int redact_each(const char *text, size_t len, int (*on_found)(const RedactFound *found, void *userdata),
                void *userdata);
