#pragma once

/*
 * Deletion of an event of which contacts were told, also if it is a draft now: an event is cancelled
 * first, the contacts get notices of that, and it is deleted when none of these notices waits
 * (due_notify_deletes()). If it is changed meanwhile, it stays.
 */

#include "calendar/zone.h"
#include "remind/due-source.h"
#include "store/due-index.h"
#include "store/object.h"

/**
 * deletion_begin() - delete an object of the office or, if contacts are to hear of that, cancel it
 * @fallback:  the time zone of dates without one
 * @notify:    DUE_NOTIFY_DELETE or DUE_NOTIFY_DELETE_SETTLED
 * @tells_all: whether all who are listed are to hear of it (notice_tell_all()), also if nobody was told
 * @ret_waits: whether the object stays, an event cancelled, until contacts have heard that it is off
 *
 * Contacts hear of the deletion of an event of which they are to hear and that has not ended, unless the
 * office has an event with the same UID in another collection: then the event has only moved.
 * Return: 0, STORE_E_MEETING, another condition of the store, negative errno.
 */
int deletion_begin(Store *store, const Zone *fallback, const ObjectRecord *record, DueNotify notify,
                bool tells_all, usec_t now, bool *ret_waits);

/**
 * deletion_go_on() - delete the event, or find when to look again
 * @record: the event, whose fan-out has finished; @entry: its row of the due index
 * @next:   when the event is due otherwise; set to an earlier time if notices wait
 * @ret:    whether the event was deleted, and its row with it
 * Return: 0, a condition of the store, negative errno.
 */
int deletion_go_on(const DueWork *work, const ObjectRecord *record, const DueEntry *entry, usec_t *next,
                bool *ret);
