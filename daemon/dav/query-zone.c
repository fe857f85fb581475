#include "dav/query-zone.h"

#include "calendar/object-tree.h"
#include "store/property.h"

#include <string.h>

enum { STATUS_FORBIDDEN = 403 };

/* Returns the only component of an object, if it is a VTIMEZONE. */
static const ObjectNode *only_zone(const ObjectTree *tree)
{
        const ObjectNode *node = object_tree_root(tree)->children;
        return node && !node->next && strcmp(node->name, "VTIMEZONE") == 0 ? node : NULL;
}

static int read_own(const char *text, QueryZone *ret)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        text += strspn(text, " \t\r\n");
        int r = object_tree_new(text, strlen(text), &tree);
        if (r != 0)
                return r == OBJECT_TREE_E_INVALID ? QUERY_ZONE_E_INVALID : r;
        const ObjectNode *node = only_zone(tree);
        if (!node)
                return QUERY_ZONE_E_INVALID;
        r = zone_from_vtimezone(node->raw, node->raw_len, &ret->own);
        if (r == 0)
                ret->zone = ret->own;
        return r == ZONE_E_INVALID ? QUERY_ZONE_E_INVALID : r;
}

/* The search for the zone of a calendar. */
typedef struct ZoneSearch {
        ZoneTable *zones;
        QueryZone *ret;
} ZoneSearch;

/* Takes calendar-timezone-id (RFC 7809, 5.2) if there is no calendar-timezone, whose rules are exact. */
static int take_name(ZoneSearch *search, const char *name)
{
        return search->ret->own ? 0 : zone_table_get(search->zones, name, &search->ret->zone);
}

/* Takes calendar-timezone (RFC 4791, 5.2.2) or its name. One that cannot be read counts as not set. */
static int take_property(const StoredProperty *property, void *userdata)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        ZoneSearch *search = userdata;
        const char *text;
        bool is_name = strcmp(property->name, "calendar-timezone-id") == 0;
        if (strcmp(property->space, XML_CALDAV) != 0 ||
                        (!is_name && strcmp(property->name, "calendar-timezone") != 0))
                return 0;
        int r = xml_reader_init(&reader, property->value, strlen(property->value));
        if (r == 0)
                r = is_name ? xml_token(&reader, &text) : xml_text(&reader, &text);
        if (r == 0)
                r = is_name ? take_name(search, text) : read_own(text, search->ret);
        return r > 0 ? 0 : r;
}

/* Finds the zone of the calendar of a request; that of the office if there is none or several calendars. */
static int find_calendar_zone(const DavCall *call, QueryZone *ret)
{
        char login[ACCOUNT_NAME_SIZE];
        const PropertyOwner owner = { call->view.collection.name, "", login };
        ret->zone = call->config->time_zone;
        if (!owner.collection[0])
                return 0;
        account_login(call->view.login->name, login);
        return property_each_stored(call->store, &owner, take_property, &(ZoneSearch){ call->zones, ret });
}

int query_zone_init(const DavCall *call, const Report *report, QueryZone *ret)
{
        *ret = (QueryZone){ .zone = NULL };
        if (report->time_zone)
                return read_own(report->time_zone, ret);
        if (!report->time_zone_id)
                return find_calendar_zone(call, ret);
        int r = zone_table_get(call->zones, report->time_zone_id, &ret->zone);
        return r > 0 ? QUERY_ZONE_E_UNKNOWN : r;
}

void query_zone_done(QueryZone *zone)
{
        zone_unref(zone->own);
}

int query_zone_refuse(const DavCall *call, int condition)
{
        return dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                        condition == QUERY_ZONE_E_INVALID ? "C:valid-calendar-data" : "C:valid-timezone",
                        NULL, NULL);
}
