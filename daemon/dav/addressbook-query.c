#include "dav/addressbook-query.h"

#include "dav/card-filter-read.h"
#include "dav/member-data.h"
#include "dav/multistatus.h"
#include "dav/tree.h"

#include <string.h>

enum { STATUS_FORBIDDEN = 403, CUT = 1 };

typedef struct BookQuery {
        DavCall *call;
        const Report *report;
        const CardFilter *filter;
        int64_t n;    /* of responses */
        DavView view; /* of the card that is looked at */
        MemberData data;
        Multistatus out;
} BookQuery;

static void query_done(BookQuery *query)
{
        member_data_done(&query->data);
        multistatus_done(&query->out);
}

int addressbook_query_read(XmlReader *reader, Report *report)
{
        CardFilter *filter = NULL;
        if (!xml_is(reader, XML_CARDDAV, "filter"))
                return 0;
        report->refused = "R:supported-filter";
        int r = report->own ? FILTER_E_INVALID : card_filter_read(reader, &report->find.arena, &filter);
        if (r == FILTER_E_COLLATION)
                report->refused = "R:supported-collation";
        else if (r != FILTER_E_UNSUPPORTED && r != FILTER_E_INVALID && r != 0)
                return r;
        report->own = filter;
        return r == 0 ? 0 : REPORT_E_REFUSED;
}

static int take_record(const ObjectRecord *record, void *userdata)
{
        BookQuery *query = userdata;
        DavMember member = member_of_record(record, false);
        bool matches;
        if (dav_is_over_time(query->call))
                return CUT;
        int r = card_filter_matches(query->filter, record->text, record->len, &matches);
        /* A damaged store can hold a name that no address can have; hidden objects are events. */
        if (r != 0 || !matches || !dav_name_is_valid(record->resource, strlen(record->resource)))
                return r;
        if (query->report->limit >= 0 && query->n >= query->report->limit)
                return CUT;
        query->n++;
        if (query->data.data->is_wanted)
                r = member_data_make(&query->data, &member);
        if (r != 0)
                return r;
        strcpy(query->view.resource.member, record->resource);
        query->view.member = member;
        return multistatus_add(&query->out, &query->view, &query->report->find);
}

static int search_book(const DavView *view, void *userdata)
{
        BookQuery *query = userdata;
        query->view = *view;
        query->view.resource.kind = DAV_CARD;
        query->view.data = query->data.data;
        return object_each_in_span(query->call->store, view->collection.name, view->kinds, INT64_MIN,
                        USEC_INFINITY, take_record, query);
}

/* Looks at one card, which is the resource of the request. */
static int search_card(BookQuery *query)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        query->view = query->call->view;
        query->view.data = query->data.data;
        int r = tree_read_member(query->call->store, &query->view, &record);
        return r == 0 ? take_record(record, query) : r;
}

static int search(BookQuery *query)
{
        DavCall *call = query->call;
        if (call->view.resource.kind == DAV_CARD)
                return search_card(query);
        if (call->view.resource.kind == DAV_ADDRESSBOOK)
                return query->report->depth == 0 ? 0 : search_book(&call->view, query);
        return query->report->depth == REPORT_DEPTH_INFINITY
                               ? tree_each_member(call->store, &call->view, search_book, query)
                               : 0;
}

int addressbook_query_reply(DavCall *call, Report *report)
{
        CLEANUP(query_done)
        BookQuery query = { .call = call, .report = report, .filter = report->own, .out = MULTISTATUS_INIT };
        if (!query.filter)
                return dav_reply_precondition(
                                call->request, STATUS_FORBIDDEN, "R:supported-filter", NULL, NULL);
        member_data_init(&query.data, &report->find.data, call->zones, call->config->time_zone,
                        call->work_end);
        multistatus_begin(&query.out, call->request, call->store);
        int r = search(&query);
        if (r == CUT || r == MEMBER_DATA_E_MANY)
                r = multistatus_add_cut(&query.out, &call->view);
        return r != 0 ? r : multistatus_reply(&query.out);
}
