#include "calendar/participant.h"

#include "calendar/edit.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int tear_down(void **state)
{
        zone_table_free(*state);
        return 0;
}

#define BEGIN "BEGIN:PARTICIPANT\r\nUID:1\r\n"
#define END   "SUMMARY:Name\r\nEND:PARTICIPANT\r\n"

static Event *parse(ZoneTable *zones, const char *lines)
{
        char text[2048];
        Event *event = NULL;
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:e\r\n"
                        "DTSTAMP:20260101T000000Z\r\nDTSTART:20270414T070000Z\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        lines);
        assert_int_equal(event_parse(zones, text, strlen(text), &event, NULL), 0);
        return event;
}

/* Gets the only participant of an event. */
static const Participant *only(const Event *event)
{
        const Participant *found = NULL;
        for (ParticipantGroup group = 0; group <= PARTICIPANT_INVITED; group++) {
                const Participant *participant = NULL;
                while ((participant = event_participant_next(event, group, participant))) {
                        assert_null(found);
                        assert_int_equal(participant->group, group);
                        found = participant;
                }
        }
        return found;
}

/* The types are those of RFC 9073, 6.2. */
static const struct TypeCase {
        int line;
        const char *lines;
        ParticipantGroup group;
        const char *manner;
} type_cases[] = {
        { __LINE__, BEGIN "PARTICIPANT-TYPE:SPEAKER\r\n" END, PARTICIPANT_PEOPLE, "SPEAKER" },
        { __LINE__, BEGIN "participant-type:speaker\r\n" END, PARTICIPANT_PEOPLE, "SPEAKER" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE;X-MANNER=GREETED:SPEAKER\r\n" END, PARTICIPANT_PEOPLE,
                        "GREETED" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:ACTIVE\r\n" END, PARTICIPANT_PEOPLE, "ATTENDED" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:INACTIVE\r\n" END, PARTICIPANT_PEOPLE, "ATTENDED" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE;CUTYPE=GROUP:ACTIVE\r\n" END, PARTICIPANT_BODIES,
                        "PARTICIPANT" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE;CUTYPE=GROUP:SPONSOR\r\n" END, PARTICIPANT_BODIES, "SPONSOR" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:PLANNER-CONTACT\r\n" END, PARTICIPANT_ORGANISERS, "ORGANISER" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:BOOKING-CONTACT\r\n" END, PARTICIPANT_PEOPLE,
                        "BOOKING-CONTACT" },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:NOVEL\r\n" END, PARTICIPANT_PEOPLE, NULL },
        { __LINE__, BEGIN END, PARTICIPANT_PEOPLE, NULL },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:ACTIVE\r\nCALENDAR-ADDRESS:mailto:a@example.org\r\n" END,
                        PARTICIPANT_INVITED, "ATTENDED" },
        { __LINE__, BEGIN "CALENDAR-ADDRESS:mailto:a@example.org\r\n" END, PARTICIPANT_INVITED, NULL },
        { __LINE__, BEGIN "PARTICIPANT-TYPE:SPEAKER\r\nCALENDAR-ADDRESS:mailto:a@example.org\r\n" END,
                        PARTICIPANT_PEOPLE, "SPEAKER" },
        { __LINE__, "X-CONVENED-ORGANIZER:Name\r\n", PARTICIPANT_ORGANISERS, "ORGANISER" },
        { __LINE__, "X-CONVENED-PARTICIPANT:Name\r\n", PARTICIPANT_BODIES, "PARTICIPANT" },
        { __LINE__, "X-CONVENED-PERSON;X-MANNER=QUOTED:Name\r\n", PARTICIPANT_PEOPLE, "QUOTED" },
        { __LINE__, "X-CONVENED-PERSON:Name\r\n", PARTICIPANT_PEOPLE, NULL },
};

static void test_participant__has_a_group_and_a_manner(void **state)
{
        for (size_t i = 0; i < sizeof(type_cases) / sizeof(*type_cases); i++) {
                const struct TypeCase *c = &type_cases[i];
                CLEANUP(event_freep) Event *event = parse(*state, c->lines);
                const Participant *participant = only(event);
                bool same = participant && participant->group == c->group &&
                            (participant->manner && c->manner ? strcmp(participant->manner, c->manner) == 0
                                                              : participant->manner == c->manner) &&
                            strcmp(participant->name->value, "Name") == 0;
                if (!same)
                        fail_msg("line %d: %s", c->line,
                                        participant && participant->manner ? participant->manner : "none");
        }
}

static void test_participant__without_a_name_is_left_out(void **state)
{
        CLEANUP(event_freep)
        Event *event = parse(*state, "BEGIN:PARTICIPANT\r\nUID:1\r\nPARTICIPANT-TYPE:SPEAKER\r\n"
                                     "END:PARTICIPANT\r\nBEGIN:PARTICIPANT\r\nEND:PARTICIPANT\r\n");
        assert_null(only(event));
}

static void test_participant_write__reads_the_same(void **state)
{
        static const char *const manners[] = { "SPEAKER", "GREETED", "READ-GREETING", "ATTENDED",
                "HELD-MEETINGS", "MET", "SIGNED", "PARTICIPANT", "CONTACT", "ORGANISER", "SPONSOR" };
        for (size_t i = 0; i < sizeof(manners) / sizeof(*manners); i++) {
                CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(4096);
                buffer_puts(&lines, "BEGIN:PARTICIPANT\r\n");
                assert_int_equal(participant_write(&(ParticipantText){ manners[i], "A; B", "x\ny",
                                                                   "Works, \"Z\"" },
                                                 &lines),
                                0);
                buffer_puts(&lines, "END:PARTICIPANT\r\n");
                CLEANUP(event_freep) Event *event = parse(*state, buffer_text(&lines));
                const Participant *participant = only(event);
                assert_non_null(participant);
                assert_string_equal(participant->manner, manners[i]);
                assert_string_equal(participant->name->value, "A\\; B");
                assert_string_equal(participant->role, "x\ny");
                assert_string_equal(participant->organisation, "Works, \"Z\"");
        }
}

static void test_participant_write__refuses_who_took_no_part(void **state)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(4096);
        (void)state;
        assert_int_equal(participant_write(&(ParticipantText){ .manner = "QUOTED", .name = "A" }, &lines),
                        -EINVAL);
        assert_int_equal(lines.len, 0);
}

static void test_edit_event__replaces_one_manner(void **state)
{
        static const EditProperty properties[] = {
                { "PARTICIPANT", ";X-MANNER=SPEAKER", "UID:9\r\nPARTICIPANT-TYPE:SPEAKER\r\nSUMMARY:New\r\n",
                                false, EDIT_FIRST_PARAM },
                { .name = NULL },
        };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        CLEANUP(event_freep)
        Event *event = parse(*state, BEGIN "PARTICIPANT-TYPE:SPEAKER\r\n" END BEGIN
                                           "PARTICIPANT-TYPE;X-MANNER=GREETED:SPEAKER\r\n" END);
        edit_event(event, properties, 0, &out);
        CLEANUP(event_freep) Event *changed = NULL;
        assert_int_equal(event_parse(*state, out.data, out.len, &changed, NULL), 0);
        const Participant *first = event_participant_next(changed, PARTICIPANT_PEOPLE, NULL);
        const Participant *second = event_participant_next(changed, PARTICIPANT_PEOPLE, first);
        assert_string_equal(first->manner, "GREETED");
        assert_string_equal(second->name->value, "New");
        assert_null(event_participant_next(changed, PARTICIPANT_PEOPLE, second));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_participant__has_a_group_and_a_manner),
                cmocka_unit_test(test_participant__without_a_name_is_left_out),
                cmocka_unit_test(test_participant_write__reads_the_same),
                cmocka_unit_test(test_participant_write__refuses_who_took_no_part),
                cmocka_unit_test(test_edit_event__replaces_one_manner),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
