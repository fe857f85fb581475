#pragma once

/* sync-collection (RFC 6578). */

#include "dav/call.h"
#include "dav/report.h"

/**
 * sync_collection_reply() - reply with the members that have changed since the token of the request
 *
 * The members come in the order of their changes, so that a reply which was cut (507, 3.6) can be continued
 * by its token. Calendars and address books have no collections in them, so the level "infinite" is the
 * same as 1.
 */
int sync_collection_reply(DavCall *call, Report *report);
