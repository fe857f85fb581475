#pragma once

/* calendar-query (RFC 4791, 7.8). */

#include "dav/call.h"
#include "dav/report.h"

/** calendar_query_read() - read CALDAV:filter, as ReportType.read_child */
int calendar_query_read(XmlReader *reader, Report *report);

/**
 * calendar_query_reply() - reply with the members that match the filter
 *
 * The members of a calendar are in the scope of Depth 1, and those of all calendars of a home in that of
 * Depth infinity. With Depth 0, which is the default, a calendar has no members in scope (RFC 4918, 10.2).
 */
int calendar_query_reply(DavCall *call, Report *report);

/**
 * calendar_query_each() - call @on_view for each calendar in the scope of a report: that of the call, or
 * those of its home. Another result than 0 ends the walk and is returned.
 */
int calendar_query_each(DavCall *call, const Report *report,
                int (*on_view)(const DavView *view, void *userdata), void *userdata);
