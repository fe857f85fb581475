#pragma once

/*
 * Changes one occurrence of a series: it becomes an override (RFC 5545, 3.8.4.4), and all other lines stay
 * byte for byte.
 */

#include "calendar/edit.h"

enum {
        EVENT_E_RANGE = CONDITIONS_CALENDAR + 6, /* the override also changes later occurrences */
};

/**
 * edit_occurrence_find() - find the occurrences that begin at a time; if there is none, those whose original
 * start is at that time, before an override moved them
 * @fallback: as for occurrences_new()
 * @when:     WHEN_DATE for any time of a day, or WHEN_FLOATING for an exact time; on the clock of each start
 * @ret:      the first of them, valid as long as @event; set only if @ret_n is not 0
 * @ret_n:    how many there are; 0 if there is none
 *
 * Return: 0 or negative errno.
 */
int edit_occurrence_find(
                const Event *event, const Zone *fallback, const When *when, Occurrence *ret, int *ret_n);

/**
 * edit_occurrence() - append a copy of @event in which one occurrence has the given properties. All its
 * other properties are copied from the component that describes it now, the master or an override. SEQUENCE
 * is one more than in that component, and the stamps are new.
 * @properties: as for edit_event(); they must include the start and the end
 *
 * Return: 0, EVENT_E_RANGE, EVENT_E_INVALID if a property is wrong, negative errno.
 */
int edit_occurrence(const Event *event, const Occurrence *occurrence, const EditProperty *properties,
                usec_t now, Buffer *out, InputError *ret_error);
