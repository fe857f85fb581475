#include "dav/property-apply.h"

#include "calendar/zone.h"
#include "dav/properties.h"
#include "dav/stored.h"
#include "dav/tree.h"
#include "schedule/deliver.h"
#include "store/quota.h"

#include <errno.h>
#include <string.h>

enum { STATUS_OK = 200, STATUS_FORBIDDEN = 403, STATUS_INSUFFICIENT_STORAGE = 507 };

/* Whether a value is an iCalendar object with exactly one VTIMEZONE (RFC 4791, 5.2.2). */
static bool is_time_zone(const char *text)
{
        static const char begin[] = "BEGIN:VTIMEZONE", end[] = "END:VTIMEZONE";
        Zone *zone = NULL;
        const char *first = strstr(text, begin), *last = first ? strstr(first, end) : NULL;
        text += strspn(text, " \t\r\n");
        if (!last || strncmp(text, "BEGIN:VCALENDAR", strlen("BEGIN:VCALENDAR")) != 0 ||
                        strstr(first + 1, begin) || !strstr(last, "END:VCALENDAR"))
                return false;
        bool is_valid = zone_from_vtimezone(first, (size_t)(last - first) + strlen(end), &zone) == 0;
        zone_unref(zone);
        return is_valid;
}

/* Whether a value is opaque or transparent (RFC 6638, 9.1). */
static bool is_transparency(const char *value, size_t len)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        size_t n = 0, n_known = 0;
        int r = xml_reader_init(&reader, value, len);
        while (r == 0 && xml_child(&reader, 0) == XML_CHILD) {
                n++;
                n_known += xml_is(&reader, XML_CALDAV, "opaque") ||
                           xml_is(&reader, XML_CALDAV, "transparent");
        }
        return r == 0 && n == 1 && n_known == 1;
}

/* Checks the value of calendar-timezone-id (RFC 7809, 5.2). */
static int check_zone_name(ZoneTable *zones, const char *value, size_t len, bool *ret_valid)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        const Zone *zone;
        const char *name;
        int r = xml_reader_init(&reader, value, len);
        if (r == 0)
                r = xml_token(&reader, &name);
        if (r == 0)
                r = zone_table_get(zones, name, &zone);
        *ret_valid = r == 0;
        return r < 0 ? r : 0;
}

static bool has_time_zone(const PropertyChange *change)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        const char *text;
        return xml_reader_init(&reader, change->value, change->len) == 0 && xml_text(&reader, &text) == 0 &&
               is_time_zone(text);
}

/* @ret_fault: the precondition that the value fails; NULL for none */
static int check_value(ZoneTable *zones, const PropertyChange *change, const char **ret_fault)
{
        bool is_valid = true;
        int r = 0;
        *ret_fault = "C:valid-calendar-data";
        if (change->value && dav_name_is(&change->name, XML_CALDAV, "calendar-timezone")) {
                is_valid = has_time_zone(change);
        } else if (change->value && dav_name_is(&change->name, XML_CALDAV, "calendar-timezone-id")) {
                *ret_fault = "C:valid-timezone";
                r = check_zone_name(zones, change->value, change->len, &is_valid);
        } else if (change->value && dav_name_is(&change->name, XML_CALDAV, "schedule-calendar-transp")) {
                is_valid = is_transparency(change->value, change->len);
        }
        if (is_valid)
                *ret_fault = NULL;
        return r;
}

static bool is_default_calendar(const PropertyChange *change)
{
        return dav_name_is(&change->name, XML_CALDAV, DELIVER_DEFAULT_PROPERTY);
}

/* Reads the address in the value. Return: 0, or another value of the reader or of dav_href_read(). */
static int read_href(const DavView *view, const PropertyChange *change, DavResource *ret)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        const char *text;
        int r = xml_reader_init(&reader, change->value, change->len);
        if (r == 0 && (xml_child(&reader, 0) != XML_CHILD || !xml_is(&reader, XML_DAV, "href")))
                r = XML_E_INVALID;
        if (r == 0)
                r = xml_text(&reader, &text);
        return r != 0 ? r : dav_href_read(text, view->prefix, NULL, ret);
}

/* Puts the key of the calendar in place of its address, which must be that of an own one (RFC 6638, 9.2). */
static int take_default_calendar(
                Store *store, const DavView *view, PropertyUpdate *update, PropertyChange *change)
{
        DavView other = { .prefix = view->prefix, .login = view->login, .config = view->config };
        int r = read_href(view, change, &other.resource);
        if (r < 0)
                return r;
        bool is_calendar = r == 0 && other.resource.kind == DAV_CALENDAR;
        r = is_calendar ? tree_find(store, &other) : STORE_E_NOT_FOUND;
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        /* Invitations of others are not put into a calendar to which only the office adds members. */
        bool is_usable = r == 0 && other.collection.scheduling < COLLECTION_INBOX;
        if (is_usable && strcmp(other.collection.owner, view->collection.owner) == 0) {
                change->value = arena_copy(
                                &update->arena, other.collection.name, strlen(other.collection.name));
                return change->value ? 0 : -ENOMEM;
        }
        property_update_refuse(change, STATUS_FORBIDDEN, "C:valid-schedule-default-calendar-URL");
        return 0;
}

static int take_default_calendars(Store *store, const DavView *view, PropertyUpdate *update)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < update->n; i++)
                if (is_default_calendar(&update->changes[i]) && update->changes[i].value &&
                                update->changes[i].status == 0)
                        r = take_default_calendar(store, view, update, &update->changes[i]);
        return r;
}

static int check(const DavView *view, ZoneTable *zones, PropertyChange *change)
{
        bool is_elsewhere = is_default_calendar(change) && view->resource.kind != DAV_INBOX;
        const char *fault = NULL;
        if (is_elsewhere || property_is_protected(view->resource.kind, &change->name)) {
                property_update_refuse(change, STATUS_FORBIDDEN, "D:cannot-modify-protected-property");
                return 0;
        }
        int r = check_value(zones, change, &fault);
        if (r == 0 && fault)
                property_update_refuse(change, STATUS_FORBIDDEN, fault);
        return r;
}

int property_update_check(const DavView *view, ZoneTable *zones, PropertyUpdate *update)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < update->n; i++)
                r = check(view, zones, &update->changes[i]);
        return r;
}

/*
 * Refuses all changes if the resource would have too many properties, or too large ones, or all resources of
 * the account together.
 */
static int check_limits(Store *store, const DavView *view, PropertyUpdate *update)
{
        CLEANUP(stored_done) StoredSet set;
        char login[ACCOUNT_NAME_SIZE];
        int64_t all = 0;
        account_login(view->login->name, login);
        int r = stored_load(store, view, &set);
        if (r == 0)
                r = quota_of_properties(store, login, &all);
        if (r != 0 || (set.n <= PROPERTIES_MAX && set.bytes <= PROPERTIES_MAX_BYTES &&
                                      all <= PROPERTIES_OF_ACCOUNT_MAX_BYTES))
                return r;
        for (size_t i = 0; i < update->n; i++)
                if (update->changes[i].value)
                        property_update_refuse(&update->changes[i], STATUS_INSUFFICIENT_STORAGE, NULL);
        return 0;
}

static bool is_refused(const PropertyUpdate *update)
{
        for (size_t i = 0; i < update->n; i++)
                if (update->changes[i].status != 0 && update->changes[i].status != STATUS_OK)
                        return true;
        return false;
}

int property_update_apply(Store *store, const DavView *view, PropertyUpdate *update)
{
        char path[STORED_PATH_SIZE];
        PropertyOwner owner;
        bool everybody;
        int r = take_default_calendars(store, view, update);
        if (r != 0 || is_refused(update))
                return r;
        if (!stored_owner(view, &owner, path, &everybody)) {
                for (size_t i = 0; i < update->n; i++)
                        property_update_refuse(&update->changes[i], STATUS_FORBIDDEN, NULL);
                return 0;
        }
        for (size_t i = 0; r == 0 && i < update->n; i++) {
                const PropertyChange *change = &update->changes[i];
                if (change->status == STATUS_OK)
                        continue;
                r = change->value ? property_set(store, &owner, everybody, change->name.space,
                                                    change->name.local, change->value)
                                  : property_remove(store, &owner, everybody, change->name.space,
                                                    change->name.local);
        }
        return r != 0 ? r : check_limits(store, view, update);
}
