#pragma once

/*
 * Two contacts that are one person: what the store has about one of them goes to the other. Listings are
 * added. Of opt-outs the stricter wins: what one of both does not want, the person does not want. Mails keep
 * their history, and a reminder that one of both got is not sent again.
 */

#include "store/object.h"

enum { CONTACT_MERGE_E_HOST = CONDITIONS_STORE + 32 }; /* the contact that would go offers meetings */

/**
 * contact_merge() - move everything about a contact to another one, and delete the contact, in the current
 * transaction
 * @kept:  the contact that stays; its card is not changed
 * @other: the contact that goes; its card stays in the trash, with its history
 *
 * Mails to the other contact that wait are closed: those that the listings call for are derived for the kept
 * one. Return: 0, CONTACT_MERGE_E_HOST, another condition of the store, negative errno.
 */
int contact_merge(Store *store, const ObjectRecord *kept, const ObjectRecord *other, usec_t now);
