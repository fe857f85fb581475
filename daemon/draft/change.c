#include "draft/change.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PLACE_MAX_BYTES = 4096 };

void draft_place_text(const DraftEvent *event, Buffer *out)
{
        if (event->town.text)
                buffer_puts(out, event->town.text);
        if (event->venue.text)
                buffer_printf(out, "%s%s", event->town.text ? ", " : "", event->venue.text);
}

/* Whether a text has the words of another one, in any case. */
static bool has(const char *text, const char *words)
{
        CLEANUP(buffer_done) Buffer one = BUFFER_INIT(PLACE_MAX_BYTES), two = BUFFER_INIT(PLACE_MAX_BYTES);
        return text_fold(&one, text) == 0 && text_fold(&two, words) == 0 &&
               strstr(buffer_text(&one), buffer_text(&two)) != NULL;
}

static const char *place_of(const Event *known)
{
        const char *place = event_text_property(known, "LOCATION");
        return place ? place : "";
}

bool draft_change_is_same_place(const DraftSet *set, size_t event, const Event *known)
{
        const DraftField *town = &set->events[event].town;
        return !town->text || !*place_of(known) || has(place_of(known), town->text);
}

static void format(const When *when, bool has_time, char ret[static DRAFT_WHEN_SIZE])
{
        int n = snprintf(ret, DRAFT_WHEN_SIZE, "%04d-%02d-%02d", when->civil.year % 10000,
                        when->civil.month % 100, when->civil.day % 100);
        if (has_time)
                snprintf(ret + n, DRAFT_WHEN_SIZE - (size_t)n, "T%02d:%02d", when->civil.hour % 100,
                                when->civil.minute % 100);
}

static When on_day(const DraftDay *day, int minutes)
{
        return (When){ .form = WHEN_FLOATING,
                .civil = { day->year, day->month, day->day, minutes / 60 % 24, minutes % 60, 0 } };
}

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

/* The last day of an event of whole days: its end is exclusive. */
static When last_of(const Event *known, const When *start)
{
        When end = event_end(known);
        if (start->form != WHEN_DATE || day_of(&end) <= day_of(start))
                return end;
        end.civil = civil_from_days(day_of(&end) - 1);
        return end;
}

/* Whole days: the text's, or those of the event from another first day. */
static void compare_days(const DraftEvent *event, const When *start, const When *last, DraftChange *ret)
{
        int64_t from = date_days(&event->from), to = date_days(&event->to),
                length = day_of(last) - day_of(start);
        if (from == day_of(start) && (to == day_of(last) || to == from))
                return;
        DraftDay end = to > from ? event->to : date_from_days(from + length);
        When first = on_day(&event->from, 0), until = on_day(&end, 0);
        format(&first, false, ret->start);
        if (date_days(&end) > from)
                format(&until, false, ret->end);
}

/* An event with times: another day keeps the times that the text does not tell. */
static void compare_times(const DraftEvent *event, const When *start, const When *last, DraftChange *ret)
{
        int old = start->civil.hour * 60 + start->civil.minute,
            end = last->civil.hour * 60 + last->civil.minute;
        int minutes = event->start_minute >= 0 ? event->start_minute : old;
        if (date_days(&event->from) == day_of(start) && minutes == old)
                return;
        When first = on_day(&event->from, minutes);
        format(&first, true, ret->start);
        int until = event->end_minute >= 0 ? event->end_minute : end + minutes - old;
        if (day_of(start) == day_of(last) && until > minutes && until < 24 * 60)
                snprintf(ret->end, sizeof(ret->end), "%02d:%02d", until / 60 % 24, until % 60);
}

static void compare_dates(const DraftEvent *event, const Event *known, DraftChange *ret)
{
        When start = event_start(known), last = last_of(known, &start);
        if (start.form == WHEN_NONE || !date_is_whole(&event->from) || !date_is_whole(&event->to) ||
                        event->form != DATE_DAYS)
                return;
        bool has_time = start.form != WHEN_DATE;
        if (has_time)
                compare_times(event, &start, &last, ret);
        else if (event->start_minute < 0)
                compare_days(event, &start, &last, ret);
        else if (date_days(&event->from) != day_of(&start) || day_of(&last) == day_of(&start)) {
                When first = on_day(&event->from, event->start_minute);
                format(&first, true, ret->start);
                if (event->end_minute > event->start_minute)
                        snprintf(ret->end, sizeof(ret->end), "%02d:%02d", event->end_minute / 60 % 24,
                                        event->end_minute % 60);
        }
        if (!ret->start[0])
                return;
        format(&start, has_time, ret->old_start);
        format(&last, has_time, ret->old_end);
}

int draft_change_init(const DraftSet *set, size_t event, const Event *known, DraftChange *ret)
{
        const DraftEvent *draft = &set->events[event];
        const char *place = place_of(known);
        *ret = (DraftChange){ .place = BUFFER_INIT(PLACE_MAX_BYTES), .old_place = place };
        compare_dates(draft, known, ret);
        bool is_new = (draft->town.text && !has(place, draft->town.text)) ||
                      (draft->venue.text && !*place) ||
                      (draft->venue.text && draft->town.text && strcmp(place, draft->town.text) == 0);
        if (is_new)
                draft_place_text(draft, &ret->place);
        return buffer_error(&ret->place) == -ENOMEM ? -ENOMEM : 0;
}

void draft_change_done(DraftChange *change)
{
        buffer_done(&change->place);
}

bool draft_change_is_empty(const DraftChange *change)
{
        return !change->start[0] && change->place.len == 0;
}
