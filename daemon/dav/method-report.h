#pragma once

/* REPORT (RFC 3253, 3.6): finds the report in the table of all reports, and runs it. */

#include "dav/call.h"

/**
 * method_report() - reply to a REPORT
 *
 * A report that is unknown, or that the resource does not have, gets the status 403 with supported-report.
 * All of a reply is read from one state of the store.
 */
DavMethod method_report;
