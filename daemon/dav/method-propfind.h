#pragma once

/* PROPFIND (RFC 4918, 9.1) on the resources below /dav/. */

#include "dav/call.h"

/**
 * method_propfind() - reply to a PROPFIND
 *
 * Depth must be 0 or 1. Other values, and a request without Depth, which means infinity, get the status 403
 * (9.1).
 */
DavMethod method_propfind;
