#pragma once

/* free-busy-query (RFC 4791, 7.10). */

#include "calendar/object-times.h"
#include "dav/call.h"
#include "dav/report.h"
#include "meet/busy.h"

/**
 * free_busy_reply() - reply with a VFREEBUSY of the events in a calendar, or in all calendars of a home
 *
 * Events that are cancelled or transparent count as free, and tentative ones as BUSY-TENTATIVE. Who may read
 * a calendar may also read its busy times. The scope is that of calendar-query, except that Depth does not
 * matter for a calendar: its own busy times are those of its events.
 */
int free_busy_reply(DavCall *call, Report *report);

enum {
        FREE_BUSY_TIMES_MAX = 100000, /* in one reply */
        FREE_BUSY_E_MANY = CONDITIONS_DAV + 95,
};

/** The busy times that are being collected. */
typedef struct FreeBusyTimes {
        Store *store;
        ZoneTable *zones;
        const Zone *zone; /* of dates and floating times */
        TimeRange range;
        usec_t work_end; /* as in DavCall */
        /* The account whose answers count (RFC 6638, 5.1); NULL to count every event. */
        const Config *config;
        const char *login;
        const char *mail;     /* its mail address; "" for none */
        const char *masked;   /* the UID of an event that does not count; NULL for none */
        uint64_t n_instances; /* that were looked at */
        BusyList list;
} FreeBusyTimes;

/**
 * free_busy_add() - add the times of the events of a calendar
 *
 * Cancelled and transparent events take no time. With an account, neither do those that it has declined, and
 * those that it has not accepted are tentative.
 * Return: 0, FREE_BUSY_E_MANY, a condition of the store, negative errno.
 */
int free_busy_add(FreeBusyTimes *times, const char *collection);
