#pragma once

#include "dav/call.h"

/**
 * method_move() - move or rename a member of a calendar or address book (RFC 4918, 9.9)
 * method_copy() - copy it to another collection (9.8)
 *
 * The object must be one that a PUT to the destination could have, and its UID must be free there (RFC 4791,
 * 5.3.2.1), so that a copy in the same collection is refused. Properties that clients have set go with it.
 * An event that moves from a calendar of an account to one of the office becomes public, and the other way
 * round it is withdrawn. Collections are not moved or copied: 403.
 */
DavMethod method_move, method_copy;
