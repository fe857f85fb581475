/*
 * The migrations of SQLite's tables from versions 1, 2 and 3. A released migration is never changed. On
 * PostgreSQL the first version is 4 (schema.c). Later migrations are for both engines and belong in
 * schema.c.
 */

#include "store/schema-upgrade.h"

#include "contact/card.h"
#include "store/address.h"
#include "store/query.h"
#include "store/resource.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The migrations to versions 2 and 3. */
static const char *const first_steps[] = {
        /*
         * 2: end and place of the occurrence in a mail, to recognize changes; digests, returned mails,
         * muted categories, subscribing through the form
         */
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

        /* A row for each returned mail, and a row for each contact that is or was suppressed. */
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

        /*
         * 3: the bytes of a mail in a separate table, so that its row never grows and more rows fit in a
         * page; dictionaries
         */
        "CREATE TABLE sample (name TEXT PRIMARY KEY, bytes BYTEA NOT NULL);"
        "CREATE TABLE message (mail INTEGER PRIMARY KEY, sample TEXT NOT NULL, bytes BYTEA NOT NULL);"
        "INSERT INTO message (mail, sample, bytes) SELECT id, '', bytes FROM mail WHERE bytes IS NOT NULL;"
        "ALTER TABLE mail DROP COLUMN bytes;"
        /* The index includes the expiry, because a contact may have had mails about one event for years. */
        "DROP INDEX mail_told;"
        "CREATE INDEX mail_told ON mail (uid, contact, expires) WHERE state IN (2, 3, 4, 9);"
        "CREATE INDEX mail_parked ON mail (contact, expires) WHERE state = 9;"
        "CREATE INDEX mail_change ON mail (contact, uid) WHERE kind = 'change';",
};

/*
 * 4: objects have names in their collections, so that two collections may have the same UID, and they have
 * addresses. Both columns are filled before the table is replaced.
 */
static const char add_columns[] = "ALTER TABLE object ADD COLUMN resource TEXT NOT NULL DEFAULT '';"
                                  "ALTER TABLE object ADD COLUMN address TEXT NOT NULL DEFAULT '';"
                                  "ALTER TABLE tombstone ADD COLUMN resource TEXT NOT NULL DEFAULT '';";

static const char make_anew[] =
                "CREATE TABLE object_anew (id INTEGER PRIMARY KEY, change BIGINT NOT NULL, kind BIGINT NOT NULL,"
                " collection TEXT NOT NULL REFERENCES collection (name), resource TEXT NOT NULL, uid TEXT NOT NULL,"
                " name TEXT NOT NULL, categories TEXT NOT NULL, status TEXT NOT NULL, class TEXT NOT NULL,"
                " sequence BIGINT NOT NULL, start BIGINT NOT NULL, finish BIGINT NOT NULL, created BIGINT NOT NULL,"
                " changed BIGINT NOT NULL, address TEXT NOT NULL, text BYTEA NOT NULL,"
                " UNIQUE (uid, collection), UNIQUE (collection, resource));"
                "INSERT INTO object_anew (id, change, kind, collection, resource, uid, name, categories, status, class,"
                " sequence, start, finish, created, changed, address, text)"
                " SELECT id, change, kind, collection, resource, uid, name, categories, status, class,"
                " sequence, start, finish, created, changed, address, text FROM object;"
                "DROP TABLE object;"
                "ALTER TABLE object_anew RENAME TO object;"
                "CREATE INDEX object_change ON object (change);"
                "CREATE INDEX object_start ON object (start, uid);"
                "CREATE INDEX object_kind ON object (kind);"
                "CREATE INDEX object_address ON object (address) WHERE address <> '';"

                "CREATE TABLE tombstone_anew (collection TEXT NOT NULL, resource TEXT NOT NULL, uid TEXT NOT NULL,"
                " id BIGINT NOT NULL, change BIGINT NOT NULL, at BIGINT NOT NULL, sequence BIGINT NOT NULL,"
                " PRIMARY KEY (collection, resource));"
                "INSERT INTO tombstone_anew (collection, resource, uid, id, change, at, sequence)"
                " SELECT collection, resource, uid, id, change, at, sequence FROM tombstone;"
                "DROP TABLE tombstone;"
                "ALTER TABLE tombstone_anew RENAME TO tombstone;"
                "CREATE INDEX tombstone_change ON tombstone (change);"
                "CREATE INDEX tombstone_uid ON tombstone (uid);"

                "UPDATE bounce SET address = lower(address);"
                "UPDATE undeliverable SET address = lower(address);"

                "CREATE INDEX mail_doubtful ON mail (uid, contact, expires) WHERE state = 5 AND attempts > 1;"
                "CREATE INDEX message_sample ON message (sample);"
                "DELETE FROM sample"
                " WHERE NOT EXISTS (SELECT 1 FROM message WHERE message.sample = sample.name);"

                /*
                 * Before this version the reason was an English sentence in the column of the server's
                 * reply. The numbers are those of MailReason.
                 */
                "ALTER TABLE mail RENAME COLUMN reason TO reply;"
                "ALTER TABLE mail ADD COLUMN reason BIGINT NOT NULL DEFAULT 0;"
                "UPDATE mail SET reason = CASE reply"
                " WHEN 'overtaken by a nearer reminder' THEN 1"
                " WHEN 'told by the notice of the change' THEN 2"
                " WHEN 'event or subscription came after this moment, and mail.late is skip' THEN 3"
                " WHEN 'it had become pointless before the mail could go' THEN 4"
                " WHEN 'the event ended before the mail could go' THEN 4"
                " WHEN 'the contact''s card says X-CONVENED-REMINDERS:OFF' THEN 5"
                " WHEN 'the contact has no mail address' THEN 6"
                " WHEN 'the name of the contact''s mailbox is not ASCII, which mail servers do not take' THEN 7"
                " WHEN 'the contact wants no mail' THEN 8"
                " WHEN 'the contact opted out' THEN 9"
                " WHEN 'mail to the contact''s address comes back' THEN 10"
                " WHEN 'the contact wants no mail about this event' THEN 11"
                " WHEN 'the contact wants no mail about events of this kind' THEN 12"
                " WHEN 'the contact gets an agenda instead' THEN 13"
                " WHEN 'the contact is gone' THEN 14"
                " WHEN 'the event is gone' THEN 15"
                " WHEN 'the event has moved or does not take place' THEN 16"
                " WHEN 'overtaken by another change of the event' THEN 17"
                " WHEN 'the contact wants no agenda any more' THEN 18"
                " WHEN 'there is nothing to tell' THEN 19"
                " WHEN 'there is nothing to confirm any more' THEN 20"
                " WHEN 'the contact''s quiet hours' THEN 21"
                " WHEN 'an address that no mail can be sent to or from' THEN 22"
                " WHEN 'no mail could be made of it: is the sender''s or the contact''s address right?' THEN 23"
                " WHEN 'twice no reply after the message was handed over' THEN 24"
                " WHEN 'interrupted after the message was handed over' THEN 25"
                " WHEN 'interrupted twice after the message was handed over' THEN 26"
                " ELSE 0 END"
                " WHERE reply <> '';"
                "UPDATE mail SET reply = '' WHERE reason <> 0;"
                "UPDATE mail SET reason = 27, reply = substr(reply, 12) WHERE reply LIKE 'came back: %';"

                /* Until version 4 every stop came from the link in a mail to the contact. */
                "CREATE TABLE stopped_anew (contact INTEGER PRIMARY KEY REFERENCES object (id) ON DELETE CASCADE,"
                " reason BIGINT NOT NULL, at BIGINT NOT NULL);"
                "INSERT INTO stopped_anew (contact, reason, at) SELECT contact, 9, at FROM stopped;"
                "DROP TABLE stopped;"
                "ALTER TABLE stopped_anew RENAME TO stopped;";

/* A row whose name or address is to be derived. */
typedef struct Row {
        int64_t id;
        ObjectKind kind;
        char *uid, *address;
} Row;

static void row_done(Row *row)
{
        free(row->uid);
        free(row->address);
}

static int read_row(DbStatement *statement, void *userdata)
{
        Row *row = userdata;
        row->id = db_int(statement, 0);
        row->kind = (ObjectKind)db_int(statement, 1);
        row->uid = strdup(db_text(statement, 2, NULL));
        return row->uid ? 0 : -ENOMEM;
}

static int name_row(Store *store, const Row *row, const Sql *update)
{
        char name[RESOURCE_NAME_SIZE];
        resource_name_derive(row->kind, row->uid, name);
        return query_run(store, update, QUERY_BINDS(BIND_I(row->id), BIND_T(name)));
}

/* Derives the name of each row. @select reads the row with the next id, @update sets its name. */
static int name_rows(Store *store, const Sql *select, const Sql *update)
{
        int64_t last = INT64_MIN;
        int r = 0;
        while (r == 0) {
                CLEANUP(row_done) Row row = { 0 };
                r = query_first(store, select, QUERY_BINDS(BIND_I(last)), read_row, &row);
                if (r == 0)
                        r = name_row(store, &row, update);
                last = row.id;
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int read_card(DbStatement *statement, void *userdata)
{
        Row *row = userdata;
        CLEANUP(card_freep) Card *card = NULL;
        size_t len;
        const char *text = db_text(statement, 1, &len);
        row->id = db_int(statement, 0);
        /* An unreadable card gets no address; `convene check` reports it. */
        int r = card_parse(text, len, &card, NULL);
        if (r < 0)
                return r;
        const char *address = card ? card_email(card) : NULL;
        row->address = address ? strdup(address) : NULL;
        return address && !row->address ? -ENOMEM : 0;
}

static int set_address(Store *store, const Row *row)
{
        char folded[ADDRESS_SIZE];
        address_fold(row->address, folded);
        return QUERY_RUN(store, "UPDATE object SET address = $2 WHERE id = $1", BIND_I(row->id),
                        BIND_T(folded));
}

static int index_addresses(Store *store)
{
        int64_t last = INT64_MIN;
        int r = 0;
        while (r == 0) {
                CLEANUP(row_done) Row row = { 0 };
                r = QUERY_FIRST(store, read_card, &row,
                                "SELECT id, text FROM object"
                                " WHERE id > $1 AND kind = " SQL_OBJECT_CARD " ORDER BY id LIMIT 1",
                                BIND_I(last));
                if (r == 0)
                        r = set_address(store, &row);
                last = row.id;
        }
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int to_version_4(Store *store)
{
        Db *db = store_db(store);
        int r = db_execute(db, add_columns);
        if (r == 0)
                r = name_rows(store,
                                SQL("SELECT id, kind, uid FROM object"
                                    " WHERE id > $1"
                                    " ORDER BY id LIMIT 1"),
                                SQL("UPDATE object SET resource = $2 WHERE id = $1"));
        if (r == 0)
                r = name_rows(store,
                                SQL("SELECT tombstone.id, CASE WHEN cards = 0 THEN " SQL_OBJECT_EVENT
                                    " ELSE " SQL_OBJECT_CARD " END, uid FROM tombstone"
                                    " JOIN collection ON collection.name = tombstone.collection"
                                    " WHERE tombstone.id > $1"
                                    " ORDER BY tombstone.id LIMIT 1"),
                                SQL("UPDATE tombstone SET resource = $2 WHERE id = $1"));
        if (r == 0)
                r = index_addresses(store);
        return r != 0 ? r : db_execute(db, make_anew);
}

int schema_upgrade(Store *store, int from)
{
        enum { N_FIRST = sizeof(first_steps) / sizeof(first_steps[0]) };
        int r = 0;
        for (int i = from - 1; r == 0 && i < N_FIRST; i++)
                r = db_execute(store_db(store), first_steps[i]);
        return r != 0 ? r : to_version_4(store);
}
