#pragma once

/* Content negotiation (RFC 9110, 12.5): weighted lists, content codings, media types. Pure. */

#include "base/conditions.h"
#include "content/coding.h"

#include <stdbool.h>

enum {
        HTTP_E_NOT_ACCEPTABLE = CONDITIONS_HTTP + 2, /* the client refuses each available coding */
};

/**
 * http_accept_coding() - choose a content coding for a client
 * @accept_encoding: the header's value; NULL if there is none, which means identity
 * @available:       a set of CODING_BIT() of the compressed forms that there are
 *
 * The coding with the highest weight is chosen; with equal weights, the last one in ContentCoding. Identity
 * is available unless the client refuses it. A malformed member is ignored.
 * Return: 0 or HTTP_E_NOT_ACCEPTABLE.
 */
int http_accept_coding(const char *accept_encoding, unsigned available, ContentCoding *ret);

/**
 * http_accept_refuses() - whether an Accept value refuses a media type explicitly: the most specific range
 * that matches the type has the weight 0
 * @accept: NULL if there is none, which refuses nothing
 * @type:   such as "text/calendar"
 *
 * A list that does not name the type does not refuse it: many calendar clients send a browser's list or an
 * odd list, and still want the calendar.
 */
bool http_accept_refuses(const char *accept, const char *type);
