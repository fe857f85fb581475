#include "dav/method-move.h"

#include "dav/host-put.h"
#include "dav/put-schedule.h"
#include "dav/quota.h"
#include "dav/target.h"
#include "store/property.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_CREATED = 201,
        STATUS_NO_CONTENT = 204,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        STATUS_CONFLICT = 409,
        STATUS_PRECONDITION_FAILED = 412,
        STATUS_BAD_GATEWAY = 502,
        HOST_SIZE = 256 + sizeof(":65535"),
        HREF_MAX_BYTES = 4096,
};

/* A MOVE or COPY. */
typedef struct Transport {
        DavCall *from;
        DavCall to; /* the same request, with the destination as the view */
        bool moves, overwrites;
        bool replaces; /* there was a member at the destination */
        Put put;       /* the object, as it is put to the destination */
} Transport;

static void transport_done(Transport *transport)
{
        put_done(&transport->put);
}

/*
 * Reads an address on this server. A proxy may use another name for the server than its clients do, who use
 * that of http.base_url.
 */
static int read_address(const DavCall *call, const char *address, DavResource *ret)
{
        const char *prefix = call->view.prefix, *host = http_request_authority(call->request);
        const char *base = strstr(call->config->http.base_url, "://");
        char own[HOST_SIZE] = "";
        if (base)
                snprintf(own, sizeof(own), "%.*s", (int)strcspn(base + 3, "/"), base + 3);
        int r = dav_href_read(address, prefix, host ? host : own, ret);
        return r == DAV_HREF_E_ELSEWHERE ? dav_href_read(address, prefix, own, ret) : r;
}

/* Reads the field Destination. Return: 0, HTTP_E_REPLIED, negative errno. */
static int read_destination(Transport *transport)
{
        HttpRequest *request = transport->from->request;
        const DavView *view = &transport->from->view;
        const char *destination = http_request_header(request, "Destination");
        const char *overwrite = http_request_header(request, "Overwrite");
        DavResource resource;
        if (!destination ||
                        (overwrite && strcasecmp(overwrite, "T") != 0 && strcasecmp(overwrite, "F") != 0))
                return target_replied(http_reply_error(request, STATUS_BAD_REQUEST, NULL));
        transport->overwrites = !overwrite || strcasecmp(overwrite, "T") == 0;
        int r = read_address(transport->from, destination, &resource);
        if (r < 0)
                return r;
        if (r != 0 || resource.kind != view->resource.kind) {
                int status = r == DAV_HREF_E_ELSEWHERE ? STATUS_BAD_GATEWAY
                             : r == DAV_HREF_E_DEEP    ? STATUS_CONFLICT
                                                       : STATUS_FORBIDDEN;
                return target_replied(http_reply_error(request, status, NULL));
        }
        transport->to = *transport->from;
        transport->to.view = (DavView){
                .prefix = view->prefix, .login = view->login, .config = view->config, .resource = resource
        };
        return 0;
}

/* Finds the member to be moved or copied, and checks the rights and the conditions of the request. */
static int find_source(Transport *transport)
{
        DavCall *from = transport->from;
        int r = tree_find(from->store, &from->view);
        if (r == STORE_E_NOT_FOUND)
                return target_replied(http_reply_error(from->request, STATUS_NOT_FOUND, NULL));
        if (r == 0 && transport->moves)
                r = target_need(from, "D:unbind");
        return r != 0 ? r : target_unless_met(from);
}

static bool is_same(const DavView *a, const DavView *b)
{
        return strcmp(a->collection.name, b->collection.name) == 0 && a->is_drafts == b->is_drafts &&
               strcmp(a->resource.member, b->resource.member) == 0;
}

static int find_destination(Transport *transport)
{
        DavCall *to = &transport->to;
        int r = target_find(to);
        if (r != 0)
                return r;
        r = host_put_refuse_transport(transport->from, transport->moves, &to->view);
        if (r != 0)
                return r;
        transport->replaces = to->view.member.id != 0;
        if (is_same(&transport->from->view, &to->view))
                return target_replied(http_reply_error(to->request, STATUS_FORBIDDEN, NULL));
        if (transport->replaces && !transport->overwrites)
                return target_replied(http_reply_error(to->request, STATUS_PRECONDITION_FAILED, NULL));
        return target_need(to, transport->replaces ? "D:write-content" : "D:bind");
}

/*
 * Whether a MOVE leaves the object as it is. Its kind differs between collections of the office and of
 * accounts, and a meeting has messages if it leaves the calendars of one account for those of another.
 */
static bool keeps_object(const Transport *transport)
{
        const Collection *from = &transport->from->view.collection, *to = &transport->to.view.collection;
        bool schedules = !from->is_cards && schedule_is_on(transport->to.config);
        return schedules ? strcmp(from->owner, to->owner) == 0 : !from->owner[0] == !to->owner[0];
}

static int move_object(Transport *transport)
{
        const DavView *from = &transport->from->view, *to = &transport->to.view;
        Store *store = transport->to.store;
        int64_t before;
        int r = quota_read(store, &to->collection, &before);
        if (r == 0)
                r = object_move(store, from->collection.name, from->resource.member, to->collection.name,
                                to->resource.member, clock_now(transport->to.clock));
        if (r == STORE_E_CONFLICT)
                return put_refuse_uid(&transport->put);
        return r != 0 ? r : quota_check(&transport->to, &to->collection, before);
}

/* A draft that is moved to events becomes one. */
static bool publishes(const Transport *transport)
{
        const DavView *from = &transport->from->view, *to = &transport->to.view;
        return transport->moves && from->is_drafts && !to->is_drafts && !to->collection.owner[0];
}

/* Moves the draft first, so that the event continues it (store/object.h). */
static int publish_object(Transport *transport)
{
        const DavView *from = &transport->from->view, *to = &transport->to.view;
        bool is_there = strcmp(from->collection.name, to->collection.name) == 0 &&
                        strcmp(from->resource.member, to->resource.member) == 0;
        int r = is_there ? 0 : move_object(transport);
        return r != 0 ? r : put_schedule_store(&transport->put);
}

static int copy_object(Transport *transport)
{
        const DavView *from = &transport->from->view, *to = &transport->to.view;
        bool changes_account = from->collection.owner[0] && to->collection.owner[0];
        int r = put_schedule_store(&transport->put);
        if (r == 0 && !from->is_masked)
                r = property_copy(transport->to.store, from->collection.name, from->resource.member,
                                to->collection.name, to->resource.member);
        if (r != 0 || !transport->moves)
                return r;
        if (changes_account)
                r = put_schedule_delete(transport->from);
        return r != 0 ? r : target_delete(transport->from);
}

static int compare_uid(const ObjectHead *head, void *userdata)
{
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        const Transport *transport = userdata;
        const DavView *to = &transport->to.view;
        const CheckedObject *object = &transport->put.object;
        if (strcmp(head->uid, checked_object_uid(object)) == 0)
                return 0;
        buffer_puts(&href, "<D:href>");
        dav_resource_href(&to->resource, to->prefix, &href);
        buffer_puts(&href, "</D:href>");
        return target_replied(dav_reply_precondition(transport->to.request, STATUS_FORBIDDEN,
                        object->card ? "R:no-uid-conflict" : "C:no-uid-conflict", buffer_text(&href), NULL));
}

/* An object is not overwritten by one of another UID (RFC 4791, 5.3.2.1; RFC 6352, 6.3.2.1). */
static int check_uid(Transport *transport)
{
        const DavView *to = &transport->to.view;
        return object_head_get(transport->to.store, to->collection.name, to->resource.member, compare_uid,
                        transport);
}

/* Does all in an open transaction. Return: 0, HTTP_E_REPLIED, a condition of the store, negative errno. */
static int transport_object(Transport *transport)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = find_source(transport);
        if (r == 0)
                r = find_destination(transport);
        if (r == 0)
                r = tree_read_member(transport->from->store, &transport->from->view, &record);
        if (r == 0) {
                transport->put.call = &transport->to;
                r = publishes(transport) ? put_read_draft(&transport->put, record->text, record->len)
                                         : put_read(&transport->put, NULL, record->text, record->len);
        }
        if (r == 0 && transport->replaces)
                r = check_uid(transport);
        if (r == 0 && transport->replaces)
                r = put_schedule_delete(&transport->to);
        if (r == 0 && transport->replaces)
                r = target_delete(&transport->to);
        if (r != 0)
                return r;
        if (publishes(transport))
                return publish_object(transport);
        return transport->moves && keeps_object(transport) ? move_object(transport) : copy_object(transport);
}

/* The member may have another name now, as in the calendar of a host. */
static int find_moved(Transport *transport)
{
        int r = tree_find_member(transport->to.store, &transport->to.view);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* A scheduling object has its tag in the reply to whatever has put it there (RFC 6638, 3.2.10). */
static int reply(const Transport *transport)
{
        const DavView *view = &transport->to.view;
        char tag[DAV_SCHEDULE_TAG_SIZE];
        member_schedule_tag(&view->member, view->epoch, tag);
        const HttpHeader headers[] = { { "Schedule-Tag", tag[0] ? tag : NULL }, { NULL, NULL } };
        return http_reply_send(transport->from->request,
                        &(HttpReply){ .status = transport->replaces ? STATUS_NO_CONTENT : STATUS_CREATED,
                                        .headers = headers });
}

static int run(DavCall *call, bool moves)
{
        CLEANUP(transport_done) Transport transport = { .from = call, .moves = moves };
        if (call->view.resource.kind & DAV_COLLECTIONS)
                return http_reply_error(call->request, STATUS_FORBIDDEN, NULL);
        int r = target_is_member(call);
        if (r == 0)
                r = read_destination(&transport);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = transport_object(&transport);
        if (r == 0)
                r = find_moved(&transport);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : reply(&transport);
}

int method_move(DavCall *call)
{
        return run(call, true);
}

int method_copy(DavCall *call)
{
        return run(call, false);
}
