#pragma once

/* The lists that the store has about a person beside the card, as sections of the person's page. */

#include "office/form.h"
#include "store/object.h"

/** person_lists_muted() - the events and kinds about which the person wants no mail; nothing for none */
int person_lists_muted(OfficeCall *call, int64_t contact);

/**
 * person_lists_listings() - the listings
 * @may_write: with buttons, and a form for another one
 * @faults:    of that form; NULL for none
 */
int person_lists_listings(
                OfficeCall *call, const ObjectRecord *contact, bool may_write, const FormFaults *faults);

/** person_lists_mails() - the newest mails, with what became of them and why. @uid: of the contact */
int person_lists_mails(OfficeCall *call, int64_t contact, const char *uid);

/**
 * person_lists_meetings() - the meetings of the person, as host or visitor; nothing if the account may not
 * read meetings
 */
int person_lists_meetings(OfficeCall *call, const ObjectRecord *contact);
