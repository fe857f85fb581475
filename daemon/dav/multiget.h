#pragma once

/* calendar-multiget (RFC 4791, 7.9) and addressbook-multiget (RFC 6352, 8.7). */

#include "dav/call.h"
#include "dav/report.h"

/**
 * multiget_reply() - reply with a response for each address of the request, in its order
 *
 * An address of no resource, of none that the account sees, and of none below the resource of the request
 * gets the status 404.
 */
int multiget_reply(DavCall *call, Report *report);
