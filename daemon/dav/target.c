#include "dav/target.h"

#include "dav/if-header.h"
#include "dav/method-get.h"
#include "http/prefer.h"
#include "remind/deletion.h"
#include "store/object-hide.h"

#include <string.h>

enum {
        STATUS_BAD_REQUEST = 400,
        STATUS_FORBIDDEN = 403,
        STATUS_NOT_FOUND = 404,
        STATUS_CONFLICT = 409,
        STATUS_PRECONDITION_FAILED = 412,
        HREF_MAX_BYTES = 4096,
};

int target_replied(int r)
{
        return r < 0 ? r : HTTP_E_REPLIED;
}

int target_is_member(DavCall *call)
{
        return call->view.resource.kind & DAV_WRITTEN ? 0 : target_refuse_method(call);
}

/* Nothing is below a member; what is put there lacks its parent (RFC 4918, 9.7.1). */
int target_refuse_method(DavCall *call)
{
        if (call->view.resource.kind)
                return target_replied(dav_refuse_method(call, NULL));
        bool is_put = http_request_method(call->request) == HTTP_PUT;
        int status = !dav_resource_is_deep(call->rest) ? STATUS_FORBIDDEN
                     : is_put                          ? STATUS_CONFLICT
                                                       : STATUS_NOT_FOUND;
        return target_replied(http_reply_error(call->request, status, NULL));
}

int target_find(DavCall *call)
{
        DavView *view = &call->view;
        const DavResource asked = view->resource;
        dav_resource_parent(&view->resource);
        int r = tree_find(call->store, view);
        if (r == STORE_E_NOT_FOUND)
                return target_replied(http_reply_error(call->request, STATUS_CONFLICT, NULL));
        if (r != 0)
                return r;
        view->resource.kind = asked.kind;
        strcpy(view->resource.member, asked.member);
        r = tree_find_member(call->store, view);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int target_refuse(const DavCall *call, const DavResource *resource, const char *privilege)
{
        CLEANUP(buffer_done) Buffer needed = BUFFER_INIT(HREF_MAX_BYTES);
        buffer_puts(&needed, "<D:resource><D:href>");
        dav_resource_href(resource, call->view.prefix, &needed);
        buffer_printf(&needed, "</D:href><D:privilege><%s/></D:privilege></D:resource>", privilege);
        return target_replied(dav_reply_precondition(
                        call->request, STATUS_FORBIDDEN, "D:need-privileges", buffer_text(&needed), NULL));
}

int target_need(DavCall *call, const char *privilege)
{
        const DavView *view = &call->view;
        DavResource resource = view->resource;
        bool is_bind = strcmp(privilege, "D:bind") == 0;
        /* Only the office adds meetings to the calendar of a host. */
        bool is_refused = view->collection.scheduling == COLLECTION_HOST && is_bind;
        if (view->access == ACCOUNT_WRITE && !view->login->read_only && !is_refused)
                return 0;
        if ((is_bind || strcmp(privilege, "D:unbind") == 0) && resource.kind & DAV_MEMBERS)
                dav_resource_parent(&resource);
        return target_refuse(call, &resource, privilege);
}

int target_refuse_in_home(const DavCall *call, const char *privilege)
{
        DavResource home = call->view.resource;
        dav_resource_parent(&home);
        return target_refuse(call, &home, privilege);
}

static int find_state(const char *href, IfState *ret, void *userdata)
{
        const DavCall *call = userdata;
        DavView other = call->view;
        int r = 0;
        if (href) {
                other.member.id = 0;
                r = dav_href_read(href, other.prefix, NULL, &other.resource);
                if (r == 0)
                        r = tree_find(call->store, &other);
        }
        if (r == 0 && other.member.id)
                member_etag(&other.member, ret->etag);
        else if (r == 0 && other.resource.kind & DAV_SYNCED)
                sync_token_write(other.epoch, (SyncState){ .change = other.sequence }, ret->token);
        bool is_none = r == DAV_HREF_E_INVALID || r == DAV_HREF_E_ELSEWHERE || r == DAV_HREF_E_DEEP;
        return is_none || r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Evaluates the field If. Return: 0, HTTP_E_REPLIED, a condition, negative errno. */
static int check_if(DavCall *call, bool *ret_met)
{
        const char *value = http_request_header(call->request, "If");
        int r = value ? if_header_is_met(value, find_state, call, ret_met) : 0;
        return r == IF_HEADER_E_INVALID
                               ? target_replied(http_reply_error(call->request, STATUS_BAD_REQUEST, NULL))
                               : r;
}

/* Whether a list of the field has the schedule tag of the member (RFC 6638, 8.3). */
static bool has_schedule_tag(const DavCall *call, const char *value)
{
        char tag[DAV_SCHEDULE_TAG_SIZE];
        member_schedule_tag(&call->view.member, call->view.epoch, tag);
        if (strcmp(value, "*") == 0)
                return call->view.member.schedule_tag > 0;
        return tag[0] && strstr(value, tag);
}

/* @is_there: whether the resource is, which has the entity tag of the member, or none */
static int unless_met(DavCall *call, bool is_there)
{
        const DavMember *member = &call->view.member;
        bool is_met = true;
        char etag[DAV_ETAG_SIZE] = ""; /* which no list names, but "*" */
        if (member->id)
                member_etag(member, etag);
        int r = http_reply_is_met(call->request, is_there ? etag : NULL, member->changed, &is_met);
        if (r == 0 && is_met)
                r = check_if(call, &is_met);
        const char *tag = http_request_header(call->request, "If-Schedule-Tag-Match");
        if (r != 0 || (is_met && (!tag || has_schedule_tag(call, tag))))
                return r;
        return target_replied(
                        member->id && http_prefers(call->request, "return=representation")
                                        ? method_get_refuse(call)
                                        : http_reply_error(call->request, STATUS_PRECONDITION_FAILED, NULL));
}

int target_unless_met(DavCall *call)
{
        bool is_member = call->view.resource.kind & DAV_MEMBERS;
        return unless_met(call, !is_member || call->view.member.id);
}

int target_unless_met_by_none(DavCall *call)
{
        return unless_met(call, false);
}

int target_delete(DavCall *call)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        usec_t now = clock_now(call->clock);
        bool waits = false;
        int r = tree_read_member(call->store, &call->view, &record);
        if (r == 0)
                r = deletion_begin(call->store, call->config->time_zone, record, DUE_NOTIFY_DELETE_SETTLED,
                                false, now, &waits);
        return r == 0 && waits ? object_hide(call->store, record, now) : r;
}
