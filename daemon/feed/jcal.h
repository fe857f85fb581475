#pragma once

/*
 * A feed's bytes as jCal (RFC 7265): the same components with the same values, as JSON. The default types of
 * properties are one table in the .c file (RFC 5545, RFC 7986); a value that is not of its type goes out as
 * "unknown", as it stands.
 */

#include "base/buffer.h"

/**
 * jcal_write() - append one iCalendar stream
 * @text: as feed_bytes() gives it
 * Return: 0, -EBADMSG for a text that is no iCalendar stream, -ENOMEM, -EFBIG; @out is as it was unless 0.
 */
int jcal_write(const char *text, size_t len, Buffer *out);
