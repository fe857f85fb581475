#pragma once

/*
 * Writes plain text as `text/plain; format=flowed` (RFC 3676), in short lines. Mail programs that know the
 * format join the lines again.
 */

#include "base/buffer.h"

/**
 * flowed_append() - append a text with LF line ends; long lines are broken after blanks
 *
 * Words are never broken, so neither are URLs and addresses. Blanks at the end of a line are dropped,
 * except in the line above a signature. A line that begins with a blank, `>` or `From ` gets a blank before
 * it (RFC 3676, 4.4).
 */
void flowed_append(Buffer *out, const char *text);
