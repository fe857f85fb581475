#pragma once

/*
 * Entity tags and the lists of them in If-Match and If-None-Match (RFC 9110, 8.8.3, 13.1.1 and 13.1.2).
 * Pure.
 */

#include <stdbool.h>

/**
 * http_etag_listed() - whether a list names an entity tag, compared weakly: `W/` counts on neither side
 * (RFC 9110, 8.8.3.2)
 * @list: as received; "*" names any tag; what follows a malformed member is not read
 * @etag: with its quotes
 *
 * http_etag_listed_strongly() - compared strongly: a tag with `W/` equals none, not even itself
 */
bool http_etag_listed(const char *list, const char *etag);
bool http_etag_listed_strongly(const char *list, const char *etag);
