#include "calendar/merge.h"

#include "base/phrase.h"
#include "calendar/edit.h"
#include "calendar/event-data.h"
#include "calendar/exclusion.h"
#include "calendar/instance.h"
#include "calendar/merge-cancel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The state of a pass over one object's text. */
typedef struct Merge {
        const Event *event, *other; /* the text that is read is that of `event` */
        const bool *left_out;       /* one for each component of `event` */
        /* For each component of `event` what cancels it, or NULL; the array is NULL if none is cancelled. */
        const Component *const *cancelled_by;
        const Instance *instances; /* for each component of `event`, if its instances are cancelled */
        const Zone *zone;          /* of the kept event */
        Buffer *out;
        bool copies;  /* whether the component that is being read is copied */
        bool cancels; /* whether it is cancelled */
        size_t which; /* its number */
} Merge;

static bool is_begin(const ContentLine *line)
{
        return line->depth == 1 && strcmp(line->name, "BEGIN") == 0;
}

/* Writes the lines that cancel @kept: DTSTAMP, STATUS and SEQUENCE. */
static void write_cancelled(const Merge *merge, const Component *kept, const Component *given)
{
        char stamp[17];
        time_format_utc(given->stamp, stamp);
        buffer_printf(merge->out, "DTSTAMP:%s\r\nSTATUS:CANCELLED\r\nSEQUENCE:%d\r\n", stamp,
                        given->sequence > kept->sequence ? given->sequence : kept->sequence);
}

/* Whether write_cancelled() has written the line's property. */
static bool is_rewritten(const Merge *merge, const ContentLine *line)
{
        static const char *const names[] = { "DTSTAMP", "STATUS", "SEQUENCE" };
        for (size_t i = 0; merge->cancels && line->depth == 2 && i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(line->name, names[i]) == 0)
                        return true;
        return false;
}

/*
 * Copies the kept object, except for the overrides that are replaced and the END of the calendar, and
 * cancels what is cancelled.
 */
static int copy_kept(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        size_t which = 0;
        if (is_begin(line)) {
                bool found = event_find_component(merge->event, line->number, &which);
                merge->copies = found ? !merge->left_out[which] : strcmp(line->value, "VTIMEZONE") == 0;
                merge->cancels = found && merge->cancelled_by && merge->cancelled_by[which];
        } else if (line->depth == 0 || (line->depth == 1 && strcmp(line->name, "END") != 0)) {
                merge->copies = strcmp(line->name, "END") != 0;
                merge->cancels = false;
        }
        if (merge->copies && !is_rewritten(merge, line))
                buffer_append(merge->out, line->raw, line->raw_len);
        if (is_begin(line) && merge->copies && merge->cancels)
                write_cancelled(merge, &merge->event->components[which], merge->cancelled_by[which]);
        return 0;
}

/* Copies the lines of the instances of a message, and completes those that are cancelled. */
static int copy_given(const ContentLine *line, void *userdata)
{
        Merge *merge = userdata;
        bool ends = strcmp(line->name, "END") == 0;
        if (is_begin(line))
                merge->copies = event_find_component(merge->event, line->number, &merge->which) &&
                                !merge->left_out[merge->which];
        if (line->depth == 0 || (line->depth == 1 && !is_begin(line) && !ends) || !merge->copies)
                return 0;
        if (!merge->instances)
                buffer_append(merge->out, line->raw, line->raw_len);
        else
                merge_write_cancelled(&merge->event->components[merge->which],
                                merge->instances[merge->which].source, merge->zone, line, merge->out);
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

/* ---- Merging ---- */

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
static int mark_missing(const Event *kept, const Event *given, const EventMerge *how, Instance *instances,
                bool *ret_missing)
{
        size_t n_unknown = 0;
        for (size_t i = 0; i < given->n_components; i++)
                n_unknown += !instances[i].override;
        if (!how->on_missing || n_unknown == 0)
                return 0;
        int r = instances_find_starts(kept, given, how->zone, instances);
        for (size_t i = 0; r == 0 && i < given->n_components; i++) {
                ret_missing[i] = !instances[i].override && !instances[i].is_start;
                if (ret_missing[i])
                        r = tell_missing(&given->components[i], how);
        }
        return r;
}

/*
 * Marks the older version of each instance that both objects have; of equal versions, that of @kept. Return:
 * 0, EVENT_E_STALE or EVENT_E_INVALID if no instance of @given is used.
 */
static int mark_older(const Event *kept, const Event *given, const Instance *instances, bool *kept_out,
                bool *given_out)
{
        bool any = false, any_found = false;
        for (size_t i = 0; i < given->n_components; i++) {
                const Component *override = instances[i].override;
                if (given_out[i])
                        continue;
                any_found = true;
                given_out[i] = override && component_compare_versions(&given->components[i], override) < 0;
                if (override && !given_out[i])
                        kept_out[override - kept->components] = true;
                any = any || !given_out[i];
        }
        return any ? 0 : any_found ? EVENT_E_STALE : EVENT_E_INVALID;
}

/* Finds the kept overrides that are cancelled because they are after a cancelled RANGE=THISANDFUTURE. */
static void find_cancelled(const Event *kept, const Event *given, const Zone *zone,
                const Instance *instances, const bool *given_out, const Component **ret)
{
        for (size_t i = 0; i < given->n_components; i++) {
                const Component *range = &given->components[i];
                for (size_t k = 0; range->is_range && !given_out[i] && k < kept->n_components; k++) {
                        const Component *override = &kept->components[k];
                        if (override->is_override &&
                                        series_place(kept, zone, override) > instances[i].place &&
                                        component_compare_versions(range, override) >= 0)
                                ret[k] = range;
                }
        }
}

/* @kept, @given: what is copied of both objects */
static int write_merged(Merge *kept, Merge *given)
{
        int r = event_each_line(kept->event, copy_kept, kept);
        if (r == 0)
                r = event_each_line(given->event, copy_zones, given);
        if (r == 0)
                r = event_each_line(given->event, copy_given, given);
        buffer_puts(kept->out, "END:VCALENDAR\r\n");
        return r == 0 ? buffer_error(kept->out) : r;
}

int event_merge(const Event *kept, const Event *given, const EventMerge *how, Buffer *out)
{
        CLEANUP(cleanup_free) bool *kept_out = calloc(kept->n_components, sizeof(bool));
        CLEANUP(cleanup_free) bool *given_out = calloc(given->n_components, sizeof(bool));
        CLEANUP(cleanup_free) Instance *instances = calloc(given->n_components, sizeof(*instances));
        CLEANUP(cleanup_free)
        const Component **cancelled_by = calloc(kept->n_components, sizeof(const Component *));
        const Zone *zone = event_zone(kept, how->zone);
        if (!kept_out || !given_out || !instances || !cancelled_by)
                return -ENOMEM;
        int r = instances_init(kept, given, how->zone, instances);
        if (r == 0)
                r = mark_missing(kept, given, how, instances, given_out);
        if (r == 0)
                r = mark_older(kept, given, instances, kept_out, given_out);
        if (r != 0)
                return r;
        if (how->cancel)
                find_cancelled(kept, given, zone, instances, given_out, cancelled_by);
        return write_merged(&(Merge){ .event = kept,
                                            .other = given,
                                            .left_out = kept_out,
                                            .cancelled_by = cancelled_by,
                                            .out = out },
                        &(Merge){ .event = given,
                                        .other = kept,
                                        .left_out = given_out,
                                        .instances = how->cancel ? instances : NULL,
                                        .zone = zone,
                                        .out = out });
}

/* Cancels each of the changed instances of an object that has no master. */
static int cancel_instances(const Event *kept, const Event *given, Buffer *out)
{
        CLEANUP(cleanup_free) bool *left_out = calloc(kept->n_components, sizeof(bool));
        CLEANUP(cleanup_free)
        const Component **cancelled_by = calloc(kept->n_components, sizeof(const Component *));
        if (!left_out || !cancelled_by)
                return -ENOMEM;
        for (size_t i = 0; i < kept->n_components; i++)
                cancelled_by[i] = &given->components[0];
        Merge merge = {
                .event = kept, .other = given, .left_out = left_out, .cancelled_by = cancelled_by, .out = out
        };
        int r = event_each_line(merge.event, copy_kept, &merge);
        buffer_puts(out, "END:VCALENDAR\r\n");
        return r == 0 ? buffer_error(out) : r;
}

int event_cancel(const Event *kept, const Event *given, usec_t now, Buffer *out)
{
        if (event_compare_versions(given, kept) < 0)
                return EVENT_E_STALE;
        if (!event_has_series(kept))
                return cancel_instances(kept, given, out);
        char sequence[16], stamp[17];
        const Component *master = &kept->components[0], *message = &given->components[0];
        snprintf(sequence, sizeof(sequence), "%d", event_sequence(given));
        time_format_utc(message->stamp > master->stamp ? message->stamp : master->stamp, stamp);
        bool higher = event_sequence(given) > event_sequence(kept);
        const EditProperty properties[] = {
                { .name = "DTSTAMP", .value = stamp },
                { .name = "STATUS", .value = "CANCELLED" },
                { .name = higher ? "SEQUENCE" : NULL, .value = sequence },
                { .name = NULL },
        };
        edit_event(kept, properties, now, out);
        return buffer_error(out);
}
