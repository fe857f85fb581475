/* Tests the file beside the store that tells a store which was put back from a backup. */

#include "scratch.h"

#include "base/file.h"
#include "store/epoch.h"
#include "store/object.h"
#include "store/sync-mark.h"

#include <unistd.h>

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE], path[SCRATCH_DIRECTORY_SIZE + 16];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *fixture = calloc(1, sizeof(*fixture));
        scratch_open(fixture->directory, fixture->url);
        scratch_store(fixture->url, &fixture->zones, &fixture->store);
        snprintf(fixture->path, sizeof(fixture->path), "%s/sync-db", fixture->directory);
        *state = fixture;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *fixture = *state;
        scratch_close(fixture->directory, fixture->store, NULL, fixture->zones);
        free(fixture);
        return 0;
}

/* Opens the mark as the daemon does, notes a change, and checks whether the epoch was renewed. */
static void run(const Fixture *fixture, int64_t change, bool expect_renewed)
{
        CLEANUP(sync_mark_freep) SyncMark *mark = NULL;
        char before[TOKEN_SIZE], after[TOKEN_SIZE];
        bool renewed = !expect_renewed;
        assert_int_equal(epoch_get(fixture->store, before), 0);
        assert_int_equal(sync_mark_open(fixture->store, &renewed, &mark), 0);
        assert_int_equal(epoch_get(fixture->store, after), 0);
        assert_int_equal(renewed, expect_renewed);
        assert_int_equal(strcmp(before, after) != 0, expect_renewed);
        assert_int_equal(sync_mark_note(mark, change), 0);
}

static void put_card(const Fixture *fixture)
{
        static const char text[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%d\r\nFN:x\r\nEND:VCARD\r\n";
        CLEANUP(card_freep) Card *card = NULL;
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = USEC_PER_SEC };
        char numbered[sizeof(text) + 16];
        ObjectOutcome outcome;
        int64_t change;
        assert_int_equal(store_sequence(fixture->store, &change), 0);
        snprintf(numbered, sizeof(numbered), text, (int)change);
        assert_int_equal(collection_ensure(fixture->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(numbered, strlen(numbered), &card, NULL), 0);
        assert_int_equal(object_put_card(fixture->store, card, &put, &outcome), 0);
}

static void test_sync_mark__starts_in_order_keep_the_epoch(void **state)
{
        const Fixture *fixture = *state;
        run(fixture, 0, false);
        put_card(fixture);
        run(fixture, 1, false);
        put_card(fixture);
        put_card(fixture);
        run(fixture, 3, false);
        run(fixture, 2, false);
        run(fixture, 0, false);
}

static void test_sync_mark__a_store_behind_it_was_put_back(void **state)
{
        const Fixture *fixture = *state;
        put_card(fixture);
        run(fixture, 2, false);
        run(fixture, 1, true);
        run(fixture, 1, false);
}

static void test_sync_mark__a_start_counts_too(void **state)
{
        const Fixture *fixture = *state;
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        put_card(fixture);
        put_card(fixture);
        run(fixture, 0, false);
        assert_int_equal(file_read(fixture->path, 256, &text, &len), 0);
        assert_non_null(strstr(text, " 0000000000000000002\n"));
}

static void test_sync_mark__a_missing_file(void **state)
{
        const Fixture *fixture = *state;
        run(fixture, 0, false);
        assert_int_equal(unlink(fixture->path), 0);
        run(fixture, 0, true);
        run(fixture, 0, false);
        assert_int_equal(file_write_atomic(fixture->path, "x", 1, 0600), 0);
        run(fixture, 0, true);
}

static void test_sync_mark__the_file_of_another_store(void **state)
{
        const Fixture *fixture = *state;
        run(fixture, 0, false);
        assert_int_equal(epoch_renew(fixture->store), 0);
        run(fixture, 0, true);
        run(fixture, 0, false);
}

static void test_sync_mark__a_file_that_cannot_be_read(void **state)
{
        const Fixture *fixture = *state;
        CLEANUP(sync_mark_freep) SyncMark *mark = NULL;
        bool renewed = false;
        assert_int_equal(symlink("sync-db", fixture->path), 0);
        assert_true(sync_mark_open(fixture->store, &renewed, &mark) < 0);
        assert_null(mark);
        assert_int_equal(sync_mark_note(mark, 1), 0);
}

/* Opens the store once more, and checks whether that renews the epoch. */
static void open_again(const Fixture *fixture, StoreMode mode, bool expect_renewed)
{
        CLEANUP(store_closep) Store *store = NULL;
        char before[TOKEN_SIZE], after[TOKEN_SIZE];
        assert_int_equal(epoch_get(fixture->store, before), 0);
        assert_int_equal(store_open(fixture->url, mode, fixture->zones, &store, NULL), 0);
        assert_int_equal(epoch_get(store, after), 0);
        assert_int_equal(store_was_put_back(store), expect_renewed);
        assert_int_equal(strcmp(before, after) != 0, expect_renewed);
}

static void test_sync_mark__an_opening_for_writing_settles_it(void **state)
{
        const Fixture *fixture = *state;
        open_again(fixture, STORE_WRITE, false);
        assert_int_equal(access(fixture->path, F_OK), -1);
        put_card(fixture);
        run(fixture, 2, false);
        open_again(fixture, STORE_READ_ONLY, false);
        open_again(fixture, STORE_WRITE, true);
        open_again(fixture, STORE_WRITE, false);
        put_card(fixture);
        put_card(fixture);
        open_again(fixture, STORE_CREATE, false);
        run(fixture, 3, false);
}

/* The copy is of an earlier state, and lies beside the file of a later one. */
static void test_sync_mark__a_copy_that_catches_up_was_put_back(void **state)
{
        Fixture *fixture = *state;
        char command[4 * SCRATCH_DIRECTORY_SIZE];
        put_card(fixture);
        run(fixture, 1, false);
        snprintf(command, sizeof(command), "sqlite3 %1$s/db '.backup %1$s/kept'", fixture->directory);
        assert_int_equal(system(command), 0);
        put_card(fixture);
        run(fixture, 2, false);
        fixture->store = store_close(fixture->store);
        snprintf(command, sizeof(command), "cd %s && rm -f db-wal db-shm && mv kept db", fixture->directory);
        assert_int_equal(system(command), 0);
        assert_int_equal(store_open(fixture->url, STORE_WRITE, fixture->zones, &fixture->store, NULL), 0);
        assert_true(store_was_put_back(fixture->store));
        put_card(fixture);
        put_card(fixture);
        open_again(fixture, STORE_WRITE, false);
}

static void test_sync_mark__a_file_that_cannot_be_read_does_not_stop_an_opening(void **state)
{
        const Fixture *fixture = *state;
        run(fixture, 0, false);
        assert_int_equal(unlink(fixture->path), 0);
        assert_int_equal(symlink("sync-db", fixture->path), 0);
        open_again(fixture, STORE_WRITE, false);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__starts_in_order_keep_the_epoch, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__a_store_behind_it_was_put_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_sync_mark__a_start_counts_too, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_sync_mark__a_missing_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__the_file_of_another_store, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__a_file_that_cannot_be_read, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__an_opening_for_writing_settles_it, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__a_copy_that_catches_up_was_put_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sync_mark__a_file_that_cannot_be_read_does_not_stop_an_opening, set_up,
                                tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
