#pragma once

/*
 * Events that are deleted for calendar programs, but stay until contacts have heard of that
 * (remind/deletion.h). Such an event is hidden: it has a name that no WebDAV address can have. Its old name
 * has a tombstone and is free, and a write with its UID takes the event back.
 */

#include "store/object.h"

/**
 * object_hide() - give an event of the office a name that hides it. Return: as object_move()
 */
int object_hide(Store *store, const ObjectRecord *record, usec_t now);

/** object_is_hidden() - whether an object has such a name */
bool object_is_hidden(const ObjectRecord *record);

/**
 * object_unhide() - make way for a write of an event that has the UID of a hidden one
 * @kept: the object that is replaced; NULL for none
 * @record: the new one, with its collection
 *
 * A hidden event that is replaced gets the name that the write has. Another one is deleted if it is in the
 * same collection, or if the new object is no draft: then the event goes on. A refusal has written nothing.
 * Return: 0, also if no such event is hidden; STORE_E_CONFLICT if the name is taken; another condition of
 * the store, negative errno.
 */
int object_unhide(Store *store, const ObjectPut *put, const ObjectRecord *kept, const ObjectRecord *record);

/** object_is_elsewhere() - whether the office has an event with the same UID in another collection */
int object_is_elsewhere(Store *store, const ObjectRecord *record, bool *ret);
