#pragma once

/* The actions of the buttons of an event's page. */

#include "office/form.h"

enum { EVENT_ACTIONS_E_BAD = CONDITIONS_OFFICE + 20 };

/**
 * event_actions_run() - do what the field `action` of the form says with the event call->rest
 * @faults: gets the faults of the form's fields
 *
 * Return: EVENT_ACTIONS_E_BAD if the form has faults, or the action is not possible: nothing is stored, no
 * transaction is open, and there was no reply; otherwise as a handler.
 */
int event_actions_run(OfficeCall *call, FormFaults *faults);
