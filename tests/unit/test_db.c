/*
 * Tests the interface to engines. A table in front of SQLite's makes the n-th prepare or step of a
 * connection fail, for every n, under each walker and each other read of the store. Also tests the cache of
 * prepared statements.
 */

#include "engines.h"

static Store *open_store(const Fixture *f)
{
        Store *store = NULL;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &store, NULL), 0);
        store_db(store)->engine = &failing;
        return store;
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
                        store, "e@x", "", ",session,", COLLECTION_EVENTS, 0, 10, on_subscription, NULL);
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                DB_TEST(test_store__survives_a_prepare_that_fails),
                DB_TEST(test_store__survives_a_step_that_fails),
                DB_TEST(test_query_each__any_nonzero_return_stops),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
