#pragma once

/* Inside the calendar module: decides which faulty lines of an object that is repaired may be omitted. */

#include "calendar/repair-lines.h"

/**
 * repair_may_omit() - whether a faulty line may be omitted
 *
 * It may if it decides nothing or is empty, if it repeats an earlier line octet by octet, or if it is a
 * recurrence rule of an override (rules belong to the series). A STATUS that may cancel the event decides
 * whether it takes place.
 */
bool repair_may_omit(const Repair *repair, const Block *block, const Entry *entry);

/**
 * repair_note_kept() - record a line of the component that is not omitted, so that repair_may_omit() finds
 * its repetitions. Return: 0, -ENOMEM.
 *
 * repair_forget_kept() - forget these lines at the end of the component
 */
int repair_note_kept(Repair *repair, const Entry *entry);
void repair_forget_kept(Repair *repair);

/**
 * repair_class() - of several CLASS lines of a component, keep the one that shows least
 *
 * A value that no reader knows counts as PRIVATE (RFC 5545, 3.8.1.3).
 *
 * Return: 0, negative errno, the negative result of on_warning().
 */
int repair_class(Repair *repair, const Block *block);
