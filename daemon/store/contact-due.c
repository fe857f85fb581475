#include "store/contact-due.h"

#include "store/due-index.h"
#include "store/object.h"
#include "store/query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define META_SEEN "contacts_seen"

void contact_due_done(ContactDue *due)
{
        free(due->target);
}

int contact_due_wake(Store *store, int64_t contact, SubscriptionScope scope, const char *target)
{
        return QUERY_RUN(store,
                        "INSERT INTO contact_due (contact, scope, target, after_object)"
                        " SELECT id, $2, $3, 0 FROM object"
                        " WHERE id = $1 AND kind = " SQL_OBJECT_CARD
                        " ON CONFLICT (contact, scope, target) DO UPDATE SET after_object = 0",
                        BIND_I(contact), BIND_I(scope), BIND_T(target));
}

int contact_due_wake_listings(Store *store, int64_t contact)
{
        return QUERY_RUN(store,
                        "INSERT INTO contact_due (contact, scope, target, after_object)"
                        " SELECT contact, scope, target, 0 FROM subscription WHERE contact = $1"
                        " ON CONFLICT (contact, scope, target) DO UPDATE SET after_object = 0",
                        BIND_I(contact));
}

int contact_due_count(Store *store, int limit, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM (SELECT contact FROM contact_due LIMIT $1) AS first",
                        BIND_I(limit));
}

static int copy_row(DbStatement *row, void *userdata)
{
        ContactDue *ret = userdata;
        *ret = (ContactDue){
                .contact = db_int(row, 0),
                .scope = (SubscriptionScope)db_int(row, 1),
                .target = strdup(db_text(row, 2, NULL)),
                .after_object = db_int(row, 3),
        };
        return ret->target ? 0 : -ENOMEM;
}

int contact_due_first(Store *store, ContactDue *ret)
{
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT contact, scope, target, after_object FROM contact_due"
                        " ORDER BY contact, scope, target LIMIT 1");
}

#define NEXT_OBJECTS                                                                                        \
        "SELECT alarm.object FROM alarm JOIN object ON object.id = alarm.object"                            \
        " WHERE alarm.object > $2 AND finish > $3 AND "
#define IN_ORDER " ORDER BY alarm.object LIMIT $4"

/* Indexed by scope; $1 is the target. */
static const Sql objects_sql[] SQL_STATEMENT = {
        [SUBSCRIBE_ALL] = { NEXT_OBJECTS "$1 = ''" IN_ORDER },
        [SUBSCRIBE_KIND] = { NEXT_OBJECTS "categories LIKE '%,' || $1 || ',%'" IN_ORDER },
        [SUBSCRIBE_EVENT] = { NEXT_OBJECTS "(uid = $1 OR parent = $1)" IN_ORDER },
        [SUBSCRIBE_CALENDAR] = { NEXT_OBJECTS "collection = $1" IN_ORDER },
};

typedef struct Objects {
        int64_t *ids;
        int n;
} Objects;

static int add_object(DbStatement *row, void *userdata)
{
        Objects *objects = userdata;
        objects->ids[objects->n++] = db_int(row, 0);
        return 0;
}

int contact_due_objects(
                Store *store, const ContactDue *due, usec_t now, int limit, int64_t *ret_objects, int *ret_n)
{
        Objects objects = { .ids = ret_objects };
        const Bind binds[] = { BIND_T(due->target), BIND_I(due->after_object), BIND_I(now), BIND_I(limit) };
        int r = query_each(store, &objects_sql[due->scope], binds, sizeof(binds) / sizeof(binds[0]),
                        add_object, &objects);
        if (r == 0)
                *ret_n = objects.n;
        return r;
}

int contact_due_advance(Store *store, const ContactDue *due, int64_t object)
{
        return QUERY_RUN(store,
                        "UPDATE contact_due SET after_object = $4"
                        " WHERE contact = $1 AND scope = $2 AND target = $3",
                        BIND_I(due->contact), BIND_I(due->scope), BIND_T(due->target), BIND_I(object));
}

int contact_due_end(Store *store, const ContactDue *due)
{
        return QUERY_RUN(store, "DELETE FROM contact_due WHERE contact = $1 AND scope = $2 AND target = $3",
                        BIND_I(due->contact), BIND_I(due->scope), BIND_T(due->target));
}

static int load_seen(Store *store, usec_t *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(store, META_SEEN, &text);
        if (r == 0)
                *ret = text ? strtoll(text, NULL, 10) : 0;
        return r;
}

static int save_seen(Store *store, usec_t seen)
{
        char text[24];
        snprintf(text, sizeof(text), "%" PRId64, seen);
        return store_meta_set(store, META_SEEN, text);
}

int contact_due_note(Store *store, usec_t now)
{
        usec_t seen;
        int r = load_seen(store, &seen);
        return r != 0 || seen >= now ? r : save_seen(store, now);
}

static int rewind_seen(Store *store, usec_t now, int64_t *ret_n)
{
        usec_t seen;
        int64_t n = 0;
        int r = load_seen(store, &seen);
        if (r == 0 && seen > now) {
                r = due_index_wake_seen(store, now, &n);
                if (r == 0)
                        r = save_seen(store, now);
        }
        if (r == 0)
                *ret_n = n;
        return r;
}

int contact_due_rewind(Store *store, usec_t now, int64_t *ret_n)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, rewind_seen(store, now, ret_n));
}

static int spread(Store *store)
{
        int r = due_index_wake_all(store);
        return r != 0 ? r : QUERY_RUN(store, "DELETE FROM contact_due");
}

int contact_due_spread(Store *store)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, spread(store));
}
