#pragma once

/*
 * One contact's card, made or changed by a form. The fields are those of a table's row (people/columns.h),
 * with the same rules, but an empty field removes what the card says.
 */

#include "contact/card.h"
#include "people/columns.h"
#include "people/row.h"

/** The texts of a form; those of fields that the form does not have are NULL and stay as they are. */
typedef struct PeopleFields {
        const char *text[PEOPLE_FIELDS_N];
} PeopleFields;

/**
 * people_edit() - make the card
 * @uid:       of a new card
 * @kept:      the card that is changed; NULL for a new one. Addresses and telephones beside the first stay.
 * @ret:       set on 0 only
 * @ret_error: `where` is the name of the field with the fault (people_field_name())
 *
 * Return: 0, PEOPLE_E_INVALID, negative errno.
 */
int people_edit(const PeopleFields *fields, const char *uid, const Card *kept, usec_t now, Card **ret,
                InputError *ret_error);

/** people_edit_property() - the property of a card that a field is about; "FN" for PEOPLE_FULL_NAME */
const char *people_edit_property(PeopleField field);

/** people_edit_read() - append what a card says for a field, as the form shows it */
void people_edit_read(const Card *card, PeopleField field, Buffer *out);
