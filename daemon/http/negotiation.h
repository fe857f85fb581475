#pragma once

/* What a client accepts (RFC 9110, 12.5): weighted lists, content codings, media types. Pure. */

#include <stdbool.h>

typedef enum HttpCoding {
        HTTP_IDENTITY,
        HTTP_GZIP,
        HTTP_N_CODINGS,
} HttpCoding;

enum {
        HTTP_E_NOT_ACCEPTABLE = 1, /* the client refuses everything there is */
};

/**
 * http_choose_coding() - which of identity and gzip a client wants
 * @accept_encoding: the header's value; NULL when there is none, which means identity
 * @has_gzip:        whether there is a compressed form
 *
 * The higher weight wins, gzip when they are equal; identity is always there unless it is refused. A malformed member counts as none.
 * Return: 0, HTTP_E_NOT_ACCEPTABLE.
 */
int http_choose_coding(const char *accept_encoding, bool has_gzip, HttpCoding *ret);

/**
 * http_accept_refuses() - whether an Accept value refuses a type in so many words, by a weight of 0 on the range that fits it best
 * @type: "text/calendar"
 *
 * A list that does not name the type is no refusal: many that fetch calendars send a browser's list, or an odd one, and want the calendar.
 */
bool http_accept_refuses(const char *accept, const char *type);
