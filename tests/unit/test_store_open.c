/* Tests who may open a store, and how long one is kept open. */

#include "stores.h"

static void test_store_open__refuses_a_newer_schema_and_other_files(void **state)
{
        Fixture *f = *state;
        InputError error = { 0 };
        Store *other = NULL;
        char path[128], url[160];
        assert_int_equal(store_meta_set(f->store, "schema", "999"), 0);
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &other, &error), STORE_E_NEWER);
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &other, &error), STORE_E_NEWER);
        assert_non_null(strstr(error.message, "newer"));
        snprintf(path, sizeof(path), "%s/garbage", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        FILE *file = fopen(path, "w");
        for (int i = 0; i < 1000; i++)
                fputs("no database ", file);
        fclose(file);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &other, &error), DB_E_CORRUPT);
        assert_int_equal(store_open("postgres:x", STORE_CREATE, f->zones, &other, &error), -EINVAL);
        assert_int_equal(store_open("sqlite:/nonexistent/db", STORE_CREATE, f->zones, &other, &error),
                        -ENOENT);
        assert_null(other);
}

static void test_store__readers_go_on_beside_a_writer(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *reader = NULL;
        ObjectOutcome outcome;
        int64_t n, before, after;
        put(f, "a@x", 0, "1000", AT_TEN, NOW, &outcome);
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &reader, NULL), 0);
        assert_int_equal(store_data_version(reader, &before), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        put(f, "b@x", 0, "1000", AT_TEN, NOW, &outcome);
        assert_int_equal(object_count(reader, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(object_count(reader, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 2);
        assert_int_equal(store_data_version(reader, &after), 0);
        assert_int_not_equal(before, after);
        assert_int_equal(object_delete_found(reader, "a@x", NOW), DB_E_READ_ONLY);
        assert_non_null(strstr(store_explain(reader, DB_E_READ_ONLY), store_name(reader)));
}

static void test_store_pool__reuses_returned_connections(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *taken[STORE_POOL_IDLE_MAX + 2], *again = NULL;
        InputError error = { 0 };
        int64_t n;
        assert_int_equal(store_pool_new(f->url, f->zones, STORE_READ_ONLY, &pool), 0);
        for (int i = 0; i < STORE_POOL_IDLE_MAX + 2; i++) {
                assert_int_equal(store_pool_take(pool, &taken[i], &error), 0);
                assert_int_equal(object_count(taken[i], OBJECT_EVENT, &n), 0);
        }
        assert_ptr_not_equal(taken[0], taken[1]);
        assert_int_equal(store_begin_read(taken[0]), 0);
        assert_int_equal(object_count(taken[0], OBJECT_EVENT, &n), 0);
        store_pool_give(pool, taken[0]);
        assert_int_equal(store_pool_take(pool, &again, &error), 0);
        assert_ptr_equal(again, taken[0]);
        /* A pooled connection does not keep its last user's snapshot. */
        ObjectOutcome outcome;
        assert_int_equal(put(f, "e@x", 0, "1000", AT_TEN, NOW, &outcome), 0);
        assert_int_equal(object_count(again, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 1);
        for (int i = 0; i < STORE_POOL_IDLE_MAX + 2; i++)
                store_pool_give(pool, taken[i]);
}

/* A connection to a store that was moved away is not given out again. */
static void test_store_pool__another_file_of_that_name(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *store = NULL;
        InputError error = { 0 };
        char path[96], away[96], url[128];
        int64_t n;
        snprintf(path, sizeof(path), "%s/pooled.db", f->directory);
        snprintf(away, sizeof(away), "%s/away.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &store, &error), 0);
        store = store_close(store);
        assert_int_equal(store_pool_new(url, f->zones, STORE_READ_ONLY, &pool), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), 0);
        assert_int_equal(object_count(store, OBJECT_EVENT, &n), 0);
        store_pool_give(pool, store);
        assert_int_equal(rename(path, away), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), -ENOENT);
        assert_int_equal(rename(away, path), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), 0);
        store_pool_give(pool, store);
}

static void test_store_pool__no_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *store = (Store *)f;
        InputError error = { 0 };
        assert_int_equal(store_pool_new("sqlite:/nonexistent/db", f->zones, STORE_READ_ONLY, &pool), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), -ENOENT);
        assert_null(store);
}

static void test_store_open__a_file_that_was_never_finished_is_no_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *empty = NULL;
        InputError error = { 0 };
        char path[96], url[128];
        snprintf(path, sizeof(path), "%s/empty.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
        assert_int_equal(store_open(url, STORE_READ_ONLY, f->zones, &empty, &error), -ENOENT);
        assert_non_null(strstr(error.message, "there is no store"));
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &empty, &error), 0);
}

static void test_store_lock__one_daemon(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        bool held = true;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock_held(f->store, &held), 0);
        assert_false(held);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock(second), DB_E_BUSY);
        assert_int_equal(store_lock_held(second, &held), 0);
        assert_true(held);
}

static void test_store_lock__by_another_name(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        char other[96], url[128];
        scratch_needs_file(f->store);
        snprintf(other, sizeof(other), "%s/other.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", other);
        assert_int_equal(symlink(store_name(f->store), other), 0);
        assert_int_equal(store_open(url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock(second), DB_E_BUSY);
}

static void test_store_lock__is_visible_to_a_reader(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        bool held = false;
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock_held(second, &held), 0);
        assert_true(held);
        assert_int_equal(store_lock_held(f->store, &held), 0);
        assert_true(held);
}

/* The daemon must refuse a file that was renamed after it had opened it. */
static void test_store_lock__of_another_file_by_now(void **state)
{
        Fixture *f = *state;
        char aside[96];
        scratch_needs_file(f->store);
        snprintf(aside, sizeof(aside), "%s/aside", f->directory);
        assert_int_equal(rename(store_name(f->store), aside), 0);
        fclose(fopen(store_name(f->store), "w"));
        assert_int_equal(store_lock(f->store), -ESTALE);
        assert_int_equal(rename(aside, store_name(f->store)), 0);
}

static void test_store_open__makes_a_private_file(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *fresh = NULL;
        char link[96], target[96], url[128];
        struct stat status;
        snprintf(link, sizeof(link), "%s/link.db", f->directory);
        snprintf(target, sizeof(target), "%s/target.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", link);
        assert_int_equal(symlink(target, link), 0);
        mode_t mask = umask(0);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &fresh, NULL), 0);
        umask(mask);
        assert_int_equal(stat(target, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_store_set_patience__then_the_lock_is_told(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        store_set_patience(second, 0);
        assert_int_equal(store_begin_write(second), DB_E_BUSY);
        usec_t began = clock_monotonic();
        store_set_patience(second, 50 * USEC_PER_MSEC);
        assert_int_equal(store_begin_write(second), DB_E_BUSY);
        assert_true(clock_monotonic() - began >= 50 * USEC_PER_MSEC);
        store_rollback(f->store);
        assert_int_equal(store_begin_write(second), 0);
        store_rollback(second);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_store_open__refuses_a_newer_schema_and_other_files),
                STORE_TEST(test_store__readers_go_on_beside_a_writer),
                STORE_TEST(test_store_pool__reuses_returned_connections),
                STORE_TEST(test_store_pool__another_file_of_that_name),
                STORE_TEST(test_store_pool__no_store),
                STORE_TEST(test_store_open__a_file_that_was_never_finished_is_no_store),
                STORE_TEST(test_store_lock__one_daemon),
                STORE_TEST(test_store_lock__by_another_name),
                STORE_TEST(test_store_lock__is_visible_to_a_reader),
                STORE_TEST(test_store_lock__of_another_file_by_now),
                STORE_TEST(test_store_open__makes_a_private_file),
                STORE_TEST(test_store_set_patience__then_the_lock_is_told),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
