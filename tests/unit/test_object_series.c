/* Tests the series in a calendar object: which components belong together, and in which zone. */

#include "calendar/object-series.h"

#include "calendar/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CALENDAR(components)                                                                                \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" components "END:VCALENDAR\r\n"
#define PART(name, lines) "BEGIN:" name "\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:" name "\r\n"

/* The components of an object, by number, and their series. */
typedef struct Fixture {
        ZoneTable *zones;
        ObjectTree *tree;
        ObjectSeriesSet set;
} Fixture;

static void open_text(Fixture *f, const char *text)
{
        *f = (Fixture){ .zones = NULL };
        assert_int_equal(zone_table_new(NULL, &f->zones), 0);
        assert_int_equal(object_tree_new(text, strlen(text), &f->tree), 0);
        assert_int_equal(object_series_init(f->zones, f->tree, NULL, &f->set), 0);
}

static void close_text(Fixture *f)
{
        object_series_done(&f->set);
        object_tree_free(f->tree);
        zone_table_free(f->zones);
}

static const ObjectNode *part(const Fixture *f, int index)
{
        const ObjectNode *node = object_tree_root(f->tree)->children;
        while (index-- > 0)
                node = node->next;
        return node;
}

static void test_object_series__are_the_components_of_one_uid(void **state)
{
        Fixture f;
        size_t first, second, other;
        (void)state;
        open_text(&f, CALENDAR(PART("VEVENT", "UID:a\r\nRECURRENCE-ID:20300102T100000Z\r\nDTSTART:20300102T120000Z\r\n") PART(
                                      "VEVENT", "UID:b\r\nDTSTART:20300101T100000Z\r\n") PART("VEVENT",
                                      "UID:a\r\nDTSTART:20300101T100000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n")
                                                      PART("VEVENT", "UID:c\r\nSUMMARY:no start\r\n")));
        const ObjectSeries *a = object_series_find(&f.set, part(&f, 0), &first);
        assert_non_null(a);
        assert_ptr_equal(object_series_find(&f.set, part(&f, 2), &second), a);
        assert_int_not_equal(first, second);
        assert_ptr_equal(a->nodes[first], part(&f, 0));
        assert_ptr_equal(a->nodes[second], part(&f, 2));
        assert_true(event_is_recurring(a->event));
        const ObjectSeries *b = object_series_find(&f.set, part(&f, 1), &other);
        assert_non_null(b);
        assert_ptr_not_equal(a, b);
        assert_null(object_series_find(&f.set, part(&f, 3), &other));
        assert_false(f.set.has_open);
        close_text(&f);
}

static void test_object_series__takes_the_due_of_a_task_as_its_time(void **state)
{
        Fixture f;
        size_t component;
        (void)state;
        open_text(&f, CALENDAR(PART("VTODO", "UID:t\r\nDUE:20300105T100000Z\r\n")));
        const ObjectSeries *series = object_series_find(&f.set, part(&f, 0), &component);
        assert_non_null(series);
        assert_non_null(series->event);
        assert_int_equal(component, 0);
        close_text(&f);
}

/* FREQ=SECONDLY is not expanded, so the series may have other instances than are known. */
static void test_object_series__is_open_with_a_rule_that_is_not_expanded(void **state)
{
        Fixture f;
        size_t component;
        (void)state;
        open_text(&f, CALENDAR(PART("VEVENT",
                                      "UID:a\r\nDTSTART:20300101T100000Z\r\nRRULE:FREQ=SECONDLY\r\n")));
        const ObjectSeries *series = object_series_find(&f.set, part(&f, 0), &component);
        assert_true(series->is_open && f.set.has_open);
        close_text(&f);
}

static void test_object_series_zone__is_that_of_the_event(void **state)
{
        Fixture f;
        (void)state;
        open_text(&f, CALENDAR(PART("VEVENT",
                                      "UID:a\r\nDTSTART;VALUE=DATE:20300101\r\nX-CONVENED-TZID:Asia/Tokyo\r\n")
                                                      PART("VEVENT", "UID:b\r\nDTSTART;VALUE=DATE:20300101\r\n")));
        const Zone *zone = object_series_zone(&f.set, part(&f, 0));
        assert_non_null(zone);
        assert_string_equal(zone_name(zone), "Asia/Tokyo");
        assert_null(object_series_zone(&f.set, part(&f, 1))); /* UTC */
        close_text(&f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_object_series__are_the_components_of_one_uid),
                cmocka_unit_test(test_object_series__takes_the_due_of_a_task_as_its_time),
                cmocka_unit_test(test_object_series__is_open_with_a_rule_that_is_not_expanded),
                cmocka_unit_test(test_object_series_zone__is_that_of_the_event),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
