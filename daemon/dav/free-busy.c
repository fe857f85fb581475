#include "dav/free-busy.h"

#include "calendar/object-times.h"
#include "dav/calendar-query.h"
#include "dav/query-zone.h"
#include "meet/freebusy.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_OK = 200,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        REPLY_MAX_BYTES = 32 * 1024 * 1024,
        TIMES_MAX = 100000, /* in one reply */
        MANY = 2,
};

typedef struct BusyTimes {
        DavCall *call;
        const Report *report;
        QueryZone zone;
        BusyList list;
} BusyTimes;

static void busy_times_done(BusyTimes *times)
{
        query_zone_done(&times->zone);
        busy_done(&times->list);
}

/* Whether an instance is transparent. An override without TRANSP has that of its series. */
static bool is_transparent(const ObjectInstance *instance)
{
        const ContentLine *line = object_node_line(instance->node, "TRANSP", NULL);
        if (!line)
                line = object_node_line(instance->series, "TRANSP", NULL);
        return line && strcasecmp(line->value, "TRANSPARENT") == 0;
}

static int add_instance(const ObjectInstance *instance, void *userdata)
{
        BusyTimes *times = userdata;
        const Busy busy = { .start = instance->start,
                .end = instance->end,
                .kind = BUSY_EVENT,
                .is_tentative = instance->status == EVENT_TENTATIVE };
        if (instance->status == EVENT_CANCELLED || is_transparent(instance))
                return 0;
        return times->list.n == TIMES_MAX ? MANY : busy_add(&times->list, &busy);
}

/* An event of an own calendar may be kept although its times cannot be read. It takes no time. */
static int take_record(const ObjectRecord *record, void *userdata)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *event = NULL;
        BusyTimes *times = userdata;
        const TimeRange range = { times->report->range.from, times->report->range.to };
        int r = object_tree_new(record->text, record->len, &tree);
        if (r == 0)
                r = object_times_new(times->call->zones, tree, times->zone.zone, &event);
        if (r == 0)
                r = object_times_each_event(event, &range, add_instance, times);
        return r == OBJECT_TREE_E_INVALID ? 0 : r;
}

static int take_calendar(const DavView *view, void *userdata)
{
        const BusyTimes *times = userdata;
        const DataRange *range = &times->report->range;
        return object_each_in_span(times->call->store, view->collection.name,
                        1U << OBJECT_EVENT | 1U << OBJECT_OWN_EVENT, range->from - USEC_PER_DAY,
                        range->to + USEC_PER_DAY, take_record, userdata);
}

static int write_reply(BusyTimes *times)
{
        static const HttpHeader headers[] = { { "DAV", DAV_CLASSES }, { "Cache-Control", "no-store" },
                { NULL, NULL } };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(REPLY_MAX_BYTES);
        const DavCall *call = times->call;
        const DavResource *resource = &call->view.resource;
        int r = freebusy_write(&times->list,
                        resource->collection[0] ? resource->collection : resource->account,
                        times->report->range.from, times->report->range.to, clock_now(call->clock), &out);
        const HttpReply reply = { .status = STATUS_OK,
                .headers = headers,
                .content_type = "text/calendar; charset=utf-8",
                .bytes = buffer_text(&out),
                .len = out.len };
        return r != 0 ? r : http_reply_send(call->request, &reply);
}

int free_busy_reply(DavCall *call, Report *report)
{
        CLEANUP(busy_times_done) BusyTimes times = { .call = call, .report = report };
        if (!report->range.is_set)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        int r = query_zone_init(call, report, &times.zone);
        if (r != 0)
                return r > 0 ? query_zone_refuse(call, r) : r;
        r = call->view.resource.kind == DAV_CALENDAR
                            ? take_calendar(&call->view, &times)
                            : calendar_query_each(call, report, take_calendar, &times);
        if (r == MANY)
                return dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                                "D:number-of-matches-within-limits", NULL, NULL);
        return r != 0 ? r : write_reply(&times);
}
