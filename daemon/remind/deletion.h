#pragma once

/*
 * Deletion of an event of which contacts were told: the event is cancelled first, the contacts get notices
 * of that, and the event is deleted when none of these notices waits (DUE_NOTIFY_DELETE). If the event is
 * changed meanwhile, it stays.
 */

#include "remind/due-source.h"
#include "store/due-index.h"
#include "store/object.h"

/**
 * deletion_go_on() - delete the event, or find when to look again
 * @record: the event, whose fan-out has finished; @entry: its row of the due index
 * @next:   when the event is due otherwise; set to an earlier time if notices wait
 * @ret:    whether the event was deleted, and its row with it
 * Return: 0, a condition of the store, negative errno.
 */
int deletion_go_on(const DueWork *work, const ObjectRecord *record, const DueEntry *entry, usec_t *next,
                bool *ret);
