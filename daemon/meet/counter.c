#include "meet/counter.h"

#include "meet/booking-mail.h"
#include "meet/opening.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROPERTY "X-CONVENED-MEETING-COUNTER"

/* ---- The property ---- */

static MeetingRole read_role(const ContentLine *line)
{
        const char *name = content_line_param(line, "X-ROLE");
        for (MeetingRole role = MEETING_VISITOR; name && role <= MEETING_HOST; role++)
                if (strcmp(name, meeting_role_name(role)) == 0)
                        return role;
        return 0;
}

/* Reads a PERIOD that has a start and an end in UTC (RFC 5545, 3.3.9). */
static bool read_period(const char *text, Counter *ret)
{
        char first[32];
        When start, finish;
        const char *slash = strchr(text, '/');
        snprintf(first, sizeof(first), "%.*s", slash ? (int)(slash - text) : 0, text);
        if (!slash || when_parse(first, &start) < 0 || when_parse(slash + 1, &finish) < 0 ||
                        start.form != WHEN_UTC || finish.form != WHEN_UTC)
                return false;
        ret->start = when_instant(&start, NULL);
        ret->finish = when_instant(&finish, NULL);
        return ret->start < ret->finish;
}

/* Reads the proposal, also if its side has withdrawn it. */
static bool read_any(const Event *event, Counter *ret)
{
        const ContentLine *line = event_property_line(event, PROPERTY, 0);
        if (!line)
                return false;
        const char *count = content_line_param(line, "X-COUNT");
        const char *stamp = content_line_param(line, "X-STAMP");
        *ret = (Counter){ .role = read_role(line),
                .count = count ? atoi(count) : 1,
                .is_withdrawn = content_line_param(line, "X-WITHDRAWN") };
        snprintf(ret->stamp, sizeof(ret->stamp), "%s", stamp ? stamp : "");
        return ret->role && read_period(line->value, ret);
}

bool counter_read(const Event *event, Counter *ret)
{
        return read_any(event, ret) && !ret->is_withdrawn;
}

int counter_find(Store *store, const char *uid, Counter *ret)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        int r = booking_event_load(store, uid, &booking);
        return r != 0 ? r : counter_read(booking.event, ret) ? 0 : STORE_E_NOT_FOUND;
}

static int save(const BookingWork *work, const BookingEvent *booking, const Counter *counter)
{
        char params[96], period[40], start[17], finish[17];
        time_format_utc(counter->start, start);
        time_format_utc(counter->finish, finish);
        snprintf(period, sizeof(period), "%s/%s", start, finish);
        snprintf(params, sizeof(params), ";X-ROLE=%s;X-COUNT=%d%s%s%s", meeting_role_name(counter->role),
                        counter->count, counter->stamp[0] ? ";X-STAMP=" : "", counter->stamp,
                        counter->is_withdrawn ? ";X-WITHDRAWN=TRUE" : "");
        const EditProperty properties[] = { { PROPERTY, params, period, false, EDIT_NAME }, { 0 } };
        return booking_event_save(work, booking, properties);
}

int counter_withdraw(const BookingWork *work, const BookingEvent *booking, MeetingRole role)
{
        Counter counter;
        if (!read_any(booking->event, &counter) || counter.role != role)
                return booking_event_save(work, booking, NULL);
        counter.is_withdrawn = true;
        return save(work, booking, &counter);
}

static int save_without(const BookingWork *work, const BookingEvent *booking)
{
        const EditProperty properties[] = { { .name = PROPERTY }, { 0 } };
        return booking_event_save(work, booking, properties);
}

/* ---- A proposal comes in ---- */

/* Returns 0 for a delegate and for a former host, who neither propose nor answer. */
static MeetingRole other_side(MeetingRole role)
{
        return role == MEETING_HOST ? MEETING_VISITOR : role == MEETING_VISITOR ? MEETING_HOST : 0;
}

static int check_time(const BookingWork *work, const CounterOffer *offer)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        BookingTime time = { .start = offer->start, .end = offer->finish };
        if (offer->meeting->start <= work->now)
                return BOOKING_E_TOO_LATE;
        int r = opening_load(work, offer->meeting->offer, offer->start, &opening);
        if (r != 0)
                return r;
        opening_let_move(&opening, offer->meeting);
        return opening_pick(&opening, OPENING_SLOTS, 0, &time);
}

static bool is_refusal(int condition)
{
        return condition == BOOKING_E_TAKEN || condition == BOOKING_E_TOO_LATE ||
               condition == BOOKING_E_NO_PLACE || condition == BOOKING_E_NO_OFFER;
}

static int decline_at_once(const BookingWork *work, const CounterOffer *offer, int condition)
{
        int r = booking_event_save(work, offer->booking, NULL);
        if (r == 0)
                r = booking_mail_add_again(
                                work, offer->meeting, offer->role, MEET_MAIL_COUNTER_TAKEN, offer->stamp);
        return r != 0 ? r : condition;
}

int counter_offer(const BookingWork *work, const CounterOffer *offer)
{
        Counter last, counter = {
                .role = offer->role, .count = 1, .start = offer->start, .finish = offer->finish
        };
        bool is_repeated = read_any(offer->booking->event, &last) && last.role == offer->role;
        if (is_repeated && last.count >= COUNTERS_MAX)
                return BOOKING_E_MOVED_OFTEN;
        int r = check_time(work, offer);
        if (r != 0)
                return is_refusal(r) ? decline_at_once(work, offer, r) : r;
        counter.count += is_repeated ? last.count : 0;
        snprintf(counter.stamp, sizeof(counter.stamp), "%s", offer->stamp);
        r = save(work, offer->booking, &counter);
        return r != 0 ? r
                      : booking_mail_add_again(work, offer->meeting, other_side(offer->role),
                                        MEET_MAIL_COUNTER, offer->stamp);
}

/* ---- The other side answers ---- */

/* An answer that is being made, in one transaction. */
typedef struct Answering {
        const BookingWork *work;
        const CounterAnswer *answer;
        BookingResult *result;
        MeetingToken token;
        BookingEvent booking;
        Counter counter;
} Answering;

static int find(Answering *answering)
{
        Store *store = answering->work->store;
        Meeting **ret = &answering->result->meeting;
        int r = meeting_token_find(store, answering->answer->token, &answering->token);
        if (r == 0)
                r = meeting_get(store, answering->token.meeting, ret);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? BOOKING_E_UNKNOWN : r;
        r = booking_event_load(store, (*ret)->uid, &answering->booking);
        return r == STORE_E_NOT_FOUND ? BOOKING_E_NOT_POSSIBLE : r;
}

static bool is_proposed(Answering *answering)
{
        return answering->result->meeting->state == MEETING_BOOKED &&
               counter_read(answering->booking.event, &answering->counter) &&
               answering->counter.role == other_side(answering->token.role) &&
               answering->counter.start == answering->answer->start;
}

/* @token: NULL to move the meeting as it is now */
static int move(const Answering *answering, const char *token)
{
        const BookingTime time = { .start = answering->answer->start, .end = answering->counter.finish };
        const BookingStep step = {
                .token = token,
                .uid = event_uid(answering->booking.event),
                .role = answering->token.role,
                .step = MEETING_STEP_MOVE,
                .times = &time,
                .n_times = 1,
                .is_agreed = true,
        };
        booking_result_done(answering->result);
        return booking_step(answering->work, &step, answering->result);
}

/* The same time may be proposed and declined again: each version of the booking has another cause. */
static int decline(const Answering *answering)
{
        char cause[24];
        snprintf(cause, sizeof(cause), "%lld", (long long)answering->booking.record->change);
        int r = save_without(answering->work, &answering->booking);
        return r != 0 ? r
                      : booking_mail_add_again(answering->work, answering->result->meeting,
                                        answering->counter.role, MEET_MAIL_COUNTER_DECLINED, cause);
}

static int answer(Answering *answering)
{
        const CounterAnswer *wanted = answering->answer;
        bool is_accepted = wanted->is_accepted, is_present = false;
        int r = find(answering);
        if (r == 0)
                r = meeting_keeps_time(answering->work->store, answering->token.meeting,
                                answering->token.revision, &is_present);
        if (r != 0)
                return r;
        /* If the link was used before, booking_step() returns BOOKING_E_DONE or BOOKING_E_OLD. */
        if (!is_present)
                return is_accepted ? move(answering, wanted->token) : BOOKING_E_OLD;
        if (!is_proposed(answering))
                return BOOKING_E_NOT_POSSIBLE;
        return is_accepted ? move(answering, NULL) : decline(answering);
}

int counter_answer(const BookingWork *work, const CounterAnswer *wanted, BookingResult *ret)
{
        StoreWrite write;
        Answering answering = { .work = work, .answer = wanted, .result = ret };
        *ret = (BookingResult){ .n_nearest = 0 };
        int r = store_write_begin(work->store, &write);
        if (r == 0)
                r = store_write_end(&write, answer(&answering));
        booking_event_done(&answering.booking);
        return r;
}
