#pragma once

/*
 * The steps of the tasks of store/change-task.h. The source of due events takes them before it derives the
 * reminders and notices of the event, in the same transactions: a contact whose task is not done gets no
 * notice before it is.
 */

#include "remind/due-source.h"
#include "store/object.h"

/**
 * change_step() - do the next step of the tasks of an event, for one batch of contacts, in the current
 * transaction
 * @record: the event as it is stored now
 * @ret:    whether there was a step to do, also on failure; if so, the event stays due
 *
 * Return: 0, a condition of the store, negative errno.
 */
int change_step(const DueWork *work, const ObjectRecord *record, bool *ret);
