/* Tests recurrence rules in words, in both languages. */

#include "web/rule-words.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* All series begin on Tuesday, 9 June 2026, 10:00 in Moscow. */
static const struct Row {
        int line;
        const char *lines;
        const char *ru, *en; /* NULL: there are no words */
} rows[] = {
        { __LINE__, "RRULE:FREQ=WEEKLY;COUNT=10", "каждый вторник, 10\u00a0раз",
                        "every Tuesday, 10\u00a0times" },
        { __LINE__, "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=22", "каждый вторник, 22\u00a0раза",
                        "every Tuesday, 22\u00a0times" },
        { __LINE__, "RRULE:FREQ=WEEKLY;COUNT=21", "каждый вторник, 21\u00a0раз",
                        "every Tuesday, 21\u00a0times" },
        { __LINE__, "RRULE:FREQ=WEEKLY;BYDAY=TH,TU", "по вторникам и по четвергам",
                        "on Tuesdays and on Thursdays" },
        { __LINE__, "RRULE:FREQ=WEEKLY;BYDAY=SU,TU,TH", "по вторникам, по четвергам и по воскресеньям",
                        "on Tuesdays, on Thursdays and on Sundays" },
        { __LINE__, "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "по будням", "on weekdays" },
        { __LINE__, "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "по будням", "on weekdays" },
        { __LINE__, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "каждые 2\u00a0недели, по вторникам",
                        "every 2\u00a0weeks, on Tuesdays" },
        { __LINE__, "RRULE:FREQ=WEEKLY;INTERVAL=5", "каждые 5\u00a0недель", "every 5\u00a0weeks" },
        { __LINE__, "RRULE:FREQ=DAILY", "каждый день", "every day" },
        { __LINE__, "RRULE:FREQ=DAILY;INTERVAL=3", "каждые 3\u00a0дня", "every 3\u00a0days" },
        { __LINE__, "RRULE:FREQ=MONTHLY", "9-го числа каждого месяца", "on day 9 of every month" },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", "в последний день каждого месяца",
                        "on the last day of every month" },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYDAY=2TU", "во второй вторник каждого месяца",
                        "on the second Tuesday of every month" },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYDAY=-1FR", "в последнюю пятницу каждого месяца",
                        "on the last Friday of every month" },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYDAY=3SU;INTERVAL=3", "в третье воскресенье раз в 3\u00a0месяца",
                        "on the third Sunday of the month, every 3\u00a0months" },
        { __LINE__, "RRULE:FREQ=YEARLY", "каждый год", "every year" },
        { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=9;INTERVAL=5", "каждые 5\u00a0лет",
                        "every 5\u00a0years" },
        /* 22:30 UTC on 30 June is 1 July in Moscow. */
        { __LINE__, "RRULE:FREQ=WEEKLY;UNTIL=20260630T223000Z",
                        "каждый вторник, по 1\u00a0июля 2026\u00a0г.",
                        "every Tuesday, until 1\u00a0July 2026" },
        { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=7", NULL, NULL },
        { __LINE__, "RRULE:FREQ=YEARLY;BYDAY=2TU;BYMONTH=6", NULL, NULL },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", NULL, NULL },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYDAY=5TU", NULL, NULL },
        { __LINE__, "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15", NULL, NULL },
        { __LINE__, "RRULE:FREQ=DAILY;BYHOUR=10,14", NULL, NULL },
        { __LINE__, "RRULE:FREQ=WEEKLY;BYMONTH=6", NULL, NULL },
        { __LINE__, "RRULE:FREQ=WEEKLY\r\nRDATE;TZID=Europe/Moscow:20260901T100000", NULL, NULL },
        { __LINE__, "RRULE:FREQ=WEEKLY\r\nRRULE:FREQ=MONTHLY", NULL, NULL },
};

static void check(const struct Row *row, const Event *event, Language language, const char *expected)
{
        CLEANUP(page_view_done) PageView view = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        assert_int_equal(page_view_set_language(&view, language), 0);
        bool has_words = rule_words(&out, &view, event, event_start(event).zone);
        if (has_words != (expected != NULL) || strcmp(buffer_text(&out), expected ? expected : "") != 0)
                fail_msg("line %d: '%s' instead of '%s'", row->line, buffer_text(&out),
                                expected ? expected : "(none)");
}

static void test_rule_words__say_everyday_rules(void **state)
{
        (void)state;
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                char text[1024];
                CLEANUP(event_freep) Event *event = NULL;
                snprintf(text, sizeof(text),
                                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                                "DTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Moscow:20260609T100000\r\n%s\r\n"
                                "SUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                                rows[i].lines);
                assert_int_equal(event_parse(zones, text, strlen(text), &event, NULL), 0);
                check(&rows[i], event, LANGUAGE_ru, rows[i].ru);
                check(&rows[i], event, LANGUAGE_en, rows[i].en);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rule_words__say_everyday_rules),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
