#include "dav/multiget.h"

#include "dav/member-data.h"
#include "dav/multistatus.h"
#include "dav/query-zone.h"
#include "dav/tree.h"
#include "dav/xml-text.h"

#include <string.h>
#include <strings.h>

static const char not_found[] = "404 Not Found";

typedef struct Multiget {
        DavCall *call;
        const Report *report;
        DavView view; /* of the collection that was found last */
        QueryZone zone;
        MemberData data;
        Multistatus out;
} Multiget;

static void multiget_done(Multiget *multiget)
{
        query_zone_done(&multiget->zone);
        member_data_done(&multiget->data);
        multistatus_done(&multiget->out);
}

static DavKind kind_of_collection(DavKind member)
{
        return member == DAV_CARD ? DAV_ADDRESSBOOK : member == DAV_MESSAGE ? DAV_INBOX : DAV_CALENDAR;
}

/* Whether an address is that of a member of the collection of a view. */
static bool is_in(const DavView *collection, const DavResource *resource)
{
        return collection->resource.kind == kind_of_collection(resource->kind) &&
               strcasecmp(collection->resource.account, resource->account) == 0 &&
               strcmp(collection->resource.collection, resource->collection) == 0;
}

/* Whether a resource is the target of the request, or below it. Names of accounts have no case. */
static bool is_below(const DavResource *target, const DavResource *resource)
{
        DavKind home = resource->kind == DAV_CARD ? DAV_ADDRESSBOOKS : DAV_CALENDARS;
        if (strcasecmp(target->account, resource->account) != 0)
                return false;
        if (target->kind == home)
                return true;
        if (strcmp(target->collection, resource->collection) != 0)
                return false;
        return target->kind == kind_of_collection(resource->kind) ||
               (target->kind == resource->kind && strcmp(target->member, resource->member) == 0);
}

/* Finds the collection of a member. Return: 0, STORE_E_NOT_FOUND, others as the store's. */
static int find_collection(Multiget *multiget, const DavResource *resource)
{
        if (is_in(&multiget->view, resource))
                return 0;
        multiget->view = multiget->call->view;
        multiget->view.resource = *resource;
        dav_resource_parent(&multiget->view.resource);
        int r = tree_find(multiget->call->store, &multiget->view);
        if (r != 0)
                multiget->view.resource.kind = 0;
        return r;
}

/* Adds the response of a member of the collection that was found. */
static int add_member(Multiget *multiget, const DavResource *resource)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const Propfind *find = &multiget->report->find;
        Store *store = multiget->call->store;
        DavView view = multiget->view;
        view.resource.kind = resource->kind;
        strcpy(view.resource.member, resource->member);
        view.data = &find->data;
        int r = find->data.is_wanted ? tree_read_member(store, &view, &record)
                                     : tree_find_member(store, &view);
        if (r == 0 && find->data.is_wanted)
                r = member_data_make(&multiget->data, &view.member);
        return r != 0 ? r : multistatus_add(&multiget->out, &view, find);
}

static int try_resource(Multiget *multiget, const DavResource *resource)
{
        if (!(resource->kind & DAV_MEMBERS) || !is_below(&multiget->call->view.resource, resource))
                return STORE_E_NOT_FOUND;
        int r = find_collection(multiget, resource);
        return r != 0 ? r : add_member(multiget, resource);
}

/* Adds a response with the address as the client wrote it, because no resource can have it. */
static int add_strange(Multiget *multiget, const char *href)
{
        Buffer *out = &multiget->out.spool.buffer;
        buffer_puts(out, "<D:response><D:href>");
        xml_text_write(out, href, strlen(href));
        buffer_printf(out, "</D:href><D:status>HTTP/1.1 %s</D:status></D:response>\n", not_found);
        return spool_settle(&multiget->out.spool);
}

/* The status of one address in a reply that goes on; NULL if it does not. */
static const char *status_of(int r)
{
        switch (r) {
        case STORE_E_NOT_FOUND:
                return not_found;
        case MEMBER_DATA_E_MANY:
                return "507 Insufficient Storage";
        case DB_E_CORRUPT: /* another object may be readable */
                return "500 Internal Server Error";
        default:
                return NULL;
        }
}

static int add_href(Multiget *multiget, const char *href)
{
        const char *prefix = multiget->call->view.prefix;
        DavResource resource;
        int r = dav_href_read(href, prefix, NULL, &resource);
        if (r == DAV_HREF_E_INVALID || r == DAV_HREF_E_ELSEWHERE || r == DAV_HREF_E_DEEP)
                return add_strange(multiget, href);
        if (r == 0)
                r = try_resource(multiget, &resource);
        const char *status = status_of(r);
        return status ? multistatus_add_status(&multiget->out, &resource, prefix, status) : r;
}

int multiget_reply(DavCall *call, Report *report)
{
        CLEANUP(multiget_done)
        Multiget multiget = { call, report, call->view, .out = MULTISTATUS_INIT };
        int r = 0;
        r = query_zone_init(call, report, &multiget.zone);
        if (r != 0)
                return r > 0 ? query_zone_refuse(call, r) : r;
        member_data_init(
                        &multiget.data, &report->find.data, call->zones, multiget.zone.zone, call->work_end);
        multistatus_begin(&multiget.out, call->request, call->store);
        for (const ReportHref *href = report->hrefs; r == 0 && href; href = href->next)
                r = add_href(&multiget, href->text);
        return r != 0 ? r : multistatus_reply(&multiget.out);
}
