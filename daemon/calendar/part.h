#pragma once

/*
 * Inside the calendar module: the components of RFC 9073 inside a VEVENT or VJOURNAL. A PARTICIPANT is read
 * as a Participant (calendar/participant). A VLOCATION (RFC 9073, 7.2) gives a component its LOCATION and
 * GEO if it has none.
 */

#include "calendar/component.h"

/** part_is_read() - whether the lines of a component inside an event are collected. @name: in capitals */
bool part_is_read(const char *name);

/**
 * places_read() - add a LOCATION and a GEO line, made of the first VLOCATION with a NAME, to the components
 * that have neither a LOCATION nor an X-CONVENED-LOCATION. Their `raw` is that of the VLOCATION's lines.
 *
 * Return: 0, -ENOMEM.
 */
int places_read(Event *event);
