#pragma once

/* Inside the calendar module: the names of zones as other programs write them. */

#include "base/contentline.h"
#include "calendar/zone.h"

enum { REPAIR_ZONE_NAME_SIZE = 64, REPAIR_JOINED_SIZE = 128 };

/**
 * repair_zone_name() - find the name that a zone has in the table. Other programs write it with a path
 * before it, in other letter case, or as Windows shows it.
 *
 * Return: whether there is one; @ret is set then.
 */
bool repair_zone_name(ZoneTable *zones, const char *tzid, char ret[static REPAIR_ZONE_NAME_SIZE]);

/**
 * repair_join_zone() - join the name of a zone that has a colon but no quotation marks, so that its end is
 * in the value: DTSTART;TZID=tzone://Microsoft/Custom:20270405T100000. The value begins after the last
 * colon, if a date follows that.
 *
 * Return: the value, in that of the line; NULL for another line.
 */
const char *repair_join_zone(const ContentLine *line, char ret[static REPAIR_JOINED_SIZE]);
