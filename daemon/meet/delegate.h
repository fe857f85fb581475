#pragma once

/*
 * Inside the meet module: representatives (RFC 5546, 3.2.2.3 and 4.2.5). One side of a booking names
 * somebody who comes in its place. The ATTENDEE lines of the booking refer to each other by DELEGATED-TO
 * and DELEGATED-FROM, with an address that only this side and the representative are shown. A
 * representative who does not come stays in the booking with PARTSTAT=DECLINED, and another one can be
 * named.
 */

#include "meet/work.h"
#include "store/meeting.h"

/**
 * delegate_check() - whether a side can name somebody
 * Return: 0; BOOKING_E_BAD_DELEGATE: no address to write to, the address of a side, or a bad name;
 * BOOKING_E_NOT_POSSIBLE: somebody is named already; a condition of the store, negative errno.
 */
int delegate_check(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate);

/** delegate_put() - write a delegation that was checked into the booking */
int delegate_put(const BookingWork *work, const Meeting *meeting, MeetingRole side,
                const BookingDelegate *delegate);

/** delegate_return() - end the delegation of a side, because the representative does not come */
int delegate_return(const BookingWork *work, const Meeting *meeting, MeetingRole side);
