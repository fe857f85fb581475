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
 */
bool http_etag_listed(const char *list, const char *etag);

/**
 * http_etag_if_match() - whether If-Match names an entity tag
 * @list, @etag: as in http_etag_listed()
 *
 * The comparison is strong (RFC 9110, 8.8.3.2): an @etag with `W/` equals none, not even itself. But a member that
 * a proxy has changed on its way is taken for the tag that we gave: `W/` before it and `-gzip` at its end, which
 * servers add where they compress a reply, do not count. A client that got its copy through such a proxy could
 * never write otherwise, and the state that it names is the same one.
 */
bool http_etag_if_match(const char *list, const char *etag);
