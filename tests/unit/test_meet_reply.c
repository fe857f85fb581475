/* Tests answers to invitations, as messages that are taken from the mailbox at given times. */

#include "meet/reply.h"

#include "mail/verp.h"

#include "bookings.h"
#include "capture.h"

enum { MESSAGE_SIZE = 8192 };

/* An answer to send; the SEQUENCE is the booking's less `behind`. */
typedef struct Sample {
        const char *method;
        MeetingRole role;   /* whose secret is in the address */
        const char *people; /* the ATTENDEE lines */
        const char *stamp;
        int behind;
        const char *more; /* further lines of the VEVENT; NULL for none */
} Sample;

static void write_message(Fixture *f, const char *uid, const Sample *sample, char ret[static MESSAGE_SIZE])
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        CLEANUP(booking_event_done) BookingEvent booking;
        char to[VERP_ADDRESS_SIZE];
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        assert_int_equal(verp_print("answers@example.org", meeting->id, meeting->secret,
                                         meeting_role_name(sample->role), to),
                        0);
        snprintf(ret, MESSAGE_SIZE,
                        "From: someone@example.org\r\nTo: %s\r\nSubject: Re\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/calendar; charset=utf-8; method=%s\r\n\r\n"
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:%s\r\n"
                        "BEGIN:VEVENT\r\nUID:%s\r\nORGANIZER:mailto:%s\r\nSEQUENCE:%d\r\n%s%s%s%s"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        to, sample->method, sample->method, uid, to,
                        booking.record->sequence - sample->behind, sample->stamp[0] ? "DTSTAMP:" : "",
                        sample->stamp, sample->people, sample->more ? sample->more : "");
}

/* Delivers an answer. @ret_log: what the journal says. Return: the taker's. */
static int deliver(Fixture *f, const char *uid, const Sample *sample, usec_t now, Capture *ret_log)
{
        char message[MESSAGE_SIZE];
        write_message(f, uid, sample, message);
        capture_begin(ret_log);
        int r = meet_reply_taker.take(f->store, f->config, message, strlen(message), now);
        capture_end(ret_log);
        return r;
}

static void book(Fixture *f, char uid[static 64])
{
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
}

static const char *partstat_of(Fixture *f, const char *uid, const char *address)
{
        static char partstat[32];
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        const BookingPerson *person = booking_people_find(&booking.people, address);
        snprintf(partstat, sizeof(partstat), "%s", person ? person->partstat : "none");
        return partstat;
}

#define VISITOR(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:visitor@example.org\r\n"
#define HOST(partstat)    "ATTENDEE;PARTSTAT=" partstat ":MAILTO:Host@Example.org\r\n"

#define STAMP(minute) "20261204T00" minute "00Z\r\n"

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

/* The invitation to a move was sent to the address that the card has now. */
static void test_meet_reply__a_host_answers_from_a_new_address(void **state)
{
        Fixture *f = *state;
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        const char *text = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:host\r\nFN:Host\r\nEMAIL:new@example.org\r\n"
                           "END:VCARD\r\n";
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = NOW };
        const Sample sample = { "REPLY", MEETING_HOST,
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:new@example.org\r\n", STAMP("10"), 0, NULL };
        char uid[64];
        Capture log;
        book(f, uid);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
        assert_int_equal(deliver(f, uid, &sample, NOW, &log), 0);
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

#define REPLY_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                REPLY_TEST(test_meet_reply__an_answer_counts_if_it_is_newer),
                REPLY_TEST(test_meet_reply__an_answer_to_a_move_is_newer_than_any_before),
                REPLY_TEST(test_meet_reply__a_decline_frees_the_slot),
                REPLY_TEST(test_meet_reply__a_host_answers_from_a_new_address),
                REPLY_TEST(test_meet_reply__other_messages_are_left_for_a_person),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
