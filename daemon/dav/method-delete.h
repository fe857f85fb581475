#pragma once

/* DELETE (RFC 4918, 9.6). */

#include "dav/call.h"

/**
 * method_delete() - delete a member of a calendar or address book, which leaves a tombstone, or a collection
 * of the account, which goes to the trash (store/trash.h); collections of others are refused with 403. The
 * rights and the conditions of the request are evaluated in the transaction of the deletion.
 */
DavMethod method_delete;
