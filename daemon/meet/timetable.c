#include "meet/timetable.h"

#include "base/array.h"
#include "meet/booking-event.h"
#include "meet/timetable-internal.h"

#include <errno.h>
#include <string.h>

void timetable_done(Timetable *timetable)
{
        free(timetable->rows);
        timetable->exchange = exchange_free(timetable->exchange);
}

static bool is_pair(const TimetableRow *row, const char *a, const char *b)
{
        return (strcmp(row->from, a) == 0 && strcmp(row->to, b) == 0) ||
               (strcmp(row->from, b) == 0 && strcmp(row->to, a) == 0);
}

/*
 * Adds a wish to the row of its two people. Of two wishes, the first one, with the higher priority, is
 * shown.
 */
static int add_wish(Timetable *timetable, const Wish *wish)
{
        TimetableRow *row = NULL;
        for (size_t i = 0; i < timetable->n && !row; i++)
                if (is_pair(&timetable->rows[i], wish->from, wish->to))
                        row = &timetable->rows[i];
        if (!row) {
                TimetableRow *rows = array_grow(timetable->rows, timetable->n, sizeof(*rows));
                if (!rows)
                        return -ENOMEM;
                timetable->rows = rows;
                rows[timetable->n++] = (TimetableRow){ .from = wish->from,
                        .to = wish->to,
                        .priority = wish->priority,
                        .host = "",
                        .visitor = "",
                        .offer = "",
                        .place = "",
                        .uid = "" };
                timetable->n_wishes++;
        } else if (!row->is_mutual && strcmp(row->from, wish->from) != 0) {
                row->is_mutual = true;
                timetable->n_wishes++;
        }
        return 0;
}

static int compare_wishes(const void *a, const void *b)
{
        const Wish *left = *(const Wish *const *)a, *right = *(const Wish *const *)b;
        if (left->priority != right->priority)
                return left->priority < right->priority ? -1 : 1;
        int by_from = strcmp(left->from, right->from);
        return by_from != 0 ? by_from : strcmp(left->to, right->to);
}

/* Makes a row of each pair of people, in an order that does not depend on the order of the list. */
static int add_wishes(Timetable *timetable, const WishList *wishes)
{
        CLEANUP(cleanup_free) const Wish **order = calloc(wishes->n + 1, sizeof(*order));
        if (!order)
                return -ENOMEM;
        for (size_t i = 0; i < wishes->n; i++)
                order[i] = &wishes->items[i];
        qsort(order, wishes->n, sizeof(*order), compare_wishes);
        int r = 0;
        for (size_t i = 0; r == 0 && i < wishes->n; i++)
                r = add_wish(timetable, order[i]);
        return r;
}

static const char *name_of(const Exchange *exchange, const char *uid)
{
        int found = exchange_find(exchange, uid);
        const Participant *person = found >= 0 ? &exchange->people[found] : NULL;
        return person && person->is_known && person->name[0] ? person->name : uid;
}

static int find_people(Timetable *timetable)
{
        for (size_t i = 0; i < timetable->n; i++) {
                TimetableRow *row = &timetable->rows[i];
                if (exchange_participant(timetable->exchange, row->from) < 0 ||
                                exchange_participant(timetable->exchange, row->to) < 0)
                        return -ENOMEM;
        }
        return 0;
}

/* The data that the VEVENT of a meeting keeps; NULL for those that it does not have. */
typedef struct Kept {
        BookingEvent booking;
        const char *event;   /* UID of the event */
        const char *visitor; /* UID of the visitor's card */
} Kept;

static void kept_done(Kept *kept)
{
        booking_event_done(&kept->booking);
}

static int read_kept(Store *store, const Meeting *meeting, Kept *ret)
{
        int r = booking_event_load(store, meeting->uid, &ret->booking);
        if (r != 0)
                return r == STORE_E_NOT_FOUND || r == -EBADMSG ? 0 : r;
        ret->event = event_text_property(ret->booking.event, "X-CONVENED-MEETING-EVENT");
        ret->visitor = event_text_property(ret->booking.event, BOOKING_VISITOR);
        return 0;
}

/*
 * Whether a meeting is at the event. The VEVENT says so, because the offer may have been removed since; a
 * hold without one has its offer.
 */
static bool is_at_event(const Exchange *exchange, const Meeting *meeting, const Kept *kept)
{
        return kept->event ? strcmp(kept->event, exchange->event) == 0
                           : exchange_find_offer(exchange, meeting->offer) != NULL;
}

/*
 * Whether a meeting is of the two people of a row: one is its host, the other its visitor, by the card that
 * it was arranged for, or by one of the card's addresses.
 */
static bool is_meeting_of(
                const Exchange *exchange, const TimetableRow *row, const Meeting *meeting, const Kept *kept)
{
        const char *other = strcmp(meeting->host, row->from) == 0 ? row->to
                            : strcmp(meeting->host, row->to) == 0 ? row->from
                                                                  : NULL;
        if (!other)
                return false;
        const Participant *visitor = &exchange->people[exchange_find(exchange, other)];
        return (kept->visitor && strcmp(kept->visitor, other) == 0) ||
               (visitor->is_known && host_has_mailbox(&visitor->host, meeting->visitor.address));
}

static const char *copy(Exchange *exchange, const char *text)
{
        return arena_copy(&exchange->arena, text, strlen(text));
}

static int set_booked(Exchange *exchange, TimetableRow *row, const Meeting *meeting)
{
        const MeetingVisitor *visitor = &meeting->visitor;
        char name[512];
        row->state = TIMETABLE_BOOKED;
        row->meeting = meeting->state;
        row->start = meeting->start;
        row->end = meeting->finish;
        row->host = copy(exchange, meeting->host);
        row->offer = copy(exchange, meeting->offer);
        row->place = copy(exchange, meeting->place);
        row->uid = copy(exchange, meeting->uid);
        row->address = copy(exchange, visitor->address);
        meet_visitor_name(visitor, name, sizeof(name));
        row->names[1] = copy(exchange, visitor->name[0] ? visitor->name : name);
        if (!row->host || !row->offer || !row->place || !row->uid || !row->address || !row->names[1])
                return -ENOMEM;
        row->names[0] = name_of(exchange, row->host);
        row->visitor = !row->from[0] ? "" : strcmp(row->host, row->from) == 0 ? row->to : row->from;
        if (!visitor->name[0] && row->visitor[0])
                row->names[1] = name_of(exchange, row->visitor);
        return 0;
}

static int add_booking(Timetable *timetable, const Meeting *meeting)
{
        TimetableRow *rows = array_grow(timetable->rows, timetable->n, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        timetable->rows = rows;
        rows[timetable->n] = (TimetableRow){ .from = "", .to = "" };
        return set_booked(timetable->exchange, &rows[timetable->n++], meeting);
}

/*
 * A live meeting makes the row of its two people BOOKED; if they have no row, or theirs is BOOKED already,
 * it gets a row of its own. A declined or cancelled meeting makes the row ENDED if no live meeting makes it
 * BOOKED.
 */
static int on_meeting(const Meeting *meeting, void *userdata)
{
        Timetable *timetable = userdata;
        Exchange *exchange = timetable->exchange;
        bool is_live = !meeting_state_is_final(meeting->state) &&
                       !(meeting->expires > 0 && meeting->expires <= exchange->work->now);
        bool has_ended = meeting->state == MEETING_DECLINED || meeting->state == MEETING_CANCELLED;
        CLEANUP(kept_done) Kept kept = { .event = NULL };
        int r = is_live || has_ended ? read_kept(exchange->work->store, meeting, &kept) : 0;
        if (r != 0 || (!is_live && !has_ended) || !is_at_event(exchange, meeting, &kept))
                return r;
        for (size_t i = 0; i < timetable->n; i++) {
                TimetableRow *row = &timetable->rows[i];
                if (row->state == TIMETABLE_BOOKED || !is_meeting_of(exchange, row, meeting, &kept))
                        continue;
                if (is_live)
                        return set_booked(exchange, row, meeting);
                row->state = TIMETABLE_ENDED;
                return 0;
        }
        return is_live ? add_booking(timetable, meeting) : 0;
}

static int weight_of(const TimetableRow *row)
{
        return (row->is_mutual ? 2 : 1) * (WISH_PRIORITY_MIN + 1 - row->priority);
}

static bool has_openings(const Exchange *exchange, int host)
{
        for (size_t i = 0; i < exchange->n_openings; i++)
                if (exchange->openings[i].host == host)
                        return true;
        return false;
}

/*
 * Adds the wish of a row to the problem; if it clearly cannot be granted, sets the state of the row instead.
 */
static void make_wish(Exchange *exchange, TimetableRow *row, size_t at)
{
        int from = exchange_find(exchange, row->from), to = exchange_find(exchange, row->to);
        const Participant *people[] = { &exchange->people[from], &exchange->people[to] };
        const MatchWish wish = {
                .people = { from, to },
                .may_host = { people[0]->has_offer && people[1]->address[0],
                                people[1]->has_offer && people[0]->address[0] },
                .weight = weight_of(row),
        };
        if (row->state != TIMETABLE_PROPOSED)
                return;
        if (from == to || !people[0]->is_known || !people[1]->is_known)
                row->state = TIMETABLE_UNKNOWN;
        else if (!wish.may_host[0] && !wish.may_host[1])
                row->state = TIMETABLE_NO_OFFER;
        else if (!has_openings(exchange, from) && !has_openings(exchange, to))
                row->state = TIMETABLE_NO_TIME;
        if (row->state != TIMETABLE_PROPOSED)
                return;
        exchange->wish_rows[exchange->n_wishes] = at;
        exchange->wishes[exchange->n_wishes++] = wish;
}

static int make_wishes(Timetable *timetable)
{
        Exchange *exchange = timetable->exchange;
        exchange->wishes = calloc(timetable->n + 1, sizeof(*exchange->wishes));
        exchange->wish_rows = calloc(timetable->n + 1, sizeof(*exchange->wish_rows));
        if (!exchange->wishes || !exchange->wish_rows)
                return -ENOMEM;
        for (size_t i = 0; i < timetable->n; i++)
                if (timetable->rows[i].from[0])
                        make_wish(exchange, &timetable->rows[i], i);
        exchange->problem.wishes = exchange->wishes;
        exchange->problem.n_wishes = exchange->n_wishes;
        return 0;
}

static void set_proposed(
                Exchange *exchange, TimetableRow *row, const MatchWish *wish, const MatchMeeting *meeting)
{
        const MatchOpening *opening = &exchange->openings[meeting->opening];
        const MatchSlot *time = &exchange->times[opening->slot];
        bool is_first = opening->host == wish->people[0];
        row->host = is_first ? row->from : row->to;
        row->visitor = is_first ? row->to : row->from;
        row->offer = exchange->offers[exchange->opening_offers[meeting->opening]].slots.offer.uid;
        row->place = meeting->place >= 0 ? exchange->place_names[meeting->place] : "";
        row->start = time->start;
        row->end = time->end;
        row->names[0] = name_of(exchange, row->host);
        row->names[1] = name_of(exchange, row->visitor);
}

static int solve(Timetable *timetable)
{
        Exchange *exchange = timetable->exchange;
        const MatchProblem *problem = &exchange->problem;
        CLEANUP(cleanup_free) MatchMeeting *meetings = calloc(problem->n_wishes + 1, sizeof(*meetings));
        CLEANUP(cleanup_free) bool *possible = calloc(problem->n_wishes + 1, sizeof(*possible));
        if (!meetings || !possible)
                return -ENOMEM;
        int r = match_solve(problem, MATCH_EFFORT, meetings);
        if (r == 0)
                r = match_possible(problem, possible);
        if (r == 0)
                r = match_bound(problem, &timetable->bound);
        for (size_t i = 0; r == 0 && i < problem->n_wishes; i++) {
                TimetableRow *row = &timetable->rows[exchange->wish_rows[i]];
                if (meetings[i].opening >= 0)
                        set_proposed(exchange, row, &problem->wishes[i], &meetings[i]);
                else
                        row->state = possible[i] ? TIMETABLE_FULL : TIMETABLE_NO_TIME;
        }
        return r;
}

static int compare_rows(const void *a, const void *b)
{
        const TimetableRow *left = a, *right = b;
        bool is_meeting[] = { left->host[0] != '\0', right->host[0] != '\0' };
        if (is_meeting[0] != is_meeting[1])
                return is_meeting[0] ? -1 : 1;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        int r = strcmp(left->place, right->place);
        if (r == 0)
                r = strcmp(left->host, right->host);
        if (r == 0)
                r = left->priority - right->priority;
        if (r == 0)
                r = strcmp(left->from, right->from);
        return r != 0 ? r : strcmp(left->to, right->to);
}

static void finish(Timetable *timetable)
{
        const Exchange *exchange = timetable->exchange;
        for (size_t i = 0; i < timetable->n; i++) {
                TimetableRow *row = &timetable->rows[i];
                if (!row->host[0]) {
                        row->names[0] = name_of(exchange, row->from);
                        row->names[1] = name_of(exchange, row->to);
                }
                if (!row->from[0] || !row->host[0])
                        continue;
                timetable->n_granted += row->is_mutual ? 2 : 1;
                timetable->value += weight_of(row);
                timetable->bound += row->state == TIMETABLE_BOOKED ? weight_of(row) : 0;
        }
        if (timetable->n > 0)
                qsort(timetable->rows, timetable->n, sizeof(*timetable->rows), compare_rows);
}

int timetable_make(const BookingWork *work, const char *event, const WishList *wishes, Timetable *ret)
{
        *ret = (Timetable){ .n = 0 };
        int r = add_wishes(ret, wishes);
        if (r == 0)
                r = exchange_new(work, event, wishes->n, &ret->exchange);
        if (r == 0)
                r = find_people(ret);
        if (r == 0)
                r = exchange_load(ret->exchange);
        if (r == 0)
                r = exchange_make_problem(ret->exchange);
        if (r == 0)
                r = meeting_each(work->store, NULL, INT64_MIN, on_meeting, ret);
        if (r == 0)
                r = make_wishes(ret);
        if (r == 0)
                r = solve(ret);
        if (r == 0)
                finish(ret);
        return r;
}
