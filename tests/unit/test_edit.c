#include "calendar/edit-occurrence.h"
#include "calendar/edit.h"

#include <libical/ical.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW   ((usec_t)1624438770 * USEC_PER_SEC)
#define STAMP "20210623T085930Z"

static int set_up(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int tear_down(void **state)
{
        zone_table_free(*state);
        return 0;
}

static void edit(ZoneTable *zones, const char *text, const EditProperty *properties, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        InputError error = { 0 };
        if (event_parse(zones, text, strlen(text), &event, &error) != 0)
                fail_msg("%zu: %s: %s", error.line, error.where, error.message);
        edit_event(event, properties, NOW, out);
        assert_int_equal(buffer_error(out), 0);
}

/* Removes the value of the UID of a new place, which is a hash of its name. */
static void hide_uid(Buffer *text)
{
        static const char begin[] = "BEGIN:VLOCATION\r\nUID:";
        char *uid = strstr(buffer_text(text), begin);
        if (uid)
                buffer_remove(text, (size_t)(uid - text->data) + strlen(begin),
                                strcspn(uid + strlen(begin), "\r"));
}

#define HALL "BEGIN:VLOCATION\r\nUID:\r\nNAME:Hall\r\n"

/* The properties to set, and the master that results. */
typedef struct EditCase {
        int line;
        EditProperty properties[4];
        const char *given, *expected; /* the lines between DTSTAMP and END */
} EditCase;

#define HEAD   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
#define MASTER HEAD "BEGIN:VEVENT\r\nUID:a@example.org\r\n"
#define OVERRIDE                                                                                            \
        "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20200101T000000Z\r\nRECURRENCE-ID:"                   \
        "20210702T060000Z\r\nDTSTART:20210702T070000Z\r\n"                                                  \
        "SUMMARY:As\r\n  it was\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
#define START "DTSTART:20210701T060000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"

static void test_edit_event__table(void **state)
{
        static const EditCase cases[] = {
                { __LINE__, { { .name = "SUMMARY", .value = "New; one", .text = true } },
                                START "SUMMARY;LANGUAGE=ru:Ol\r\n d\r\nSEQUENCE:4\r\n",
                                START "SUMMARY:New\\; one\r\nSEQUENCE:4\r\nLAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__, { { .name = "LOCATION", .value = "Hall", .text = true } },
                                START "SEQUENCE:4\r\n",
                                START "SEQUENCE:5\r\nLOCATION:Hall\r\nLAST-MODIFIED:" STAMP "\r\n" HALL
                                      "END:VLOCATION\r\n" },
                { __LINE__,
                                { { .name = "LOCATION", .value = "Hall", .text = true },
                                                { .name = "GEO", .value = "54.18;45.17" } },
                                START
                                "SEQUENCE:4\r\nLOCATION:Yard\r\nBEGIN:VLOCATION\r\nUID:1\r\nNAME:Yard\r\n"
                                "END:VLOCATION\r\n",
                                START
                                "SEQUENCE:5\r\nLOCATION:Hall\r\nGEO:54.18;45.17\r\nLAST-MODIFIED:" STAMP
                                "\r\n" HALL "GEO:54.18;45.17\r\nEND:VLOCATION\r\n" },
                { __LINE__, { { .name = "LOCATION", .value = NULL } },
                                START
                                "SEQUENCE:4\r\nLOCATION:Yard\r\nBEGIN:VLOCATION\r\nUID:1\r\nNAME:Yard\r\n"
                                "END:VLOCATION\r\n",
                                START "SEQUENCE:5\r\nLAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__, { { .name = "LOCATION", .value = "Hall", .text = true } },
                                START "SEQUENCE:4\r\nLOCATION:Hall\r\n",
                                START "SEQUENCE:4\r\nLOCATION:Hall\r\nLAST-MODIFIED:" STAMP "\r\n" HALL
                                      "END:VLOCATION\r\n" },
                { __LINE__, { { .name = "STATUS", .value = "CANCELLED" } }, START,
                                START "STATUS:CANCELLED\r\nLAST-MODIFIED:" STAMP "\r\nSEQUENCE:1\r\n" },
                { __LINE__, { { .name = "COMMENT", .value = NULL } },
                                START "COMMENT:a\r\nX-A: kept \r\nCOMMENT:b\r\n",
                                START "X-A: kept \r\nLAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__,
                                { { .name = "COMMENT",
                                                .params = ";X-OWN=1",
                                                .value = "new",
                                                .scope = EDIT_PARAMS } },
                                START "COMMENT:a\r\nCOMMENT;X-OWN=1:old\r\nCOMMENT;LANGUAGE=en:b\r\n",
                                START "COMMENT:a\r\nCOMMENT;X-OWN=1:new\r\nCOMMENT;LANGUAGE=en:b\r\n"
                                      "LAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__,
                                { { .name = "COMMENT",
                                                .params = ";X-OWN=1",
                                                .value = "new",
                                                .scope = EDIT_PARAMS } },
                                START "COMMENT:a\r\n",
                                START "COMMENT:a\r\nCOMMENT;X-OWN=1:new\r\nLAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__,
                                { { .name = "COMMENT",
                                                .params = ";LANGUAGE=en;X-A=1",
                                                .value = "new",
                                                .scope = EDIT_FIRST_PARAM } },
                                START
                                "COMMENT:a\r\nCOMMENT;LANGUAGE=EN-gb:old\r\nCOMMENT;LANGUAGE=eng:b\r\n",
                                START "COMMENT:a\r\nCOMMENT;LANGUAGE=en;X-A=1:new\r\n"
                                      "COMMENT;LANGUAGE=eng:b\r\nLAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__, { { .name = "RDATE", .value = "20210801T060000Z", .scope = EDIT_BESIDE } },
                                START "RDATE:20210705T060000Z\r\nSEQUENCE:1\r\n",
                                START "RDATE:20210705T060000Z\r\nSEQUENCE:2\r\nRDATE:20210801T060000Z\r\n"
                                      "LAST-MODIFIED:" STAMP "\r\n" },
                { __LINE__, { { .name = "DTEND", .value = "20210701T080000Z" } },
                                START "DURATION:PT1H\r\nSEQUENCE:1\r\n",
                                START "SEQUENCE:2\r\nDTEND:20210701T080000Z\r\nLAST-MODIFIED:" STAMP
                                      "\r\n" },
                { __LINE__,
                                { { .name = "COMMENT", .value = "a\r\nEND:VEVENT", .text = true },
                                                { .name = "X-A\r\nB",
                                                                .params = ";X=\r\n1",
                                                                .value = "b\r\nC:d\x01" } },
                                START,
                                START "COMMENT:a\\nEND:VEVENT\r\nX-AB;X=1:bC:d\r\nLAST-MODIFIED:" STAMP
                                      "\r\n" },
                { __LINE__, { { .name = "COMMENT", .value = "before", .text = true } },
                                START "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-"
                                      "PT1H\r\nEND:VALARM\r\n",
                                START "COMMENT:before\r\nLAST-MODIFIED:" STAMP
                                      "\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-"
                                      "PT1H\r\nEND:VALARM\r\n" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                char given[2048], expected[2048];
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                snprintf(given, sizeof(given),
                                MASTER "DTSTAMP:20200101T000000Z\r\n%sEND:VEVENT\r\n" OVERRIDE,
                                cases[i].given);
                snprintf(expected, sizeof(expected), MASTER "DTSTAMP:" STAMP "\r\n%sEND:VEVENT\r\n" OVERRIDE,
                                cases[i].expected);
                edit(*state, given, cases[i].properties, &out);
                hide_uid(&out);
                if (strcmp(buffer_text(&out), expected) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_edit_event__makes_an_event_of_a_draft(void **state)
{
        const EditProperty date[] = { { .name = "DTSTART", .params = ";VALUE=DATE", .value = "20210624" },
                { .name = NULL } };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        edit(*state,
                        HEAD "BEGIN:VJOURNAL\r\nUID:a\r\nDTSTAMP:20200101T000000Z\r\nSTATUS:"
                             "DRAFT\r\nSUMMARY:A\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n",
                        date, &out);
        assert_string_equal(buffer_text(&out),
                        HEAD "BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:" STAMP
                             "\r\nSUMMARY:A\r\nDTSTART;VALUE=DATE:20210624\r\nLAST-MODIFIED:" STAMP
                             "\r\nSEQUENCE:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

static void test_edit_event__keeps_line_ends(void **state)
{
        char text[300];
        memset(text, 'x', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        const EditProperty comment[] = { { .name = "COMMENT", .value = text, .text = true },
                { .name = NULL } };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        edit(*state,
                        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//"
                        "EN\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20200101T000000Z\nDTSTART:20210701T060000Z\nEND:"
                        "VEVENT\nEND:VCALENDAR\n",
                        comment, &out);
        assert_null(strchr(buffer_text(&out), '\r'));
        assert_non_null(strstr(buffer_text(&out), "\n xxx"));
}

static int change_occurrence(ZoneTable *zones, const char *text, const When *day, Buffer *out)
{
        CLEANUP(event_freep) Event *event = NULL;
        Occurrence occurrence = { 0 };
        InputError error = { 0 };
        int n = 0;
        const EditProperty properties[] = {
                { .name = "DTSTART", .value = "20210703T090000Z" },
                { .name = "DTEND", .value = "20210703T100000Z" },
                { .name = "STATUS" },
                { .name = NULL },
        };
        assert_int_equal(event_parse(zones, text, strlen(text), &event, &error), 0);
        assert_int_equal(edit_occurrence_find(event, NULL, day, &occurrence, &n), 0);
        assert_int_equal(n, 1);
        return edit_occurrence(event, &occurrence, properties, NOW, out, &error);
}

#define SERIES                                                                                              \
        MASTER "DTSTAMP:20200101T000000Z\r\n" START                                                         \
               "STATUS:TENTATIVE\r\nSUMMARY:A\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\n"                          \
               "TRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\n"
#define CHANGED                                                                                             \
        "SEQUENCE:1\r\nDTSTAMP:" STAMP "\r\nLAST-MODIFIED:" STAMP                                           \
        "\r\nDTSTART:20210703T090000Z\r\nDTEND:20210703T100000Z\r\n"

static const When third_day = { .form = WHEN_DATE, .civil = { .year = 2021, .month = 7, .day = 3 } };
static const When moved_from = { .form = WHEN_DATE, .civil = { .year = 2021, .month = 7, .day = 2 } };

static void test_edit_occurrence__adds_an_override(void **state)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(10000);
        assert_int_equal(change_occurrence(*state, SERIES "END:VCALENDAR\r\n", &third_day, &out), 0);
        assert_string_equal(buffer_text(&out),
                        SERIES "BEGIN:VEVENT\r\nUID:a@example.org\r\nSUMMARY:A\r\n"
                               "RECURRENCE-ID:20210703T060000Z\r\n" CHANGED
                               "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n"
                               "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

static void test_edit_occurrence__replaces_an_override(void **state)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(10000);
        assert_int_equal(change_occurrence(*state, SERIES OVERRIDE, &moved_from, &out), 0);
        assert_string_equal(buffer_text(&out), SERIES
                        "BEGIN:VEVENT\r\nUID:a@example.org\r\nSUMMARY:As\r\n  it was\r\n"
                        "RECURRENCE-ID:20210702T060000Z\r\n" CHANGED "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

static void test_edit_occurrence__refuses_a_range(void **state)
{
        static const char range[] =
                        SERIES "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20200101T000000Z\r\n"
                               "RECURRENCE-ID;RANGE=THISANDFUTURE:20210702T060000Z\r\n"
                               "DTSTART:20210702T070000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(10000);
        assert_int_equal(change_occurrence(*state, range, &moved_from, &out), EVENT_E_RANGE);
        assert_int_equal(out.len, 0);
        /* A later one of the range gets an override of its own. */
        assert_int_equal(change_occurrence(*state, range, &third_day, &out), 0);
        assert_non_null(strstr(buffer_text(&out), "RECURRENCE-ID:20210703T060000Z\r\nSEQUENCE:1"));
}

static void test_edit_compose__event_and_draft(void **state)
{
        static const EditProperty dated[] = {
                { .name = "DTSTART", .params = ";TZID=Europe/Moscow", .value = "20210624T090000" },
                { .name = "SUMMARY", .value = "Сессия, первая", .text = true }, { .name = NULL }
        };
        const EditProperty draft[] = { dated[1], { .name = NULL } };
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        edit_compose("a@example.org", dated, NOW, &out);
        assert_string_equal(buffer_text(&out),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//convened//"
                        "EN\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:" STAMP "\r\nCREATED:" STAMP
                        "\r\nLAST-MODIFIED:" STAMP "\r\nSEQUENCE:0\r\nDTSTART;TZID=Europe/"
                        "Moscow:20210624T090000\r\nSUMMARY:Сессия\\, первая\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n");
        /*
         * Checks the object against RFC 5546's tables. The text is parsed again, because
         * icalrestriction_check() changes its argument.
         */
        icalcomponent *parsed = icalparser_parse_string(buffer_text(&out));
        assert_true(icalrestriction_check(parsed));
        icalcomponent_free(parsed);
        buffer_reset(&out);
        edit_compose("a@example.org\r\nX:y", draft, NOW, &out);
        assert_non_null(strstr(buffer_text(&out), "UID:a@example.orgX:y\r\n"));
        assert_non_null(strstr(buffer_text(&out), "STATUS:DRAFT\r\n"));
        buffer_reset(&out);
        edit_compose("a@example.org", draft, NOW, &out);
        assert_int_equal(event_parse(*state, buffer_text(&out), out.len, &event, NULL), 0);
        assert_true(event_is_draft(event));
}

static void test_edit_make_uid__is_new_and_fits(void **state)
{
        char a[64], b[64];
        (void)state;
        assert_int_equal(edit_make_uid("example.org", a, sizeof(a)), 0);
        assert_int_equal(edit_make_uid("example.org", b, sizeof(b)), 0);
        assert_string_not_equal(a, b);
        assert_non_null(strstr(a, "@example.org"));
        assert_true(edit_make_uid("example.org", a, 20) < 0);
        /* One random token in 64 begins with a hyphen. */
        for (int i = 0; i < 2000; i++) {
                assert_int_equal(edit_make_uid("example.org", a, sizeof(a)), 0);
                assert_int_not_equal(a[0], '-');
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_edit_event__table),
                cmocka_unit_test(test_edit_event__makes_an_event_of_a_draft),
                cmocka_unit_test(test_edit_event__keeps_line_ends),
                cmocka_unit_test(test_edit_occurrence__adds_an_override),
                cmocka_unit_test(test_edit_occurrence__replaces_an_override),
                cmocka_unit_test(test_edit_occurrence__refuses_a_range),
                cmocka_unit_test(test_edit_compose__event_and_draft),
                cmocka_unit_test(test_edit_make_uid__is_new_and_fits),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
