#include "meet/booking-mail.h"

#include "calendar/lead.h"
#include "contact/card.h"
#include "meet/booking-event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
        NEWS_DAYS = 3, /* the least time for sending the news that a booking or request has ended */
        CAUSE_SIZE = MEET_ADDRESS_SIZE + 24,
};

/*
 * Returns the instant after which a mail is no longer sent. If the meeting was declined or cancelled, or has
 * expired, this is the end of its time, because a person who has not read the mail would come to it; but not
 * earlier than NEWS_DAYS from now.
 */
static usec_t useful_until(const BookingWork *work, const Meeting *meeting, MeetMail mail)
{
        usec_t news = work->now + NEWS_DAYS * USEC_PER_DAY;
        if (mail == MEET_MAIL_REMINDER || mail == MEET_MAIL_COUNTER)
                return meeting->start;
        if (meeting_state_is_final(meeting->state))
                return news > meeting->finish ? news : meeting->finish;
        return meeting->expires > 0 ? meeting->expires : meeting->finish;
}

/* @mail: its place is the cause */
static int make_key(const Meeting *meeting, const MailRecord *mail, char ret[static HASH_HEX_SIZE])
{
        char revision[16];
        Hash *key = hash_new();
        if (!key)
                return -ENOMEM;
        snprintf(revision, sizeof(revision), "%d", meeting->revision);
        hash_field(key, mail->kind);
        hash_field(key, meeting->uid);
        hash_field(key, mail->rule);
        hash_field(key, revision);
        hash_field(key, mail->place);
        hash_finish(key, ret);
        hash_free(key);
        return 0;
}

/*
 * @cause: the lead of a reminder, or another text that distinguishes mails of one revision; "" for none
 * @place: that of the meeting; after a change of the host's address, and for a former delegate, the address
 *         that the mail is made for, as the booking may name another one when it is sent
 */
static int add_at(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail kind,
                const char *cause, const char *place, usec_t due)
{
        char token[TOKEN_SIZE];
        bool added;
        const MeetingToken meaning = { meeting->id, role, meeting->revision };
        int r = meeting_token_make(work->store, &meaning, token);
        if (r != 0)
                return r;
        MailRecord mail = {
                .kind = meet_mail_name(kind),
                .uid = meeting->uid,
                .recurrence_id = "",
                .start = "",
                .finish = "",
                .place = cause,
                .rule = meeting_role_name(role),
                .state = MAIL_PENDING,
                .due = due,
                .next_attempt = due,
                .expires = useful_until(work, meeting, kind),
                .message_id = "",
                .token = token,
        };
        r = make_key(meeting, &mail, mail.key);
        mail.place = place;
        return r != 0 ? r : ledger_add(work->store, &mail, work->now, &added);
}

static int add(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail kind,
                const char *cause, usec_t due)
{
        return add_at(work, meeting, role, kind, cause, meeting->place, due);
}

/* The host may come back to an address: each change of the booking has another cause. */
static void print_cause(const MeetParties *parties, const char *address, char ret[static CAUSE_SIZE])
{
        const ObjectRecord *record = parties->booking.record;
        snprintf(ret, CAUSE_SIZE, "%lld %s", record ? (long long)record->change : 0, address);
}

int booking_mail_add(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail)
{
        return mail == MEET_MAIL_NONE ? 0 : add(work, meeting, role, mail, "", work->now);
}

int booking_mail_add_again(const BookingWork *work, const Meeting *meeting, MeetingRole role, MeetMail mail,
                const char *cause)
{
        return add(work, meeting, role, mail, cause, work->now);
}

int booking_mail_has_cause(const Meeting *meeting, const MailRecord *mail, const char *cause, bool *ret)
{
        char key[HASH_HEX_SIZE];
        MailRecord wanted = *mail;
        wanted.place = cause;
        int r = make_key(meeting, &wanted, key);
        *ret = r == 0 && strcmp(key, mail->key) == 0;
        return r;
}

/* The search for an invitation to the host that will be made for the present address. */
typedef struct Waiting {
        Store *store;
        const Meeting *meeting;
        const char *address;
        bool is_found;
} Waiting;

/* The news of a move is an invitation, too. */
static int on_waiting(const MeetingMail *mail, void *userdata)
{
        Waiting *waiting = userdata;
        MeetingToken token;
        bool invites = strcmp(mail->kind, meet_mail_name(MEET_MAIL_INVITE)) == 0 ||
                       strcmp(mail->kind, meet_mail_name(MEET_MAIL_MOVED)) == 0;
        bool is_for_address = strcmp(mail->place, waiting->meeting->place) == 0 ||
                              strcasecmp(mail->place, waiting->address) == 0;
        if (!invites || !is_for_address)
                return 0;
        int r = meeting_token_find(waiting->store, mail->token, &token);
        waiting->is_found |= r == 0 && token.revision == waiting->meeting->revision;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int booking_mail_add_invitation(const BookingWork *work, const Meeting *meeting)
{
        char cause[CAUSE_SIZE];
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r != 0 || !parties.host_address)
                return r;
        Waiting waiting = { work->store, meeting, parties.host_address, false };
        r = meeting_waiting_mails(work->store, meeting->uid, MEETING_HOST, on_waiting, &waiting);
        if (r != 0 || waiting.is_found)
                return r;
        print_cause(&parties, parties.host_address, cause);
        return add_at(work, meeting, MEETING_HOST, MEET_MAIL_INVITE, cause, parties.host_address, work->now);
}

int booking_mail_add_readdressed(const BookingWork *work, const Meeting *meeting)
{
        char cause[CAUSE_SIZE];
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        bool is_over = meeting_state_is_final(meeting->state);
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r != 0)
                return r;
        const char *former = parties.host_former ? parties.host_former : "";
        print_cause(&parties, former, cause);
        return add_at(work, meeting, MEETING_HOST_FORMER, is_over ? MEET_MAIL_CANCEL : MEET_MAIL_READDRESSED,
                        cause, former, work->now);
}

int booking_mail_add_released(
                const BookingWork *work, const Meeting *meeting, MeetingRole role, const char *address)
{
        return address[0] ? add_at(work, meeting, role, MEET_MAIL_RELEASED, "", address, work->now) : 0;
}

static const Zone *zone_of(const BookingWork *work, const char *name)
{
        const Zone *zone;
        return name && name[0] && zone_table_get(store_zones(work->store), name, &zone) == 0
                               ? zone
                               : work->config->time_zone;
}

static int remind(const BookingWork *work, const Meeting *meeting, MeetingRole role, const char *text)
{
        const char *name = meeting_role_side(role) == MEETING_HOST ? meeting->zone : meeting->visitor.zone;
        const Zone *zone = zone_of(work, name);
        const When start = when_of_instant(zone, meeting->start);
        const When end = when_of_instant(zone, meeting->finish);
        Lead lead;
        int r = lead_parse(text, &lead);
        usec_t due = r == 0 ? lead_fire(&lead, &start, &end, zone, zone) : 0;
        return r < 0 || due <= work->now ? r : add(work, meeting, role, MEET_MAIL_REMINDER, text, due);
}

static int add_reminders(const BookingWork *work, const Meeting *meeting, MeetingRole role)
{
        static const char *const leads[] = { "-P1D@18:00", "-PT2H" };
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(leads) / sizeof(leads[0]); i++)
                r = remind(work, meeting, role, leads[i]);
        return r;
}

/*
 * A delegate gets the same mails as the side, except for the mail about the delegation: the side gets the
 * news that somebody is named, the delegate an invitation.
 */
static MeetMail delegate_mail(MeetMail to_side)
{
        return to_side == MEET_MAIL_DELEGATED ? MEET_MAIL_DELEGATE : to_side;
}

static int add_of_side(const BookingWork *work, const Meeting *meeting, const MeetParties *parties,
                MeetingRole side, MeetMail mail)
{
        MeetingRole delegate = meeting_role_delegate(side);
        bool has_delegate = meet_parties_delegate(parties, meeting, side),
             is_booked = meeting->state == MEETING_BOOKED;
        int r = booking_mail_add(work, meeting, side, mail);
        if (r == 0 && has_delegate)
                r = booking_mail_add(work, meeting, delegate, delegate_mail(mail));
        if (r == 0 && is_booked)
                r = add_reminders(work, meeting, side);
        return r == 0 && is_booked && has_delegate ? add_reminders(work, meeting, delegate) : r;
}

/* Reminds the host of a request when half of the time to answer is over. */
static int add_second_request(const BookingWork *work, const Meeting *meeting)
{
        usec_t half = work->now + (meeting->expires - work->now) / 2;
        return add(work, meeting, MEETING_HOST, MEET_MAIL_REQUEST_AGAIN, "", half);
}

int booking_mail_add_step(const BookingWork *work, const Meeting *meeting, const BookingRule *rule)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        int r = meet_parties_load(work->store, meeting, &parties);
        if (r == 0)
                r = add_of_side(work, meeting, &parties, MEETING_VISITOR, rule->to_visitor);
        if (r == 0)
                r = add_of_side(work, meeting, &parties, MEETING_HOST, rule->to_host);
        return r == 0 && meeting->state == MEETING_ASKED ? add_second_request(work, meeting) : r;
}
