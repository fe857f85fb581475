#pragma once

/* DELETE (RFC 4918, 9.6). */

#include "dav/call.h"

/**
 * method_delete() - delete a member of a calendar or address book; leaves a tombstone. The rights and the
 * conditions of the request are evaluated in the transaction of the deletion.
 */
DavMethod method_delete;
