/* Tests the repair of a store while memory is short, and the check and the repair of many tables. */

#include "base/buffer.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/query.h"
#include "store/repair.h"
#include "store/store-internal.h"

#include <errno.h>
#include <sqlite3.h>

#include "scratch.h"

enum { ALLOCATIONS_MAX = 5000, MANY_TABLES = 100 };

static sqlite3_mem_methods memory; /* SQLite's own */

/* The allocation of SQLite that fails, counted from 1; 0: none */
static struct {
        int number, n;
} failing;

static void *allocate_or_fail(int size)
{
        return ++failing.n == failing.number ? NULL : memory.xMalloc(size);
}

static void on_loss(const DbLoss *loss, void *userdata)
{
        (void)loss, (void)userdata;
}

/* Its tables differ from ours, so a repair would copy the wrong ones. */
static void test_repair_store__leaves_another_version_alone_if_that_cannot_be_read(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        assert_int_equal(store_meta_set(store, "schema", "7"), 0);
        store_close(store);
        const RepairOptions options = { .zones = zones, .now = 1, .on_loss = on_loss };
        for (failing.number = 1; failing.number <= ALLOCATIONS_MAX; failing.number++) {
                RepairReport report;
                failing.n = 0;
                int r = repair_store(url, &options, &report);
                if (r == 0)
                        fail_msg("the store was repaired when allocation %d failed", failing.number);
                if (failing.n < failing.number) {
                        assert_int_equal(r, STORE_E_NOT_FOUND);
                        break;
                }
        }
        assert_in_range(failing.number, 2, ALLOCATIONS_MAX);
        failing.number = 0;
        scratch_close(directory, NULL, NULL, zones);
}

/* Enters a mail whose first copy may have arrived, and whose bytes are lost. */
static void lose_bytes(Store *store, int64_t id, MailState state)
{
        const MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = 1 };
        bool added = false;
        MailRecord mail = {
                .kind = MAIL_KIND_REMINDER,
                .contact = 1,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "",
                .state = MAIL_PENDING,
                .next_attempt = 1,
                .expires = USEC_INFINITY,
                .message_id = "",
        };
        memset(mail.key, (int)('0' + id), HASH_HEX_SIZE - 1);
        assert_int_equal(ledger_add(store, &mail, 1, &added), 0);
        assert_int_equal(ledger_commit_first_attempt(store, id, &text, 1), 0);
        if (state == MAIL_UNKNOWN)
                assert_int_equal(ledger_retry(store, id, MAIL_UNKNOWN, 2, "", 1), 0);
        assert_int_equal(db_execute(store_db(store), "DELETE FROM message"), 0);
}

/* The numbers of these rows must not be used again. */
static void lose_counters(Store *store)
{
        static const char sql[] =
                        "PRAGMA foreign_keys = OFF;"
                        "INSERT INTO history (id, step, object, uid, collection, resource, kind, name, action, way,"
                        " author, cause, at, created, changed, sequence, choices, text, trash)"
                        " VALUES (50, 1, 1, '', '', '', 1, '', 1, 1, '', 1, 1, 1, 1, 0, '', x'', '');"
                        "INSERT INTO invitee (id, account, uid, address, secret, stamp) VALUES (50, '', '', '', '', '');"
                        "INSERT INTO itip (id, account, recipient, method, invitee, text, created)"
                        " VALUES (50, '', '', '', 50, x'', 1);"
                        "INSERT INTO office_text (id, name, text, way, author, at) VALUES (50, '', '', 1, '', 1);"
                        "INSERT INTO change_task (id, object, kind, change, at, sequence, after_contact, text_before,"
                        " text_after) VALUES (50, 1, 1, 1, 1, 0, 0, x'', x'');"
                        "DELETE FROM counter WHERE name IN ('history', 'invitee', 'itip', 'office_text', 'change_task')";
        assert_int_equal(db_execute(store_db(store), sql), 0);
}

static void assert_counter(Store *store, const char *name)
{
        int64_t value = 0;
        assert_int_equal(QUERY_NUMBER(store, &value, 0, "SELECT value FROM counter WHERE name = $1",
                                         BIND_T(name)),
                        0);
        if (value < 50)
                fail_msg("%s: %d", name, (int)value);
}

/* A mail that may have arrived counts as told, and is not sent again. */
static void test_repair_store__parks_what_may_have_arrived(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        RepairReport report;
        int64_t counts[MAIL_PARKED + 1], n = -1;
        failing.number = 0;
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        lose_bytes(store, 1, MAIL_COMMITTED);
        lose_bytes(store, 2, MAIL_UNKNOWN);
        lose_counters(store);
        store_close(store);
        const RepairOptions options = { .zones = zones, .now = 1, .on_loss = on_loss };
        assert_int_equal(repair_store(url, &options, &report), 0);
        free(report.aside);
        assert_int_equal(store_open(url, STORE_WRITE, zones, &store, NULL), 0);
        static const char *const counters[] = { "history", "invitee", "itip", "office_text", "change_task" };
        for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
                assert_counter(store, counters[i]);
        assert_int_equal(ledger_counts(store, counts), 0);
        assert_int_equal(counts[MAIL_PARKED], 2);
        assert_int_equal(ledger_release(store, &(LedgerFilter){ 0 }, 2, &n), 0);
        assert_int_equal(n, 0);
        scratch_close(directory, store, NULL, zones);
}

static int ignore_loss(const DbLoss *loss, void *userdata)
{
        (void)loss, (void)userdata;
        return 0;
}

/* The two databases are as in a repair: @ret_fresh has the tables of @ret_damaged, without rows. */
static void open_pair(const char *url, const char *schema, Db **ret_damaged, Db **ret_fresh)
{
        char fresh[SCRATCH_URL_SIZE + 8];
        snprintf(fresh, sizeof(fresh), "%s.fresh", url);
        assert_int_equal(db_open(url, true, false, ret_damaged, NULL), 0);
        assert_int_equal(db_open(fresh, true, false, ret_fresh, NULL), 0);
        assert_int_equal(db_execute(*ret_damaged, schema), 0);
        assert_int_equal(db_execute(*ret_fresh, schema), 0);
}

static void test_db_rebuild__a_lack_of_memory_is_no_damage(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        Db *damaged, *fresh;
        const DbRowName names[] = { { NULL, NULL } };
        const DbRebuildOptions options = { .names = names, .on_loss = ignore_loss };
        scratch_open(directory, url);
        open_pair(url, "CREATE TABLE t (a TEXT)", &damaged, &fresh);
        int r = -1;
        for (failing.number = 1; r != 0 && failing.number <= ALLOCATIONS_MAX; failing.number++) {
                failing.n = 0;
                r = db_rebuild(fresh, damaged, &options);
                if (r != 0) {
                        if (r != -ENOMEM)
                                fail_msg("%d when allocation %d failed", r, failing.number);
                        db_rollback(fresh);
                }
        }
        assert_in_range(failing.number, 3, ALLOCATIONS_MAX);
        failing.number = 0;
        db_close(damaged);
        db_close(fresh);
        scratch_close(directory, NULL, NULL, NULL);
}

static void test_db_rebuild__copies_each_of_many_tables(void **state)
{
        (void)state;
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        CLEANUP(buffer_done) Buffer schema = BUFFER_INIT(1 << 16);
        Db *damaged, *fresh;
        DbStatement *statement = NULL;
        const DbRowName names[] = { { NULL, NULL } };
        const DbRebuildOptions options = { .names = names, .on_loss = ignore_loss };
        for (int i = 0; i < MANY_TABLES; i++)
                buffer_printf(&schema, "CREATE TABLE t%d (a TEXT);", i);
        scratch_open(directory, url);
        open_pair(url, buffer_text(&schema), &damaged, &fresh);
        assert_int_equal(db_execute(damaged, "INSERT INTO t99 (a) VALUES ('x')"), 0);
        assert_int_equal(db_rebuild(fresh, damaged, &options), 0);
        assert_int_equal(db_prepare(fresh, SQL("SELECT a FROM t99"), &statement), 0);
        assert_int_equal(db_step(statement), DB_ROW);
        assert_string_equal(db_text(statement, 0, NULL), "x");
        db_reset(statement);
        db_close(damaged);
        db_close(fresh);
        scratch_close(directory, NULL, NULL, NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_repair_store__leaves_another_version_alone_if_that_cannot_be_read),
                cmocka_unit_test(test_repair_store__parks_what_may_have_arrived),
                cmocka_unit_test(test_db_rebuild__a_lack_of_memory_is_no_damage),
                cmocka_unit_test(test_db_rebuild__copies_each_of_many_tables),
        };
        sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
        sqlite3_mem_methods own = memory;
        own.xMalloc = allocate_or_fail;
        sqlite3_config(SQLITE_CONFIG_MALLOC, &own);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
