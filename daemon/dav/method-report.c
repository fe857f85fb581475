#include "dav/method-report.h"

#include "dav/addressbook-query.h"
#include "dav/calendar-query.h"
#include "dav/expand-property.h"
#include "dav/free-busy.h"
#include "dav/member-data.h"
#include "dav/multiget.h"
#include "dav/principal-search.h"
#include "dav/report.h"
#include "dav/sync-collection.h"
#include "dav/tree.h"

#include <errno.h>
#include <string.h>

enum {
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
};

/* All reports. */
static const ReportType types[] = {
        { &report_names[REPORT_CALENDAR_MULTIGET], NULL, multiget_reply },
        { &report_names[REPORT_CALENDAR_QUERY], calendar_query_read, calendar_query_reply },
        { &report_names[REPORT_FREE_BUSY_QUERY], NULL, free_busy_reply },
        { &report_names[REPORT_ADDRESSBOOK_MULTIGET], NULL, multiget_reply },
        { &report_names[REPORT_ADDRESSBOOK_QUERY], addressbook_query_read, addressbook_query_reply },
        { &report_names[REPORT_SYNC_COLLECTION], NULL, sync_collection_reply },
        { &report_names[REPORT_EXPAND_PROPERTY], expand_property_read, expand_property_reply },
        { &report_names[REPORT_ACL_PRINCIPALS], NULL, principal_acl_reply },
        { &report_names[REPORT_PRINCIPAL_MATCH], principal_match_read, principal_match_reply },
        { &report_names[REPORT_PRINCIPAL_SEARCH], principal_search_read, principal_search_reply },
        { &report_names[REPORT_PRINCIPAL_SEARCHABLE], NULL, principal_searchable_reply },
        { NULL, NULL, NULL },
};

static int refuse(HttpRequest *request, const char *precondition)
{
        return dav_reply_precondition(request, STATUS_FORBIDDEN, precondition, NULL, NULL);
}

/* Whether a report wants calendar-data, or address-data, of an unsupported media type or version. */
static bool lacks_media_type(const Report *report, bool is_card)
{
        return report->find.data.is_wanted && !member_data_is_supported(&report->find.data, is_card);
}

/* Finds the resource, and runs the report, in one transaction. */
static int run(DavCall *call, Report *report)
{
        bool is_card = call->view.resource.kind & (DAV_ADDRESSBOOKS | DAV_ADDRESSBOOK | DAV_CARD);
        int r = dav_begin_read(call->store);
        if (r == 0)
                r = tree_find(call->store, &call->view);
        if (r == STORE_E_NOT_FOUND)
                r = http_reply_error(call->request, STATUS_NOT_FOUND, NULL);
        else if (r == 0 && !(report->type->name->kinds & (int)call->view.resource.kind))
                r = refuse(call->request, "D:supported-report");
        else if (r == 0 && lacks_media_type(report, is_card))
                r = refuse(call->request,
                                is_card ? "R:supported-address-data" : "C:supported-calendar-data");
        else if (r == 0)
                r = report->type->reply(call, report);
        return r;
}

int method_report(DavCall *call)
{
        CLEANUP(report_done) Report report = { .n_hrefs = 0 };
        HttpRequest *request = call->request;
        size_t len;
        const char *content = http_request_content(request, &len);
        if (!call->view.resource.kind)
                return http_reply_error(request, STATUS_NOT_FOUND, NULL);
        switch (report_read(types, content, len, http_request_header(request, "Depth"), &report)) {
        case 0:
                return run(call, &report);
        case REPORT_E_UNKNOWN:
                return refuse(request, "D:supported-report");
        case REPORT_E_REFUSED:
                return dav_reply_precondition(request, STATUS_FORBIDDEN, report.refused, report.fault, NULL);
        case -ENOMEM:
                return -ENOMEM;
        default:
                return http_reply_error(request, STATUS_BAD_REQUEST, NULL);
        }
}
