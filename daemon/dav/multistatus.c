#include "dav/multistatus.h"

#include "base/clock.h"
#include "contact/convert.h"
#include "dav/address-data.h"
#include "dav/call.h"
#include "dav/tree.h"
#include "http/prefer.h"
#include "store/quota.h"

#include <stdio.h>
#include <string.h>

enum { STATUS_MULTI = 207 };

/* The response that is being written. */
typedef struct Response {
        const DavView *view;
        Buffer *out;
} Response;

#define MINIMAL "return=minimal"

void multistatus_begin(Multistatus *multistatus, HttpRequest *request, Store *store)
{
        multistatus->store = store;
        multistatus->classes = DAV_CLASSES;
        multistatus->request = request;
        multistatus->spool.pool = http_request_spools(request);
        multistatus->is_minimal = http_prefers(request, MINIMAL);
        buffer_puts(&multistatus->spool.buffer,
                        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus " PROPERTY_NAMESPACES
                        ">\n");
}

void multistatus_done(Multistatus *multistatus)
{
        spool_done(&multistatus->spool);
}

static void add_value(const DavName *name, void *userdata)
{
        const Response *response = userdata;
        (void)property_write(response->view, name, response->out);
}

static void add_name(const DavName *name, void *userdata)
{
        const Response *response = userdata;
        property_write_name(name, response->out);
}

static void begin_propstat(Buffer *out)
{
        buffer_puts(out, "<D:propstat><D:prop>");
}

static void end_propstat(const char *status, Buffer *out)
{
        buffer_puts(out, "</D:prop><D:status>HTTP/1.1 ");
        buffer_puts(out, status);
        buffer_puts(out, "</D:status></D:propstat>");
}

/* The outcome of a property that was asked for. */
typedef enum Outcome { OUTCOME_FOUND, OUTCOME_TOO_MUCH, OUTCOME_MISSING } Outcome;

static Outcome outcome_of(const DavView *view, const DavName *name)
{
        if (property_has(view, name))
                return OUTCOME_FOUND;
        return view->member.lacks_part && (dav_name_is(name, XML_CALDAV, "calendar-data") ||
                                                          dav_name_is(name, XML_CARDDAV, "address-data"))
                               ? OUTCOME_TOO_MUCH
                               : OUTCOME_MISSING;
}

/*
 * Appends one propstat with the requested properties of one outcome; nothing if there are none of them.
 * Return: the number of properties.
 */
static size_t add_part(const DavView *view, const Propfind *propfind, Outcome outcome, Buffer *out)
{
        static const char *const statuses[] = { [OUTCOME_FOUND] = "200 OK",
                [OUTCOME_TOO_MUCH] = "507 Insufficient Storage",
                [OUTCOME_MISSING] = "404 Not Found" };
        size_t n = 0;
        for (size_t i = 0; i < propfind->n; i++) {
                if (outcome_of(view, &propfind->names[i]) != outcome)
                        continue;
                if (n++ == 0)
                        begin_propstat(out);
                if (outcome == OUTCOME_FOUND)
                        (void)property_write(view, &propfind->names[i], out);
                else
                        property_write_name(&propfind->names[i], out);
        }
        if (n > 0)
                end_propstat(statuses[outcome], out);
        return n;
}

/* A response must have a propstat, so one without properties gets an empty one. */
static void add_some(const DavView *view, const Propfind *propfind, bool is_minimal, Buffer *out)
{
        size_t n = add_part(view, propfind, OUTCOME_FOUND, out);
        if (view->member.lacks_part)
                n += add_part(view, propfind, OUTCOME_TOO_MUCH, out);
        if (!is_minimal)
                n += add_part(view, propfind, OUTCOME_MISSING, out);
        if (n > 0)
                return;
        begin_propstat(out);
        end_propstat("200 OK", out);
}

/* A name that is searched among those of an allprop. */
typedef struct NameSearch {
        const DavName *name;
        bool is_found;
} NameSearch;

static void compare_name(const DavName *name, void *userdata)
{
        NameSearch *search = userdata;
        search->is_found |= dav_name_is(name, search->name->space, search->name->local);
}

/* Adds an allprop with the properties of its include (RFC 4918, 14.8), each of them once. */
static void add_all(const DavView *view, const Propfind *propfind, bool is_minimal, Buffer *out)
{
        Response response = { view, out };
        begin_propstat(out);
        property_each(view, true, add_value, &response);
        for (size_t i = 0; i < propfind->n; i++) {
                NameSearch search = { .name = &propfind->names[i] };
                property_each(view, true, compare_name, &search);
                if (!search.is_found && property_has(view, search.name))
                        (void)property_write(view, search.name, out);
        }
        end_propstat("200 OK", out);
        if (!is_minimal)
                (void)add_part(view, propfind, OUTCOME_MISSING, out);
}

static void add_names(const DavView *view, Buffer *out)
{
        Response response = { view, out };
        begin_propstat(out);
        property_each(view, false, add_name, &response);
        end_propstat("200 OK", out);
}

static void begin_response(const DavResource *resource, const char *prefix, Buffer *out)
{
        buffer_puts(out, "<D:response><D:href>");
        dav_resource_href(resource, prefix, out);
        buffer_puts(out, "</D:href>");
}

static int end_response(Multistatus *multistatus)
{
        buffer_puts(&multistatus->spool.buffer, "</D:response>\n");
        return spool_settle(&multistatus->spool);
}

/* Members seldom have such properties, so it is read once for each collection whether any has. */
static int check_members(Multistatus *multistatus, const char *collection)
{
        if (strcmp(multistatus->collection, collection) == 0)
                return 0;
        snprintf(multistatus->collection, sizeof(multistatus->collection), "%s", collection);
        return property_any_of_members(multistatus->store, collection, &multistatus->members_have_stored);
}

/*
 * Reads what the collections of an account have. It is read once for all collections of an account that come
 * one after the other.
 */
static int load_quota(Multistatus *multistatus, const DavView *view, StoredSet *ret)
{
        char owner[ACCOUNT_NAME_SIZE] = "";
        if (view->resource.kind & (DAV_CALENDARS | DAV_ADDRESSBOOKS))
                account_login(view->login->name, owner);
        else if (view->resource.kind & DAV_COLLECTIONS)
                strcpy(owner, view->collection.owner);
        ret->has_quota = owner[0];
        if (ret->has_quota && strcmp(multistatus->owner, owner) != 0) {
                strcpy(multistatus->owner, owner);
                int r = quota_used(multistatus->store, owner, &multistatus->quota_used);
                if (r != 0)
                        return r;
        }
        ret->quota_used = multistatus->quota_used;
        return 0;
}

static bool wants_quota(const Propfind *propfind)
{
        for (size_t i = 0; i < propfind->n; i++)
                if (property_is_of_quota(&propfind->names[i]))
                        return true;
        return propfind->kind == PROPFIND_NAMES;
}

static bool wants_length(const Propfind *propfind)
{
        bool found = propfind->kind == PROPFIND_ALL;
        for (size_t i = 0; i < propfind->n; i++)
                found |= dav_name_is(&propfind->names[i], XML_DAV, "getcontentlength");
        return found;
}

/*
 * Without a field Accept, GET has the default version; a card that cannot be converted is sent as it is.
 * @len: that of the stored text
 */
static int measure_card(const char *text, size_t *len)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(CARD_CONVERTED_MAX_BYTES);
        CardVersion version = address_data_accepted(NULL);
        if (card_version_of(text, *len) == version)
                return 0;
        int r = card_convert(text, *len, version, &out);
        if (r == 0)
                *len = out.len;
        return r < 0 ? r : 0;
}

/* The time begins with the first member that is measured. */
static bool is_over_time(Multistatus *multistatus, const DavView *view)
{
        usec_t now = clock_of_thread();
        if (multistatus->measure_end == 0)
                multistatus->measure_end = now + view->config->dav.report_time;
        return now > multistatus->measure_end;
}

bool multistatus_measures(const DavView *view)
{
        return view->member.is_masked || view->resource.kind == DAV_CARD;
}

int multistatus_measure(Multistatus *multistatus, DavView *view)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const char *text = view->member.text;
        if (is_over_time(multistatus, view)) {
                view->member.lacks_length = true;
                return 0;
        }
        int r = text ? 0 : tree_read_member(multistatus->store, view, &record);
        if (record)
                view->member.text = NULL;
        if (r == 0 && view->resource.kind == DAV_CARD)
                r = measure_card(text ? text : record->text, &view->member.len);
        return r;
}

int multistatus_load(Multistatus *multistatus, const DavView *view, bool quota, StoredSet *ret)
{
        bool is_member = view->resource.kind & DAV_MEMBERS;
        int r = is_member ? check_members(multistatus, view->collection.name) : 0;
        *ret = (StoredSet){ .n = 0 };
        if (r == 0 && (!is_member || multistatus->members_have_stored))
                r = stored_load(multistatus->store, view, ret);
        return r == 0 && quota ? load_quota(multistatus, view, ret) : r;
}

/* Whether a resource may have properties that clients have set, among those that are asked for. */
static bool may_have_stored(Multistatus *multistatus, DavKind kind, const Propfind *propfind)
{
        if (propfind->kind != PROPFIND_SOME || multistatus->settable_of == kind)
                return propfind->kind != PROPFIND_SOME || multistatus->has_settable;
        multistatus->settable_of = kind;
        multistatus->has_settable = false;
        for (size_t i = 0; i < propfind->n; i++)
                multistatus->has_settable |= !property_is_protected(kind, &propfind->names[i]);
        return multistatus->has_settable;
}

int multistatus_add(Multistatus *multistatus, const DavView *of, const Propfind *propfind)
{
        CLEANUP(stored_done) StoredSet stored = { .n = 0 };
        Buffer *out = &multistatus->spool.buffer;
        DavView complete = *of, *view = &complete;
        bool quota = !(of->resource.kind & DAV_MEMBERS) && wants_quota(propfind);
        bool is_needed = quota || may_have_stored(multistatus, view->resource.kind, propfind);
        int r = is_needed ? multistatus_load(multistatus, view, quota, &stored) : 0;
        if (r == 0 && multistatus_measures(of) && wants_length(propfind))
                r = multistatus_measure(multistatus, &complete);
        if (r != 0)
                return r;
        complete.stored = &stored;
        multistatus->classes = dav_classes(view->config);
        begin_response(&view->resource, view->prefix, out);
        if (propfind->kind == PROPFIND_SOME)
                add_some(view, propfind, multistatus->is_minimal, out);
        else if (propfind->kind == PROPFIND_ALL)
                add_all(view, propfind, multistatus->is_minimal, out);
        else
                add_names(view, out);
        return end_response(multistatus);
}

int multistatus_add_status(Multistatus *multistatus, const DavResource *resource, const char *prefix,
                const char *status)
{
        Buffer *out = &multistatus->spool.buffer;
        begin_response(resource, prefix, out);
        buffer_printf(out, "<D:status>HTTP/1.1 %s</D:status>", status);
        return end_response(multistatus);
}

int multistatus_add_cut(Multistatus *multistatus, const DavView *view)
{
        Buffer *out = &multistatus->spool.buffer;
        buffer_puts(out, "<D:response><D:href>");
        dav_resource_href(&view->resource, view->prefix, out);
        buffer_puts(out, "</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
                         "<D:error><D:number-of-matches-within-limits/></D:error></D:response>\n");
        return spool_settle(&multistatus->spool);
}

/* The preferences that the reply has followed (RFC 7240, 3); NULL for none */
static const char *applied(const Multistatus *multistatus)
{
        return !multistatus->is_without_root ? multistatus->is_minimal ? MINIMAL : NULL
               : multistatus->is_minimal     ? MINIMAL ", " MULTISTATUS_NO_ROOT
                                             : MULTISTATUS_NO_ROOT;
}

int multistatus_reply(Multistatus *multistatus)
{
        buffer_puts(&multistatus->spool.buffer, "</D:multistatus>\n");
        int r = spool_end(&multistatus->spool);
        return r != 0 ? r
                      : dav_reply_spool(multistatus->request, STATUS_MULTI, multistatus->classes,
                                        applied(multistatus), &multistatus->spool);
}
