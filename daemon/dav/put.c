#include "dav/put.h"

#include "calendar/draft-event.h"
#include "dav/home.h"
#include "dav/quota.h"
#include "dav/strings.h"
#include "dav/target.h"
#include "meet/offer-references.h"

#include <stdio.h>
#include <string.h>

enum { STATUS_FORBIDDEN = 403, HREF_MAX_BYTES = 4096 };

void put_done(Put *put)
{
        checked_object_done(&put->object);
        buffer_done(&put->published);
        buffer_done(&put->taken);
}

static int refuse(const Put *put, const ObjectFault *fault)
{
        return target_replied(dav_reply_precondition(put->call->request, STATUS_FORBIDDEN, fault->element,
                        NULL, fault->text[0] ? fault->text : NULL));
}

static int check(Put *put)
{
        ObjectFault fault = { .element = "" };
        const DavCall *call = put->call;
        const unsigned kinds = call->view.kinds | (put->is_published ? 1U << OBJECT_EVENT : 0);
        put->kinds = call->view.kinds;
        bool is_card = call->view.resource.kind & (DAV_CARD | DAV_ADDRESSBOOK);
        checked_object_done(&put->object);
        int r = is_card ? object_check_card(&put->content, &put->object, &fault)
                        : object_check_calendar(call->zones, &put->content, kinds, &put->object, &fault);
        return r == OBJECT_CHECK_E_REFUSED ? refuse(put, &fault) : r;
}

int put_read_draft(Put *put, const char *bytes, size_t len)
{
        ObjectFault fault = { .element = "C:valid-calendar-data" };
        InputError error = { 0 };
        const DavCall *call = put->call;
        put->published = BUFFER_INIT(DRAFT_EVENT_MAX_BYTES);
        int r = draft_event_write(call->zones, bytes, len, clock_now(call->clock), &put->published, &error);
        if (r == EVENT_E_INVALID) {
                input_error_format(&error, NULL, fault.text, sizeof(fault.text));
                return refuse(put, &fault);
        }
        if (r != 0)
                return r;
        put->is_published = put->is_changed = true;
        put->content = (ObjectContent){ .bytes = buffer_text(&put->published), .len = put->published.len };
        return check(put);
}

int put_read(Put *put, const char *media_type, const char *bytes, size_t len)
{
        const DavView *view = &put->call->view;
        bool is_edit = view->is_drafts && view->member.id && !put->is_published;
        if (is_edit && draft_event_is_due(bytes, len))
                return put_read_draft(put, bytes, len);
        put->content = (ObjectContent){ .media_type = media_type, .bytes = bytes, .len = len };
        return check(put);
}

int put_take_text(Put *put, const char *text, size_t len)
{
        buffer_done(&put->taken);
        put->taken = BUFFER_INIT(len + 1);
        buffer_append(&put->taken, text, len);
        if (buffer_error(&put->taken))
                return buffer_error(&put->taken);
        put->is_changed = true;
        return put_read(put, NULL, buffer_text(&put->taken), len);
}

int put_find_stored(Put *put)
{
        int r = tree_find_member(put->call->store, &put->call->view);
        return r == STORE_E_NOT_FOUND && put->is_published ? 0 : r;
}

int put_take_name(const ObjectHead *head, void *userdata)
{
        DavView *view = userdata;
        if (dav_name_is_valid(head->resource, strlen(head->resource)))
                snprintf(view->resource.member, sizeof(view->resource.member), "%s", head->resource);
        return 0;
}

/* A draft and an event of one calendar are members of two collections. */
static int take_other(const ObjectHead *head, void *userdata)
{
        DavView *view = userdata;
        char calendar[COLLECTION_SEGMENT_SIZE];
        char *segment = view->resource.collection;
        if (!(view->kinds & 1U << head->kind) && home_has_drafts(&view->collection)) {
                if (view->is_drafts && home_drafts_of(segment, calendar))
                        strcpy(segment, calendar);
                else if (strlen(segment) + strlen(COLLECTION_DRAFTS) < sizeof(view->resource.collection))
                        strcat(segment, COLLECTION_DRAFTS);
        }
        return put_take_name(head, userdata);
}

/*
 * The element has the address of the member that is there. The status is that of MOVE and COPY: programs
 * take 409 for a member that has changed on the server, and try again.
 */
int put_refuse_uid(const Put *put)
{
        const DavCall *call = put->call;
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(HREF_MAX_BYTES);
        DavView other = call->view;
        other.resource.kind = put->object.card ? DAV_CARD : DAV_CALENDAR_OBJECT;
        int r = object_head_get_by_uid(call->store, other.collection.name, checked_object_uid(&put->object),
                        take_other, &other);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        buffer_puts(&href, "<D:href>");
        dav_resource_href(&other.resource, other.prefix, &href);
        buffer_puts(&href, "</D:href>");
        return target_replied(dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                        put->object.card ? "R:no-uid-conflict" : "C:no-uid-conflict", buffer_text(&href),
                        NULL));
}

/* Refuses an offer whose host or event is not there, as `convene offer add` does. */
static int check_offer(const Put *put)
{
        const DavCall *call = put->call;
        const DavStrings *strings = dav_strings(language_of(http_request_language(call->request, NULL)));
        if (!put->object.event || !event_is_availability(put->object.event))
                return 0;
        int r = offer_check_references(call->store, put->object.event, call->config->time_zone);
        const char *text = r == OFFER_E_NO_HOST    ? strings->offer_host
                           : r == OFFER_E_GROUP    ? strings->offer_group
                           : r == OFFER_E_NO_EVENT ? strings->offer_event
                                                   : NULL;
        return text ? target_replied(dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                                      "C:valid-calendar-object-resource", NULL, text))
                    : r;
}

static int ignore(const ObjectHead *head, void *userdata)
{
        (void)head;
        (void)userdata;
        return 0;
}

/* Keeps a new draft from replacing an event, which the client does not see among the drafts. */
static int check_draft(const Put *put)
{
        const DavView *view = &put->call->view;
        if (!view->is_drafts || view->member.id || !view->resource.member[0])
                return 0;
        int r = object_head_get(
                        put->call->store, view->collection.name, view->resource.member, ignore, NULL);
        return r == STORE_E_NOT_FOUND ? 0 : r != 0 ? r : put_refuse_uid(put);
}

static int store_checked(Put *put)
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
        int r = put->object.card ? object_put_card(call->store, put->object.card, &options, &put->outcome)
                : put->object.plain
                                ? object_put_plain(call->store, put->object.plain, &options, &put->outcome)
                                : object_put_event(call->store, put->object.event, &options, &put->outcome);
        return r == STORE_E_CONFLICT || (r == STORE_E_MISMATCH && !is_named) ? put_refuse_uid(put) : r;
}

/* Checks the quota of the owner of the collection before and after. */
static int store_within_quota(Put *put)
{
        const DavCall *call = put->call;
        int64_t before;
        int r = quota_read(call->store, &call->view.collection, &before);
        if (r == 0)
                r = check_offer(put);
        if (r == 0)
                r = check_draft(put);
        if (r == 0)
                r = store_checked(put);
        return r != 0 ? r : quota_check(call, &call->view.collection, before);
}

int put_store(Put *put)
{
        int r = 0;
        if (put->kinds != put->call->view.kinds)
                r = check(put);
        return r != 0 ? r : store_within_quota(put);
}
