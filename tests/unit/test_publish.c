#include "base/contentline.h"
#include "calendar/publish.h"
#include "calendar/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct World {
        ZoneTable *zones;
        const Zone *moscow;
        Buffer out, used;
} World;

static int set_up(void **state)
{
        World *world = calloc(1, sizeof(*world));
        world->out = BUFFER_INIT(1 << 24);
        world->used = BUFFER_INIT(1 << 20);
        assert_int_equal(zone_table_new(NULL, &world->zones), 0);
        assert_int_equal(zone_table_get(world->zones, "Europe/Moscow", &world->moscow), 0);
        *state = world;
        return 0;
}

static int tear_down(void **state)
{
        World *world = *state;
        zone_table_free(world->zones);
        buffer_done(&world->out);
        buffer_done(&world->used);
        free(world);
        return 0;
}

static void on_zone(const char *tzid, const char *vtimezone, void *userdata)
{
        World *world = userdata;
        buffer_printf(&world->used, "%s%s|", tzid, vtimezone ? "*" : "");
}

static int publish(World *world, const char *components, PublishAudience audience)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 24);
        buffer_printf(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEND:VCALENDAR\r\n", components);
        PublishObject object = {
                .zones = world->zones,
                .zone = world->moscow,
                .text = buffer_text(&text),
                .len = text.len,
                .sequence = 3,
                .created = 1000000,
                .changed = 2000000,
                .url = "https://example.org/event/a.ics",
                .busy = "Busy",
        };
        buffer_reset(&world->out);
        buffer_reset(&world->used);
        return publish_components(&object, audience, &world->out, on_zone, world);
}

#define EVENT(lines)                                                                                        \
        "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20200101T000000Z\r\n" lines "END:VEVENT\r\n"
#define TAIL                                                                                                \
        "DTSTAMP:19700101T000002Z\r\nLAST-MODIFIED:19700101T000002Z\r\nCREATED:19700101T000001Z\r\n"        \
        "URL:https://example.org/event/a.ics\r\nSEQUENCE:3\r\nEND:VEVENT\r\n"

static void test_publish__replaces_the_stamps(void **state)
{
        World *world = *state;
        assert_int_equal(publish(world, EVENT("SUMMARY:Hello\r\nDTSTART:20210624T060000Z\r\nSEQUENCE:2\r\n"),
                                         PUBLISH_PUBLIC),
                        0);
        assert_string_equal(buffer_text(&world->out), "BEGIN:VEVENT\r\nUID:a@example.org\r\nSUMMARY:"
                                                      "Hello\r\nDTSTART:20210624T060000Z\r\n" TAIL);
}

/* One line and its published forms, for the public and for a contact; "": left out. */
typedef struct LineCase {
        int line;
        const char *given, *world, *contact;
} LineCase;

static void test_publish__line_table(void **state)
{
        static const LineCase cases[] = {
                { __LINE__, "SUMMARY:a\r\n", "SUMMARY:a\r\n", "SUMMARY:a\r\n" },
                { __LINE__, "ATTENDEE:mailto:a@example.org\r\n", "", "" },
                { __LINE__, "ORGANIZER:mailto:a@example.org\r\n", "", "ORGANIZER:mailto:a@example.org\r\n" },
                { __LINE__, "X-CONVENED-SOURCE:secret\r\n", "", "" },
                { __LINE__, "X-CONVENED-DATE-BASIS:STATED\r\n", "X-CONVENED-DATE-BASIS:STATED\r\n",
                                "X-CONVENED-DATE-BASIS:STATED\r\n" },
                { __LINE__, "X-LIC-ERROR:x\r\n", "", "" },
                { __LINE__, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n", "", "" },
                { __LINE__, "CONTACT;ALTREP=\"ldap://x\";LANGUAGE=ru:Ольга\\, тел.: 53-07-07\r\n",
                                "CONTACT;LANGUAGE=ru:Ольга\\, тел.: …\r\n",
                                "CONTACT;ALTREP=\"ldap://x\";LANGUAGE=ru:Ольга\\, тел.: 53-07-07\r\n" },
                { __LINE__, "COMMENT:a;b\\q\r\n", "COMMENT:a\\;b\\\\q\r\n", "COMMENT:a\\;b\\\\q\r\n" },
                { __LINE__, "X-NOTE:write to a@example.org\r\n", "X-NOTE:write to …\r\n",
                                "X-NOTE:write to a@example.org\r\n" },
                { __LINE__, "CONFERENCE;VALUE=URI:tel:+7-855-253-0707\r\n", "",
                                "CONFERENCE;VALUE=URI:tel:+7-855-253-0707\r\n" },
                { __LINE__, "LOCATION;X-BY=\"mailto:a@example.org\":Hall\r\n", "LOCATION:Hall\r\n",
                                "LOCATION;X-BY=\"mailto:a@example.org\":Hall\r\n" },
                { __LINE__, "SUMMARY:fol\r\n ded\r\n", "SUMMARY:folded\r\n", "SUMMARY:folded\r\n" },
                { __LINE__, "SUMMARY:bare\n", "SUMMARY:bare\r\n", "SUMMARY:bare\r\n" },
                { __LINE__, "dtstart;tzid=Europe/Moscow;x-a=\"b;c=d:e\":20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow;X-A=\"b;c=d:e\":20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow;X-A=\"b;c=d:e\":20210624T090000\r\n" },
                { __LINE__, "Comment;language=ru:a=b;c=d\r\n", "COMMENT;LANGUAGE=ru:a=b\\;c=d\r\n",
                                "COMMENT;LANGUAGE=ru:a=b\\;c=d\r\n" },
                { __LINE__, "DTSTART;TZID=Europe/Moscow;TZID=Asia/Omsk:20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20210624T090000\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE;VALUE=DATE-TIME:20210624\r\n",
                                "DTSTART;VALUE=DATE:20210624\r\n", "DTSTART;VALUE=DATE:20210624\r\n" },
                { __LINE__, "DTEND:20210630T235960Z\r\n", "DTEND:20210630T235959Z\r\n",
                                "DTEND:20210630T235959Z\r\n" },
                { __LINE__, "RDATE;VALUE=PERIOD:20210630T235960Z/PT1H,20210630T000000Z/PT60M\r\n",
                                "RDATE;VALUE=PERIOD:20210630T235959Z/PT1H,20210630T000000Z/PT60M\r\n",
                                "RDATE;VALUE=PERIOD:20210630T235959Z/PT1H,20210630T000000Z/PT60M\r\n" },
                { __LINE__, "RDATE;TZID=Europe/Moscow:20210624T090000Z,20210625T090000Z\r\n",
                                "RDATE:20210624T090000Z,20210625T090000Z\r\n",
                                "RDATE:20210624T090000Z,20210625T090000Z\r\n" },
                { __LINE__, "DTSTART;TZID=\"Russian Standard Time\":20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20210624T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20210624T090000\r\n" },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                for (PublishAudience audience = PUBLISH_PUBLIC; audience <= PUBLISH_CONTACT; audience++) {
                        char given[1024], wanted[1024];
                        snprintf(given, sizeof(given), "BEGIN:VEVENT\r\n%sEND:VEVENT\r\n", cases[i].given);
                        snprintf(wanted, sizeof(wanted), "BEGIN:VEVENT\r\n%s" TAIL,
                                        audience == PUBLISH_PUBLIC ? cases[i].world : cases[i].contact);
                        assert_int_equal(publish(world, given, audience), 0);
                        if (strcmp(buffer_text(&world->out), wanted) != 0)
                                fail_msg("line %d, audience %d: %s", cases[i].line, audience,
                                                buffer_text(&world->out));
                }
        }
}

static void test_publish__class(void **state)
{
        static const struct {
                int line;
                const char *text;
                PublishAudience audience;
                int result;
                int n_events, n_busy;
        } cases[] = {
                { __LINE__, EVENT("SUMMARY:secret\r\nCLASS:PRIVATE\r\n"), PUBLISH_PUBLIC, PUBLISH_HIDDEN, 0,
                                0 },
                { __LINE__, EVENT("SUMMARY:secret\r\nCLASS:X-WHATEVER\r\n"), PUBLISH_PUBLIC, PUBLISH_HIDDEN,
                                0, 0 },
                { __LINE__, EVENT("SUMMARY:fine\r\nCLASS:PRIVATE\r\n"), PUBLISH_CONTACT, 0, 1, 0 },
                { __LINE__,
                                EVENT("SUMMARY:secret\r\nLOCATION:secret\r\nX-A:secret\r\nCLASS:"
                                      "CONFIDENTIAL\r\n"),
                                PUBLISH_PUBLIC, 0, 1, 1 },
                { __LINE__, EVENT("SUMMARY:secret\r\nCL\r\n ASS:CONFIDENTIAL\r\n"), PUBLISH_CONTACT, 0, 1,
                                1 },
                { __LINE__,
                                EVENT("SUMMARY:secret\r\nRECURRENCE-ID:20210624T060000Z\r\n")
                                                EVENT("CLASS:PRIVATE\r\n"),
                                PUBLISH_PUBLIC, PUBLISH_HIDDEN, 0, 0 },
                { __LINE__,
                                EVENT("SUMMARY:fine\r\n") EVENT("RECURRENCE-ID:20210624T060000Z\r\nSUMMARY:"
                                                                "secret\r\nCLASS:PRIVATE\r\n"),
                                PUBLISH_PUBLIC, 0, 1, 0 },
                { __LINE__,
                                EVENT("SUMMARY:secret\r\nRECURRENCE-ID:20210624T060000Z\r\nCLASS:PUBLIC\r\n")
                                                EVENT("CLASS:CONFIDENTIAL\r\n"),
                                PUBLISH_PUBLIC, 0, 2, 2 },
                { __LINE__, "BEGIN:VJOURNAL\r\nSUMMARY:secret\r\nSTATUS:DRAFT\r\nEND:VJOURNAL\r\n",
                                PUBLISH_PUBLIC, PUBLISH_HIDDEN, 0, 0 },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                int n_events = 0, n_busy = 0;
                assert_int_equal(publish(world, cases[i].text, cases[i].audience), cases[i].result);
                const char *text = buffer_text(&world->out);
                for (const char *at = text; (at = strstr(at, "BEGIN:VEVENT")); at++)
                        n_events++;
                for (const char *at = text; (at = strstr(at, "SUMMARY:Busy")); at++)
                        n_busy++;
                if (n_events != cases[i].n_events || n_busy != cases[i].n_busy || strstr(text, "secret"))
                        fail_msg("line %d: %s", cases[i].line, text);
        }
}

/* An instance moved by a hidden override must not appear at its old time. */
static void test_publish__a_hidden_override_is_left_out_of_the_series(void **state)
{
        static const struct {
                int line;
                const char *recurrence_id, *class, *exdate;
                PublishAudience audience;
        } cases[] = {
                { __LINE__, "RECURRENCE-ID:20210625T060000Z\r\n", "PRIVATE", "EXDATE:20210625T060000Z\r\n",
                                PUBLISH_PUBLIC },
                { __LINE__, "RECURRENCE-ID;VALUE=DATE:20210625\r\n", "X-OWN",
                                "EXDATE;VALUE=DATE:20210625\r\n", PUBLISH_PUBLIC },
                { __LINE__, "RECURRENCE-ID;TZID=Russian Standard Time:20210625T090000\r\n", "PRIVATE",
                                "EXDATE;TZID=Europe/Moscow:20210625T090000\r\n", PUBLISH_PUBLIC },
                { __LINE__, "RECURRENCE-ID:20210625T060000Z\r\n", "CONFIDENTIAL", NULL, PUBLISH_PUBLIC },
                { __LINE__, "RECURRENCE-ID:20210625T060000Z\r\n", "PUBLIC", NULL, PUBLISH_PUBLIC },
                { __LINE__, "RECURRENCE-ID:20210625T060000Z\r\n", "PRIVATE", NULL, PUBLISH_CONTACT },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                for (int master_first = 0; master_first < 2; master_first++) {
                        char override[512], text[2048];
                        const char *master = EVENT("SUMMARY:fine\r\nRRULE:FREQ=DAILY;COUNT=3\r\n");
                        snprintf(override, sizeof(override), EVENT("%sCLASS:%s\r\n"), cases[i].recurrence_id,
                                        cases[i].class);
                        snprintf(text, sizeof(text), "%s%s", master_first ? master : override,
                                        master_first ? override : master);
                        assert_int_equal(publish(world, text, cases[i].audience), 0);
                        const char *found = strstr(buffer_text(&world->out), "EXDATE");
                        const char *wanted = cases[i].exdate;
                        if (wanted ? !found || strncmp(found, wanted, strlen(wanted)) != 0 : found != NULL)
                                fail_msg("row of line %d: %s", cases[i].line, buffer_text(&world->out));
                }
        }
}

/* Programs compare EXDATEs with starts as texts or as instants; in one form both find the same. */
static void test_publish__exdates_have_the_form_of_the_start(void **state)
{
        static const struct {
                int line;
                const char *start, *given, *expected;
        } cases[] = {
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000", "EXDATE:20270412T070000Z\r\n",
                                "EXDATE;TZID=Europe/Moscow:20270412T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000", "EXDATE:20270412T100000\r\n",
                                "EXDATE;TZID=Europe/Moscow:20270412T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "EXDATE;TZID=Asia/Yekaterinburg:20270412T120000\r\n",
                                "EXDATE;TZID=Europe/Moscow:20270412T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "EXDATE:20270412T070000Z,20270419T100000\r\nEXDATE;VALUE=DATE:20270426\r\n",
                                "EXDATE;TZID=Europe/Moscow:20270412T100000\r\nEXDATE;TZID=Europe/Moscow:20270419T100000\r\n"
                                "EXDATE;TZID=Europe/Moscow:20270426T100000\r\n" },
                { __LINE__, ":20270405T070000Z", "EXDATE;TZID=Europe/Moscow:20270412T100000\r\n",
                                "EXDATE:20270412T070000Z\r\n" },
                { __LINE__, ":20270405T100000", "EXDATE;TZID=Asia/Yekaterinburg:20270412T120000\r\n",
                                "EXDATE:20270412T100000\r\n" },
                { __LINE__, ":20270405T100000", "EXDATE:20270412T070000Z\r\n",
                                "EXDATE:20270412T100000\r\n" },
                { __LINE__, ";VALUE=DATE:20270405", "EXDATE:20270411T210000Z\r\n",
                                "EXDATE;VALUE=DATE:20270412\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000", "RDATE:20270412T120000\r\n",
                                "RDATE;TZID=Europe/Moscow:20270412T120000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE;VALUE=PERIOD:20270412T120000/PT1H\r\n",
                                "RDATE;VALUE=PERIOD;TZID=Europe/Moscow:20270412T120000/PT1H\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000", "RDATE:20270412T120000Z\r\n",
                                "RDATE:20270412T120000Z\r\n" },
                { __LINE__, ":20270405T100000", "RDATE:20270412T120000\r\n", "RDATE:20270412T120000\r\n" },
                /* A line with times of several forms, which are read one by one. */
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE;TZID=Europe/Moscow:20270412T070000Z,20270419T100000\r\n",
                                "RDATE:20270412T070000Z\r\nRDATE;TZID=Europe/Moscow:20270419T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE:20270412T070000Z,20270419T100000\r\n",
                                "RDATE:20270412T070000Z\r\nRDATE;TZID=Europe/Moscow:20270419T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE;VALUE=PERIOD;TZID=Europe/Moscow:20270412T070000Z/PT1H\r\n",
                                "RDATE;VALUE=PERIOD:20270412T070000Z/PT1H\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE;VALUE=PERIOD;TZID=Europe/Moscow:20270412T070000Z/PT1H,20270419T100000/PT1H\r\nRDATE:20270420T100000\r\n",
                                "RDATE;VALUE=PERIOD:20270412T070000Z/20270412T080000Z\r\nRDATE;VALUE=PERIOD;TZID=Europe/Moscow:20270419T100000/20270419T110000\r\nRDATE;TZID=Europe/Moscow:20270420T100000\r\n" },
                { __LINE__, ";TZID=Europe/Moscow:20270405T100000",
                                "RDATE;VALUE=PERIOD;TZID=Europe/Moscow:20270412T100000/20270412T080000Z\r\n",
                                "RDATE;VALUE=PERIOD:20270412T070000Z/20270412T080000Z\r\n" },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                char given[1024], wanted[1024];
                snprintf(given, sizeof(given), EVENT("DTSTART%s\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n%s"),
                                cases[i].start, cases[i].given);
                snprintf(wanted, sizeof(wanted),
                                "BEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTART%s\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n%s" TAIL,
                                cases[i].start, cases[i].expected);
                assert_int_equal(publish(world, given, PUBLISH_PUBLIC), 0);
                if (strcmp(buffer_text(&world->out), wanted) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&world->out));
        }
}

/*
 * A hidden override that a newer, visible one replaces excludes nothing; others are in the form of the
 * start.
 */
static void test_publish__hidden_overrides_are_excluded_in_the_form_of_the_start(void **state)
{
        World *world = *state;
        static const char text[] = EVENT(
                        "DTSTART;TZID=Europe/Moscow:20270405T100000\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n")
                        EVENT("RECURRENCE-ID:20270412T070000Z\r\nDTSTART:20270412T080000Z\r\nCLASS:PRIVATE\r\n") EVENT(
                                        "RECURRENCE-ID:20270419T070000Z\r\nDTSTART:20270419T080000Z\r\nCLASS:PRIVATE\r\n")
                                        EVENT("RECURRENCE-ID:20270419T070000Z\r\nDTSTART:20270419T090000Z\r\nSEQUENCE:1\r\n");
        assert_int_equal(publish(world, text, PUBLISH_PUBLIC), 0);
        const char *out = buffer_text(&world->out), *first = strstr(out, "EXDATE");
        assert_non_null(first);
        assert_ptr_equal(strstr(first, "EXDATE;TZID=Europe/Moscow:20270412T100000\r\n"), first);
        assert_null(strstr(first + 1, "EXDATE"));
        assert_non_null(strstr(out, "RECURRENCE-ID;TZID=Europe/Moscow:20270419T100000\r\n"));
}

/*
 * RFC 5545, 3.8.5.1: what EXDATE excludes is not there. Some programs show an override of it nevertheless.
 */
static void test_publish__an_excluded_override_is_left_out(void **state)
{
        World *world = *state;
        static const char text[] = EVENT(
                        "DTSTART;TZID=Europe/Moscow:20270405T100000\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n"
                        "EXDATE;TZID=Europe/Moscow:20270412T100000,20270426T100000\r\n")
                        EVENT("RECURRENCE-ID:20270412T070000Z\r\nDTSTART:20270412T080000Z\r\n") EVENT(
                                        "RECURRENCE-ID:20270419T070000Z\r\nDTSTART:20270419T090000Z\r\n")
                                        EVENT("RECURRENCE-ID;RANGE=THISANDFUTURE:20270426T070000Z\r\nDTSTART:20270426T100000Z\r\n");
        assert_int_equal(publish(world, text, PUBLISH_PUBLIC), 0);
        const char *out = buffer_text(&world->out);
        assert_null(strstr(out, "20270412T080000Z"));
        assert_non_null(strstr(out, "20270419T090000Z"));
        assert_non_null(strstr(out, "20270426T100000Z"));
}

/* The clock of Cairo skips 00:30 on this day; the id must stay the start that the rule gives. */
static void test_publish__an_id_that_the_clock_skips_stays(void **state)
{
        World *world = *state;
        static const char text[] = EVENT(
                        "DTSTART;TZID=Africa/Cairo:20270430T003000\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                        "EXDATE;TZID=Africa/Cairo:20270502T003000\r\n")
                        EVENT("RECURRENCE-ID;TZID=Africa/Cairo:20270430T003000\r\nDTSTART:20270510T080000Z\r\n");
        assert_int_equal(publish(world, text, PUBLISH_PUBLIC), 0);
        assert_non_null(strstr(
                        buffer_text(&world->out), "RECURRENCE-ID;TZID=Africa/Cairo:20270430T003000\r\n"));
}

static const char *parent_of(const char *uid, void *userdata)
{
        (void)userdata;
        return strcmp(uid, "whole") == 0 ? "Part of: A, B; C" : NULL;
}

/* Only the first line is added: SUMMARY, and the text of an event without a parent, do not change. */
static void test_publish__a_part_names_its_parent(void **state)
{
        static const struct {
                int line;
                const char *lines, *expected;
        } cases[] = {
                { __LINE__, "DESCRIPTION:x\r\nRELATED-TO:whole\r\n",
                                "DESCRIPTION:Part of: A\\, B\\; C\\n\\nx\r\n" },
                { __LINE__, "RELATED-TO;RELTYPE=PARENT:whole\r\nDESCRIPTION;LANGUAGE=en;ALTREP=\"a:b\":x\\ny\r\n",
                                "DESCRIPTION;LANGUAGE=en:Part of: A\\, B\\; C\\n\\nx\\ny\r\n" },
                { __LINE__, "RELATED-TO:whole\r\nSUMMARY:x\r\n", "DESCRIPTION:Part of: A\\, B\\; C\r\n" },
                { __LINE__, "RELATED-TO:whole\r\nDESCRIPTION:\r\n", "DESCRIPTION:Part of: A\\, B\\; C\r\n" },
                { __LINE__, "RELATED-TO:whole\r\nDESCRIPTION:01234567890123456789012345678901234567890123456789\r\n",
                                "DESCRIPTION:Part of: A\\, B\\; C\\n\\n01234567890123456789012345678901234567890\r\n 123456789\r\n" },
                { __LINE__, "RELATED-TO;RELTYPE=CHILD:whole\r\nDESCRIPTION:x\r\n", "DESCRIPTION:x\r\n" },
                { __LINE__, "RELATED-TO:another\r\nDESCRIPTION:x\r\n", "DESCRIPTION:x\r\n" },
                { __LINE__, "RELATED-TO:whole\r\nDESCRIPTION:x\r\nCLASS:CONFIDENTIAL\r\n", NULL },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
                buffer_printf(&text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" EVENT("%s") "END:VCALENDAR\r\n",
                                cases[i].lines);
                PublishObject object = { .zones = world->zones,
                        .text = buffer_text(&text),
                        .len = text.len,
                        .busy = "Busy",
                        .name_parent = parent_of };
                buffer_reset(&world->out);
                assert_int_equal(
                                publish_components(&object, PUBLISH_PUBLIC, &world->out, on_zone, world), 0);
                const char *found = strstr(buffer_text(&world->out), "DESCRIPTION");
                if (cases[i].expected ? !found || strncmp(found, cases[i].expected,
                                                                  strlen(cases[i].expected)) != 0
                                      : found != NULL)
                        fail_msg("row of line %d: %s", cases[i].line, buffer_text(&world->out));
        }
}

#define OWN_ZONE(offset) NAMED_ZONE("Here", offset)
#define NAMED_ZONE(name, offset)                                                                            \
        "BEGIN:VTIMEZONE\r\nTZID:" name                                                                     \
        "\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:" offset "\r\nTZOFFSETTO:" offset    \
        "\r\nTZNAME:H\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

static void test_publish__zones(void **state)
{
        World *world = *state;
        char first[256];
        const char *event = EVENT(
                        "DTSTART;TZID=Here:20210624T090000\r\nDTEND;TZID=Europe/Moscow:20210624T090000\r\n");
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
        buffer_printf(&text, "%s%s", event, OWN_ZONE("+0300"));
        assert_int_equal(publish(world, buffer_text(&text), PUBLISH_PUBLIC), 0);
        snprintf(first, sizeof(first), "%s", buffer_text(&world->used));
        assert_non_null(strstr(first, "Europe/Moscow|Here-"));
        assert_non_null(strchr(first, '*'));
        assert_non_null(strstr(buffer_text(&world->out), "DTSTART;TZID=Here-"));
        buffer_reset(&text);
        buffer_printf(&text, "%s%s", OWN_ZONE("+0400"), event);
        assert_int_equal(publish(world, buffer_text(&text), PUBLISH_PUBLIC), 0);
        assert_string_not_equal(first, buffer_text(&world->used));
        assert_int_equal(publish(world,
                                         EVENT("DTSTART;TZID=Europe/"
                                               "Samara:20210624T090000\r\nCLASS:PRIVATE\r\n"),
                                         PUBLISH_PUBLIC),
                        PUBLISH_HIDDEN);
        assert_string_equal(buffer_text(&world->used), "");
}

/* Each of many zones has its VTIMEZONE in the feed. A repeated zone counts once. */
static void test_publish__as_many_zones_as_there_are(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
        for (int i = 0; i < 100; i++)
                buffer_printf(&text, NAMED_ZONE("Here %d", "+0300"), i);
        buffer_puts(&text, EVENT("DTSTART;TZID=Here 16:20270405T100000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"));
        buffer_puts(&text, EVENT("RECURRENCE-ID:20270412T070000Z\r\nDTSTART:20270413T070000Z\r\n"));
        assert_int_equal(publish(world, buffer_text(&text), PUBLISH_PUBLIC), 0);
        assert_non_null(strstr(buffer_text(&world->out), "DTSTART;TZID=Here 16-"));
        assert_non_null(strstr(buffer_text(&world->out), "RECURRENCE-ID;TZID=Here 16-"));
        assert_non_null(strstr(buffer_text(&world->used), "Here 16-"));
        buffer_reset(&text);
        for (int i = 0; i < 17; i++)
                buffer_puts(&text, OWN_ZONE("+0300"));
        buffer_puts(&text, NAMED_ZONE("There", "+0500") EVENT("DTSTART;TZID=There:20270405T100000\r\n"));
        assert_int_equal(publish(world, buffer_text(&text), PUBLISH_PUBLIC), 0);
        assert_non_null(strstr(buffer_text(&world->out), "DTSTART;TZID=There-"));
        assert_non_null(strstr(buffer_text(&world->used), "There-"));
}

static void test_redact__table(void **state)
{
        static const struct {
                int line;
                const char *text, *expected; /* NULL: unchanged */
        } cases[] = {
                { __LINE__,
                                "контактным лицом – Ольга Серенко, тел.: +7 (8552) 53-07-07, моб.: +7 (905) "
                                "371-48-95, serenko.o@innokam.pro.",
                                "контактным лицом – Ольга Серенко, тел.: …, моб.: …, …." },
                { __LINE__, "mailto:a.b+c@example.org", "…" },
                { __LINE__, "почта: иван@пример.рф", "почта: …" },
                { __LINE__, "«a@b.ru»", "«…»" },
                { __LINE__, "8 (905) 371-48-95 с 9 до 18", "… с 9 до 18" },
                { __LINE__, "89053714895", "…" },
                { __LINE__, "(8552) 53-07-07", "…" },
                { __LINE__, "тел. 53-07-07", "тел. …" },
                { __LINE__, "tel:+1-555-0100", "tel:…" },
                { __LINE__, "+49\u00A030\u2013901820", "…" },
                { __LINE__, "7–10 июля 2025 года, 2025-07-07 10:00", NULL },
                { __LINE__, "70 000 000 000 рублей и 2 000 000", NULL },
                { __LINE__, "https://kamaz-nn.com/?p=3917&id=20250707123", NULL },
                { __LINE__, "room 12345, ИНН 1650121550, ОГРН 1051614089339", NULL },
                { __LINE__, "meet @ the hall, 10-12", NULL },
                { __LINE__, "20210624T090000-20210624T100000", NULL },
                { __LINE__, "room 1, (8552", NULL },
                { __LINE__, "9@", NULL },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                /* The copy has no NUL, so that a sanitizer reports a read past the end. */
                size_t len = strlen(cases[i].text);
                CLEANUP(cleanup_free) char *text = malloc(len);
                assert_non_null(text);
                memcpy(text, cases[i].text, len);
                bool cut = redact_text(text, len, &out);
                if (cut != (cases[i].expected != NULL) ||
                                strcmp(buffer_text(&out), cases[i].expected ? cases[i].expected : "") != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_publish__bad_text_leaves_no_trace(void **state)
{
        World *world = *state;
        assert_true(publish(world, "BEGIN:VEVENT\r\nnonsense\r\nEND:VEVENT\r\n", PUBLISH_PUBLIC) < 0);
        assert_int_equal(world->out.len, 0);
}

#define BERLIN_ZONE                                                                                             \
        "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"                          \
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n" \
        "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n"               \
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
#define OVERRIDE(id, lines) EVENT("RECURRENCE-ID" id "\r\n" lines)

/*
 * Calendar programs read these inputs differently. The published form is RFC 5545's and gives the instances
 * of our expansion.
 */
static void test_publish__writes_equivalent_times(void **state)
{
        static const struct {
                int line;
                const char *given, *published; /* lines that must occur, or must not ("!") */
        } rows[] = {
                { __LINE__, EVENT("DTSTART;TZID=Europe/Moscow:20270414T070000Z\r\n"),
                                "DTSTART:20270414T070000Z\r\n" },
                { __LINE__, EVENT("DTSTART;VALUE=DATE;TZID=Europe/Moscow:20270414\r\n"),
                                "DTSTART;VALUE=DATE:20270414\r\n" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Moscow:20270408T100000\r\nRRULE:FREQ=WEEKLY;UNTIL=20270429;BYDAY=TH\r\n"),
                                "RRULE:FREQ=WEEKLY;UNTIL=20270429T205959Z;BYDAY=TH\r\n" },
                { __LINE__, EVENT("RRULE:FREQ=DAILY;UNTIL=20270429T100000\r\nDTSTART;TZID=Europe/Moscow:20270408T100000\r\n"),
                                "RRULE:FREQ=DAILY;UNTIL=20270429T070000Z\r\n" },
                { __LINE__, EVENT("DTSTART:20270408T100000\r\nRRULE:FREQ=DAILY;UNTIL=20270429\r\n"),
                                "RRULE:FREQ=DAILY;UNTIL=20270429T235959\r\n" },
                { __LINE__, EVENT("DTSTART:20270510T100000\r\nRRULE:byday=Mo,+02tu;freq=Monthly;wkst=mo;COUNT=010\r\n"),
                                "RRULE:FREQ=MONTHLY;BYDAY=MO,2TU;WKST=MO;COUNT=10\r\n" },
                { __LINE__, EVENT("DTSTART:20270510T100000\r\nRRULE;X-A=b:FREQ=MONTHLY;BYMONTHDAY=-01,10\r\n"),
                                "RRULE;X-A=b:FREQ=MONTHLY;BYMONTHDAY=-1,10\r\n" },
                { __LINE__, EVENT("DTSTART;VALUE=DATE:20270216\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;TZID=Europe/Berlin:20270218T000000\r\n"),
                                "EXDATE;VALUE=DATE:20270218\r\n" },
                /* Midnight of 18 February in the zone of the event, and in that of the configuration. */
                { __LINE__, EVENT("DTSTART;VALUE=DATE:20270216\r\nX-CONVENED-TZID:Asia/Vladivostok\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20270217T140000Z\r\n"),
                                "EXDATE;VALUE=DATE:20270218\r\n" },
                { __LINE__, EVENT("DTSTART;VALUE=DATE:20270216\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20270217T210000Z\r\n"),
                                "EXDATE;VALUE=DATE:20270218\r\n" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Moscow:20270405T100000\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;VALUE=DATE:20270406,20270408\r\n"),
                                "EXDATE;TZID=Europe/Moscow:20270406T100000\r\nEXDATE;TZID=Europe/Moscow:20270408T100000\r\n" },
                { __LINE__, EVENT("DTSTART:20270405T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;VALUE=DATE:20270406\r\nEXDATE:20270408T100000Z\r\n"),
                                "EXDATE:20270406T100000Z\r\nEXDATE:20270408T100000Z\r\n" },
                /* One day, two instances. */
                { __LINE__, EVENT("DTSTART:20270405T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5;BYHOUR=10,12\r\nEXDATE;VALUE=DATE:20270406\r\n"),
                                "EXDATE;VALUE=DATE:20270406\r\n" },
                { __LINE__,
                                EVENT("DTSTART;TZID=Pacific/Auckland:20270408T110000\r\nRRULE:FREQ=DAILY;COUNT=5;INTERVAL=2\r\n")
                                                OVERRIDE(";TZID=Europe/Paris:20270414T010000",
                                                                "DTSTART;TZID=Europe/Paris:20270414T020000\r\n"),
                                "RECURRENCE-ID;TZID=Pacific/Auckland:20270414T110000\r\nDTSTART;TZID=Europe/Paris:20270414T020000\r\n" },
                { __LINE__,
                                OVERRIDE(";RANGE=THISANDFUTURE:20270419T070000Z",
                                                "DTSTART:20270419T080000Z\r\n")
                                                EVENT("DTSTART;TZID=Europe/Moscow:20270405T100000\r\nRRULE:FREQ=WEEKLY\r\n"),
                                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Moscow:20270419T100000\r\n" },
                /* ical.js reads capitals only. */
                { __LINE__,
                                EVENT("DTSTART:20270405T070000Z\r\nRRULE:FREQ=WEEKLY\r\n")
                                                OVERRIDE(";range=thisandfuture:20270419T070000Z",
                                                                "DTSTART:20270419T080000Z\r\n"),
                                "RECURRENCE-ID;RANGE=THISANDFUTURE:20270419T070000Z\r\n" },
                { __LINE__,
                                EVENT("DTSTART:20270405T070000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n") OVERRIDE(
                                                ":20270412T070000Z",
                                                "DTSTART:20270413T070000Z\r\nSEQUENCE:1\r\n")
                                                OVERRIDE(":20270412T070000Z",
                                                                "DTSTART:20270414T070000Z\r\nSEQUENCE:2\r\n"),
                                "!DTSTART:20270413T070000Z\r\n" },
                { __LINE__,
                                EVENT("DTSTART:20270405T070000Z\r\nSTATUS:CANCELLED\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n")
                                                OVERRIDE(":20270412T070000Z",
                                                                "DTSTART:20270413T070000Z\r\nSTATUS:CONFIRMED\r\n"),
                                "!STATUS:CONFIRMED\r\n" },
                { __LINE__,
                                EVENT("DTSTART:20270405T070000Z\r\nSTATUS:CANCELLED\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n")
                                                OVERRIDE(":20270412T070000Z",
                                                                "DTSTART:20270413T070000Z\r\n"),
                                "DTSTART:20270413T070000Z\r\nSTATUS:CANCELLED\r\n" },
                /*
                 * A time that the clock shows twice or never: ical.js, libical and recurring-ical-events
                 * read the second of two, and differ about one that is skipped. Each reads UTC alike.
                 */
                { __LINE__, EVENT("DTSTART;TZID=Europe/Berlin:20271031T023000\r\nDURATION:P1DT1H\r\n"),
                                "DTSTART:20271031T003000Z\r\nDTEND:20271101T023000Z\r\n" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Berlin:20270328T023000\r\nDTEND;TZID=Europe/Berlin:20270328T043000\r\n"),
                                "DTSTART:20270328T013000Z\r\nDTEND:20270328T023000Z\r\n" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Berlin:20271031T010000\r\nDTEND;TZID=Europe/Berlin:20271031T023000\r\n"),
                                "DTSTART:20271030T230000Z\r\nDTEND:20271031T003000Z\r\n" },
                { __LINE__, BERLIN_ZONE EVENT("DTSTART;TZID=Own:20271031T023000\r\nDURATION:PT1H\r\n"),
                                "DTSTART:20271031T003000Z\r\nDTEND:20271031T013000Z\r\n" },
                { __LINE__, BERLIN_ZONE EVENT("DTSTART;TZID=Own:20271031T030000\r\nDURATION:PT1H\r\n"),
                                "!DTSTART:2027" },
                { __LINE__,
                                EVENT("DTSTART;TZID=Europe/Berlin:20271023T100000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n")
                                                OVERRIDE(";TZID=Europe/Berlin:20271030T100000",
                                                                "DTSTART;TZID=Europe/Berlin:20271031T023000\r\n"),
                                "RECURRENCE-ID;TZID=Europe/Berlin:20271030T100000\r\nDTSTART:20271031T003000Z\r\n" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Berlin:20271031T023000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"),
                                "DTSTART;TZID=Europe/Berlin:20271031T023000\r\nDURATION:PT1H\r\n" },
                /* The second of two equal times names the same instance. */
                { __LINE__, EVENT("DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20271031T013000Z\r\n"),
                                "EXDATE;TZID=Europe/Berlin:20271031T023000\r\n" },
                { __LINE__,
                                EVENT("DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
                                      "EXDATE;TZID=Europe/Berlin:20271031T023000\r\n")
                                                OVERRIDE(":20271031T013000Z",
                                                                "DTSTART:20271101T070000Z\r\n"),
                                "!DTSTART:20271101T070000Z\r\n" },
                /* A leap second is read as the second before it. */
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nRRULE:FREQ=DAILY;UNTIL=20270630T235960Z;INTERVAL=2\r\n"),
                                "RRULE:FREQ=DAILY;UNTIL=20270630T235959Z;INTERVAL=2\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000\r\nRRULE:FREQ=DAILY;UNTIL=20270630T235960\r\n"),
                                "RRULE:FREQ=DAILY;UNTIL=20270630T235959\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nRDATE;VALUE=PERIOD:20270630T220000Z/20270630T235960Z\r\n"),
                                "RDATE;VALUE=PERIOD:20270630T220000Z/20270630T235959Z\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nCREATED:20261231T235960Z\r\n"),
                                "CREATED:20261231T235959Z\r\n" },
                /* dateutil refuses a rule with the parts of RFC 7529. */
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nRRULE:RSCALE=GREGORIAN;FREQ=DAILY;COUNT=3;SKIP=OMIT\r\n"),
                                "RRULE:FREQ=DAILY;COUNT=3\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nDURATION:P1W2DT1H\r\n"),
                                "DURATION:P9DT3600S\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nDURATION:P2W\r\n"), "DURATION:P2W\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nSTATUS:confirmed\r\n"),
                                "STATUS:CONFIRMED\r\n" },
                { __LINE__, EVENT("DTSTART:20270601T070000Z\r\nTRANSP:Transparent\r\n"),
                                "TRANSP:TRANSPARENT\r\n" },
                /* Valid input stays byte for byte. */
                { __LINE__, EVENT("DTSTART;TZID=Europe/Moscow:20270408T100000\r\nRRULE:FREQ=WEEKLY;UNTIL=20270429T070000Z;INTERVAL=1\r\n"),
                                "RRULE:FREQ=WEEKLY;UNTIL=20270429T070000Z;INTERVAL=1\r\n" },
        };
        World *world = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                bool absent = rows[i].published[0] == '!';
                assert_int_equal(publish(world, rows[i].given, PUBLISH_PUBLIC), 0);
                if ((strstr(buffer_text(&world->out), rows[i].published + absent) == NULL) != absent)
                        fail_msg("row of line %d:\n%s", rows[i].line, buffer_text(&world->out));
        }
}

static void test_publish__head(void **state)
{
        World *world = *state;
        PublishHead head = { .name = "Сессии, все",
                .language = "ru",
                .refresh = "PT1H",
                .color = "teal",
                .color_rgb = "#008080",
                .source = "https://example.org/all.ics",
                .time_zone = "Europe/Moscow",
                .modified = 2000000 };
        buffer_reset(&world->out);
        publish_begin(&head, &world->out);
        publish_end(&world->out);
        assert_string_equal(buffer_text(&world->out),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//convened//"
                        "EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
                        "NAME;LANGUAGE=ru:Сессии\\, все\r\nX-WR-CALNAME:Сессии\\, "
                        "все\r\nCOLOR:teal\r\nX-APPLE-CALENDAR-COLOR:#008080\r\n"
                        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\nSOURCE;VALUE=URI:"
                        "https://example.org/all.ics\r\n"
                        "X-WR-TIMEZONE:Europe/"
                        "Moscow\r\nLAST-MODIFIED:19700101T000002Z\r\nEND:VCALENDAR\r\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_publish__replaces_the_stamps),
                cmocka_unit_test(test_publish__line_table),
                cmocka_unit_test(test_publish__class),
                cmocka_unit_test(test_publish__a_hidden_override_is_left_out_of_the_series),
                cmocka_unit_test(test_publish__exdates_have_the_form_of_the_start),
                cmocka_unit_test(test_publish__hidden_overrides_are_excluded_in_the_form_of_the_start),
                cmocka_unit_test(test_publish__an_excluded_override_is_left_out),
                cmocka_unit_test(test_publish__an_id_that_the_clock_skips_stays),
                cmocka_unit_test(test_publish__a_part_names_its_parent),
                cmocka_unit_test(test_publish__zones),
                cmocka_unit_test(test_publish__as_many_zones_as_there_are),
                cmocka_unit_test(test_redact__table),
                cmocka_unit_test(test_publish__bad_text_leaves_no_trace),
                cmocka_unit_test(test_publish__writes_equivalent_times),
                cmocka_unit_test(test_publish__head),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
