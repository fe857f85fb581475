#pragma once

/*
 * Inside calendar/edit* only: the components that an EditProperty may name, PARTICIPANT and VLOCATION
 * (RFC 9073). Its `value` is the component's content lines.
 */

#include "base/buffer.h"
#include "calendar/edit-property.h"
#include "calendar/event.h"

/** edit_part_is() - whether the property stands for a component */
bool edit_part_is(const EditProperty *property);

/** edit_part_write() - append the component, with BEGIN and END */
void edit_part_write(const EditProperty *property, Buffer *out);

/**
 * edit_part_place() - write the lines of the VLOCATION that has the value of a LOCATION as its NAME
 * @geo: a value of GEO; NULL for none
 *
 * The UID is made from the name, so one place has one UID in all events.
 * Return: 0, negative errno.
 */
int edit_part_place(const EditProperty *location, const char *geo, Buffer *out);

/**
 * edit_part_is_replaced() - whether the properties replace the component of the event's master whose BEGIN
 * is in line @line. A VLOCATION whose NAME is the event's LOCATION is replaced by a new LOCATION, because
 * it describes the old one.
 */
bool edit_part_is_replaced(const Event *event, const EditProperty *properties, size_t line);
