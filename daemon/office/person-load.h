#pragma once

/* Reads a contact's card for the pages of the office. */

#include "contact/card.h"
#include "office/call.h"
#include "store/object.h"

/**
 * person_load() - read a card of the office that the account may read
 * Return: 0, OFFICE_E_NOT_FOUND, OFFICE_E_FORBIDDEN, a condition of the store, negative errno.
 */
int person_load(OfficeCall *call, const char *uid, ObjectRecord **ret_record, Card **ret_card);
