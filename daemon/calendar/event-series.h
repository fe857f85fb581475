#pragma once

/* Inside the calendar module: checks the components of one object together (RFC 5545, 3.8.4.4 and 3.8.5). */

#include "calendar/event-data.h"

/**
 * event_put_master_first() - set is_override of all components, and move the master (the component without
 * a RECURRENCE-ID) to the front
 *
 * Return: 0, even if there is no master but only changed instances; EVENT_E_INVALID for more than one
 * master.
 */
int event_put_master_first(Event *event, InputError *ret_error);

/**
 * event_check_series() - check that overrides, RDATEs and UNTILs fit the master. If several overrides are
 * of one instance, removes all but the newest.
 *
 * Return: 0, EVENT_E_INVALID, -ENOMEM.
 */
int event_check_series(Event *event, InputError *ret_error);
