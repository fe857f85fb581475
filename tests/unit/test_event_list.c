/* Tests the list of the office's events: order, pages, searches and filters. */

#include "store/event-list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW (20000 * USEC_PER_DAY) /* 2024-10-04 */

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        const Zone *utc;
        Store *store;
} Fixture;

static void put(Fixture *f, const char *collection, const char *uid, const char *lines)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[1024];
        const char *name = strstr(lines, "DRAFT") ? "VJOURNAL" : "VEVENT";
        const ObjectPut options = { .collection = collection, .fallback = f->utc, .now = NOW };
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:%s\r\nUID:%s\r\n"
                        "DTSTAMP:20200101T100000Z\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
                        name, uid, lines, name);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &options, &outcome), 0);
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, "events", false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, "fairs", false, "Etc/UTC"), 0);
        put(f, "events", "old", "SUMMARY:Ёлка старая\r\nDTSTART:19610412T090700Z\r\n");
        put(f, "events", "yearly",
                        "SUMMARY:Ёлка вечная\r\nDTSTART:19651231T200000Z\r\nRRULE:FREQ=YEARLY\r\n");
        put(f, "events", "past", "SUMMARY:Сессия\r\nCATEGORIES:SESSION\r\nDTSTART:20200101T100000Z\r\n");
        put(f, "fairs", "next",
                        "SUMMARY:Выставка\r\nCATEGORIES:EXHIBITION\r\nCLASS:PRIVATE\r\nDTSTART:20300101T100000Z\r\n");
        put(f, "events", "later",
                        "SUMMARY:Сессия\r\nCATEGORIES:SESSION\r\nSTATUS:CANCELLED\r\nDTSTART:20310101T100000Z\r\n");
        put(f, "events", "draft", "SUMMARY:Без даты\r\nSTATUS:DRAFT\r\n");
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

static int append(const EventListItem *item, void *userdata)
{
        buffer_printf(userdata, " %s", item->uid);
        return 0;
}

static void test_event_list_each__has_what_was_searched_for(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                EventListSearch search;
                const char *uids;
                int total;
        } rows[] = {
                { __LINE__, { .when = EVENT_LIST_COMING, .limit = 9 }, " yearly next later", 3 },
                { __LINE__, { .when = EVENT_LIST_PAST, .limit = 9 }, " past old", 2 },
                { __LINE__, { .when = EVENT_LIST_UNDATED, .limit = 9 }, " draft", 1 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9 }, " later next past yearly old draft", 6 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 2 }, " later next", EVENT_LIST_MORE },
                { __LINE__, { .when = EVENT_LIST_ALL, .offset = 2, .limit = 2 }, " past yearly",
                                EVENT_LIST_MORE },
                { __LINE__, { .when = EVENT_LIST_ALL, .offset = 4, .limit = 2 }, " old draft", 6 },
                { __LINE__, { .when = EVENT_LIST_ALL, .offset = 6, .limit = 2 }, "", 6 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .words = "ЕЛКА" }, " yearly old", 2 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .words = "вечная елка" }, " yearly", 1 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .category = "session" }, " later past",
                                2 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .only_hidden = true }, " next", 1 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .only_cancelled = true }, " later", 1 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .collections = ",fairs," }, " next", 1 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .collections = ",air,fair," }, "", 0 },
                { __LINE__, { .when = EVENT_LIST_ALL, .limit = 9, .collections = "," }, "", 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(buffer_done) Buffer uids = BUFFER_INIT(4096);
                EventListSearch search = rows[i].search;
                int64_t total = 77;
                search.now = NOW;
                assert_int_equal(event_list_each(f->store, &search, append, &uids, &total), 0);
                if (strcmp(buffer_text(&uids), rows[i].uids) != 0)
                        fail_msg("line %d: '%s'", rows[i].line, buffer_text(&uids));
                assert_int_equal(total, rows[i].total);
        }
}

static void test_event_list_count_kind__has_whole_names(void **state)
{
        Fixture *f = *state;
        int64_t n = -1;
        put(f, "events", "visit", "SUMMARY:x\r\nCATEGORIES:SITE-VISIT,Session\r\nSTATUS:DRAFT\r\n");
        assert_int_equal(event_list_count_kind(f->store, "session", &n), 0);
        assert_int_equal(n, 3);
        assert_int_equal(event_list_count_kind(f->store, "exhibition", &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(event_list_count_kind(f->store, "visit", &n), 0);
        assert_int_equal(n, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_event_list_each__has_what_was_searched_for, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_event_list_count_kind__has_whole_names, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
