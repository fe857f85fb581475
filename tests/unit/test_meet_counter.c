/* Tests proposals of another time that come as messages (METHOD:COUNTER, RFC 5546, 3.2.7). */

#include "replies.h"

static Sample counter_to(const char *times, const char *stamp)
{
        return (Sample){ "COUNTER", MEETING_VISITOR, VISITOR("TENTATIVE"), stamp, 0, times };
}

static void make_token(Fixture *f, const char *uid, MeetingRole role, char ret[static TOKEN_SIZE])
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        const MeetingToken meaning = { meeting->id, role, meeting->revision };
        assert_int_equal(meeting_token_make(f->store, &meaning, ret), 0);
}

static int answer_at(Fixture *f, const char *token, usec_t start, bool is_accepted, usec_t now)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, now };
        return counter_answer(&work, &(CounterAnswer){ token, start, is_accepted }, &result);
}

static int answer(Fixture *f, const char *token, usec_t start, bool is_accepted)
{
        return answer_at(f, token, start, is_accepted, NOW);
}

static void propose_noon(Fixture *f, char uid[static 64])
{
        const Sample sample = counter_to(NOON, STAMP("10"));
        Capture log;
        book(f, uid);
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        assert_non_null(strstr(log.text, "another time is proposed"));
}

static void test_meet_reply__a_counter_asks_the_other_side(void **state)
{
        Fixture *f = *state;
        Counter counter;
        char uid[64], token[TOKEN_SIZE];
        propose_noon(f, uid);
        CLEANUP(meeting_freep) Meeting *booked = get(f, uid);
        assert_int_equal(booked->start, TEN);
        assert_int_equal(counter_find(f->store, uid, &counter), 0);
        assert_int_equal(counter.role, MEETING_VISITOR);
        assert_int_equal(counter.start, TEN + 120 * MINUTES);
        assert_int_equal(counter.finish, TEN + 150 * MINUTES);
        assert_int_equal(count_mails(f, "meeting-counter", "host"), 1);
        assert_int_equal(count_mails(f, "meeting-counter", "visitor"), 0);
        make_token(f, uid, MEETING_HOST, token);
        assert_int_equal(answer(f, token, TEN + 120 * MINUTES, true), 0);
        CLEANUP(meeting_freep) Meeting *moved = get(f, uid);
        assert_int_equal(moved->start, TEN + 120 * MINUTES);
        assert_int_equal(moved->state, MEETING_BOOKED);
        assert_int_equal(count_mails(f, "meeting-moved", "host"), 1);
        assert_int_equal(count_mails(f, "meeting-moved", "visitor"), 1);
        assert_int_equal(counter_find(f->store, uid, &counter), STORE_E_NOT_FOUND);
        /* The link is used again, and then to decline. */
        assert_int_equal(answer(f, token, TEN + 120 * MINUTES, true), BOOKING_E_DONE);
        assert_int_equal(answer(f, token, TEN + 120 * MINUTES, false), BOOKING_E_OLD);
}

static void test_meet_reply__a_declined_counter_changes_no_time(void **state)
{
        Fixture *f = *state;
        Counter counter;
        char uid[64], host[TOKEN_SIZE], visitor[TOKEN_SIZE];
        propose_noon(f, uid);
        make_token(f, uid, MEETING_HOST, host);
        make_token(f, uid, MEETING_VISITOR, visitor);
        /*
         * The side that proposed the time cannot accept it, and the other side cannot accept another time.
         */
        assert_int_equal(answer(f, visitor, TEN + 120 * MINUTES, true), BOOKING_E_NOT_POSSIBLE);
        assert_int_equal(answer(f, host, TEN + 150 * MINUTES, true), BOOKING_E_NOT_POSSIBLE);
        assert_int_equal(answer(f, host, TEN + 120 * MINUTES, false), 0);
        assert_int_equal(counter_find(f->store, uid, &counter), STORE_E_NOT_FOUND);
        assert_int_equal(count_mails(f, "meeting-counter-declined", "visitor"), 1);
        assert_int_equal(answer(f, host, TEN + 120 * MINUTES, true), BOOKING_E_NOT_POSSIBLE);
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meeting->start, TEN);
        assert_int_equal(meeting->revision, 2);
}

static void test_meet_reply__a_counter_to_a_time_that_was_taken_since(void **state)
{
        Fixture *f = *state;
        char uid[64], other[64], token[TOKEN_SIZE];
        propose_noon(f, uid);
        make_token(f, uid, MEETING_HOST, token);
        assert_int_equal(ask(f, "HOST", TEN + 120 * MINUTES, NOW, other), 0);
        assert_int_equal(answer(f, token, TEN + 120 * MINUTES, true), BOOKING_E_TAKEN);
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meeting->start, TEN);
        assert_int_equal(ask(f, "HOST", TEN, NOW, other), BOOKING_E_TAKEN);
}

static void test_meet_reply__a_counter_that_cannot_be_booked_is_declined(void **state)
{
        static const struct {
                int line;
                const char *times;
        } rows[] = {
                { __LINE__, TIMES("20261214T060000Z", "20261214T063000Z") }, /* before the hours */
                { __LINE__, TIMES("20261214T090000Z", "20261214T094500Z") }, /* a length not offered */
                { __LINE__, TIMES("20261203T090000Z", "20261203T093000Z") }, /* in the past */
                { __LINE__, TIMES("20261214T100000Z", "20261214T103000Z") }, /* taken */
        };
        Fixture *f = *state;
        Counter counter;
        char uid[64], other[64];
        book(f, uid);
        assert_int_equal(ask(f, "HOST", TEN + 180 * MINUTES, NOW, other), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                char stamp[] = STAMP("10");
                stamp[12] = (char)('0' + i);
                const Sample sample = counter_to(rows[i].times, stamp);
                Capture log;
                int r = deliver(f, uid, &sample, NOW, &log);
                if (r != 0 || !strstr(log.text, "cannot be booked") ||
                                counter_find(f->store, uid, &counter) != STORE_E_NOT_FOUND ||
                                count_mails(f, "meeting-counter-taken", "visitor") != (int)i + 1)
                        fail_msg("line %d: %d: %s", rows[i].line, r, log.text);
        }
        assert_int_equal(count_mails(f, "meeting-counter", "host"), 0);
}

static void test_meet_reply__open_counters_are_limited(void **state)
{
        Fixture *f = *state;
        char uid[64];
        Capture log;
        book(f, uid);
        for (int i = 0; i <= COUNTERS_MAX; i++) {
                char stamp[] = STAMP("10");
                stamp[12] = (char)('0' + i);
                const char *times = i % 2 ? TIMES("20261214T093000Z", "20261214T100000Z") : NOON;
                const Sample sample = counter_to(times, stamp);
                assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        }
        assert_non_null(strstr(log.text, "too many proposed times"));
        assert_int_equal(count_mails(f, "meeting-counter", "host"), COUNTERS_MAX);
}

static void test_meet_reply__a_step_removes_the_counter(void **state)
{
        Fixture *f = *state;
        const usec_t one = TEN + 180 * MINUTES;
        Counter counter;
        char uid[64];
        propose_noon(f, uid);
        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_MOVE, NOW, &one, 1), 0);
        assert_int_equal(counter_find(f->store, uid, &counter), STORE_E_NOT_FOUND);
}

typedef struct Proposals {
        int64_t ids[4];
        size_t n;
} Proposals;

static int on_proposal(const MailRecord *mail, void *userdata)
{
        Proposals *proposals = userdata;
        if (strcmp(mail->kind, "meeting-counter") == 0 && proposals->n < 4)
                proposals->ids[proposals->n++] = mail->id;
        return 0;
}

/* The counter-proposal, its mail, and the link of that mail stay good. */
static void test_meet_reply__a_counter_outlives_a_delegation(void **state)
{
        static const bool accepts[] = { true, false };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(accepts) / sizeof(*accepts); i++) {
                Proposals proposals = { .n = 0 };
                CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(1 << 20);
                Counter counter;
                char uid[64], host[TOKEN_SIZE];
                propose_noon(f, uid);
                make_token(f, uid, MEETING_HOST, host);
                assert_int_equal(name_delegate(f, uid, MEETING_HOST, "dana@example.org"), 0);
                assert_int_equal(counter_find(f->store, uid, &counter), 0);
                assert_int_equal(step_at(f, uid, MEETING_HOST_DELEGATE, MEETING_STEP_RETURN, NOW, NULL, 0),
                                0);
                assert_int_equal(counter_find(f->store, uid, &counter), 0);
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_proposal, &proposals), 0);
                assert_int_equal(meet_mail_preview(f->store, f->config, proposals.ids[proposals.n - 1], NOW,
                                                 &mail),
                                0);
                assert_int_equal(answer(f, host, TEN + 120 * MINUTES, accepts[i]), 0);
                assert_int_equal(counter_find(f->store, uid, &counter), STORE_E_NOT_FOUND);
                assert_int_equal(answer(f, host, TEN + 120 * MINUTES, true),
                                accepts[i] ? BOOKING_E_OLD : BOOKING_E_NOT_POSSIBLE);
                assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
        }
}

/* The link of a delegate, or of a former host, cannot decline what a side has proposed. */
static void test_meet_reply__only_the_other_side_answers_a_counter(void **state)
{
        static const MeetingRole roles[] = { MEETING_HOST, MEETING_VISITOR_DELEGATE, MEETING_HOST_DELEGATE,
                MEETING_HOST_FORMER };
        Fixture *f = *state;
        const Sample sample = { "COUNTER", MEETING_HOST, HOST("TENTATIVE"), STAMP("10"), 0, NOON };
        Counter counter;
        char uid[64], token[TOKEN_SIZE];
        Capture log;
        book(f, uid);
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
                make_token(f, uid, roles[i], token);
                assert_int_equal(answer(f, token, TEN + 120 * MINUTES, false), BOOKING_E_NOT_POSSIBLE);
                assert_int_equal(answer(f, token, TEN + 120 * MINUTES, true), BOOKING_E_NOT_POSSIBLE);
        }
        assert_int_equal(counter_find(f->store, uid, &counter), 0);
        make_token(f, uid, MEETING_VISITOR, token);
        assert_int_equal(answer(f, token, TEN + 120 * MINUTES, false), 0);
}

/* A program may propose another time, and its user accept the booked one after all. */
static void test_meet_reply__an_acceptance_withdraws_the_own_counter(void **state)
{
        static const struct {
                int line;
                MeetingRole role;
                const char *partstat;
                int expected; /* of accepting the proposed time */
        } rows[] = {
                { __LINE__, MEETING_VISITOR, VISITOR("ACCEPTED"), BOOKING_E_NOT_POSSIBLE },
                { __LINE__, MEETING_VISITOR, VISITOR("TENTATIVE"), 0 },
                { __LINE__, MEETING_HOST, HOST("ACCEPTED"), 0 },
        };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                const Sample sample = { "REPLY", rows[i].role, rows[i].partstat, STAMP("11"), 0, "" };
                char uid[64], token[TOKEN_SIZE];
                Capture log;
                propose_noon(f, uid);
                assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
                make_token(f, uid, MEETING_HOST, token);
                int r = answer(f, token, TEN + 120 * MINUTES, true);
                if (r != rows[i].expected)
                        fail_msg("row of line %d: %d: %s", rows[i].line, r, log.text);
                CLEANUP(booking_result_done) BookingResult result = { 0 };
                const BookingWork work = { f->store, f->config, NOW };
                const BookingStep cancel = { .uid = uid, .role = MEETING_HOST, .step = MEETING_STEP_CANCEL };
                assert_int_equal(booking_step(&work, &cancel, &result), 0);
        }
}

/* A side that proposes and accepts in turn sends no more mails than one that only proposes. */
static void test_meet_reply__withdrawn_counters_are_counted(void **state)
{
        Fixture *f = *state;
        char uid[64];
        Capture log;
        book(f, uid);
        for (int i = 0; i <= COUNTERS_MAX; i++) {
                char first[] = STAMP("10"), second[] = STAMP("10");
                first[11] = second[11] = (char)('0' + i);
                second[14] = '9';
                const Sample counter = counter_to(NOON, first);
                const Sample accepted = { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), second, 0, "" };
                assert_int_equal(deliver(f, uid, &counter, NOW, &log), 0);
                assert_int_equal(strstr(log.text, "too many proposed times") != NULL, i == COUNTERS_MAX);
                assert_int_equal(deliver(f, uid, &accepted, NOW, &log), 0);
        }
        assert_int_equal(count_mails(f, "meeting-counter", "host"), COUNTERS_MAX);
}

static void test_meet_reply__a_counter_needs_another_time(void **state)
{
        static const char *const rows[] = {
                TIMES("20261214T070000Z", "20261214T073000Z"),
                "DTSTART;VALUE=DATE:20261214\r\n",
                NOON "RRULE:FREQ=DAILY\r\n",
                "DTSTART;TZID=Nowhere:20261214T120000\r\n",
                "",
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                const Sample sample = counter_to(rows[i], STAMP("10"));
                Capture log;
                assert_int_equal(deliver(f, uid, &sample, NOW, &log), TAKER_E_LEAVE);
        }
}

static void test_meet_reply__a_declinecounter_is_logged(void **state)
{
        Fixture *f = *state;
        const Sample sample = { "DECLINECOUNTER", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("10"), 0,
                NULL };
        char uid[64];
        Capture log;
        book(f, uid);
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        assert_non_null(strstr(log.text, "nothing was proposed"));
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "NEEDS-ACTION");
}

static void test_meet_reply__a_proposal_of_the_host_is_accepted_within_the_notice(void **state)
{
        static const Sample sample = { "COUNTER", MEETING_HOST, HOST("TENTATIVE"), STAMP("10"), 0,
                TIMES("20261223T090000Z", "20261223T093000Z") };
        Fixture *f = *state;
        const usec_t now = TEN - USEC_PER_DAY, start = TEN + 9 * USEC_PER_DAY + 120 * MINUTES;
        char uid[64], token[TOKEN_SIZE];
        Capture log;
        put_offer_with(f, "EARLY", "host", "AUTO", "X-CONVENED-MEETING-NOTICE:P8D\r\n");
        assert_int_equal(ask(f, "EARLY", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(deliver(f, uid, &sample, now, &log), 0);
        assert_non_null(strstr(log.text, "another time is proposed"));
        make_token(f, uid, MEETING_VISITOR, token);
        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_MOVE, now, &start, 1),
                        BOOKING_E_NOTICE);
        assert_int_equal(answer_at(f, token, start, true, now), 0);
        CLEANUP(meeting_freep) Meeting *moved = get(f, uid);
        assert_int_equal(moved->start, start);
}

static void test_meet_reply__each_refusal_of_the_same_time_is_mailed(void **state)
{
        Fixture *f = *state;
        const Sample again = counter_to(NOON, STAMP("20"));
        char uid[64], host[TOKEN_SIZE];
        Capture log;
        propose_noon(f, uid);
        make_token(f, uid, MEETING_HOST, host);
        assert_int_equal(answer(f, host, TEN + 120 * MINUTES, false), 0);
        assert_int_equal(deliver(f, uid, &again, NOW, &log), 0);
        assert_int_equal(count_mails(f, "meeting-counter", "host"), 2);
        assert_int_equal(answer(f, host, TEN + 120 * MINUTES, false), 0);
        assert_int_equal(count_mails(f, "meeting-counter-declined", "visitor"), 2);
}

static void test_meet_reply__only_the_last_of_two_proposals_is_mailed(void **state)
{
        Fixture *f = *state;
        const Sample second = counter_to(TIMES("20261214T093000Z", "20261214T100000Z"), STAMP("20"));
        Proposals proposals = { .n = 0 };
        char uid[64];
        int n_sent = 0;
        Capture log;
        propose_noon(f, uid);
        assert_int_equal(deliver(f, uid, &second, NOW, &log), 0);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_proposal, &proposals), 0);
        assert_int_equal(proposals.n, 2);
        for (size_t i = 0; i < proposals.n; i++) {
                CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(1 << 20);
                int r = meet_mail_preview(f->store, f->config, proposals.ids[i], NOW, &mail);
                assert_true(r == 0 || r == STORE_E_NOT_FOUND);
                n_sent += r == 0;
        }
        assert_int_equal(n_sent, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                REPLY_TEST(test_meet_reply__a_counter_asks_the_other_side),
                REPLY_TEST(test_meet_reply__a_declined_counter_changes_no_time),
                REPLY_TEST(test_meet_reply__a_counter_to_a_time_that_was_taken_since),
                REPLY_TEST(test_meet_reply__a_counter_that_cannot_be_booked_is_declined),
                REPLY_TEST(test_meet_reply__open_counters_are_limited),
                REPLY_TEST(test_meet_reply__a_step_removes_the_counter),
                REPLY_TEST(test_meet_reply__a_counter_outlives_a_delegation),
                REPLY_TEST(test_meet_reply__only_the_other_side_answers_a_counter),
                REPLY_TEST(test_meet_reply__an_acceptance_withdraws_the_own_counter),
                REPLY_TEST(test_meet_reply__withdrawn_counters_are_counted),
                REPLY_TEST(test_meet_reply__a_counter_needs_another_time),
                REPLY_TEST(test_meet_reply__a_declinecounter_is_logged),
                REPLY_TEST(test_meet_reply__a_proposal_of_the_host_is_accepted_within_the_notice),
                REPLY_TEST(test_meet_reply__each_refusal_of_the_same_time_is_mailed),
                REPLY_TEST(test_meet_reply__only_the_last_of_two_proposals_is_mailed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
