#include "calendar/merge.h"

#include "base/phrase.h"
#include "calendar/edit.h"
#include "calendar/event-data.h"
#include "calendar/exclusion.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { STARTS_MAX = 100000 /* of series_each_start() */ };

/* The state of a pass over one object's text. */
typedef struct Merge {
        const Event *event, *other; /* the text that is read is that of `event` */
        const bool *left_out;       /* one for each component of `event` */
        bool cancel;
        Buffer *out;
        bool copies;  /* whether the component that is being read is copied */
        bool cancels; /* whether it is cancelled */
} Merge;

/* Whether both components are overrides of one instance of @series. */
static bool same_place(const Event *series, const Component *a, const Component *b)
{
        return a->is_override && b->is_override &&
               series_place(series, NULL, a) == series_place(series, NULL, b);
}

static bool is_begin(const ContentLine *line)
{
        return line->depth == 1 && strcmp(line->name, "BEGIN") == 0;
}

/* Copies the kept object, except for the overrides that are replaced and the END of the calendar. */
static int copy_kept(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        if (is_begin(line)) {
                size_t which;
                merge->copies = event_find_component(merge->event, line->number, &which)
                                                ? !merge->left_out[which]
                                                : strcmp(line->value, "VTIMEZONE") == 0;
        } else if (line->depth == 0 || (line->depth == 1 && strcmp(line->name, "END") != 0)) {
                merge->copies = strcmp(line->name, "END") != 0;
        }
        if (merge->copies)
                buffer_append(merge->out, line->raw, line->raw_len);
        return 0;
}

static int copy_given(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        if (is_begin(line)) {
                size_t which;
                bool component = event_find_component(merge->event, line->number, &which);
                merge->copies = component && !merge->left_out[which];
                merge->cancels = merge->cancel && component;
        }
        if (line->depth == 0 || (line->depth == 1 && !is_begin(line) && strcmp(line->name, "END") != 0) ||
                        !merge->copies)
                return 0;
        bool status = line->depth == 2 && strcmp(line->name, "STATUS") == 0;
        if (!merge->cancels || !status)
                buffer_append(merge->out, line->raw, line->raw_len);
        if (merge->cancels && is_begin(line))
                buffer_puts(merge->out, "STATUS:CANCELLED\r\n");
        return 0;
}

static bool knows_zone(const Event *event, const char *name)
{
        for (const OwnZone *own = event->own_zones; own; own = own->next)
                if (zone_same_name(zone_name(own->zone), name))
                        return true;
        return false;
}

/* Copies the VTIMEZONEs, except for those whose names the other object has. */
static int copy_zones(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        if (is_begin(line))
                merge->copies = false;
        if (is_begin(line) && strcmp(line->value, "VTIMEZONE") == 0) {
                const char *end = merge->event->text + merge->event->len;
                const char *stop = memmem(line->raw, (size_t)(end - line->raw), "END:VTIMEZONE", 13);
                Zone *zone = NULL;
                int r = stop ? zone_from_vtimezone(line->raw, (size_t)(stop + 13 - line->raw), &zone) : 1;
                if (r < 0)
                        return r;
                merge->copies = r == 0 && !knows_zone(merge->other, zone_name(zone));
                zone_unref(zone);
        }
        bool property = line->depth == 1 && !is_begin(line) && strcmp(line->name, "END") != 0;
        if (merge->copies && line->depth > 0 && !property)
                buffer_append(merge->out, line->raw, line->raw_len);
        return 0;
}

/* ---- Instances that the series has ---- */

typedef struct InstanceSearch {
        const When *id;
        usec_t instant, place; /* see series_place() */
        int n;
        bool found;
} InstanceSearch;

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

/*
 * An id of another form than the start, such as a midnight for a whole day, is one of the same day, perhaps
 * in another zone.
 */
static int compare_start(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        InstanceSearch *search = userdata;
        bool is_day = (start->form == WHEN_DATE) != (search->id->form == WHEN_DATE);
        int64_t days = day_of(start) - day_of(search->id);
        (void)is_excluded;
        search->n++;
        search->found = is_day ? days >= -1 && days <= 1
                               : instant == search->instant || instant == search->place;
        return search->found || (is_day ? days > 1 : instant > search->instant);
}

int event_has_instance(const Event *kept, const Component *given, const Zone *fallback, bool *ret)
{
        *ret = true;
        if (kept->n_components == 0 || event_start(kept).form == WHEN_NONE)
                return 0;
        const Zone *zone = event_zone(kept, fallback);
        InstanceSearch search = {
                .id = &given->recurrence_id,
                .instant = when_instant(&given->recurrence_id, zone),
                .place = series_place(kept, zone, given),
                .found = kept->components[0].is_override,
        };
        for (size_t i = 0; !search.found && i < kept->n_components; i++)
                search.found = same_place(kept, &kept->components[i], given);
        int r = search.found ? 0 : series_each_start(kept, fallback, compare_start, &search);
        *ret = search.found || search.n == STARTS_MAX;
        return r < 0 ? r : 0;
}

static int tell_missing(const Component *given, const EventMerge *how)
{
        InputError warning;
        char value[17];
        when_format(&given->recurrence_id, value);
        input_error_set(&warning, given->line, "RECURRENCE-ID",
                        how->cancel ? "the series has no instance at %s; nothing is cancelled"
                                    : "the series has no instance at %s; the change is left out",
                        value);
        return how->on_missing(&warning, how->userdata);
}

/* Marks the instances of @given that @kept does not have. */
static int mark_missing(const Event *kept, const Event *given, const EventMerge *how, bool *ret_missing)
{
        int r = 0;
        for (size_t i = 0; r == 0 && how->on_missing && i < given->n_components; i++) {
                bool found;
                r = event_has_instance(kept, &given->components[i], how->zone, &found);
                ret_missing[i] = r == 0 && !found;
                if (ret_missing[i])
                        r = tell_missing(&given->components[i], how);
        }
        return r;
}

/*
 * Marks the older version of each instance that both objects have; of equal versions, that of @kept. Return:
 * 0, EVENT_E_STALE or EVENT_E_INVALID if no instance of @given is used.
 */
static int mark_older(const Event *kept, const Event *given, bool *kept_out, bool *given_out)
{
        bool any = false, any_found = false;
        for (size_t i = 0; i < given->n_components; i++) {
                if (given_out[i])
                        continue;
                any_found = true;
                for (size_t k = 0; k < kept->n_components; k++) {
                        if (!same_place(kept, &kept->components[k], &given->components[i]))
                                continue;
                        given_out[i] = component_compare_versions(
                                                       &given->components[i], &kept->components[k]) < 0;
                        kept_out[k] = !given_out[i];
                }
                any = any || !given_out[i];
        }
        return any ? 0 : any_found ? EVENT_E_STALE : EVENT_E_INVALID;
}

int event_merge(const Event *kept, const Event *given, const EventMerge *how, Buffer *out)
{
        CLEANUP(cleanup_free) bool *kept_out = calloc(kept->n_components, sizeof(bool));
        CLEANUP(cleanup_free) bool *given_out = calloc(given->n_components, sizeof(bool));
        if (!kept_out || !given_out)
                return -ENOMEM;
        int r = mark_missing(kept, given, how, given_out);
        if (r == 0)
                r = mark_older(kept, given, kept_out, given_out);
        if (r != 0)
                return r;
        Merge merge = { .event = kept, .other = given, .left_out = kept_out, .out = out };
        r = event_each_line(merge.event, copy_kept, &merge);
        merge = (Merge){
                .event = given, .other = kept, .left_out = given_out, .cancel = how->cancel, .out = out
        };
        if (r == 0)
                r = event_each_line(merge.event, copy_zones, &merge);
        if (r == 0)
                r = event_each_line(merge.event, copy_given, &merge);
        buffer_puts(out, "END:VCALENDAR\r\n");
        return r == 0 ? buffer_error(out) : r;
}

/* Writes the lines that cancel @kept: DTSTAMP, STATUS and SEQUENCE. */
static void write_cancelled(Merge *merge, const Component *kept)
{
        const Component *given = &merge->other->components[0];
        char stamp[17];
        time_format_utc(given->stamp, stamp);
        buffer_printf(merge->out, "DTSTAMP:%s\r\nSTATUS:CANCELLED\r\nSEQUENCE:%d\r\n", stamp,
                        given->sequence > kept->sequence ? given->sequence : kept->sequence);
}

static int copy_cancelled(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        static const char *const replaced[] = { "DTSTAMP", "STATUS", "SEQUENCE" };
        size_t which;
        if (is_begin(line))
                merge->cancels = event_find_component(merge->event, line->number, &which);
        for (size_t i = 0; merge->cancels && line->depth == 2 && i < sizeof(replaced) / sizeof(replaced[0]);
                        i++)
                if (strcmp(line->name, replaced[i]) == 0)
                        return 0;
        int r = copy_kept(line, merge);
        if (is_begin(line) && merge->cancels)
                write_cancelled(merge, &merge->event->components[which]);
        return r;
}

/* Cancels each of the changed instances of an object that has no master. */
static int cancel_instances(const Event *kept, const Event *given, Buffer *out)
{
        CLEANUP(cleanup_free) bool *left_out = calloc(kept->n_components, sizeof(bool));
        Merge merge = { .event = kept, .other = given, .left_out = left_out, .out = out };
        int r = left_out ? event_each_line(merge.event, copy_cancelled, &merge) : -ENOMEM;
        buffer_puts(out, "END:VCALENDAR\r\n");
        return r == 0 ? buffer_error(out) : r;
}

int event_cancel(const Event *kept, const Event *given, usec_t now, Buffer *out)
{
        if (event_compare_versions(given, kept) < 0)
                return EVENT_E_STALE;
        if (!event_has_series(kept))
                return cancel_instances(kept, given, out);
        char sequence[16];
        snprintf(sequence, sizeof(sequence), "%d", event_sequence(given));
        bool higher = event_sequence(given) > event_sequence(kept);
        const EditProperty properties[] = {
                { .name = "STATUS", .value = "CANCELLED" },
                { .name = higher ? "SEQUENCE" : NULL, .value = sequence },
                { .name = NULL },
        };
        edit_event(kept, properties, now, out);
        return buffer_error(out);
}
