/* Tests when a catalog is out of date, and the instances that it has; no page is written. */

#include "list_world.h"

static void put_offer(World *world, const char *uid, const char *lines)
{
        put_component(world, "VAVAILABILITY", uid, lines);
}

static void put_card(World *world, const char *uid, const char *lines)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4096);
        ObjectOutcome outcome;
        buffer_printf(&text, "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\n%sEND:VCARD\r\n", uid, uid,
                        lines);
        assert_int_equal(collection_ensure(world->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(text.data, text.len, &card, NULL), 0);
        assert_int_equal(object_put_card(world->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_not_equal(outcome, OBJECT_UNCHANGED);
}

static CatalogCheck check_of(const Catalog *catalog)
{
        return (CatalogCheck){ catalog_sequence(catalog), catalog_sequence(catalog) };
}

static bool is_current(World *world, Catalog *catalog, CatalogCheck *check)
{
        CLEANUP(catalog_unrefp) Catalog *next = NULL;
        int64_t sequence = 0;
        assert_int_equal(catalog_next(catalog, world->store, check, &next), 0);
        assert_int_equal(store_sequence(world->store, &sequence), 0);
        assert_int_equal(check->sequence, sequence);
        assert_int_equal(catalog_sequence(next), next == catalog ? catalog_sequence(catalog) : sequence);
        return next == catalog;
}

static void test_catalog_next__ignores_changes_that_pages_do_not_show(void **state)
{
        World *world = *state;
        static const char public[] = "DTSTART:20260311T090000Z\r\nSUMMARY:Session\r\n";
        static const char private[] = "DTSTART:20260311T090000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Session\r\n";
        put(world, "public", public);
        put_card(world, "contact", "EMAIL:a@example.org\r\n");
        put_card(world, "site", "KIND:location\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CatalogCheck check = check_of(catalog);
        put_card(world, "contact", "EMAIL:b@example.org\r\n");
        put_card(world, "other", "EMAIL:c@example.org\r\n");
        put(world, "private", private);
        assert_int_equal(object_delete_found(world->store, "other", NOW), 0);
        assert_int_equal(object_delete_found(world->store, "private", NOW), 0);
        assert_true(is_current(world, catalog, &check));
        int64_t found = check.sequence;
        assert_true(found > catalog_sequence(catalog));
        assert_true(is_current(world, catalog, &check));
        put_card(world, "site", "EMAIL:site@example.org\r\n");
        assert_false(is_current(world, catalog, &check));
        assert_true(check.sequence > found);
}

static void test_catalog_next__each_change_of_an_event(void **state)
{
        World *world = *state;
        static const char public[] = "DTSTART:20260311T090000Z\r\nSUMMARY:Session\r\n";
        for (int change = 0; change < 5; change++) {
                char uid[16];
                snprintf(uid, sizeof(uid), "public-%d", change);
                put(world, uid, public);
                CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
                CatalogCheck check = check_of(catalog);
                assert_true(is_current(world, catalog, &check));
                if (change == 0)
                        put(world, uid, "DTSTART:20260312T090000Z\r\nSUMMARY:Session\r\n");
                if (change == 1)
                        put(world, uid, "DTSTART:20260312T090000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Session\r\n");
                if (change == 2)
                        assert_int_equal(object_delete_found(world->store, uid, NOW), 0);
                if (change == 3)
                        put(world, "another", public);
                /* A private event gets the name of the deleted one. */
                if (change == 4) {
                        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                        assert_int_equal(object_find(world->store, uid, &record), 0);
                        assert_int_equal(object_delete_found(world->store, uid, NOW), 0);
                        put_in(world, COLLECTION_EVENTS, record->resource, "VEVENT", "private",
                                        "DTSTART:20260312T090000Z\r\nCLASS:PRIVATE\r\nSUMMARY:x\r\n");
                }
                assert_false(is_current(world, catalog, &check));
        }
}

/* An account's copy of a public event comes, changes and goes. */
static void test_catalog_next__ignores_the_collections_of_accounts(void **state)
{
        World *world = *state;
        Collection own = { .owner = "anna", .segment = "x", .components = COLLECTION_VEVENT };
        put(world, "public", "DTSTART:20260311T090000Z\r\nSUMMARY:Session\r\n");
        assert_int_equal(collection_make(world->store, &own, NULL, NOW), 0);
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CatalogCheck check = check_of(catalog);
        int64_t hosts = check.hosts;
        for (int change = 0; change < 3; change++) {
                CLEANUP(object_record_freep) ObjectRecord *copy = NULL;
                if (change == 0)
                        put_in(world, own.name, NULL, "VEVENT", "public", "DTSTART:20260311T090000Z\r\n");
                if (change == 1)
                        put_in(world, own.name, NULL, "VEVENT", "public", "DTSTART:20260312T090000Z\r\n");
                assert_int_equal(object_get_by_uid(world->store, own.name, "public", &copy), 0);
                if (change == 2)
                        assert_int_equal(object_delete(world->store, own.name, copy->resource, 0, NOW), 0);
                assert_true(is_current(world, catalog, &check));
                assert_int_equal(check.hosts, hosts);
        }
}

/* The hosts change with each offer and card, and with no private event. */
static void test_catalog_next__tells_a_change_of_hosts(void **state)
{
        World *world = *state;
        static const char private[] = "DTSTART:20260311T090000Z\r\nCLASS:PRIVATE\r\nSUMMARY:Talk\r\n";
        put_card(world, "host", "EMAIL:a@example.org\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CatalogCheck check = check_of(catalog);
        for (int change = 0; change < 6; change++) {
                int64_t before = check.hosts;
                if (change == 0)
                        put(world, "private", private);
                if (change == 1)
                        put_card(world, "host", "EMAIL:b@example.org\r\n");
                if (change == 2)
                        put_offer(world, "offer", "SUMMARY:One\r\n");
                if (change == 3)
                        put_offer(world, "offer", "SUMMARY:Two\r\n");
                if (change == 4)
                        assert_int_equal(object_delete_found(world->store, "offer", NOW), 0);
                if (change == 5)
                        assert_int_equal(object_delete_found(world->store, "host", NOW), 0);
                assert_true(is_current(world, catalog, &check));
                assert_int_equal(check.hosts > before, change > 0);
        }
}

static void test_catalog__series_and_their_overrides(void **state)
{
        World *world = *state;
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        put(world, "weekly",
                        "DTSTART;TZID=Europe/Moscow:20260302T100000\r\nDTEND;TZID=Europe/"
                        "Moscow:20260302T110000\r\n"
                        "RRULE:FREQ=WEEKLY;COUNT=5\r\nSUMMARY:Usual\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:weekly\r\nDTSTAMP:20260101T000000Z\r\n"
                        "RECURRENCE-ID;TZID=Europe/Moscow:20260309T100000\r\nDTSTART;TZID=Europe/"
                        "Moscow:20260310T100000\r\n"
                        "DTEND;TZID=Europe/Moscow:20260310T110000\r\nSUMMARY:Moved\\, call +7 (8552) "
                        "53-07-07\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:weekly\r\nDTSTAMP:20260101T000000Z\r\nCLASS:PRIVATE\r\n"
                        "RECURRENCE-ID;TZID=Europe/Moscow:20260316T100000\r\nDTSTART;TZID=Europe/"
                        "Moscow:20260316T100000\r\n"
                        "SUMMARY:Hidden\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:weekly\r\nDTSTAMP:20260101T000000Z\r\nCLASS:CONFIDENTIAL\r\n"
                        "RECURRENCE-ID;TZID=Europe/Moscow:20260323T100000\r\nDTSTART;TZID=Europe/"
                        "Moscow:20260323T100000\r\n"
                        "SUMMARY:Confidential\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        assert_int_equal(catalog_instances(catalog, INT64_MIN, USEC_INFINITY, &all), 0);
        assert_int_equal(all.n, 4);
        assert_string_equal(all.list[0].title[LANGUAGE_ru].text, "Usual");
        assert_string_equal(all.list[1].title[LANGUAGE_ru].text, "Moved, call …");
        assert_int_equal(all.list[1].start.civil.day, 10);
        assert_true(all.list[2].is_busy);
        assert_int_equal(all.list[2].start.civil.day, 23);
        assert_false(all.list[3].is_busy);
}

static void test_catalog__an_endless_series_ends(void **state)
{
        World *world = *state;
        CLEANUP(catalog_instances_done) CatalogInstances ahead = { 0 }, month = { 0 };
        put(world, "daily", "DTSTART:20200101T100000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Daily\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        assert_int_equal(catalog_instances(catalog, NOW, USEC_INFINITY, &ahead), 0);
        assert_int_equal(ahead.n, CATALOG_SERIES_DAYS);
        catalog_instances_done(&ahead);
        assert_int_equal(catalog_instances(catalog, INT64_MIN, NOW, &ahead), 0);
        assert_int_equal(ahead.n, CATALOG_SERIES_DAYS);
        assert_true(ahead.list[0].start_usec > NOW - (CATALOG_SERIES_DAYS + 1) * USEC_PER_DAY);
        assert_int_equal(catalog_instances(catalog, NOW, NOW + 30 * USEC_PER_DAY, &month), 0);
        assert_int_equal(month.n, 30);
}

/* The instances of a series are read for a year from a day on, or from its first one. */
static void test_catalog_instance_from__a_series_that_begins_late(void **state)
{
        World *world = *state;
        CatalogInstance first;
        bool is_over = true;
        put(world, "late",
                        "DTSTART:20280101T100000Z\r\nDTEND:20280101T110000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:Late\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        assert_int_equal(catalog_instance_from(catalog_find(catalog, "late"), NOW, &first, &is_over), 0);
        assert_false(is_over);
        assert_int_equal(catalog_instance_from(
                                         catalog_find(catalog, "late"), first.end_usec, &first, &is_over),
                        0);
        assert_false(is_over);
        assert_int_equal(catalog_instance_from(
                                         catalog_find(catalog, "late"), first.end_usec, &first, &is_over),
                        0);
        assert_true(is_over);
}

/* A series may have more instances in a year than are read: those next to the day are. */
static void test_catalog__a_frequent_series_is_cut_far_from_the_day(void **state)
{
        World *world = *state;
        CLEANUP(catalog_instances_done) CatalogInstances past = { 0 }, ahead = { 0 };
        put(world, "often",
                        "DTSTART:20200101T100000Z\r\nDTEND:20200101T101000Z\r\n"
                        "RRULE:FREQ=DAILY;BYHOUR=8,9,10,11,12,13,14,15,16,17,18,19;BYMINUTE=0,10,20,30,40\r\n"
                        "SUMMARY:Often\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        assert_int_equal(catalog_instances(catalog, INT64_MIN, NOW, &past), 0);
        assert_int_equal(past.n, CATALOG_SERIES_MAX);
        assert_true(past.list[past.n - 1].start_usec < NOW);
        assert_true(past.list[past.n - 1].start_usec >= NOW - USEC_PER_DAY);
        for (size_t i = 1; i < past.n; i++)
                assert_true(past.list[i].start_usec > past.list[i - 1].start_usec);
        assert_int_equal(catalog_instances(catalog, NOW, USEC_INFINITY, &ahead), 0);
        assert_int_equal(ahead.n, CATALOG_SERIES_MAX);
        assert_true(ahead.list[0].start_usec < NOW + USEC_PER_DAY);
}

/* Two instances of a series may be further apart than the year that is read. */
static void test_catalog__a_series_with_long_gaps(void **state)
{
        World *world = *state;
        CLEANUP(catalog_instances_done) CatalogInstances past = { 0 }, ahead = { 0 };
        CatalogInstance next;
        bool is_over = true;
        put(world, "rare",
                        "DTSTART:20190901T100000Z\r\nDTEND:20190901T110000Z\r\n"
                        "RRULE:FREQ=YEARLY;INTERVAL=5;COUNT=3\r\nSUMMARY:Rare\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        const CatalogEvent *rare = catalog_find(catalog, "rare");
        assert_int_equal(catalog_instance_from(rare, NOW, &next, &is_over), 0);
        assert_false(is_over);
        assert_int_equal(next.start.civil.year, 2029);
        assert_int_equal(catalog_instance_from(rare, next.end_usec, &next, &is_over), 0);
        assert_true(is_over);
        assert_int_equal(catalog_instances(catalog, NOW, USEC_INFINITY, &ahead), 0);
        assert_int_equal(ahead.n, 1);
        assert_int_equal(ahead.list[0].start.civil.year, 2029);
        assert_int_equal(catalog_instances(catalog, INT64_MIN, NOW, &past), 0);
        assert_int_equal(past.n, 1);
        assert_int_equal(past.list[0].start.civil.year, 2024);
        catalog_instances_done(&past);
        assert_int_equal(catalog_instances(catalog, INT64_MIN, rare->start_usec, &past), 0);
        assert_int_equal(past.n, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_catalog_next__ignores_the_collections_of_accounts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog_next__ignores_changes_that_pages_do_not_show,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_next__each_change_of_an_event, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_next__tells_a_change_of_hosts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog__series_and_their_overrides, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog__an_endless_series_ends, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_instance_from__a_series_that_begins_late, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog__a_frequent_series_is_cut_far_from_the_day, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog__a_series_with_long_gaps, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
