#include "dav/method-put.h"

#include "dav/object-check.h"
#include "dav/target.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        STATUS_OK = 200,
        STATUS_CREATED = 201,
        STATUS_NO_CONTENT = 204,
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        STATUS_CONFLICT = 409,
        STATUS_UNSUPPORTED_MEDIA_TYPE = 415,
        HREF_MAX_BYTES = 4096,
};

/* The object that is put. */
typedef struct Put {
        DavCall *call;
        ObjectContent content;
        CheckedObject object;
        ObjectOutcome outcome;
        bool is_new; /* the client saw no member of this name; there may have been a draft, which it does not see */
} Put;

static void put_done(Put *put)
{
        checked_object_done(&put->object);
}

/*
 * Refuses content that is only a part of an object, or coded. Return: 0, HTTP_E_REPLIED or negative errno.
 */
static int check_form(HttpRequest *request)
{
        const char *coding = http_request_header(request, "Content-Encoding");
        int status = http_request_header(request, "Content-Range")   ? STATUS_BAD_REQUEST
                     : coding && strcasecmp(coding, "identity") != 0 ? STATUS_UNSUPPORTED_MEDIA_TYPE
                                                                     : 0;
        return status ? target_replied(http_reply_error(request, status, NULL)) : 0;
}

/* Reads the content. Return: 0, HTTP_E_REPLIED after a refusal, negative errno. */
static int read_object(Put *put)
{
        DavCall *call = put->call;
        ObjectFault fault = { .element = "" };
        bool is_card = call->view.resource.kind & (DAV_CARD | DAV_ADDRESSBOOK);
        put->content.media_type = http_request_header(call->request, "Content-Type");
        put->content.bytes = http_request_content(call->request, &put->content.len);
        int r = is_card ? object_check_card(&put->content, &put->object, &fault)
                        : object_check_calendar(call->zones, &put->content, call->view.kinds, &put->object,
                                          &fault);
        if (r != OBJECT_CHECK_E_REFUSED)
                return r;
        return target_replied(dav_reply_precondition(call->request, STATUS_FORBIDDEN, fault.element, NULL,
                        fault.text[0] ? fault.text : NULL));
}

/* Sets the name in a view. */
static int take_name(const ObjectHead *head, void *userdata)
{
        DavView *view = userdata;
        snprintf(view->resource.member, sizeof(view->resource.member), "%s", head->resource);
        return 0;
}

/*
 * Replies that the UID is that of another member, or that the member has another UID; the element has the
 * address of the member that is there.
 */
static int refuse_uid(const Put *put)
{
        const DavCall *call = put->call;
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        DavView other = call->view;
        other.resource.kind = put->object.card ? DAV_CARD : DAV_CALENDAR_OBJECT;
        int r = object_head_get_by_uid(call->store, other.collection.name, checked_object_uid(&put->object),
                        take_name, &other);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        buffer_puts(&href, "<D:href>");
        dav_resource_href(&other.resource, other.prefix, &href);
        buffer_puts(&href, "</D:href>");
        return target_replied(dav_reply_precondition(call->request, STATUS_CONFLICT,
                        put->object.card ? "R:no-uid-conflict" : "C:no-uid-conflict", buffer_text(&href),
                        NULL));
}

/* A new member without a name gets one from its UID, which no member may have yet. */
static int store_object(Put *put)
{
        const DavCall *call = put->call;
        const DavResource *resource = &call->view.resource;
        bool is_named = resource->member[0];
        const ObjectPut options = { .collection = call->view.collection.name,
                .resource = is_named ? resource->member : NULL,
                .if_change = is_named ? 0 : OBJECT_NOT_THERE,
                .notify = DUE_NOTIFY_SETTLED,
                .fallback = call->config->time_zone,
                .now = clock_now(call->clock) };
        const CheckedObject *object = &put->object;
        int r = object->card    ? object_put_card(call->store, object->card, &options, &put->outcome)
                : object->plain ? object_put_plain(call->store, object->plain, &options, &put->outcome)
                                : object_put_event(call->store, object->event, &options, &put->outcome);
        return r == STORE_E_CONFLICT || (r == STORE_E_MISMATCH && !is_named) ? refuse_uid(put) : r;
}

static int find_target(DavCall *call)
{
        int r = target_find(call);
        return r != 0 ? r : target_need(call, call->view.member.id ? "write-content" : "bind");
}

/* Writes the object in an open transaction. Return: 0, HTTP_E_REPLIED, a condition, negative errno. */
static int write_object(Put *put)
{
        DavCall *call = put->call;
        int r = find_target(call);
        if (r == 0)
                r = target_unless_met(call);
        put->is_new = !call->view.member.id;
        if (r == 0)
                r = store_object(put);
        return r != 0 ? r : tree_find_member(call->store, &call->view);
}

static int reply(const Put *put)
{
        HttpRequest *request = put->call->request;
        bool wants_content = dav_prefers(request, "return=representation");
        char etag[DAV_ETAG_SIZE], type[DAV_MEDIA_TYPE_SIZE];
        const HttpHeader headers[] = { { "ETag", etag },
                { "Preference-Applied", wants_content ? "return=representation" : NULL }, { NULL, NULL } };
        HttpReply reply = { .status = put->is_new ? STATUS_CREATED : STATUS_NO_CONTENT, .headers = headers };
        member_etag(&put->call->view.member, etag);
        if (wants_content) {
                member_media_type(&put->call->view.member, type);
                reply.status = put->is_new ? STATUS_CREATED : STATUS_OK;
                reply.content_type = type;
                reply.bytes = put->content.bytes;
                reply.len = put->content.len;
        }
        return http_reply_send(request, &reply);
}

int method_put(DavCall *call)
{
        CLEANUP(put_done) Put put = { .call = call };
        int r = target_is_member(call);
        if (r == 0)
                r = check_form(call->request);
        /* The object is parsed before the transaction, in which the target is found again. */
        if (r == 0)
                r = find_target(call);
        if (r == 0)
                r = read_object(&put);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = write_object(&put);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : reply(&put);
}

/* Finds the collection of a POST, to which the account must be allowed to add members. */
static int find_collection(DavCall *call)
{
        int r = tree_find(call->store, &call->view);
        if (r == STORE_E_NOT_FOUND)
                return target_replied(http_reply_error(call->request, STATUS_NOT_FOUND, NULL));
        return r != 0 ? r : target_need(call, "bind");
}

/* Stores the object in an open transaction, and finds the name that it has got. */
static int add_object(Put *put)
{
        DavCall *call = put->call;
        DavView *view = &call->view;
        int r = find_collection(call);
        if (r == 0)
                r = store_object(put);
        if (r == 0)
                r = object_head_get_by_uid(call->store, view->resource.collection,
                                checked_object_uid(&put->object), take_name, view);
        view->resource.kind = put->object.card ? DAV_CARD : DAV_CALENDAR_OBJECT;
        return r != 0 ? r : tree_find_member(call->store, view);
}

static int reply_added(const DavCall *call)
{
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        char etag[DAV_ETAG_SIZE];
        member_etag(&call->view.member, etag);
        dav_resource_href(&call->view.resource, call->view.prefix, &href);
        const HttpHeader headers[] = { { "Location", buffer_text(&href) }, { "ETag", etag },
                { NULL, NULL } };
        return http_reply_send(call->request, &(HttpReply){ .status = STATUS_CREATED, .headers = headers });
}

int method_post(DavCall *call)
{
        CLEANUP(put_done) Put put = { .call = call };
        int r = call->view.resource.kind & DAV_COLLECTIONS ? check_form(call->request)
                                                           : target_refuse_method(call);
        if (r == 0)
                r = find_collection(call);
        if (r == 0)
                r = read_object(&put);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = add_object(&put);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : reply_added(call);
}
