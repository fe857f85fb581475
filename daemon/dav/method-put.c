#include "dav/method-put.h"

#include "dav/outbox.h"
#include "dav/put-schedule.h"
#include "dav/target.h"
#include "http/prefer.h"

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

static int read_content(Put *put)
{
        size_t len;
        const char *bytes = http_request_content(put->call->request, &len);
        return put_read(put, http_request_header(put->call->request, "Content-Type"), bytes, len);
}

static int find_target(DavCall *call)
{
        int r = target_find(call);
        return r != 0 ? r : target_need(call, call->view.member.id ? "D:write-content" : "D:bind");
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
                r = put_schedule_store(put);
        return r != 0 ? r : put_find_stored(put);
}

static int reply(const Put *put)
{
        HttpRequest *request = put->call->request;
        bool wants_content = !put->is_published && http_prefers(request, "return=representation");
        char etag[DAV_ETAG_SIZE], type[DAV_MEDIA_TYPE_SIZE], tag[DAV_SCHEDULE_TAG_SIZE];
        bool has_etag = wants_content || !put->is_changed;
        member_schedule_tag(&put->call->view.member, put->call->view.epoch, tag);
        CLEANUP(buffer_done) Buffer place = BUFFER_INIT(HREF_MAX_BYTES);
        dav_resource_href(&put->call->view.resource, put->call->view.prefix, &place);
        const HttpHeader headers[] = { { "ETag", has_etag ? etag : NULL },
                { "Content-Location", wants_content ? buffer_text(&place) : NULL },
                { "Schedule-Tag", tag[0] ? tag : NULL },
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
                r = store_begin_read(call->store);
        if (r == 0)
                r = find_target(call);
        if (r == 0)
                store_rollback(call->store);
        if (r == 0)
                r = read_content(&put);
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
        return r != 0 ? r : target_need(call, "D:bind");
}

/* Stores the object in an open transaction, and finds the name that it has got. */
static int add_object(Put *put)
{
        DavCall *call = put->call;
        DavView *view = &call->view;
        int r = find_collection(call);
        if (r == 0)
                r = target_unless_met(call);
        if (r == 0)
                r = put_schedule_store(put);
        if (r == 0)
                r = object_head_get_by_uid(call->store, view->collection.name,
                                checked_object_uid(&put->object), put_take_name, view);
        view->resource.kind = put->object.card ? DAV_CARD : DAV_CALENDAR_OBJECT;
        return r != 0 ? r : put_find_stored(put);
}

static int reply_added(const Put *put)
{
        const DavCall *call = put->call;
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        char etag[DAV_ETAG_SIZE], tag[DAV_SCHEDULE_TAG_SIZE];
        member_etag(&call->view.member, etag);
        member_schedule_tag(&call->view.member, call->view.epoch, tag);
        dav_resource_href(&call->view.resource, call->view.prefix, &href);
        const HttpHeader headers[] = { { "Location", buffer_text(&href) },
                { "ETag", put->is_changed ? NULL : etag }, { "Schedule-Tag", tag[0] ? tag : NULL },
                { NULL, NULL } };
        return http_reply_send(call->request, &(HttpReply){ .status = STATUS_CREATED, .headers = headers });
}

int method_post(DavCall *call)
{
        CLEANUP(put_done) Put put = { .call = call };
        if (call->view.resource.kind == DAV_OUTBOX)
                return outbox_reply(call);
        int r = call->view.resource.kind & DAV_COLLECTIONS ? check_form(call->request)
                                                           : target_refuse_method(call);
        if (r == 0)
                r = find_collection(call);
        if (r == 0)
                r = read_content(&put);
        if (r == 0)
                r = store_begin_write(call->store);
        if (r == 0)
                r = add_object(&put);
        if (r == 0)
                r = store_commit(call->store);
        return r != 0 ? r : reply_added(&put);
}
