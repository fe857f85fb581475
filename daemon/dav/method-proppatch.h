#pragma once

#include "dav/call.h"

/**
 * method_proppatch() - set and remove properties (RFC 4918, 9.2)
 *
 * An account may do so for every resource that it sees, unless its app password may only read: what it sets
 * in collections of others is for itself (store/property.h). The limits are those of store/property.h.
 */
DavMethod method_proppatch;
