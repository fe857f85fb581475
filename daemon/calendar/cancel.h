#pragma once

/*
 * Messages of METHOD:CANCEL. Their VEVENT may lack DTSTART (RFC 5546, 3.2.5), which a kept object has (RFC
 * 5545, 3.6.1). So it is added before the message is parsed.
 */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * cancel_add_starts() - append the message with a DTSTART in each VEVENT that has none
 * @lines: for each line of @out, its line number in @text as a size_t; 0 for an added line
 *
 * An instance begins where its RECURRENCE-ID is. The DTSTART of a whole event means nothing: only the UID
 * and the version of such a message are used.
 *
 * Return: whether a DTSTART is missing; if not, or if the text cannot be read, @out is of no use.
 */
bool cancel_add_starts(const char *text, size_t len, Buffer *out, Buffer *lines);
