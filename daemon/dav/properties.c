#include "dav/properties.h"

#include "base/collation.h"
#include "base/html.h"
#include "dav/member-data.h"
#include "dav/report-names.h"
#include "http/date.h"

#include <string.h>

#define SPACE_DAV     "DAV:"
#define SPACE_CALDAV  "urn:ietf:params:xml:ns:caldav"
#define SPACE_CARDDAV "urn:ietf:params:xml:ns:carddav"
#define SPACE_SERVER  "http://calendarserver.org/ns/"

enum {
        ALL_KINDS = ~0,
        HOMES = DAV_CALENDARS | DAV_ADDRESSBOOKS,
        CALENDAR_KINDS = DAV_CALENDARS | DAV_CALENDAR | DAV_CALENDAR_OBJECT,
};

/* The prefixes that PROPERTY_NAMESPACES declares. */
static const struct {
        const char *space;
        char prefix;
} prefixes[] = { { SPACE_DAV, 'D' }, { SPACE_CALDAV, 'C' }, { SPACE_CARDDAV, 'R' }, { SPACE_SERVER, 'S' } };

enum { N_PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

/* Appends a reference to a resource of the account that has signed in. */
static void put_href(const DavView *view, DavKind kind, Buffer *out)
{
        DavResource resource = { .kind = kind };
        strcpy(resource.account, view->login->name);
        buffer_puts(out, "<D:href>");
        dav_resource_href(&resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
}

static void put_principal(const DavView *view, Buffer *out)
{
        put_href(view, DAV_PRINCIPAL, out);
}

static void put_calendars(const DavView *view, Buffer *out)
{
        put_href(view, DAV_CALENDARS, out);
}

static void put_addressbooks(const DavView *view, Buffer *out)
{
        put_href(view, DAV_ADDRESSBOOKS, out);
}

static void put_principals(const DavView *view, Buffer *out)
{
        const DavResource resource = { .kind = DAV_PRINCIPALS };
        buffer_puts(out, "<D:href>");
        dav_resource_href(&resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
}

static void put_type(const DavView *view, Buffer *out)
{
        if (view->resource.kind & DAV_MEMBERS)
                return;
        buffer_puts(out, "<D:collection/>");
        if (view->resource.kind == DAV_PRINCIPAL)
                buffer_puts(out, "<D:principal/>");
        if (view->resource.kind == DAV_CALENDAR)
                buffer_puts(out, "<C:calendar/>");
        if (view->resource.kind == DAV_ADDRESSBOOK)
                buffer_puts(out, "<R:addressbook/>");
}

static void put_name(const DavView *view, Buffer *out)
{
        html_escape(out, view->resource.collection[0] ? view->resource.collection : view->resource.account);
}

static void put_components(const DavView *view, Buffer *out)
{
        (void)view;
        buffer_puts(out, "<C:comp name=\"VEVENT\"/>");
}

/* The value of sync-token (RFC 6578, 4) and of getctag. */
static void put_token(const DavView *view, Buffer *out)
{
        char token[SYNC_TOKEN_SIZE];
        sync_token_write(view->epoch, view->sequence, token);
        buffer_puts(out, token);
}

static void put_etag(const DavView *view, Buffer *out)
{
        char etag[DAV_ETAG_SIZE];
        member_etag(&view->member, etag);
        html_escape(out, etag);
}

/* The address for POST (RFC 5995, 3.2.1) is that of the collection. */
static void put_add_member(const DavView *view, Buffer *out)
{
        buffer_puts(out, "<D:href>");
        dav_resource_href(&view->resource, view->prefix, out);
        buffer_puts(out, "</D:href>");
}

static void put_media_type(const DavView *view, Buffer *out)
{
        char type[DAV_MEDIA_TYPE_SIZE];
        member_media_type(&view->member, type);
        html_escape(out, type);
}

static void put_length(const DavView *view, Buffer *out)
{
        buffer_printf(out, "%zu", view->member.len);
}

static void put_modified(const DavView *view, Buffer *out)
{
        char date[HTTP_DATE_SIZE];
        http_date_format(view->member.changed, date);
        buffer_puts(out, date);
}

static void put_created(const DavView *view, Buffer *out)
{
        char date[21];
        time_format_rfc3339(view->member.created, date);
        buffer_puts(out, date);
}

static void put_reports(const DavView *view, Buffer *out)
{
        for (int i = 0; i < REPORT_N; i++) {
                if (!(report_names[i].kinds & (int)view->resource.kind))
                        continue;
                buffer_puts(out, "<D:supported-report><D:report>");
                property_write_name(&report_names[i].name, out);
                buffer_puts(out, "</D:report></D:supported-report>");
        }
}

/* Of a member whose text was read; other requests than reports do not read it (RFC 4791, 9.6). */
static void put_data(const DavView *view, Buffer *out)
{
        member_data_write(&view->member, view->data, out);
}

static void put_privilege(const char *name, Buffer *out)
{
        buffer_printf(out, "<D:privilege><D:%s/></D:privilege>", name);
}

/*
 * Appends the privileges of the account. The privileges that `write` contains are listed, too (RFC 3744,
 * 5.4), because some clients look only for one of them.
 */
static void put_privileges(const DavView *view, Buffer *out)
{
        static const char *const reading[] = { "read", "read-current-user-privilege-set" };
        static const char *const writing[] = { "write", "write-content", "bind", "unbind" };
        for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
                put_privilege(reading[i], out);
        if (view->resource.kind & CALENDAR_KINDS)
                buffer_puts(out, "<D:privilege><C:read-free-busy/></D:privilege>");
        if (view->access != ACCOUNT_WRITE || view->login->read_only)
                return;
        for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++)
                put_privilege(writing[i], out);
}

static void put_collations(const DavView *view, Buffer *out)
{
        (void)view;
        for (int i = 0; i < COLLATIONS_N; i++)
                buffer_printf(out, "<C:supported-collation>%s</C:supported-collation>",
                                collation_name((Collation)i));
}

static const struct Property {
        DavName name;
        int kinds;   /* DavKind bits: the resources that have it */
        bool of_all; /* a part of allprop */
        void (*put)(const DavView *view, Buffer *out);
} properties[] = {
        { { SPACE_DAV, "resourcetype" }, ALL_KINDS, true, put_type },
        { { SPACE_DAV, "displayname" }, DAV_PRINCIPAL | DAV_COLLECTIONS, true, put_name },
        { { SPACE_DAV, "current-user-principal" }, ALL_KINDS, false, put_principal },
        { { SPACE_DAV, "principal-URL" }, DAV_PRINCIPAL, false, put_principal },
        { { SPACE_DAV, "principal-collection-set" }, ALL_KINDS, false, put_principals },
        { { SPACE_DAV, "owner" }, HOMES | DAV_COLLECTIONS | DAV_MEMBERS, false, put_principal },
        { { SPACE_DAV, "current-user-privilege-set" }, ALL_KINDS, false, put_privileges },
        { { SPACE_CALDAV, "calendar-home-set" }, DAV_PRINCIPAL, false, put_calendars },
        { { SPACE_CALDAV, "supported-calendar-component-set" }, DAV_CALENDAR, false, put_components },
        { { SPACE_CALDAV, "supported-collation-set" }, DAV_CALENDAR, false, put_collations },
        { { SPACE_CARDDAV, "addressbook-home-set" }, DAV_PRINCIPAL, false, put_addressbooks },
        { { SPACE_DAV, "add-member" }, DAV_COLLECTIONS, false, put_add_member },
        { { SPACE_DAV, "getetag" }, DAV_MEMBERS, true, put_etag },
        { { SPACE_DAV, "getcontenttype" }, DAV_MEMBERS, true, put_media_type },
        { { SPACE_DAV, "getcontentlength" }, DAV_MEMBERS, true, put_length },
        { { SPACE_DAV, "getlastmodified" }, DAV_MEMBERS, true, put_modified },
        { { SPACE_DAV, "creationdate" }, DAV_MEMBERS, true, put_created },
        { { SPACE_CALDAV, "calendar-data" }, DAV_CALENDAR_OBJECT, false, put_data },
        { { SPACE_CARDDAV, "address-data" }, DAV_CARD, false, put_data },
        { { SPACE_DAV, "supported-report-set" }, ALL_KINDS, false, put_reports },
        { { SPACE_SERVER, "getctag" }, DAV_COLLECTIONS, false, put_token },
        { { SPACE_DAV, "sync-token" }, DAV_COLLECTIONS, false, put_token },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static char prefix_of(const char *space)
{
        for (int i = 0; i < N_PREFIXES; i++)
                if (strcmp(prefixes[i].space, space) == 0)
                        return prefixes[i].prefix;
        return '\0';
}

/* Whether the resource has a property. It has its text only if the text was read. */
static bool has(const DavView *view, const struct Property *property)
{
        return property->kinds & (int)view->resource.kind &&
               (property->put != put_data || (view->member.text && view->data));
}

static const struct Property *find(const DavView *view, const DavName *name)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (has(view, &properties[i]) && strcmp(properties[i].name.local, name->local) == 0 &&
                                strcmp(properties[i].name.space, name->space) == 0)
                        return &properties[i];
        return NULL;
}

bool property_has(const DavView *view, const DavName *name)
{
        return find(view, name) != NULL;
}

int property_write(const DavView *view, const DavName *name, Buffer *out)
{
        const struct Property *property = find(view, name);
        if (!property)
                return PROPERTY_E_NONE;
        char prefix = prefix_of(name->space);
        buffer_printf(out, "<%c:%s>", prefix, name->local);
        property->put(view, out);
        buffer_printf(out, "</%c:%s>", prefix, name->local);
        return 0;
}

void property_each(const DavView *view, bool all, void (*on_name)(const DavName *name, void *userdata),
                void *userdata)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (has(view, &properties[i]) && (properties[i].of_all || !all))
                        on_name(&properties[i].name, userdata);
}

void property_write_name(const DavName *name, Buffer *out)
{
        char prefix = prefix_of(name->space);
        if (prefix) {
                buffer_printf(out, "<%c:%s/>", prefix, name->local);
                return;
        }
        buffer_printf(out, "<%s xmlns=\"", name->local);
        html_escape(out, name->space);
        buffer_puts(out, "\"/>");
}
