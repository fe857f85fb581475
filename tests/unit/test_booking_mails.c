/* Tests to whom the mails about a meeting go, and what happens if one cannot be written. */

#include "booking_steps.h"

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

/* Counts the mails of a kind to the visitor with a PARTSTAT, in whatever encoding. */
static int count_partstats(Fixture *f, const char *uid, const char *kind, const char *partstat)
{
        char plain[64], quoted[64];
        snprintf(plain, sizeof(plain), "PARTSTAT=%s", partstat);
        snprintf(quoted, sizeof(quoted), "PARTSTAT=3D%s", partstat);
        return count_mails(f, uid, kind, "visitor@example.org", plain) +
               count_mails(f, uid, kind, "visitor@example.org", quoted);
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

/* Commits the mails of a kind with their bytes; no reply comes, so that they are sent once more. */
static void leave_in_doubt(Fixture *f, const char *uid, const char *kind)
{
        static const OutboxTable *const tables[] = { &meet_mails_table, NULL };
        const JobSource source = { .store = f->store, .config = f->config, .tables = tables };
        int64_t ids[64];
        int n = 0;
        assert_int_equal(ledger_due(f->store, NOW + 1, 64, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024 * 1024);
                Job job;
                assert_int_equal(job_begin(&source, ids[i], NOW + 1, &job), 0);
                if (strcmp(job.mail->kind, kind) == 0 && strcmp(job.mail->uid, uid) == 0) {
                        assert_int_equal(job_check(&job, "id@example.org", &out), 0);
                        const MailText text = {
                                .message_id = "id@example.org", .bytes = out.data, .len = out.len
                        };
                        assert_int_equal(ledger_commit_first_attempt(f->store, ids[i], &text, NOW), 0);
                        assert_int_equal(ledger_retry(f->store, ids[i], MAIL_UNKNOWN, NOW + 1, "", NOW), 0);
                }
                job_done(&job);
        }
}

/*
 * The host's address changes while it is not known whether a mail has arrived. The same bytes go to the same
 * address, or not at all if other mails have uninvited it.
 */
static void test_booking__a_mail_in_doubt_stays_with_its_address(void **state)
{
        static const struct {
                MeetingStep step;
                const char *kind;
                int n_before, n_after; /* before and after the booking follows the host */
        } rows[] = {
                { MEETING_STEP_CONFIRM, "meeting-invite", 1, 0 },
                { MEETING_STEP_CANCEL, "meeting-cancel", 1, 1 },
        };
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                char uid[64];
                bool is_booked = rows[i].step == MEETING_STEP_CONFIRM;
                put_host(f, "host", "early@example.org");
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                if (!is_booked)
                        assert_int_equal(step_at(f, uid, MEETING_HOST, rows[i].step, NOW, NULL, 0), 0);
                leave_in_doubt(f, uid, rows[i].kind);
                put_host(f, "host", "new@example.org");
                assert_int_equal(count_mails(f, uid, rows[i].kind, "early@example.org", NULL),
                                rows[i].n_before);
                assert_int_equal(count_mails(f, uid, rows[i].kind, "new@example.org", NULL), 0);
                assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, rows[i].kind, "early@example.org", NULL),
                                rows[i].n_after);
                assert_int_equal(count_mails(f, uid, rows[i].kind, "new@example.org", "method=REQUEST"),
                                is_booked);
                assert_int_equal(count_mails(f, uid, rows[i].kind, "new@example.org", NULL), is_booked);
                assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0),
                                is_booked ? 0 : BOOKING_E_DONE);
        }
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

static int end_delegation(Fixture *f, const char *uid, MeetingRole side)
{
        return step_at(f, uid, meeting_role_delegate(side), MEETING_STEP_RETURN, NOW, NULL, 0);
}

/* The news that the other side is represented is no new question to a reader who has answered. */
static void test_meet_mails__news_of_a_delegation_keeps_the_answer(void **state)
{
        Fixture *f = *state;
        char uid[64];
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(count_partstats(f, uid, "meeting-invite", "NEEDS-ACTION"), 1);
        answer(f, uid, "visitor@example.org", "ACCEPTED");
        assert_int_equal(name_delegate(f, uid, MEETING_HOST, "dana@example.org"), 0);
        assert_int_equal(count_partstats(f, uid, "meeting-represented", "ACCEPTED"), 1);
        assert_int_equal(move_to(f, uid, MEETING_HOST, TEN + 60 * MINUTES, NOW), 0);
        assert_int_equal(count_partstats(f, uid, "meeting-moved", "NEEDS-ACTION"), 1);
}

static int count_released(Fixture *f, const char *uid, const char *address, const char *line)
{
        return count_mails(f, uid, "meeting-released", address, line);
}

/*
 * Before the mail to a former delegate has left, the meeting is moved and cancelled; the mail says no less.
 * Nothing goes to a delegate who is named again.
 */
static void test_booking__a_former_delegate_is_uninvited(void **state)
{
        static const MeetingRole sides[] = { MEETING_VISITOR, MEETING_HOST };
        Fixture *f = *state;
        for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
                char uid[64];
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                assert_int_equal(name_delegate(f, uid, sides[i], "dana@example.org"), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", NULL), 0);
                assert_int_equal(end_delegation(f, uid, sides[i]), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", "method=CANCEL"), 1);
                assert_int_equal(count_released(f, uid, "dana@example.org", "mailto:dana@example.org"), 1);
                /* RFC 5546, 3.2.5: one attendee is uninvited, and the meeting has no new status. */
                assert_int_equal(count_released(f, uid, "dana@example.org", "STATUS:"), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", "/meeting/"), 0);
                assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN + 60 * MINUTES, NOW), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", "method=CANCEL"), 1);
                assert_int_equal(count_mails(f, uid, "meeting-moved", "dana@example.org", NULL), 0);
                assert_int_equal(name_delegate(f, uid, sides[i], "Dana@example.org"), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", NULL), 0);
                assert_int_equal(count_mails(f, uid, "meeting-delegate", "dana@example.org", NULL), 1);
                assert_int_equal(end_delegation(f, uid, sides[i]), 0);
                assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
                assert_int_equal(count_released(f, uid, "dana@example.org", "method=CANCEL"), 2);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "dana@example.org", NULL), 0);
        }
}

/* Until the daemon has seen the other address of the host, the booking names the former one. */
static void test_booking__a_delegate_stays_when_the_address_of_the_host_changes(void **state)
{
        static const char *const addresses[] = { "new@example.org", NULL };
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
                char uid[64];
                put_host(f, "host", "early@example.org");
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                assert_int_equal(name_delegate(f, uid, MEETING_HOST, "dana@example.org"), 0);
                put_host(f, "host", addresses[i]);
                assert_int_equal(count_mails(f, uid, "meeting-delegate", "dana@example.org", NULL), 1);
                assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, "meeting-delegate", "dana@example.org", NULL), 1);
                assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "dana@example.org", "method=CANCEL"),
                                1);
        }
}

/* A mail that uninvites a former address of the host would remove the meeting from a delegate's calendar. */
static void test_booking__a_delegate_with_a_former_address_of_the_host_stays(void **state)
{
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        char uid[64];
        put_host(f, "host", "early@example.org");
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        put_host(f, "host", "new@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org", NULL), 1);
        assert_int_equal(name_delegate(f, uid, MEETING_HOST, "early@example.org"), 0);
        assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org", NULL), 0);
        assert_int_equal(count_mails(f, uid, "meeting-delegate", "early@example.org", NULL), 1);
        assert_int_equal(end_delegation(f, uid, MEETING_HOST), 0);
        assert_int_equal(count_released(f, uid, "early@example.org", "method=CANCEL"), 1);
}

/* The address that the card had keeps no meeting whose mails it does not get. */
static void test_booking__a_host_who_loses_the_address_is_uninvited(void **state)
{
        static const char *const later[] = { "early@example.org", "new@example.org" };
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++) {
                char uid[64];
                put_host(f, "host", "early@example.org");
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                put_host(f, "host", NULL);
                for (int n = 0; n < 2; n++)
                        assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org",
                                                 "method=CANCEL"),
                                1);
                close_mails(f, uid, "meeting-readdressed");
                close_mails(f, uid, "meeting-invite");
                assert_int_equal(move_to(f, uid, MEETING_VISITOR, TEN + 60 * MINUTES, NOW), 0);
                assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org", NULL), 0);
                close_mails(f, uid, "meeting-moved");
                put_host(f, "host", later[i]);
                assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, "meeting-invite", later[i], "method=REQUEST"), 1);
                assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org", NULL), 0);
                assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", later[i], "method=CANCEL"), 1);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "early@example.org", NULL), i == 0);
        }
}

/* The booking was made without a line of the host. */
static void test_booking__a_host_who_gets_an_address_is_invited(void **state)
{
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        char uid[64];
        put_host(f, "host", NULL);
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        close_mails(f, uid, "meeting-invite");
        put_host(f, "host", "early@example.org");
        for (int n = 0; n < 2; n++)
                assert_int_equal(booking_follow_hosts(&work), 0);
        assert_true(has_person(f, uid, "early@example.org"));
        assert_int_equal(count_mails(f, uid, "meeting-invite", "early@example.org", "method=REQUEST"), 1);
        close_mails(f, uid, "meeting-invite");
        put_host(f, "host", "new@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_false(has_person(f, uid, "early@example.org"));
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "early@example.org", "method=CANCEL"), 1);
        assert_int_equal(count_mails(f, uid, "meeting-invite", "new@example.org", "method=REQUEST"), 1);
}

/* A card that cannot be read has an address still; what is deleted has none until it comes back. */
static void test_booking__a_host_whose_card_is_deleted_is_uninvited(void **state)
{
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        char uid[64];
        put_host(f, "host", "early@example.org");
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(QUERY_RUN(f->store, "UPDATE object SET text = $1 WHERE uid = $2", BIND_T("damaged"),
                                         BIND_T("host")),
                        0);
        assert_int_equal(meeting_note_host(f->store, "host", NOW), 0);
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(mailed(f, "meeting-readdressed").n, 0);
        assert_int_equal(object_delete_found(f->store, "host", NOW), 0);
        for (int n = 0; n < 2; n++)
                assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(
                        count_mails(f, uid, "meeting-readdressed", "early@example.org", "method=CANCEL"), 1);
        assert_int_equal(mailed(f, "meeting-readdressed").n, 1);
        close_mails(f, uid, "meeting-invite");
        put_host(f, "host", "early@example.org");
        assert_int_equal(booking_follow_hosts(&work), 0);
        assert_int_equal(count_mails(f, uid, "meeting-invite", "early@example.org", "method=REQUEST"), 1);
        assert_int_equal(count_mails(f, uid, "meeting-readdressed", "early@example.org", NULL), 0);
}

/* While the cancellation waits, it would leave for the new address, which has no such meeting. */
static void test_booking__a_waiting_cancellation_goes_to_the_former_address_too(void **state)
{
        static const char *const addresses[] = { "new@example.org", NULL };
        Fixture *f = *state;
        const BookingWork work = { f->store, f->config, NOW };
        for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
                char uid[64];
                put_host(f, "host", "early@example.org");
                assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
                assert_int_equal(confirm(f, uid, NOW), 0);
                assert_int_equal(step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
                put_host(f, "host", addresses[i]);
                /* If it leaves before the daemon has seen the other address, nobody adds another one. */
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "early@example.org", "method=CANCEL"),
                                1);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "new@example.org", NULL), 0);
                for (int n = 0; n < 2; n++)
                        assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "early@example.org", "method=CANCEL"),
                                1);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "new@example.org", NULL), i == 0);
                close_mails(f, uid, "meeting-cancel");
                put_host(f, "host", "third@example.org");
                assert_int_equal(booking_follow_hosts(&work), 0);
                assert_int_equal(count_mails(f, uid, "meeting-cancel", "new@example.org", NULL), 0);
                assert_int_equal(count_mails(f, uid, "meeting-invite", "third@example.org", NULL), 0);
        }
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

/* Leaves values in the memory that the next call has its variables in. */
__attribute__((noinline)) static void fill_stack(void)
{
        volatile char memory[16 * 1024];
        for (size_t i = 0; i < sizeof(memory); i++)
                memory[i] = 0x5A;
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                BOOKING_TEST(test_booking__a_cancellation_is_sent_until_the_meeting_would_end),
                BOOKING_TEST(test_booking__a_step_tells_the_former_address_of_the_host),
                BOOKING_TEST(test_booking__each_former_address_of_the_host_is_told),
                BOOKING_TEST(test_booking__an_invitation_follows_the_host),
                BOOKING_TEST(test_booking__a_mail_in_doubt_stays_with_its_address),
                BOOKING_TEST(test_booking__a_former_delegate_is_uninvited),
                BOOKING_TEST(test_booking__a_delegate_stays_when_the_address_of_the_host_changes),
                BOOKING_TEST(test_booking__a_delegate_with_a_former_address_of_the_host_stays),
                BOOKING_TEST(test_booking__a_host_who_loses_the_address_is_uninvited),
                BOOKING_TEST(test_booking__a_host_who_gets_an_address_is_invited),
                BOOKING_TEST(test_booking__a_host_whose_card_is_deleted_is_uninvited),
                BOOKING_TEST(test_booking__a_waiting_cancellation_goes_to_the_former_address_too),
                BOOKING_TEST(test_booking__the_host_is_reminded_of_a_request),
                BOOKING_TEST(test_meet_mails__of_reminders_due_at_once_the_nearest_goes),
                BOOKING_TEST(test_meet_mails__news_of_a_delegation_keeps_the_answer),
                BOOKING_TEST(test_meet_parties_load__a_damaged_event_is_none),
                BOOKING_TEST(test_meet_compose__fails_if_a_zone_cannot_be_read),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
