#pragma once

/* Publishes busy times as VFREEBUSY (RFC 5545, 3.6.4). It has the times only, and no text of an event. */

#include "base/buffer.h"
#include "meet/busy.h"

/**
 * freebusy_write() - append a VCALENDAR with one VFREEBUSY
 * @busy:  meetings of other hosts are left out, and overlapping times are joined. A time with tentative
 *         entries only is BUSY-TENTATIVE.
 * @host:  UID of the contact, a part of the object's UID
 * @from, @to: the published range; times are cut to it
 * @now:   for DTSTAMP
 * Return: 0, -ENOMEM.
 */
int freebusy_write(const BusyList *busy, const char *host, usec_t from, usec_t to, usec_t now, Buffer *out);
