/*
 * Tests the pure parts of scheduling: which messages a change of an organizer causes, what a participant may
 * change and answers, and what a message changes at its recipient (RFC 6638, 3.2; RFC 5546, 3.2).
 */

#include "schedule/attendee.h"
#include "schedule/organizer.h"
#include "schedule/receive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define HEAD  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
#define EVENT "BEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20260101T000000Z\r\nORGANIZER:mailto:org@x.org\r\n"
#define START "DTSTART:20300301T100000Z\r\nDTEND:20300301T110000Z\r\n"
#define TAIL  "END:VEVENT\r\n"
#define FOOT  "END:VCALENDAR\r\n"
#define A     "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@x.org\r\n"
#define B     "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:b@x.org\r\n"
#define TO_D  "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@x.org\":mailto:a@x.org\r\n"
#define D     "ATTENDEE;DELEGATED-FROM=\"mailto:a@x.org\":mailto:d@x.org\r\n"
#define TO_E  "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:e@x.org\":mailto:a@x.org\r\n"
#define E     "ATTENDEE;DELEGATED-FROM=\"mailto:a@x.org\":mailto:e@x.org\r\n"
#define RULE  "RRULE:FREQ=DAILY;COUNT=5\r\n"
#define ALARM "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
#define OVER  EVENT "RECURRENCE-ID:20300302T100000Z\r\nDTSTART:20300302T120000Z\r\n"
#define SAME  EVENT "RECURRENCE-ID:20300302T100000Z\r\nDTSTART:20300302T100000Z\r\n"
#define LATER "DTSTART:20300301T120000Z\r\nDTEND:20300301T130000Z\r\n"
#define GONE  "EXDATE:20300302T100000Z\r\n"
#define YES   "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.org\r\n"
#define USER  "mailto:a@x.org"

static ItipObject *parse(ZoneTable *zones, const char *text)
{
        ItipObject *object = NULL;
        if (!text)
                return NULL;
        assert_int_equal(itip_object_new(zones, text, strlen(text), itip_address_user, NULL, &object), 0);
        return object;
}

/* Removes the folds of a text. */
static const char *unfolded(Buffer *text)
{
        char *fold;
        while (text->len > 0 && (fold = strstr(text->data, "\r\n ")))
                memmove(fold, fold + 3, strlen(fold + 3) + 1);
        return text->len > 0 ? text->data : "";
}

static int set_up(void **state)
{
        ZoneTable *zones = NULL;
        assert_int_equal(zone_table_new("/usr/share/zoneinfo", &zones), 0);
        *state = zones;
        return 0;
}

static int tear_down(void **state)
{
        zone_table_free(*state);
        return 0;
}

/* Appends "METHOD user,instances of the message;" for each message. */
static void list_messages(const ScheduleMessage *message, Buffer *out)
{
        for (; message; message = message->next) {
                size_t n = 0;
                for (const ItipComponent *component = message->components; component;
                                component = component->next)
                        n++;
                buffer_printf(out, "%s %.1s %zu;", message->is_update ? "UPDATE" : message->method,
                                message->user + strlen("mailto:"), n);
        }
}

static void test_organizer__tells_those_whom_a_change_concerns(void **state)
{
        static const struct {
                int line;
                const char *old, *new, *expected;
        } rows[] = {
                { __LINE__, NULL, HEAD EVENT START A B TAIL FOOT, "REQUEST a 1;REQUEST b 1;" },
                { __LINE__, HEAD EVENT START A B TAIL FOOT, NULL, "CANCEL a 1;CANCEL b 1;" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START A B TAIL FOOT,
                                "UPDATE a 1;REQUEST b 1;" },
                { __LINE__, HEAD EVENT START A B TAIL FOOT, HEAD EVENT START A TAIL FOOT,
                                "UPDATE a 1;CANCEL b 1;" },
                /* Alarms, stamps and answers are news for nobody. */
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START A ALARM TAIL FOOT, "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT START
                                "LAST-MODIFIED:20260101T000000Z\r\nTRANSP:OPAQUE\r\n" A TAIL FOOT,
                                "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT START "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:A@x.org\r\n" TAIL FOOT,
                                "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT START
                                "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:mailto:a@x.org\r\n" TAIL FOOT,
                                "REQUEST a 1;" },
                /* The client sends to those of SCHEDULE-AGENT=CLIENT; nobody to those of NONE. */
                { __LINE__, NULL,
                                HEAD EVENT START "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:a@x.org\r\n"
                                                 "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:b@x.org\r\n" TAIL FOOT,
                                "" },
                { __LINE__, NULL,
                                HEAD EVENT START
                                "ATTENDEE;SCHEDULE-AGENT=SERVER:mailto:a@x.org\r\n" TAIL FOOT,
                                "REQUEST a 1;" },
                /* Instances. */
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT,
                                HEAD EVENT START RULE "EXDATE:20300303T100000Z\r\n" A TAIL FOOT,
                                "CANCEL a 1;" },
                { __LINE__, HEAD EVENT START RULE "EXDATE:20300303T100000Z\r\n" A TAIL FOOT,
                                HEAD EVENT START RULE A TAIL FOOT, "UPDATE a 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT,
                                HEAD EVENT START RULE A TAIL OVER A B TAIL FOOT, "UPDATE a 2;REQUEST b 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL OVER A B TAIL FOOT,
                                HEAD EVENT START RULE A TAIL OVER A TAIL FOOT, "UPDATE a 2;CANCEL b 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL OVER A TAIL FOOT,
                                HEAD EVENT START RULE A TAIL OVER B TAIL FOOT, "CANCEL a 1;REQUEST b 1;" },
                /* STATUS:CANCELLED cancels (RFC 6638, 3.2.1), once; its removal invites anew. */
                { __LINE__, HEAD EVENT START A B TAIL FOOT,
                                HEAD EVENT START "STATUS:CANCELLED\r\n" A B TAIL FOOT,
                                "CANCEL a 1;CANCEL b 1;" },
                { __LINE__, HEAD EVENT START "STATUS:CANCELLED\r\n" A TAIL FOOT, NULL, "" },
                { __LINE__, HEAD EVENT START "STATUS:CANCELLED\r\n" A TAIL FOOT,
                                HEAD EVENT START "STATUS:CANCELLED\r\nLOCATION:Hall\r\n" A TAIL FOOT, "" },
                { __LINE__, NULL, HEAD EVENT START "STATUS:CANCELLED\r\n" A TAIL FOOT, "" },
                { __LINE__, HEAD EVENT START "STATUS:CANCELLED\r\n" A TAIL FOOT,
                                HEAD EVENT START A TAIL FOOT, "REQUEST a 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT,
                                HEAD EVENT START RULE A TAIL OVER "STATUS:CANCELLED\r\n" A TAIL FOOT,
                                "CANCEL a 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL OVER A TAIL FOOT,
                                HEAD EVENT START RULE A TAIL OVER "STATUS:Cancelled\r\n" A TAIL FOOT,
                                "CANCEL a 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL OVER A B TAIL FOOT,
                                HEAD EVENT START RULE "STATUS:CANCELLED\r\n" A TAIL OVER
                                                      "STATUS:CANCELLED\r\n" A B TAIL FOOT,
                                "CANCEL a 1;CANCEL b 1;" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(itip_object_freep) ItipObject *old = parse(*state, rows[i].old);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, rows[i].new);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                Arena arena = { .chunks = NULL };
                ScheduleMessage *messages;
                OrganizerChange change = { .old = old, .new = new, .organizer = "mailto:org@x.org" };
                assert_int_equal(organizer_settle(&change), 0);
                assert_int_equal(organizer_messages(&change, &arena, &messages), 0);
                list_messages(messages, &out);
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("row of line %d: %s, not %s", rows[i].line, buffer_text(&out),
                                        rows[i].expected);
                arena_done(&arena);
        }
}

static void test_changes__of_a_series_with_many_exdates_and_participants(void **state)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20), out = BUFFER_INIT(4096);
        Arena arena = { .chunks = NULL };
        ScheduleMessage *messages;
        bool is_allowed;
        buffer_puts(&text, HEAD EVENT START "RRULE:FREQ=DAILY;COUNT=5000\r\n");
        for (int i = 1; i <= 10000; i++) {
                CivilTime day = civil_from_days(civil_days(2030, 3, 1) + 2 * i);
                buffer_printf(&text, "EXDATE:%04d%02d%02dT100000Z\r\n", day.year, day.month, day.day);
        }
        for (int i = 0; i < 50; i++)
                buffer_printf(&text, "ATTENDEE:mailto:%d@x.org\r\n", i);
        buffer_puts(&text, TAIL FOOT);
        CLEANUP(itip_object_freep) ItipObject *old = parse(*state, buffer_text(&text));
        CLEANUP(itip_object_freep) ItipObject *new = parse(*state, buffer_text(&text));
        OrganizerChange change = { .old = old, .new = new, .organizer = "mailto:org@x.org" };
        clock_t begun = clock();
        assert_int_equal(organizer_messages(&change, &arena, &messages), 0);
        list_messages(messages, &out);
        const AttendeeChange own = { .old = old, .new = new, .attendee = "mailto:0@x.org" };
        assert_int_equal(attendee_check(&own, &is_allowed), 0);
        assert_true(is_allowed);
        assert_int_equal(attendee_reply(&own, &arena, &messages), 0);
        assert_null(messages);
        assert_true((double)(clock() - begun) / CLOCKS_PER_SEC < 5); /* half a second without sanitizers */
        assert_string_equal(buffer_text(&out), "");
        arena_done(&arena);
}

static void test_organizer__asks_again_after_a_move(void **state)
{
        CLEANUP(itip_object_freep)
        ItipObject *old = parse(
                        *state, HEAD EVENT START "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.org\r\n" TAIL FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *new = parse(*state, HEAD EVENT
                        "DTSTART:20300302T100000Z\r\nDTEND:20300302T110000Z\r\n"
                        "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"A, the:first\":mailto:a@x.org\r\n" TAIL FOOT);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        OrganizerChange change = { .old = old, .new = new, .organizer = "mailto:org@x.org" };
        assert_int_equal(organizer_settle(&change), 0);
        itip_print(new, new->components, NULL, &out);
        assert_non_null(strstr(buffer_text(&out), "SEQUENCE:1\r\n"));
        assert_non_null(strstr(buffer_text(&out),
                        "ATTENDEE;CN=\"A, the:first\";PARTSTAT=NEEDS-ACTION:mailto:a@x.org\r\n"));
}

/* RFC 5546, 2.1.4: SEQUENCE rises with time and STATUS, and never falls. RFC 6638, 3.2.8: answers. */
static void test_organizer__settles_sequence_and_answers(void **state)
{
        static const struct {
                int line;
                const char *old, *new, *expected; /* "SEQUENCE answer" of each component */
        } rows[] = {
                { __LINE__, START "SEQUENCE:3\r\n" YES TAIL, START YES TAIL, "3 yes;" },
                { __LINE__, START "SEQUENCE:3\r\n" YES TAIL, START "SEQUENCE:5\r\n" YES TAIL, "5 yes;" },
                { __LINE__, START "SEQUENCE:3\r\n" YES TAIL, LATER "SEQUENCE:1\r\n" YES TAIL, "4 no;" },
                { __LINE__, START "SEQUENCE:3\r\n" YES TAIL, LATER "SEQUENCE:7\r\n" YES TAIL, "7 no;" },
                { __LINE__, START "STATUS:TENTATIVE\r\n" YES TAIL, START "STATUS:CONFIRMED\r\n" YES TAIL,
                                "1 yes;" },
                { __LINE__, START YES TAIL, START "STATUS:CONFIRMED\r\n" YES TAIL, "0 yes;" },
                { __LINE__, START YES TAIL, START "STATUS:CANCELLED\r\n" YES TAIL, "1 yes;" },
                /* Another rule, and an instance that takes place again. */
                { __LINE__, START RULE YES TAIL, START "RRULE:FREQ=DAILY;COUNT=6\r\n" YES TAIL, "1 no;" },
                { __LINE__, START RULE YES TAIL, START RULE GONE YES TAIL, "0 yes;" },
                { __LINE__, START RULE GONE YES TAIL, START RULE YES TAIL, "1 no;" },
                { __LINE__, START RULE GONE YES TAIL, START RULE YES TAIL OVER YES TAIL, "0 yes;1 no;" },
                /* An override that is new, at another time, at the same, and of another length. */
                { __LINE__, START RULE "SEQUENCE:2\r\n" YES TAIL,
                                START RULE "SEQUENCE:2\r\n" YES TAIL OVER YES TAIL, "2 yes;3 no;" },
                { __LINE__, START RULE "SEQUENCE:2\r\n" YES TAIL,
                                START RULE "SEQUENCE:2\r\n" YES TAIL SAME
                                           "DTEND:20300302T110000Z\r\n" YES TAIL,
                                "2 yes;2 yes;" },
                { __LINE__, START RULE YES TAIL, START RULE YES TAIL SAME "DURATION:PT60M\r\n" YES TAIL,
                                "0 yes;0 yes;" },
                { __LINE__, START RULE YES TAIL, START RULE YES TAIL SAME "DURATION:PT90M\r\n" YES TAIL,
                                "0 yes;1 no;" },
                { __LINE__, START RULE YES TAIL OVER "SEQUENCE:4\r\n" YES TAIL,
                                START RULE YES TAIL OVER YES TAIL, "0 yes;4 yes;" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char texts[2][2048];
                snprintf(texts[0], sizeof(texts[0]), "%s%s%s", HEAD EVENT, rows[i].old, FOOT);
                snprintf(texts[1], sizeof(texts[1]), "%s%s%s", HEAD EVENT, rows[i].new, FOOT);
                CLEANUP(itip_object_freep) ItipObject *old = parse(*state, texts[0]);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, texts[1]);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                OrganizerChange change = { .old = old, .new = new, .organizer = "mailto:org@x.org" };
                assert_int_equal(organizer_settle(&change), 0);
                for (const ItipComponent *each = new->components; each; each = each->next) {
                        const char *answer = itip_param(itip_attendee(each, USER), "PARTSTAT");
                        buffer_printf(&out, "%ld %s;", itip_number(each, "SEQUENCE"),
                                        strcmp(answer, "ACCEPTED") == 0 ? "yes" : "no");
                }
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("row of line %d: %s, not %s", rows[i].line, buffer_text(&out),
                                        rows[i].expected);
        }
}

/* The CANCEL of a meeting or of an instance says so, with a SEQUENCE above that of the invitation. */
static void test_organizer__cancels_by_a_status(void **state)
{
        static const struct {
                int line;
                const char *old, *new;
        } rows[] = {
                { __LINE__, START A TAIL, START "STATUS:CANCELLED\r\n" A TAIL },
                { __LINE__, START RULE A TAIL, START RULE A TAIL OVER "STATUS:CANCELLED\r\n" A TAIL },
                { __LINE__, START RULE A TAIL, START RULE "EXDATE:20300302T100000Z\r\n" A TAIL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char texts[2][2048];
                Arena arena = { .chunks = NULL };
                ScheduleMessage *message;
                snprintf(texts[0], sizeof(texts[0]), "%s%s%s", HEAD EVENT, rows[i].old, FOOT);
                snprintf(texts[1], sizeof(texts[1]), "%s%s%s", HEAD EVENT, rows[i].new, FOOT);
                CLEANUP(itip_object_freep) ItipObject *old = parse(*state, texts[0]);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, texts[1]);
                OrganizerChange change = { .old = old, .new = new, .organizer = "mailto:org@x.org" };
                assert_int_equal(organizer_settle(&change), 0);
                assert_int_equal(organizer_messages(&change, &arena, &message), 0);
                if (!message || message->next || strcmp(message->method, "CANCEL") != 0 ||
                                itip_number(message->components, "SEQUENCE") != 1 ||
                                strcmp(itip_value(message->components, "STATUS"), "CANCELLED") != 0)
                        fail_msg("row of line %d", rows[i].line);
                arena_done(&arena);
        }
}

static void test_message__has_nothing_of_this_server(void **state)
{
        CLEANUP(itip_object_freep)
        ItipObject *new = parse(*state, HEAD EVENT START
                        "ATTENDEE;SCHEDULE-STATUS=\"1.2\";SCHEDULE-AGENT=SERVER:mailto:a@x.org\r\n" ALARM
                                        TAIL FOOT);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        Arena arena = { .chunks = NULL };
        ScheduleMessage *messages;
        OrganizerChange change = {
                .new = new, .organizer = "mailto:org@x.org", .now = 1769904000 * USEC_PER_SEC
        };
        assert_int_equal(organizer_messages(&change, &arena, &messages), 0);
        message_print(messages, &out);
        assert_string_equal(buffer_text(&out), HEAD
                        "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:one\r\nORGANIZER:mailto:org@x.org\r\n" START
                        "ATTENDEE:mailto:a@x.org\r\nDTSTAMP:20260201T000000Z\r\n" TAIL FOOT);
        arena_done(&arena);
}

static void test_attendee__changes_and_answers(void **state)
{
        static const struct {
                int line;
                const char *old, *new;
                bool is_allowed;
                const char *expected; /* the answers */
        } rows[] = {
                { __LINE__, HEAD EVENT START A B TAIL FOOT,
                                HEAD EVENT START
                                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.org\r\n" B ALARM TAIL FOOT,
                                true, "REPLY o 1;" },
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT START A ALARM "TRANSP:TRANSPARENT\r\n" TAIL FOOT, true, "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START A "SUMMARY:Mine\r\n" TAIL FOOT,
                                false, "" },
                { __LINE__, HEAD EVENT START A B TAIL FOOT, HEAD EVENT START A TAIL FOOT, false, "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT "DTSTART:20300301T103000Z\r\n" A TAIL FOOT, false, "" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT,
                                HEAD EVENT START RULE "EXDATE:20300303T100000Z\r\n" A TAIL FOOT, true,
                                "REPLY o 1;" },
                { __LINE__, HEAD EVENT START RULE A TAIL OVER A TAIL FOOT, HEAD EVENT START RULE A TAIL FOOT,
                                false, "" },
                /* The delegate may be added, and nobody else. */
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START TO_D D TAIL FOOT, true,
                                "REPLY o 1;REQUEST d 1;" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START TO_D TAIL FOOT, true,
                                "REPLY o 1;REQUEST d 1;" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START TO_D D B TAIL FOOT, false, "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD EVENT START A D TAIL FOOT, false, "" },
                { __LINE__, HEAD EVENT START TO_D D TAIL FOOT, HEAD EVENT START TO_D D ALARM TAIL FOOT, true,
                                "" },
                { __LINE__, HEAD EVENT START TO_D D TAIL FOOT, HEAD EVENT START TO_D TAIL FOOT, false, "" },
                /* Another delegate may take the place of the former one. */
                { __LINE__, HEAD EVENT START TO_D D TAIL FOOT, HEAD EVENT START TO_E E TAIL FOOT, true,
                                "REPLY o 1;REQUEST e 1;" },
                { __LINE__, HEAD EVENT START TO_D D TAIL FOOT, HEAD EVENT START TO_E D E TAIL FOOT, true,
                                "REPLY o 1;REQUEST e 1;" },
                { __LINE__, HEAD EVENT START TO_D D B TAIL FOOT, HEAD EVENT START TO_E E TAIL FOOT, false,
                                "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, NULL, true, "REPLY o 1;" },
                { __LINE__, HEAD EVENT START "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.org\r\n" TAIL FOOT, NULL,
                                true, "" },
                { __LINE__, HEAD EVENT START "STATUS:CANCELLED\r\n" A TAIL FOOT, NULL, true, "" },
                { __LINE__, NULL, HEAD EVENT START A TAIL FOOT, true, "" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(itip_object_freep) ItipObject *old = parse(*state, rows[i].old);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, rows[i].new);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                Arena arena = { .chunks = NULL };
                ScheduleMessage *message = NULL;
                bool is_allowed;
                const AttendeeChange change = {
                        .old = old, .new = new, .user = itip_address_user, .attendee = USER
                };
                assert_int_equal(attendee_check(&change, &is_allowed), 0);
                if (is_allowed)
                        assert_int_equal(attendee_reply(&change, &arena, &message), 0);
                list_messages(message, &out);
                if (is_allowed)
                        assert_int_equal(attendee_requests(&change, &arena, &message), 0);
                list_messages(is_allowed ? message : NULL, &out);
                if (is_allowed != rows[i].is_allowed || strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("row of line %d: %d %s", rows[i].line, is_allowed, buffer_text(&out));
                arena_done(&arena);
        }
}

static void test_attendee__keeps_the_sequence_of_the_organizer(void **state)
{
        static const struct {
                int line;
                const char *old, *organized, *new;
                long expected;
        } rows[] = {
                { __LINE__, "", NULL, "SEQUENCE:9\r\n", 0 },
                { __LINE__, "SEQUENCE:2\r\n", NULL, "SEQUENCE:9\r\n", 2 },
                { __LINE__, "SEQUENCE:2\r\n", "SEQUENCE:3\r\n", "", 2 },
                { __LINE__, "SEQUENCE:9\r\n", "SEQUENCE:3\r\n", "SEQUENCE:9\r\n", 3 },
                { __LINE__, NULL, "SEQUENCE:3\r\n", "SEQUENCE:9\r\n", 3 },
                { __LINE__, NULL, "SEQUENCE:3\r\n", "SEQUENCE:2\r\n", 2 },
                { __LINE__, NULL, NULL, "SEQUENCE:9\r\n", 9 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const char *sequences[] = { rows[i].old, rows[i].organized, rows[i].new };
                ItipObject *objects[3] = { NULL, NULL, NULL };
                for (int j = 0; j < 3; j++) {
                        char text[1024];
                        snprintf(text, sizeof(text), "%s%s%s", HEAD EVENT START RULE A,
                                        sequences[j] ? sequences[j] : "", TAIL FOOT);
                        objects[j] = parse(*state, sequences[j] ? text : NULL);
                }
                const AttendeeChange change = {
                        .old = objects[0], .organized = objects[1], .new = objects[2], .attendee = USER
                };
                assert_int_equal(attendee_settle(&change), 0);
                if (itip_number(objects[2]->components, "SEQUENCE") != rows[i].expected)
                        fail_msg("row of line %d", rows[i].line);
                for (int j = 0; j < 3; j++)
                        itip_object_free(objects[j]);
        }
}

/* A participant changes only the own answer, in the series and in an instance that the old copy lacks. */
static void test_attendee__keeps_the_answers_of_others(void **state)
{
        static const struct {
                int line;
                const char *old, *new, *expected;
        } rows[] = {
#define MINE(answer)   "ATTENDEE;PARTSTAT=" answer ":mailto:a@x.org\r\n"
#define OTHERS(answer) "ATTENDEE;CN=B;PARTSTAT=" answer ":mailto:b@x.org\r\n"
                { __LINE__, OTHERS("ACCEPTED"), OTHERS("DECLINED"), "DECLINED ACCEPTED" },
                { __LINE__, OTHERS("ACCEPTED"), OTHERS("accepted"), "DECLINED accepted" },
                { __LINE__, "ATTENDEE:mailto:b@x.org\r\n", OTHERS("DECLINED"), "DECLINED " },
                { __LINE__, OTHERS("ACCEPTED"), "ATTENDEE:mailto:b@x.org\r\n", "DECLINED ACCEPTED" },
                /* RFC 5545, 3.2.12: NEEDS-ACTION is the default. An equal answer stays as it is given. */
                { __LINE__, "ATTENDEE:mailto:b@x.org\r\n", OTHERS("NEEDS-ACTION"), "DECLINED NEEDS-ACTION" },
                { __LINE__, OTHERS("NEEDS-ACTION"), "ATTENDEE:mailto:b@x.org\r\n", "DECLINED " },
                { __LINE__, NULL, OTHERS("DECLINED"), "DECLINED DECLINED" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char before[1024], after[2048], found[64];
                snprintf(before, sizeof(before), "%s%s%s", HEAD EVENT START RULE MINE("NEEDS-ACTION"),
                                rows[i].old ? rows[i].old : "", TAIL FOOT);
                snprintf(after, sizeof(after), "%s%s%s%s%s", HEAD EVENT START RULE MINE("DECLINED"),
                                rows[i].new, TAIL OVER MINE("DECLINED"), rows[i].new, TAIL FOOT);
                CLEANUP(itip_object_freep) ItipObject *old = parse(*state, rows[i].old ? before : NULL);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, after);
                const AttendeeChange change = { .old = old, .new = new, .attendee = USER };
                assert_int_equal(attendee_settle(&change), 0);
                for (const ItipComponent *each = new->components; each; each = each->next) {
                        snprintf(found, sizeof(found), "%s %s",
                                        itip_param(itip_attendee(each, USER), "PARTSTAT"),
                                        itip_param(itip_attendee(each, "mailto:b@x.org"), "PARTSTAT"));
                        if (strcmp(found, rows[i].expected) != 0)
                                fail_msg("row of line %d: %s", rows[i].line, found);
                }
        }
#undef MINE
#undef OTHERS
}

/* RFC 5546, 3.2.2.3: the delegate gets what the organizer has planned, not the participant's text. */
static void test_delegate__gets_the_meeting_of_the_organizer(void **state)
{
        static const struct {
                int line;
                const char *organized, *new, *expected, *text;
        } rows[] = {
                { __LINE__, HEAD EVENT START A TAIL FOOT,
                                HEAD EVENT START "SEQUENCE:9\r\nSUMMARY:Forged\r\n" TO_D TAIL FOOT,
                                "REQUEST d 1;",
                                "UID:one\r\nORGANIZER:mailto:org@x.org\r\n" START
                                "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@x.org\":mailto:a@x.org\r\n"
                                "DTSTAMP:19700101T000000Z\r\n"
                                "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;DELEGATED-FROM=\"mailto:a@x.org\":"
                                "mailto:d@x.org\r\n" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT, HEAD OVER TO_D TAIL FOOT, "REQUEST d 1;",
                                "DTSTART:20300302T100000Z\r\n" },
                /* People who are invited already, and one who does not take part. */
                { __LINE__, HEAD EVENT START A "ATTENDEE:MAILTO:D@x.org\r\n" TAIL FOOT,
                                HEAD EVENT START "SEQUENCE:9\r\n" TO_D TAIL FOOT, "", "" },
                { __LINE__, HEAD EVENT START B TAIL FOOT, HEAD EVENT START TO_D TAIL FOOT, "", "" },
                { __LINE__, HEAD EVENT START A TAIL FOOT, HEAD OVER TO_D TAIL FOOT, "", "" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(itip_object_freep) ItipObject *organized = parse(*state, rows[i].organized);
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, rows[i].new);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096), text = BUFFER_INIT(4096);
                Arena arena = { .chunks = NULL };
                ScheduleMessage *message = NULL;
                const AttendeeChange change = {
                        .new = new, .organized = organized, .user = itip_address_user, .attendee = USER
                };
                assert_int_equal(attendee_requests(&change, &arena, &message), 0);
                list_messages(message, &out);
                if (message)
                        message_print(message, &text);
                bool has_text = strstr(unfolded(&text), rows[i].text);
                if (strcmp(buffer_text(&out), rows[i].expected) != 0 || !has_text)
                        fail_msg("row of line %d: %s %s", rows[i].line, buffer_text(&out),
                                        buffer_text(&text));
                arena_done(&arena);
        }
}

static void test_reply__makes_an_override_with_the_answer(void **state)
{
        CLEANUP(itip_object_freep) ItipObject *kept = parse(*state, HEAD EVENT START RULE A TAIL FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *reply = parse(*state, HEAD
                        "METHOD:REPLY\r\n" EVENT "RECURRENCE-ID:20300303T100000Z\r\n"
                        "REQUEST-STATUS:2.0;Success\r\nATTENDEE;PARTSTAT=DECLINED:mailto:a@x.org\r\n" TAIL
                                        FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *stranger = parse(*state, HEAD "METHOD:REPLY\r\n" EVENT
                                                  "ATTENDEE;PARTSTAT=DECLINED:mailto:c@x.org\r\n" TAIL FOOT);
        bool changed, has_removed;
        assert_int_equal(receive_reply(&(Receipt){ stranger, kept, "mailto:c@x.org" }, &changed,
                                         &has_removed),
                        0);
        assert_false(changed);
        assert_int_equal(receive_reply(&(Receipt){ reply, kept, USER }, &changed, &has_removed), 0);
        assert_true(changed);
        const ItipComponent *override = kept->components->next;
        assert_string_equal(itip_value(override, "DTSTART"), "20300303T100000Z");
        assert_string_equal(itip_value(override, "DURATION"), "PT3600S");
        assert_string_equal(itip_param(itip_attendee(override, USER), "PARTSTAT"), "DECLINED");
        assert_string_equal(itip_param(itip_attendee(override, USER), "SCHEDULE-STATUS"), "2.0");
        assert_string_equal(itip_param(itip_attendee(kept->components, USER), "PARTSTAT"), "NEEDS-ACTION");
}

static void test_reply__plants_no_instance(void **state)
{
        static const struct {
                int line;
                const char *kept, *instance;
        } rows[] = {
                { __LINE__, HEAD EVENT START A TAIL FOOT, "RECURRENCE-ID:20300303T100000Z\r\n" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT, "RECURRENCE-ID:20300303T230000Z\r\n" },
                { __LINE__, HEAD EVENT START RULE A TAIL FOOT, "RECURRENCE-ID:20300306T100000Z\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[1024];
                bool changed, has_removed;
                snprintf(text, sizeof(text), "%s%s%s", HEAD "METHOD:REPLY\r\n" EVENT, rows[i].instance,
                                "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.org\r\n" TAIL FOOT);
                CLEANUP(itip_object_freep) ItipObject *kept = parse(*state, rows[i].kept);
                CLEANUP(itip_object_freep) ItipObject *reply = parse(*state, text);
                assert_int_equal(receive_reply(&(Receipt){ reply, kept, USER }, &changed, &has_removed), 0);
                if (changed || kept->components->next)
                        fail_msg("row of line %d", rows[i].line);
        }
}

/* RFC 5546, 3.2.3: the answer of the one who delegates, and a later answer of the same person. */
static void test_reply__names_the_delegate(void **state)
{
        CLEANUP(itip_object_freep) ItipObject *kept = parse(*state, HEAD EVENT START A B TAIL FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *delegated = parse(*state, HEAD
                        "METHOD:REPLY\r\n" EVENT
                        "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:d@x.org\":mailto:a@x.org\r\n" TAIL
                                        FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *accepted = parse(*state, HEAD "METHOD:REPLY\r\n" EVENT
                                                  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.org\r\n" TAIL FOOT);
        bool changed, has_removed;
        assert_int_equal(receive_reply(&(Receipt){ delegated, kept, USER }, &changed, &has_removed), 0);
        assert_true(changed);
        assert_string_equal(itip_param(itip_attendee(kept->components, USER), "PARTSTAT"), "DELEGATED");
        assert_string_equal(
                        itip_param(itip_attendee(kept->components, USER), "DELEGATED-TO"), "mailto:d@x.org");
        assert_string_equal(
                        itip_param(itip_attendee(kept->components, "mailto:b@x.org"), "DELEGATED-TO"), "");
        const ItipLine *delegate = itip_attendee(kept->components, "mailto:d@x.org");
        assert_non_null(delegate);
        assert_string_equal(itip_param(delegate, "DELEGATED-FROM"), "mailto:a@x.org");
        assert_string_equal(itip_param(delegate, "PARTSTAT"), "NEEDS-ACTION");
        assert_string_equal(itip_param(delegate, "DELEGATED-TO"), "");
        assert_int_equal(receive_reply(&(Receipt){ accepted, kept, USER }, &changed, &has_removed), 0);
        assert_string_equal(itip_param(itip_attendee(kept->components, USER), "PARTSTAT"), "ACCEPTED");
        assert_string_equal(itip_param(itip_attendee(kept->components, USER), "DELEGATED-TO"), "");
}

/* Only one delegate of a participant takes part: a new one replaces the former one and whom that named. */
static void test_reply__replaces_a_former_delegate(void **state)
{
        static const struct {
                int line;
                const char *kept, *to, *expected;
                bool has_removed;
        } rows[] = {
                { __LINE__, TO_D D B, TO_E, "a b e ", true },
                { __LINE__, TO_D D B, TO_D, "a d b ", false },
                { __LINE__, TO_D D B, A, "a d b ", false },
                { __LINE__, TO_D D "ATTENDEE;DELEGATED-FROM=\"mailto:D@x.org\":mailto:f@x.org\r\n" B, TO_E,
                                "a b e ", true },
                /* People whom somebody else has named, or who were invited by the organizer, stay. */
                { __LINE__, TO_D "ATTENDEE;DELEGATED-FROM=\"mailto:b@x.org\":mailto:d@x.org\r\n" B, TO_E,
                                "a d b e ", false },
                { __LINE__, TO_D "ATTENDEE:mailto:d@x.org\r\n" B, TO_E, "a d b e ", false },
                /* A circle ends. */
                { __LINE__, "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-FROM=\"mailto:d@x.org\":mailto:a@x.org\r\n" D,
                                TO_E, "a e ", true },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4096), reply = BUFFER_INIT(4096);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                bool changed, has_removed;
                buffer_printf(&text, "%s%s%s", HEAD EVENT START, rows[i].kept, TAIL FOOT);
                buffer_printf(&reply, "%s%s%s", HEAD "METHOD:REPLY\r\n" EVENT, rows[i].to, TAIL FOOT);
                CLEANUP(itip_object_freep) ItipObject *kept = parse(*state, buffer_text(&text));
                CLEANUP(itip_object_freep) ItipObject *given = parse(*state, buffer_text(&reply));
                const ItipLine *line = NULL;
                assert_int_equal(receive_reply(&(Receipt){ given, kept, USER }, &changed, &has_removed), 0);
                while ((line = itip_line(kept->components, "ATTENDEE", line)))
                        buffer_printf(&out, "%.1s ", line->user + strlen("mailto:"));
                if (strcmp(buffer_text(&out), rows[i].expected) != 0 || has_removed != rows[i].has_removed)
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&out));
        }
}

/* A meeting with the greatest number of participants gets no more by delegations, but other delegates. */
static void test_delegate__is_refused_if_there_are_too_many(void **state)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
        const char *participants[] = { A, TO_D D };
        for (int i = 0; i < 2; i++) {
                buffer_reset(&text);
                buffer_printf(&text, "%s%s", HEAD EVENT START, participants[i]);
                for (int n = 1 + i; n < ITIP_ATTENDEES_MAX; n++)
                        buffer_printf(&text, "ATTENDEE:mailto:p%d@x.org\r\n", n);
                buffer_puts(&text, TAIL FOOT);
                CLEANUP(itip_object_freep) ItipObject *kept = parse(*state, buffer_text(&text));
                CLEANUP(itip_object_freep) ItipObject *new = parse(*state, HEAD EVENT START TO_E TAIL FOOT);
                Arena arena = { .chunks = NULL };
                ScheduleMessage *message = NULL;
                bool changed, has_removed;
                const AttendeeChange change = {
                        .new = new, .organized = kept, .user = itip_address_user, .attendee = USER
                };
                assert_int_equal(attendee_requests(&change, &arena, &message), i == 0 ? ITIP_E_MANY : 0);
                assert_int_equal(receive_reply(&(Receipt){ new, kept, USER }, &changed, &has_removed), 0);
                assert_true(changed);
                assert_int_equal(has_removed, i);
                assert_int_equal(itip_count_attendees(kept->components), ITIP_ATTENDEES_MAX);
                assert_int_equal(itip_attendee(kept->components, "mailto:e@x.org") != NULL, i);
                arena_done(&arena);
        }
}

static void test_request_and_cancel__keep_what_is_the_recipient_s_own(void **state)
{
        CLEANUP(itip_object_freep)
        ItipObject *kept = parse(*state, HEAD EVENT START RULE A "TRANSP:TRANSPARENT\r\n" ALARM TAIL FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *request = parse(*state, HEAD "METHOD:REQUEST\r\n" EVENT START RULE A
                                                 "SUMMARY:New\r\nTRANSP:OPAQUE\r\n" TAIL FOOT);
        CLEANUP(itip_object_freep)
        ItipObject *cancel = parse(*state,
                        HEAD "METHOD:CANCEL\r\n" EVENT "RECURRENCE-ID:20300303T100000Z\r\n" A TAIL FOOT);
        CLEANUP(buffer_done) Buffer merged = BUFFER_INIT(4096);
        CLEANUP(buffer_done) Buffer cancelled = BUFFER_INIT(4096);
        assert_int_equal(receive_request(&(Receipt){ request, kept, USER }, &merged), 0);
        assert_string_equal(buffer_text(&merged),
                        HEAD EVENT START RULE A "SUMMARY:New\r\nTRANSP:TRANSPARENT\r\n" ALARM TAIL FOOT);
        assert_int_equal(receive_cancel(&(Receipt){ cancel, kept, USER }, &cancelled), 0);
        assert_non_null(strstr(buffer_text(&cancelled), "EXDATE:20300303T100000Z\r\n" ALARM));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_organizer__tells_those_whom_a_change_concerns),
                cmocka_unit_test(test_changes__of_a_series_with_many_exdates_and_participants),
                cmocka_unit_test(test_organizer__asks_again_after_a_move),
                cmocka_unit_test(test_organizer__settles_sequence_and_answers),
                cmocka_unit_test(test_organizer__cancels_by_a_status),
                cmocka_unit_test(test_message__has_nothing_of_this_server),
                cmocka_unit_test(test_attendee__changes_and_answers),
                cmocka_unit_test(test_attendee__keeps_the_sequence_of_the_organizer),
                cmocka_unit_test(test_attendee__keeps_the_answers_of_others),
                cmocka_unit_test(test_delegate__gets_the_meeting_of_the_organizer),
                cmocka_unit_test(test_reply__makes_an_override_with_the_answer),
                cmocka_unit_test(test_reply__plants_no_instance),
                cmocka_unit_test(test_reply__names_the_delegate),
                cmocka_unit_test(test_reply__replaces_a_former_delegate),
                cmocka_unit_test(test_delegate__is_refused_if_there_are_too_many),
                cmocka_unit_test(test_request_and_cancel__keep_what_is_the_recipient_s_own),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
