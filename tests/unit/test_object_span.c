/* Compares the objects in a span of time with all objects, for short, long and endless events. */

#include "store/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000, EVENTS = 120, RANGES = 200, SEED = 4791 };

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

static void put(Fixture *f, const char *collection, int number, const char *lines)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[512];
        const bool is_draft = strstr(lines, "DRAFT") != NULL;
        const char *name = is_draft ? "VJOURNAL" : "VEVENT";
        const ObjectPut options = { .collection = collection, .fallback = f->utc, .now = NOW };
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:%s\r\nUID:%s-%d\r\n"
                        "DTSTAMP:20260101T100000Z\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
                        name, collection, number, lines, name);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &options, &outcome), 0);
}

static void put_some_event(Fixture *f, const char *collection, int number, unsigned *seed)
{
        static const char *const lengths[] = { "", "DURATION:PT1H\r\n", "DURATION:P3D\r\n",
                "DURATION:P40D\r\n", "DURATION:P40DT1S\r\n", "DURATION:P400D\r\n",
                "DURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n", "DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=30\r\n",
                "DURATION:PT1H\r\nRRULE:FREQ=MONTHLY;COUNT=20\r\n" };
        char lines[256], start[17];
        usec_t day = civil_days(2026, 1, 1) + rand_r(seed) % 2000;
        time_format_utc(day * USEC_PER_DAY, start);
        snprintf(lines, sizeof(lines), "DTSTART:%s\r\n%s", start,
                        lengths[(size_t)rand_r(seed) % (sizeof(lengths) / sizeof(lengths[0]))]);
        put(f, collection, number, lines);
}

typedef struct Found {
        usec_t from, to;
        int n[2 * EVENTS + 1]; /* how often each object was found, by its id */
        int n_expected, n_found;
        unsigned kinds;
        bool compares;
} Found;

static bool is_expected(const Found *found, const ObjectRecord *record)
{
        bool overlaps = record->start < found->to &&
                        (record->end > found->from || record->start >= found->from);
        return strcmp(record->collection, "one") == 0 && found->kinds & 1U << record->kind &&
               (overlaps || record->kind != OBJECT_EVENT);
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        Found *found = userdata;
        if (!found->compares) {
                assert_true(is_expected(found, record));
                found->n[record->id]++;
                found->n_found++;
        } else if (is_expected(found, record)) {
                if (found->n[record->id] != 1)
                        print_error("%s: %d times\n", record->uid, found->n[record->id]);
                assert_int_equal(found->n[record->id], 1);
                found->n_expected++;
        }
        return 0;
}

static int check_range(Fixture *f, usec_t from, usec_t to, unsigned kinds)
{
        Found found = { .from = from, .to = to, .kinds = kinds };
        assert_int_equal(object_each_in_span(f->store, "one", kinds, from, to, on_object, &found), 0);
        found.compares = true;
        assert_int_equal(object_each(f->store, &(ObjectFilter){ .collection = NULL }, on_object, &found), 0);
        assert_int_equal(found.n_found, found.n_expected);
        return found.n_found;
}

static void test_object_each_in_span__agrees_with_all_objects(void **state)
{
        enum { EVENT = 1 << OBJECT_EVENT, DRAFT = 1 << OBJECT_DRAFT };
        Fixture *f = *state;
        unsigned seed = SEED;
        int total = 0;
        for (int i = 0; i < EVENTS; i++)
                put_some_event(f, i % 2 ? "one" : "two", i, &seed);
        put(f, "one", EVENTS, "STATUS:DRAFT\r\nSUMMARY:x\r\n");
        for (int i = 0; i < RANGES; i++) {
                usec_t from = (civil_days(2025, 6, 1) + rand_r(&seed) % 2500) * USEC_PER_DAY;
                usec_t length = (1 + rand_r(&seed) % 60) * USEC_PER_DAY / (1 + rand_r(&seed) % 24);
                total += check_range(f, from, from + length, EVENT);
                check_range(f, INT64_MIN, from, EVENT);
                check_range(f, from, USEC_INFINITY, EVENT | DRAFT);
        }
        assert_true(total > RANGES);
        assert_int_equal(check_range(f, 0, USEC_PER_DAY, DRAFT), 1);
        assert_int_equal(check_range(f, INT64_MIN, USEC_INFINITY, EVENT), EVENTS / 2);
        assert_int_equal(check_range(f, INT64_MIN, USEC_INFINITY, EVENT | DRAFT), EVENTS / 2 + 1);
        assert_int_equal(check_range(f, INT64_MIN, USEC_INFINITY, 0), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_object_each_in_span__agrees_with_all_objects, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
