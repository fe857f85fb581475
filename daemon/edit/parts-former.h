#pragma once

/* The dates that an event and its parts had before they were postponed together, from their history. */

#include "edit/parts.h"

typedef struct FormerParts {
        When start;  /* of the event; WHEN_NONE if it never had a date, or its history is no longer kept */
        Parts parts; /* as they were: those that have no date now, and whose dates can be moved */
} FormerParts;

/**
 * parts_former_find() - find the parts that lost their dates in the change in which the event lost its own
 * @uid:   of an event without a date
 * @parts: its parts
 * @ret:   zeroed by the caller, who must call parts_former_done() in every case
 *
 * Return: 0, a condition of the store, negative errno.
 */
int parts_former_find(Store *store, const char *uid, const Parts *parts, FormerParts *ret);
void parts_former_done(FormerParts *former);

/**
 * The properties that give a part its date, and the memory of their texts. A copy of it still points to the
 * first one's memory, so it stays where it is.
 */
typedef struct FormerDates {
        PartDates dates;
        EditProperty properties[5]; /* for edit_event(), which takes the place from the draft */
} FormerDates;

/**
 * parts_former_move() - make the dates of a part: the former ones, moved with the event, with the rule of
 * repetition
 * @former: the part as it was, borrowed by @ret
 *
 * Return: as when_params().
 */
int parts_former_move(const Event *former, const PartShift *shift, FormerDates *ret);
