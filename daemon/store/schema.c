#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * One step for each version, in order; a step that was ever released never changes. Types are those that SQLite and PostgreSQL share; ids
 * come from the table `counter`, so that none is ever used twice.
 */
static const char *const steps[] = {
        /* 1: the beginning */
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
        "CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
        "INSERT INTO counter (name, value) VALUES ('change', 0), ('object', 0), ('mail', 0), "
        "('subscription', 0);"

        "CREATE TABLE collection (name TEXT PRIMARY KEY, cards BIGINT NOT NULL, zone TEXT, sequence BIGINT "
        "NOT NULL);"

        "CREATE TABLE object (id INTEGER PRIMARY KEY, change BIGINT NOT NULL, kind BIGINT NOT NULL,"
        " collection TEXT NOT NULL REFERENCES collection (name), uid TEXT NOT NULL UNIQUE, name TEXT NOT "
        "NULL,"
        " categories TEXT NOT NULL, status TEXT NOT NULL, class TEXT NOT NULL, sequence BIGINT NOT NULL,"
        " start BIGINT NOT NULL, finish BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, "
        "text TEXT NOT NULL);"
        "CREATE INDEX object_change ON object (change);"
        "CREATE INDEX object_start ON object (start, uid);"

        "CREATE TABLE tombstone (uid TEXT PRIMARY KEY, id BIGINT NOT NULL, collection TEXT NOT NULL, change "
        "BIGINT NOT NULL,"
        " at BIGINT NOT NULL, sequence BIGINT NOT NULL);"
        "CREATE INDEX tombstone_change ON tombstone (change);"

        "CREATE TABLE stamp (collection TEXT NOT NULL, category TEXT NOT NULL, at BIGINT NOT NULL,"
        " PRIMARY KEY (collection, category));"

        "CREATE TABLE subscription (id BIGINT NOT NULL, contact BIGINT NOT NULL REFERENCES object (id) ON "
        "DELETE CASCADE,"
        " scope BIGINT NOT NULL, target TEXT NOT NULL, leads TEXT NOT NULL, created BIGINT NOT NULL,"
        " PRIMARY KEY (scope, target, contact));"
        "CREATE INDEX subscription_contact ON subscription (contact);"
        "CREATE TABLE stopped (contact INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE, reason "
        "TEXT NOT NULL,"
        " at BIGINT NOT NULL);"
        "CREATE TABLE mute (contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, uid TEXT NOT "
        "NULL,"
        " at BIGINT NOT NULL, PRIMARY KEY (contact, uid));"
        "CREATE TABLE private_feed (contact INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
        " digest TEXT NOT NULL UNIQUE, at BIGINT NOT NULL);"

        "CREATE TABLE alarm (object INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE, next "
        "BIGINT NOT NULL,"
        " after_contact BIGINT NOT NULL, found BIGINT NOT NULL);"
        "CREATE INDEX alarm_next ON alarm (next);"

        /* The ledger outlives what it speaks of: no references. */
        "CREATE TABLE mail (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, contact "
        "BIGINT NOT NULL,"
        " object BIGINT NOT NULL, uid TEXT NOT NULL, recurrence_id TEXT NOT NULL, start TEXT NOT NULL, rule "
        "TEXT NOT NULL,"
        " state BIGINT NOT NULL, attempts BIGINT NOT NULL, tries BIGINT NOT NULL, due BIGINT NOT NULL,"
        " next_attempt BIGINT NOT NULL, expires BIGINT NOT NULL, message_id TEXT NOT NULL, token TEXT NOT "
        "NULL UNIQUE,"
        " reason TEXT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, bytes TEXT);"
        "CREATE INDEX mail_open ON mail (next_attempt) WHERE state IN (1, 3);"
        "CREATE INDEX mail_state ON mail (state, updated);"
        "CREATE INDEX mail_contact ON mail (contact);",

        /* 2: what a mail told of an event, so that a change is noticed; digests, bounces, stopped kinds, subscribing by oneself */
        "CREATE INDEX object_kind ON object (kind);"

        "ALTER TABLE mail ADD COLUMN finish TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE mail ADD COLUMN place TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE mail ADD COLUMN carried BIGINT NOT NULL DEFAULT 0;"
        "DROP INDEX mail_open;"
        "UPDATE mail SET next_attempt = 0 WHERE state NOT IN (1, 3);"
        "CREATE INDEX mail_due ON mail (next_attempt, due) WHERE next_attempt > 0;"
        "CREATE INDEX mail_told ON mail (uid, contact) WHERE state IN (2, 3, 4, 9);"

        "ALTER TABLE alarm ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;"

        "CREATE TABLE agenda (contact INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE, wish "
        "TEXT NOT NULL, next BIGINT NOT NULL, seen BIGINT NOT NULL DEFAULT 0);"
        "CREATE INDEX agenda_next ON agenda (next);"

        /* A row for each mail that came back, and one for each contact that is not mailed for it, or was restored. */
        "CREATE TABLE bounce (mail INTEGER PRIMARY KEY, contact BIGINT NOT NULL REFERENCES object (id) ON "
        "DELETE CASCADE,"
        " address TEXT NOT NULL, hard BIGINT NOT NULL, at BIGINT NOT NULL);"
        "CREATE INDEX bounce_contact ON bounce (contact, at);"
        "CREATE TABLE undeliverable (contact INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
        " address TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL, restored "
        "BIGINT NOT NULL);"

        "CREATE TABLE mute_kind (contact BIGINT NOT NULL REFERENCES object (id) ON DELETE CASCADE, kind "
        "TEXT "
        "NOT NULL,"
        " at BIGINT NOT NULL, PRIMARY KEY (contact, kind));"

        "CREATE TABLE signup (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, address TEXT NOT NULL, "
        "language TEXT NOT NULL,"
        " scope BIGINT NOT NULL, target TEXT NOT NULL, network TEXT NOT NULL, created BIGINT NOT NULL,"
        " expires BIGINT NOT NULL);"
        "CREATE INDEX signup_address ON signup (address, created);"
        "CREATE INDEX signup_network ON signup (network, created);"
        "CREATE INDEX signup_expires ON signup (expires);"
        "INSERT INTO counter (name, value) VALUES ('signup', 0);",

        /* 3: what a mail says, beside its row, which never grows then: rows stay many to a page. And what many say alike, once. */
        "CREATE TABLE sample (name TEXT PRIMARY KEY, bytes BYTEA NOT NULL);"
        "CREATE TABLE message (mail INTEGER PRIMARY KEY, sample TEXT NOT NULL, bytes BYTEA NOT NULL);"
        "INSERT INTO message (mail, sample, bytes) SELECT id, '', bytes FROM mail WHERE bytes IS NOT NULL;"
        "ALTER TABLE mail DROP COLUMN bytes;"
        /* Of all that a contact was told of an event in the course of the years, what is not over. */
        "DROP INDEX mail_told;"
        "CREATE INDEX mail_told ON mail (uid, contact, expires) WHERE state IN (2, 3, 4, 9);"
        "CREATE INDEX mail_parked ON mail (contact, expires) WHERE state = 9;"
        "CREATE INDEX mail_change ON mail (contact, uid) WHERE kind = 'change';",
};

int schema_current(void)
{
        return (int)(sizeof(steps) / sizeof(steps[0]));
}

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

static int run_steps(Db *db, int from)
{
        char set_version[160];
        int r = 0;
        for (int i = from; r == 0 && i < schema_current(); i++)
                r = db_execute(db, steps[i]);
        snprintf(set_version, sizeof(set_version),
                        "INSERT INTO meta (name, value) VALUES ('schema', '%d')"
                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        schema_current());
        return r != 0 ? r : db_execute(db, set_version);
}

int schema_migrate(Db *db)
{
        int version = 0;
        int r = schema_version(db, &version);
        if (r != 0)
                return r;
        if (version > schema_current())
                return SCHEMA_E_NEWER;
        if (version == schema_current())
                return 0;
        /* Looked at again under the write lock: another process may have done it meanwhile. */
        r = db_begin_write(db);
        if (r == 0)
                r = schema_version(db, &version);
        if (r == 0 && version < schema_current())
                r = run_steps(db, version);
        if (r == 0)
                r = db_commit(db);
        if (r != 0)
                db_rollback(db);
        return r;
}
