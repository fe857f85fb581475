#pragma once

/*
 * Inside the meet module: the copy of a booking in the calendar of meetings of the host's account
 * (meet/host-calendar.h). The office decides the times, STATUS, LOCATION, ORGANIZER and ATTENDEEs of a copy.
 * All other lines are the host's: they stay byte for byte when the office changes the copy.
 *
 * While the host has not accepted a request, the ORGANIZER is the office and the host is asked, so that
 * calendar programs offer to accept and decline. After that, the ORGANIZER is the host, because most
 * programs let only the organizer move a meeting.
 */

#include "calendar/event.h"
#include "meet/host.h"
#include "meet/work.h"
#include "store/object.h"

/** The account of a host. */
typedef struct HostAccount {
        char login[ACCOUNT_NAME_SIZE]; /* as account_login() writes it; "" if the host has no account */
        char address[ADDRESS_SIZE];    /* of the host's card, by which the account was found */
} HostAccount;

/**
 * host_account_find() - find the account whose mail address is one of those on the card of a host
 * @host: UID of the card
 * Return: 0, also if there is none; a condition of the store; negative errno.
 */
int host_account_find(Store *store, const char *host, HostAccount *ret);

/** host_account_of() - the same for a host whose card was read */
int host_account_of(Store *store, const Host *host, HostAccount *ret);

/** The fields that the copy of a booking must have. The caller must call host_copy_done(). */
typedef struct HostCopy {
        ObjectRecord *record; /* of the VEVENT of the booking */
        Event *event;
        usec_t start, finish;
        HostAccount account;
        bool is_over; /* the booking is cancelled or declined, or has expired */
} HostCopy;

/**
 * host_copy_load() - read the booking with a UID. In every case the caller must call host_copy_done().
 * Return: 0, STORE_E_NOT_FOUND, a condition of the store, negative errno.
 */
int host_copy_load(const BookingWork *work, const char *uid, HostCopy *ret);
void host_copy_done(HostCopy *copy);

/**
 * host_copy_write() - append the text of the copy
 * @base: the present copy, or the one that a calendar program wants; NULL to write a new one. Nothing is
 *        appended if it says what it must already.
 * Return: 0, negative errno.
 */
int host_copy_write(const BookingWork *work, const HostCopy *copy, const Event *base, Buffer *out);

/**
 * host_copy_partstat() - return the PARTSTAT of the host in a copy; "" if the host is not in it. Borrowed.
 * host_copy_own_partstat() - return the one that the copy must have
 * host_copy_is_asked() - whether the host has not accepted the meeting yet
 */
const char *host_copy_partstat(const HostCopy *copy, const Event *event);
const char *host_copy_own_partstat(const HostCopy *copy);
bool host_copy_is_asked(const HostCopy *copy);

/**
 * host_copy_follow() - write the copy of a booking anew after a change, in the transaction of the caller
 *
 * If the host has another account than before, or none, the former copy is deleted. A booking that is over
 * gets no new copy.
 * Return: 0, a condition of the store, negative errno.
 */
int host_copy_follow(const BookingWork *work, const char *uid);
