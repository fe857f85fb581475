#pragma once

/*
 * Inside the meet module: a host gets another address while a meeting is booked. For calendar programs this
 * is another attendee (RFC 5546, 3.2.2.6 and 3.2.5): the former address gets a CANCEL, without which the
 * meeting would stay in its calendar, and the new one a REQUEST, without which a later CANCEL would mean
 * nothing. If the card is gone or has no address any more, the former one gets its CANCEL, and the booking
 * goes on to name it: BOOKING_HOST_ADDRESS and BOOKING_HOST_FORMER are then the same.
 */

#include "meet/work.h"

typedef struct Readdressed {
        bool is_changed; /* false also if somebody else in the booking already has the new address */
        bool has_former; /* the mails of the booking have gone to BOOKING_HOST_FORMER until now */
} Readdressed;

/**
 * readdress_host() - make the booking name the address that the host's card has now, in the transaction of
 * the caller. The answer and the delegate of the host stay.
 * Return: 0, a condition of the store, negative errno.
 */
int readdress_host(const BookingWork *work, const Meeting *meeting, Readdressed *ret);
