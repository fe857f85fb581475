#pragma once

/* Inside the calendar module: the names of zones as other programs write them. */

#include "calendar/zone.h"

enum { REPAIR_ZONE_NAME_SIZE = 64 };

/**
 * repair_zone_name() - find the name that a zone has in the table. Other programs write it with a path
 * before it, in other letter case, or as Windows shows it.
 *
 * Return: whether there is one; @ret is set then.
 */
bool repair_zone_name(ZoneTable *zones, const char *tzid, char ret[static REPAIR_ZONE_NAME_SIZE]);
