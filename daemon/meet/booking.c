#include "meet/booking.h"

#include "base/language.h"
#include "base/utf8.h"
#include "calendar/edit.h"
#include "contact/address.h"
#include "meet/booking-event.h"
#include "meet/booking-mail.h"
#include "meet/booking-slots.h"
#include "meet/delegate.h"
#include "meet/proposed.h"
#include "meet/readdress.h"
#include "store/address-fold.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { UID_SIZE = 128 };

void booking_result_done(BookingResult *result)
{
        meeting_free(result->meeting);
        *result = (BookingResult){ .n_nearest = 0 };
}

static bool is_line(const char *text, size_t max)
{
        size_t len = strlen(text);
        return len <= max && utf8_plain_prefix(text, len) == len;
}

static bool is_topic(const char *text)
{
        size_t len = strlen(text);
        if (len > BOOKING_TEXT_MAX)
                return false;
        for (size_t n = utf8_plain_prefix(text, len); n < len; n = utf8_plain_prefix(text, len)) {
                if (text[n] != '\n')
                        return false;
                text += n + 1;
                len -= n + 1;
        }
        return true;
}

static bool is_visitor(const BookingWork *work, const MeetingVisitor *visitor)
{
        const Zone *zone;
        return card_email_valid(visitor->address) && is_line(visitor->name, BOOKING_NAME_MAX) &&
               is_line(visitor->organisation, BOOKING_NAME_MAX) && is_topic(visitor->topic) &&
               zone_table_get(store_zones(work->store), visitor->zone, &zone) == 0;
}

static usec_t earlier(usec_t a, usec_t b)
{
        return a < b ? a : b;
}

static usec_t hold_end(const BookingWork *work, MeetingState state, usec_t start)
{
        usec_t length = state == MEETING_HELD ? work->config->meetings.confirm_within
                                              : work->config->meetings.answer_within;
        bool is_hold = state == MEETING_HELD || state == MEETING_ASKED || state == MEETING_PROPOSED;
        return is_hold ? earlier(work->now + length, start) : 0;
}

static int add_held(const BookingWork *work, const MeetingVisitor *visitor, const OfferSlots *opening,
                const BookingTime *time, int64_t *ret_id)
{
        char uid[UID_SIZE];
        int r = edit_make_uid("convened", uid, sizeof(uid));
        if (r < 0)
                return r;
        const Meeting meeting = {
                .uid = uid,
                .host = opening->offer.host,
                .offer = opening->offer.uid,
                .visitor = *visitor,
                .place = time->place,
                .zone = zone_name(opening->offer.zone),
                .state = MEETING_HELD,
                .start = time->start,
                .finish = time->end,
                .expires = hold_end(work, MEETING_HELD, time->start),
        };
        r = meeting_add(work->store, &meeting, work->now, ret_id);
        return r != 0 ? r : booking_slots_claim(work, opening, *ret_id, time, false);
}

static int hold(const BookingWork *work, const BookingAsk *ask, BookingResult *result)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        BookingTime time = { .start = ask->start };
        int64_t id = 0;
        snprintf(time.place, sizeof(time.place), "%s", ask->place ? ask->place : "");
        int r = opening_load(work, ask->offer, ask->start, &opening);
        if (r == 0)
                r = booking_slots_pick(work, &opening, OPENING_SLOTS, ask->length, &time, result);
        if (r == 0)
                r = add_held(work, &ask->visitor, &opening, &time, &id);
        if (r == 0)
                r = meeting_get(work->store, id, &result->meeting);
        return r != 0 ? r : booking_mail_add(work, result->meeting, MEETING_VISITOR, MEET_MAIL_VERIFY);
}

int booking_ask(const BookingWork *work, const BookingAsk *ask, BookingResult *ret)
{
        StoreWrite write;
        *ret = (BookingResult){ .n_nearest = 0 };
        if (!is_visitor(work, &ask->visitor))
                return BOOKING_E_BAD_VISITOR;
        int r = store_write_begin(work->store, &write);
        if (r == 0)
                r = store_write_end(&write, hold(work, ask, ret));
        if (r != 0)
                ret->meeting = meeting_free(ret->meeting);
        return r;
}

static int find_meeting(BookingMove *move)
{
        Store *store = move->work->store;
        Meeting **ret = &move->result->meeting;
        MeetingToken token;
        if (move->step->token) {
                int r = meeting_token_find(store, move->step->token, &token);
                if (r == 0)
                        r = meeting_get(store, token.meeting, ret);
                move->role = token.role;
                move->revision = token.revision;
                return r == STORE_E_NOT_FOUND ? BOOKING_E_UNKNOWN : r;
        }
        int r = meeting_get_by_uid(store, move->step->uid, ret);
        move->role = move->step->role;
        move->revision = r == 0 ? (*ret)->revision : 0;
        return r == STORE_E_NOT_FOUND ? BOOKING_E_UNKNOWN : r;
}

/* Whether the side that makes the step is already represented by the person whom the step names. */
static int is_represented(const BookingMove *move, bool *ret)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        const Meeting *meeting = move->result->meeting;
        const BookingDelegate *wanted = move->step->delegate;
        int r = meet_parties_load(move->work->store, meeting, &parties);
        const BookingPerson *person = r == 0 ? meet_parties_delegate(&parties, meeting, move->role) : NULL;
        *ret = person && wanted && address_is_same(person->address, wanted->address);
        return r;
}

/*
 * Whether the same side made the same step from a revision, with the same times or the same delegate.
 */
static int was_made(const BookingMove *move, int revision, bool *ret)
{
        MeetingStep step;
        MeetingRole role;
        int r = meeting_step_at(move->work->store, move->result->meeting->id, revision, &step, &role);
        *ret = false;
        if (r != 0 || step != move->step->step || role != move->role)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return step == MEETING_STEP_DELEGATE ? is_represented(move, ret) : booking_slots_are_made(move, ret);
}

/* Returns BOOKING_E_DONE if the step was already made from the revision, otherwise @condition. */
static int explain(const BookingMove *move, int revision, int condition)
{
        bool is_made = false;
        int r = was_made(move, revision, &is_made);
        return r != 0 ? r : is_made ? BOOKING_E_DONE : condition;
}

/* If the offer is gone, the host is asked, because only an offer can have CONFIRM:AUTO. */
static int asks_host(const BookingWork *work, const Meeting *meeting, bool *ret)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        int r = opening_load(work, meeting->offer, meeting->start, &opening);
        *ret = r != 0 || opening.offer.confirm == OFFER_CONFIRM_HOST;
        return r == BOOKING_E_NO_OFFER ? 0 : r;
}

static int find_rule(BookingMove *move)
{
        const Meeting *meeting = move->result->meeting;
        bool host = false;
        int r = move->step->step == MEETING_STEP_CONFIRM && meeting->state == MEETING_HELD
                                ? asks_host(move->work, meeting, &host)
                                : 0;
        if (r != 0)
                return r;
        move->rule = booking_rule(move->step->step, move->role, meeting->state, host);
        return move->rule ? 0 : explain(move, meeting->revision - 1, BOOKING_E_NOT_POSSIBLE);
}

static int on_proposed(const MeetingSlot *slot, void *userdata)
{
        usec_t *latest = userdata;
        if (slot->is_proposed && slot->start > *latest)
                *latest = slot->start;
        return 0;
}

/*
 * Finds the last possible start of a meeting in its present state. While times are proposed, only these
 * count.
 */
static int find_start(const BookingWork *work, const Meeting *meeting, usec_t *ret)
{
        BookingTime times[BOOKING_TIMES_MAX];
        size_t n = 0;
        int r = proposed_read(work->store, meeting, times, &n);
        *ret = n > 0 ? times[n - 1].start : meeting->start;
        return r;
}

/* Finds the last possible start after a step, whose slots are taken already. */
static int find_next_start(const BookingWork *work, const Meeting *meeting, MeetingState state, usec_t *ret)
{
        usec_t proposed = 0;
        int r = state == MEETING_PROPOSED
                                ? meeting_slots_of(work->store, meeting->id, on_proposed, &proposed)
                                : 0;
        *ret = proposed > 0 ? proposed : meeting->start;
        return r;
}

/* The steps that are limited because each sends mail to another person. */
static const struct Limit {
        MeetingStep step;
        int most, condition;
} LIMITS[] = {
        { MEETING_STEP_MOVE, BOOKING_MOVES_MAX, BOOKING_E_MOVED_OFTEN },
        { MEETING_STEP_DELEGATE, BOOKING_DELEGATES_MAX, BOOKING_E_NOT_POSSIBLE },
};

static int check_often(const BookingMove *move)
{
        int64_t n = 0;
        for (size_t i = 0; i < sizeof(LIMITS) / sizeof(*LIMITS); i++) {
                if (LIMITS[i].step != move->rule->step)
                        continue;
                int r = meeting_count_steps(move->work->store, move->result->meeting->id, LIMITS[i].step,
                                move->role, &n);
                if (r != 0 || n >= LIMITS[i].most)
                        return r != 0 ? r : LIMITS[i].condition;
        }
        return 0;
}

/* Only a side that has a delegate can end a delegation. */
static int check_delegate(const BookingMove *move)
{
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        const Meeting *meeting = move->result->meeting;
        int r = meet_parties_load(move->work->store, meeting, &parties);
        const BookingPerson *person =
                        r == 0 ? meet_parties_delegate(&parties, meeting, meeting_role_side(move->role))
                               : NULL;
        return r != 0 || person ? r : BOOKING_E_NOT_POSSIBLE;
}

static int check_people(const BookingMove *move)
{
        if (move->rule->step == MEETING_STEP_RETURN)
                return check_delegate(move);
        return move->rule->step == MEETING_STEP_DELEGATE ? delegate_check(move->work, move->result->meeting,
                                                                           move->role, move->step->delegate)
                                                         : 0;
}

/* A move to the present time and place would only raise the revision and send mails. */
static int check_new_time(const BookingMove *move)
{
        const BookingStep *step = move->step;
        return move->rule->step == MEETING_STEP_MOVE && step->n_times == 1 &&
                                               booking_slots_are_present(
                                                               move->result->meeting, &step->times[0])
                               ? BOOKING_E_DONE
                               : 0;
}

static int check_step(BookingMove *move)
{
        const Meeting *meeting = move->result->meeting;
        usec_t now = move->work->now, start = 0;
        if (move->revision != meeting->revision)
                return explain(move, move->revision, BOOKING_E_OLD);
        int r = find_rule(move);
        if (r != 0)
                return r;
        if (meeting->expires > 0 && meeting->expires <= now)
                return BOOKING_E_EXPIRED;
        r = find_start(move->work, meeting, &start);
        if (r == 0 && start <= now)
                return BOOKING_E_TOO_LATE;
        if (r == 0)
                r = check_people(move);
        if (r == 0)
                r = check_new_time(move);
        return r != 0 ? r : check_often(move);
}

static int read_again(const BookingMove *move)
{
        Meeting *changed;
        int r = meeting_get(move->work->store, move->result->meeting->id, &changed);
        if (r != 0)
                return r;
        meeting_free(move->result->meeting);
        move->result->meeting = changed;
        return 0;
}

static int end_delegation(const BookingMove *move)
{
        char address[PERSON_ADDRESS_SIZE];
        const Meeting *meeting = move->result->meeting;
        int r = delegate_return(move->work, meeting, meeting_role_side(move->role), address);
        return r != 0 || move->step->is_reply
                               ? r
                               : booking_mail_add_released(move->work, meeting, move->role, address);
}

static int change_people(const BookingMove *move)
{
        const Meeting *meeting = move->result->meeting;
        if (move->rule->step == MEETING_STEP_DELEGATE)
                return delegate_put(move->work, meeting, move->role, move->step->delegate);
        return move->rule->step == MEETING_STEP_RETURN ? end_delegation(move) : 0;
}

/*
 * A move before the host has answered does not extend the hold. Otherwise a visitor could hold slots for
 * ever.
 */
static usec_t move_end(const BookingMove *move, usec_t start)
{
        usec_t end = hold_end(move->work, move->rule->to, start);
        bool is_kept = move->rule->from == MEETING_ASKED && move->rule->to == MEETING_ASKED;
        return is_kept ? earlier(move->result->meeting->expires, end) : end;
}

static int make_step(const BookingMove *move)
{
        const BookingWork *work = move->work;
        Readdressed readdressed = { .is_changed = false };
        usec_t start = 0;
        int r = booking_slots_change(move);
        if (r == 0)
                r = read_again(move);
        if (r == 0)
                r = find_next_start(work, move->result->meeting, move->rule->to, &start);
        if (r != 0)
                return r;
        const Meeting *meeting = move->result->meeting;
        const MeetingAdvance advance = {
                .meeting = meeting->id,
                .revision = move->revision,
                .step = move->rule->step,
                .role = move->rule->role,
                .state = move->rule->to,
                .expires = move_end(move, start),
        };
        r = meeting_advance(work->store, &advance, work->now);
        if (r == 0)
                r = read_again(move);
        if (r == 0)
                r = booking_event_put(work, move->result->meeting, move->visitor);
        if (r == 0)
                r = readdress_host(work, move->result->meeting, &readdressed);
        if (r == 0)
                r = change_people(move);
        if (r == 0)
                r = booking_mail_add_step(work, move->result->meeting, move->rule);
        bool was_invited = r == 0 && readdressed.has_former && move->rule->from == MEETING_BOOKED;
        return was_invited ? booking_mail_add_readdressed(work, move->result->meeting) : r;
}

int booking_arrange(const BookingWork *work, const BookingArrangement *arrangement, BookingResult *ret)
{
        int64_t id = 0;
        BookingMove move = {
                .work = work, .result = ret, .role = MEETING_VISITOR, .visitor = arrangement->contact
        };
        *ret = (BookingResult){ .n_nearest = 0 };
        if (!is_visitor(work, &arrangement->visitor))
                return BOOKING_E_BAD_VISITOR;
        int r = add_held(work, &arrangement->visitor, arrangement->opening, &arrangement->time, &id);
        if (r == 0)
                r = meeting_get(work->store, id, &ret->meeting);
        if (r != 0)
                return r;
        move.revision = ret->meeting->revision;
        move.rule = booking_rule(
                        MEETING_STEP_CONFIRM, MEETING_VISITOR, MEETING_HELD, arrangement->asks_host);
        return make_step(&move);
}

static int find_and_make(BookingMove *move)
{
        int r = find_meeting(move);
        if (r == 0)
                r = check_step(move);
        return r == 0 ? make_step(move) : r;
}

int booking_step(const BookingWork *work, const BookingStep *step, BookingResult *ret)
{
        StoreWrite write;
        BookingMove move = { .work = work, .step = step, .result = ret };
        *ret = (BookingResult){ .n_nearest = 0 };
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, find_and_make(&move));
}

static int expire(const BookingWork *work, BookingResult *result)
{
        int64_t id = 0;
        const BookingStep step = { .step = MEETING_STEP_EXPIRE };
        BookingMove move = { .work = work, .step = &step, .result = result };
        int r = meeting_expired(work->store, work->now, &id);
        if (r != 0 || id == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        r = meeting_get(work->store, id, &result->meeting);
        if (r != 0)
                return r;
        move.revision = result->meeting->revision;
        move.rule = booking_rule(MEETING_STEP_EXPIRE, 0, result->meeting->state, false);
        return move.rule ? make_step(&move) : -EBADMSG;
}

int booking_expire(const BookingWork *work)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        StoreWrite write;
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, expire(work, &result));
}
