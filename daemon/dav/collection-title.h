#pragma once

/* The names of collections for people. */

#include "base/buffer.h"
#include "base/language.h"
#include "store/collection.h"

/**
 * collection_title_default() - append the name that a collection has until somebody gives it another one, as
 * plain text
 * @is_drafts: of the drafts of the calendar (dav/home.h)
 */
void collection_title_default(const Collection *collection, bool is_drafts, Language language, Buffer *out);

/**
 * collection_title() - append the name that an account sees: the one that it has given to the collection in
 * a program (DAV:displayname), or that its owner has given to it there, or that an administrator has given
 * to a calendar of the office (dav/office-calendar.h), or the default
 * @login: as account_login() writes it
 * @segment: the last part of the path of the drafts, which have properties of their own; NULL for others
 *
 * Return: 0, a condition of the store, negative errno.
 */
int collection_title(Store *store, const char *login, const Collection *collection, const char *segment,
                Language language, Buffer *out);
