#include "dav/free-busy.h"

#include "base/clock.h"
#include "calendar/object-times.h"
#include "dav/calendar-query.h"
#include "dav/query-zone.h"
#include "meet/freebusy.h"
#include "schedule/user.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_OK = 200,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        REPLY_MAX_BYTES = 32 * 1024 * 1024,
        INSTANCES_BETWEEN_CLOCKS = 1024,
};

typedef struct FreeBusyReport {
        DavCall *call;
        const Report *report;
        QueryZone zone;
        FreeBusyTimes times;
} FreeBusyReport;

static void query_done(FreeBusyReport *query)
{
        query_zone_done(&query->zone);
        busy_done(&query->times.list);
}

/* Whether an instance is transparent. An override without TRANSP has that of its series. */
static bool is_transparent(const ObjectInstance *instance)
{
        const ContentLine *line = object_node_line(instance->node, "TRANSP", NULL);
        if (!line)
                line = object_node_line(instance->series, "TRANSP", NULL);
        return line && strcasecmp(line->value, "TRANSPARENT") == 0;
}

/* The answer of the account in an instance: "" if it takes no part. */
static const char *answer_of(const FreeBusyTimes *times, const ObjectInstance *instance)
{
        const ContentLine *line = times->login ? object_node_line(instance->node, "ATTENDEE", NULL) : NULL;
        while (line && !schedule_is_address(times->config, times->login, times->mail, line->value))
                line = object_node_line(instance->node, "ATTENDEE", line);
        const char *answer = line ? content_line_param(line, "PARTSTAT") : "";
        return answer ? answer : "NEEDS-ACTION";
}

/* An endless series may have millions of instances that take no time. */
static bool is_over_time(FreeBusyTimes *times)
{
        return ++times->n_instances % INSTANCES_BETWEEN_CLOCKS == 0 && clock_of_thread() > times->work_end;
}

static int add_instance(const ObjectInstance *instance, void *userdata)
{
        FreeBusyTimes *times = userdata;
        if (is_over_time(times))
                return FREE_BUSY_E_MANY;
        const char *answer = answer_of(times, instance);
        const Busy busy = { .start = instance->start,
                .end = instance->end,
                .kind = BUSY_EVENT,
                .is_tentative = instance->status == EVENT_TENTATIVE ||
                                strcasecmp(answer, "TENTATIVE") == 0 ||
                                strcasecmp(answer, "NEEDS-ACTION") == 0 };
        if (instance->status == EVENT_CANCELLED || is_transparent(instance) ||
                        strcasecmp(answer, "DECLINED") == 0)
                return 0;
        return times->list.n == FREE_BUSY_TIMES_MAX ? FREE_BUSY_E_MANY : busy_add(&times->list, &busy);
}

/* An event of an own calendar may be kept although its times cannot be read. It takes no time. */
static int take_record(const ObjectRecord *record, void *userdata)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *event = NULL;
        FreeBusyTimes *times = userdata;
        if (times->masked && strcmp(record->uid, times->masked) == 0)
                return 0;
        if (clock_of_thread() > times->work_end)
                return FREE_BUSY_E_MANY;
        int r = object_tree_new(record->text, record->len, &tree);
        if (r == 0)
                r = object_times_new(times->zones, tree, times->zone, &event);
        if (r == 0)
                r = object_times_each_event(event, &times->range, add_instance, times);
        return r == OBJECT_TREE_E_INVALID ? 0 : r;
}

int free_busy_add(FreeBusyTimes *times, const char *collection)
{
        return object_each_in_span(times->store, collection, 1U << OBJECT_EVENT | 1U << OBJECT_OWN_EVENT,
                        times->range.from - USEC_PER_DAY, times->range.to + USEC_PER_DAY, take_record,
                        times);
}

static int take_calendar(const DavView *view, void *userdata)
{
        return view->is_drafts ? 0 : free_busy_add(userdata, view->collection.name);
}

static int write_reply(const FreeBusyReport *query)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(REPLY_MAX_BYTES);
        const DavCall *call = query->call;
        const HttpHeader headers[] = { { "DAV", dav_classes(call->config) }, { "Cache-Control", "no-store" },
                { NULL, NULL } };
        const DavResource *resource = &call->view.resource;
        int r = freebusy_write(&query->times.list,
                        resource->collection[0] ? resource->collection : resource->account,
                        query->times.range.from, query->times.range.to, clock_now(call->clock), &out);
        const HttpReply reply = { .status = STATUS_OK,
                .headers = headers,
                .content_type = "text/calendar; charset=utf-8",
                .bytes = buffer_text(&out),
                .len = out.len };
        return r != 0 ? r : http_reply_send(call->request, &reply);
}

int free_busy_reply(DavCall *call, Report *report)
{
        CLEANUP(query_done) FreeBusyReport query = { .call = call, .report = report };
        if (!report->range.is_set)
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        int r = query_zone_init(call, report, &query.zone);
        if (r != 0)
                return r > 0 ? query_zone_refuse(call, r) : r;
        FreeBusyTimes *times = &query.times;
        times->store = call->store;
        times->zones = call->zones;
        times->zone = query.zone.zone;
        times->work_end = call->work_end;
        times->range = (TimeRange){ report->range.from, report->range.to };
        r = call->view.resource.kind == DAV_CALENDAR
                            ? take_calendar(&call->view, times)
                            : calendar_query_each(call, report, take_calendar, times);
        if (r == FREE_BUSY_E_MANY)
                return dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                                "D:number-of-matches-within-limits", NULL, NULL);
        return r != 0 ? r : write_reply(&query);
}
