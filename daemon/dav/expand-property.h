#pragma once

/*
 * expand-property (RFC 3253, 3.8): properties, in which addresses are replaced by the properties of the
 * resource there.
 */

#include "dav/call.h"
#include "dav/report.h"

/** expand_property_read() - read an element `property`, with the ones in it; a ReportType.read_child */
int expand_property_read(XmlReader *reader, Report *report);

/**
 * expand_property_reply() - reply for the resource and, with Depth 1, for its members
 *
 * An address of a resource that the account does not see stays as it is. More than EXPAND_MAX resources get
 * the status 403 with number-of-matches-within-limits.
 */
int expand_property_reply(DavCall *call, Report *report);

enum { EXPAND_MAX = 10000 };
