#pragma once

/*
 * Plain text as `text/plain; format=flowed` (RFC 3676): short lines for every mail program, which those
 * that know the format join again.
 */

#include "base/buffer.h"

/**
 * flowed_append() - append a text with LF ends, its lines broken at blanks behind which they go on
 *
 * A word is never broken, so neither is an address. Blanks at the end of a line are dropped but for those
 * of the line above a signature, and what a mailbox or a reader would take for something else at the
 * beginning of a line gets a blank before it (RFC 3676, 4.4).
 */
void flowed_append(Buffer *out, const char *text);
