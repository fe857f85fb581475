#pragma once

/*
 * /events.atom: the latest additions and changes, for feed readers (RFC 4287). A handler, with the Site as
 * userdata.
 */

#include "http/request.h"

/**
 * atom_on_feed() - reply with the events that were changed last, the latest change first, in the reader's
 * language. The id of an entry is the address of its event's page.
 */
int atom_on_feed(HttpRequest *request, const char *rest, void *userdata);
