#pragma once

/*
 * The calendar of meetings of a host who has an account: a collection of the account (COLLECTION_HOST) with
 * a copy of each booking of the host. The account is found by the mail address that the host's card and the
 * account both have. What the host changes in it by a calendar program is a step of the meeting:
 *
 *   another time or place        a move; for a request that is not accepted yet, a proposal of that time
 *   STATUS:CANCELLED, a deletion a cancellation, or for a request a refusal
 *   PARTSTAT of the host         ACCEPTED accepts a request, DECLINED declines or cancels
 *
 * Other changes, such as alarms and notes, stay in the copy and are seen by the host only.
 */

#include "calendar/event.h"
#include "meet/work.h"
#include "store/collection.h"

enum {
        HOST_CALENDAR_E_FORM = CONDITIONS_MEET + 60,   /* the meeting would recur, or take whole days */
        HOST_CALENDAR_E_PEOPLE = CONDITIONS_MEET + 61, /* somebody is invited, beside host and office */
};

/**
 * host_calendar_find() - find the calendar of meetings of an account
 * @ret: if the account is that of a host with an offer, but has no calendar yet, the empty calendar that it
 *       will get
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int host_calendar_find(Store *store, const Config *config, const char *account, Collection *ret);

/**
 * host_calendar_fill() - make the copies of an account right after the account got its mail address, or
 * another one. It is one transaction.
 * Return: 0, a condition of the store, negative errno.
 */
int host_calendar_fill(const BookingWork *work, const char *account);

/**
 * host_calendar_put() - make the step that a changed copy asks for, in the transaction of the caller, who
 * must roll back on failure
 * @uid:    of the booking
 * @wanted: the copy as the calendar program wants it; borrowed
 * @out:    gets the text to store instead; empty if that of the program stays as it is
 * @result: of the step. In every case the caller must call booking_result_done().
 *
 * Return: 0, HOST_CALENDAR_E_*, BOOKING_E_*, a condition of the store, negative errno.
 */
int host_calendar_put(const BookingWork *work, const char *uid, const Event *wanted, Buffer *out,
                BookingResult *result);

/**
 * host_calendar_delete() - cancel or decline the meeting whose copy is deleted, unless it is over. The
 * caller deletes the copy.
 * Return: as host_calendar_put().
 */
int host_calendar_delete(const BookingWork *work, const char *uid, BookingResult *result);
