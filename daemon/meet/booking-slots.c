#include "meet/booking-slots.h"

#include "meet/proposed.h"

#include <stdio.h>
#include <string.h>

int booking_slots_pick(const BookingWork *work, const OfferSlots *opening, OpeningTimes times, usec_t length,
                BookingTime *time, BookingResult *result)
{
        int r = opening_pick(opening, times, length, time);
        if (r != BOOKING_E_TAKEN && r != BOOKING_E_TOO_LATE)
                return r;
        int found = opening_nearest(work, opening->offer.uid, result->meeting, time->start,
                        time->end - time->start, result->nearest, &result->n_nearest);
        return found != 0 ? found : r;
}

/*
 * meeting_claim() checks the slot once more, but only against meetings. The check against the host's events
 * is that of booking_slots_pick().
 */
int booking_slots_claim(const BookingWork *work, const OfferSlots *opening, int64_t meeting,
                const BookingTime *time, bool is_proposed)
{
        MeetingClaim wanted = opening_claim(opening, time);
        if (is_proposed)
                wanted.daily_max = 0;
        int r = meeting_claim(work->store, meeting, &wanted, is_proposed, work->now);
        return r == MEETING_E_TAKEN || r == MEETING_E_DAY_FULL ? BOOKING_E_TAKEN : r;
}

bool booking_slots_are_present(const Meeting *meeting, const BookingTime *time)
{
        return time->start == meeting->start && (time->end == 0 || time->end == meeting->finish) &&
               (!time->place[0] || strcmp(time->place, meeting->place) == 0);
}

/* Compares the times of a step with the proposed ones. */
typedef struct Proposals {
        const BookingStep *step;
        size_t n, n_wanted; /* proposed times; those of them that are also times of the step */
} Proposals;

static int on_proposal(const MeetingSlot *slot, void *userdata)
{
        Proposals *proposals = userdata;
        const BookingStep *step = proposals->step;
        bool is_wanted = false;
        for (size_t i = 0; slot->is_proposed && i < step->n_times; i++)
                is_wanted |= step->times[i].start == slot->start;
        proposals->n += slot->is_proposed;
        proposals->n_wanted += is_wanted;
        return 0;
}

int booking_slots_are_made(const BookingMove *move, bool *ret)
{
        const BookingStep *step = move->step;
        const Meeting *meeting = move->result->meeting;
        Proposals proposals = { .step = step };
        int r = 0;
        *ret = step->n_times == 0 ||
               (step->n_times == 1 && booking_slots_are_present(meeting, &step->times[0]));
        if (step->step != MEETING_STEP_PROPOSE)
                return 0;
        r = meeting_slots_of(move->work->store, meeting->id, on_proposal, &proposals);
        *ret = proposals.n == step->n_times && proposals.n_wanted == proposals.n;
        return r;
}

/*
 * Prefers the place of the meeting, if it is free at the new time. A host can propose times outside the
 * hours of the offer; all other steps keep to its slots.
 */
static int pick_move(const BookingMove *move, const OfferSlots *opening, BookingTime *time)
{
        const Meeting *meeting = move->result->meeting;
        OpeningTimes times = move->rule->step == MEETING_STEP_PROPOSE ? OPENING_ANY_TIME : OPENING_SLOTS;
        usec_t length = meeting->finish - meeting->start;
        BookingTime same = *time;
        snprintf(same.place, sizeof(same.place), "%s", meeting->place);
        if (time->place[0] == '\0' && opening_pick(opening, times, length, &same) == 0) {
                *time = same;
                return 0;
        }
        return booking_slots_pick(move->work, opening, times, length, time, move->result);
}

/*
 * The notice of the offer protects the host from a visitor who moves a meeting at the last moment, too. It
 * does not count if the host has proposed the new time.
 */
static bool is_within_notice(const BookingMove *move, const OfferSlots *opening)
{
        const Meeting *meeting = move->result->meeting;
        return move->rule->step == MEETING_STEP_MOVE && move->rule->role == MEETING_VISITOR &&
               meeting->state == MEETING_BOOKED && !move->step->is_agreed &&
               meeting->start < offer_earliest(&opening->offer, move->work->now);
}

static int take_new(const BookingMove *move, const BookingTime *wanted, bool is_proposed, BookingTime *ret)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const Meeting *meeting = move->result->meeting;
        *ret = *wanted;
        int r = opening_load(move->work, meeting->offer, wanted->start, &opening);
        if (r != 0)
                return r;
        if (is_within_notice(move, &opening))
                return BOOKING_E_NOTICE;
        opening_let_move(&opening, meeting);
        r = pick_move(move, &opening, ret);
        return r != 0 ? r : booking_slots_claim(move->work, &opening, meeting->id, ret, is_proposed);
}

/* The new slot is taken before the old one is given back. */
static int change_time(const BookingMove *move)
{
        BookingTime time;
        if (move->step->n_times != 1)
                return BOOKING_E_NO_TIME;
        int r = take_new(move, &move->step->times[0], false, &time);
        return r != 0 ? r
                      : meeting_choose(move->work->store, move->result->meeting->id, time.start, time.place);
}

static int take_proposed(const BookingMove *move)
{
        BookingTime time;
        const BookingStep *step = move->step;
        if (step->n_times == 0 || step->n_times > BOOKING_TIMES_MAX)
                return BOOKING_E_NO_TIME;
        int r = 0;
        for (size_t i = 0; r == 0 && i < step->n_times; i++)
                r = take_new(move, &step->times[i], true, &time);
        return r;
}

/*
 * Makes the claim of a meeting whose offer is gone. It has no buffers, no other seats and no daily maximum.
 */
static MeetingClaim bare_claim(const Meeting *meeting, const BookingTime *time)
{
        return (MeetingClaim){
                .host = meeting->host,
                .offer = meeting->offer,
                .place = time->place,
                .site = meeting->host,
                .start = time->start,
                .finish = time->end,
                .seats = 1,
        };
}

/*
 * Takes a slot that the meeting no longer has: it was lost with a damaged page, or meeting_claim() gave it
 * back because the hold had ended.
 */
static int take_again(const BookingMove *move, const BookingTime *time)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const BookingWork *work = move->work;
        const Meeting *meeting = move->result->meeting;
        int r = opening_load(work, meeting->offer, time->start, &opening);
        if (r != 0 && r != BOOKING_E_NO_OFFER)
                return r;
        const MeetingClaim wanted = r == 0 ? opening_claim(&opening, time) : bare_claim(meeting, time);
        r = meeting_claim(work->store, meeting->id, &wanted, false, work->now);
        return r == MEETING_E_TAKEN || r == MEETING_E_DAY_FULL ? BOOKING_E_TAKEN : r;
}

static void leave_out_events(BusyList *busy)
{
        size_t n = 0;
        for (size_t i = 0; i < busy->n; i++)
                if (busy->items[i].kind == BUSY_MEETING)
                        busy->items[n++] = busy->items[i];
        busy->n = n;
}

/*
 * Checks once more, after the hold, that the time is within the offer's event and overlaps no event of the
 * host. A host who accepts can have blocked the time in a calendar, so then the host's events do not count.
 * A place or offer that is gone does not matter, because the visitor was promised it.
 */
static int check_still_free(const BookingMove *move, const BookingTime *time)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const Meeting *meeting = move->result->meeting;
        BookingTime wanted = *time;
        int r = opening_load(move->work, meeting->offer, time->start, &opening);
        if (r == 0) {
                opening_let_move(&opening, meeting);
                if (move->rule->role == MEETING_HOST)
                        leave_out_events(&opening.busy);
                r = opening_pick(&opening, OPENING_ANY_TIME, 0, &wanted);
        }
        return r == BOOKING_E_NO_OFFER || r == BOOKING_E_NO_PLACE ? 0 : r;
}

static int choose(const BookingMove *move, const BookingTime *time)
{
        Store *store = move->work->store;
        int64_t id = move->result->meeting->id;
        int r = meeting_choose(store, id, time->start, time->place);
        if (r != STORE_E_NOT_FOUND)
                return r;
        r = take_again(move, time);
        return r != 0 ? r : meeting_choose(store, id, time->start, time->place);
}

/* Chooses one of the proposed times. If there is only one, the step need not name it. */
static int choose_proposed(const BookingMove *move)
{
        BookingTime times[BOOKING_TIMES_MAX];
        const BookingStep *step = move->step;
        const BookingTime *chosen = NULL;
        size_t n = 0;
        int r = proposed_read(move->work->store, move->result->meeting, times, &n);
        if (r != 0)
                return r;
        for (size_t i = 0; i < n; i++)
                if (step->n_times > 0 ? times[i].start == step->times[0].start : n == 1)
                        chosen = &times[i];
        if (!chosen)
                return n == 0 ? BOOKING_E_EXPIRED : BOOKING_E_NO_TIME;
        if (chosen->start <= move->work->now)
                return BOOKING_E_TOO_LATE;
        r = check_still_free(move, chosen);
        return r != 0 ? r : choose(move, chosen);
}

/* Whether a step makes a hold a booking. booking_arrange() has found its time to be free itself. */
static bool ends_hold(const BookingMove *move)
{
        return move->step &&
               (move->rule->step == MEETING_STEP_CONFIRM || move->rule->step == MEETING_STEP_ACCEPT);
}

static int keep_slot(const BookingMove *move)
{
        const Meeting *meeting = move->result->meeting;
        BookingTime time = { .start = meeting->start, .end = meeting->finish };
        snprintf(time.place, sizeof(time.place), "%s", meeting->place);
        int r = ends_hold(move) ? check_still_free(move, &time) : 0;
        if (r == 0)
                r = choose(move, &time);
        return r == BOOKING_E_TAKEN ? BOOKING_E_EXPIRED : r;
}

int booking_slots_change(const BookingMove *move)
{
        const BookingRule *rule = move->rule;
        int64_t id = move->result->meeting->id;
        if (meeting_state_is_final(rule->to))
                return meeting_give_back(move->work->store, id);
        if (rule->step == MEETING_STEP_MOVE)
                return change_time(move);
        if (rule->step == MEETING_STEP_PROPOSE)
                return take_proposed(move);
        return rule->from == MEETING_PROPOSED ? choose_proposed(move) : keep_slot(move);
}
