#include "calendar/edit-occurrence.h"

#include "calendar/component-build.h"
#include "calendar/event-data.h"
#include "calendar/merge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 16 * 1024 * 1024, DAY_SECONDS = 86400 };

/* Whether @start is at @when: on that day, or at that time of its own clock. */
static bool is_at(const When *start, const When *when)
{
        CivilTime civil = start->civil;
        if (when->form == WHEN_DATE)
                return civil_days(civil.year, civil.month, civil.day) ==
                       civil_days(when->civil.year, when->civil.month, when->civil.day);
        return start->form != WHEN_DATE && civil_seconds(&civil) == civil_seconds(&when->civil);
}

static int find_original(const Event *event, const Zone *fallback, const When *when, Occurrence *ret)
{
        Occurrence occurrence;
        int n = 0;
        for (size_t i = 0; occurrence_of_override(event, i, fallback, &occurrence); i++)
                if (is_at(&occurrence.recurrence_id, when) && n++ == 0)
                        *ret = occurrence;
        return n;
}

int edit_occurrence_find(
                const Event *event, const Zone *fallback, const When *when, Occurrence *ret, int *ret_n)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        /* Two more days on each side: the day begins in UTC here, but the starts may be in any zone. */
        usec_t day = when_instant(when, NULL), span = 2 * DAY_SECONDS * USEC_PER_SEC;
        int r = occurrences_new(
                        event, fallback, day - span, day + span + DAY_SECONDS * USEC_PER_SEC, &iterator);
        *ret_n = 0;
        while (r == 0) {
                r = occurrences_next(iterator, &occurrence);
                if (r == 0 && is_at(&occurrence.start, when) && (*ret_n)++ == 0)
                        *ret = occurrence;
        }
        if (r == OCCURRENCE_END && *ret_n == 0)
                *ret_n = find_original(event, fallback, when, ret);
        return r == OCCURRENCE_END ? 0 : r;
}

/* The state of a pass over the text of the series that writes the override alone, with the zones. */
typedef struct Pick {
        const EditProperty *properties;
        const Component *source;
        const When *recurrence_id;
        const char *stamp;
        Buffer *out;
        bool copies; /* the line is in a part that is copied */
        bool inside; /* the line is in the source */
        bool has_new;
} Pick;

/*
 * Whether a property is not copied: properties of the series (RFC 5545, 3.8.5), and those that each
 * version has of its own.
 */
static bool is_replaced(const Pick *pick, const char *name)
{
        static const char *const names[] = { "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
                "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "DURATION" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(name, names[i]) == 0)
                        return true;
        for (const EditProperty *property = pick->properties; property->name; property++)
                if (strcmp(name, property->name) == 0)
                        return true;
        return false;
}

static void write_line(Pick *pick, const EditProperty *property)
{
        component_build_line(&(BuildProperty){ property->name, property->params, property->value,
                                             property->text },
                        pick->out);
}

static void write_recurrence_id(Pick *pick)
{
        const When *when = pick->recurrence_id;
        char value[17], params[WHEN_PARAMS_SIZE];
        when_format(when, value);
        int r = when_params(when, params);
        if (r != 0) {
                pick->out->error = pick->out->error ? pick->out->error : r;
                return;
        }
        write_line(pick, &(EditProperty){ .name = "RECURRENCE-ID", .params = params, .value = value });
}

static void write_new(Pick *pick)
{
        char sequence[16];
        if (pick->has_new)
                return;
        pick->has_new = true;
        write_recurrence_id(pick);
        snprintf(sequence, sizeof(sequence), "%d", pick->source->sequence + 1);
        write_line(pick, &(EditProperty){ .name = "SEQUENCE", .value = sequence });
        write_line(pick, &(EditProperty){ .name = "DTSTAMP", .value = pick->stamp });
        write_line(pick, &(EditProperty){ .name = "LAST-MODIFIED", .value = pick->stamp });
        for (const EditProperty *property = pick->properties; property->name; property++)
                if (property->value)
                        write_line(pick, property);
}

static int copy_line(const ContentLine *line, void *userdata)
{
        Pick *pick = userdata;
        bool begins = strcmp(line->name, "BEGIN") == 0, ends = strcmp(line->name, "END") == 0;
        if (line->depth == 1 && begins) {
                pick->inside = line->number == pick->source->line;
                pick->copies = pick->inside || strcmp(line->value, "VTIMEZONE") == 0;
        } else if (line->depth == 1 && !ends) {
                pick->copies = strcmp(line->name, "METHOD") != 0;
        }
        if (pick->inside && ((line->depth == 1 && ends) || (line->depth == 2 && begins)))
                write_new(pick);
        bool replaced = pick->inside && line->depth == 2 && !begins && !ends &&
                        is_replaced(pick, line->name);
        if (line->depth == 0 || (pick->copies && !replaced))
                buffer_append(pick->out, line->raw, line->raw_len);
        return 0;
}

int edit_occurrence(const Event *event, const Occurrence *occurrence, const EditProperty *properties,
                usec_t now, Buffer *out, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *given = NULL;
        char stamp[17];
        edit_format_stamp(event, now, stamp);
        Pick pick = {
                .properties = properties,
                .source = &event->components[occurrence->component],
                .recurrence_id = &occurrence->recurrence_id,
                .stamp = stamp,
                .out = &text,
        };
        bool is_own = pick.source->is_override &&
                      when_compare(&pick.source->recurrence_id, pick.recurrence_id) == 0;
        if (pick.source->is_range && is_own)
                return EVENT_E_RANGE;
        int r = event_each_line(event, copy_line, &pick);
        if (r == 0)
                r = buffer_error(&text);
        if (r == 0)
                r = event_parse(event->zones, buffer_text(&text), text.len, &given, ret_error);
        return r != 0 ? r : event_merge(event, given, &(EventMerge){ .cancel = false }, out);
}
