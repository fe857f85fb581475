/* Tests answers to invitations, as messages that are taken from the mailbox at given times. */

#include "replies.h"

static void test_meet_reply__an_answer_counts_if_it_is_newer(void **state)
{
        static const struct {
                int line;
                Sample sample;
                const char *visitor, *log;
        } rows[] = {
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("TENTATIVE"), STAMP("10"), 0, NULL },
                                "TENTATIVE", "tentatively accepted" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("20"), 0, NULL },
                                "ACCEPTED", "accepted" },
                /* Both once more, and a decline that was on its way for long. */
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("TENTATIVE"), STAMP("10"), 0, NULL },
                                "ACCEPTED", "not newer than the last one" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("20"), 0, NULL },
                                "ACCEPTED", "not newer than the last one" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("15"), 0, NULL },
                                "ACCEPTED", "not newer than the last one" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), "", 0, NULL }, "ACCEPTED",
                                "does not say when it was made" },
                { __LINE__,
                                { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), "20261204T033000\r\n", 0,
                                                NULL },
                                "ACCEPTED", "does not say when it was made" },
                /* Each side has its own last answer. */
                { __LINE__, { "REPLY", MEETING_HOST, HOST("TENTATIVE"), STAMP("05"), 0, NULL }, "ACCEPTED",
                                "tentatively accepted" },
                { __LINE__, { "REPLY", MEETING_HOST, VISITOR("DECLINED"), STAMP("30"), 0, NULL }, "ACCEPTED",
                                "not about the reader" },
                { __LINE__,
                                { "REPLY", MEETING_VISITOR, VISITOR("DECLINED") HOST("DECLINED"),
                                                STAMP("30"), 0, NULL },
                                "ACCEPTED", "not about the reader" },
                { __LINE__, { "REPLY", MEETING_VISITOR, "", STAMP("30"), 0, NULL }, "ACCEPTED",
                                "not about the reader" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("TENTATIVE"), STAMP("21"), 0, NULL },
                                "TENTATIVE", "tentatively accepted" },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                Capture log;
                int r = deliver(f, uid, &rows[i].sample, NOW + 60 * MINUTES, &log);
                CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
                if (r != 0 || !strstr(log.text, rows[i].log) || meeting->state != MEETING_BOOKED ||
                                strcmp(partstat_of(f, uid, "visitor@example.org"), rows[i].visitor) != 0)
                        fail_msg("line %d: %d: %s: %s", rows[i].line, r,
                                        partstat_of(f, uid, "visitor@example.org"), log.text);
        }
        assert_string_equal(partstat_of(f, uid, "host@example.org"), "TENTATIVE");
}

/* Lines as mail programs and gateways write them. */
static void test_meet_reply__forms_of_an_attendee(void **state)
{
        static const struct {
                int line;
                const char *people;
        } rows[] = {
                { __LINE__, "ATTENDEE;PARTSTAT=TENTATIVE:mailto:visitor%40example.org\r\n" },
                { __LINE__, "ATTENDEE;PARTSTAT=TENTATIVE:MAILTO:%76isitor@EXAMPLE.org\r\n" },
                { __LINE__, "attendee;Partstat=tentative;X-NUM-GUESTS=0;CN=\"Guest, the: first;\""
                            ":mailto:visitor@example.org\r\n" },
                { __LINE__, "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTST\r\n AT=TENTA\r\n\tTIVE:mail"
                            "to:vis\r\n itor@example.org\r\n" },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                char stamp[] = STAMP("10");
                stamp[12] = (char)('0' + i);
                const Sample sample = { "REPLY", MEETING_VISITOR, rows[i].people, stamp, 0, NULL };
                Capture log;
                int r = deliver(f, uid, &sample, NOW, &log);
                if (r != 0 || !strstr(log.text, "tentatively accepted"))
                        fail_msg("row of line %d: %d: %s", rows[i].line, r, log.text);
        }
}

/* From or Sender must be of the person in whose name the answer is. */
static void test_meet_reply__only_the_reader_can_send_an_answer(void **state)
{
        static const char sent_by[] = "ATTENDEE;PARTSTAT=DECLINED;SENT-BY=\"mailto:mallory@example.org\""
                                      ":mailto:visitor@example.org\r\n";
        static const struct {
                int line;
                Sample sample;
                const char *header, *log;
        } rows[] = {
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("10"), 0, NULL },
                                "From: mallory@example.org", "not sent by the reader" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("10"), 0, NULL },
                                "From: visitor@example.org, mallory@example.org", "not sent by the reader" },
                { __LINE__, { "REPLY", MEETING_HOST, HOST("DECLINED"), STAMP("10"), 0, NULL },
                                "From: visitor@example.org", "not sent by the reader" },
                { __LINE__, { "REPLY", MEETING_VISITOR, sent_by, STAMP("10"), 0, NULL },
                                "From: mallory@example.org", "not sent by the reader" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("TENTATIVE"), STAMP("10"), 0, NULL },
                                "From: aide@example.org\r\nSender: visitor@example.org",
                                "tentatively accepted" },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                Capture log;
                int r = deliver_with(f, uid, &rows[i].sample, rows[i].header, NOW + 60 * MINUTES, &log);
                CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
                if (r != 0 || !strstr(log.text, rows[i].log) || meeting->state != MEETING_BOOKED)
                        fail_msg("line %d: %d: %s", rows[i].line, r, log.text);
        }
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "TENTATIVE");
}

/* The time of a move is later than that of the answer to it: clocks differ. */
static void test_meet_reply__an_answer_to_a_move_is_newer_than_any_before(void **state)
{
        Fixture *f = *state;
        const usec_t noon = TEN + 120 * MINUTES;
        const Sample late = { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("40"), 0, NULL };
        const Sample old = { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("50"), 1, NULL };
        const Sample early = { "REPLY", MEETING_VISITOR, VISITOR("TENTATIVE"), STAMP("05"), 0, NULL };
        char uid[64];
        Capture log;
        book(f, uid);
        assert_int_equal(deliver(f, uid, &late, NOW, &log), 0);
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_MOVE, NOW, &noon, 1), 0);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "NEEDS-ACTION");
        assert_int_equal(deliver(f, uid, &old, NOW, &log), 0);
        assert_non_null(strstr(log.text, "the booking has changed since"));
        assert_int_equal(deliver(f, uid, &old, NOW, &log), 0);
        assert_int_equal(count_mails(f, "meeting-outdated", "visitor"), 1);
        assert_int_equal(count_mails(f, "meeting-outdated", "host"), 0);
        assert_int_equal(deliver(f, uid, &early, NOW, &log), 0);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "TENTATIVE");
}

static void test_meet_reply__a_decline_frees_the_slot(void **state)
{
        Fixture *f = *state;
        const Sample sample = { "REPLY", MEETING_HOST, HOST("DECLINED"), STAMP("10"), 0, NULL };
        char uid[64], next[64];
        Capture log;
        book(f, uid);
        assert_int_equal(ask(f, "AUTO", TEN, NOW, next), BOOKING_E_TAKEN);
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        assert_non_null(strstr(log.text, "declined; the slot is free"));
        assert_string_equal(partstat_of(f, uid, "host@example.org"), "DECLINED");
        assert_int_equal(ask(f, "AUTO", TEN, NOW, next), 0);
}

/* The offer keeps the time that the visitor has declined, and the host decides. */
static void test_meet_reply__a_decline_may_keep_the_slot(void **state)
{
        Fixture *f = *state;
        const Sample decline = { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("10"), 0, NULL };
        const Sample accept = { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("20"), 0, NULL };
        const Sample again = { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("30"), 0, NULL };
        const Sample of_host = { "REPLY", MEETING_HOST, HOST("DECLINED"), STAMP("40"), 0, NULL };
        char uid[64], next[64];
        Capture log;
        put_offer(f, "KEEP", "host", "AUTO\r\nX-CONVENED-MEETING-KEEP-DECLINED:TRUE");
        assert_int_equal(ask(f, "KEEP", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        int n_invitations = count_mails(f, "meeting-invite", "host");
        assert_int_equal(deliver(f, uid, &decline, NOW, &log), 0);
        assert_non_null(strstr(log.text, "declined; the slot is kept for the host to decide"));
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "DECLINED");
        assert_int_equal(ask(f, "KEEP", TEN, NOW, next), BOOKING_E_TAKEN);
        assert_int_equal(count_mails(f, "meeting-refused", "host"), 1);
        assert_int_equal(count_mails(f, "meeting-cancel", "host"), 0);
        /* The same answer twice is one mail. */
        assert_int_equal(deliver(f, uid, &decline, NOW, &log), 0);
        assert_int_equal(count_mails(f, "meeting-refused", "host"), 1);
        assert_int_equal(deliver(f, uid, &accept, NOW, &log), 0);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "ACCEPTED");
        assert_int_equal(count_mails(f, "meeting-invite", "host"), n_invitations + 1);
        assert_int_equal(deliver(f, uid, &again, NOW, &log), 0);
        assert_int_equal(count_mails(f, "meeting-refused", "host"), 2);
        /* The host's own decline cancels the meeting. */
        assert_int_equal(deliver(f, uid, &of_host, NOW, &log), 0);
        assert_non_null(strstr(log.text, "declined; the slot is free"));
        assert_int_equal(ask(f, "KEEP", TEN, NOW, next), 0);
}

static int on_refused(const MailRecord *mail, void *userdata)
{
        if (strcmp(mail->kind, "meeting-refused") == 0)
                *(int64_t *)userdata = mail->id;
        return 0;
}

/* The mail about the decline waits while representatives change. Only a move or the end makes it void. */
static void test_meet_reply__a_kept_decline_is_told_after_a_delegation(void **state)
{
        Fixture *f = *state;
        const Sample decline = { "REPLY", MEETING_VISITOR, VISITOR("DECLINED"), STAMP("10"), 0, NULL };
        const usec_t noon = TEN + 120 * MINUTES;
        CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(1 << 20);
        int64_t id = 0;
        char uid[64];
        Capture log;
        put_offer(f, "KEEP", "host", "AUTO\r\nX-CONVENED-MEETING-KEEP-DECLINED:TRUE");
        assert_int_equal(ask(f, "KEEP", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
        assert_int_equal(deliver(f, uid, &decline, NOW, &log), 0);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_refused, &id), 0);
        assert_int_equal(name_delegate(f, uid, MEETING_HOST, "dana@example.org"), 0);
        assert_int_equal(meet_mail_preview(f->store, f->config, id, NOW, &mail), 0);
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_MOVE, NOW, &noon, 1), 0);
        assert_int_equal(meet_mail_preview(f->store, f->config, id, NOW, &mail), STORE_E_NOT_FOUND);
}

/* The invitation to a move was sent to the address that the card has now. */
static void test_meet_reply__a_host_answers_from_a_new_address(void **state)
{
        Fixture *f = *state;
        const Sample sample = { "REPLY", MEETING_HOST,
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:new@example.org\r\n", STAMP("10"), 0, NULL };
        char uid[64];
        Capture log;
        book(f, uid);
        put_host(f, "host", "new@example.org");
        assert_int_equal(deliver_with(f, uid, &sample, "From: new@example.org", NOW, &log), 0);
        assert_string_equal(partstat_of(f, uid, "new@example.org"), "ACCEPTED");
}

static void test_meet_reply__other_messages_are_left_for_a_person(void **state)
{
        static const Sample rows[] = {
                { "REFRESH", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("10"), 0, NULL },
                { "REPLY", MEETING_VISITOR, VISITOR("NEEDS-ACTION"), STAMP("10"), 0, NULL },
                { "REPLY", MEETING_VISITOR, VISITOR("ACCEPTED"), STAMP("10"), 0,
                                "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:another\r\n" },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                Capture log;
                assert_int_equal(deliver(f, uid, &rows[i], NOW, &log), TAKER_E_LEAVE);
                assert_string_equal(log.text, "");
                assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "NEEDS-ACTION");
        }
}

/* ---- Representatives ---- */

#define DELEGATED(to)                                                                                       \
        "ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:" to "\":mailto:visitor@example.org\r\n"
#define DELEGATE(partstat)                                                                                  \
        "ATTENDEE;CN=Dana;PARTSTAT=" partstat                                                               \
        ";DELEGATED-FROM=\"mailto:visitor@example.org\":mailto:dana@example.org\r\n"

static void name_dana(Fixture *f, const char *uid)
{
        /* The form of RFC 5546, 4.2.5, and the form of some programs, with the line of the delegate, too. */
        const Sample sample = { "REPLY", MEETING_VISITOR,
                DELEGATED("dana@example.org") DELEGATE("NEEDS-ACTION"), STAMP("10"), 0, NULL };
        Capture log;
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
        assert_non_null(strstr(log.text, "a representative is named"));
}

typedef struct Texts {
        Fixture *f;
        const char *role;
        Buffer out;
} Texts;

static int on_text(const MailRecord *mail, void *userdata)
{
        Texts *texts = userdata;
        if (strcmp(mail->rule, texts->role) == 0) {
                int r = meet_mail_preview(texts->f->store, texts->f->config, mail->id, NOW, &texts->out);
                assert_true(r == 0 || r == STORE_E_NOT_FOUND);
        }
        return 0;
}

/* Returns the texts of all mails to a role that would be sent. */
static const char *texts_to(Fixture *f, const char *role)
{
        static char text[64 * 1024];
        Texts texts = { f, role, BUFFER_INIT(64 * 1024) };
        assert_int_equal(ledger_each(f->store, MAIL_PENDING, false, 1000, on_text, &texts), 0);
        snprintf(text, sizeof(text), "%s", buffer_text(&texts.out));
        buffer_done(&texts.out);
        return text;
}

static void test_meet_reply__a_representative_is_invited(void **state)
{
        Fixture *f = *state;
        const Sample accepted = { "REPLY", MEETING_VISITOR_DELEGATE,
                DELEGATE("ACCEPTED") DELEGATED("dana@example.org"), STAMP("20"), 0, NULL };
        const Sample forged = { "REPLY", MEETING_VISITOR, DELEGATE("TENTATIVE"), STAMP("25"), 0, NULL };
        const Sample counter = { "COUNTER", MEETING_VISITOR_DELEGATE, DELEGATE("TENTATIVE"), STAMP("30"), 0,
                NOON };
        const usec_t noon = TEN + 120 * MINUTES;
        char uid[64];
        Capture log;
        book(f, uid);
        name_dana(f, uid);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "DELEGATED");
        assert_string_equal(partstat_of(f, uid, "dana@example.org"), "NEEDS-ACTION");
        assert_int_equal(count_mails(f, "meeting-delegated", "visitor"), 1);
        assert_int_equal(count_mails(f, "meeting-represented", "host"), 1);
        assert_int_equal(count_mails(f, "meeting-delegate", "visitor-delegate"), 1);
        assert_int_equal(count_mails(f, "meeting", "visitor-delegate"), 2);
        assert_non_null(strstr(texts_to(f, "host"), "Dana"));
        assert_null(strstr(texts_to(f, "host"), "dana@"));
        assert_null(strstr(texts_to(f, "visitor-delegate"), "host@"));
        assert_non_null(strstr(texts_to(f, "visitor-delegate"), "<dana@example.org>"));
        assert_non_null(strstr(texts_to(f, "visitor-delegate"), "Visitor (Firm) asks you to come"));
        assert_int_equal(deliver(f, uid, &accepted, NOW, &log), 0);
        assert_string_equal(partstat_of(f, uid, "dana@example.org"), "ACCEPTED");
        assert_int_equal(deliver(f, uid, &forged, NOW, &log), 0);
        assert_non_null(strstr(log.text, "not about the reader"));
        assert_int_equal(deliver(f, uid, &counter, NOW, &log), TAKER_E_LEAVE);
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_MOVE, NOW, &noon, 1), 0);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "DELEGATED");
        assert_string_equal(partstat_of(f, uid, "dana@example.org"), "NEEDS-ACTION");
        assert_int_equal(count_mails(f, "meeting-moved", "visitor-delegate"), 1);
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
        assert_int_equal(count_mails(f, "meeting-cancel", "visitor-delegate"), 1);
}

static void test_meet_reply__a_representative_who_does_not_come(void **state)
{
        Fixture *f = *state;
        const Sample declined = { "REPLY", MEETING_VISITOR_DELEGATE, DELEGATE("DECLINED"), STAMP("20"), 0,
                NULL };
        const Sample late = { "REPLY", MEETING_VISITOR_DELEGATE, DELEGATE("ACCEPTED"), STAMP("30"), 0,
                NULL };
        const usec_t noon = TEN + 120 * MINUTES;
        char uid[64], dana[VERP_ADDRESS_SIZE];
        Capture log;
        book(f, uid);
        name_dana(f, uid);
        write_reply_address(f, uid, MEETING_VISITOR_DELEGATE, dana);
        assert_int_equal(deliver(f, uid, &declined, NOW, &log), 0);
        assert_non_null(strstr(log.text, "the representative does not come"));
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(meeting->state, MEETING_BOOKED);
        assert_string_equal(partstat_of(f, uid, "visitor@example.org"), "NEEDS-ACTION");
        assert_string_equal(partstat_of(f, uid, "dana@example.org"), "DECLINED");
        assert_int_equal(count_mails(f, "meeting-returned", "visitor"), 1);
        assert_int_equal(count_mails(f, "meeting-unrepresented", "host"), 1);
        /* The program that has declined needs no CANCEL. */
        assert_int_equal(count_mails(f, "meeting-released", "visitor-delegate"), 0);
        assert_int_equal(deliver_to(f, uid, &late, "From: dana@example.org", dana, NOW, &log), 0);
        assert_non_null(strstr(log.text, "not sent to the address with the secret"));
        assert_int_equal(step_at(f, uid, MEETING_HOST, MEETING_STEP_MOVE, NOW, &noon, 1), 0);
        assert_string_equal(partstat_of(f, uid, "dana@example.org"), "DECLINED");
        assert_int_equal(count_mails(f, "meeting-moved", "visitor-delegate"), 0);
}

static int name(Fixture *f, const char *uid, MeetingRole role, const char *address, const char *who)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, NOW };
        const BookingDelegate delegate = { address, who };
        const BookingStep step = {
                .uid = uid, .role = role, .step = MEETING_STEP_DELEGATE, .delegate = &delegate
        };
        return booking_step(&work, &step, &result);
}

static int decline_for(Fixture *f, const char *uid, MeetingRole role)
{
        return step_at(f, uid, role, MEETING_STEP_RETURN, NOW, NULL, 0);
}

/*
 * Answers for the present person in a role. @to: the address for replies of somebody. Return: whether the
 * answer has changed the PARTSTAT.
 */
static bool answers_for(Fixture *f, const char *uid, MeetingRole role, const char *person, const char *to)
{
        char header[96], line[160];
        Capture log;
        snprintf(header, sizeof(header), "From: %s", person);
        snprintf(line, sizeof(line), "ATTENDEE;PARTSTAT=TENTATIVE:mailto:%s\r\n", person);
        const Sample sample = { "REPLY", role, line, STAMP("50"), 0, NULL };
        assert_int_equal(deliver_to(f, uid, &sample, header, to, NOW, &log), 0);
        return strcmp(partstat_of(f, uid, person), "TENTATIVE") == 0;
}

/* Writes the address for replies as earlier versions did: the secret is that of the role alone. */
static void write_old_address(
                Fixture *f, const char *uid, MeetingRole role, char ret[static VERP_ADDRESS_SIZE])
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        assert_int_equal(verp_print("answers@example.org", meeting->id, meeting->secret,
                                         meeting_role_name(role), ret),
                        0);
}

static void test_meet_reply__a_secret_is_of_one_person(void **state)
{
        static const MeetingRole delegate = MEETING_VISITOR_DELEGATE;
        Fixture *f = *state;
        char uid[64], dana[VERP_ADDRESS_SIZE], egor[VERP_ADDRESS_SIZE], old[VERP_ADDRESS_SIZE],
                        host[VERP_ADDRESS_SIZE], old_host[VERP_ADDRESS_SIZE];
        book(f, uid);
        write_reply_address(f, uid, MEETING_HOST, host);
        write_old_address(f, uid, MEETING_HOST, old_host);
        write_old_address(f, uid, delegate, old);
        assert_int_equal(name_delegate(f, uid, MEETING_VISITOR, "dana@example.org"), 0);
        write_reply_address(f, uid, delegate, dana);
        assert_int_equal(decline_for(f, uid, delegate), 0);
        assert_int_equal(name_delegate(f, uid, MEETING_VISITOR, "egor@example.org"), 0);
        write_reply_address(f, uid, delegate, egor);
        assert_false(answers_for(f, uid, delegate, "egor@example.org", dana));
        assert_false(answers_for(f, uid, delegate, "egor@example.org", old));
        assert_true(answers_for(f, uid, delegate, "egor@example.org", egor));
        put_host(f, "host", "new@example.org");
        assert_int_equal(booking_follow_hosts(&(BookingWork){ f->store, f->config, NOW }), 0);
        assert_false(answers_for(f, uid, MEETING_HOST, "new@example.org", host));
        assert_false(answers_for(f, uid, MEETING_HOST, "new@example.org", old_host));
        write_reply_address(f, uid, MEETING_HOST, host);
        assert_true(answers_for(f, uid, MEETING_HOST, "new@example.org", host));
}

/* Invitations that were sent before an upgrade have such addresses. */
static void test_meet_reply__an_old_secret_is_of_the_only_person_in_the_role(void **state)
{
        static const struct {
                int line;
                MeetingRole role;
                const char *person;
        } rows[] = {
                { __LINE__, MEETING_VISITOR, "visitor@example.org" },
                { __LINE__, MEETING_HOST, "host@example.org" },
                { __LINE__, MEETING_HOST_DELEGATE, "dana@example.org" },
        };
        Fixture *f = *state;
        char uid[64], to[VERP_ADDRESS_SIZE];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                if (rows[i].role == MEETING_HOST_DELEGATE)
                        assert_int_equal(name_delegate(f, uid, MEETING_HOST, rows[i].person), 0);
                write_old_address(f, uid, rows[i].role, to);
                if (!answers_for(f, uid, rows[i].role, rows[i].person, to))
                        fail_msg("line %d", rows[i].line);
        }
}

static void test_meet_reply__only_somebody_else_can_be_named(void **state)
{
        static const struct {
                int line;
                MeetingRole role;
                const char *address, *name;
                int expected;
        } rows[] = {
                { __LINE__, MEETING_VISITOR, "visitor@example.org", "", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_VISITOR, "Host@Example.org", "", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_VISITOR, "", "", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_VISITOR, "dana@example.org\r\nX:y", "", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_VISITOR, "dana@example.org", "a\nb", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_VISITOR_DELEGATE, "dana@example.org", "", BOOKING_E_NOT_POSSIBLE },
                { __LINE__, MEETING_VISITOR, "dana@example.org", "Dana", 0 },
                { __LINE__, MEETING_VISITOR, "erik@example.org", "", BOOKING_E_NOT_POSSIBLE },
                { __LINE__, MEETING_HOST, "dana@example.org", "", BOOKING_E_BAD_DELEGATE },
                { __LINE__, MEETING_HOST, "erik@example.org", "", 0 },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                int r = name(f, uid, rows[i].role, rows[i].address, rows[i].name);
                if (r != rows[i].expected)
                        fail_msg("line %d: %d", rows[i].line, r);
        }
        assert_null(strstr(texts_to(f, "visitor"), "erik@"));
        assert_non_null(strstr(texts_to(f, "host"), "erik@"));
        /* A representative who has declined can be named again. At most three can be named. */
        assert_int_equal(decline_for(f, uid, MEETING_VISITOR_DELEGATE), 0);
        assert_int_equal(name(f, uid, MEETING_VISITOR, "dana@example.org", ""), 0);
        assert_int_equal(decline_for(f, uid, MEETING_VISITOR_DELEGATE), 0);
        assert_int_equal(name(f, uid, MEETING_VISITOR, "fred@example.org", ""), 0);
        assert_int_equal(decline_for(f, uid, MEETING_VISITOR_DELEGATE), 0);
        assert_int_equal(count_mails(f, "meeting-released", "visitor-delegate"), 3);
        assert_non_null(strstr(texts_to(f, "visitor-delegate"), "You no longer come to this meeting"));
        assert_int_equal(name(f, uid, MEETING_VISITOR, "gina@example.org", ""), BOOKING_E_NOT_POSSIBLE);
}

static void test_meet_reply__a_delegation_that_is_refused_changes_nothing(void **state)
{
        static const struct {
                int line;
                Sample sample;
                const char *log;
        } rows[] = {
                { __LINE__,
                                { "REPLY", MEETING_VISITOR, DELEGATED("host@example.org"), STAMP("10"), 0,
                                                NULL },
                                "this representative cannot be named" },
                { __LINE__, { "REPLY", MEETING_VISITOR, VISITOR("DELEGATED"), STAMP("11"), 0, NULL },
                                "this representative cannot be named" },
                { __LINE__,
                                { "REPLY", MEETING_VISITOR, DELEGATED("dana@example.org") HOST("DECLINED"),
                                                STAMP("12"), 0, NULL },
                                "not about the reader" },
        };
        Fixture *f = *state;
        char uid[64];
        book(f, uid);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                Capture log;
                int r = deliver(f, uid, &rows[i].sample, NOW, &log);
                CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
                if (r != 0 || !strstr(log.text, rows[i].log) || meeting->revision != 2 ||
                                strcmp(partstat_of(f, uid, "visitor@example.org"), "NEEDS-ACTION") != 0)
                        fail_msg("line %d: %d: %s", rows[i].line, r, log.text);
        }
}

static void test_meet_reply__a_host_who_represents_another_is_busy(void **state)
{
        Fixture *f = *state;
        const Sample accepted = { "REPLY", MEETING_VISITOR_DELEGATE, DELEGATE("ACCEPTED"), STAMP("20"), 0,
                NULL };
        const usec_t next = TEN + 30 * MINUTES;
        char uid[64], other[64];
        Capture log;
        put_host(f, "dana", "dana@example.org");
        put_offer(f, "DANA", "dana", "AUTO");
        book(f, uid);
        name_dana(f, uid);
        /* Anybody could keep a host from others by naming the host as a representative. */
        assert_int_equal(ask(f, "DANA", TEN, NOW, other), 0);
        assert_int_equal(step_at(f, other, MEETING_VISITOR, MEETING_STEP_CANCEL, NOW, NULL, 0), 0);
        assert_int_equal(deliver(f, uid, &accepted, NOW, &log), 0);
        assert_int_equal(ask(f, "DANA", TEN, NOW, other), BOOKING_E_TAKEN);
        assert_int_equal(ask(f, "DANA", next, NOW, other), 0);
        assert_int_equal(decline_for(f, uid, MEETING_VISITOR_DELEGATE), 0);
        assert_int_equal(ask(f, "DANA", TEN, NOW, other), 0);
}

static void test_meet_reply__a_visitor_without_a_name_is_not_an_address(void **state)
{
        Fixture *f = *state;
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, NOW };
        BookingAsk wanted = ask_for("AUTO", TEN);
        wanted.visitor.name = wanted.visitor.organisation = "";
        assert_int_equal(booking_ask(&work, &wanted, &result), 0);
        assert_int_equal(confirm(f, result.meeting->uid, NOW), 0);
        assert_non_null(strstr(texts_to(f, "host"), "a visitor"));
        assert_null(strstr(texts_to(f, "host"), "visitor@"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                REPLY_TEST(test_meet_reply__an_answer_counts_if_it_is_newer),
                REPLY_TEST(test_meet_reply__forms_of_an_attendee),
                REPLY_TEST(test_meet_reply__only_the_reader_can_send_an_answer),
                REPLY_TEST(test_meet_reply__an_answer_to_a_move_is_newer_than_any_before),
                REPLY_TEST(test_meet_reply__a_decline_frees_the_slot),
                REPLY_TEST(test_meet_reply__a_decline_may_keep_the_slot),
                REPLY_TEST(test_meet_reply__a_kept_decline_is_told_after_a_delegation),
                REPLY_TEST(test_meet_reply__a_host_answers_from_a_new_address),
                REPLY_TEST(test_meet_reply__other_messages_are_left_for_a_person),
                REPLY_TEST(test_meet_reply__a_representative_is_invited),
                REPLY_TEST(test_meet_reply__a_representative_who_does_not_come),
                REPLY_TEST(test_meet_reply__a_secret_is_of_one_person),
                REPLY_TEST(test_meet_reply__an_old_secret_is_of_the_only_person_in_the_role),
                REPLY_TEST(test_meet_reply__only_somebody_else_can_be_named),
                REPLY_TEST(test_meet_reply__a_delegation_that_is_refused_changes_nothing),
                REPLY_TEST(test_meet_reply__a_host_who_represents_another_is_busy),
                REPLY_TEST(test_meet_reply__a_visitor_without_a_name_is_not_an_address),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
