/* Tests which objects calendars and address books take, and the precondition of a refusal. */

#include "dav/object-check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD           "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define TAIL           "END:VCALENDAR\r\n"
#define IN(name, more) "BEGIN:" name "\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n" more "END:" name "\r\n"
#define START          "DTSTART:20300101T000000Z\r\n"

enum {
        OFFICE = 1 << OBJECT_EVENT,
        OFFICE_ALL = 1 << OBJECT_EVENT | 1 << OBJECT_DRAFT | 1 << OBJECT_TODO | 1 << OBJECT_JOURNAL,
        DRAFTS = 1 << OBJECT_DRAFT,
        OWN = 1 << OBJECT_OWN_EVENT | 1 << OBJECT_TODO | 1 << OBJECT_JOURNAL,
        OWN_TASKS = 1 << OBJECT_TODO,
};

/* The form in which an object is taken. */
typedef enum Form { REFUSED, AS_EVENT, AS_PLAIN } Form;

static const struct {
        int line;
        unsigned kinds;
        const char *text;
        Form form;
        const char *element; /* of a refusal */
} cases[] = {
        { __LINE__, OFFICE, HEAD IN("VEVENT", START) TAIL, AS_EVENT, NULL },
        { __LINE__, OFFICE_ALL, HEAD IN("VEVENT", START) TAIL, AS_EVENT, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", START) TAIL, AS_PLAIN, NULL },
        /* The office cannot publish a rule below DAILY; a program's own calendar only keeps it. */
        { __LINE__, OFFICE, HEAD IN("VEVENT", START "RRULE:FREQ=HOURLY\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:FREQ=HOURLY\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, OFFICE, HEAD IN("VTODO", "") TAIL, REFUSED, "C:supported-calendar-component" },
        { __LINE__, OFFICE, HEAD IN("VJOURNAL", "STATUS:DRAFT\r\n") TAIL, REFUSED,
                        "C:supported-calendar-component" },
        { __LINE__, OFFICE, HEAD IN("VAVAILABILITY", "") TAIL, REFUSED, "C:supported-calendar-component" },
        { __LINE__, OFFICE_ALL, HEAD IN("VTODO", "") TAIL, AS_PLAIN, NULL },
        { __LINE__, OWN_TASKS, HEAD IN("VTODO", "") TAIL, AS_PLAIN, NULL },
        { __LINE__, OWN_TASKS, HEAD IN("VEVENT", START) TAIL, REFUSED, "C:supported-calendar-component" },
        /* A draft of the office has no date. Another journal entry is kept for programs, where it may be. */
        { __LINE__, OFFICE_ALL, HEAD IN("VJOURNAL", "STATUS:DRAFT\r\n") TAIL, AS_EVENT, NULL },
        { __LINE__, OFFICE_ALL, HEAD IN("VJOURNAL", "STATUS:FINAL\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, OFFICE_ALL, HEAD IN("VJOURNAL", START "STATUS:DRAFT\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, DRAFTS, HEAD IN("VJOURNAL", "STATUS:DRAFT\r\n") TAIL, AS_EVENT, NULL },
        { __LINE__, DRAFTS, HEAD IN("VJOURNAL", "STATUS:FINAL\r\n") TAIL, REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VJOURNAL", "STATUS:DRAFT\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD "METHOD:REQUEST\r\n" IN("VEVENT", START) TAIL, REFUSED,
                        "C:valid-calendar-object-resource" },
        { __LINE__, OWN, HEAD IN("VEVENT", START) IN("VTODO", "") TAIL, REFUSED,
                        "C:valid-calendar-object-resource" },
        { __LINE__, OWN, HEAD TAIL, REFUSED, "C:valid-calendar-object-resource" },
        { __LINE__, OWN, HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n" START "END:VEVENT\r\n" TAIL,
                        REFUSED, "C:valid-calendar-object-resource" },
        { __LINE__, OWN, HEAD IN("VEVENT", START), REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, "", REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD "BEGIN:VEVENT\r\nUID:u\r\n" START "END:VEVENT\r\n" TAIL, AS_PLAIN, NULL },
        { __LINE__, OFFICE, HEAD "BEGIN:VEVENT\r\nUID:u\r\n" START "END:VEVENT\r\n" TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", "") TAIL, REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", "DTSTART:2030-01-01\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START START) TAIL, REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "DTEND:20300101T010000Z\r\nDURATION:PT1H\r\n") TAIL,
                        REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "DURATION:1H\r\n") TAIL, REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START) IN("VEVENT", START "RECURRENCE-ID:x\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "EXDATE:20300101T000000Z,x\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VTODO", "DUE:tomorrow\r\n") TAIL, REFUSED, "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:FREQ=NEVER\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:COUNT=3\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:FREQ=DAILY;BYDAY=XX\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN,
                        HEAD IN("VEVENT", START "RRULE:FREQ=SECONDLY;COUNT=5;BYSECOND=1,2;WKST=MO;\r\n")
                                        TAIL,
                        AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:RSCALE=HEBREW;FREQ=YEARLY;SKIP=FORWARD\r\n") TAIL,
                        AS_PLAIN, NULL },
        { __LINE__, OWN,
                        HEAD IN("VEVENT",
                                        START "RRULE:FREQ=MONTHLY;BYDAY=-1FR,2MO;UNTIL=20310101T000000Z\r\n"
                                              "EXDATE:20300101T000000Z,20300201T000000Z\r\n"
                                              "RDATE;VALUE=PERIOD:20300101T000000Z/PT1H\r\n") TAIL,
                        AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", "DTSTART:20300101\r\nDURATION:P1D\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", "DTSTART;TZID=No/Where:20300101T000000\r\n") TAIL, REFUSED,
                        "C:valid-calendar-data" },
        { __LINE__, OWN,
                        HEAD
                        "BEGIN:VTIMEZONE\r\nTZID:No/Where\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
                        "TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" IN(
                                        "VEVENT", "DTSTART;TZID=No/Where:20300101T000000\r\n") TAIL,
                        AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:FREQ=DAILY;COUNT=100000\r\n") TAIL, AS_PLAIN, NULL },
        { __LINE__, OWN, HEAD IN("VEVENT", START "RRULE:FREQ=DAILY;COUNT=100001\r\n") TAIL, REFUSED,
                        "C:max-instances" },
        { __LINE__, OFFICE, HEAD IN("VEVENT", START "RRULE:FREQ=DAILY;COUNT=99999999999999999999\r\n") TAIL,
                        REFUSED, "C:max-instances" },
        { __LINE__, OWN,
                        HEAD IN("VEVENT", START
                                        "RRULE:FREQ=DAILY;COUNT=99999\r\nRDATE:20300101T000000Z,20300201T000000Z\r\n")
                                        TAIL,
                        REFUSED, "C:max-instances" },
        { __LINE__, OWN, HEAD IN("X-OWN", "") IN("VTODO", "BEGIN:X-IN\r\nEND:X-IN\r\n") TAIL, AS_PLAIN,
                        NULL },
};

static int setup(void **state)
{
        ZoneTable *zones;
        int r = zone_table_new(NULL, &zones);
        *state = zones;
        return r;
}

static int teardown(void **state)
{
        zone_table_free(*state);
        return 0;
}

static void test_object_check_calendar(void **state)
{
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(checked_object_done) CheckedObject object = { .event = NULL };
                ObjectContent content = { "text/calendar", cases[i].text, strlen(cases[i].text) };
                ObjectFault fault = { .element = "" };
                int r = object_check_calendar(*state, &content, cases[i].kinds, &object, &fault);
                Form form = object.event ? AS_EVENT : object.plain ? AS_PLAIN : REFUSED;
                if (form != cases[i].form || (r == 0) != (form != REFUSED) ||
                                (form == REFUSED && strcmp(fault.element, cases[i].element) != 0))
                        fail_msg("line %d: %d, %d, %s %s", cases[i].line, r, form, fault.element,
                                        fault.text);
                if (form != REFUSED)
                        assert_string_equal(checked_object_uid(&object), "u");
        }
}

/* The attendees of each component count by themselves (RFC 4791, 5.2.9). */
static void test_object_check_calendar__attendees_have_a_maximum(void **state)
{
        for (int n = OBJECT_CHECK_MAX_ATTENDEES; n <= OBJECT_CHECK_MAX_ATTENDEES + 1; n++) {
                CLEANUP(checked_object_done) CheckedObject object = { .event = NULL };
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
                ObjectFault fault = { .element = "" };
                buffer_puts(&text, HEAD "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n" START);
                for (int i = 0; i < n; i++)
                        buffer_printf(&text, "ATTENDEE:mailto:a%d@example.org\r\n", i);
                buffer_puts(&text,
                                "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n" START
                                "RECURRENCE-ID:20300101T000000Z\r\nATTENDEE:mailto:x@example.org\r\n"
                                "END:VEVENT\r\n" TAIL);
                ObjectContent content = { "text/calendar", buffer_text(&text), text.len };
                int r = object_check_calendar(*state, &content, OWN, &object, &fault);
                assert_int_equal(r, n > OBJECT_CHECK_MAX_ATTENDEES ? OBJECT_CHECK_E_REFUSED : 0);
                if (r != 0)
                        assert_string_equal(fault.element, "C:max-attendees-per-instance");
        }
}

static void test_object_check_card(void **state)
{
        static const char text[] = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u\r\nFN:x\r\nN:x;;;;\r\nEND:VCARD\r\n";
        CLEANUP(checked_object_done) CheckedObject object = { .event = NULL };
        ObjectContent content = { "text/vcard", text, sizeof(text) - 1 };
        ObjectFault fault = { .element = "" };
        (void)state;
        assert_int_equal(object_check_card(&content, &object, &fault), 0);
        assert_string_equal(checked_object_uid(&object), "u");
        content.media_type = "text/calendar";
        checked_object_done(&object);
        assert_int_equal(object_check_card(&content, &object, &fault), OBJECT_CHECK_E_REFUSED);
        assert_string_equal(fault.element, "R:supported-address-data");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_object_check_calendar),
                cmocka_unit_test(test_object_check_calendar__attendees_have_a_maximum),
                cmocka_unit_test(test_object_check_card),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
