#pragma once

/* Inside the calendar module: corrects a VTIMEZONE whose name is not that of a known zone. */

#include "calendar/repair-lines.h"

/**
 * repair_own_zone() - correct the lines of a VTIMEZONE that zone_from_vtimezone() refuses, if their meaning
 * is clear: offsets such as +3 and +03:00, and onsets that are dates, in UTC or periods. An onset is always
 * read by the local clock, as RFC 5545, 3.6.5 has it.
 * @ret: the zone; NULL if it cannot be read even so; then no line is changed
 *
 * Return: 0, negative errno, the negative result of on_warning().
 */
int repair_own_zone(Repair *repair, const Block *block, Zone **ret);
