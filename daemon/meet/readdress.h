#pragma once

/*
 * Inside the meet module: a host gets another address while a meeting is booked. For calendar programs this
 * is another attendee (RFC 5546, 3.2.2.6 and 3.2.5): the former address gets a CANCEL, without which the
 * meeting would stay in its calendar, and the new one a REQUEST, without which a later CANCEL would mean
 * nothing.
 */

#include "meet/work.h"

/**
 * readdress_host() - make the booking name the address that the host's card has now, in the transaction of
 * the caller. The answer and the delegate of the host stay.
 * @ret: whether the booking was changed. It is not changed if somebody else in it already has the new
 *       address.
 * Return: 0, a condition of the store, negative errno.
 */
int readdress_host(const BookingWork *work, const Meeting *meeting, bool *ret);
