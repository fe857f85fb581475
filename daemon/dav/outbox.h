#pragma once

/* Questions about busy times, which clients post to the schedule outbox (RFC 6638, 5). */

#include "dav/call.h"

/**
 * outbox_reply() - reply to a POST with a VFREEBUSY of METHOD:REQUEST: one response for each ATTENDEE
 *
 * Only the times of accounts are known: those of their own calendars that are not transparent (RFC 6638,
 * 9.1). All other recipients get the status 3.7.
 */
int outbox_reply(DavCall *call);
