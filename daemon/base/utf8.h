#pragma once

/*
 * UTF-8 as bytes (RFC 3629): checks whether a text is well formed, and finds where it may be cut. The
 * meaning of characters is in `base/text`.
 */

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

/**
 * utf8_plain_prefix() - count the leading octets that are well-formed UTF-8 without control characters
 * except TAB
 *
 * Overlong forms, surrogates and code points above U+10FFFF are malformed.
 *
 * Return: @len, or the offset of the first wrong octet.
 */
size_t utf8_plain_prefix(const char *text, size_t len);

/**
 * utf8_cut() - find the largest offset up to @max at which @text may be cut in two
 *
 * Never cuts inside a sequence. Avoids a cut before a combining mark, a variation selector or a joiner, and
 * after a joiner; if there is no other offset, the text is cut between characters.
 * Return: 0 to @max (0 if @text may only be cut at its beginning); @len if it is not more than @max.
 */
size_t utf8_cut(const char *text, size_t len, size_t max);

/**
 * utf8_append_repaired() - append a text to @out, with U+FFFD for each octet that is not part of well-formed
 * UTF-8. Control characters are kept.
 * Return: the number of octets that were replaced.
 */
size_t utf8_append_repaired(Buffer *out, const char *text, size_t len);
