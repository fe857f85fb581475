#pragma once

/*
 * Text of a header as encoded words (RFC 2047). GMime's own end in base64's padding, and behind such a word
 * GMime 3.2 does not read on.
 */

#include "base/buffer.h"

#include <stdbool.h>

/** encoded_word_needed() - the text is not ASCII, or could be taken for encoded words. */
bool encoded_word_needed(const char *text);

/**
 * encoded_word_append() - append a text as encoded words on a line each, parted by CRLF, a blank before
 * each of them
 * @text:  well-formed UTF-8, a line
 *
 * No word but the last has padding where the characters can be parted so.
 */
void encoded_word_append(Buffer *out, const char *text);
