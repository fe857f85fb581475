#include "meet/booking-slots.h"

#include <stdio.h>
#include <string.h>

int booking_slots_pick(const OfferSlots *opening, OpeningTimes times, usec_t length, BookingTime *time,
                BookingResult *result)
{
        int r = opening_pick(opening, times, length, time);
        if (r != BOOKING_E_TAKEN && r != BOOKING_E_TOO_LATE)
                return r;
        int found = opening_nearest(
                        opening, time->start, time->end - time->start, result->nearest, &result->n_nearest);
        return found != 0 ? found : r;
}

/* The store checks the slot once more, but only against meetings: it does not know the host's events. */
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
        size_t n, n_wanted;
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
        return booking_slots_pick(opening, times, length, time, move->result);
}

static int take_new(const BookingMove *move, const BookingTime *wanted, bool is_proposed, BookingTime *ret)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const Meeting *meeting = move->result->meeting;
        *ret = *wanted;
        int r = opening_load(move->work, meeting->offer, wanted->start, &opening);
        if (r != 0)
                return r;
        opening_leave_out(&opening, meeting->uid);
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

/* Finds the proposed slot that the visitor has chosen. */
typedef struct Choice {
        usec_t start; /* 0 if only one time was proposed */
        BookingTime found;
        int n, n_proposed;
} Choice;

static int on_proposed(const MeetingSlot *slot, void *userdata)
{
        Choice *choice = userdata;
        if (!slot->is_proposed)
                return 0;
        choice->n_proposed++;
        if (choice->start != 0 && slot->start != choice->start)
                return 0;
        choice->n++;
        choice->found.start = slot->start;
        snprintf(choice->found.place, sizeof(choice->found.place), "%s", slot->place);
        return 0;
}

static int choose_proposed(const BookingMove *move)
{
        Choice choice = { .start = move->step->n_times > 0 ? move->step->times[0].start : 0 };
        int64_t id = move->result->meeting->id;
        int r = meeting_slots_of(move->work->store, id, on_proposed, &choice);
        if (r == 0 && choice.n_proposed == 0)
                return BOOKING_E_EXPIRED;
        if (r == 0 && (choice.n == 0 || (choice.n > 1 && choice.start == 0)))
                return BOOKING_E_NO_TIME;
        if (r == 0 && choice.found.start <= move->work->now)
                return BOOKING_E_TOO_LATE;
        return r != 0 ? r : meeting_choose(move->work->store, id, choice.found.start, choice.found.place);
}

/* Without its offer, a meeting keeps no distance from others. */
static MeetingClaim bare_claim(const Meeting *meeting)
{
        return (MeetingClaim){
                .host = meeting->host,
                .offer = meeting->offer,
                .place = meeting->place,
                .site = meeting->host,
                .start = meeting->start,
                .finish = meeting->finish,
                .seats = 1,
        };
}

/*
 * Takes the meeting's slot again. It is gone if it was lost with a damaged page, or if meeting_claim() gave
 * it to another meeting because the hold had ended.
 */
static int take_again(const BookingMove *move)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const BookingWork *work = move->work;
        const Meeting *meeting = move->result->meeting;
        BookingTime time = { .start = meeting->start, .end = meeting->finish };
        snprintf(time.place, sizeof(time.place), "%s", meeting->place);
        int r = opening_load(work, meeting->offer, meeting->start, &opening);
        if (r != 0 && r != BOOKING_E_NO_OFFER)
                return r;
        const MeetingClaim wanted = r == 0 ? opening_claim(&opening, &time) : bare_claim(meeting);
        r = meeting_claim(work->store, meeting->id, &wanted, false, work->now);
        return r == MEETING_E_TAKEN || r == MEETING_E_DAY_FULL ? BOOKING_E_EXPIRED : r;
}

static int keep_slot(const BookingMove *move)
{
        const Meeting *meeting = move->result->meeting;
        int r = meeting_choose(move->work->store, meeting->id, meeting->start, meeting->place);
        return r == STORE_E_NOT_FOUND ? take_again(move) : r;
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
