#pragma once

/*
 * Entity tags and the lists of them in If-Match and If-None-Match (RFC 9110, 8.8.3, 13.1.1 and 13.1.2).
 * Pure.
 */

#include <stdbool.h>

/**
 * http_etag_listed() - whether a list names an entity tag, by the weak comparison, which ignores `W/`
 * (RFC 9110, 8.8.3.2)
 * @list: as received; "*" names any tag; members after a malformed one are ignored
 * @etag: with its quotes
 */
bool http_etag_listed(const char *list, const char *etag);

/**
 * http_etag_if_match() - whether If-Match names an entity tag
 * @list, @etag: as in http_etag_listed()
 *
 * The comparison is strong (RFC 9110, 8.8.3.2): a weak @etag equals no member. One exception: a `W/`
 * before a member, and a hyphen with a coding (`-gzip`, `-br`) at its end, are ignored, because proxies add
 * them when they compress a reply. Otherwise a client behind such a proxy could never write, although it has
 * the current state.
 */
bool http_etag_if_match(const char *list, const char *etag);
