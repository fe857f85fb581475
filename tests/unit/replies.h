#pragma once

/* For the tests of answers: messages to the mailbox about a meeting. */

#include "meet/reply.h"

#include "meet/counter.h"
#include "meet/mails.h"
#include "meet/reply-address.h"
#include "store/ledger.h"

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

/* Writes the address for replies of the person who is in a role now. */
static inline void write_reply_address(
                Fixture *f, const char *uid, MeetingRole role, char ret[static VERP_ADDRESS_SIZE])
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        assert_int_equal(meet_parties_load(f->store, meeting, &parties), 0);
        const char *address = meet_parties_address(&parties, meeting, role);
        assert_int_equal(reply_address_print(
                                         "answers@example.org", meeting, role, address ? address : "", ret),
                        0);
}

/* @header: From and further fields; @to: the address for replies */
static inline void write_message(Fixture *f, const char *uid, const Sample *sample, const char *header,
                const char *to, char ret[static MESSAGE_SIZE])
{
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        snprintf(ret, MESSAGE_SIZE,
                        "%s\r\nTo: %s\r\nSubject: Re\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/calendar; charset=utf-8; method=%s\r\n\r\n"
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:%s\r\n"
                        "BEGIN:VEVENT\r\nUID:%s\r\nORGANIZER:mailto:%s\r\nSEQUENCE:%d\r\n%s%s%s%s"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        header, to, sample->method, sample->method, uid, to,
                        booking.record->sequence - sample->behind, sample->stamp[0] ? "DTSTAMP:" : "",
                        sample->stamp, sample->people, sample->more ? sample->more : "");
}

/* Delivers an answer. @ret_log: what the journal says. Return: the taker's. */
static inline int deliver_to(Fixture *f, const char *uid, const Sample *sample, const char *header,
                const char *to, usec_t now, Capture *ret_log)
{
        char message[MESSAGE_SIZE];
        write_message(f, uid, sample, header, to, message);
        capture_begin(ret_log);
        int r = meet_reply_taker.take(f->store, f->config, message, strlen(message), now);
        capture_end(ret_log);
        return r;
}

static inline int deliver_with(Fixture *f, const char *uid, const Sample *sample, const char *header,
                usec_t now, Capture *ret_log)
{
        char to[VERP_ADDRESS_SIZE];
        write_reply_address(f, uid, sample->role, to);
        return deliver_to(f, uid, sample, header, to, now, ret_log);
}

/* Delivers an answer from the person in its role. */
static inline int deliver(Fixture *f, const char *uid, const Sample *sample, usec_t now, Capture *ret_log)
{
        static const char *const headers[] = {
                [MEETING_VISITOR] = "From: Visitor <VISITOR@example.org>",
                [MEETING_HOST] = "From: host@example.org",
                [MEETING_VISITOR_DELEGATE] = "From: dana@example.org",
        };
        return deliver_with(f, uid, sample, headers[sample->role], now, ret_log);
}

static inline void book(Fixture *f, char uid[static 64])
{
        assert_int_equal(ask(f, "AUTO", TEN, NOW, uid), 0);
        assert_int_equal(confirm(f, uid, NOW), 0);
}

static inline const char *partstat_of(Fixture *f, const char *uid, const char *address)
{
        static char partstat[32];
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        const BookingPerson *person = booking_people_find(&booking.people, address);
        snprintf(partstat, sizeof(partstat), "%s", person ? person->partstat : "none");
        return partstat;
}

typedef struct MailCount {
        const char *kind, *rule;
        int n;
} MailCount;

static inline int on_mail(const MailRecord *mail, void *userdata)
{
        MailCount *count = userdata;
        count->n += strcmp(mail->kind, count->kind) == 0 && strcmp(mail->rule, count->rule) == 0;
        return 0;
}

static inline int count_mails(Fixture *f, const char *kind, const char *role)
{
        MailCount count = { kind, role, 0 };
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &count), 0);
        return count.n;
}

#define VISITOR(partstat) "ATTENDEE;PARTSTAT=" partstat ":mailto:visitor@example.org\r\n"
#define HOST(partstat)    "ATTENDEE;PARTSTAT=" partstat ":MAILTO:Host@Example.org\r\n"

#define STAMP(minute) "20261204T00" minute "00Z\r\n"

#define TIMES(start, end) "DTSTART:" start "\r\nDTEND:" end "\r\n"
#define NOON              TIMES("20261214T090000Z", "20261214T093000Z")

#define REPLY_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
