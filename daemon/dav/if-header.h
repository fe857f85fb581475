#pragma once

/*
 * The If field of WebDAV (RFC 4918, 10.4): lists of conditions, of which one must be met. There are no locks
 * here, so no state token is ever that of a resource.
 */

#include "dav/member.h"

enum { IF_HEADER_E_INVALID = CONDITIONS_DAV + 90 /* not of the grammar of 10.4.2 */ };

/**
 * IfEtag - find the entity tag of a resource
 * @href: as the field names it; NULL for the resource of the request
 * @ret:  "" if there is no such resource, or it has no entity tag
 *
 * Return: 0; another result ends the evaluation and is returned.
 */
typedef int IfEtag(const char *href, char ret[static DAV_ETAG_SIZE], void *userdata);

/**
 * if_header_is_met() - evaluate the value of the field
 *
 * Entity tags are compared as those of If-Match. Return: 0, IF_HEADER_E_INVALID, results of @get_etag.
 */
int if_header_is_met(const char *value, IfEtag *get_etag, void *userdata, bool *ret);
