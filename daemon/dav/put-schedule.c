#include "dav/put-schedule.h"

#include "dav/home.h"
#include "dav/host-put.h"
#include "dav/target.h"

#include <string.h>
#include <strings.h>

enum { STATUS_FORBIDDEN = 403, HREF_MAX_BYTES = 4096 };

static const struct {
        int condition;
        const char *element;
} preconditions[] = {
        { SCHEDULE_E_SAME_ORGANIZER, "C:same-organizer-in-all-components" },
        { SCHEDULE_E_ORGANIZER, "C:allowed-organizer-scheduling-object-change" },
        { SCHEDULE_E_ATTENDEE, "C:allowed-attendee-scheduling-object-change" },
        { SCHEDULE_E_NOT_UNIQUE, "C:unique-scheduling-object-resource" },
        { SCHEDULE_E_MANY, "C:max-attendees-per-instance" },
};

/*
 * Finds where a calendar is in the home of the account.
 * Return: 0; STORE_E_NOT_FOUND: the account does not see it; another condition, negative errno.
 */
static int find_in_home(const DavCall *call, const char *name, DavResource *ret)
{
        Collection collection;
        AccountAccess access = ACCOUNT_NO_ACCESS;
        Account account;
        const char *login = call->view.login->name;
        int r = collection_get(call->store, name, &collection);
        if (r == 0)
                r = account_get(call->store, login, &account);
        if (r != 0)
                return r;
        r = account_access_to(call->store, &account, &collection, &access);
        explicit_bzero(account.password, sizeof(account.password));
        if (r == 0 && access == ACCOUNT_NO_ACCESS)
                r = STORE_E_NOT_FOUND;
        strcpy(ret->account, login);
        return r != 0 ? r : home_segment(call->store, login, &collection, ret->collection);
}

/*
 * The element of a UID that is taken has the address of the other object (RFC 6638, 3.2.4.1), if the account
 * sees it. It may be in any calendar of the owner, who can be another account.
 */
static int write_other(const Put *put, const ScheduleWork *work, Buffer *out)
{
        ScheduledPlace place;
        const DavCall *call = put->call;
        DavResource resource = { .kind = DAV_CALENDAR_OBJECT };
        int r = scheduled_other(work->store, call->view.collection.owner, checked_object_uid(&put->object),
                        call->view.collection.name, call->view.resource.member, &place);
        if (r == 0)
                r = find_in_home(call, place.collection, &resource);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (dav_name_is_valid(place.resource, strlen(place.resource)))
                strcpy(resource.member, place.resource);
        buffer_puts(out, "<D:href>");
        dav_resource_href(&resource, call->view.prefix, out);
        buffer_puts(out, "</D:href>");
        return 0;
}

/* Replies to a change that is not allowed; other results are returned. */
static int refuse(const Put *put, const ScheduleWork *work, int r)
{
        CLEANUP(buffer_done) Buffer other = BUFFER_INIT(HREF_MAX_BYTES);
        if (r == SCHEDULE_E_NOT_UNIQUE) {
                int error = write_other(put, work, &other);
                if (error != 0)
                        return error;
        }
        for (size_t i = 0; i < sizeof(preconditions) / sizeof(preconditions[0]); i++)
                if (preconditions[i].condition == r)
                        return target_replied(dav_reply_precondition(put->call->request, STATUS_FORBIDDEN,
                                        preconditions[i].element, other.len > 0 ? buffer_text(&other) : NULL,
                                        NULL));
        return r;
}

/* Puts the text that scheduling has made in place of that of the client. */
static int take_text(Put *put, const Schedule *schedule)
{
        size_t len;
        const char *text = schedule_text(schedule, &len);
        return text ? put_take_text(put, text, len) : 0;
}

static int begin(Put *put, const ScheduleWork *work, const ObjectRecord *old, Schedule **ret)
{
        CLEANUP(schedule_freep) Schedule *schedule = NULL;
        const DavView *view = &put->call->view;
        *ret = NULL;
        if (put->object.card)
                return 0;
        const ScheduleChange change = {
                .collection = &view->collection,
                .resource = view->resource.member,
                .old = { old ? old->text : NULL, old ? old->len : 0 },
                .new = { put->content.bytes, put->content.len },
                .keeps_answers = http_request_header(put->call->request, "If-Schedule-Tag-Match"),
        };
        int r = schedule_prepare(work, &change, &schedule);
        if (r != 0)
                return refuse(put, work, r);
        if (schedule)
                r = take_text(put, schedule);
        if (r == 0)
                *ret = TAKE_PTR(schedule);
        return r;
}

static int take_name(const ObjectHead *head, void *userdata)
{
        Buffer *name = userdata;
        buffer_puts(name, head->resource);
        return buffer_error(name);
}

static int finish(const Put *put, Schedule *schedule)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(HREF_MAX_BYTES);
        const DavView *view = &put->call->view;
        if (!schedule)
                return 0;
        int r = object_head_get_by_uid(put->call->store, view->collection.name,
                        checked_object_uid(&put->object), take_name, &name);
        return r != 0 ? r : schedule_finish(schedule, view->collection.name, buffer_text(&name));
}

/* Reads what is replaced, if there may be a meeting. */
static int read_old(const Put *put, ObjectRecord **ret)
{
        const DavCall *call = put->call;
        const DavResource *resource = &call->view.resource;
        if (!schedule_is_on(call->config) || put->object.card || !resource->member[0])
                return 0;
        int r = object_get(call->store, call->view.collection.name, resource->member, ret);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int put_schedule_store(Put *put)
{
        CLEANUP(object_record_freep) ObjectRecord *old = NULL;
        CLEANUP(schedule_freep) Schedule *schedule = NULL;
        const ScheduleWork work = {
                .store = put->call->store, .config = put->call->config, .now = clock_now(put->call->clock)
        };
        if (host_put_is_host(&put->call->view))
                return host_put_store(put);
        int r = read_old(put, &old);
        if (r == 0)
                r = begin(put, &work, old, &schedule);
        if (r == 0)
                r = put_store(put);
        return r == 0 && schedule ? finish(put, schedule) : r;
}

static int tell_deletion(DavCall *call, const ObjectRecord *record)
{
        CLEANUP(schedule_freep) Schedule *schedule = NULL;
        const char *reply = http_request_header(call->request, "Schedule-Reply");
        const ScheduleWork work = {
                .store = call->store, .config = call->config, .now = clock_now(call->clock)
        };
        const ScheduleChange change = {
                .collection = &call->view.collection,
                .resource = record->resource,
                .old = { record->text, record->len },
                .is_silent = reply && strcasecmp(reply, "F") == 0,
        };
        int r = schedule_prepare(&work, &change, &schedule);
        if (r == 0 && schedule)
                r = schedule_finish(schedule, record->collection, record->resource);
        return r;
}

int put_schedule_delete(DavCall *call)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (host_put_is_host(&call->view))
                return host_put_delete(call);
        if (!schedule_is_on(call->config) || call->view.resource.kind != DAV_CALENDAR_OBJECT)
                return 0;
        int r = tree_read_member(call->store, &call->view, &record);
        return r != 0 ? r : tell_deletion(call, record);
}

static int take_member(const ObjectRecord *record, void *userdata)
{
        return record->schedule_tag > 0 ? tell_deletion(userdata, record) : 0;
}

int put_schedule_delete_all(DavCall *call)
{
        const unsigned kinds = 1U << OBJECT_EVENT | 1U << OBJECT_OWN_EVENT | 1U << OBJECT_TODO;
        if (!schedule_is_on(call->config) || call->view.resource.kind != DAV_CALENDAR)
                return 0;
        return object_each_in_span(call->store, call->view.collection.name, kinds, INT64_MIN, USEC_INFINITY,
                        take_member, call);
}
