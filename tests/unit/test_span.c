/* Compares the days of many instances with those of the span of each. */

#include "catalog/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { INSTANCES = 3000, YEAR = 2017 };

/* Zones whose clocks are changed at midnight, at night, and never; and one that left out a day. */
static const char *const ZONES[] = { "America/Asuncion", "America/Sao_Paulo", "America/Havana",
        "Europe/Berlin", "Europe/Moscow", "Asia/Kathmandu", "Pacific/Apia", "UTC" };

static unsigned roll(unsigned sides)
{
        return (unsigned)random() % sides;
}

/* Makes an instance that begins or ends at a full hour of a year, mostly soon after the one before. */
static CatalogInstance make_instance(const CatalogEvent *event, usec_t after)
{
        static const WhenForm forms[] = { WHEN_ZONED, WHEN_ZONED, WHEN_ZONED, WHEN_UTC, WHEN_FLOATING,
                WHEN_DATE };
        static const int hours[] = { 0, 1, 2, 23, 24, 25, 48, 24 * 40 };
        CatalogInstance instance = { .event = event, .start_usec = after + roll(3) * 3600 * USEC_PER_SEC };
        WhenForm form = forms[roll(6)];
        instance.end_usec = instance.start_usec + hours[roll(8)] * 3600 * USEC_PER_SEC;
        instance.start = (When){ .form = form,
                .civil = civil_from_seconds(instance.start_usec / USEC_PER_SEC) };
        instance.end = (When){ .form = form, .civil = civil_from_seconds(instance.end_usec / USEC_PER_SEC) };
        return instance;
}

static void compare(const Zone *zone, const CatalogInstances *instances)
{
        SpanDays *days = NULL;
        assert_int_equal(span_days(zone, instances, &days), 0);
        for (size_t i = 0; i < instances->n; i++) {
                Span span = span_of(zone, &instances->list[i]);
                assert_int_equal(days[i].first, span_first_day(&span));
                assert_int_equal(days[i].last, span_last_day(&span));
        }
        free(days);
}

static void test_span_days__are_those_of_each_span(void **state)
{
        (void)state;
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        CatalogEvent events[sizeof(ZONES) / sizeof(*ZONES)];
        const Zone *zone;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        memset(events, 0, sizeof(events));
        for (size_t i = 0; i < sizeof(ZONES) / sizeof(*ZONES); i++) {
                assert_int_equal(zone_table_get(zones, ZONES[i], &zone), 0);
                events[i].zone = zone;
        }
        srandom(7);
        for (size_t i = 0; i < sizeof(ZONES) / sizeof(*ZONES); i++) {
                CLEANUP(catalog_instances_done) CatalogInstances one = { 0 }, mixed = { 0 };
                usec_t at = civil_days(i % 2 ? YEAR : 2011, 9, 1) * USEC_PER_DAY;
                for (int k = 0; k < INSTANCES; k++) {
                        CatalogInstance instance = make_instance(&events[i], at);
                        assert_int_equal(catalog_instances_add(&one, &instance), 0);
                        instance.event = &events[roll(sizeof(ZONES) / sizeof(*ZONES))];
                        assert_int_equal(catalog_instances_add(&mixed, &instance), 0);
                        at = instance.start_usec;
                }
                compare(NULL, &one);
                compare(NULL, &mixed);
                compare(events[i].zone, &mixed);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_span_days__are_those_of_each_span),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
