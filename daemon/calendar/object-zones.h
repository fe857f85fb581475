#pragma once

/*
 * Whether the time zones that an object names are known. RFC 5545, 3.2.19, demands a VTIMEZONE for each. A
 * name of the IANA database is taken without one, as RFC 7809 lets clients send it, and so is the Windows
 * name of such a zone: every program knows them. Another name without a VTIMEZONE says no time.
 */

#include "base/input-error.h"
#include "calendar/zone.h"

enum { OBJECT_ZONES_E_UNKNOWN = CONDITIONS_CALENDAR + 64 };

/**
 * object_zones_check() - check the TZID parameters of a well-formed object
 * @text: borrowed
 *
 * Return: 0, OBJECT_ZONES_E_UNKNOWN, negative errno.
 */
int object_zones_check(ZoneTable *zones, const char *text, size_t len, InputError *ret_error);
