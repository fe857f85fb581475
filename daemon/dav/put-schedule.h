#pragma once

/*
 * Scheduling (RFC 6638, 3) of the changes that requests make. Each function is called in the transaction of
 * the change, and returns 0; HTTP_E_REPLIED if it has refused the request; a condition of the store; or
 * negative errno.
 */

#include "dav/put.h"
#include "dav/tree.h"
#include "schedule/schedule.h"

/** put_schedule_store() - as put_store(), and deliver the messages; `is_changed` of the put may be set */
int put_schedule_store(Put *put);

/** put_schedule_delete() - deliver the messages of a deletion, before the member is deleted */
int put_schedule_delete(DavCall *call);

/** put_schedule_delete_all() - the same for all members of a calendar, which is deleted */
int put_schedule_delete_all(DavCall *call);
