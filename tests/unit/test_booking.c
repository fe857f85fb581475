/* Tests the steps of a meeting at times that commands cannot choose: at the end of a hold, after a start. */

#include "meet/compose.h"
#include "meet/mails.h"
#include "outbox/job.h"
#include "store/ledger.h"
#include "store/query.h"

#include <errno.h>
#include <sys/resource.h>

#include "bookings.h"

static int propose(Fixture *f, const char *uid, usec_t now, const usec_t *starts, size_t n)
{
        return step_at(f, uid, MEETING_HOST, MEETING_STEP_PROPOSE, now, starts, n);
}

static int choose(Fixture *f, const char *uid, usec_t now, const usec_t *start, size_t n)
{
        return step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CONFIRM, now, start, n);
}

static void ask_host(Fixture *f, usec_t start, usec_t now, char uid[static 64])
{
        assert_int_equal(ask(f, "HOST", start, now, uid), 0);
        assert_int_equal(confirm(f, uid, now), 0);
}

static usec_t hold_of(Fixture *f, const char *uid)
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        return meeting->expires;
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

static int move_to(Fixture *f, const char *uid, MeetingRole role, usec_t start, usec_t now)
{
        return step_at(f, uid, role, MEETING_STEP_MOVE, now, &start, 1);
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

/* The due time of the mails of a kind that the ledger has, and their number. */
typedef struct Mailed {
        const char *kind;
        usec_t due;
        int n;
} Mailed;

static int on_mail(const MailRecord *mail, void *userdata)
{
        Mailed *mailed = userdata;
        if (strcmp(mail->kind, mailed->kind) == 0) {
                mailed->due = mail->due;
                mailed->n++;
        }
        return 0;
}

static Mailed mailed(Fixture *f, const char *kind)
{
        Mailed found = { .kind = kind };
        assert_int_equal(ledger_each(f->store, 0, false, 100, on_mail, &found), 0);
        return found;
}

static int count(Fixture *f, const char *uid, const char *text)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        int n = 0;
        for (const char *at = strstr(booking.record->text, text); at; at = strstr(at + 1, text))
                n++;
        return n;
}

static void answer(Fixture *f, const char *uid, const char *address, const char *partstat)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        const BookingWork work = { f->store, f->config, NOW };
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        person_set_partstat(booking_people_find(&booking.people, address), partstat);
        assert_int_equal(booking_event_save(&work, &booking, NULL), 0);
}

static int on_cancel(const MailRecord *mail, void *userdata)
{
        if (strcmp(mail->kind, "meeting-cancel") == 0)
                *(usec_t *)userdata = mail->expires;
        return 0;
}

/* A server may be down for longer than news is of use, but nobody shall come to a cancelled meeting. */
static void test_booking__a_cancellation_is_sent_until_the_meeting_would_end(void **state)
{
        Fixture *f = *state;
        usec_t expires = 0;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
        assert_int_equal(ledger_each(f->store, 0, false, 100, on_cancel, &expires), 0);
        assert_true(expires == TEN + 30 * MINUTES);
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

/* ---- The host gets another address ---- */

/*
 * Counts the mails of a kind that would be sent to an address, with a line of the calendar part; NULL for
 * any.
 */
static int count_mails(Fixture *f, const char *uid, const char *kind, const char *address, const char *line)
{
        static const OutboxTable *const tables[] = { &meet_mails_table, NULL };
        const JobSource source = { .store = f->store, .config = f->config, .tables = tables };
        int64_t ids[64];
        int n = 0, found = 0;
        assert_int_equal(ledger_due(f->store, NOW + 1, 64, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024 * 1024);
                Job job;
                assert_int_equal(job_begin(&source, ids[i], NOW + 1, &job), 0);
                if (job_check(&job, "id@example.org", &out) == 0 && strcmp(job.mail->kind, kind) == 0 &&
                                strcmp(job.mail->uid, uid) == 0 && strcmp(job.address, address) == 0)
                        found += !line || strstr(buffer_text(&out), line);
                job_done(&job);
        }
        return found;
}

static bool has_person(Fixture *f, const char *uid, const char *address)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        return booking_people_find(&booking.people, address);
}

static void test_booking__a_step_tells_the_former_address_of_the_host(void **state)
{
        static const struct {
                MeetingStep step;
                const char *kind, *to_former;
        } rows[] = {
                { MEETING_STEP_MOVE, "meeting-moved", "meeting-readdressed" },
                { MEETING_STEP_CANCEL, "meeting-cancel", "meeting-cancel" },
        };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                usec_t later = TEN + 60 * MINUTES;
                bool is_move = rows[i].step == MEETING_STEP_MOVE;
                char uid[64];
                put_host(f, "host", "host@example.org");
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                put_host(f, "host", "new@example.org");
                assert_int_equal(step_at(f, uid, MEETING_VISITOR, rows[i].step, NOW, &later, is_move), 0);
                assert_int_equal(count_mails(f, uid, rows[i].kind, "new@example.org",
                                                 is_move ? "method=REQUEST" : "method=CANCEL"),
                                1);
                assert_int_equal(count_mails(f, uid, rows[i].to_former, "host@example.org", "method=CANCEL"),
                                1);
                assert_int_equal(count_mails(f, uid, "meeting-moved", "host@example.org", NULL), 0);
                assert_false(has_person(f, uid, "host@example.org"));
                assert_true(has_person(f, uid, "new@example.org"));
                assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0),
                                is_move ? 0 : BOOKING_E_NOT_POSSIBLE);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "host@example.org", NULL),
                                is_move ? 0 : 1);
        }
}

/* Without a step, the daemon sends the invitation to the new address. */
static void test_booking__an_invitation_follows_the_host(void **state)
{
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        int64_t n = 0;
        char uid[64], asked[64];
        put_host(f, "host", "early@example.org");
        assert_int_equal(meeting_noted_hosts(f->store, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        ask_host(f, TEN + 60 * MINUTES, NOW, asked);
        put_host(f, "host", "new@example.org");
        assert_int_equal(meeting_noted_hosts(f->store, &n), 0);
        assert_int_equal(n, 1);
        for (int i = 0; i < 2; i++)
                assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(meeting_noted_hosts(f->store, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "early@example.org", "method=CANCEL"), 1);
        assert_int_equal(count_mails(f, uid, "meeting-invite", "visitor@example.org", NULL), 1);
        /* The first invitation was not sent yet, so it goes to the new address. */
        assert_int_equal(count_mails(f, uid, "meeting-invite", "new@example.org", "method=REQUEST"), 1);
        assert_int_equal(count_mails(f, asked, "meeting-request", "new@example.org", NULL), 1);
        answer(f, uid, "new@example.org", "ACCEPTED");
        assert_int_equal(count(f, uid, "PARTSTAT=ACCEPTED"), 1);
}

static void close_mails(Fixture *f, const char *uid, const char *kind)
{
        int64_t ids[64];
        int n = 0;
        assert_int_equal(ledger_due(f->store, NOW + 1, 64, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                assert_int_equal(ledger_get(f->store, ids[i], &mail), 0);
                if (strcmp(mail->kind, kind) == 0 && strcmp(mail->uid, uid) == 0)
                        assert_int_equal(ledger_close(f->store, ids[i], MAIL_SENT, MAIL_REASON_NONE, "250",
                                                         NOW),
                                        0);
        }
}

/*
 * Before the mail to the former host has left, the meeting is moved, and the host's address changes again.
 */
static void test_booking__each_former_address_of_the_host_is_told(void **state)
{
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        usec_t later = TEN + 60 * MINUTES;
        char uid[64];
        put_host(f, "host", "early@example.org");
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        put_host(f, "host", "new@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_MOVE, NOW, &later, 1), 0);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "early@example.org", "method=CANCEL"), 1);
        put_host(f, "host", "third@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "early@example.org", "method=CANCEL"), 1);
        assert_int_equal(count_mails(f, uid, "meeting-readdressed", "new@example.org", "method=CANCEL"), 1);
        /* The news of the move has not left either, so it is the invitation of each address. */
        assert_int_equal(count_mails(f, uid, "meeting-moved", "third@example.org", "method=REQUEST"), 1);
        assert_int_equal(count_mails(f, uid, "meeting-invite", "third@example.org", NULL), 0);
        /* Back at an address, the host is invited again, and needs no cancellation. */
        put_host(f, "host", "new@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(count_mails(f, uid, "meeting-readdressed", "new@example.org", NULL), 0);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "third@example.org", "method=CANCEL"), 1);
        close_mails(f, uid, "meeting-invite");
        close_mails(f, uid, "meeting-moved");
        close_mails(f, uid, "meeting-readdressed");
        for (int i = 0; i < 2; i++) {
                put_host(f, "host", i == 0 ? "third@example.org" : "new@example.org");
                assert_int_equal(booking_follow_hosts(&work), 0);
        }
        assert_int_equal(count_mails(f, uid, "meeting-invite", "new@example.org", "method=REQUEST"), 1);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "third@example.org", "method=CANCEL"), 1);
}

/* Once, when half of the time to answer is over; nobody is asked again by an offer without an answer. */
static void test_booking__the_host_is_reminded_of_a_request(void **state)
{
        Fixture *f = *state;
        char uid[64], booked[64];
        ask_host(f, TEN, NOW, uid);
        usec_t half = (f->config->meetings.answer_within) / 2;
        Mailed found = mailed(f, "meeting-request-again");
        assert_int_equal(found.n, 1);
        assert_true(found.due == NOW + half);
        assert_int_equal(ask(f, "AUTO", TEN + 60 * MINUTES, NOW, booked), 0);
        assert_int_equal(confirm(f, booked, NOW), 0);
        assert_int_equal(mailed(f, "meeting-request-again").n, 1);
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

/* The page and the mails are then made of the other data. */
static void test_meet_parties_load__a_damaged_event_is_none(void **state)
{
        Fixture *f = *state;
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(QUERY_RUN(f->store, "UPDATE object SET text = $1 WHERE uid = $2", BIND_T("damaged"),
                                         BIND_T(uid)),
                        0);
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meet_parties_load(f->store, meeting, &parties), 0);
        assert_null(parties.booking.record);
        assert_string_equal(parties.host_name, "Host");
        assert_null(meet_parties_address(&parties, meeting, MEETING_VISITOR_DELEGATE));
}

/* Leaves values in the memory that the next call has its variables in. */
__attribute__((noinline)) static void fill_stack(void)
{
        volatile char memory[16 * 1024];
        for (size_t i = 0; i < sizeof(memory); i++)
                memory[i] = 0x5A;
}

/* Counts the reminders that would be sent at a time. */
static int count_reminders(Fixture *f, usec_t now)
{
        int64_t ids[32];
        int n = 0, n_reminders = 0;
        assert_int_equal(ledger_due(f->store, now, 32, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(64 * 1024);
                assert_int_equal(ledger_get(f->store, ids[i], &mail), 0);
                if (strcmp(mail->kind, "meeting") == 0)
                        n_reminders += meet_mail_preview(f->store, f->config, ids[i], now, &out) == 0;
        }
        return n_reminders;
}

/* Both sides have reminders at 18:00 of the day before and two hours before, by the clock of Moscow. */
static void test_meet_mails__of_reminders_due_at_once_the_nearest_goes(void **state)
{
        static const struct {
                int line;
                usec_t now;
                int expected;
        } rows[] = {
                { __LINE__, TEN - 17 * 60 * MINUTES, 0 },
                { __LINE__, TEN - 16 * 60 * MINUTES, 2 },
                { __LINE__, TEN - 121 * MINUTES, 2 },
                { __LINE__, TEN - 120 * MINUTES, 2 },
                { __LINE__, TEN - 1, 2 },
        };
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN + 60 * MINUTES, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        /* The reminders of the time before do not count. */
        assert_int_equal(move_to(f, uid, MEETING_HOST, TEN, NOW + 1), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                int n = count_reminders(f, rows[i].now);
                if (n != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(n, rows[i].expected);
        }
}

static void test_meet_compose__fails_if_a_zone_cannot_be_read(void **state)
{
        Fixture *f = *state;
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        const BookingWork work = { f->store, f->config, NOW };
        const BookingAsk wanted = ask_for("AUTO", TEN);
        struct rlimit files, none;
        assert_int_equal(booking_ask(&work, &wanted, &result), 0);
        assert_int_equal(meet_parties_load(f->store, result.meeting, &parties), 0);
        Meeting meeting = *result.meeting;
        meeting.visitor.zone = "Asia/Tokyo";
        const MeetCompose compose = {
                .meeting = &meeting, .parties = &parties, .kind = MEET_MAIL_VERIFY, .role = MEETING_VISITOR
        };
        const LetterOptions options = { .config = f->config,
                .zones = f->zones,
                .language = "en",
                .address = "visitor@example.org",
                .token = "token" };
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
        none = files;
        none.rlim_cur = 0;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        fill_stack();
        int r = meet_compose(&compose, &options, &out);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
        assert_int_equal(r, -EMFILE);
}

#define BOOKING_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                BOOKING_TEST(test_booking__a_hold_that_was_passed_over_cannot_be_confirmed),
                BOOKING_TEST(test_booking__a_lost_slot_is_taken_again_if_it_is_free),
                BOOKING_TEST(test_booking__an_ended_hold_leaves_its_time_free),
                BOOKING_TEST(test_booking__a_hold_is_confirmed_until_its_end),
                BOOKING_TEST(test_booking__a_proposed_time_in_the_past_is_not_chosen),
                BOOKING_TEST(test_booking__a_proposal_is_open_until_its_latest_time),
                BOOKING_TEST(test_booking__a_host_proposes_any_free_time),
                BOOKING_TEST(test_booking__each_side_moves_a_meeting_ten_times),
                BOOKING_TEST(test_booking__an_old_link_does_not_confirm_another_time),
                BOOKING_TEST(test_booking__an_old_link_does_not_confirm_another_representative),
                BOOKING_TEST(test_booking__a_move_to_the_present_time_changes_nothing),
                BOOKING_TEST(test_booking__a_move_does_not_extend_the_hold),
                BOOKING_TEST(test_booking__a_cancellation_is_sent_until_the_meeting_would_end),
                BOOKING_TEST(test_booking__only_a_representative_can_return_a_meeting),
                BOOKING_TEST(test_booking__a_lost_proposal_can_be_chosen_if_it_is_free),
                BOOKING_TEST(test_booking__a_lost_proposal_that_is_taken_leaves_the_others),
                BOOKING_TEST(test_booking__a_proposal_of_which_nothing_is_left_can_be_declined),
                BOOKING_TEST(test_booking__a_step_tells_the_former_address_of_the_host),
                BOOKING_TEST(test_booking__each_former_address_of_the_host_is_told),
                BOOKING_TEST(test_booking__an_invitation_follows_the_host),
                BOOKING_TEST(test_booking__the_host_is_reminded_of_a_request),
                BOOKING_TEST(test_booking__holds_last_as_configured),
                BOOKING_TEST(test_booking__a_visitor_has_plain_texts_of_limited_length),
                BOOKING_TEST(test_booking__a_move_asks_for_answers_again),
                BOOKING_TEST(test_booking__an_answer_keeps_the_other_attendees),
                BOOKING_TEST(test_booking__a_meeting_in_the_repeated_hour_keeps_its_time),
                BOOKING_TEST(test_booking__nothing_of_the_visitor_stays),
                BOOKING_TEST(test_meet_mails__of_reminders_due_at_once_the_nearest_goes),
                BOOKING_TEST(test_meet_parties_load__a_damaged_event_is_none),
                BOOKING_TEST(test_meet_compose__fails_if_a_zone_cannot_be_read),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
