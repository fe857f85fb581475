#pragma once

/* Everything that the store has about a person (GDPR, Art. 15 and 20; 152-FZ, Art. 14), as one document. */

#include "store/object.h"

enum { PEOPLE_EXPORT_MAX_BYTES = 256 * 1024 * 1024 };

/**
 * people_export() - append a JSON object with the card, listings, choices, returned mails, mails with their
 * texts, meetings and changes of a contact, as they are at one time
 * @contact: borrowed; no transaction may be open
 *
 * Return: 0, a condition of the store, negative errno.
 */
int people_export(Store *store, const ObjectRecord *contact, Buffer *out);
