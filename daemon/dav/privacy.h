#pragma once

/*
 * Private objects of a calendar that an account may read and not write, and that is not its own. It sees
 * them as busy times without text (calendar/object-mask.h), in every answer: the filters of a query look at
 * what the account sees. The entity tags and the sync tokens of such a view of a calendar are its own, so
 * that a program reads all again once the account gets other rights.
 */

#include "store/object.h"

/**
 * privacy_hide() - make of an object what such an account sees
 * @text: owns the text of @ret if that is not the object's; reset before
 * @ret:  borrows the other strings of @record
 *
 * Return: 0, DB_E_CORRUPT if the object cannot be read, negative errno.
 */
int privacy_hide(const ObjectRecord *record, Buffer *text, ObjectRecord *ret);
