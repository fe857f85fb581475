#pragma once

/*
 * The If field of WebDAV (RFC 4918, 10.4): lists of conditions, of which one must be met. There are no locks
 * here, so the only state token of a resource is the sync token of a collection (RFC 6578, 5).
 */

#include "dav/member.h"
#include "dav/sync-token.h"

enum { IF_HEADER_E_INVALID = CONDITIONS_DAV + 90 /* not of the grammar of 10.4.2 */ };

/** The state of a resource, with which conditions are compared; "" is met by none. */
typedef struct IfState {
        char etag[DAV_ETAG_SIZE];
        char token[SYNC_TOKEN_SIZE];
} IfState;

/**
 * IfFind - find the state of a resource
 * @href: as the field names it; NULL for the resource of the request
 * @ret:  empty when called, and left so if there is no such resource
 *
 * Return: 0; another result ends the evaluation and is returned.
 */
typedef int IfFind(const char *href, IfState *ret, void *userdata);

/**
 * if_header_is_met() - evaluate the value of the field
 *
 * Entity tags are compared as those of If-Match. Return: 0, IF_HEADER_E_INVALID, results of @find.
 */
int if_header_is_met(const char *value, IfFind *find, void *userdata, bool *ret);
