#pragma once

/* addressbook-query (RFC 6352, 8.6). */

#include "dav/call.h"
#include "dav/report.h"

/** addressbook_query_read() - read CARDDAV:filter, as ReportType.read_child */
int addressbook_query_read(XmlReader *reader, Report *report);

/**
 * addressbook_query_reply() - reply with the cards that match the filter
 *
 * The cards of an address book are in the scope of Depth 1, and those of all books of a home in that of
 * Depth infinity. With Depth 0, the default (8.6), an address book has no cards in scope. If more cards
 * match than the client's limit (8.6.1), the reply has as many, and the status 507 for the resource of the
 * request.
 */
int addressbook_query_reply(DavCall *call, Report *report);
