#pragma once

/* The quotation marks and dashes of a language's printing customs. */

#include "base/buffer.h"

/**
 * typeset() - append a text with the marks that print uses: within a quotation, another one gets the inner
 * marks (`«Завод „Мастер“»`), and a hyphen between two blanks becomes a dash
 * @language: the language of the text, as a tag; only the quotation marks of this language are changed
 * @depth:    number of quotations around the text: 0 or 1. With 1, straight quotation marks are changed,
 *            too.
 *
 * Return: 0 or negative errno of the buffer.
 */
int typeset(Buffer *out, const char *language, const char *text, int depth);
