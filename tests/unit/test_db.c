/*
 * Tests the interface to engines. A table in front of SQLite's makes the n-th prepare or step of a
 * connection fail, for every n, under each walker and each other read of the store. Also tests the cache of
 * prepared statements.
 */

#include "store/address.h"
#include "store/db-internal.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/private-feed.h"
#include "store/query.h"
#include "store/signup.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000, CALLS_MAX = 64 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

/* Number of prepares or steps that still succeed; negative: all. */
static int prepares_left = -1, steps_left = -1;

static int failing_prepare(Db *db, const char *sql, bool in_parts, DbStatement **ret)
{
        return prepares_left >= 0 && prepares_left-- == 0 ? DB_E_IO
                                                          : db_sqlite.prepare(db, sql, in_parts, ret);
}

static int failing_step(DbStatement *statement)
{
        return steps_left >= 0 && steps_left-- == 0 ? DB_E_IO : db_sqlite.step(statement);
}

/* Rolls back without injected faults: rollback() returns no result that a test could check. */
static void spared_rollback(Db *db)
{
        int prepares = prepares_left, steps = steps_left;
        prepares_left = steps_left = -1;
        db_sqlite.rollback(db);
        prepares_left = prepares;
        steps_left = steps;
}

static DbEngine failing;

static Store *open_store(const Fixture *f)
{
        Store *store = NULL;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &store, NULL), 0);
        store_db(store)->engine = &failing;
        return store;
}

static void put_event(Fixture *f)
{
        static const char text[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\n"
                                   "UID:e@x\r\nDTSTAMP:20260101T100000Z\r\nDTSTART:20270101T100000Z\r\n"
                                   "CATEGORIES:SESSION\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const Zone *utc;
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &utc), 0);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event,
                                         &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                         .fallback = utc,
                                                         .now = NOW },
                                         &outcome),
                        0);
}

static int64_t put_contact(Fixture *f)
{
        static const char text[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c\r\nFN:C\r\n"
                                   "EMAIL:c@example.org\r\nEND:VCARD\r\n";
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, "c", &record), 0);
        return record->id;
}

static void add_mail(Fixture *f, int64_t contact, const char *key)
{
        MailRecord mail = {
                .kind = "reminder",
                .contact = contact,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "-P1D",
                .state = MAIL_PENDING,
                .next_attempt = NOW,
                .expires = USEC_INFINITY,
                .message_id = "",
                .token = key,
        };
        strcpy(mail.key, key);
        MailText text = { .message_id = "1@x", .bytes = "bytes", .len = 5, .made = NOW };
        MailState state;
        int64_t id = 0;
        bool added;
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_int_equal(ledger_find(f->store, key, &id, &state), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, NOW), 0);
}

/* Adds at least one row for each walk. */
static void fill(Fixture *f)
{
        SuppressionLimit limit = { 1, USEC_PER_DAY };
        SuppressionOutcome outcome;
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        put_event(f);
        int64_t contact = put_contact(f);
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_ALL, "", "", NOW), 0);
        assert_int_equal(mute_put(f->store, contact, "other@x", NOW), 0);
        assert_int_equal(mute_kind_put(f->store, contact, "meeting", NOW), 0);
        assert_int_equal(digest_index_wish(f->store, contact, "DAILY"), 0);
        add_mail(f, contact, "k1");
        add_mail(f, contact, "k2");
        ReturnedMail returned = { .mail = 1,
                .contact = contact,
                .sent = NOW,
                .address = "c@example.org",
                .hard = true,
                .status = "5.1.1",
                .reason = "gone" };
        assert_int_equal(suppression_add(f->store, &returned, &limit, NOW, &outcome), 0);
        assert_int_equal(store_meta_set(f->store, "name", "value"), 0);
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        failing = db_sqlite;
        failing.prepare = failing_prepare;
        failing.step = failing_step;
        failing.rollback = spared_rollback;
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        fill(f);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        (void)record;
        (void)userdata;
        return 0;
}

static int on_change(const ObjectChange *change, void *userdata)
{
        (void)change;
        (void)userdata;
        return 0;
}

static int on_mail(const MailRecord *record, void *userdata)
{
        (void)record;
        (void)userdata;
        return 0;
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        (void)subscription;
        (void)userdata;
        return 0;
}

static int on_due(const DueEntry *due, void *userdata)
{
        (void)due;
        (void)userdata;
        return 0;
}

static int on_text(const char *text, void *userdata)
{
        (void)text;
        (void)userdata;
        return 0;
}

static int on_collection(const Collection *collection, void *userdata)
{
        return on_text(collection->name, userdata);
}

static void on_fault(const char *fault, void *userdata)
{
        (void)userdata;
        fail_msg("%s", fault);
}

static int each_object(Store *store)
{
        return object_each(store, &(ObjectFilter){ 0 }, on_object, NULL);
}

static int each_change(Store *store)
{
        return object_changes(store, NULL, 0, on_change, NULL);
}

static int each_collection(Store *store)
{
        return collection_each(store, on_collection, NULL);
}

static int get_object(Store *store)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        return object_find(store, "e@x", &record);
}

static int each_mail(Store *store)
{
        return ledger_each(store, (MailState)0, true, 10, on_mail, NULL);
}

static int each_told(Store *store)
{
        return ledger_told_each(store, 2, "e@x", NOW, on_mail, NULL);
}

static int each_parked(Store *store)
{
        return ledger_parked_each(store, 2, NOW, on_mail, NULL);
}

static int get_mail(Store *store)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        return ledger_get(store, 1, &mail);
}

static int get_due_mails(Store *store)
{
        int64_t ids[4];
        int n;
        return ledger_due(store, NOW, 4, ids, &n);
}

static int count_mails(Store *store)
{
        int64_t counts[MAIL_PARKED + 1];
        return ledger_counts(store, counts);
}

static int each_subscription(Store *store)
{
        return subscription_each(store, 0, on_subscription, NULL);
}

static int each_match(Store *store)
{
        return subscription_matching(
                        store, "e@x", ",session,", COLLECTION_EVENTS, 0, 10, on_subscription, NULL);
}

static int each_mute(Store *store)
{
        return mute_each(store, 2, on_text, NULL);
}

static int each_muted_kind(Store *store)
{
        return mute_kind_each(store, 2, on_text, NULL);
}

static int each_due(Store *store)
{
        return due_index_each(store, NOW, 10, on_due, NULL);
}

static int get_due_digest(Store *store)
{
        int64_t contact;
        usec_t moment, seen;
        return digest_index_due(store, NOW, &contact, &moment, &seen);
}

static int count_suppressed(Store *store)
{
        int64_t suppressed, soft;
        return suppression_count(store, &suppressed, &soft);
}

static int get_suppression(Store *store)
{
        SuppressionState state;
        return suppression_state(store, 2, "c@example.org", &state);
}

static int get_meta(Store *store)
{
        CLEANUP(cleanup_free) char *value = NULL;
        return store_meta_get(store, "name", &value);
}

static int find_contact(Store *store)
{
        int64_t contact;
        return address_find(store, "c@example.org", &contact, NULL);
}

static int check(Store *store)
{
        return store_check(store, &(DbCheckOptions){ .full = true, .on_fault = on_fault, .userdata = NULL });
}

static int delete_and_roll_back(Store *store)
{
        int r = store_begin_write(store);
        if (r == 0)
                r = object_delete_found(store, "e@x", NOW);
        store_rollback(store);
        return r;
}

static int close_and_roll_back(Store *store)
{
        int r = store_begin_write(store);
        if (r == 0)
                r = ledger_close(store, 2, MAIL_SENT, MAIL_REASON_NONE, "", NOW);
        store_rollback(store);
        return r;
}

static const struct {
        const char *name;
        int (*call)(Store *store);
} reads[] = {
        { "each_object", each_object },
        { "each_change", each_change },
        { "each_collection", each_collection },
        { "get_object", get_object },
        { "each_mail", each_mail },
        { "each_told", each_told },
        { "each_parked", each_parked },
        { "get_mail", get_mail },
        { "get_due_mails", get_due_mails },
        { "count_mails", count_mails },
        { "each_subscription", each_subscription },
        { "each_match", each_match },
        { "each_mute", each_mute },
        { "each_muted_kind", each_muted_kind },
        { "each_due", each_due },
        { "get_due_digest", get_due_digest },
        { "count_suppressed", count_suppressed },
        { "get_suppression", get_suppression },
        { "get_meta", get_meta },
        { "find_contact", find_contact },
        { "check", check },
        { "delete_and_roll_back", delete_and_roll_back },
        { "close_and_roll_back", close_and_roll_back },
};

static void assert_nothing_in_use(Store *store, const char *name)
{
        const Db *db = store_db(store);
        for (int i = 0; i < db->n_kept; i++)
                if (db->kept[i].statement->in_use)
                        fail_msg("%s: still in use: %s", name, db->kept[i].sql->text);
}

/* Checks that a call returns the engine's error, releases its statements, and succeeds the next time. */
static void assert_survives(Fixture *f, int *left, size_t i)
{
        for (int n = 0;; n++) {
                CLEANUP(store_closep) Store *store = open_store(f);
                assert_true(n < CALLS_MAX);
                *left = n;
                int r = reads[i].call(store);
                bool has_failed = *left < 0;
                *left = -1;
                assert_nothing_in_use(store, reads[i].name);
                if (!has_failed) {
                        /* store_open() has prepared the statement of get_meta(). */
                        assert_true(n > 0 || reads[i].call == get_meta);
                        assert_int_equal(r, 0);
                        return;
                }
                if (r != DB_E_IO || reads[i].call(store) != 0)
                        fail_msg("%s: %d after the fault at call %d", reads[i].name, r, n);
                assert_nothing_in_use(store, reads[i].name);
        }
}

static void test_store__survives_a_prepare_that_fails(void **state)
{
        for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
                assert_survives(*state, &prepares_left, i);
}

static void test_store__survives_a_step_that_fails(void **state)
{
        for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
                assert_survives(*state, &steps_left, i);
}

static int stop_at_first(DbStatement *row, void *userdata)
{
        ++*(int *)userdata;
        return (int)db_int(row, 0);
}

static void test_query_each__any_nonzero_return_stops(void **state)
{
        Fixture *f = *state;
        static const int returns[] = { -5, 5 };
        for (size_t i = 0; i < 2; i++) {
                int n = 0;
                assert_int_equal(QUERY_EACH(f->store, stop_at_first, &n, "SELECT $1 UNION ALL SELECT $1",
                                                 BIND_I(returns[i])),
                                returns[i]);
                assert_int_equal(n, 1);
        }
        assert_int_equal(QUERY_FIRST(f->store, stop_at_first, NULL, "SELECT 1 WHERE $1 = 2", BIND_I(1)),
                        STORE_E_NOT_FOUND);
}

typedef struct Nested {
        Store *store;
        int depth, n;
} Nested;

static int count_nested(DbStatement *row, void *userdata)
{
        Nested *nested = userdata;
        int64_t value = db_int(row, 0);
        nested->n++;
        if (nested->depth++ == 0) {
                assert_int_equal(object_each(nested->store, &(ObjectFilter){ 0 }, on_object, NULL), 0);
                Nested inner = { nested->store, 1, 0 };
                assert_int_equal(QUERY_EACH(nested->store, count_nested, &inner, "SELECT 1"), 0);
        }
        assert_int_equal(db_int(row, 0), value);
        return 0;
}

static int walk_same(Nested *nested);

static int on_same(DbStatement *row, void *userdata)
{
        Nested *nested = userdata;
        int64_t value = db_int(row, 0);
        nested->n++;
        if (nested->depth == 0) {
                Nested inner = { nested->store, 1, 0 };
                assert_int_equal(walk_same(&inner), 0);
                assert_int_equal(inner.n, 2);
        }
        assert_int_equal(db_int(row, 0), value);
        return 0;
}

static int walk_same(Nested *nested)
{
        return QUERY_EACH(nested->store, on_same, nested, "SELECT id FROM object ORDER BY id");
}

static void test_db_prepare__a_walk_within_a_walk_of_the_same_statement(void **state)
{
        Fixture *f = *state;
        Nested nested = { f->store, 0, 0 };
        assert_int_equal(walk_same(&nested), 0);
        assert_int_equal(nested.n, 2);
        Nested other = { f->store, 0, 0 };
        assert_int_equal(QUERY_EACH(f->store, count_nested, &other, "SELECT id FROM object"), 0);
        assert_int_equal(other.n, 2);
}

enum { MANY = DB_STATEMENTS_MAX + 40 };

static void test_db_prepare__the_longest_unused_makes_room(void **state)
{
        Fixture *f = *state;
        static char texts[MANY][32];
        static Sql many[MANY];
        DbStatement *held, *statement;
        Db *db = store_db(f->store);
        for (int i = 0; i < MANY; i++) {
                snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
                many[i] = (Sql){ texts[i] };
        }
        assert_int_equal(db_prepare(db, &many[0], &held), 0);
        assert_int_equal(db_step(held), DB_ROW);
        for (int round = 0; round < 2; round++)
                for (int i = 1; i < MANY; i++) {
                        assert_int_equal(db_prepare(db, &many[i], &statement), 0);
                        assert_int_equal(db_step(statement), DB_ROW);
                        assert_int_equal(db_int(statement, 0), i);
                        db_reset(statement);
                        assert_true(db->n_kept <= DB_STATEMENTS_MAX);
                }
        assert_int_equal(db_int(held, 0), 0);
        db_reset(held);
        /* The most recently used statement is still prepared; the least recently used one is not. */
        failing.prepare = failing_prepare;
        db->engine = &failing;
        prepares_left = 0;
        assert_int_equal(db_prepare(db, &many[MANY - 1], &statement), 0);
        db_reset(statement);
        assert_int_equal(db_prepare(db, &many[1], &statement), DB_E_IO);
        assert_null(statement);
        prepares_left = -1;
}

static void test_db_prepare__more_in_use_than_are_kept(void **state)
{
        Fixture *f = *state;
        static char texts[MANY][32];
        static Sql many[MANY];
        DbStatement *held[MANY];
        Db *db = store_db(f->store);
        for (int i = 0; i < MANY; i++) {
                snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
                many[i] = (Sql){ texts[i] };
                assert_int_equal(db_prepare(db, &many[i], &held[i]), 0);
                assert_int_equal(db_step(held[i]), DB_ROW);
        }
        for (int i = 0; i < MANY; i++) {
                assert_int_equal(db_int(held[i], 0), i);
                db_reset(held[i]);
        }
        db_reset(NULL);
}

static int atoi_of(const char *text)
{
        return (int)strtol(text, NULL, 10);
}

static void test_sql__numbers_in_statements_are_those_of_the_enums(void **state)
{
        (void)state;
        assert_int_equal(atoi_of(SQL_MAIL_PENDING), MAIL_PENDING);
        assert_int_equal(atoi_of(SQL_MAIL_COMMITTED), MAIL_COMMITTED);
        assert_int_equal(atoi_of(SQL_MAIL_UNKNOWN), MAIL_UNKNOWN);
        assert_int_equal(atoi_of(SQL_MAIL_SENT), MAIL_SENT);
        assert_int_equal(atoi_of(SQL_MAIL_EXPIRED), MAIL_EXPIRED);
        assert_int_equal(atoi_of(SQL_MAIL_SUPPRESSED), MAIL_SUPPRESSED);
        assert_int_equal(atoi_of(SQL_MAIL_PARKED), MAIL_PARKED);
        assert_int_equal(atoi_of(SQL_REASON_POINTLESS), MAIL_REASON_POINTLESS);
        assert_int_equal(atoi_of(SQL_REASON_LATER_DIGEST), MAIL_REASON_LATER_DIGEST);
        assert_int_equal(atoi_of(SQL_REASON_OURS), MAIL_REASON_OURS);
        assert_int_equal(atoi_of(SQL_REASON_SERVER), MAIL_REASON_SERVER);
        assert_int_equal(atoi_of(SQL_REASON_INTERRUPTED), MAIL_REASON_INTERRUPTED);
        assert_int_equal(atoi_of(SQL_REASON_INTERRUPTED_TWICE), MAIL_REASON_INTERRUPTED_TWICE);
        assert_int_equal(atoi_of(SQL_REASON_RETURNED), MAIL_REASON_RETURNED);
        assert_int_equal(atoi_of(SQL_OBJECT_EVENT), OBJECT_EVENT);
        assert_int_equal(atoi_of(SQL_OBJECT_CARD), OBJECT_CARD);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_ALL), SUBSCRIBE_ALL);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_KIND), SUBSCRIBE_KIND);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_EVENT), SUBSCRIBE_EVENT);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_CALENDAR), SUBSCRIBE_CALENDAR);
}

static void test_mail_reason__names_are_unique(void **state)
{
        (void)state;
        for (int i = MAIL_REASON_NONE; i < MAIL_N_REASONS; i++) {
                assert_int_equal(mail_reason_name(i)[0] == '\0', i == MAIL_REASON_NONE);
                assert_int_equal(mail_reason_text(i)[0] == '\0', i == MAIL_REASON_NONE);
                for (int k = 0; k < i; k++)
                        assert_string_not_equal(mail_reason_name(i), mail_reason_name(k));
        }
        assert_string_equal(mail_reason_name(MAIL_N_REASONS), "");
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                DB_TEST(test_store__survives_a_prepare_that_fails),
                DB_TEST(test_store__survives_a_step_that_fails),
                DB_TEST(test_query_each__any_nonzero_return_stops),
                DB_TEST(test_db_prepare__a_walk_within_a_walk_of_the_same_statement),
                DB_TEST(test_db_prepare__the_longest_unused_makes_room),
                DB_TEST(test_db_prepare__more_in_use_than_are_kept),
                cmocka_unit_test(test_mail_reason__names_are_unique),
                cmocka_unit_test(test_sql__numbers_in_statements_are_those_of_the_enums),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
