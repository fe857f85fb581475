#include "store/calendar.h"

#include "store/account-right.h"
#include "store/history-internal.h"
#include "store/object-internal.h"
#include "store/query.h"
#include "store/resource.h"
#include "store/store-internal.h"
#include "store/subscription-scope.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

bool calendar_is_fixed(const char *name)
{
        return strcmp(name, COLLECTION_EVENTS) == 0 || strcmp(name, COLLECTION_MEETINGS) == 0 ||
               strcmp(name, COLLECTION_OFFERS) == 0;
}

bool calendar_name_is_valid(const char *name)
{
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
        return len > 0 && len < COLLECTION_NAME_SIZE && !name[len] && !collection_is_own_name(name);
}

/* ---- Adding and changing ---- */

/*
 * The first change number is new, so that the token differs from those that a removed calendar of the same
 * name had.
 */
static int add(Store *store, const char *name, const char *zone_name, usec_t now)
{
        Collection there;
        int r = collection_get(store, name, &there);
        if (r != STORE_E_NOT_FOUND)
                return r == 0 ? STORE_E_CONFLICT : r;
        r = collection_ensure(store, name, false, zone_name);
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE collection SET created = $2 WHERE name = $1", BIND_T(name),
                                BIND_I(now));
        return r == 0 ? calendar_touch(store, name) : r;
}

int calendar_add(Store *store, const char *name, const char *zone_name, usec_t now)
{
        StoreWrite write;
        if (!calendar_name_is_valid(name))
                return STORE_E_CONFLICT;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, add(store, name, zone_name, now));
}

int calendar_touch(Store *store, const char *name)
{
        int64_t change;
        return object_next_change(store, name, 0, &change);
}

/* ---- Hosts ---- */

#define HOST_PROPERTY "X-CONVENED-CALENDAR"

bool calendar_is_of_host(const Card *card, const char *name)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(card, HOST_PROPERTY, line)))
                if (strcmp(line->value, name) == 0)
                        return true;
        return false;
}

/* The length of a fold (RFC 6350, 3.2); 0 if there is none. @text: ends with a NUL */
static size_t fold_length(const char *text)
{
        size_t len = *text == '\r';
        return text[len] == '\n' && (text[len + 1] == ' ' || text[len + 1] == '\t') ? len + 2 : 0;
}

static bool begins_with_property(const char *text)
{
        const char *name = HOST_PROPERTY;
        while (*name && toupper((unsigned char)*text) == *name) {
                name++;
                text++;
                text += fold_length(text);
        }
        return !*name;
}

/* Whether a card may have the property. Most cards do not, and need not be parsed. */
static bool may_have_property(const ObjectRecord *record)
{
        const char *end = record->text + record->len;
        for (const char *c = record->text; c < end; c++)
                if (begins_with_property(c))
                        return true;
        return false;
}

typedef struct HostWalk {
        const char *name;
        int (*on_host)(const ObjectRecord *record, void *userdata);
        void *userdata;
} HostWalk;

static int on_card(const ObjectRecord *record, void *userdata)
{
        const HostWalk *walk = userdata;
        CLEANUP(card_freep) Card *card = NULL;
        if (!may_have_property(record))
                return 0;
        int r = card_parse(record->text, record->len, &card, NULL);
        if (r != 0)
                return r == CARD_E_INVALID ? 0 : r;
        return calendar_is_of_host(card, walk->name) ? walk->on_host(record, walk->userdata) : 0;
}

int calendar_hosts_each(Store *store, const char *name,
                int (*on_host)(const ObjectRecord *record, void *userdata), void *userdata)
{
        HostWalk walk = { name, on_host, userdata };
        return object_each_card(store, on_card, &walk);
}

static int refuse_host(const ObjectRecord *record, void *userdata)
{
        (void)record;
        (void)userdata;
        return CALENDAR_E_HOST;
}

/* ---- Removing ---- */

static int read_contents(DbStatement *row, void *userdata)
{
        *(CalendarContents *)userdata = (CalendarContents){ db_int(row, 0), db_int(row, 1), db_int(row, 2) };
        return 0;
}

int calendar_contents(Store *store, const char *name, CalendarContents *ret)
{
        return QUERY_FIRST(store, read_contents, ret,
                        "SELECT (SELECT count(*) FROM object WHERE collection = $1),"
                        " (SELECT count(*) FROM subscription WHERE scope = " SQL_SUBSCRIBE_CALENDAR
                        " AND target = $1),"
                        " (SELECT count(*) FROM account_right WHERE collection = $1)",
                        BIND_T(name));
}

/* Reads the number of the first object after another one; 0 if there is none. */
static int next_object(Store *store, const char *name, int64_t after, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT id FROM object WHERE collection = $1 AND id > $2 ORDER BY id LIMIT 1",
                        BIND_T(name), BIND_I(after));
}

/* An object keeps its name, unless another object of the target has it. */
static int move_object(Store *store, int64_t id, const char *target, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        char name[RESOURCE_NAME_SIZE];
        int r = object_get_by_id(store, id, &record);
        if (r == 0)
                r = object_move(store, record->collection, record->resource, target, record->resource, now);
        if (r != STORE_E_CONFLICT)
                return r;
        resource_name_hash(record->kind, record->uid, name);
        return object_move(store, record->collection, record->resource, target, name, now);
}

static int move_objects(Store *store, const char *name, const char *target, usec_t now)
{
        int64_t id = 0;
        int r = next_object(store, name, id, &id);
        while (r == 0 && id != 0) {
                r = move_object(store, id, target, now);
                if (r == 0)
                        r = next_object(store, name, id, &id);
        }
        return r;
}

/* The drafts of a calendar have properties of their own, by the last part of their path (dav/stored.h). */
static int remove_properties(Store *store, const char *name)
{
        char drafts[COLLECTION_NAME_SIZE + sizeof(COLLECTION_DRAFTS)];
        char beside[sizeof(COLLECTION_BESIDE) + sizeof(drafts)];
        snprintf(drafts, sizeof(drafts), "%s" COLLECTION_DRAFTS, name);
        snprintf(beside, sizeof(beside), COLLECTION_BESIDE "%s", drafts);
        return QUERY_RUN(store, "DELETE FROM property WHERE collection IN ($1, $2, $3)", BIND_T(name),
                        BIND_T(drafts), BIND_T(beside));
}

/* The moves of its objects cannot be undone without the calendar, and would hide earlier changes. */
static int move_history(Store *store, const char *name, const char *target)
{
        int r = history_drop_moves(store, name);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE history SET collection = $2 WHERE collection = $1 AND trash = ''",
                                        BIND_T(name), BIND_T(target));
}

/* Tombstones stay: they tell a calendar of the same name, which is made later, what is gone. */
static int remove_rows(Store *store, const char *name)
{
        int r = QUERY_RUN(store,
                        "DELETE FROM subscription WHERE scope = " SQL_SUBSCRIBE_CALENDAR " AND target = $1",
                        BIND_T(name));
        if (r == 0)
                r = remove_properties(store, name);
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM account_right WHERE collection = $1", BIND_T(name));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM collection WHERE name = $1", BIND_T(name));
        return r == 0 ? account_changed(store) : r;
}

static bool takes_events(const Collection *collection)
{
        return !collection->is_cards && !collection->owner[0] &&
               collection->components & COLLECTION_VEVENT &&
               strcmp(collection->name, COLLECTION_MEETINGS) != 0;
}

static int remove_calendar(Store *store, const char *name, const char *target, usec_t now)
{
        Collection from, to;
        int r = collection_get(store, name, &from);
        if (r != 0)
                return r;
        r = collection_get(store, target, &to);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? STORE_E_CONFLICT : r;
        if (calendar_is_fixed(name) || !takes_events(&from) || !takes_events(&to) ||
                        strcmp(name, target) == 0)
                return STORE_E_CONFLICT;
        r = calendar_hosts_each(store, name, refuse_host, NULL);
        if (r == 0)
                r = move_objects(store, name, target, now);
        if (r == 0)
                r = move_history(store, name, target);
        return r == 0 ? remove_rows(store, name) : r;
}

int calendar_remove(Store *store, const char *name, const char *target, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, remove_calendar(store, name, target, now));
}
