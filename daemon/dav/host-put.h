#pragma once

/*
 * Changes by clients in the calendar of meetings of a host (meet/host-calendar.h). Each function is called
 * in the transaction of the change, and returns 0; HTTP_E_REPLIED if it has refused the request; a condition
 * of the store; or negative errno.
 */

#include "dav/put.h"

/** host_put_is_host() - whether the collection of a view is a calendar of meetings */
bool host_put_is_host(const DavView *view);

/** host_put_store() - make the step of the meeting, and store the copy; `is_changed` may be set */
int host_put_store(Put *put);

/** host_put_delete() - cancel or decline the meeting, unless the client sends `Schedule-Reply: F` */
int host_put_delete(DavCall *call);

/**
 * host_put_refuse_transport() - refuse a MOVE from a calendar of meetings, and a MOVE or COPY into it:
 * only the office adds members. Without a calendar of meetings it does nothing.
 */
int host_put_refuse_transport(DavCall *from, bool moves, const DavView *to);
