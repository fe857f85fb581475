#pragma once

/* GET and HEAD of the resources below /dav/. */

#include "dav/call.h"

/** method_get() - reply with the page of the account at /dav/, which says what it may do */
DavMethod method_get;
