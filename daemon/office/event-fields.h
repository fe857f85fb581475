#pragma once

/* The fields of the form of an event (office/event-values.h), as HTML. */

#include "base/input-error.h"
#include "office/event-values.h"
#include "office/form.h"

/**
 * event_fields_write() - write all fields
 * @event: as it is stored; NULL for a new one
 *
 * Return: 0, a condition of the store, negative errno.
 */
int event_fields_write(
                OfficeCall *call, const FormFaults *faults, const EventValues *values, const Event *event);

/** event_fields_label() - what a field is called */
const char *event_fields_label(const OfficeCall *call, EventValue value);

/** event_fields_invalid() - add the fault for an error of event_parse(), at the field of its property */
void event_fields_invalid(const OfficeCall *call, FormFaults *faults, const InputError *error);
