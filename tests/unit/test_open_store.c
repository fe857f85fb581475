/* Tests how the daemon opens its store: it makes the collections of the office, or says why it cannot. */

#include "service/open-store.h"

#include "scratch.h"
#include "store/collection.h"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
        Node *node;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        assert_int_equal(zone_table_new(NULL, &f->zones), 0);
        f->config = scratch_config(f->directory, f->zones, "%s", "");
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        node_free(f->node);
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

static void test_open_store__makes_the_collections(void **state)
{
        Fixture *f = *state;
        static const char *const names[] = { COLLECTION_EVENTS, COLLECTION_OFFERS, COLLECTION_CONTACTS };
        InputError error = { 0 };
        Collection collection;
        assert_int_equal(open_store(f->config, f->zones, &f->store, &f->node, &error), 0);
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                assert_int_equal(collection_get(f->store, names[i], &collection), 0);
        assert_true(node_has(f->node, NODE_DUE));
}

static void test_open_store__is_patient_until_the_end_of_the_start(void **state)
{
        Fixture *f = *state;
        InputError error = { 0 };
        assert_int_equal(open_store(f->config, f->zones, &f->store, &f->node, &error), 0);
        assert_int_equal(store_set_patience(f->store, 1), 60 * USEC_PER_SEC);
        open_store_end_start(f->store);
        assert_int_equal(store_set_patience(f->store, 1), 5 * USEC_PER_SEC);
}

static void test_open_store__one_daemon_has_a_file(void **state)
{
        Fixture *f = *state;
        InputError error = { 0 };
        Store *store = NULL;
        Node *node = NULL;
        assert_int_equal(open_store(f->config, f->zones, &f->store, &f->node, &error), 0);
        scratch_needs_file(f->store);
        assert_int_equal(open_store(f->config, f->zones, &store, &node, &error), DB_E_BUSY);
        assert_string_equal(error.where, "store");
        assert_non_null(strstr(error.message, "another convened is at work on sqlite:"));
        node_free(node);
        store_close(store);
}

static void test_open_store__explains_what_is_no_store(void **state)
{
        Fixture *f = *state;
        InputError error = { 0 };
        char path[SCRATCH_DIRECTORY_SIZE + 4];
        if (strncmp(f->url, "sqlite:", strlen("sqlite:")) != 0)
                skip();
        snprintf(path, sizeof(path), "%s/db", f->directory);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        for (int i = 0; i < 1000; i++)
                fputs("this is a text, and no database\n", file);
        fclose(file);
        assert_true(open_store(f->config, f->zones, &f->store, &f->node, &error) > 0);
        assert_string_equal(error.where, "store");
        assert_true(error.message[0] != '\0');
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_open_store__makes_the_collections, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_open_store__is_patient_until_the_end_of_the_start, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_open_store__one_daemon_has_a_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_open_store__explains_what_is_no_store, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
