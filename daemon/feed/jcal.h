#pragma once

/*
 * A feed as jCal (RFC 7265): the same components with the same values, as JSON. A table in jcal.c has the
 * default types of the properties (RFC 5545, RFC 7986, RFC 9073, RFC 9253). A value that is not valid for
 * its type is written unchanged, with the type "unknown".
 */

#include "base/buffer.h"

/**
 * jcal_write() - append one iCalendar stream as jCal
 * @text: the bytes of a feed
 * Return: 0, -EBADMSG if the text is not an iCalendar stream, -ENOMEM, or -EFBIG; on failure @out is
 * unchanged.
 */
int jcal_write(const char *text, size_t len, Buffer *out);
