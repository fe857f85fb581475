#pragma once

/* Conditional requests (RFC 9110, 13): HTTP dates, lists of entity tags, and whether a client's copy is current. Pure. */

#include "base/time.h"

#include <stdbool.h>

enum { HTTP_DATE_SIZE = 30 };

/**
 * http_date_parse() - read an HTTP-date in any of its three forms (RFC 9110, 5.6.7)
 * @now: a two-digit year that seems to lie more than 50 years ahead of it is of the century before
 * Return: 0, or -EINVAL.
 */
int http_date_parse(const char *text, usec_t now, usec_t *ret);

/** http_date_format() - `Wed, 23 Jun 2021 05:59:30 GMT`; the fraction of the second is cut. */
void http_date_format(usec_t time, char ret[static HTTP_DATE_SIZE]);

/**
 * http_etag_listed() - whether an If-None-Match value names an entity tag, compared weakly (RFC 9110, 8.8.3.2 and 13.1.2)
 * @list: as received; what follows a malformed member is not looked at
 * @etag: with its quotes
 */
bool http_etag_listed(const char *list, const char *etag);

/** What a request says about the copy that it has, NULL where it says nothing, and what is current. */
typedef struct HttpCondition {
        const char *if_none_match;
        const char *if_modified_since;
        const char *etag;
        usec_t modified; /* 0: not known */
        usec_t now;
} HttpCondition;

/** http_not_modified() - whether the answer is 304. If-None-Match goes before; a malformed or future date counts as none. */
bool http_not_modified(const HttpCondition *condition);
