#pragma once

/* Inside the calendar module: decides which faulty lines of an object that is repaired may be omitted. */

#include "calendar/repair-lines.h"

/**
 * repair_may_omit() - whether a faulty line may be omitted
 *
 * It may if it decides nothing or is empty, if it repeats an earlier line octet by octet, if it is a
 * recurrence rule of an override (rules belong to the series), or if it is a second SUMMARY. A STATUS that
 * may cancel the event decides whether it takes place.
 */
bool repair_may_omit(const Repair *repair, const Block *block, const Entry *entry);

/**
 * repair_class() - of several CLASS lines of a component, keep the one that shows least
 *
 * A value that no reader knows counts as PRIVATE (RFC 5545, 3.8.1.3).
 *
 * Return: 0, negative errno, the negative result of on_warning().
 */
int repair_class(Repair *repair, const Block *block);
