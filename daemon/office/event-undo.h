#pragma once

/*
 * Takes back changes of events by pages. What one button has changed is taken back together: an event with
 * its parts. The texts are stored by remind/undo.h.
 */

#include "office/event-edit.h"

/**
 * event_undo_field() - write the field by which a form names the last change of an event, so that a form
 * that is sent twice, or late, takes back nothing else
 */
int event_undo_field(OfficeCall *call, const char *uid);

/**
 * event_undo_change() - take back the change that the form names, in the open transaction
 * @uid: of the event
 *
 * Return: 0; STORE_E_MISMATCH if the event or one of its parts has changed since; OFFICE_E_NOT_FOUND if
 * there is no such change; OFFICE_E_FORBIDDEN; STORE_E_MEETING; another condition of the store, negative
 * errno.
 */
int event_undo_change(EventEdit *edit, const char *uid);

/**
 * event_undo_deletion() - bring back an event that was deleted, with the parts that were deleted with it
 * Return: as event_undo_change().
 */
int event_undo_deletion(EventEdit *edit, const char *uid);
