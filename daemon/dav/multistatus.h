#pragma once

/* The reply to a PROPFIND: a multistatus with a response for each resource (RFC 4918, 13). */

#include "dav/properties.h"

/** The value of the field DAV (RFC 4918, 10.1): what is implemented below /dav/ */
#define DAV_CLASSES "1, 3"

enum { MULTISTATUS_MAX_BYTES = 4 * 1024 * 1024 };

void multistatus_begin(Buffer *out);
/** multistatus_add() - append the response of a resource with what @propfind asks for */
void multistatus_add(const DavView *view, const Propfind *propfind, Buffer *out);
void multistatus_end(Buffer *out);
