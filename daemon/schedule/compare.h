#pragma once

/*
 * Whether two components say the same to the participants of a meeting. Times are compared as instants,
 * people by their keys. Alarms are never compared: they are each participant's own. Pure.
 */

#include "schedule/itip.h"

/** The properties that do not count. */
typedef enum CompareScope {
        /* those that an organizer sends nobody: alarms, stamps, answers, and how the time is shown */
        COMPARE_NEWS,
        /* those that a participant may change (RFC 6638, 3.2.2.1) */
        COMPARE_ATTENDEE,
        /* all but times and recurrences: what makes an answer outdated */
        COMPARE_TIMES,
} CompareScope;

/**
 * compare_components() - compare two components
 * @is_override: @a is an instance of the series whose master is @b: the times are not compared, as the
 *               caller does that
 * Return: 0, -ENOMEM.
 */
int compare_components(const ItipObject *a_object, const ItipComponent *a, const ItipObject *b_object,
                const ItipComponent *b, CompareScope scope, bool is_override, bool *ret_same);
