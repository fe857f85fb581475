#pragma once

/*
 * Inside the calendar module: the rules that the components of one object make together (RFC 5545, 3.8.4.4
 * and 3.8.5).
 */

#include "calendar/event-data.h"

/**
 * event_put_master_first() - order the components so that the one without a RECURRENCE-ID is the first
 * Return: 0, also when there is none (changed instances only), EVENT_E_INVALID for more than one.
 */
int event_put_master_first(Event *event, InputError *ret_error);

/**
 * event_check_series() - overrides, RDATEs and UNTIL fit the master; older versions of an override are
 * left out
 * Return: 0, EVENT_E_INVALID, -ENOMEM.
 */
int event_check_series(Event *event, InputError *ret_error);
