/* Tests the event that a draft becomes when a calendar program publishes it. */

#include "calendar/draft-event.h"

#include "calendar/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1767225600000000 /* 2026-01-01 */
#define JOURNAL(lines)                                                                                      \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VJOURNAL\r\nUID:d\r\n"               \
        "DTSTAMP:20250101T000000Z\r\n" lines "END:VJOURNAL\r\nEND:VCALENDAR\r\n"
#define DIGEST "X-CONVENED-DRAFT-DIGEST:0\r\n"

static void test_draft_event_is_due(void **state)
{
        static const struct {
                int line;
                const char *text;
                bool is_due;
        } cases[] = {
                { __LINE__, JOURNAL("STATUS:DRAFT\r\n"), false },
                { __LINE__, JOURNAL("status:draft\r\nDTSTART:20270101T100000Z\r\n"), false },
                { __LINE__, JOURNAL("SUMMARY:s\r\n"), true },
                { __LINE__, JOURNAL("STATUS:FINAL\r\n"), true },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", false },
                { __LINE__, "VJOURNAL", false },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                if (draft_event_is_due(cases[i].text, strlen(cases[i].text)) != cases[i].is_due)
                        fail_msg("line %d", cases[i].line);
}

static void test_draft_event_write(void **state)
{
        static const struct {
                int line;
                const char *text, *has; /* a line of the event; NULL if there is none */
                const char *lacks;
        } cases[] = {
                { __LINE__, JOURNAL("DTSTART;VALUE=DATE:20270105\r\nSUMMARY:s\r\n"),
                                "\r\nDTSTART;VALUE=DATE:20270105\r\n", "DRAFT" },
                { __LINE__, JOURNAL("STATUS:DRAFT\r\nDTSTART:20270105T100000Z\r\n"),
                                "\r\nDTSTART:20270105T100000Z\r\n", "VJOURNAL" },
                /* The last day is told; DTEND is the day after it (RFC 5545, 3.6.1). */
                { __LINE__,
                                JOURNAL("STATUS:DRAFT\r\nX-CONVENED-PROPOSED-START:2027-02-27\r\n"
                                        "X-CONVENED-PROPOSED-END:2027-02-28\r\n"),
                                "\r\nDTEND;VALUE=DATE:20270301\r\n", "PROPOSED" },
                { __LINE__, JOURNAL("STATUS:DRAFT\r\nX-CONVENED-PROPOSED-START:2027-02-27T09:30\r\n"),
                                "\r\nDTSTART:20270227T093000\r\n", "DTEND" },
                /* The date of the program goes before the proposed one. */
                { __LINE__,
                                JOURNAL("DTSTART;VALUE=DATE:20270106\r\nX-CONVENED-PROPOSED-START:2027-02-27\r\n"
                                        "X-CONVENED-PROPOSED-END:2027-02-28\r\n"),
                                "\r\nDTSTART;VALUE=DATE:20270106\r\n", "DTEND" },
                { __LINE__, JOURNAL("STATUS:DRAFT\r\nCLASS:CONFIDENTIAL\r\nDTSTART;VALUE=DATE:20270106\r\n"),
                                "\r\nCLASS:CONFIDENTIAL\r\n", "VJOURNAL" },
                { __LINE__,
                                JOURNAL("STATUS:DRAFT\r\nCLASS:CONFIDENTIAL\r\n" DIGEST
                                        "DTSTART;VALUE=DATE:20270106\r\n"),
                                "\r\nDTSTART;VALUE=DATE:20270106\r\n", "CLASS" },
                { __LINE__, JOURNAL("STATUS:DRAFT\r\nSUMMARY:s\r\n"), NULL, NULL },
                { __LINE__, JOURNAL("STATUS:DRAFT\r\nX-CONVENED-PROPOSED-START:--02-27\r\n"), NULL, NULL },
                { __LINE__, "BEGIN:VCALENDAR\r\n", NULL, NULL },
        };
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        (void)state;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(DRAFT_EVENT_MAX_BYTES);
                CLEANUP(event_freep) Event *event = NULL;
                InputError error = { 0 };
                int r = draft_event_write(zones, cases[i].text, strlen(cases[i].text), NOW, &out, &error);
                if (r != (cases[i].has ? 0 : EVENT_E_INVALID))
                        fail_msg("line %d: %d", cases[i].line, r);
                if (!cases[i].has)
                        continue;
                if (!strstr(buffer_text(&out), cases[i].has) || strstr(buffer_text(&out), cases[i].lacks))
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
                assert_int_equal(event_parse(zones, buffer_text(&out), out.len, &event, &error), 0);
                assert_false(event_is_draft(event));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_draft_event_is_due),
                cmocka_unit_test(test_draft_event_write),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
