#pragma once

/*
 * Inside the meet module: delegates (RFC 5546, 3.2.2.3 and 4.2.5), whom texts for people call
 * representatives. One side of a booking names somebody who comes in its place. The ATTENDEE lines of the
 * booking refer to each other by DELEGATED-TO and DELEGATED-FROM, with an address that only this side and
 * the delegate are shown. A delegate who does not come stays in the booking with PARTSTAT=DECLINED, and
 * another one can be named.
 */

#include "meet/booking-people.h"
#include "meet/work.h"
#include "store/meeting.h"

/**
 * delegate_check() - whether a side can name somebody
 * @delegate: NULL is refused as BOOKING_E_BAD_DELEGATE
 * Return: 0; BOOKING_E_BAD_DELEGATE: the address or the name is invalid, or somebody else in the booking
 * has the address; BOOKING_E_NOT_POSSIBLE: the side has a delegate already, or has no address, or the
 * booking has no VEVENT; a condition of the store, negative errno.
 */
int delegate_check(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate);

/**
 * delegate_put() - write a delegation, for which delegate_check() has returned 0, into the VEVENT of the
 * booking
 * Return: 0, a condition of the store, negative errno.
 */
int delegate_put(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate);

/**
 * delegate_return() - end the delegation of a side, because the delegate does not come; nothing
 * changes without a delegate
 * @ret_address: of the former delegate; "" if there was none
 * Return: 0, a condition of the store, negative errno.
 */
int delegate_return(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                char ret_address[static PERSON_ADDRESS_SIZE]);
