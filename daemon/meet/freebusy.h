#pragma once

/* Writes busy times for publication, as a VFREEBUSY (RFC 5545, 3.6.4) without any text of an event. */

#include "base/buffer.h"
#include "calendar/component-build.h"
#include "meet/busy.h"

/**
 * freebusy_write() - append a VCALENDAR with one VFREEBUSY
 * @busy:  meetings of other hosts are left out, and overlapping times are joined. A time that only tentative
 *         entries take is BUSY-TENTATIVE.
 * @host:  UID of the contact, a part of the object's UID
 * @from, @to: the published range; times are cut to it
 * @now:   for DTSTAMP
 * Return: 0, -ENOMEM.
 */
int freebusy_write(const BusyList *busy, const char *host, usec_t from, usec_t to, usec_t now, Buffer *out);

/** An answer to a question about busy times (RFC 5546, 3.3.3); borrowed. */
typedef struct FreebusyAnswer {
        const char *uid;                   /* of the question */
        BuildProperty organizer, attendee; /* of the question; who asks, and about whom */
} FreebusyAnswer;

/** freebusy_write_answer() - append a VCALENDAR with METHOD:REPLY; otherwise as freebusy_write() */
int freebusy_write_answer(const BusyList *busy, const FreebusyAnswer *answer, usec_t from, usec_t to,
                usec_t now, Buffer *out);
