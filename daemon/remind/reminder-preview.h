#pragma once

/* The reminder of an event as a contact will get it, for an editor who looks at it before it goes. */

#include "base/buffer.h"
#include "config/config.h"
#include "store/object.h"

/**
 * reminder_preview() - append the line of the recipient, the subject and the plain text of the reminder of
 * the next occurrence, with the parts that the contact is listed for
 * @record:  the event
 * @contact: a card
 * @now:     the days until the event are counted from it
 *
 * Return: 0; STORE_E_NOT_FOUND if no occurrence is to come, or the event or the card cannot be parsed;
 * another condition of the store, negative errno.
 */
int reminder_preview(Store *store, const Config *config, const ObjectRecord *record,
                const ObjectRecord *contact, usec_t now, Buffer *out);
