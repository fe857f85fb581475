/* Tests the steps of a meeting at times that commands cannot choose: at the end of a hold, after a start. */

#include "booking_steps.h"

#include <inttypes.h>

static int propose(Fixture *f, const char *uid, usec_t now, const usec_t *starts, size_t n)
{
        return step_at(f, uid, MEETING_HOST, MEETING_STEP_PROPOSE, now, starts, n);
}

static int choose(Fixture *f, const char *uid, usec_t now, const usec_t *start, size_t n)
{
        return step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CONFIRM, now, start, n);
}

/* The clock of the first visitor's request is read before it waits for the store. */
static void test_booking__a_hold_that_was_passed_over_cannot_be_confirmed(void **state)
{
        static const MeetingState states[] = { MEETING_HELD, MEETING_ASKED, MEETING_PROPOSED };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
                usec_t start = TEN + (usec_t)i * 60 * MINUTES, proposed = start + 30 * MINUTES;
                usec_t taken = states[i] == MEETING_PROPOSED ? proposed : start;
                bool is_asked = states[i] == MEETING_ASKED;
                char first[64], second[64];
                assert_int_equal(ask(f, "HOST", start, NOW, first), 0);
                if (states[i] != MEETING_HELD)
                        assert_int_equal(confirm(f, first, NOW), 0);
                if (states[i] == MEETING_PROPOSED)
                        assert_int_equal(propose(f, first, NOW, &proposed, 1), 0);
                usec_t end = hold_of(f, first);
                assert_int_equal(ask(f, "AUTO", taken, end - 1, second), BOOKING_E_TAKEN);
                assert_int_equal(ask(f, "AUTO", taken, end + 1, second), 0);
                assert_int_equal(step_at(f, first, is_asked ? MEETING_HOST : MEETING_VISITOR,
                                                 is_asked ? MEETING_STEP_ACCEPT : MEETING_STEP_CONFIRM,
                                                 end - 1, NULL, 0),
                                states[i] == MEETING_PROPOSED ? BOOKING_E_TAKEN : BOOKING_E_EXPIRED);
                assert_int_equal(confirm(f, second, end + 2), 0);
        }
}

/* The slots may be lost with a damaged page of the store. */
static void test_booking__a_lost_slot_is_taken_again_if_it_is_free(void **state)
{
        Fixture *f = *state;
        for (int i = 0; i < 4; i++) {
                usec_t start = TEN + i * 60 * MINUTES;
                bool is_asked = i % 2, is_gone = i / 2;
                char first[64], second[64];
                assert_int_equal(ask(f, "HOST", start, NOW, first), 0);
                if (is_asked)
                        assert_int_equal(confirm(f, first, NOW), 0);
                CLEANUP(meeting_freep) Meeting *meeting = get(f, first);
                assert_int_equal(meeting_give_back(f->store, meeting->id), 0);
                if (is_gone && is_asked)
                        assert_int_equal(ask(f, "AUTO", start, NOW, second), BOOKING_E_TAKEN);
                if (is_gone && !is_asked)
                        assert_int_equal(ask(f, "AUTO", start, NOW, second), 0);
                assert_int_equal(step_at(f, first, is_asked ? MEETING_HOST : MEETING_VISITOR,
                                                 is_asked ? MEETING_STEP_ACCEPT : MEETING_STEP_CONFIRM, NOW,
                                                 NULL, 0),
                                is_gone && !is_asked ? BOOKING_E_EXPIRED : 0);
                assert_int_equal(ask(f, "AUTO", start, NOW, second), BOOKING_E_TAKEN);
        }
}

/* The event of the hold is still TENTATIVE, because the hold was not closed. */
static void test_booking__an_ended_hold_leaves_its_time_free(void **state)
{
        Fixture *f = *state;
        char first[64], second[64], third[64];
        ask_host(f, TEN, NOW, first);
        usec_t end = hold_of(f, first);
        assert_int_equal(ask(f, "AUTO", TEN + 60 * MINUTES, end, second), 0);
        assert_int_equal(ask(f, "AUTO", TEN, end, third), 0);
}

static void test_booking__a_hold_is_confirmed_until_its_end(void **state)
{
        Fixture *f = *state;
        char first[64], second[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, first), 0);
        usec_t end = hold_of(f, first);
        assert_int_equal(confirm(f, first, end - 1), 0);
        assert_int_equal(ask(f, "AUTO", TEN, end + 1, second), BOOKING_E_TAKEN);
        assert_int_equal(confirm(f, first, end + 1), BOOKING_E_DONE);
}

static void test_booking__a_proposed_time_in_the_past_is_not_chosen(void **state)
{
        Fixture *f = *state;
        usec_t now = TEN - 120 * MINUTES, times[] = { TEN, TEN + 120 * MINUTES };
        char uid[64];
        ask_host(f, TEN + 60 * MINUTES, now, uid);
        assert_int_equal(propose(f, uid, now, times, 2), 0);
        assert_int_equal(choose(f, uid, times[0], &times[0], 1), BOOKING_E_TOO_LATE);
        assert_int_equal(choose(f, uid, times[0] - 1, &times[0], 1), 0);
}

/* The time that the visitor asked for first is past, but a later one is proposed. */
static void test_booking__a_proposal_is_open_until_its_latest_time(void **state)
{
        Fixture *f = *state;
        usec_t now = TEN - 120 * MINUTES, times[] = { TEN + 60 * MINUTES, TEN + 120 * MINUTES };
        char uid[64];
        ask_host(f, TEN, now, uid);
        assert_int_equal(propose(f, uid, now, times, 2), 0);
        assert_int_equal(hold_of(f, uid), times[1]);
        assert_int_equal(choose(f, uid, times[1], &times[1], 1), BOOKING_E_EXPIRED);
        assert_int_equal(choose(f, uid, times[1] - 1, &times[1], 1), 0);
}

/* The hours end at five o'clock: they limit the visitor's choice, not the host's. */
static void test_booking__a_host_proposes_any_free_time(void **state)
{
        Fixture *f = *state;
        const usec_t evening = TEN + 600 * MINUTES, other = evening + 60 * MINUTES, past = NOW;
        char uid[64], second[64], third[64];
        ask_host(f, TEN, NOW, uid);
        assert_int_equal(move_to(f, uid, MEETING_VISITOR, evening, NOW), BOOKING_E_TAKEN);
        assert_int_equal(propose(f, uid, NOW, &past, 1), BOOKING_E_TOO_LATE);
        assert_int_equal(propose(f, uid, NOW, &evening, 1), 0);
        ask_host(f, TEN + 60 * MINUTES, NOW, second);
        assert_int_equal(propose(f, second, NOW, &evening, 1), BOOKING_E_TAKEN);
        assert_int_equal(choose(f, uid, NOW, &evening, 1), 0);
        assert_int_equal(propose(f, second, NOW, &evening, 1), BOOKING_E_TAKEN);
        assert_int_equal(propose(f, second, NOW, &other, 1), 0);
        assert_int_equal(choose(f, second, NOW, &other, 1), 0);
        assert_int_equal(ask(f, "HOST", other, NOW, third), BOOKING_E_TAKEN);
}

/* Asks for a time that is taken. @ret: the nearest free times, as minutes after @start; 0 for none */
static void ask_for_taken(Fixture *f, const char *offer, usec_t start, int64_t ret[static 3])
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, NOW };
        const BookingAsk wanted = ask_for(offer, start);
        assert_int_equal(booking_ask(&work, &wanted, &result), BOOKING_E_TAKEN);
        for (size_t i = 0; i < 3; i++)
                ret[i] = i < result.n_nearest ? (result.nearest[i].start - start) / MINUTES : 0;
}

static void put_tables(Fixture *f)
{
        CLEANUP(buffer_done) Buffer more = BUFFER_INIT(4096);
        buffer_puts(&more, "X-CONVENED-MEETING-DURATION:PT10M\r\nX-CONVENED-MEETING-DURATION:PT15M\r\n");
        for (int i = 1; i <= 40; i++)
                buffer_printf(&more, "X-CONVENED-MEETING-PLACE:Table %d\r\n", i);
        put_offer_of(f, "TABLES", "host", "AUTO", "PT5M", "FREQ=DAILY", buffer_text(&more));
}

static void test_booking__nearest_times_are_found_up_to_the_horizon(void **state)
{
        static const struct {
                int line;
                const char *offer;
                int day; /* of the taken time, after TEN */
                int64_t nearest[3];
        } rows[] = {
                { __LINE__, "FORTNIGHT", 3, { 14 * 1440, 28 * 1440, 42 * 1440 } },
                { __LINE__, "FORTNIGHT", 17, { -14 * 1440, 14 * 1440, 28 * 1440 } },
                { __LINE__, "MONTH", 18, { 31 * 1440, 59 * 1440, 90 * 1440 } },
                { __LINE__, "MONTH", 19, { -1440, 30 * 1440, 58 * 1440 } },
                { __LINE__, "TABLES", 0, { 5, 10, 15 } }, /* more slots in a week than can be listed */
        };
        Fixture *f = *state;
        char uid[64];
        put_offer_of(f, "FORTNIGHT", "host", "AUTO", "PT7H", "FREQ=WEEKLY;INTERVAL=2", "");
        put_offer_of(f, "MONTH", "host", "AUTO", "PT7H", "FREQ=MONTHLY",
                        "X-CONVENED-MEETING-HORIZON:P200D\r\n");
        put_tables(f);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                usec_t start = TEN + rows[i].day * USEC_PER_DAY;
                int64_t nearest[3];
                if (rows[i].day != 19)
                        assert_int_equal(ask(f, rows[i].offer, start, NOW, uid), 0);
                ask_for_taken(f, rows[i].offer, start, nearest);
                for (size_t k = 0; k < 3; k++)
                        if (nearest[k] != rows[i].nearest[k])
                                fail_msg("line %d: %" PRId64 " %" PRId64 " %" PRId64, rows[i].line,
                                                nearest[0], nearest[1], nearest[2]);
                if (rows[i].day != 19)
                        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0),
                                        0);
        }
}

static void test_booking__only_a_representative_can_return_a_meeting(void **state)
{
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(step_at(f, uid, MEETING_HOST_DELEGATE, MEETING_STEP_RETURN, NOW, NULL, 0),
                        BOOKING_E_NOT_POSSIBLE);
}

/* ---- The slots of a proposal are lost with a damaged page of the store ---- */

static void lose_slots(Fixture *f, const char *uid)
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meeting_give_back(f->store, meeting->id), 0);
}

static void test_booking__a_lost_proposal_can_be_chosen_if_it_is_free(void **state)
{
        Fixture *f = *state;
        const usec_t times[] = { TEN + 60 * MINUTES, TEN + 120 * MINUTES, TEN + 8 * 60 * MINUTES };
        char uid[64], other[64];
        ask_host(f, TEN, NOW, uid);
        assert_int_equal(propose(f, uid, NOW, times, 3), 0);
        lose_slots(f, uid);
        assert_int_equal(ask(f, "AUTO", TEN, NOW, other), BOOKING_E_TAKEN);
        assert_int_equal(choose(f, uid, NOW, NULL, 0), BOOKING_E_NO_TIME);
        assert_int_equal(choose(f, uid, NOW, &times[2], 1), 0);
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meeting->state, MEETING_BOOKED);
        assert_true(meeting->start == times[2] && meeting->finish == times[2] + 30 * MINUTES);
        assert_int_equal(ask(f, "AUTO", TEN, NOW, other), 0);
        assert_int_equal(count(f, uid, "X-CONVENED-MEETING-PROPOSED"), 0);
}

static void test_booking__a_lost_proposal_that_is_taken_leaves_the_others(void **state)
{
        Fixture *f = *state;
        const usec_t times[] = { TEN + 60 * MINUTES, TEN + 120 * MINUTES };
        char uid[64], other[64];
        ask_host(f, TEN, NOW, uid);
        assert_int_equal(propose(f, uid, NOW, times, 2), 0);
        lose_slots(f, uid);
        assert_int_equal(ask(f, "AUTO", times[0], NOW, other), 0);
        assert_int_equal(choose(f, uid, NOW, &times[0], 1), BOOKING_E_TAKEN);
        assert_int_equal(choose(f, uid, NOW, &times[1], 1), 0);
}

static void test_booking__a_proposal_of_which_nothing_is_left_can_be_declined(void **state)
{
        Fixture *f = *state;
        const usec_t time = TEN + 60 * MINUTES;
        char uid[64];
        ask_host(f, TEN, NOW, uid);
        assert_int_equal(propose(f, uid, NOW, &time, 1), 0);
        lose_slots(f, uid);
        assert_int_equal(QUERY_RUN(f->store, "DELETE FROM object WHERE uid = $1", BIND_T(uid)), 0);
        assert_int_equal(choose(f, uid, NOW, &time, 1), BOOKING_E_EXPIRED);
        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_DECLINE, NOW, NULL, 0), 0);
}

static void test_booking__holds_last_as_configured(void **state)
{
        Fixture *f = *state;
        char uid[64];
        f->config->meetings.confirm_within = 7 * MINUTES;
        f->config->meetings.answer_within = 5 * 60 * MINUTES;
        assert_int_equal(ask(f, "HOST", TEN, NOW, uid), 0);
        assert_true(hold_of(f, uid) == NOW + 7 * MINUTES);
        assert_int_equal(confirm(f, uid, NOW + 6 * MINUTES), 0);
        assert_true(hold_of(f, uid) == NOW + 306 * MINUTES);
}

/* Texts that a calendar object could not hold would make a meeting that nobody can confirm. */
static void test_booking__a_visitor_has_plain_texts_of_limited_length(void **state)
{
        char longest[BOOKING_NAME_MAX + 2];
        memset(longest, 'n', sizeof(longest));
        longest[BOOKING_NAME_MAX + 1] = '\0';
        const char *fits = longest + 1;
        const struct {
                int line;
                const char *name, *organisation, *topic;
                int expected;
        } rows[] = {
                { __LINE__, longest, "", "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "", longest, "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "cut\xD0", "", "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "", "cut\xD0", "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "", "", "cut\xD0", BOOKING_E_BAD_VISITOR },
                { __LINE__, "a\nb", "", "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "", "a\x01", "", BOOKING_E_BAD_VISITOR },
                { __LINE__, "", "", "a\nb\x01", BOOKING_E_BAD_VISITOR },
                { __LINE__, fits, fits, "a\nb\n", 0 },
        };
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(booking_result_done) BookingResult result = { 0 };
                BookingAsk wanted = ask_for("AUTO", TEN);
                wanted.visitor.name = rows[i].name;
                wanted.visitor.organisation = rows[i].organisation;
                wanted.visitor.topic = rows[i].topic;
                int r = booking_ask(&work, &wanted, &result);
                if (r != rows[i].expected)
                        fail_msg("line %d: %d", rows[i].line, r);
                if (r == 0)
                        assert_int_equal(confirm(f, result.meeting->uid, NOW), 0);
        }
}

static void test_booking__nothing_of_the_visitor_stays(void **state)
{
        Fixture *f = *state;
        CLEANUP(booking_event_done) BookingEvent booking;
        usec_t end = TEN + 30 * MINUTES;
        int64_t n = 0;
        char uid[64], later[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(ask(f, "AUTO", end, NOW, later), 0);
        assert_int_equal(confirm(f, later, NOW), 0);
        assert_int_equal(meeting_forget(f->store, end, end, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(booking_event_load(f->store, uid, &booking), STORE_E_NOT_FOUND);
        assert_int_equal(count(f, later, "visitor@example.org"), 1);
}

#define SHOW(more)                                                                                          \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:show\r\n"              \
        "DTSTAMP:20260101T000000Z\r\nDTSTART:20261214T060000Z\r\nDTEND:20261214T150000Z\r\n" more           \
        "END:VEVENT\r\nEND:VCALENDAR\r\n"

/* Holds a meeting at ten within the event, up to a state. */
static void hold_within_show(Fixture *f, MeetingState state, char uid[static 64])
{
        const usec_t eleven = TEN + 60 * MINUTES;
        put_event(f, SHOW("SEQUENCE:1\r\n"));
        put_offer_with(f, "SHOW-AUTO", "host", "AUTO", "X-CONVENED-MEETING-EVENT:show\r\n");
        put_offer_with(f, "SHOW-HOST", "host", "HOST", "X-CONVENED-MEETING-EVENT:show\r\n");
        assert_int_equal(ask(f, state == MEETING_HELD ? "SHOW-AUTO" : "SHOW-HOST", TEN, NOW, uid), 0);
        if (state != MEETING_HELD)
                assert_int_equal(confirm(f, uid, NOW), 0);
        if (state == MEETING_PROPOSED)
                assert_int_equal(propose(f, uid, NOW, &eleven, 1), 0);
}

static void test_booking__a_hold_whose_event_is_cancelled_or_moved_is_not_booked(void **state)
{
        static const struct {
                int line;
                const char *event;
                int condition, of_proposal;
        } rows[] = {
                { __LINE__, SHOW("SEQUENCE:2\r\nSTATUS:CANCELLED\r\n"), BOOKING_E_EXPIRED, BOOKING_E_TAKEN },
                { __LINE__, SHOW("SEQUENCE:2\r\nSUMMARY:Show\r\n"), 0, 0 },
        };
        static const MeetingState states[] = { MEETING_HELD, MEETING_ASKED, MEETING_PROPOSED };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
                for (size_t k = 0; k < sizeof(states) / sizeof(*states); k++) {
                        bool is_asked = states[k] == MEETING_ASKED;
                        char uid[64];
                        hold_within_show(f, states[k], uid);
                        put_event(f, rows[i].event);
                        int r = step_at(f, uid, is_asked ? MEETING_HOST : MEETING_VISITOR,
                                        is_asked ? MEETING_STEP_ACCEPT : MEETING_STEP_CONFIRM, NOW, NULL, 0);
                        int expected = states[k] == MEETING_PROPOSED ? rows[i].of_proposal
                                                                     : rows[i].condition;
                        if (r != expected)
                                fail_msg("line %d, state %d: %d", rows[i].line, states[k], r);
                        assert_int_equal(step_at(f, uid, is_asked ? MEETING_HOST : MEETING_VISITOR,
                                                         MEETING_STEP_CANCEL, NOW, NULL, 0),
                                        0);
                }
}

/* A host who accepts knows the own calendar, in which the time may be blocked for the meeting. */
static void test_booking__only_the_host_books_over_a_new_event_of_the_host(void **state)
{
        static const char event[] =
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:own\r\n"
                        "DTSTAMP:20260101T000000Z\r\nORGANIZER:mailto:host@example.org\r\n"
                        "DTSTART:20261214T070000Z\r\nDTEND:20261214T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        Fixture *f = *state;
        char held[64], asked[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, held), 0);
        ask_host(f, TEN + 60 * MINUTES, NOW, asked);
        put_event(f, event);
        assert_int_equal(confirm(f, held, NOW), BOOKING_E_EXPIRED);
        assert_int_equal(step_at(f, asked, MEETING_HOST, MEETING_STEP_ACCEPT, NOW, NULL, 0), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                BOOKING_TEST(test_booking__only_the_host_books_over_a_new_event_of_the_host),
                BOOKING_TEST(test_booking__a_hold_whose_event_is_cancelled_or_moved_is_not_booked),
                BOOKING_TEST(test_booking__a_hold_that_was_passed_over_cannot_be_confirmed),
                BOOKING_TEST(test_booking__a_lost_slot_is_taken_again_if_it_is_free),
                BOOKING_TEST(test_booking__an_ended_hold_leaves_its_time_free),
                BOOKING_TEST(test_booking__a_hold_is_confirmed_until_its_end),
                BOOKING_TEST(test_booking__a_proposed_time_in_the_past_is_not_chosen),
                BOOKING_TEST(test_booking__a_proposal_is_open_until_its_latest_time),
                BOOKING_TEST(test_booking__a_host_proposes_any_free_time),
                BOOKING_TEST(test_booking__nearest_times_are_found_up_to_the_horizon),
                BOOKING_TEST(test_booking__only_a_representative_can_return_a_meeting),
                BOOKING_TEST(test_booking__a_lost_proposal_can_be_chosen_if_it_is_free),
                BOOKING_TEST(test_booking__a_lost_proposal_that_is_taken_leaves_the_others),
                BOOKING_TEST(test_booking__a_proposal_of_which_nothing_is_left_can_be_declined),
                BOOKING_TEST(test_booking__holds_last_as_configured),
                BOOKING_TEST(test_booking__a_visitor_has_plain_texts_of_limited_length),
                BOOKING_TEST(test_booking__nothing_of_the_visitor_stays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
