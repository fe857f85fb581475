#include "calendar/series-changes.h"

#include "calendar/exclusion.h"
#include "calendar/publish-series.h"

/* The callback of series_each_change(). */
typedef struct Listener {
        int (*on_change)(const When *place, const Occurrence *moved, void *userdata);
        void *userdata;
} Listener;

/* Shows a time in UTC on the clock of the series, which has one zone. */
static void take_zone(When *when, const When *place)
{
        if (when->form == WHEN_UTC && place->form == WHEN_ZONED)
                *when = when_of_instant(place->zone, when_instant(when, NULL));
}

static int tell_override(
                const Exclusions *exclusions, const Occurrence *occurrence, const Listener *listener)
{
        const Event *event = exclusions->event;
        const Component *override = &event->components[occurrence->component];
        usec_t instant = series_place(event, exclusions->zone, override);
        When place = publish_series_id(event, occurrence->component);
        if (!override->is_range && exclusions_have(exclusions, &override->recurrence_id, instant))
                return 0;
        if (occurrence->status == EVENT_CANCELLED)
                return listener->on_change(&place, NULL, listener->userdata);
        if (when_compare(&occurrence->start, &occurrence->recurrence_id) == 0)
                return 0;
        Occurrence moved = *occurrence;
        take_zone(&moved.start, &place);
        take_zone(&moved.end, &place);
        return listener->on_change(&place, &moved, listener->userdata);
}

int series_each_change(const Event *event, const Zone *fallback,
                int (*on_change)(const When *place, const Occurrence *moved, void *userdata), void *userdata)
{
        const Listener listener = { on_change, userdata };
        Exclusions exclusions;
        Occurrence occurrence;
        When place;
        int r = exclusions_init(&exclusions, event, event_zone(event, fallback));
        for (size_t i = 0; r == 0 && publish_series_exdate(event, i, fallback, &place); i++)
                r = on_change(&place, NULL, userdata);
        for (size_t i = 0; r == 0 && occurrence_of_override(event, i, fallback, &occurrence); i++)
                r = tell_override(&exclusions, &occurrence, &listener);
        exclusions_done(&exclusions);
        return r;
}
