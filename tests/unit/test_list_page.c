/*
 * Tests the list pages on a real store with many events. Prints the time for each page; the tests set no
 * limit for it.
 */

#include "contact/card.h"
#include "store/collection.h"
#include "store/object.h"
#include "web/entry.h"
#include "web/event-page.h"
#include "web/list-page.h"
#include "web/month-page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

enum { MANY = 1000, MANY_REMARKS = 2000 };

static const usec_t NOW = (usec_t)1773122400 * USEC_PER_SEC; /* 2026-03-10T06:00:00Z */

typedef struct World {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
} World;

static int set_up(void **state)
{
        World *world = calloc(1, sizeof(*world));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(world);
        scratch_open(world->directory, url);
        scratch_store(url, &world->zones, &world->store);
        world->config = scratch_config(world->directory, world->zones, "time_zone = \"Europe/Moscow\";\n");
        assert_int_equal(collection_ensure(world->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        *state = world;
        return 0;
}

static int tear_down(void **state)
{
        World *world = *state;
        scratch_close(world->directory, world->store, world->config, world->zones);
        free(world);
        return 0;
}

/* @resource: NULL for a name that is derived from the UID */
static void put_in(World *world, const char *collection, const char *resource, const char *component,
                const char *uid, const char *lines)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
        InputError error = { 0 };
        ObjectOutcome outcome;
        buffer_printf(&text,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:%s\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T000000Z\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
                        component, uid, lines, component);
        int r = event_parse(world->zones, text.data, text.len, &event, &error);
        if (r != 0)
                print_error("%s: %s\n", uid, error.message);
        assert_int_equal(r, 0);
        assert_int_equal(object_put_event(world->store, event,
                                         &(ObjectPut){ .collection = collection,
                                                         .resource = resource,
                                                         .anywhere = !collection_is_own_name(collection),
                                                         .fallback = world->config->time_zone,
                                                         .now = NOW },
                                         &outcome),
                        0);
}

static void put_component(World *world, const char *component, const char *uid, const char *lines)
{
        put_in(world, COLLECTION_EVENTS, NULL, component, uid, lines);
}

static void put(World *world, const char *uid, const char *lines)
{
        put_component(world, "VEVENT", uid, lines);
}

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

static PageView make_view(World *world, const char *language)
{
        PageView view = { .config = config_ref(world->config), .zones = world->zones, .now = NOW };
        assert_int_equal(style_new(world->config, &view.style), 0);
        assert_int_equal(page_view_set_language(&view, language_of(language)), 0);
        return view;
}

static Catalog *make_catalog(World *world)
{
        Catalog *catalog = NULL;
        assert_int_equal(catalog_new(world->store, world->config, &catalog), 0);
        return catalog;
}

static double milliseconds(void)
{
        struct timespec time;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static size_t count(const char *text, const char *what)
{
        size_t n = 0;
        for (; (text = strstr(text, what)); text++)
                n++;
        return n;
}

static void fill(World *world)
{
        char uid[32], lines[1024];
        assert_int_equal(store_begin_write(world->store), 0);
        for (int i = 0; i < MANY; i++) {
                CivilTime day = civil_from_days(civil_days(2026, 3, 11 + i / 3));
                snprintf(uid, sizeof(uid), "event-%04d", i);
                snprintf(lines, sizeof(lines),
                                "DTSTART;TZID=Asia/Yekaterinburg:%04d%02d%02dT%02d0000\r\nDURATION:PT2H\r\n"
                                "SUMMARY;LANGUAGE=ru:Сессия о развитии парка номер %d\r\n"
                                "LOCATION;LANGUAGE=ru:Площадка %d\\, Казань\r\nCATEGORIES:SESSION\r\n"
                                "DESCRIPTION:Обсуждаем планы на год\\, смотрим площадку и её "
                                "окрестности.\r\n",
                                day.year, day.month, day.day, 9 + i % 9, i, i % 40);
                put(world, uid, lines);
        }
        assert_int_equal(store_commit(world->store), 0);
}

static void test_list_page__of_a_thousand_events(void **state)
{
        World *world = *state;
        fill(world);
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        Filter filter = { .page = 1 };
        for (int round = 0; round < 3; round++) {
                CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
                double begun = milliseconds();
                CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
                double read = milliseconds();
                PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
                assert_int_equal(list_page_write(&job, &filter, &page), 0);
                print_message("%d events: read in %.1f ms, %zu bytes written in %.1f ms of CPU\n", MANY,
                                read - begun, page.len, milliseconds() - read);
                assert_int_equal(count(buffer_text(&page), "<li class=\"event "), LIST_PAGE_EVENTS);
        }
}

static void test_list_page__turns_pages(void **state)
{
        World *world = *state;
        fill(world);
        CLEANUP(page_view_done) PageView view = make_view(world, "en");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        size_t n = 0;
        for (int number = 1; number <= MANY / LIST_PAGE_EVENTS; number++) {
                CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
                Filter filter = { .page = number };
                assert_int_equal(list_page_write(&job, &filter, &page), 0);
                n += count(buffer_text(&page), "<li class=\"event ");
                assert_int_equal(count(buffer_text(&page), "rel=\"prev\""), number > 1);
                assert_int_equal(
                                count(buffer_text(&page), "rel=\"next\""), number < MANY / LIST_PAGE_EVENTS);
        }
        assert_int_equal(n, MANY);
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        Filter behind = { .page = MANY / LIST_PAGE_EVENTS + 1 };
        assert_int_equal(list_page_write(&job, &behind, &page), PAGE_E_NOT_FOUND);
}

/* Past events are sorted by day, latest first; events with the same start keep their order. */
static void test_list_page__the_past_begins_with_the_latest(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(page_view_done) PageView view = make_view(world, "en");
        Filter filter = { .page = 1, .past = true };
        put(world, "a", "DTSTART:20260301T090000Z\r\nDURATION:PT1H\r\nSUMMARY:First\r\n");
        put(world, "b", "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Second\r\n");
        put(world, "c", "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Third\r\n");
        put(world, "d", "DTSTART:20260309T220000Z\r\nDURATION:PT1H\r\nSUMMARY:Today in Moscow\r\n");
        put(world, "e", "DTSTART:20260309T190000Z\r\nDURATION:PT1H\r\nSUMMARY:Yesterday\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        assert_int_equal(list_page_write(&job, &filter, &page), 0);
        const char *at = buffer_text(&page);
        static const char *const order[] = { "Yesterday", "Second", "Third", "First" };
        for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
                at = strstr(at, order[i]);
                assert_non_null(at);
        }
        assert_null(strstr(buffer_text(&page), "Today in Moscow"));
}

static CatalogCheck check_of(const Catalog *catalog)
{
        return (CatalogCheck){ catalog_sequence(catalog), catalog_sequence(catalog) };
}

static bool is_current(World *world, const Catalog *catalog, CatalogCheck *check)
{
        bool current = false;
        assert_int_equal(catalog_is_current(catalog, world->store, check, &current), 0);
        return current;
}

static void test_catalog_is_current__ignores_changes_that_pages_do_not_show(void **state)
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
        assert_int_equal(check.sequence, found);
}

static void test_catalog_is_current__each_change_of_an_event(void **state)
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
static void test_catalog_is_current__ignores_the_collections_of_accounts(void **state)
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
static void test_catalog_is_current__tells_a_change_of_hosts(void **state)
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

static void test_entry__says_when(void **state)
{
        World *world = *state;
        static const struct {
                int line;
                const char *lines, *zone, *russian, *english;
        } rows[] = {
                { __LINE__, "DTSTART;VALUE=DATE:20260624\r\n", NULL, "24\u00a0июня 2026\u00a0г.",
                                "24\u00a0June 2026" },
                { __LINE__, "DTSTART;VALUE=DATE:20260624\r\nDTEND;VALUE=DATE:20260626\r\n", "America/Denver",
                                "24–25\u00a0июня 2026\u00a0г.", "24–25\u00a0June 2026" },
                { __LINE__, "DTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270103\r\n", NULL,
                                "30\u00a0декабря 2026\u00a0г.\u00a0– 2\u00a0января 2027\u00a0г.",
                                "30\u00a0December 2026\u00a0– 2\u00a0January 2027" },
                { __LINE__, "DTSTART;TZID=Asia/Yekaterinburg:20260624T100000\r\nDURATION:PT2H\r\n", NULL,
                                "24\u00a0июня 2026\u00a0г., 10:00–12:00, Екатеринбург, UTC+5",
                                "24\u00a0June 2026, 10:00–12:00, Yekaterinburg, UTC+5" },
                { __LINE__, "DTSTART;TZID=Asia/Yekaterinburg:20260624T100000\r\n", "UTC",
                                "24\u00a0июня 2026\u00a0г., 05:00, UTC", "24\u00a0June 2026, 05:00, UTC" },
                { __LINE__, "DTSTART:20260624T210000Z\r\n", NULL,
                                "25\u00a0июня 2026\u00a0г., 00:00, Москва, UTC+3",
                                "25\u00a0June 2026, 00:00, Moscow, UTC+3" },
                { __LINE__, "DTSTART:20260624T100000\r\nDTEND:20260624T110000\r\n", NULL,
                                "24\u00a0июня 2026\u00a0г., 10:00–11:00", "24\u00a0June 2026, 10:00–11:00" },
                { __LINE__, "DTSTART:20260624T100000\r\nDTEND:20260624T110000\r\n", "America/Denver",
                                "24\u00a0июня 2026\u00a0г., 10:00–11:00", "24\u00a0June 2026, 10:00–11:00" },
                { __LINE__,
                                "DTSTART;TZID=Europe/Berlin:20260328T220000\r\nDTEND;TZID=Europe/"
                                "Berlin:20260329T000000\r\n",
                                NULL, "28\u00a0марта 2026\u00a0г., 22:00–00:00, Берлин, UTC+1",
                                "28\u00a0March 2026, 22:00–00:00, Berlin, UTC+1" },
                { __LINE__,
                                "DTSTART;TZID=Europe/Berlin:20260328T220000\r\nDTEND;TZID=Europe/"
                                "Berlin:20260330T100000\r\n",
                                NULL,
                                "28\u00a0марта 2026\u00a0г., 22:00\u00a0– 30\u00a0марта 2026\u00a0г., 10:00, Берлин, UTC+1",
                                "28\u00a0March 2026, 22:00\u00a0– 30\u00a0March 2026, 10:00, Berlin, UTC+1" },
                { __LINE__, "DTSTART:20260624T100000Z\r\n", "Asia/Kolkata",
                                "24\u00a0июня 2026\u00a0г., 15:30, Калькутта, UTC+5:30",
                                "24\u00a0June 2026, 15:30, Kolkata, UTC+5:30" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                put(world, "one", rows[i].lines);
                CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
                for (int language = 0; language < 2; language++) {
                        CLEANUP(page_view_done) PageView view = make_view(world, language ? "en" : "ru");
                        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                        if (rows[i].zone)
                                assert_int_equal(zone_table_get(world->zones, rows[i].zone, &view.zone), 0);
                        Span span = span_of_event(view.zone, catalog_find(catalog, "one"));
                        entry_write_dates(&out, &view, &span);
                        const char *expected = language ? rows[i].english : rows[i].russian;
                        if (strcmp(buffer_text(&out), expected) != 0)
                                print_error("row of line %d\n", rows[i].line);
                        assert_string_equal(buffer_text(&out), expected);
                }
        }
}

static void test_month__counts_events_without_a_lane(void **state)
{
        World *world = *state;
        char uid[32];
        for (int i = 0; i < MONTH_LANES + 3; i++) {
                snprintf(uid, sizeof(uid), "same-day-%d", i);
                put(world, uid, "DTSTART;VALUE=DATE:20260311\r\nSUMMARY:One of many\r\n");
        }
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        const CivilTime march = { .year = 2026, .month = 3, .day = 1 };
        assert_int_equal(month_page_write(&job, &march, &page), 0);
        assert_int_equal(count(buffer_text(&page), "<td class=\"bar"), MONTH_LANES);
        assert_int_equal(count(buffer_text(&page), "и ещё 3\u00a0события"), 1);
        assert_int_equal(count(buffer_text(&page), "<li class=\"event"), MONTH_LANES + 3);
}

/*
 * A page with 2,000 remarks takes linear time. A page that takes a second or more would let a client block
 * the daemon.
 */
static void test_event_page__of_many_remarks(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(1024 * 1024), page = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        buffer_puts(&lines,
                        "SUMMARY:Session\r\nDTSTART:20260310T090000Z\r\nX-CONVENED-DATE-BASIS:STATED\r\n");
        for (int i = 0; i < MANY_REMARKS; i++)
                buffer_printf(&lines, "COMMENT;LANGUAGE=%s:Remark %d\r\n", i % 2 ? "en" : "ru", i);
        put(world, "one", buffer_text(&lines));
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        double start = milliseconds();
        assert_int_equal(event_page_write(&job, "one", &page), 0);
        assert_true(milliseconds() - start < 1000);
        assert_int_equal(count(buffer_text(&page), "<p class=\"note\">Remark 0</p>"), 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark "), MANY_REMARKS / 2 - 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 1</li>"), 0);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 2</li>"), 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 1998</li>"), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_list_page__of_a_thousand_events, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_event_page__of_many_remarks, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog_is_current__ignores_the_collections_of_accounts,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_list_page__turns_pages, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_list_page__the_past_begins_with_the_latest, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_is_current__ignores_changes_that_pages_do_not_show, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_is_current__each_change_of_an_event, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_catalog_is_current__tells_a_change_of_hosts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog__series_and_their_overrides, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog__an_endless_series_ends, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_entry__says_when, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_month__counts_events_without_a_lane, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
