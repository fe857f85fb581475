#include "store/calendar.h"

#include "store/account-right.h"
#include "store/object-internal.h"
#include "store/query.h"
#include "store/resource.h"
#include "store/store-internal.h"
#include "store/subscription-scope.h"

#include <stdlib.h>
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

/* Reads the number of the first object; 0 if there is none. */
static int first_object(Store *store, const char *name, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0, "SELECT id FROM object WHERE collection = $1 ORDER BY id LIMIT 1",
                        BIND_T(name));
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
        int r = first_object(store, name, &id);
        while (r == 0 && id != 0) {
                r = move_object(store, id, target, now);
                if (r == 0)
                        r = first_object(store, name, &id);
        }
        return r;
}

/* Tombstones stay: they tell a calendar of the same name, which is made later, what is gone. */
static int remove_rows(Store *store, const char *name, const char *target)
{
        int r = QUERY_RUN(store, "UPDATE history SET collection = $2 WHERE collection = $1 AND trash = ''",
                        BIND_T(name), BIND_T(target));
        if (r == 0)
                r = QUERY_RUN(store,
                                "DELETE FROM subscription WHERE scope = " SQL_SUBSCRIBE_CALENDAR
                                " AND target = $1",
                                BIND_T(name));
        if (r == 0)
                r = QUERY_RUN(store, "DELETE FROM property WHERE collection = $1", BIND_T(name));
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
        r = move_objects(store, name, target, now);
        return r == 0 ? remove_rows(store, name, target) : r;
}

int calendar_remove(Store *store, const char *name, const char *target, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, remove_calendar(store, name, target, now));
}
