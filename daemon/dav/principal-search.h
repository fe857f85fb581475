#pragma once

/*
 * The reports on principals (RFC 3744, 9): acl-principal-prop-set, principal-match,
 * principal-property-search and principal-search-property-set. An account sees only its own principal.
 */

#include "dav/call.h"
#include "dav/report.h"

/** principal_match_read(), principal_search_read() - each a ReportType.read_child */
int principal_match_read(XmlReader *reader, Report *report);
int principal_search_read(XmlReader *reader, Report *report);

/** principal_acl_reply() - reply with the principal, which is the only one in each list (9.2) */
int principal_acl_reply(DavCall *call, Report *report);

/** principal_match_reply() - reply with the principal, or with the members whose property names it (9.3) */
int principal_match_reply(DavCall *call, Report *report);

/**
 * principal_search_reply() - reply with the principals whose properties contain the texts (9.4). Letters of
 * either case are equal.
 */
int principal_search_reply(DavCall *call, Report *report);

/** principal_searchable_reply() - reply with the properties that can be searched (9.5) */
int principal_searchable_reply(DavCall *call, Report *report);
