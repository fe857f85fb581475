#pragma once

/* GET and HEAD of the resources below /dav/. */

#include "dav/call.h"

/**
 * method_get() - reply with the bytes of a member as they are stored; for any other resource with the page
 * of the account, which says what it may do
 */
DavMethod method_get;
