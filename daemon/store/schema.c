#include "store/schema.h"

#include "store/epoch.h"
#include "store/ledger-past.h"
#include "store/object.h"
#include "store/person.h"
#include "store/query.h"
#include "store/schema-upgrade.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINK_VERSION = 7, PARENT_VERSION = 13, EPOCH_VERSION = 14, PERSON_VERSION = 18 };

enum { MIGRATION_PATIENCE_SECONDS = 60 };

int schema_version(Db *db, int *ret)
{
        bool there;
        DbStatement *statement;
        int r = db_has_table(db, "meta", &there);
        if (r != 0)
                return r;
        if (!there) {
                *ret = 0;
                return 0;
        }
        r = db_prepare(db, SQL("SELECT value FROM meta WHERE name = 'schema'"), &statement);
        if (r == 0)
                r = db_step(statement);
        if (r == 0 || r == DB_ROW)
                *ret = r == DB_ROW ? atoi(db_text(statement, 0, NULL)) : 0;
        db_reset(statement);
        return r == DB_ROW ? 0 : r;
}

static int make_link_secret(Store *store)
{
        char secret[TOKEN_SIZE];
        int r = token_make(secret);
        return r != 0 ? r : store_meta_set(store, META_LINK_SECRET, secret);
}

typedef struct EventRow {
        ZoneTable *zones;
        int64_t id;
        char *parent; /* NULL for none */
} EventRow;

static void event_row_done(EventRow *row)
{
        free(row->parent);
}

/* An event that cannot be read gets no parent; `convene check` reports it. */
static int read_event_row(DbStatement *statement, void *userdata)
{
        EventRow *row = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        size_t len;
        const char *text = db_text(statement, 1, &len);
        row->id = db_int(statement, 0);
        int r = event_parse(row->zones, text, len, &event, NULL);
        if (r < 0)
                return r;
        const char *parent = r == 0 ? event_parent(event) : NULL;
        row->parent = parent ? strdup(parent) : NULL;
        return parent && !row->parent ? -ENOMEM : 0;
}

/* Derives the column `parent`. */
static int fill_parents(Store *store)
{
        int64_t last = INT64_MIN;
        int r = 0;
        while (r == 0) {
                CLEANUP(event_row_done) EventRow row = { .zones = store_zones(store) };
                r = QUERY_FIRST(store, read_event_row, &row,
                                "SELECT id, text FROM object WHERE id > $1"
                                " AND kind <> " SQL_OBJECT_CARD " ORDER BY id LIMIT 1",
                                BIND_I(last));
                if (r == 0 && row.parent)
                        r = QUERY_RUN(store, "UPDATE object SET parent = $2 WHERE id = $1", BIND_I(row.id),
                                        BIND_T(row.parent));
                last = row.id;
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/*
 * Runs the migrations. A new store begins with version 4. The migration of a later version is added to
 * schema_later, for both engines.
 */
static int bring_up(Store *store, int from)
{
        char version[16];
        int r = from == 0             ? db_execute(store_db(store), schema_whole)
                : from < SCHEMA_WHOLE ? schema_upgrade(store, from)
                                      : 0;
        for (int i = from > SCHEMA_WHOLE ? from : SCHEMA_WHOLE; r == 0 && i < SCHEMA_CURRENT; i++)
                r = db_execute(store_db(store), schema_later[i - SCHEMA_WHOLE]);
        if (r == 0 && from < LINK_VERSION)
                r = make_link_secret(store);
        if (r == 0 && from < EPOCH_VERSION)
                r = epoch_renew(store);
        if (r == 0 && from > 0 && from < PARENT_VERSION)
                r = fill_parents(store);
        if (r == 0 && from > 0 && from < PERSON_VERSION)
                r = person_fill(store);
        snprintf(version, sizeof(version), "%d", SCHEMA_CURRENT);
        return r != 0 ? r : store_meta_set(store, "schema", version);
}

int schema_make(Store *store)
{
        return bring_up(store, 0);
}

/* If another daemon brings the same tables up to date, its transaction may be long. */
static int begin_alone(Db *db)
{
        usec_t patience = db_set_patience(db, MIGRATION_PATIENCE_SECONDS * USEC_PER_SEC);
        int r = db_begin_write(db);
        db_set_patience(db, patience);
        return r;
}

static int migrate(Store *store)
{
        Db *db = store_db(store);
        int version = 0;
        int r = begin_alone(db);
        /* The version is read again, now as the only writer: another process may just have migrated. */
        if (r == 0)
                r = schema_version(db, &version);
        if (r == 0 && version < SCHEMA_CURRENT)
                r = bring_up(store, version);
        if (r == 0)
                r = db_commit(db);
        if (r != 0)
                db_rollback(db);
        return r;
}

int schema_migrate(Store *store)
{
        Db *db = store_db(store);
        int version = 0;
        int r = schema_version(db, &version);
        if (r != 0 || version >= SCHEMA_CURRENT)
                return r != 0 || version == SCHEMA_CURRENT ? r : SCHEMA_E_NEWER;
        /* Replacing a table must not delete the rows that refer to it. */
        r = db_set_references(db, false);
        if (r == 0)
                r = migrate(store);
        int enforced = db_set_references(db, true);
        return r != 0 ? r : enforced;
}
