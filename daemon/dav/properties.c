#include "dav/properties.h"

#include "base/html.h"
#include "dav/collection-title.h"
#include "dav/live.h"
#include "dav/member-data.h"
#include "dav/report-names.h"
#include "dav/stored.h"
#include "http/date.h"
#include "schedule/deliver.h"
#include "schedule/user.h"

#include <string.h>

enum { NAME_MAX_BYTES = 1024 };

#define SPACE_DAV     "DAV:"
#define SPACE_CALDAV  "urn:ietf:params:xml:ns:caldav"
#define SPACE_CARDDAV "urn:ietf:params:xml:ns:carddav"
#define SPACE_SERVER  "http://calendarserver.org/ns/"

enum {
        ALL_KINDS = ~0,
        HOMES = DAV_CALENDARS | DAV_ADDRESSBOOKS,
        WITH_CALENDAR_DATA = DAV_CALENDAR | DAV_INBOX | DAV_OUTBOX,
};

/* The prefixes that PROPERTY_NAMESPACES declares. */
static const struct {
        const char *space;
        char prefix;
} prefixes[] = { { SPACE_DAV, 'D' }, { SPACE_CALDAV, 'C' }, { SPACE_CARDDAV, 'R' }, { SPACE_SERVER, 'S' } };

enum { N_PREFIXES = sizeof(prefixes) / sizeof(prefixes[0]) };

static void put_principal(const DavView *view, Buffer *out)
{
        live_put_href(view, DAV_PRINCIPAL, out);
}

static void put_calendars(const DavView *view, Buffer *out)
{
        live_put_href(view, DAV_CALENDARS, out);
}

static void put_addressbooks(const DavView *view, Buffer *out)
{
        live_put_href(view, DAV_ADDRESSBOOKS, out);
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
        if (view->resource.kind == DAV_INBOX)
                buffer_puts(out, "<C:schedule-inbox/>");
        if (view->resource.kind == DAV_OUTBOX)
                buffer_puts(out, "<C:schedule-outbox/>");
}

static void put_name(const DavView *view, Buffer *out)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(NAME_MAX_BYTES);
        if (view->collection.name[0])
                collection_title_default(&view->collection, view->is_drafts,
                                language_of(view->config->language), &name);
        else
                buffer_puts(&name, view->resource.account);
        html_escape(out, buffer_text(&name));
}

/* The value of sync-token (RFC 6578, 4) and of getctag. */
static void put_token(const DavView *view, Buffer *out)
{
        char token[SYNC_TOKEN_SIZE];
        sync_token_write(view->epoch, (SyncState){ .change = view->sequence }, token);
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

/* Writes the data of a member whose text was read, as only reports do (RFC 4791, 9.6). */
static void put_data(const DavView *view, Buffer *out)
{
        member_data_write(&view->member, view->data, out);
}

#define SPACE_APPLE "http://apple.com/ns/ical/"

enum {
        FOR_ALL = 1 << 0,   /* a part of allprop (RFC 4918, 9.1) */
        SETTABLE = 1 << 1,  /* clients may set it, but not of a principal */
        STORED = 1 << 2,    /* there is a value only if a client has set one */
        SCHEDULES = 1 << 3, /* only if the server schedules (RFC 6638) */
        COMPUTED = 1 << 4,  /* the server makes the value from the stored one */
        OF_QUOTA = 1 << 5,  /* there is a value only if the quota was read */
        LIMITED = 1 << 6,   /* only if there is a quota */
};

static const struct Property {
        DavName name;
        int kinds; /* DavKind bits: the resources that have it */
        int flags;
        void (*put)(const DavView *view, Buffer *out);
} properties[] = {
        { { SPACE_DAV, "resourcetype" }, ALL_KINDS, FOR_ALL, put_type },
        { { SPACE_DAV, "displayname" }, DAV_PRINCIPAL | HOMES | DAV_SYNCED | DAV_OUTBOX, FOR_ALL | SETTABLE,
                        put_name },
        { { SPACE_DAV, "getetag" }, DAV_MEMBERS, FOR_ALL, put_etag },
        { { SPACE_DAV, "getcontenttype" }, DAV_MEMBERS, FOR_ALL, put_media_type },
        { { SPACE_DAV, "getcontentlength" }, DAV_MEMBERS, FOR_ALL, put_length },
        { { SPACE_DAV, "getlastmodified" }, DAV_MEMBERS, FOR_ALL, put_modified },
        { { SPACE_DAV, "creationdate" }, DAV_MEMBERS | DAV_SYNCED, FOR_ALL, live_put_created },
        { { SPACE_DAV, "supportedlock" }, ALL_KINDS, FOR_ALL, live_put_nothing },

        { { SPACE_DAV, "current-user-principal" }, ALL_KINDS, 0, put_principal },
        { { SPACE_DAV, "principal-collection-set" }, ALL_KINDS, 0, put_principals },
        { { SPACE_DAV, "owner" }, HOMES | DAV_SYNCED | DAV_OUTBOX | DAV_MEMBERS, 0, live_put_owner },
        { { SPACE_DAV, "current-user-privilege-set" }, ALL_KINDS, 0, live_put_privileges },
        { { SPACE_DAV, "supported-privilege-set" }, ALL_KINDS, 0, live_put_supported_privileges },
        { { SPACE_DAV, "acl" }, ALL_KINDS, 0, live_put_acl },
        { { SPACE_DAV, "acl-restrictions" }, ALL_KINDS, 0, live_put_acl_restrictions },
        { { SPACE_DAV, "supported-report-set" }, ALL_KINDS, 0, put_reports },
        { { SPACE_DAV, "quota-available-bytes" }, HOMES | DAV_COLLECTIONS, OF_QUOTA | LIMITED,
                        live_put_quota_left },
        { { SPACE_DAV, "quota-used-bytes" }, HOMES | DAV_COLLECTIONS, OF_QUOTA, live_put_quota_used },
        { { SPACE_DAV, "resource-id" }, DAV_SYNCED | DAV_MEMBERS, 0, live_put_resource_id },

        { { SPACE_DAV, "principal-URL" }, DAV_PRINCIPAL, 0, put_principal },
        { { SPACE_DAV, "alternate-URI-set" }, DAV_PRINCIPAL, 0, live_put_nothing },
        { { SPACE_DAV, "group-membership" }, DAV_PRINCIPAL, 0, live_put_nothing },
        { { SPACE_CALDAV, "calendar-home-set" }, DAV_PRINCIPAL, 0, put_calendars },
        { { SPACE_CALDAV, "calendar-user-address-set" }, DAV_PRINCIPAL, 0, live_put_addresses },
        { { SPACE_CALDAV, "calendar-user-type" }, DAV_PRINCIPAL, 0, live_put_user_type },
        { { SPACE_CALDAV, "schedule-inbox-URL" }, DAV_PRINCIPAL, SCHEDULES, live_put_inbox },
        { { SPACE_CALDAV, "schedule-outbox-URL" }, DAV_PRINCIPAL, SCHEDULES, live_put_outbox },
        { { SPACE_CALDAV, DELIVER_DEFAULT_PROPERTY }, DAV_INBOX, SETTABLE | COMPUTED,
                        live_put_default_calendar },
        { { SPACE_CALDAV, "schedule-calendar-transp" }, DAV_CALENDAR, SETTABLE | SCHEDULES,
                        live_put_transparency },
        { { SPACE_CALDAV, "schedule-tag" }, DAV_CALENDAR_OBJECT, SCHEDULES, live_put_schedule_tag },
        { { SPACE_SERVER, "email-address-set" }, DAV_PRINCIPAL, 0, live_put_emails },
        { { SPACE_CARDDAV, "addressbook-home-set" }, DAV_PRINCIPAL, 0, put_addressbooks },

        { { SPACE_DAV, "add-member" }, DAV_COLLECTIONS, 0, put_add_member },
        { { SPACE_SERVER, "getctag" }, DAV_SYNCED, 0, put_token },
        { { SPACE_DAV, "sync-token" }, DAV_SYNCED, 0, put_token },
        { { SPACE_CALDAV, "supported-calendar-component-set" }, WITH_CALENDAR_DATA, 0, live_put_components },
        { { SPACE_CALDAV, "supported-calendar-data" }, WITH_CALENDAR_DATA, 0, live_put_calendar_data },
        { { SPACE_CALDAV, "supported-collation-set" }, DAV_CALENDAR, 0, live_put_calendar_collations },
        { { SPACE_CALDAV, "max-resource-size" }, WITH_CALENDAR_DATA, 0, live_put_max_size },
        { { SPACE_CALDAV, "max-instances" }, DAV_CALENDAR, 0, live_put_max_instances },
        { { SPACE_CALDAV, "max-attendees-per-instance" }, DAV_CALENDAR, 0, live_put_max_attendees },
        { { SPACE_CALDAV, "min-date-time" }, WITH_CALENDAR_DATA, 0, live_put_min_date },
        { { SPACE_CALDAV, "max-date-time" }, WITH_CALENDAR_DATA, 0, live_put_max_date },
        { { SPACE_CALDAV, "calendar-description" }, DAV_CALENDAR, SETTABLE | STORED, live_put_nothing },
        { { SPACE_CALDAV, "calendar-timezone" }, DAV_CALENDAR, SETTABLE | STORED, live_put_nothing },
        { { SPACE_CALDAV, "calendar-timezone-id" }, DAV_CALENDAR, SETTABLE | STORED, live_put_nothing },
        { { SPACE_APPLE, "calendar-color" }, DAV_COLLECTIONS, SETTABLE | STORED, live_put_nothing },
        { { SPACE_APPLE, "calendar-order" }, DAV_COLLECTIONS, SETTABLE | STORED, live_put_nothing },
        { { SPACE_CARDDAV, "addressbook-description" }, DAV_ADDRESSBOOK, SETTABLE | STORED,
                        live_put_nothing },
        { { SPACE_CARDDAV, "supported-address-data" }, DAV_ADDRESSBOOK, 0, live_put_address_data },
        { { SPACE_CARDDAV, "supported-collation-set" }, DAV_ADDRESSBOOK, 0, live_put_address_collations },
        { { SPACE_CARDDAV, "max-resource-size" }, DAV_ADDRESSBOOK, 0, live_put_max_size },
        { { SPACE_CARDDAV, "max-image-size" }, DAV_ADDRESSBOOK, 0, live_put_max_image },

        { { SPACE_CALDAV, "calendar-data" }, DAV_CALENDAR_OBJECT | DAV_MESSAGE, 0, put_data },
        { { SPACE_CARDDAV, "address-data" }, DAV_CARD, 0, put_data },
};

/* Properties of other servers or of no resource here, which a client cannot set either. */
static const DavName foreign[] = { { SPACE_DAV, "lockdiscovery" }, { SPACE_DAV, "group-member-set" },
        { SPACE_DAV, "group" }, { SPACE_DAV, "inherited-acl-set" }, { SPACE_DAV, "parent-set" } };

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static char prefix_of(const char *space)
{
        for (int i = 0; i < N_PREFIXES; i++)
                if (strcmp(prefixes[i].space, space) == 0)
                        return prefixes[i].prefix;
        return '\0';
}

/*
 * Whether the resource has a live property. It has its text only if the text was read, and the length of the
 * text, and the time at which it was made, only if they are known.
 */
static bool has(const DavView *view, const struct Property *property)
{
        if (!(property->kinds & (int)view->resource.kind) || property->flags & STORED)
                return false;
        if (property->flags & SCHEDULES && !schedule_is_on(view->config))
                return false;
        if (property->flags & OF_QUOTA)
                return view->stored && view->stored->has_quota &&
                       (!(property->flags & LIMITED) || view->config->dav.quota > 0);
        if (property->put == put_data)
                return view->member.text && view->data;
        if (property->put == put_length)
                return !view->member.lacks_length;
        if (property->put == live_put_schedule_tag)
                return view->member.schedule_tag > 0;
        return property->put != live_put_created || !(view->resource.kind & DAV_SYNCED) ||
               view->collection.created > 0;
}

static const struct Property *find(const DavView *view, const DavName *name)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (dav_name_is(name, properties[i].name.space, properties[i].name.local) &&
                                has(view, &properties[i]))
                        return &properties[i];
        return NULL;
}

bool property_has(const DavView *view, const DavName *name)
{
        return stored_find(view->stored, name) || find(view, name);
}

/* A list of 10,000 members has so many tags that printf() would take much of its time. */
static void put_tag(const char *begin, char prefix, const char *local, const char *end, Buffer *out)
{
        buffer_puts(out, begin);
        buffer_putc(out, prefix);
        buffer_putc(out, ':');
        buffer_puts(out, local);
        buffer_puts(out, end);
}

int property_write(const DavView *view, const DavName *name, Buffer *out)
{
        const StoredItem *stored = stored_find(view->stored, name);
        const struct Property *property = find(view, name);
        if (stored && !(property && property->flags & COMPUTED)) {
                buffer_puts(out, stored->value);
                return 0;
        }
        if (!property)
                return PROPERTY_E_NONE;
        char prefix = prefix_of(name->space);
        put_tag("<", prefix, name->local, ">", out);
        property->put(view, out);
        put_tag("</", prefix, name->local, ">", out);
        return 0;
}

/*
 * Whether a stored property is left out of an allprop: those of CalDAV and CardDAV, which may be long (RFC
 * 4791, 5.2.1, and others).
 */
static bool is_only_by_name(const DavName *name)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (properties[i].flags & STORED && prefix_of(name->space) &&
                                dav_name_is(name, properties[i].name.space, properties[i].name.local))
                        return true;
        return false;
}

/* An allprop has the properties that clients have set, except those. */
void property_each(const DavView *view, bool all, void (*on_name)(const DavName *name, void *userdata),
                void *userdata)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (has(view, &properties[i]) && (properties[i].flags & FOR_ALL || !all))
                        on_name(&properties[i].name, userdata);
        for (size_t i = 0; view->stored && i < view->stored->n; i++) {
                const DavName *name = &view->stored->items[i].name;
                if (!find(view, name) && !(all && is_only_by_name(name)))
                        on_name(name, userdata);
        }
}

/* RFC 4331, 4 and 3: these two are not in allprop. */
bool property_is_of_quota(const DavName *name)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (properties[i].flags & OF_QUOTA &&
                                dav_name_is(name, properties[i].name.space, properties[i].name.local))
                        return true;
        return false;
}

bool property_is_protected(DavKind kind, const DavName *name)
{
        const unsigned fixed = DAV_ROOT | DAV_PRINCIPALS | DAV_PRINCIPAL;
        for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
                if (dav_name_is(name, foreign[i].space, foreign[i].local))
                        return true;
        for (int i = 0; i < N_PROPERTIES; i++)
                if (dav_name_is(name, properties[i].name.space, properties[i].name.local))
                        return !(properties[i].flags & SETTABLE) || kind & fixed;
        return false;
}

void property_write_name(const DavName *name, Buffer *out)
{
        char prefix = prefix_of(name->space);
        if (prefix) {
                put_tag("<", prefix, name->local, "/>", out);
                return;
        }
        buffer_printf(out, "<%s xmlns=\"", name->local);
        html_escape(out, name->space);
        buffer_puts(out, "\"/>");
}
