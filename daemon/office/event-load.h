#pragma once

/* Reads an event, or a draft, for the pages of the office. */

#include "calendar/event.h"
#include "office/call.h"
#include "store/object.h"

/**
 * event_load_record() - find an event or a draft, whatever the account may do with it
 * Return: 0, OFFICE_E_NOT_FOUND, a condition of the store, negative errno.
 */
int event_load_record(const OfficeCall *call, const char *uid, ObjectRecord **ret);

/**
 * event_load() - read an event or a draft that the account may read
 * Return: 0, EVENT_E_INVALID, OFFICE_E_NOT_FOUND, OFFICE_E_FORBIDDEN, a condition of the store, negative
 * errno.
 */
int event_load(const OfficeCall *call, const char *uid, ObjectRecord **ret_record, Event **ret);
