#pragma once

/* One row of a table as a contact's card. */

#include "base/time.h"
#include "contact/card.h"
#include "people/columns.h"

enum {
        PEOPLE_E_INVALID =
                        CONDITIONS_PEOPLE + 1, /* the row is no contact; the InputError says where and why */
};

/**
 * people_row_card() - make a card of a row
 * @uid: of the new card
 * @kept: the card that the row changes: what the row leaves open, and what the contact has chosen itself,
 *        stays as it is; NULL for a new contact
 *
 * Return: 0, PEOPLE_E_INVALID, negative errno.
 */
int people_row_card(const Sheet *sheet, const PeopleColumns *columns, size_t row, const char *uid,
                const Card *kept, usec_t now, Card **ret, InputError *ret_error);
