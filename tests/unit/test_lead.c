#include "calendar/lead.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int open_table(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int close_table(void **state)
{
        zone_table_free(*state);
        return 0;
}

static const Zone *zone_of(ZoneTable *table, const char *name)
{
        const Zone *zone = NULL;
        if (name && zone_table_get(table, name, &zone) != 0)
                fail_msg("%s", name);
        return zone;
}

static Lead lead_of(const char *text)
{
        Lead lead;
        if (lead_parse(text, &lead) != 0)
                fail_msg("%s", text);
        return lead;
}

static When when_in(ZoneTable *table, const char *value, const char *zone)
{
        When when;
        assert_int_equal(when_parse(value, &when), 0);
        when.zone = zone_of(table, zone);
        if (zone)
                when.form = WHEN_ZONED;
        return when;
}

static bool leads_equal(const Lead *a, const Lead *b)
{
        return a->absolute == b->absolute && a->at == b->at && a->from_end == b->from_end &&
               a->days == b->days && a->seconds == b->seconds && a->clock_minutes == b->clock_minutes;
}

static void test_lead_parse__reads(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                Lead lead;
                const char *canonical;
        } cases[] = {
                { __LINE__, "-P7D", { .days = -7, .clock_minutes = -1 }, "-P7D" },
                { __LINE__, "-P1W", { .days = -7, .clock_minutes = -1 }, "-P7D" },
                { __LINE__, "-PT2H", { .seconds = -7200, .clock_minutes = -1 }, "-PT2H" },
                { __LINE__, "-PT24H", { .seconds = -86400, .clock_minutes = -1 }, "-PT24H" },
                { __LINE__, "-PT90M", { .seconds = -5400, .clock_minutes = -1 }, "-PT1H30M" },
                { __LINE__, "-P1DT2H", { .days = -1, .seconds = -7200, .clock_minutes = -1 }, "-P1DT2H" },
                { __LINE__, "+PT5S", { .seconds = 5, .clock_minutes = -1 }, "PT5S" },
                { __LINE__, "PT0S", { .clock_minutes = -1 }, "PT0S" },
                { __LINE__, "-P0D", { .clock_minutes = -1 }, "PT0S" },
                { __LINE__, "-P1D@18:00", { .days = -1, .clock_minutes = 1080 }, "-P1D@18:00" },
                { __LINE__, "P0D@00:00", { .clock_minutes = 0 }, "P0D@00:00" },
                { __LINE__, "-P400D@23:59", { .days = -400, .clock_minutes = 1439 }, "-P400D@23:59" },
                { __LINE__, "END/-PT15M", { .from_end = true, .seconds = -900, .clock_minutes = -1 },
                                "END/-PT15M" },
                { __LINE__, "-P1D+PT2H", { .days = -1, .seconds = 7200, .clock_minutes = -1 }, "-P1D+PT2H" },
                { __LINE__, "P1D-PT2H", { .days = 1, .seconds = -7200, .clock_minutes = -1 }, "P1D-PT2H" },
                { __LINE__, "20210623T150000Z",
                                { .absolute = true, .at = 1624460400 * USEC_PER_SEC, .clock_minutes = -1 },
                                "20210623T150000Z" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Lead lead = lead_of(cases[i].text);
                char text[LEAD_TEXT_SIZE];
                lead_format(&lead, text);
                if (!leads_equal(&lead, &cases[i].lead) || strcmp(text, cases[i].canonical) != 0)
                        fail_msg("row of line %d: %s", cases[i].line, text);
        }
}

static void test_lead_is_after_start__finds_a_forgotten_minus(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool after;
        } cases[] = {
                { __LINE__, "-P1D", false },
                { __LINE__, "P1D", true },
                { __LINE__, "+P1D", true },
                { __LINE__, "PT1S", true },
                { __LINE__, "PT0S", false },
                { __LINE__, "P0D@18:00", false },
                { __LINE__, "P1D@18:00", true },
                { __LINE__, "-P1D+PT2H", false },
                { __LINE__, "-P1D+PT25H", true },
                { __LINE__, "P1D-PT25H", false },
                { __LINE__, "END/PT15M", false },
                { __LINE__, "END/-PT15M", false },
                { __LINE__, "20210623T150000Z", false },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Lead lead = lead_of(cases[i].text);
                if (lead_is_after_start(&lead) != cases[i].after)
                        fail_msg("row of line %d", cases[i].line);
        }
}

static void test_lead_parse__refuses_and_leaves_the_output(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "",
                "P",
                "-P",
                "-PT",
                "7D",
                "-7D",
                "P1Y",
                "P1M",
                "-P401D",
                "P401D",
                "-PT9601H",
                "-P1D@",
                "-P1D@24:00",
                "-P1D@18:60",
                "-P1D@1800",
                "-P1D@18:0",
                "-P1D@18:00:00",
                "-P1D@+8:00",
                "-P1DT1H@18:00",
                "-PT1H@18:00",
                "@18:00",
                " -P1D",
                "-P1D ",
                "--P1D",
                "-P1D+P1D",
                "-P1D+PT0S",
                "-PT1H+PT1H",
                "-P1D+PT1H+PT1H",
                "-P1D+",
                "END/",
                "END/END/-P1D",
                "end/-P1D",
                "20210623",
                "20210623T150000",
                "20210623T150000Z@18:00",
                "-P99999999999999999999D",
                "-P1D@18:00 and a text that is longer than any lead",
        };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                Lead lead = { .days = 77 };
                if (lead_parse(texts[i], &lead) != -EINVAL || lead.days != 77)
                        fail_msg("\"%s\"", texts[i]);
        }
}

static void test_lead_format__is_read_back_the_same(void **state)
{
        (void)state;
        unsigned random = 7;
        for (int i = 0; i < 20000; i++) {
                int parts[5];
                for (size_t j = 0; j < 5; j++) {
                        random = random * 1664525 + 1013904223;
                        parts[j] = (int)(random >> 8);
                }
                Lead lead = { .days = parts[0] % 801 - 400, .clock_minutes = -1, .from_end = parts[1] % 2 };
                if (parts[2] % 3 == 0)
                        lead.clock_minutes = parts[3] % 1440;
                else if (parts[2] % 3 == 1)
                        lead.seconds = parts[3] % (2 * 400 * 86400) - 400 * 86400;
                if (parts[2] % 7 == 6)
                        lead.days = 0;
                if (parts[4] % 10 == 0)
                        lead = (Lead){
                                .absolute = true, .at = parts[3] * 100 * USEC_PER_SEC, .clock_minutes = -1
                        };
                char text[LEAD_TEXT_SIZE];
                lead_format(&lead, text);
                Lead read;
                if (lead_parse(text, &read) != 0 || !leads_equal(&lead, &read))
                        fail_msg("%s", text);
        }
}

typedef struct FireCase {
        int line;
        const char *lead, *start, *end, *own_zone, *event_zone, *contact_zone, *expected;
} FireCase;

static const FireCase fire_cases[] = {
        /* Nominal days keep the local time across a change to DST; hours are exact. */
        { __LINE__, "-P1D", "20260329T120000", NULL, "Europe/Berlin", "Etc/UTC", NULL,
                        "2026-03-28T11:00:00Z" },
        { __LINE__, "-PT24H", "20260329T120000", NULL, "Europe/Berlin", "Etc/UTC", NULL,
                        "2026-03-28T10:00:00Z" },
        { __LINE__, "-P1DT2H", "20260329T120000", NULL, "Europe/Berlin", "Etc/UTC", NULL,
                        "2026-03-28T09:00:00Z" },
        { __LINE__, "-P1D+PT2H", "20260329T120000", NULL, "Europe/Berlin", "Etc/UTC", NULL,
                        "2026-03-28T13:00:00Z" },
        { __LINE__, "-P1D", "20260330T023000", NULL, "Europe/Berlin", "Etc/UTC", NULL,
                        "2026-03-29T01:30:00Z" },
        { __LINE__, "-P7D", "20141030T100000", NULL, "Europe/Moscow", "Etc/UTC", NULL,
                        "2014-10-23T06:00:00Z" },
        { __LINE__, "PT0S", "20210624T090000", NULL, "Europe/Moscow", "Etc/UTC", NULL,
                        "2021-06-24T06:00:00Z" },
        { __LINE__, "-P1D", "20210624T090000Z", NULL, NULL, "Europe/Moscow", NULL, "2021-06-23T09:00:00Z" },
        { __LINE__, "-P1D", "20210624", NULL, NULL, "Europe/Moscow", NULL, "2021-06-22T21:00:00Z" },
        { __LINE__, "-P1D", "20210624T090000", NULL, NULL, "Europe/Moscow", NULL, "2021-06-23T06:00:00Z" },
        { __LINE__, "END/PT1H", "20210624T090000", "20210624T120000", "Europe/Moscow", "Etc/UTC", NULL,
                        "2021-06-24T10:00:00Z" },
        /* Leads with a local time: which zone and which date they use. */
        { __LINE__, "-P1D@18:00", "20210624T090000", NULL, "Europe/Moscow", "Europe/Moscow", NULL,
                        "2021-06-23T15:00:00Z" },
        { __LINE__, "-P1D@18:00", "20210624T090000", NULL, "Europe/Moscow", "Europe/Moscow", "Europe/Berlin",
                        "2021-06-23T16:00:00Z" },
        { __LINE__, "-P1D@18:00", "20210624T003000", NULL, "Europe/Moscow", "Europe/Moscow", "Europe/Berlin",
                        "2021-06-22T16:00:00Z" },
        { __LINE__, "-P1D@18:00", "20210624T210000Z", NULL, NULL, "Europe/Moscow", NULL,
                        "2021-06-24T15:00:00Z" },
        { __LINE__, "-P1D@18:00", "20210624", NULL, NULL, "Europe/Moscow", "Europe/Berlin",
                        "2021-06-23T16:00:00Z" },
        { __LINE__, "P0D@09:00", "20210624", NULL, NULL, "Europe/Moscow", NULL, "2021-06-24T06:00:00Z" },
        { __LINE__, "-P1D@02:30", "20260330T120000", NULL, "Europe/Berlin", "Europe/Berlin", NULL,
                        "2026-03-29T01:30:00Z" },
        { __LINE__, "-P1D@18:00", "20261026T120000", NULL, "Europe/Berlin", "Europe/Berlin", NULL,
                        "2026-10-25T17:00:00Z" },
        { __LINE__, "END/P0D@20:00", "20210624T090000", "20210626T120000", "Europe/Moscow", "Europe/Moscow",
                        NULL, "2021-06-26T17:00:00Z" },
        { __LINE__, "20210623T150000Z", "20210624T090000", NULL, "Europe/Moscow", "Europe/Moscow",
                        "Europe/Berlin", "2021-06-23T15:00:00Z" },
};

static void test_lead_fire__follows_the_clock(void **state)
{
        for (size_t i = 0; i < sizeof(fire_cases) / sizeof(fire_cases[0]); i++) {
                const FireCase *c = &fire_cases[i];
                Lead lead = lead_of(c->lead);
                When start = when_in(*state, c->start, c->own_zone);
                When end = when_in(*state, c->end ? c->end : c->start, c->own_zone);
                char fired[21];
                time_format_rfc3339(lead_fire(&lead, &start, &end, zone_of(*state, c->event_zone),
                                                    zone_of(*state, c->contact_zone)),
                                fired);
                if (strcmp(fired, c->expected) != 0)
                        fail_msg("row of line %d: %s", c->line, fired);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lead_parse__reads),
                cmocka_unit_test(test_lead_is_after_start__finds_a_forgotten_minus),
                cmocka_unit_test(test_lead_parse__refuses_and_leaves_the_output),
                cmocka_unit_test(test_lead_format__is_read_back_the_same),
                cmocka_unit_test_setup_teardown(test_lead_fire__follows_the_clock, open_table, close_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
