#include "store/repair.h"

#include "store/columns.h"
#include "store/due-index.h"
#include "store/epoch.h"
#include "store/hold.h"
#include "store/ledger-internal.h"
#include "store/ledger.h"
#include "store/object-internal.h"
#include "store/person.h"
#include "store/query.h"
#include "store/schema.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct Repair {
        const RepairOptions *options;
        Db *damaged;
        Store *fresh;
        RepairReport *report;
} Repair;

/* Tables whose lost rows could cause a mail to be sent twice, or to a contact who has opted out. */
static const char *const tables_of_mail[] = { "counter", "mail", "meta", "mute", "mute_kind", "past",
        "stopped", "told", "undeliverable" };

static void count_fault(const char *fault, void *userdata)
{
        (void)fault;
        ++*(int *)userdata;
}

static int write_columns(Store *store, const ObjectRecord *kept, const ObjectRecord *derived)
{
        return QUERY_RUN(store,
                        "UPDATE object SET kind = $2, name = $3, categories = $4, status = $5, class = $6,"
                        " sequence = $7, start = $8, finish = $9, address = $10, parent = $11"
                        " WHERE id = $1",
                        BIND_I(kept->id), BIND_I(derived->kind), BIND_T(derived->name),
                        BIND_T(derived->categories), BIND_T(derived->status), BIND_T(derived->class),
                        BIND_I(derived->sequence > kept->sequence ? derived->sequence : kept->sequence),
                        BIND_I(derived->start), BIND_I(derived->end), BIND_T(derived->address),
                        BIND_T(derived->parent));
}

/* Marks an event that has not ended as due, so that the daemon finds its alarms again. */
static int rederive_event(const Repair *repair, Store *store, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        r = columns_of_event(event, repair->options->fallback, &derived);
        if (r == 0)
                r = write_columns(store, record, &derived.record);
        if (r == 0 && derived.record.kind == OBJECT_EVENT && derived.record.end > repair->options->now)
                r = due_index_set(store, &(DueEntry){ .object = record->id, .found = USEC_INFINITY });
        return r;
}

static int rederive_plain(const Repair *repair, Store *store, const ObjectRecord *record)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        bool is_own = collection_is_own_name(record->collection);
        int r = plain_parse(record->text, record->len, &plain, NULL);
        if (r == 0)
                r = columns_of_plain(store_zones(store), plain, is_own, repair->options->fallback, &derived);
        if (r == 0)
                r = write_columns(store, record, &derived.record);
        return r < 0 && r != -EINVAL ? r : 0;
}

static int rederive_card(Store *store, const ObjectRecord *record)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(columns_done) Columns derived = { 0 };
        int r = card_parse(record->text, record->len, &card, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        r = columns_of_card(card, collection_is_own_name(record->collection), &derived);
        if (r == 0)
                r = write_columns(store, record, &derived.record);
        if (r != 0 || derived.record.kind != OBJECT_CARD)
                return r;
        r = person_put(store, card, record->id);
        return r == 0 ? object_index_digest(store, card, record, record->id) : r;
}

/* The numbers are listed first, because a running query may return an object again that was written. */
static int rederive_objects(const Repair *repair, Store *store)
{
        CLEANUP(db_salvage_done) DbSalvage found = { .n = 0 };
        int r = db_salvage(store_db(store), "object", NULL, &found);
        for (size_t i = 0; r == 0 && i < found.n; i++) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                r = object_get_by_id(store, found.rows[i].row, &record);
                if (r == 0 && record->kind != OBJECT_MESSAGE)
                        r = object_kind_is_card(record->kind) ? rederive_card(store, record)
                            : columns_is_plain(record->kind)  ? rederive_plain(repair, store, record)
                                                              : rederive_event(repair, store, record);
        }
        return r;
}

/*
 * Raises counters whose rows were lost, because no number may be used twice; makes the lost collections of
 * objects again; closes mails whose bytes were lost; counts the archive.
 */
static const Sql mend_sql[] SQL_STATEMENT = {
        { "INSERT INTO counter (name, value)"
          " SELECT name, used + 1000 FROM (SELECT 'change' AS name, coalesce(max(change), 0) AS used FROM object"
          " UNION ALL SELECT 'object', coalesce(max(id), 0) FROM object"
          " UNION ALL SELECT 'mail', coalesce(max(id), 0) FROM mail"
          " UNION ALL SELECT 'subscription', coalesce(max(id), 0) FROM subscription"
          " UNION ALL SELECT 'signup', coalesce(max(id), 0) FROM signup"
          " UNION ALL SELECT 'meeting', coalesce(max(id), 0) FROM meeting"
          " UNION ALL SELECT 'account_token', coalesce(max(id), 0) FROM account_token"
          " UNION ALL SELECT 'history', coalesce(max(id), 0) FROM history"
          " UNION ALL SELECT 'invitee', coalesce(max(id), 0) FROM invitee"
          " UNION ALL SELECT 'itip', coalesce(max(id), 0) FROM itip"
          " UNION ALL SELECT 'office_text', coalesce(max(id), 0) FROM office_text"
          " UNION ALL SELECT 'change_task', coalesce(max(id), 0) FROM change_task"
          " UNION ALL SELECT 'account', 0) AS found WHERE 1 = 1"
          " ON CONFLICT (name) DO UPDATE SET value = CASE WHEN counter.value < excluded.value - 1000"
          " THEN excluded.value ELSE counter.value END" },
        /* An object refers to its collection, so it would be dropped as an orphan. */
        { "INSERT INTO collection (name, owner, cards, zone, sequence)"
          " SELECT collection, CASE WHEN max(kind) > " SQL_OBJECT_JOURNAL " THEN '" COLLECTION_LOST_OWNER
          "' ELSE '' END, max(CASE WHEN kind IN (" SQL_OBJECT_CARD ", " SQL_OBJECT_OWN_CARD
          ") THEN 1 ELSE 0 END), NULL, max(change)"
          " FROM object WHERE collection NOT IN (SELECT name FROM collection) GROUP BY collection" },
        { "UPDATE collection SET bytes = (SELECT CAST(coalesce(sum(length(text)), 0) AS BIGINT) FROM object"
          " WHERE object.collection = collection.name)" },
        { "UPDATE trash SET bytes = (SELECT CAST(coalesce(sum(length(text)), 0) AS BIGINT) FROM history"
          " WHERE history.trash = trash.key)" },
        { "DELETE FROM message WHERE mail NOT IN (SELECT id FROM mail WHERE state IN (" SQL_STATES_OPEN
          ", " SQL_MAIL_SENT "))" },
        /* The mail may have arrived. */
        { "UPDATE mail SET state = " SQL_MAIL_PARKED
          ", next_attempt = 0, owner = 0, reason = " SQL_REASON_NO_BYTES
          " WHERE state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN
          ") AND CASE WHEN bundle > 0 THEN bundle ELSE id END NOT IN (SELECT mail FROM message)" },
        /* A row leads its mail itself if the row that led it was lost. */
        { "UPDATE mail SET bundle = 0 WHERE bundle > 0"
          " AND NOT EXISTS (SELECT 1 FROM mail AS leader WHERE leader.id = mail.bundle AND leader.bundle = leader.id)" },
        { "DELETE FROM sample WHERE NOT EXISTS (SELECT 1 FROM message WHERE message.sample = sample.name)" },
        { "DELETE FROM told WHERE mail NOT IN (SELECT id FROM mail WHERE attempts > 0)" },
        { "DELETE FROM past_total" },
        { "INSERT INTO past_total (state, n, last) SELECT state, count(*), max(closed) * 1000000 FROM past GROUP BY state" },
};

static int rederive(const Repair *repair)
{
        StoreWrite write;
        int r = store_write_begin(repair->fresh, &write);
        if (r != 0)
                return r;
        for (size_t i = 0; r == 0 && i < sizeof(mend_sql) / sizeof(mend_sql[0]); i++)
                r = query_run(repair->fresh, &mend_sql[i], NULL, 0);
        if (r == 0)
                r = rederive_objects(repair, repair->fresh);
        if (r == 0)
                r = epoch_renew(repair->fresh);
        return store_write_end(&write, r);
}

/*
 * Keeps a key whose row is lost, so that no mail with this key is sent. If another copy of the row could be
 * read, the new store has the key already and nothing changes.
 */
static int keep_key(Repair *repair, const DbLoss *loss)
{
        char token[32];
        snprintf(token, sizeof(token), "lost-%" PRId64, loss->first);
        int r = QUERY_RUN(repair->fresh,
                        "INSERT INTO mail (id, key, kind, contact, object, uid, recurrence_id, start, rule, state,"
                        " attempts, tries, due, next_attempt, expires, message_id, token, reply, created, updated, reason)"
                        " VALUES ($1, $2, '', 0, 0, '', '', '', '', " SQL_MAIL_FAILED ","
                        " 0, 0, $4, 0, $4, '', $3, '', $4, $4, " SQL_REASON_NO_BYTES ")"
                        " ON CONFLICT DO NOTHING",
                        BIND_I(loss->first), BIND_T(loss->name), BIND_T(token),
                        BIND_I(repair->options->now));
        if (r == 0)
                repair->report->n_lost_keys += query_changed(repair->fresh);
        return r;
}

static bool is_of_mail(const char *table)
{
        for (size_t i = 0; i < sizeof(tables_of_mail) / sizeof(tables_of_mail[0]); i++)
                if (strcmp(tables_of_mail[i], table) == 0)
                        return true;
        return false;
}

static int on_loss(const DbLoss *loss, void *userdata)
{
        Repair *repair = userdata;
        repair->options->on_loss(loss, repair->options->userdata);
        if (strcmp(loss->table, "mail") == 0 && loss->name[0] && loss->first == loss->last)
                return keep_key(repair, loss);
        repair->report->holds_mail |= is_of_mail(loss->table);
        return 0;
}

static int fill(Repair *repair)
{
        static const DbRowName names[] = { { "mail", "key" }, { "object", "uid" }, { NULL, NULL } };
        const DbRebuildOptions options = { names, on_loss, repair };
        int r = db_rebuild(store_db(repair->fresh), repair->damaged, &options);
        if (r == 0)
                r = rederive(repair);
        if (r == 0)
                r = db_drop_orphans(store_db(repair->fresh));
        return r == 0 && repair->report->holds_mail ? hold_begin(repair->fresh, MARK_LOSSES) : r;
}

/* Replaces the store, unless the new one has faults of its own. */
static int replace(const Repair *repair)
{
        char now[17], mark[32];
        int n_faults = 0;
        const DbCheckOptions options = { .full = true, .on_fault = count_fault, .userdata = &n_faults };
        time_format_utc(repair->options->now, now);
        snprintf(mark, sizeof(mark), "damaged-%s", now);
        int r = db_check(store_db(repair->fresh), &options);
        if (r != 0 || n_faults > 0)
                return r != 0 ? r : DB_E_CORRUPT;
        return db_replace(repair->damaged, store_db(repair->fresh), mark, &repair->report->aside);
}

/* A file at @url is the new store of an interrupted repair, so it is removed. */
static int rebuild(Repair *repair, const char *url)
{
        int r = db_discard(url);
        if (r == 0)
                r = store_open(url, STORE_CREATE, repair->options->zones, &repair->fresh, NULL);
        if (r == 0)
                r = fill(repair);
        if (r == 0)
                r = replace(repair);
        repair->fresh = store_close(repair->fresh);
        if (r != 0)
                db_discard(url);
        return r;
}

/*
 * A store of another version is not repaired, because its tables differ. If the damage hides the version,
 * the store counts as one of this version. Any other failure, such as a lock, is returned.
 */
static int check_version(Db *damaged)
{
        int version = 0;
        int r = schema_version(damaged, &version);
        if (r != 0)
                return r == DB_E_CORRUPT ? 0 : r;
        if (version == SCHEMA_CURRENT)
                return 0;
        return version > SCHEMA_CURRENT ? STORE_E_NEWER : STORE_E_NOT_FOUND;
}

int repair_store(const char *url, const RepairOptions *options, RepairReport *ret)
{
        CLEANUP(db_closep) Db *damaged = NULL;
        CLEANUP(cleanup_free) char *spare_url = NULL;
        Repair repair = { .options = options, .report = ret };
        *ret = (RepairReport){ .n_lost_keys = 0 };
        int r = db_open(url, false, false, &damaged, NULL);
        if (r == 0)
                r = check_version(damaged);
        if (r == 0)
                r = db_lock(damaged);
        if (r == 0)
                r = db_settle(damaged);
        if (r == 0)
                r = db_spare_url(damaged, &spare_url);
        repair.damaged = damaged;
        return r != 0 ? r : rebuild(&repair, spare_url);
}
