#pragma once

/* GET and HEAD of the resources below /dav/. */

#include "dav/call.h"

/**
 * method_get() - reply with the bytes of a member as they are stored; for any other resource with the page
 * of the account, which says what it may do
 */
DavMethod method_get;

/**
 * method_get_refuse() - reply 412 with the member as GET sends it (RFC 8144, 3.2)
 *
 * Return: as http_reply_send(), or a condition of the store.
 */
int method_get_refuse(DavCall *call);
