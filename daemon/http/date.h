#pragma once

/* HTTP dates (RFC 9110, 5.6.7). Pure. */

#include "base/time.h"

enum { HTTP_DATE_SIZE = 30 };

/**
 * http_date_parse() - read an HTTP-date in any of its three forms
 * @now: a two-digit year that would be more than 50 years after @now is in the century before
 * Return: 0 or -EINVAL.
 */
int http_date_parse(const char *text, usec_t now, usec_t *ret);

/** http_date_format() - write a time as `Wed, 23 Jun 2021 05:59:30 GMT`, without fractions of a second */
void http_date_format(usec_t time, char ret[static HTTP_DATE_SIZE]);
