#pragma once

/* The names of all reports, and the resources that have them (RFC 3253, 3.1.5). */

#include "dav/propfind.h"
#include "dav/resource.h"

typedef enum ReportIndex {
        REPORT_CALENDAR_MULTIGET,
        REPORT_CALENDAR_QUERY,
        REPORT_FREE_BUSY_QUERY,
        REPORT_ADDRESSBOOK_MULTIGET,
        REPORT_ADDRESSBOOK_QUERY,
        REPORT_SYNC_COLLECTION,
        REPORT_EXPAND_PROPERTY,
        REPORT_ACL_PRINCIPALS,
        REPORT_PRINCIPAL_MATCH,
        REPORT_PRINCIPAL_SEARCH,
        REPORT_PRINCIPAL_SEARCHABLE,
        REPORT_N,
} ReportIndex;

typedef struct ReportName {
        DavName name;
        int kinds; /* DavKind bits */
} ReportName;

extern const ReportName report_names[REPORT_N];
