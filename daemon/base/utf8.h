#pragma once

/*
 * UTF-8 as bytes (RFC 3629): is it well formed, and where may it be cut. What the characters mean is
 * `base/text`'s work.
 */

#include <stddef.h>
#include <stdint.h>

/**
 * utf8_plain_prefix() - how many octets are well-formed UTF-8 without control characters; TAB is none here
 * Overlong forms, surrogates and what lies beyond U+10FFFF are malformed.
 * Return: @len, or the offset of the first octet that is wrong.
 */
size_t utf8_plain_prefix(const char *text, size_t len);

/**
 * utf8_cut() - the largest offset up to @max at which @text may be cut in two
 *
 * Not inside a sequence, nor before a combining mark, a variation selector or a joiner, nor behind a
 * joiner, where there is such a place; text without any is cut between characters.
 * Return: 0 to @max (0: there is no place but the beginning); @len when that is not more than @max.
 */
size_t utf8_cut(const char *text, size_t len, size_t max);
