#pragma once

/* The next dates of a series, each with a form that moves or cancels it. */

#include "calendar/event.h"
#include "office/form.h"

/**
 * event_occurrences_write() - write the section; nothing for an event without repetition
 * @faults: those of the form that was sent, and is shown again with what was typed; NULL if none was
 *
 * Return: 0, a condition of the store, negative errno.
 */
int event_occurrences_write(OfficeCall *call, const Event *event, bool may_write, const FormFaults *faults);
