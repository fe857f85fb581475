/* Tests moves of a meeting: the time, the links and the answers that a move makes old. */

#include "booking_steps.h"

static void test_booking__each_side_moves_a_meeting_ten_times(void **state)
{
        static const MeetingRole roles[] = { MEETING_VISITOR, MEETING_HOST };
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
                for (int n = 0; n < 10; n++)
                        assert_int_equal(
                                        move_to(f, uid, roles[i], TEN + (n + 1) % 2 * 60 * MINUTES, NOW), 0);
                assert_int_equal(move_to(f, uid, roles[i], TEN + 60 * MINUTES, NOW), BOOKING_E_MOVED_OFTEN);
        }
        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
}

/* Makes a step with the link of a revision, as a page that was opened before a later step does. */
static int step_by_link(Fixture *f, const char *uid, MeetingRole role, int revision, MeetingStep step,
                const usec_t *starts, size_t n)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        const BookingWork work = { f->store, f->config, NOW };
        const MeetingToken meaning = { meeting->id, role, revision };
        BookingTime times[BOOKING_TIMES_MAX] = { { 0 } };
        char token[TOKEN_SIZE];
        assert_int_equal(meeting_token_make(f->store, &meaning, token), 0);
        for (size_t i = 0; i < n; i++)
                times[i].start = starts[i];
        return booking_step(&work,
                        &(BookingStep){ .token = token, .step = step, .times = times, .n_times = n },
                        &result);
}

static int revision_of(Fixture *f, const char *uid)
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        return meeting->revision;
}

static void test_booking__an_old_link_does_not_confirm_another_time(void **state)
{
        Fixture *f = *state;
        const usec_t times[] = { TEN + 60 * MINUTES, TEN + 120 * MINUTES, TEN + 180 * MINUTES };
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        int revision = revision_of(f, uid);
        const MeetingStep move = MEETING_STEP_MOVE, propose_step = MEETING_STEP_PROPOSE,
                          choose_step = MEETING_STEP_CONFIRM;
        assert_int_equal(step_by_link(f, uid, MEETING_VISITOR, revision, move, &times[0], 1), 0);
        assert_int_equal(
                        step_by_link(f, uid, MEETING_VISITOR, revision, move, &times[0], 1), BOOKING_E_DONE);
        assert_int_equal(step_by_link(f, uid, MEETING_VISITOR, revision, move, &times[1], 1), BOOKING_E_OLD);

        ask_host(f, TEN + 240 * MINUTES, NOW, uid);
        revision = revision_of(f, uid);
        assert_int_equal(step_by_link(f, uid, MEETING_HOST, revision, propose_step, &times[1], 2), 0);
        assert_int_equal(step_by_link(f, uid, MEETING_HOST, revision, propose_step, &times[1], 2),
                        BOOKING_E_DONE);
        assert_int_equal(step_by_link(f, uid, MEETING_HOST, revision, propose_step, &times[1], 1),
                        BOOKING_E_OLD);
        assert_int_equal(step_by_link(f, uid, MEETING_HOST, revision, propose_step, &times[0], 2),
                        BOOKING_E_OLD);
        revision = revision_of(f, uid);
        assert_int_equal(step_by_link(f, uid, MEETING_VISITOR, revision, choose_step, &times[2], 1), 0);
        assert_int_equal(step_by_link(f, uid, MEETING_VISITOR, revision, choose_step, &times[2], 1),
                        BOOKING_E_DONE);
        assert_int_equal(step_by_link(f, uid, MEETING_VISITOR, revision, choose_step, &times[1], 1),
                        BOOKING_E_OLD);
}

static int delegate_by_link(Fixture *f, const char *uid, int revision, const char *address)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        const BookingWork work = { f->store, f->config, NOW };
        const MeetingToken meaning = { meeting->id, MEETING_VISITOR, revision };
        const BookingDelegate delegate = { address, "" };
        char token[TOKEN_SIZE];
        assert_int_equal(meeting_token_make(f->store, &meaning, token), 0);
        const BookingStep step = { .token = token, .step = MEETING_STEP_DELEGATE, .delegate = &delegate };
        return booking_step(&work, &step, &result);
}

static void test_booking__an_old_link_does_not_confirm_another_representative(void **state)
{
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        int revision = revision_of(f, uid);
        assert_int_equal(delegate_by_link(f, uid, revision, "first@example.org"), 0);
        assert_int_equal(delegate_by_link(f, uid, revision, "First@example.org"), BOOKING_E_DONE);
        assert_int_equal(delegate_by_link(f, uid, revision, "second@example.org"), BOOKING_E_OLD);
}

static void test_booking__a_move_to_the_present_time_changes_nothing(void **state)
{
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        int revision = revision_of(f, uid);
        assert_int_equal(move_to(f, uid, MEETING_HOST, TEN, NOW), BOOKING_E_DONE);
        assert_int_equal(revision_of(f, uid), revision);
}

/* The nearest free times of a refused move, as minutes after TEN; the first is the nearest. */
static int nearest_of_move(Fixture *f, const char *uid, usec_t start, int64_t ret[static 3])
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, NOW };
        const BookingTime time = { .start = start };
        const BookingStep step = {
                .uid = uid, .role = MEETING_VISITOR, .step = MEETING_STEP_MOVE, .times = &time, .n_times = 1
        };
        int r = booking_step(&work, &step, &result);
        for (size_t i = 0; i < 3; i++)
                ret[i] = i < result.n_nearest ? (result.nearest[i].start - TEN) / MINUTES : -1;
        return r;
}

static void test_booking__a_meeting_keeps_its_length_if_the_offer_has_another(void **state)
{
        Fixture *f = *state;
        int64_t nearest[3];
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        put_offer_of(f, "AUTO", "host", "AUTO", "PT1H", "FREQ=DAILY", "");
        assert_int_equal(nearest_of_move(f, uid, TEN + 30 * MINUTES, nearest), BOOKING_E_TAKEN);
        assert_int_equal(nearest[0], 0);
        assert_int_equal(nearest[1], 60);
        assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN + 60 * MINUTES, NOW), 0);
        CLEANUP(meeting_freep) Meeting *moved = get(f, uid);
        assert_int_equal(moved->start, TEN + 60 * MINUTES);
        assert_int_equal(moved->finish, TEN + 90 * MINUTES);
}

static void test_booking__a_move_does_not_extend_the_hold(void **state)
{
        Fixture *f = *state;
        char uid[64];
        ask_host(f, TEN, NOW, uid);
        usec_t end = hold_of(f, uid);
        assert_int_equal(end, NOW + f->config->meetings.answer_within);
        assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN + 60 * MINUTES, NOW + USEC_PER_DAY), 0);
        assert_int_equal(hold_of(f, uid), end);
        assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN - 8 * USEC_PER_DAY, NOW + USEC_PER_DAY), 0);
        assert_int_equal(hold_of(f, uid), TEN - 8 * USEC_PER_DAY);
}

static void test_booking__a_move_asks_for_answers_again(void **state)
{
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        answer(f, uid, "visitor@example.org", "ACCEPTED");
        answer(f, uid, "host@example.org", "TENTATIVE");
        assert_int_equal(count(f, uid, "PARTSTAT=ACCEPTED"), 1);
        assert_int_equal(count(f, uid, "PARTSTAT=TENTATIVE"), 1);
        assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN + 60 * MINUTES, NOW), 0);
        assert_int_equal(count(f, uid, "PARTSTAT=NEEDS-ACTION"), 2);
        assert_int_equal(count(f, uid, "PARTSTAT="), 2);
        answer(f, uid, "visitor@example.org", "ACCEPTED");
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
        assert_int_equal(count(f, uid, "PARTSTAT=ACCEPTED"), 1);
}

/* An office may add lines to the event. */
static void test_booking__an_answer_keeps_the_other_attendees(void **state)
{
        static const char *const kept[] = {
                "ATTENDEE;CN=Room:urn:x\r\n",
                "ATTENDEE:x:y\r\n",
                ("ATTENDEE;MEMBER=\"mailto:a@example.org\",\"mailto:b@example.org\":mailto:c@exam\r\n"
                 " ple.org\r\n"),
        };
        Fixture *f = *state;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[1024];
        const ObjectPut put = {
                .collection = COLLECTION_MEETINGS, .fallback = f->config->time_zone, .now = NOW
        };
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:uid\r\n"
                        "DTSTAMP:20260101T000000Z\r\nDTSTART:20261214T070000Z\r\n%s%s%s"
                        "ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:visitor@example.org\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        kept[0], kept[1], kept[2]);
        assert_int_equal(collection_ensure(f->store, COLLECTION_MEETINGS, false, "Europe/Moscow"), 0);
        InputError error = { 0 };
        if (event_parse(f->zones, text, strlen(text), &event, &error) != 0)
                fail_msg("%zu: %s: %s", error.line, error.where, error.message);
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
        answer(f, "uid", "visitor@example.org", "ACCEPTED");
        assert_int_equal(count(f, "uid", "PARTSTAT=ACCEPTED"), 1);
        assert_int_equal(count(f, "uid", "ATTENDEE"), 4);
        for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
                assert_int_equal(count(f, "uid", kept[i]), 1);
}

/*
 * In the night of 31 October 2027 the clock of Berlin shows the hour from two to three twice, at 00:00Z and
 * 01:00Z.
 */
static const char berlin_offer[] =
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\n"
                "UID:BERLIN\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:host\r\n"
                "X-CONVENED-MEETING-HORIZON:P400D\r\nBEGIN:AVAILABLE\r\nUID:night\r\nDTSTAMP:20260101T000000Z\r\n"
                "DTSTART;TZID=Europe/Berlin:20271031T010000\r\nDTEND;TZID=Europe/Berlin:20271031T050000\r\n"
                "END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n";

typedef struct Reminder {
        usec_t due; /* expected */
        int n;
} Reminder;

static int on_reminder(const MailRecord *mail, void *userdata)
{
        Reminder *reminder = userdata;
        reminder->n += strcmp(mail->kind, "meeting") == 0 && mail->due == reminder->due;
        return 0;
}

static void test_booking__a_meeting_in_the_repeated_hour_keeps_its_time(void **state)
{
        static const struct {
                int line;
                const char *start, *dtstart, *dtend;
        } rows[] = {
                { __LINE__, "2027-10-30T23:00:00Z", "DTSTART;TZID=Europe/Berlin:20271031T010000\r\n",
                                "DTEND;TZID=Europe/Berlin:20271031T013000\r\n" },
                { __LINE__, "2027-10-31T00:30:00Z", "DTSTART:20271031T003000Z\r\n",
                                "DTEND:20271031T010000Z\r\n" },
                { __LINE__, "2027-10-31T01:30:00Z", "DTSTART:20271031T013000Z\r\n",
                                "DTEND:20271031T020000Z\r\n" },
                { __LINE__, "2027-10-31T03:00:00Z", "DTSTART;TZID=Europe/Berlin:20271031T040000\r\n",
                                "DTEND;TZID=Europe/Berlin:20271031T043000\r\n" },
        };
        Fixture *f = *state;
        usec_t now = NOW + 300 * USEC_PER_DAY;
        put_event(f, berlin_offer);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                char uid[64];
                usec_t start = 0;
                assert_int_equal(time_parse_rfc3339(rows[i].start, &start), 0);
                if (ask(f, "BERLIN", start, now, uid) != 0 || confirm(f, uid, now) != 0)
                        fail_msg("line %d: not booked", rows[i].line);
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                assert_int_equal(object_get_by_uid(f->store, COLLECTION_MEETINGS, uid, &record), 0);
                if (record->start != start || record->end != start + 30 * MINUTES)
                        fail_msg("line %d: the event is at another time", rows[i].line);
                if (count(f, uid, rows[i].dtstart) != 1 || count(f, uid, rows[i].dtend) != 1)
                        fail_msg("line %d: %s", rows[i].line, record->text);
                Reminder reminder = { .due = start - 120 * MINUTES };
                assert_int_equal(ledger_each(f->store, 0, true, 100, on_reminder, &reminder), 0);
                if (reminder.n == 0)
                        fail_msg("line %d: no reminder two hours before", rows[i].line);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                BOOKING_TEST(test_booking__each_side_moves_a_meeting_ten_times),
                BOOKING_TEST(test_booking__an_old_link_does_not_confirm_another_time),
                BOOKING_TEST(test_booking__an_old_link_does_not_confirm_another_representative),
                BOOKING_TEST(test_booking__a_move_to_the_present_time_changes_nothing),
                BOOKING_TEST(test_booking__a_meeting_keeps_its_length_if_the_offer_has_another),
                BOOKING_TEST(test_booking__a_move_does_not_extend_the_hold),
                BOOKING_TEST(test_booking__a_move_asks_for_answers_again),
                BOOKING_TEST(test_booking__an_answer_keeps_the_other_attendees),
                BOOKING_TEST(test_booking__a_meeting_in_the_repeated_hour_keeps_its_time),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
