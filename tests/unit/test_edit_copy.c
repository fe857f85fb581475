/* Tests copies of events, and events that lose their date. */

#include "calendar/edit-copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW    (20000 * USEC_PER_DAY)
#define HEAD   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define STAMPS "DTSTAMP:20200101T000000Z\r\nCREATED:20200101T000000Z\r\n"
#define PARTICIPANT                                                                                         \
        "BEGIN:PARTICIPANT\r\nUID:p-1\r\nPARTICIPANT-TYPE:SPEAKER\r\nSUMMARY:Anna\r\nEND:PARTICIPANT\r\n"
#define ALARM                                                                                               \
        "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT1H\r\nSUMMARY:x\r\nDESCRIPTION:y\r\nATTENDEE:mailto:a@example.org\r\nEND:VALARM\r\n"

static const char series[] = HEAD
                "BEGIN:VEVENT\r\nUID:old@x\r\n" STAMPS
                "SEQUENCE:4\r\nSTATUS:CANCELLED\r\nSUMMARY:Name\r\nX-KEPT:value\r\nLOCATION:Hall\r\n"
                "DTSTART:20300101T100000Z\r\nDTEND:20300101T110000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n" PARTICIPANT
                                ALARM "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:old@x\r\n" STAMPS
                "RECURRENCE-ID:20300102T100000Z\r\nSUMMARY:Other\r\nDTSTART:20300102T120000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static Event *parse(ZoneTable *zones, const char *text, size_t len)
{
        Event *event = NULL;
        InputError error = { 0 };
        int r = event_parse(zones, text, len, &event, &error);
        if (r != 0)
                print_error("%zu: %s: %s\n%s\n", error.line, error.where, error.message, text);
        assert_int_equal(r, 0);
        return event;
}

static size_t count(const Buffer *text, const char *part)
{
        size_t n = 0;
        for (const char *at = buffer_text(text); (at = strstr(at, part)); at += strlen(part))
                n++;
        return n;
}

static void test_edit_copy__is_a_new_event_with_all_its_parts(void **state)
{
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(65536);
        (void)state;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        CLEANUP(event_freep) Event *event = parse(zones, series, strlen(series));
        assert_int_equal(edit_copy(event, "new@x", NOW, &text), 0);
        CLEANUP(event_freep) Event *copy = parse(zones, buffer_text(&text), text.len);
        assert_string_equal(event_uid(copy), "new@x");
        assert_int_equal(event_sequence(copy), 0);
        assert_int_equal(event_stamp(copy), NOW);
        assert_int_equal(event_status(copy), EVENT_STATUS_NONE);
        assert_int_equal(count(&text, "UID:new@x"), 2);
        assert_int_equal(count(&text, "old@x"), 0);
        assert_int_equal(count(&text, "RECURRENCE-ID:20300102T100000Z"), 1);
        assert_int_equal(count(&text, "X-KEPT:value"), 1);
        assert_int_equal(count(&text, PARTICIPANT), 1);
        assert_int_equal(count(&text, ALARM), 1);
        assert_int_equal(count(&text, "20200101T000000Z"), 0);
}

static void test_edit_postpone__is_a_draft_without_dates(void **state)
{
        static const char *const gone[] = { "DTSTART", "DTEND", "RRULE", "RECURRENCE-ID", "VALARM", "Other",
                "CANCELLED", "BEGIN:VEVENT" };
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(65536);
        (void)state;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        CLEANUP(event_freep) Event *event = parse(zones, series, strlen(series));
        assert_int_equal(edit_postpone(event, NOW, &text), 0);
        CLEANUP(event_freep) Event *draft = parse(zones, buffer_text(&text), text.len);
        assert_true(event_is_draft(draft));
        assert_string_equal(event_uid(draft), "old@x");
        assert_int_equal(event_sequence(draft), 5);
        assert_true(event_compare_versions(draft, event) > 0);
        assert_string_equal(event_text_property(draft, "LOCATION"), "Hall");
        for (size_t i = 0; i < sizeof(gone) / sizeof(*gone); i++)
                assert_int_equal(count(&text, gone[i]), 0);
        assert_int_equal(count(&text, "X-KEPT:value"), 1);
        assert_int_equal(count(&text, PARTICIPANT), 1);
        assert_int_equal(count(&text, "CREATED:20200101T000000Z"), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_edit_copy__is_a_new_event_with_all_its_parts),
                cmocka_unit_test(test_edit_postpone__is_a_draft_without_dates),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
