#pragma once

/*
 * PUT and POST of the members of calendars and address books (RFC 4791, 5.3.2; RFC 6352, 6.3.2; RFC 9110,
 * 9.3.4).
 */

#include "dav/call.h"

/**
 * method_put() - write a member
 *
 * The object is kept byte for byte, or it is refused with the precondition that it does not meet. The rights
 * and the conditions of the request are evaluated in the transaction of the write, so that of two writers
 * with one entity tag only one succeeds. An event is published under the same rules as by `convene`, and
 * contacts hear of its change after the settling time. The reply has the new entity tag.
 */
DavMethod method_put;

/**
 * method_post() - add a member to a calendar or address book (RFC 5995), under a name that is derived from
 * its UID; otherwise as method_put(). The reply has the address of the member in Location.
 */
DavMethod method_post;
