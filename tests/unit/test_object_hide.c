/* Tests hidden events: which writes take them back, and which leave them as they are. */

#include "store/collection.h"
#include "store/object-hide.h"

#include "scratch.h"

enum { NOW = 1000000 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        const Zone *utc;
        Store *store;
} Fixture;

/* Puts an event whose text depends on @uid and @sequence alone. */
static int put(Fixture *f, const char *uid, int sequence, ObjectPut options)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T100000Z\r\nSEQUENCE:%d\r\nDTSTART:20270101T100000Z\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, sequence);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        options.fallback = f->utc;
        options.now = NOW;
        return object_put_event(f->store, event, &options, &outcome);
}

/* Opens a store with a hidden event "e" of version 2 in the collection "one". */
static int set_up(void **state)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, "one", false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, "two", false, "Etc/UTC"), 0);
        assert_int_equal(put(f, "e", 2, (ObjectPut){ .collection = "one", .resource = "e.ics" }), 0);
        assert_int_equal(object_get_by_uid(f->store, "one", "e", &record), 0);
        assert_int_equal(object_hide(f->store, record, NOW), 0);
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

/* @name: the name that the event "e" has in a collection; NULL if it has none, "" if it is hidden */
static void expect(Fixture *f, const char *collection, const char *name)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_get_by_uid(f->store, collection, "e", &record);
        assert_int_equal(r, name ? 0 : STORE_E_NOT_FOUND);
        if (!name)
                return;
        assert_int_equal(object_is_hidden(record), !name[0]);
        if (name[0])
                assert_string_equal(record->resource, name);
}

static void test_object_hide__a_private_copy_moves_alone(void **state)
{
        Fixture *f = *state;
        Collection own = { .owner = "anna", .segment = "mine", .components = COLLECTION_VEVENT };
        assert_int_equal(collection_make(f->store, &own, "Etc/UTC", NOW), 0);
        assert_int_equal(put(f, "e", 2, (ObjectPut){ .collection = own.name, .resource = "e.ics" }), 0);
        assert_int_equal(object_move(f->store, own.name, "e.ics", own.name, "other.ics", NOW), 0);
        expect(f, own.name, "other.ics");
        expect(f, "one", "");
}

static void test_object_hide__refused_writes_leave_it(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "x", 0, (ObjectPut){ .collection = "one", .resource = "x.ics" }), 0);
        /* Like an import, which goes on and commits what it has written. */
        assert_int_equal(store_begin_write(f->store), 0);
        const ObjectPut anywhere = { .collection = "one", .anywhere = true, .refuse_stale = true };
        assert_int_equal(put(f, "e", 1, anywhere), STORE_E_STALE);
        assert_int_equal(put(f, "e", 3, (ObjectPut){ .collection = "one", .if_change = 1 }),
                        STORE_E_MISMATCH);
        assert_int_equal(put(f, "e", 3, (ObjectPut){ .collection = "one", .resource = "x.ics" }),
                        STORE_E_CONFLICT);
        assert_int_equal(store_commit(f->store), 0);
        expect(f, "one", "");
}

static void test_object_hide__a_write_takes_it_back(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e", 3, (ObjectPut){ .collection = "one", .resource = "again.ics" }), 0);
        expect(f, "one", "again.ics");
}

static void test_object_hide__the_same_text_takes_it_back(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e", 2, (ObjectPut){ .collection = "one", .resource = "again.ics" }), 0);
        expect(f, "one", "again.ics");
}

static void test_object_hide__it_counts_as_not_there(void **state)
{
        Fixture *f = *state;
        const ObjectPut new = { .collection = "one", .resource = "new.ics", .if_change = OBJECT_NOT_THERE };
        assert_int_equal(put(f, "e", 2, new), 0);
        expect(f, "one", "new.ics");
}

static void test_object_hide__an_event_elsewhere_replaces_it(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e", 2, (ObjectPut){ .collection = "two", .resource = "e.ics" }), 0);
        expect(f, "two", "e.ics");
        expect(f, "one", NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_object_hide__##name, set_up, tear_down)
                TEST(a_private_copy_moves_alone),
                TEST(refused_writes_leave_it),
                TEST(a_write_takes_it_back),
                TEST(the_same_text_takes_it_back),
                TEST(it_counts_as_not_there),
                TEST(an_event_elsewhere_replaces_it),
#undef TEST
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
