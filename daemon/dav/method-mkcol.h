#pragma once

#include "dav/call.h"

/**
 * method_mkcalendar() - make a calendar in the account's home (RFC 4791, 5.3.1)
 * method_mkcol() - make a calendar or an address book (RFC 5689); without content, what the home is for
 *
 * The client chooses the last part of the path. The collection belongs to the account and is private to it
 * (store/collection.h). A calendar takes the components of supported-calendar-component-set; without this
 * property, events, tasks and journal entries.
 */
DavMethod method_mkcalendar, method_mkcol;
