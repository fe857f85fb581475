#pragma once

/* The actions of the buttons of a person's page. */

#include "office/call.h"

enum { PERSON_ACTIONS_E_BAD = CONDITIONS_OFFICE + 40 };

/**
 * person_actions_run() - do what the field `action` of the form says with the person call->rest
 *
 * Return: PERSON_ACTIONS_E_BAD if the form names no action, or no listing: nothing is stored, no transaction
 * is open, and there was no reply; otherwise as a handler.
 */
int person_actions_run(OfficeCall *call);
