#pragma once

/*
 * Reads busy times that a host publishes elsewhere: VFREEBUSY (RFC 5545, 3.6.4), or events of a published
 * calendar, which some services have instead.
 */

#include "calendar/zone.h"
#include "meet/busy.h"

enum { FREEBUSY_TIMES_MAX = 5000 };

/**
 * freebusy_read() - append the busy times of a file that overlap [@from, @to), as BUSY_FETCHED, and sort
 * the list
 * @zone: of dates and floating times, if the file has no X-WR-TIMEZONE
 * @ret_n_unread: the number of events whose times cannot be read; they are left out
 *
 * FREEBUSY of type FREE, and events that are TRANSPARENT or CANCELLED, are not busy. Unreadable periods are
 * left out. An event that the office would refuse for another reason than its times is busy. Times after the
 * first FREEBUSY_TIMES_MAX are left out.
 * Return: 0; -EBADMSG if the file has no VCALENDAR; other negative errno.
 */
int freebusy_read(ZoneTable *zones, const Zone *zone, const char *text, size_t len, usec_t from, usec_t to,
                BusyList *list, size_t *ret_n_unread);
