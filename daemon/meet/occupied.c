#include "meet/occupied.h"

#include <errno.h>
#include <string.h>

void occupied_done(Occupied *occupied)
{
        for (size_t i = 0; occupied->places && i < occupied->offer->n_places; i++)
                taken_done(&occupied->places[i]);
        free(occupied->places);
        taken_done(&occupied->host);
        taken_done(&occupied->joinable_times);
        free(occupied->joinable);
        free(occupied->days);
}

static usec_t greater(usec_t a, usec_t b)
{
        return a > b ? a : b;
}

static int64_t local_day(const Zone *zone, usec_t time)
{
        CivilTime civil = zone_to_civil(zone, time / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

/*
 * Adds a meeting of another host if it is at a place of the offer: the hosts of an event share its places.
 */
static int add_foreign(Occupied *occupied, const Busy *busy)
{
        const Offer *offer = occupied->offer;
        bool is_shared = offer->of_event && strcmp(offer->of_event, busy->site) == 0 && busy->place[0];
        int place = is_shared ? offer_place(offer, busy->place) : -1;
        return place < 0 ? 0 : taken_add(&occupied->places[place], busy->start, busy->end);
}

static bool is_joinable(const Offer *offer, const Busy *busy)
{
        return offer->seats > 1 && busy->kind == BUSY_MEETING && strcmp(busy->offer, offer->uid) == 0 &&
               offer_place(offer, busy->place) >= 0;
}

/* Adds a party to its meeting. */
static void add_party(Occupied *occupied, const Busy *busy, size_t place)
{
        Joinable *meeting = NULL;
        for (size_t i = occupied->n_joinable; i-- > 0 && occupied->joinable[i].start == busy->start;)
                if (occupied->joinable[i].end == busy->end && occupied->joinable[i].place == place)
                        meeting = &occupied->joinable[i];
        if (!meeting) {
                meeting = &occupied->joinable[occupied->n_joinable++];
                *meeting = (Joinable){ .start = busy->start, .end = busy->end, .place = place };
        }
        meeting->parties++;
        meeting->before = greater(meeting->before, busy->before);
        meeting->after = greater(meeting->after, busy->after);
}

/*
 * Adds a busy time of the host, extended by the free time that a meeting of the offer keeps before and after
 * it.
 */
static int add_clear_of(const Offer *offer, Taken *taken, const Busy *busy)
{
        return taken_add(taken, busy->start - greater(busy->before, offer->after),
                        busy->end + greater(busy->after, offer->before));
}

static int add_own(Occupied *occupied, const Busy *busy)
{
        const Offer *offer = occupied->offer;
        if (!is_joinable(offer, busy))
                return add_clear_of(offer, &occupied->host, busy);
        add_party(occupied, busy, (size_t)offer_place(offer, busy->place));
        return 0;
}

static bool same_time(const Busy *a, const Busy *b)
{
        return a && a->start == b->start && a->end == b->end;
}

/*
 * Adds busy times that have the same start and end. If one of them is a joinable meeting, a fetched one is
 * its copy, which the host's other calendar has, too.
 */
static int add_same(Occupied *occupied, const Busy *same, size_t n)
{
        bool has_joinable = false;
        int r = 0;
        for (size_t i = 0; i < n; i++)
                has_joinable |= !same[i].is_foreign && is_joinable(occupied->offer, &same[i]);
        for (size_t i = 0; r == 0 && i < n; i++)
                if (!has_joinable || same[i].kind != BUSY_FETCHED)
                        r = same[i].is_foreign ? add_foreign(occupied, &same[i])
                                               : add_own(occupied, &same[i]);
        return r;
}

static int add_all(Occupied *occupied, const Busy *busy, size_t n_busy)
{
        int r = 0;
        for (size_t i = 0, n; r == 0 && i < n_busy; i += n) {
                for (n = 1; i + n < n_busy && same_time(&busy[i], &busy[i + n]);)
                        n++;
                r = add_same(occupied, &busy[i], n);
        }
        return r;
}

/* Adds the times of the joinable meetings, after all parties, because the buffers depend on the parties. */
static int add_joinable_times(Occupied *occupied)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < occupied->n_joinable; i++) {
                const Joinable *meeting = &occupied->joinable[i];
                r = add_clear_of(occupied->offer, &occupied->joinable_times,
                                &(Busy){ .start = meeting->start,
                                                .end = meeting->end,
                                                .before = meeting->before,
                                                .after = meeting->after });
        }
        return r;
}

/* Counts the host's meetings of each day; the parties of one meeting count once. */
static int count_days(Occupied *occupied, const Busy *busy, size_t n_busy)
{
        const Busy *last = NULL;
        if (!occupied->offer->daily_max)
                return 0;
        occupied->days = calloc(n_busy + 1, sizeof(*occupied->days));
        if (!occupied->days)
                return -ENOMEM;
        for (size_t i = 0; i < n_busy; i++) {
                if (busy[i].kind != BUSY_MEETING || busy[i].is_foreign || same_time(last, &busy[i]))
                        continue;
                int64_t day = local_day(occupied->offer->zone, busy[i].start);
                if (occupied->n_days == 0 || occupied->days[occupied->n_days - 1].day != day)
                        occupied->days[occupied->n_days++] = (DayCount){ day, 0 };
                occupied->days[occupied->n_days - 1].n++;
                last = &busy[i];
        }
        return 0;
}

static int compare_joinable(const void *a, const void *b)
{
        const Joinable *left = a, *right = b;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        if (left->end != right->end)
                return left->end < right->end ? -1 : 1;
        return (left->place > right->place) - (left->place < right->place);
}

static void sort(Occupied *occupied)
{
        taken_sort(&occupied->host);
        taken_sort(&occupied->joinable_times);
        for (size_t i = 0; i < occupied->offer->n_places; i++)
                taken_sort(&occupied->places[i]);
        qsort(occupied->joinable, occupied->n_joinable, sizeof(*occupied->joinable), compare_joinable);
}

int occupied_init(const Offer *offer, const Busy *busy, size_t n_busy, Occupied *ret)
{
        *ret = (Occupied){ .offer = offer };
        ret->places = calloc(offer->n_places, sizeof(*ret->places));
        ret->joinable = calloc(n_busy + 1, sizeof(*ret->joinable));
        if (!ret->places || !ret->joinable)
                return -ENOMEM;
        int r = add_all(ret, busy, n_busy);
        if (r == 0)
                r = add_joinable_times(ret);
        if (r == 0)
                r = count_days(ret, busy, n_busy);
        if (r == 0)
                sort(ret);
        return r;
}

int occupied_seats_left(const Occupied *occupied, usec_t start, usec_t end, size_t place)
{
        Joinable key = { .start = start, .end = end, .place = place };
        const Joinable *own = bsearch(&key, occupied->joinable, occupied->n_joinable,
                        sizeof(*occupied->joinable), compare_joinable);
        size_t joinable = taken_overlaps(&occupied->joinable_times, start, end);
        if (joinable > (own ? 1 : 0) || taken_overlaps(&occupied->host, start, end) ||
                        taken_overlaps(&occupied->places[place], start, end))
                return 0;
        int left = occupied->offer->seats - (own ? own->parties : 0);
        return left > 0 ? left : 0;
}

static int compare_days(const void *a, const void *b)
{
        const DayCount *left = a, *right = b;
        return (left->day > right->day) - (left->day < right->day);
}

bool occupied_day_is_full(const Occupied *occupied, usec_t start)
{
        if (!occupied->days)
                return false;
        DayCount key = { .day = local_day(occupied->offer->zone, start) };
        const DayCount *found = bsearch(
                        &key, occupied->days, occupied->n_days, sizeof(*occupied->days), compare_days);
        return found && found->n >= occupied->offer->daily_max;
}
