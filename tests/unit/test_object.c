/* Tests finding objects by key and by UID, preconditions of put and delete, and the index of addresses. */

#include "store/address.h"
#include "store/object-head.h"
#include "store/object.h"
#include "store/query.h"
#include "store/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        const Zone *utc;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, "one", false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, "two", false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, "cards", true, NULL), 0);
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

/* Puts an event whose text depends on @sequence alone. */
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

static void put_draft(Fixture *f, const char *uid, const char *summary, const char *resource)
{
        CLEANUP(event_freep) Event *event = NULL;
        const ObjectPut options = {
                .collection = "one", .resource = resource, .fallback = f->utc, .now = NOW
        };
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VJOURNAL\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T100000Z\r\nSUMMARY:%s\r\nSTATUS:DRAFT\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n",
                        uid, summary);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &options, &outcome), 0);
}

static int put_card(Fixture *f, const char *uid, const char *address)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[256];
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\n%s%s%sEND:VCARD\r\n",
                        uid, uid, address ? "EMAIL:" : "", address ? address : "", address ? "\r\n" : "");
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        return object_put_card(f->store, card, &(ObjectPut){ .collection = "cards", .now = NOW }, &outcome);
}

static ObjectRecord *get(Fixture *f, const char *collection, const char *resource)
{
        ObjectRecord *record = NULL;
        assert_int_equal(object_get(f->store, collection, resource, &record), 0);
        return record;
}

static void count_fault(const char *fault, void *userdata)
{
        print_message("%s\n", fault);
        ++*(int *)userdata;
}

static void assert_in_order(Fixture *f)
{
        int n = 0;
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .full = true,
                                                               .on_fault = count_fault,
                                                               .userdata = &n }),
                        0);
        assert_int_equal(n, 0);
}

static void test_resource_name__is_safe_and_unique(void **state)
{
        (void)state;
        static const struct {
                int line;
                ObjectKind kind;
                const char *uid, *name;
        } rows[] = {
                { __LINE__, OBJECT_EVENT, "a-B.9", "a-B.9.ics" },
                { __LINE__, OBJECT_DRAFT, "e1@example.org", "e1_40example.org.ics" },
                { __LINE__, OBJECT_CARD, "urn:uuid:1", "urn_3auuid_3a1.vcf" },
                { __LINE__, OBJECT_EVENT, "a_40", "a_5f40.ics" },
                { __LINE__, OBJECT_EVENT, "a@", "a_40.ics" },
                { __LINE__, OBJECT_EVENT, "../x", "_2e._2fx.ics" },
                { __LINE__, OBJECT_EVENT, "й", "_d0_b9.ics" },
        };
        char name[RESOURCE_NAME_SIZE], other[RESOURCE_NAME_SIZE], longest[400];
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                resource_name_derive(rows[i].kind, rows[i].uid, name);
                if (strcmp(name, rows[i].name) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(name, rows[i].name);
        }
        memset(longest, '@', sizeof(longest) - 1);
        longest[sizeof(longest) - 1] = '\0';
        resource_name_derive(OBJECT_EVENT, longest, name);
        longest[0] = 'a';
        resource_name_derive(OBJECT_EVENT, longest, other);
        assert_string_not_equal(name, other);
        assert_int_equal(strlen(name), 1 + 64 + 4);
}

static void test_object_put__a_uid_may_stand_in_two_collections(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "one" }), 0);
        assert_int_equal(put(f, "e@x", 5, (ObjectPut){ .collection = "two" }), 0);
        CLEANUP(object_record_freep) ObjectRecord *one = get(f, "one", "e_40x.ics");
        CLEANUP(object_record_freep) ObjectRecord *two = get(f, "two", "e_40x.ics");
        CLEANUP(object_record_freep) ObjectRecord *by_uid = NULL;
        CLEANUP(object_record_freep) ObjectRecord *found = NULL;
        assert_int_not_equal(one->id, two->id);
        assert_int_equal(two->sequence, 5);
        assert_int_equal(object_get_by_uid(f->store, "two", "e@x", &by_uid), 0);
        assert_int_equal(by_uid->id, two->id);
        assert_int_equal(object_find(f->store, "e@x", &found), 0);
        assert_int_equal(found->id, one->id);
        assert_in_order(f);
}

static void test_object_put__anywhere_updates_the_stored_object(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "one" }), 0);
        assert_int_equal(put(f, "e@x", 1, (ObjectPut){ .collection = "two", .anywhere = true }), 0);
        CLEANUP(object_record_freep) ObjectRecord *one = get(f, "one", "e_40x.ics");
        CLEANUP(object_record_freep) ObjectRecord *two = NULL;
        assert_int_equal(one->sequence, 1);
        assert_int_equal(object_get(f->store, "two", "e_40x.ics", &two), STORE_E_NOT_FOUND);
}

static void test_object_put__a_name_belongs_to_one_uid_and_a_uid_to_one_name(void **state)
{
        Fixture *f = *state;
        ObjectPut named = { .collection = "one", .resource = "chosen.ics" };
        assert_int_equal(put(f, "e@x", 0, named), 0);
        assert_int_equal(put(f, "e@x", 1, named), 0);
        assert_int_equal(put(f, "other@x", 1, named), STORE_E_CONFLICT);
        assert_int_equal(put(f, "e@x", 2, (ObjectPut){ .collection = "one", .resource = "second.ics" }),
                        STORE_E_CONFLICT);
        /* Without a resource name, the object with this UID is replaced. */
        assert_int_equal(put(f, "e@x", 3, (ObjectPut){ .collection = "one" }), 0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "one", "chosen.ics");
        assert_int_equal(record->sequence, 3);
}

static void test_object_put__a_derived_name_that_is_taken(void **state)
{
        Fixture *f = *state;
        char hashed[RESOURCE_NAME_SIZE];
        assert_int_equal(put(f, "other@x", 0, (ObjectPut){ .collection = "one", .resource = "e_40x.ics" }),
                        0);
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "one" }), 0);
        resource_name_hash(OBJECT_EVENT, "e@x", hashed);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "one", hashed);
        assert_string_equal(record->uid, "e@x");
        assert_in_order(f);
}

static void test_object_put__if_change(void **state)
{
        Fixture *f = *state;
        ObjectPut none = { .collection = "one", .if_change = OBJECT_NOT_THERE };
        ObjectPut match = { .collection = "one", .if_change = 1000 };
        assert_int_equal(put(f, "e@x", 0, match), STORE_E_MISMATCH);
        assert_int_equal(put(f, "e@x", 0, none), 0);
        assert_int_equal(put(f, "e@x", 1, none), STORE_E_MISMATCH);
        assert_int_equal(put(f, "e@x", 1, match), STORE_E_MISMATCH);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "one", "e_40x.ics");
        match.if_change = record->change;
        assert_int_equal(put(f, "e@x", 1, match), 0);
        assert_int_equal(put(f, "e@x", 2, match), STORE_E_MISMATCH);
        assert_int_equal(object_delete(f->store, "one", "e_40x.ics", record->change, NOW), STORE_E_MISMATCH);
        assert_int_equal(object_delete(f->store, "two", "e_40x.ics", 0, NOW), STORE_E_NOT_FOUND);
        assert_int_equal(object_delete(f->store, "one", "e_40x.ics", record->change + 1, NOW), 0);
}

static void test_object_put__only_an_import_refuses_an_older_version(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "e@x", 7, (ObjectPut){ .collection = "one" }), 0);
        assert_int_equal(put(f, "e@x", 6, (ObjectPut){ .collection = "one", .refuse_stale = true }),
                        STORE_E_STALE);
        assert_int_equal(put(f, "e@x", 6, (ObjectPut){ .collection = "one" }), 0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "one", "e_40x.ics");
        assert_non_null(strstr(record->text, "SEQUENCE:6"));
        assert_int_equal(record->sequence, 7); /* the published SEQUENCE never decreases */
}

static int list_change(const ObjectChange *change, void *userdata)
{
        buffer_printf(userdata, "%s%s/%s ", change->record ? "" : "-", change->collection, change->resource);
        return 0;
}

static void test_object_delete__tombstones_have_the_same_key(void **state)
{
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "one", .resource = "a.ics" }), 0);
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "two", .resource = "a.ics" }), 0);
        assert_int_equal(object_delete(f->store, "one", "a.ics", 0, NOW), 0);
        assert_int_equal(object_delete(f->store, "two", "a.ics", 0, NOW), 0);
        assert_int_equal(object_changes(f->store, NULL, 0, list_change, &seen), 0);
        assert_string_equal(buffer_text(&seen), "-one/a.ics -two/a.ics ");
        /* A put under another name leaves the old one deleted; a put under the old name restores it. */
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "one", .resource = "b.ics" }), 0);
        assert_int_equal(put(f, "e@x", 0, (ObjectPut){ .collection = "two", .resource = "a.ics" }), 0);
        buffer_reset(&seen);
        assert_int_equal(object_changes(f->store, NULL, 0, list_change, &seen), 0);
        assert_string_equal(buffer_text(&seen), "-one/a.ics one/b.ics two/a.ics ");
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "one", "b.ics");
        assert_int_equal(record->sequence, 1);
        assert_in_order(f);
}

static int list_delta(const ObjectDelta *delta, void *userdata)
{
        buffer_printf(userdata, "%s%s ", delta->head ? "" : "-", delta->resource);
        return 0;
}

static void assert_delta(Fixture *f, unsigned with, const char *expected)
{
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        assert_int_equal(object_delta_each(f->store, "one", 0, with, list_delta, &seen), 0);
        assert_string_equal(buffer_text(&seen), expected);
}

#define FOR_READERS(expected) assert_delta(f, OBJECT_DELTA_DELETED, expected)
#define FOR_WRITERS(expected) assert_delta(f, OBJECT_DELTA_DELETED | OBJECT_DELTA_UNPUBLISHED, expected)

/* Readers may not see drafts, so they hear of none, neither when it is changed, moved nor deleted. */
static void test_object_delta__tells_readers_of_no_draft(void **state)
{
        Fixture *f = *state;
        put_draft(f, "d@x", "One", "a.ics");
        FOR_READERS("");
        assert_delta(f, OBJECT_DELTA_UNPUBLISHED, "a.ics ");
        put_draft(f, "d@x", "Two", "a.ics");
        assert_int_equal(object_move(f->store, "one", "a.ics", "one", "b.ics", NOW), 0);
        FOR_READERS("");
        FOR_WRITERS("-a.ics b.ics ");
        put_draft(f, "other@x", "Where a draft was", "a.ics");
        assert_int_equal(object_delete(f->store, "one", "b.ics", 0, NOW), 0);
        FOR_READERS("");
        FOR_WRITERS("a.ics -b.ics ");
        assert_delta(f, OBJECT_DELTA_UNPUBLISHED, "a.ics ");
        assert_in_order(f);
}

/* A reader who has seen an event hears that it is gone, whatever its name is used for since. */
static void test_object_delta__tells_readers_what_vanishes(void **state)
{
        Fixture *f = *state;
        const ObjectPut at_a = { .collection = "one", .resource = "a.ics" };
        put_draft(f, "d@x", "One", "a.ics");
        assert_int_equal(put(f, "d@x", 0, at_a), 0);
        FOR_READERS("a.ics ");
        /* The event is a draft again, and goes to a name that no reader knows. */
        put_draft(f, "d@x", "Two", "a.ics");
        FOR_READERS("a.ics ");
        assert_int_equal(object_move(f->store, "one", "a.ics", "one", "b.ics", NOW), 0);
        FOR_READERS("-a.ics ");
        FOR_WRITERS("-a.ics b.ics ");
        /* A draft gets the name of the event, by a move and as a new object. */
        assert_int_equal(object_move(f->store, "one", "b.ics", "one", "a.ics", NOW), 0);
        FOR_READERS("a.ics ");
        FOR_WRITERS("-b.ics a.ics ");
        assert_int_equal(object_delete(f->store, "one", "a.ics", 0, NOW), 0);
        FOR_READERS("-a.ics ");
        put_draft(f, "other@x", "Where an event was", "a.ics");
        FOR_READERS("a.ics ");
        assert_int_equal(object_delete(f->store, "one", "a.ics", 0, NOW), 0);
        FOR_READERS("-a.ics ");
        assert_in_order(f);
}

static void test_address__follows_the_card(void **state)
{
        Fixture *f = *state;
        int64_t contact = -1, n = -1;
        assert_int_equal(put_card(f, "b", "Anna@Example.org"), 0);
        assert_int_equal(address_find(f->store, "anna@EXAMPLE.org", &contact, &n), 0);
        assert_true(contact > 0);
        assert_int_equal(n, 1);
        /* address_find() returns the first contact by UID if several have the address. */
        int64_t first = contact;
        assert_int_equal(put_card(f, "a", "anna@example.org"), 0);
        assert_int_equal(address_find(f->store, "anna@example.org", &contact, &n), 0);
        assert_int_not_equal(contact, first);
        assert_int_equal(n, 2);
        assert_int_equal(put_card(f, "a", "other@example.org"), 0);
        assert_int_equal(put_card(f, "b", NULL), 0);
        assert_int_equal(address_find(f->store, "anna@example.org", &contact, &n), 0);
        assert_int_equal(contact, 0);
        assert_int_equal(n, 0);
        assert_in_order(f);
        assert_int_equal(object_delete_found(f->store, "a", NOW), 0);
        assert_int_equal(address_find(f->store, "other@example.org", &contact, NULL), 0);
        assert_int_equal(contact, 0);
}

static void test_address__check_finds_a_wrong_index(void **state)
{
        Fixture *f = *state;
        int n = 0;
        assert_int_equal(put_card(f, "a", "a@example.org"), 0);
        assert_int_equal(put_card(f, "b", NULL), 0);
        assert_int_equal(put_card(f, "c", "c@example.org"), 0);
        assert_int_equal(QUERY_RUN(f->store, "UPDATE object SET address = 'z' WHERE uid IN ('a', 'b')"), 0);
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .full = true,
                                                               .on_fault = count_fault,
                                                               .userdata = &n }),
                        0);
        assert_int_equal(n, 2);
}

typedef struct Found {
        char uids[64], lost[64];
} Found;

static int on_found(const ObjectRecord *record, void *userdata)
{
        Found *found = userdata;
        strncat(found->uids, record->uid, sizeof(found->uids) - strlen(found->uids) - 1);
        return 0;
}

static int on_lost(const ObjectLoss *loss, void *userdata)
{
        Found *found = userdata;
        strncat(found->lost, loss->uid, sizeof(found->lost) - strlen(found->lost) - 1);
        return 0;
}

/* A row of a kind that does not exist is one that cannot be read. */
static void damage(Fixture *f, const char *uid)
{
        assert_int_equal(QUERY_RUN(f->store, "UPDATE object SET kind = 99 WHERE uid = $1", BIND_T(uid)), 0);
}

static void test_object_each_readable__gives_each_other_object_once(void **state)
{
        static const struct {
                int line;
                ObjectFilter filter;
                const char *uids;
        } cases[] = {
                { __LINE__, { .kinds = 0 }, "facde" },
                { __LINE__, { .collection = "two" }, "de" },
                { __LINE__, { .kinds = 1U << OBJECT_CARD }, "f" },
                { __LINE__, { .category = "session" }, "" },
                { __LINE__, { .kinds = 1U << OBJECT_EVENT, .from = 1, .to = 2 }, "" },
                { __LINE__, { .kinds = 1U << OBJECT_EVENT, .from = 1, .to = USEC_INFINITY }, "acde" },
        };
        Fixture *f = *state;
        scratch_needs_file(f->store);
        for (const char *uid = "abcde"; *uid; uid++)
                assert_int_equal(put(f, (char[]){ *uid, '\0' }, 0,
                                                 (ObjectPut){ .collection = *uid < 'd' ? "one" : "two" }),
                                0);
        assert_int_equal(put_card(f, "f", NULL), 0);
        damage(f, "b");
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Found found = { "", "" };
                int r = object_each_readable(f->store, &cases[i].filter, on_found, on_lost, &found);
                /* A walk that does not read the damaged object finds no damage. */
                bool is_met = found.lost[0] != '\0';
                int expected = is_met && !cases[i].uids[0] ? DB_E_CORRUPT : 0;
                if (r != expected || strcmp(found.uids, cases[i].uids) != 0 ||
                                (is_met && strcmp(found.lost, "b") != 0))
                        fail_msg("line %d: %d, found '%s', lost '%s'", cases[i].line, r, found.uids,
                                        found.lost);
        }
}

static void test_object_each_readable__fails_if_nothing_is_left(void **state)
{
        Fixture *f = *state;
        Found found = { "", "" };
        scratch_needs_file(f->store);
        assert_int_equal(put(f, "a", 0, (ObjectPut){ .collection = "one" }), 0);
        damage(f, "a");
        assert_false(store_found_damage(f->store));
        assert_int_equal(object_each_readable(
                                         f->store, &(ObjectFilter){ .kinds = 0 }, on_found, NULL, &found),
                        DB_E_CORRUPT);
        assert_true(store_found_damage(f->store));
        assert_false(store_found_damage(f->store));
}

/* Reads an object, then writes; what is learned about the object stays known. */
typedef struct Attempt {
        Store *store;
        int64_t object;
        int n;
} Attempt;

static int try_to_write(void *userdata)
{
        Attempt *attempt = userdata;
        size_t known = store_damaged_count(attempt->store);
        int64_t change = 0;
        attempt->n++;
        assert_int_equal(object_change(attempt->store, attempt->object, &change), known ? DB_E_CORRUPT : 0);
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_get_by_id(attempt->store, attempt->object, &record), DB_E_CORRUPT);
        return known ? 0 : DB_E_CORRUPT; /* as SQLite refuses the first write after damage */
}

static void test_store_write__tries_again_around_a_damaged_object(void **state)
{
        Fixture *f = *state;
        assert_int_equal(put(f, "a", 0, (ObjectPut){ .collection = "one" }), 0);
        damage(f, "a");
        Attempt attempt = { .store = f->store, .object = 1 };
        assert_int_equal(store_write(f->store, try_to_write, &attempt), 0);
        assert_int_equal(attempt.n, 2);
        assert_int_equal(store_write(f->store, try_to_write, &attempt), 0);
        assert_int_equal(attempt.n, 3);
}

#define OBJECT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_resource_name__is_safe_and_unique),
                OBJECT_TEST(test_object_put__a_uid_may_stand_in_two_collections),
                OBJECT_TEST(test_object_put__anywhere_updates_the_stored_object),
                OBJECT_TEST(test_object_put__a_name_belongs_to_one_uid_and_a_uid_to_one_name),
                OBJECT_TEST(test_object_put__a_derived_name_that_is_taken),
                OBJECT_TEST(test_object_put__if_change),
                OBJECT_TEST(test_object_put__only_an_import_refuses_an_older_version),
                OBJECT_TEST(test_object_delete__tombstones_have_the_same_key),
                OBJECT_TEST(test_object_delta__tells_readers_of_no_draft),
                OBJECT_TEST(test_object_delta__tells_readers_what_vanishes),
                OBJECT_TEST(test_address__follows_the_card),
                OBJECT_TEST(test_address__check_finds_a_wrong_index),
                OBJECT_TEST(test_object_each_readable__gives_each_other_object_once),
                OBJECT_TEST(test_object_each_readable__fails_if_nothing_is_left),
                OBJECT_TEST(test_store_write__tries_again_around_a_damaged_object),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
