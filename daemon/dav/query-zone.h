#pragma once

/* The zone of dates and floating times in a report (RFC 4791, 7.3 and 9.8; RFC 7809). */

#include "dav/call.h"
#include "dav/report.h"

enum {
        QUERY_ZONE_E_INVALID = CONDITIONS_DAV + 56, /* CALDAV:timezone has not one VTIMEZONE and no more */
        QUERY_ZONE_E_UNKNOWN = CONDITIONS_DAV + 57, /* CALDAV:timezone-id is of no zone */
};

typedef struct QueryZone {
        const Zone *zone; /* that of the request, or else the calendar's, or else the office's */
        Zone *own;
} QueryZone;

/**
 * query_zone_init() - find the zone
 * @ret: call query_zone_done() for it in every case
 *
 * Return: 0, QUERY_ZONE_E_*, negative errno.
 */
int query_zone_init(const DavCall *call, const Report *report, QueryZone *ret);
void query_zone_done(QueryZone *zone);

/**
 * query_zone_refuse() - reply with the precondition for a condition of query_zone_init()
 * Return: 0 or negative errno.
 */
int query_zone_refuse(const DavCall *call, int condition);
