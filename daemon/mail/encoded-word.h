#pragma once

/*
 * Writes the text of a header as encoded words (RFC 2047). GMime's own encoded words end in base64 padding,
 * and GMime 3.2 stops reading after such padding.
 */

#include "base/buffer.h"

#include <stdbool.h>

/** encoded_word_needed() - whether a text is not ASCII, or could be taken for encoded words. */
bool encoded_word_needed(const char *text);

/**
 * encoded_word_append() - append a text as encoded words. Each is on a line of its own after a blank; the
 * lines are separated by CRLF.
 * @text: one line of well-formed UTF-8
 *
 * Where possible, the text is cut between characters so that only the last word has padding.
 */
void encoded_word_append(Buffer *out, const char *text);
