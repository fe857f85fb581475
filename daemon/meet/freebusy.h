#pragma once

/* Publishes busy times as VFREEBUSY (RFC 5545, 3.6.4): times only, of no event a word. */

#include "base/buffer.h"
#include "meet/busy.h"

/**
 * freebusy_write() - append a VCALENDAR with one VFREEBUSY
 * @busy:  other hosts' meetings are left out; times that overlap are joined. A time that is TENTATIVE only is BUSY-TENTATIVE
 * @host:  UID of the contact, for the UID
 * @from, @to: the range, to which the times are cut
 * @now:   for DTSTAMP
 * Return: 0, -ENOMEM.
 */
int freebusy_write(const BusyList *busy, const char *host, usec_t from, usec_t to, usec_t now, Buffer *out);
