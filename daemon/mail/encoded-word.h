#pragma once

/*
 * Writes text of a header as encoded words (RFC 2047). GMime's own words end in base64 padding, after which
 * GMime 3.2 stops reading.
 */

#include "base/buffer.h"

#include <stdbool.h>

/** encoded_word_needed() - whether a text is not ASCII, or could be taken for encoded words. */
bool encoded_word_needed(const char *text);

/**
 * encoded_word_append() - append a text as encoded words, each on a line after a blank, separated by CRLF
 * @text:  well-formed UTF-8, a line
 *
 * Only the last word has padding, if the text can be cut between characters that way.
 */
void encoded_word_append(Buffer *out, const char *text);
