#pragma once

/* Makes the component of one instance of a series from its master (RFC 5545, 3.8.4.4). Pure. */

#include "schedule/itip.h"

/**
 * override_make() - make an override that differs from the master only in its time
 * @date: a line that has the instance as one of its values, such as an EXDATE or a RECURRENCE-ID
 * @value: the value
 * Return: 0, -ENOMEM, other negative errno.
 */
int override_make(Arena *arena, const ItipObject *object, const ItipComponent *master,
                const ContentLine *date, const char *value, ItipComponent **ret);

/**
 * override_is_at_time() - whether an override begins at the time of its instance, and takes as long as those
 * of the series; true if a time cannot be read
 */
bool override_is_at_time(const ItipObject *object, const ItipComponent *override,
                const ItipObject *master_object, const ItipComponent *master);

/**
 * override_of() - find the component of an instance, or make one from the master (override_make())
 * @given: another object's component: the master's, or with the RECURRENCE-ID of an instance
 * @ret:   NULL if the series has no such instance: a single meeting, another time, or an EXDATE
 * Return: 0, -ENOMEM, other negative errno.
 */
int override_of(Arena *arena, const ItipObject *object, const ItipComponent *given, ItipComponent **ret);
