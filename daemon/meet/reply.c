/*
 * Takes answers to invitations, each in one transaction. An answer must be genuine (role_of()), about and
 * from the reader of the invitation, to the booking as it is, and newer than the last answer that counted.
 * Its method and PARTSTAT then decide what is done.
 */

#include "meet/reply.h"

#include "base/log.h"
#include "mail/bounce.h"
#include "mail/calendar-part.h"
#include "mail/sender.h"
#include "mail/verp.h"
#include "meet/answer.h"
#include "meet/booking-event.h"
#include "meet/booking-mail.h"
#include "meet/booking.h"
#include "meet/counter.h"
#include "meet/host.h"
#include "meet/offers.h"
#include "meet/reply-address.h"
#include "store/address-fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An answer that is being taken, in one transaction. */
typedef struct Take {
        BookingWork work;
        const char *text; /* the calendar object */
        const Answer *answer;
        const Bounce *envelope;
        const MailSender *sender;
        Meeting *meeting;
        MeetParties parties;
        MeetingRole role; /* of the author; 0: the secret is nobody's */
        BookingPerson *own;
        const char *why; /* the result of the answer, for the journal */
} Take;

static void take_done(Take *take)
{
        meeting_free(take->meeting);
        meet_parties_done(&take->parties);
}

static MeetingRole role_of(const Take *take)
{
        const Bounce *envelope = take->envelope;
        return envelope->has_tag ? reply_address_role(&envelope->tag, take->meeting, &take->parties) : 0;
}

static const char *address_of(const Take *take)
{
        return meet_parties_address(&take->parties, take->meeting, take->role);
}

static bool is_delegate(const Take *take)
{
        return take->role != meeting_role_side(take->role);
}

static int load(Take *take)
{
        Store *store = take->work.store;
        int r = meeting_get_by_uid(store, take->answer->uid, &take->meeting);
        if (r == 0)
                r = meet_parties_load(store, take->meeting, &take->parties);
        if (r == 0 && !take->parties.booking.record)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                take->role = role_of(take);
        return r;
}

/* Whether an address is that of the reader or, for a host, another one of the same card. */
static bool is_of_reader(const Take *take, const char *address)
{
        const Host host = { take->parties.card };
        bool is_host = take->role == MEETING_HOST && host.card;
        return address_is_same(address, address_of(take)) ||
               (is_host && address[0] && host_has_mailbox(&host, address));
}

/*
 * Whether the reader has sent the answer, or another person for the reader: then From or Sender is the
 * reader's. SENT-BY does not count, because it only repeats the address of that other person.
 */
static bool is_from_reader(const Take *take)
{
        return is_of_reader(take, take->sender->from) || is_of_reader(take, take->sender->sender);
}

/* All lines must be of the reader, and of people who are linked to the reader by a delegation. */
static bool is_about_reader(const Take *take)
{
        const Answer *answer = take->answer;
        const AnswerPerson *own = answer_person(answer, address_of(take));
        if (!own || answer->n_people > ANSWER_PEOPLE_MAX)
                return false;
        for (size_t i = 0; i < answer->n_people; i++) {
                const AnswerPerson *other = &answer->people[i];
                bool is_linked = address_is_same(other->address, own->delegated_to) ||
                                 address_is_same(other->address, own->delegated_from) ||
                                 address_is_same(other->delegated_to, own->address) ||
                                 address_is_same(other->delegated_from, own->address);
                if (other != own && !is_linked)
                        return false;
        }
        return true;
}

/* Adds a line for a host whose address has changed since the booking: no line has the new address. */
static BookingPerson *own_person(Take *take)
{
        BookingPeople *people = &take->parties.booking.people;
        BookingPerson *own = booking_people_find(people, address_of(take));
        return own ? own
                   : booking_people_add(people, address_of(take),
                                     meet_parties_name(&take->parties, take->role));
}

static const char OLD[] = "the booking has changed since";

/* Returns why an answer changes nothing; NULL if it counts. */
static const char *refusal_of(Take *take)
{
        const Answer *answer = take->answer;
        int sequence = take->parties.booking.record->sequence;
        if (!take->role)
                return "it was not sent to the address with the secret of the invitation";
        if (!address_of(take) || !is_about_reader(take))
                return "it is not about the reader of the invitation";
        if (!is_from_reader(take))
                return "it was not sent by the reader of the invitation";
        if (answer->sequence < sequence)
                return OLD;
        if (!answer->stamp[0])
                return "it does not say when it was made";
        take->own = own_person(take);
        if (!take->own || !person_is_newer(take->own, sequence, answer->stamp))
                return "it is not newer than the last one that counted";
        return take->meeting->state != MEETING_BOOKED ? "the meeting is not booked" : NULL;
}

/* A side that accepts the booked time withdraws its own proposal of another one. */
static int keep_partstat(Take *take, const char *partstat)
{
        person_set_partstat(take->own, partstat);
        person_set_reply(take->own, take->parties.booking.record->sequence, take->answer->stamp);
        return strcmp(partstat, "ACCEPTED") == 0
                               ? counter_withdraw(&take->work, &take->parties.booking, take->role)
                               : booking_event_save(&take->work, &take->parties.booking, NULL);
}

/*
 * Adds a mail to the host about the visitor's answer. The stamp distinguishes the answers to one
 * invitation.
 */
static int tell_host(const Take *take, MeetMail mail)
{
        return booking_mail_add_again(&take->work, take->meeting, MEETING_HOST, mail, take->answer->stamp);
}

/* A host who was told of a decline is told that the visitor comes after all. */
static int keep_acceptance(Take *take, const char *partstat)
{
        bool has_declined = take->role == MEETING_VISITOR && strcmp(take->own->partstat, "DECLINED") == 0;
        int r = keep_partstat(take, partstat);
        return r == 0 && has_declined ? tell_host(take, MEET_MAIL_INVITE) : r;
}

static int accept(Take *take)
{
        take->why = "accepted";
        return keep_acceptance(take, "ACCEPTED");
}

static int accept_tentatively(Take *take)
{
        take->why = "tentatively accepted";
        return keep_acceptance(take, "TENTATIVE");
}

static bool is_of_booking(int condition)
{
        return condition >= BOOKING_E_NO_OFFER && condition <= BOOKING_E_NOTICE;
}

/* Makes a step. Return: 0 also if it is not possible. @done, @refused: `why` in the two cases */
static int make_step(Take *take, MeetingStep which, const BookingDelegate *delegate, const char *done,
                const char *refused)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const BookingStep step = {
                .uid = take->meeting->uid,
                .role = take->role,
                .step = which,
                .delegate = delegate,
                .is_reply = true,
        };
        int r = booking_step(&take->work, &step, &result);
        take->why = r == 0 ? done : refused;
        return is_of_booking(r) ? 0 : r;
}

/* Tells the host that the visitor has declined. The offer keeps the time until the host decides. */
static int keep_time(Take *take)
{
        take->why = "declined; the slot is kept for the host to decide";
        return tell_host(take, MEET_MAIL_REFUSED);
}

static int decline(Take *take)
{
        OfferSwitches offer = { .keeps_declined = false };
        int r = take->role == MEETING_VISITOR ? offer_switches(take->work.store, take->meeting->offer,
                                                                take->work.config->time_zone, &offer)
                                              : 0;
        if (r == 0)
                r = keep_partstat(take, "DECLINED");
        if (r != 0)
                return r;
        if (offer.keeps_declined)
                return keep_time(take);
        return is_delegate(take) ? make_step(take, MEETING_STEP_RETURN, NULL,
                                                   "the representative does not come",
                                                   "it cannot be declined any more")
                                 : make_step(take, MEETING_STEP_DECLINE, NULL, "declined; the slot is free",
                                                   "it cannot be declined any more");
}

/* The name of the delegate is in the delegate's own line, if the answer has it (RFC 5546, 4.2.5). */
static int delegate(Take *take)
{
        const AnswerPerson *own = answer_person(take->answer, address_of(take));
        const AnswerPerson *other = answer_person(take->answer, own->delegated_to);
        const BookingDelegate named = { own->delegated_to, other ? other->name : "" };
        take->why = "a representative cannot name another one";
        if (is_delegate(take))
                return 0;
        person_set_reply(take->own, take->parties.booking.record->sequence, take->answer->stamp);
        int r = booking_event_save(&take->work, &take->parties.booking, NULL);
        return r != 0 ? r
                      : make_step(take, MEETING_STEP_DELEGATE, &named, "a representative is named",
                                        "this representative cannot be named");
}

static const struct Reply {
        const char *partstat;
        int (*take)(Take *take);
} REPLIES[] = {
        { "ACCEPTED", accept },
        { "TENTATIVE", accept_tentatively },
        { "DECLINED", decline },
        { "DELEGATED", delegate },
};

static int take_reply(Take *take)
{
        const char *partstat = answer_person(take->answer, address_of(take))->partstat;
        for (size_t i = 0; i < sizeof(REPLIES) / sizeof(*REPLIES); i++)
                if (strcasecmp(partstat, REPLIES[i].partstat) == 0)
                        return REPLIES[i].take(take);
        return TAKER_E_LEAVE;
}

/*
 * Reads the proposed time. Return: 0; TAKER_E_LEAVE if the object is invalid, recurs, takes whole days, or
 * has the present time of the meeting; negative errno.
 */
static int read_proposal(const Take *take, CounterOffer *offer)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(store_zones(take->work.store), take->text, strlen(take->text), &event, NULL);
        if (r != 0 || event_start(event).form == WHEN_DATE || event_is_recurring(event))
                return r < 0 ? r : TAKER_E_LEAVE;
        r = event_span(event, take->work.config->time_zone, &offer->start, &offer->finish);
        bool is_same = offer->start == take->meeting->start && offer->finish == take->meeting->finish;
        return r == 0 && is_same ? TAKER_E_LEAVE : r;
}

static int take_counter(Take *take)
{
        CounterOffer offer = {
                .meeting = take->meeting,
                .booking = &take->parties.booking,
                .role = take->role,
                .stamp = take->answer->stamp,
        };
        int r = is_delegate(take) ? TAKER_E_LEAVE : read_proposal(take, &offer);
        if (r != 0)
                return r;
        person_set_reply(take->own, take->parties.booking.record->sequence, take->answer->stamp);
        r = counter_offer(&take->work, &offer);
        take->why = r == 0                       ? "another time is proposed to the other side"
                    : r == BOOKING_E_MOVED_OFTEN ? "too many proposed times wait for an answer"
                                                 : "the proposed time cannot be booked, and is declined";
        return is_of_booking(r) ? 0 : r;
}

/* Times are proposed to a side by mails and pages, never as COUNTER, so there is nothing to decline. */
static int take_decline_counter(Take *take)
{
        take->why = "nothing was proposed that could be declined in this way";
        return 0;
}

static const struct Method {
        const char *name;
        int (*take)(Take *take);
} METHODS[] = {
        { "REPLY", take_reply },
        { "COUNTER", take_counter },
        { "DECLINECOUNTER", take_decline_counter },
};

static const struct Method *method_of(const Answer *answer)
{
        for (size_t i = 0; i < sizeof(METHODS) / sizeof(*METHODS); i++)
                if (strcasecmp(answer->method, METHODS[i].name) == 0)
                        return &METHODS[i];
        return NULL;
}

/*
 * Adds a mail with the present invitation to the author of an outdated answer, who would otherwise not know
 * that the answer does not count. The ledger has at most one such mail for each revision.
 */
static int refuse(const Take *take)
{
        bool is_told = take->why == OLD && take->meeting->state == MEETING_BOOKED &&
                       take->meeting->start > take->work.now;
        return is_told ? booking_mail_add(&take->work, take->meeting, take->role, MEET_MAIL_OUTDATED) : 0;
}

static int enter(Take *take)
{
        int r = load(take);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? TAKER_E_LEAVE : r;
        take->why = refusal_of(take);
        return take->why ? refuse(take) : method_of(take->answer)->take(take);
}

static int enter_in_transaction(Take *take)
{
        StoreWrite write;
        int r = store_write_begin(take->work.store, &write);
        if (r == 0)
                r = store_write_end(&write, enter(take));
        if (r == 0)
                log_info("the answer of the %s to the invitation %s: %s",
                                take->role ? meeting_role_name(take->role) : "unknown sender",
                                take->meeting->uid, take->why);
        return r;
}

static int take_message(Store *store, const Config *config, const char *message, size_t len, usec_t now)
{
        CLEANUP(bounce_freep) Bounce *envelope = NULL;
        CLEANUP(cleanup_free) char *text = NULL;
        Answer answer;
        MailSender sender;
        int r = calendar_part_read(message, len, &text);
        if (r != 0 || !text)
                return r != 0 ? r : TAKER_E_LEAVE;
        r = answer_read(text, &answer);
        if (r == 0 && (answer.n_events != 1 || !method_of(&answer)))
                return TAKER_E_LEAVE;
        if (r == 0)
                r = bounce_parse(message, len, NULL, &envelope);
        if (r != 0)
                return r;
        mail_sender_read(message, len, &sender);
        CLEANUP(take_done)
        Take take = {
                .work = { store, config, now },
                .text = text,
                .answer = &answer,
                .envelope = envelope,
                .sender = &sender,
        };
        return enter_in_transaction(&take);
}

const OutboxTaker meet_reply_taker = { "answers to invitations", take_message };
