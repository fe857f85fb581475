#pragma once

/*
 * Inside the meet module: the busy times of a host in the calendars of the host's account, which the host
 * keeps by CalDAV.
 */

#include "meet/busy.h"
#include "meet/host.h"

enum { OWN_CALENDAR_INSTANCES_MAX = 100000 /* of the events of one host, in one range */ };

/** The arguments of own_calendar_add(); borrowed. */
typedef struct OwnCalendarQuery {
        ZoneTable *zones;
        const Host *host;
        const Zone *zone; /* of floating times, and of all-day events */
        usec_t from, to;
        bool (*is_left_out)(const char *uid, void *userdata); /* events that do not count */
        void *userdata;
} OwnCalendarQuery;

/**
 * own_calendar_add() - append the times of the events in the calendars of the host's account
 *
 * An event does not count if it is cancelled or has TRANSP:TRANSPARENT, if the host has declined it, or if
 * its calendar is transparent (RFC 6638, 9.1). The host's meetings do not count here, because the store has
 * their slots: neither those in the calendar of meetings (meet/host-calendar.h) nor copies that a program
 * has put into another calendar. An event whose times cannot be read takes none. A host whose events have
 * more than OWN_CALENDAR_INSTANCES_MAX instances in the range is busy in all of it.
 *
 * Return: 0, also if the host has no account; a condition of the store; negative errno.
 */
int own_calendar_add(Store *store, const OwnCalendarQuery *query, BusyList *list);
