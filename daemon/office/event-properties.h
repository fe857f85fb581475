#pragma once

/*
 * The properties that make an event as its form says. Only fields that differ from the stored event are
 * written, so that all other lines of the event stay byte for byte.
 */

#include "calendar/edit.h"
#include "office/event-values.h"
#include "office/form.h"

enum { EVENT_PROPERTIES_MAX = 256 };

typedef struct EventProperties {
        Arena arena;
        EditProperty items[EVENT_PROPERTIES_MAX + 1]; /* the last one has no name */
        size_t n;
} EventProperties;

void event_properties_done(EventProperties *properties);

/**
 * event_properties_make() - make the properties
 * @was:    the fields of @event; NULL for a new event
 * @event:  as it is stored; NULL for a new event
 * @values: as they were typed
 * @faults: gets a fault for each field that is wrong
 *
 * Return: 0, also with faults; negative errno.
 */
int event_properties_make(const OfficeCall *call, const Event *event, const EventValues *was,
                const EventValues *values, FormFaults *faults, EventProperties *ret);
