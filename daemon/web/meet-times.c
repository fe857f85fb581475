#include "web/meet-times.h"

#include "catalog/text.h"
#include "meet/opening.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIND_TRIES = 64 }; /* ranges of one offer; each costs a sort of at most SLOTS_MAX slots */

/* ---- Load ---- */

void meet_times_done(MeetTimes *times)
{
        free(times->days);
        slot_list_done(&times->list);
        offer_slots_done(&times->offer);
}

static int64_t day_of(const Zone *zone, usec_t time)
{
        CivilTime civil = zone_to_civil(zone, time / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

/*
 * Finds the free slots of the offer. If it has more slots than can be listed, finds the first free ones in
 * shorter ranges of time. A range without free slots is skipped, because the offer's hours may begin late.
 */
static int find(MeetTimes *times)
{
        SlotQuery query = offer_slots_query(&times->offer);
        const usec_t end = query.to;
        usec_t span = end - query.from;
        int r = slots_find(&query, &times->list);
        for (int i = 0; i < FIND_TRIES; i++) {
                bool is_passed = r == 0 && times->list.n == 0 && query.to < end;
                if (!is_passed && r != SLOT_E_TOO_MANY)
                        return r;
                if (is_passed)
                        query.from = query.to;
                else
                        span /= 2;
                query.to = end - query.from > span ? query.from + span : end;
                r = slots_find(&query, &times->list);
        }
        if (r == SLOT_E_TOO_MANY)
                times->list.n = 0; /* the list was cut before busy times were removed */
        return r == SLOT_E_TOO_MANY ? 0 : r;
}

static void choose_length(MeetTimes *times, usec_t wanted)
{
        const Offer *offer = &times->offer.offer;
        SlotList *list = &times->list;
        size_t n = 0;
        times->length = offer->lengths[0];
        for (size_t i = 0; i < offer->n_lengths; i++)
                if (offer->lengths[i] == wanted)
                        times->length = wanted;
        if (wanted > 0 && wanted == times->offer.length)
                times->length = wanted;
        for (size_t i = 0; i < list->n; i++)
                if (list->items[i].end - list->items[i].start == times->length)
                        list->items[n++] = list->items[i];
        list->n = n;
}

static int collect_days(MeetTimes *times)
{
        times->days = calloc(times->list.n + 1, sizeof(*times->days));
        if (!times->days)
                return -ENOMEM;
        for (size_t i = 0; i < times->list.n; i++) {
                int64_t day = day_of(times->zone, times->list.items[i].start);
                if (times->n_days == 0 || times->days[times->n_days - 1] != day)
                        times->days[times->n_days++] = day;
        }
        return 0;
}

/* Chooses the wanted day or, if it has no free time, the next day with one, or else the last day. */
static void choose_day(MeetTimes *times, const MeetWish *wish)
{
        int64_t wanted = meet_times_read_day(wish->day);
        if (wanted == 0 && wish->at > 0)
                wanted = day_of(times->zone, wish->at);
        while (times->day + 1 < times->n_days && times->days[times->day] < wanted)
                times->day++;
        times->first = times->view->now;
        for (size_t i = times->list.n; times->day < times->n_days && i-- > 0;)
                if (day_of(times->zone, times->list.items[i].start) == times->days[times->day])
                        times->first = times->list.items[i].start;
}

int meet_times_find(const MeetWish *wish, MeetTimes *ret)
{
        ret->view = wish->view;
        if (wish->moved)
                opening_let_move(&ret->offer, wish->moved);
        ret->zone = wish->zone ? wish->zone : ret->offer.offer.zone;
        int r = find(ret);
        if (r != 0)
                return r;
        choose_length(ret, wish->length);
        r = collect_days(ret);
        if (r == 0)
                choose_day(ret, wish);
        return r;
}

int meet_times_load(Store *store, const ObjectRecord *record, const MeetWish *wish, MeetTimes *ret)
{
        const PageView *view = wish->view;
        *ret = (MeetTimes){ .view = view };
        int r = offer_slots_load(store, record, view->config->time_zone, view->now, view->now, USEC_INFINITY,
                        &ret->offer);
        return r != 0 ? r : meet_times_find(wish, ret);
}

/* ---- Read ---- */

static bool read_date(const char **text, CivilTime *civil)
{
        return *text && time_read_digits(text, 4, &civil->year) == 0 && *(*text)++ == '-' &&
               time_read_digits(text, 2, &civil->month) == 0 && *(*text)++ == '-' &&
               time_read_digits(text, 2, &civil->day) == 0;
}

int64_t meet_times_read_day(const char *text)
{
        CivilTime civil = { .hour = 0 };
        if (!read_date(&text, &civil) || *text || !civil_valid(&civil))
                return 0;
        return civil_days(civil.year, civil.month, civil.day);
}

usec_t meet_times_read_local(const char *text, const Zone *zone)
{
        CivilTime civil = { .second = 0 };
        if (!read_date(&text, &civil) || *text++ != 'T' || time_read_digits(&text, 2, &civil.hour) < 0 ||
                        *text++ != ':' || time_read_digits(&text, 2, &civil.minute) < 0 || *text ||
                        !civil_valid(&civil))
                return 0;
        return zone_to_instant(zone, &civil) * USEC_PER_SEC;
}

usec_t meet_times_read(const char *text)
{
        char *end;
        if (!text || *text < '1' || *text > '9')
                return 0;
        errno = 0;
        long long seconds = strtoll(text, &end, 10);
        return errno == 0 && !*end && seconds < INT64_MAX / USEC_PER_SEC / 2 ? (usec_t)seconds * USEC_PER_SEC
                                                                             : 0;
}

/* ---- Write ---- */

static bool is_same_clock(const Zone *zone, const Zone *host, usec_t at)
{
        return zone_offset_at(zone, at / USEC_PER_SEC).seconds ==
               zone_offset_at(host, at / USEC_PER_SEC).seconds;
}

void meet_times_write_clocks(
                Buffer *out, const PageView *view, const Zone *zone, const Zone *host, usec_t at)
{
        buffer_printf(out, "<p class=\"note\">%s ", view->strings->meet_clock);
        page_write_zone(out, view, zone, at);
        if (zone != host) {
                buffer_printf(out, "; %s ", view->strings->meet_host_clock);
                page_write_zone(out, view, host, at);
        }
        buffer_printf(out, ". <a class=\"noprint\" href=\"#zone\">%s</a></p>\n",
                        view->strings->meet_other_clock);
}

static void write_dates(Buffer *out, const PageView *view, const Zone *zone, const BookingTime *time)
{
        CivilTime start = zone_to_civil(zone, time->start / USEC_PER_SEC);
        CivilTime end = zone_to_civil(zone, time->end / USEC_PER_SEC);
        text_dates_span(view->dates, out, &start, &end);
        buffer_puts(out, ", ");
        page_write_zone(out, view, zone, time->start);
}

void meet_times_write_span(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *time)
{
        write_dates(out, view, zone, time);
        if (is_same_clock(zone, host, time->start))
                return;
        buffer_printf(out, " <span class=\"note\">(%s ", view->strings->meet_at_host);
        write_dates(out, view, host, time);
        buffer_puts(out, ")</span>");
}

static void write_day_text(int64_t day, char ret[static MEET_DAY_SIZE])
{
        CivilTime civil = civil_from_days(day);
        snprintf(ret, MEET_DAY_SIZE, "%04d-%02d-%02d", civil.year % 10000, civil.month % 100,
                        civil.day % 100);
}

static void write_day_link(Buffer *out, const MeetTimes *times, const PageField *fields, size_t index)
{
        char text[MEET_DAY_SIZE];
        write_day_text(times->days[index], text);
        buffer_puts(out, "<a href=\"?");
        for (; fields->name; fields++) {
                buffer_printf(out, "%s=", fields->name);
                url_escape(out, fields->value);
                buffer_puts(out, "&amp;");
        }
        buffer_printf(out, "day=%s#times\"%s>", text, index == times->day ? " aria-current=\"true\"" : "");
}

static void write_day(Buffer *out, const MeetTimes *times, const PageField *fields, size_t index)
{
        CivilTime civil = civil_from_days(times->days[index]);
        buffer_puts(out, "<li>");
        write_day_link(out, times, fields, index);
        text_dates_write(times->view->dates, out, TEXT_DATE_WEEKDAY_SHORT, &civil);
        buffer_puts(out, ", ");
        text_dates_write(times->view->dates, out, TEXT_DATE_DAY, &civil);
        buffer_puts(out, "</a></li>\n");
}

static void write_turn(Buffer *out, const MeetTimes *times, const PageField *fields, size_t index,
                const char *label)
{
        buffer_puts(out, "<li>");
        write_day_link(out, times, fields, index);
        buffer_printf(out, "%s</a></li>\n", label);
}

void meet_times_write_days(Buffer *out, const MeetTimes *times, const PageField *fields)
{
        const WebStrings *strings = times->view->strings;
        size_t first = times->day - times->day % MEET_DAYS_PER_PAGE;
        size_t end = first + MEET_DAYS_PER_PAGE < times->n_days ? first + MEET_DAYS_PER_PAGE : times->n_days;
        buffer_printf(out, "<nav class=\"days\" aria-label=\"%s\"><ul>\n", strings->meet_days);
        if (first > 0)
                write_turn(out, times, fields, first - 1, strings->meet_earlier);
        for (size_t i = first; i < end; i++)
                write_day(out, times, fields, i);
        if (end < times->n_days)
                write_turn(out, times, fields, end, strings->meet_later);
        buffer_puts(out, "</ul></nav>\n");
}

static void write_clock(Buffer *out, const PageView *view, const Zone *zone, const Slot *slot)
{
        CivilTime start = zone_to_civil(zone, slot->start / USEC_PER_SEC);
        CivilTime end = zone_to_civil(zone, slot->end / USEC_PER_SEC);
        text_dates_write(view->dates, out, TEXT_TIME, &start);
        buffer_puts(out, "–");
        text_dates_write(view->dates, out, TEXT_TIME, &end);
}

/* Writes the free places of a time, if the offer has a choice of places. They are all in one language. */
static void write_places(Buffer *out, const MeetTimes *times, size_t first, size_t end)
{
        const Offer *offer = &times->offer.offer;
        if (offer->n_places < 2)
                return;
        buffer_puts(out, " <span class=\"note\"");
        page_write_lang(out, times->view,
                        catalog_text_script(offer->places[times->list.items[first].place]));
        buffer_puts(out, ">");
        for (size_t i = first; i < end; i++) {
                buffer_puts(out, i > first ? ", " : "");
                html_escape(out, offer->places[times->list.items[i].place]);
        }
        buffer_puts(out, "</span>");
}

/* Counts the slots that start when the slot @first starts: one for each free place. */
static size_t count_same_start(const MeetTimes *times, size_t first)
{
        size_t end = first;
        while (end < times->list.n && times->list.items[end].start == times->list.items[first].start)
                end++;
        return end - first;
}

/*
 * Writes the time of a choice. If its offset from UTC is not the one that the page's head shows, because of
 * a DST change, adds the zone.
 */
static void write_time(Buffer *out, const MeetTimes *times, const Slot *slot)
{
        const Zone *host = times->offer.offer.zone;
        int64_t first = times->first / USEC_PER_SEC, at = slot->start / USEC_PER_SEC;
        write_clock(out, times->view, times->zone, slot);
        buffer_puts(out, "</strong>");
        if (zone_offset_at(times->zone, first).seconds != zone_offset_at(times->zone, at).seconds) {
                buffer_puts(out, " <span class=\"note\">");
                page_write_zone(out, times->view, times->zone, slot->start);
                buffer_puts(out, "</span>");
        }
        if (!is_same_clock(times->zone, host, slot->start)) {
                buffer_printf(out, " <span class=\"note\">%s ", times->view->strings->meet_at_host);
                write_clock(out, times->view, host, slot);
                buffer_puts(out, "</span>");
        }
}

/* @box: the number of a checkbox; -1 for a radio button */
static void write_choice(Buffer *out, const MeetTimes *times, size_t first, size_t n, int box)
{
        const Slot *slot = &times->list.items[first];
        int64_t seconds = slot->start / USEC_PER_SEC;
        if (box < 0)
                buffer_printf(out,
                                "<li><label><input type=\"radio\" name=\"time\" value=\"%" PRId64
                                "\" required> <span><strong>",
                                seconds);
        else
                buffer_printf(out,
                                "<li><label><input type=\"checkbox\" name=\"time.%d\" value=\"%" PRId64
                                "\"> <span><strong>",
                                box, seconds);
        write_time(out, times, slot);
        write_places(out, times, first, first + n);
        buffer_puts(out, "</span></label></li>\n");
}

/* @next_box: the number of the next checkbox; NULL for radio buttons */
static void write_times_of_day(Buffer *out, const MeetTimes *times, size_t index, int *next_box)
{
        CivilTime civil = civil_from_days(times->days[index]);
        buffer_puts(out, "<fieldset class=\"times\">\n<legend>");
        text_dates_write(times->view->dates, out, TEXT_DATE_WEEKDAY, &civil);
        buffer_puts(out, "</legend>\n<ul>\n");
        for (size_t i = 0, n; i < times->list.n; i += n) {
                bool is_full = next_box && *next_box == MEET_BOXES_MAX;
                n = count_same_start(times, i);
                if (!is_full && day_of(times->zone, times->list.items[i].start) == times->days[index])
                        write_choice(out, times, i, n, next_box ? (*next_box)++ : -1);
        }
        buffer_puts(out, "</ul>\n</fieldset>\n");
}

void meet_times_write_choices(Buffer *out, const MeetTimes *times)
{
        if (times->day < times->n_days)
                write_times_of_day(out, times, times->day, NULL);
}

void meet_times_write_boxes(Buffer *out, const MeetTimes *times)
{
        int next = 0;
        size_t end = times->day + MEET_PROPOSED_DAYS_SHOWN;
        for (size_t i = times->day; i < times->n_days && i < end; i++)
                write_times_of_day(out, times, i, &next);
}

void meet_times_write_given(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *given, size_t n)
{
        buffer_puts(out, "<ul class=\"given\">\n");
        for (size_t i = 0; i < n; i++) {
                buffer_printf(out,
                                "<li><label><input type=\"radio\" name=\"time\" value=\"%" PRId64
                                "\" required> <span>",
                                given[i].start / USEC_PER_SEC);
                meet_times_write_span(out, view, zone, host, &given[i]);
                if (given[i].place[0]) {
                        buffer_puts(out, " <span class=\"note\">");
                        page_write_text(out, view, given[i].place);
                        buffer_puts(out, "</span>");
                }
                buffer_puts(out, "</span></label></li>\n");
        }
        buffer_puts(out, "</ul>\n");
}
