#pragma once

/*
 * The calendars of the office, as its administrators add and remove them. A calendar that is removed loses
 * its properties, the rights that accounts have to it, and the listings of contacts for it; its objects and
 * what can be brought back go to another calendar.
 */

#include "contact/card.h"
#include "store/object.h"

enum { CALENDAR_E_HOST = CONDITIONS_STORE + 33 }; /* the card of a host names the calendar */

/** The numbers of rows that are lost or moved with a calendar. */
typedef struct CalendarContents {
        int64_t n_objects; /* events and drafts, also those that are hidden until their contacts are told */
        int64_t n_listed;  /* contacts that are listed for the calendar itself */
        int64_t n_rights;  /* accounts with a right of their own to it */
} CalendarContents;

/**
 * calendar_add() - make a calendar of the office
 * @name:      [a-z0-9-]+, as collection_ensure() takes it
 * @zone_name: time zone of dates without one
 *
 * Return: 0; STORE_E_CONFLICT if the name is invalid, or a collection has it; another condition of the
 * store, negative errno.
 */
int calendar_add(Store *store, const char *name, const char *zone_name, usec_t now);

/** calendar_name_is_valid() - whether a calendar of the office may have a name */
bool calendar_name_is_valid(const char *name);

/** calendar_is_fixed() - whether the program itself needs a calendar, so that it cannot be removed */
bool calendar_is_fixed(const char *name);

/**
 * calendar_touch() - give a calendar a new sync token, so that clients look at its properties again. Return:
 * 0, a condition of the store, negative errno.
 */
int calendar_touch(Store *store, const char *name);

/** calendar_contents() - count what calendar_remove() would move or remove */
int calendar_contents(Store *store, const char *name, CalendarContents *ret);

/** calendar_is_of_host() - whether a host's card names a collection in X-CONVENED-CALENDAR (meet/host.h) */
bool calendar_is_of_host(const Card *card, const char *name);

/** calendar_hosts_each() - call @on_host for each card that names a calendar so, in order of name and UID */
int calendar_hosts_each(Store *store, const char *name,
                int (*on_host)(const ObjectRecord *record, void *userdata), void *userdata);

/**
 * calendar_remove() - remove a calendar of the office
 * @target: another calendar of the office for the objects, the history and the trash
 *
 * Return: 0; STORE_E_NOT_FOUND if there is no such calendar; CALENDAR_E_HOST if a host would not be busy any
 * more during its events; STORE_E_CONFLICT if it is fixed, the target is none for events, or an object of
 * the same UID is in the target; another condition of the store, negative errno.
 */
int calendar_remove(Store *store, const char *name, const char *target, usec_t now);
