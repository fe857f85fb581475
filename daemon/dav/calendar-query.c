/*
 * The candidates come from the store by what the filter says of their kind and time, and then the filter is
 * evaluated on their texts. Spans in the store are computed in the zone of the office, and a query may give
 * another one for dates and floating times, so a range is wider for the store than for the filter.
 */

#include "dav/calendar-query.h"

#include "calendar/object-mask.h"
#include "dav/calendar-filter-read.h"
#include "dav/member-data.h"
#include "dav/multistatus.h"
#include "dav/privacy.h"
#include "dav/query-zone.h"
#include "dav/tree.h"
#include "store/object-head.h"

#include <errno.h>
#include <string.h>

enum { STATUS_FORBIDDEN = 403, QUICK_TOGETHER = 64 };

typedef struct Query {
        DavCall *call;
        const Report *report;
        const FilterComponent *filter;
        FilterScope scope;
        QueryZone zone;
        DavView view; /* of the member that is looked at */
        MemberData data;
        Buffer masked; /* the text of the member, if it is another one than that of the object */
        Multistatus out;
        unsigned n_quick; /* members that matched at once */
} Query;

static void query_done(Query *query)
{
        query_zone_done(&query->zone);
        member_data_done(&query->data);
        buffer_done(&query->masked);
        multistatus_done(&query->out);
}

int calendar_query_read(XmlReader *reader, Report *report)
{
        const FilterComponent *filter = NULL;
        if (!xml_is(reader, XML_CALDAV, "filter"))
                return 0;
        report->refused = "C:valid-filter";
        if (report->own)
                return REPORT_E_REFUSED;
        int r = calendar_filter_read(reader, &report->find.arena, &filter, &report->fault);
        if (r == CALENDAR_FILTER_E_UNSUPPORTED)
                report->refused = "C:supported-filter";
        else if (r == CALENDAR_FILTER_E_COLLATION)
                report->refused = "C:supported-collation";
        else if (r != CALENDAR_FILTER_E_INVALID && r != 0)
                return r;
        report->own = (void *)filter;
        return r == 0 ? 0 : REPORT_E_REFUSED;
}

static int add_response(Query *query)
{
        return multistatus_add(&query->out, &query->view, &query->report->find);
}

static bool set_member(Query *query, const char *resource, const DavMember *member)
{
        /* A hidden event has a name that no address can have (store/object-hide.h). */
        if (!dav_name_is_valid(resource, strlen(resource)))
                return false;
        strcpy(query->view.resource.member, resource);
        query->view.member = *member;
        return true;
}

/* Whether the filter matches without a look at the times in the text. */
static bool matches_at_once(const Query *query, const ObjectRecord *record)
{
        if (record->kind == OBJECT_MESSAGE)
                return false;
        return query->scope.is_exact || calendar_filter_is_inside(&query->scope, record->start, record->end,
                                                        record->text, record->len);
}

/*
 * Whether the report has taken the time that it may take. The clock is a system call, so it is not read for
 * each of the objects whose text is not parsed.
 */
static bool is_over_time(Query *query, bool is_quick)
{
        bool is_skipped = is_quick && ++query->n_quick % QUICK_TOGETHER != 0;
        return !is_skipped && dav_is_over_time(query->call);
}

static int take_seen(Query *query, const ObjectRecord *record)
{
        DavMember member = member_of_record(record, query->view.is_masked);
        bool matches = matches_at_once(query, record);
        if (is_over_time(query, matches))
                return MEMBER_DATA_E_MANY;
        int r = matches ? 0
                        : calendar_filter_matches(query->filter, query->call->zones, query->zone.zone,
                                          record->text, record->len, &matches);
        if (r != 0 || !matches)
                return r;
        if (query->data.data->is_wanted)
                r = member_data_make(&query->data, &member);
        return r != 0 || !set_member(query, record->resource, &member) ? r : add_response(query);
}

static int take_record(const ObjectRecord *record, void *userdata)
{
        Query *query = userdata;
        ObjectRecord seen = *record;
        /* Each object of a masked calendar is parsed, also one that then matches at once. */
        if (query->view.is_masked && dav_is_over_time(query->call))
                return MEMBER_DATA_E_MANY;
        int r = query->view.is_masked ? privacy_hide(record, &query->masked, &seen) : 0;
        return r != 0 ? r : take_seen(query, &seen);
}

/* Takes an object that is known to match, and whose text is not wanted. */
static int take_head(const ObjectHead *head, void *userdata)
{
        Query *query = userdata;
        const DavMember member = member_of_head(head, query->view.is_masked);
        if (!(query->scope.kinds & query->view.kinds & 1U << head->kind) ||
                        !set_member(query, head->resource, &member))
                return 0;
        return add_response(query);
}

static usec_t wider(usec_t limit, usec_t by)
{
        return limit == INT64_MIN || limit == USEC_INFINITY ? limit : limit + by;
}

static int search_calendar(const DavView *view, void *userdata)
{
        Query *query = userdata;
        const DataRange *range = &query->scope.range;
        bool is_inbox = view->resource.kind == DAV_INBOX; /* whose messages have any component */
        query->view = *view;
        query->view.resource.kind = dav_member_kind(view->resource.kind);
        query->view.data = query->data.data;
        if (query->scope.is_exact && !query->data.data->is_wanted && !is_inbox)
                return object_head_each(query->call->store, view->collection.name, take_head, query);
        return object_each_in_span(query->call->store, view->collection.name,
                        is_inbox ? view->kinds : query->scope.kinds & view->kinds,
                        range->is_set ? wider(range->from, -FILTER_ZONES_APART) : INT64_MIN,
                        range->is_set ? wider(range->to, FILTER_ZONES_APART) : USEC_INFINITY, take_record,
                        query);
}

/* Looks at one member, which is the resource of the request. */
static int search_member(Query *query)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        query->view = query->call->view;
        query->view.data = query->data.data;
        int r = tree_read_member(query->call->store, &query->view, &record);
        if (r == 0 && (record->kind == OBJECT_MESSAGE || query->scope.kinds & 1U << record->kind))
                r = take_record(record, query);
        return r;
}

/* A walk over the calendars of a home. */
typedef struct HomeWalk {
        int (*on_view)(const DavView *view, void *userdata);
        void *userdata;
} HomeWalk;

static int take_calendar(const DavView *view, void *userdata)
{
        const HomeWalk *walk = userdata;
        return view->resource.kind == DAV_CALENDAR ? walk->on_view(view, walk->userdata) : 0;
}

int calendar_query_each(DavCall *call, const Report *report,
                int (*on_view)(const DavView *view, void *userdata), void *userdata)
{
        if (call->view.resource.kind & (DAV_CALENDAR | DAV_INBOX))
                return report->depth == 0 ? 0 : on_view(&call->view, userdata);
        if (report->depth != REPORT_DEPTH_INFINITY)
                return 0;
        HomeWalk walk = { on_view, userdata };
        return tree_each_member(call->store, &call->view, take_calendar, &walk);
}

static int search(Query *query)
{
        multistatus_begin(&query->out, query->call->request, query->call->store);
        int r = query->call->view.resource.kind & DAV_MEMBERS
                                ? search_member(query)
                                : calendar_query_each(query->call, query->report, search_calendar, query);
        if (r == MEMBER_DATA_E_MANY)
                return dav_reply_precondition(query->call->request, STATUS_FORBIDDEN,
                                "D:number-of-matches-within-limits", NULL, NULL);
        return r != 0 ? r : multistatus_reply(&query->out);
}

int calendar_query_reply(DavCall *call, Report *report)
{
        CLEANUP(query_done)
        Query query = { .call = call,
                .report = report,
                .filter = report->own,
                .masked = BUFFER_INIT(OBJECT_MASK_MAX_BYTES),
                .out = MULTISTATUS_INIT };
        if (!query.filter)
                return dav_reply_precondition(call->request, STATUS_FORBIDDEN, "C:valid-filter", NULL, NULL);
        int r = query_zone_init(call, report, &query.zone);
        if (r != 0)
                return r > 0 ? query_zone_refuse(call, r) : r;
        query.scope = calendar_filter_scope(query.filter);
        member_data_init(&query.data, &report->find.data, call->zones, query.zone.zone, call->work_end);
        return search(&query);
}
