#include "meet/booking.h"
#include "meet/timetable-internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A host who has wished for the meeting need not be asked. */
static bool asks_host(const TimetableRow *row, const Offer *offer)
{
        return offer->confirm == OFFER_CONFIRM_HOST && !row->is_mutual && strcmp(row->host, row->from) != 0;
}

static int book_row(const BookingWork *work, Exchange *exchange, TimetableRow *row)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        const EventOffer *offer = exchange_find_offer(exchange, row->offer);
        const Participant *visitor = &exchange->people[exchange_find(exchange, row->visitor)];
        BookingArrangement arrangement = {
                .opening = &offer->slots,
                .contact = visitor->uid,
                .time = { .start = row->start, .end = row->end },
                .visitor = { visitor->name, visitor->organisation, visitor->address, "", visitor->language,
                                visitor->zone, "" },
                .asks_host = asks_host(row, &offer->slots.offer),
        };
        snprintf(arrangement.time.place, sizeof(arrangement.time.place), "%s", row->place);
        int r = booking_arrange(work, &arrangement, &result);
        if (r != 0)
                return r;
        row->state = TIMETABLE_BOOKED;
        row->meeting = result.meeting->state;
        row->uid = arena_copy(&exchange->arena, result.meeting->uid, strlen(result.meeting->uid));
        return row->uid ? 0 : -ENOMEM;
}

/* Returns the daily maximum of the offer of a proposed row; INT_MAX for none. */
static int daily_max(const Exchange *exchange, const TimetableRow *row)
{
        const EventOffer *offer = exchange_find_offer(exchange, row->offer);
        return offer && offer->slots.offer.daily_max > 0 ? offer->slots.offer.daily_max : INT_MAX;
}

/*
 * Returns the next greater daily maximum of proposed rows; 0 for none. The meetings at offers with a smaller
 * one are booked first: all meetings of a host count for it.
 */
static int next_max(const Timetable *timetable, int last)
{
        int next = 0;
        for (size_t i = 0; i < timetable->n; i++) {
                const TimetableRow *row = &timetable->rows[i];
                int max = row->state == TIMETABLE_PROPOSED ? daily_max(timetable->exchange, row) : 0;
                if (max > last && (next == 0 || max < next))
                        next = max;
        }
        return next;
}

static int book_with_max(
                const BookingWork *work, Timetable *timetable, int max, const TimetableRow **ret_failed)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < timetable->n; i++) {
                TimetableRow *row = &timetable->rows[i];
                if (row->state != TIMETABLE_PROPOSED || daily_max(timetable->exchange, row) != max)
                        continue;
                r = book_row(work, timetable->exchange, row);
                if (r == BOOKING_E_BAD_VISITOR || r == BOOKING_E_TAKEN)
                        *ret_failed = row;
        }
        return r;
}

int timetable_book(const BookingWork *work, Timetable *timetable, const TimetableRow **ret_failed)
{
        int r = 0;
        for (int max = next_max(timetable, 0); r == 0 && max > 0; max = next_max(timetable, max))
                r = book_with_max(work, timetable, max, ret_failed);
        return r;
}
