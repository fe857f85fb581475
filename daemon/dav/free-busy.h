#pragma once

/* free-busy-query (RFC 4791, 7.10). */

#include "dav/call.h"
#include "dav/report.h"

/**
 * free_busy_reply() - reply with a VFREEBUSY of the events in a calendar, or in all calendars of a home
 *
 * Events that are cancelled or transparent count as free, and tentative ones as BUSY-TENTATIVE. Who may read
 * a calendar may also read its busy times. The scope is that of calendar-query, except that Depth does not
 * matter for a calendar: its own busy times are those of its events.
 */
int free_busy_reply(DavCall *call, Report *report);
