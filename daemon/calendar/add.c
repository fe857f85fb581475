#include "calendar/add.h"

#include "base/array.h"
#include "base/phrase.h"
#include "calendar/component-build.h"
#include "calendar/edit.h"
#include "calendar/exclusion.h"
#include "calendar/exdates.h"
#include "calendar/instance.h"
#include "calendar/line-map.h"
#include "calendar/merge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 64 * 1024 * 1024, VALUE_SIZE = 17 };

/* ---- The ids of a message ---- */

typedef struct IdWalk {
        Buffer *out, *lines;
        Buffer id; /* the RECURRENCE-ID to add to the open VEVENT */
        bool has_id, adds;
} IdWalk;

static void take_start(IdWalk *walk, const ContentLine *start)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        buffer_puts(&line, "RECURRENCE-ID");
        for (size_t i = 0; i < start->n_params; i++)
                content_write_param(&line, start->params[i].name, start->params[i].value);
        buffer_printf(&line, ":%s", start->value);
        buffer_reset(&walk->id);
        content_fold(&walk->id, buffer_text(&line), line.len);
}

static void take_line(const ContentLine *line, void *userdata)
{
        IdWalk *walk = userdata;
        if (line->depth == 1 && strcmp(line->name, "BEGIN") == 0) {
                buffer_reset(&walk->id);
                walk->has_id = strcmp(line->value, "VEVENT") != 0;
        } else if (line->depth == 2 && strcmp(line->name, "RECURRENCE-ID") == 0) {
                walk->has_id = true;
        } else if (line->depth == 2 && strcmp(line->name, "DTSTART") == 0) {
                take_start(walk, line);
        } else if (line->depth == 1 && strcmp(line->name, "END") == 0 && !walk->has_id && walk->id.len > 0) {
                buffer_append(walk->out, walk->id.data, walk->id.len);
                line_map_add(walk->lines, walk->id.data, walk->id.len, 0);
                walk->adds = true;
        }
}

bool add_write_ids(const char *text, size_t len, Buffer *out, Buffer *lines)
{
        IdWalk walk = {
                .out = out, .lines = lines, .id = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes * 2)
        };
        bool is_whole = line_map_copy(text, len, take_line, &walk, out, lines);
        buffer_done(&walk.id);
        return is_whole && walk.adds;
}

/* ---- What an instance says ---- */

/* Whether each version or instance has a property of its own. */
static bool is_own_property(const char *name)
{
        static const char *const names[] = { "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE",
                "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return false;
}

static bool is_same_line(const ContentLine *a, const ContentLine *b)
{
        if (strcmp(a->value, b->value) != 0 || a->n_params != b->n_params)
                return false;
        for (size_t i = 0; i < a->n_params; i++)
                if (strcmp(a->params[i].name, b->params[i].name) != 0 ||
                                strcmp(a->params[i].value, b->params[i].value) != 0)
                        return false;
        return true;
}

static bool has_line(const Component *component, const ContentLine *line)
{
        const ContentLine *own;
        for (size_t i = 0; (own = line_list_find(&component->lines, line->name, i)); i++)
                if (is_same_line(own, line))
                        return true;
        return false;
}

/* Whether an instance says nothing that the series does not say of an instance that starts then. */
static bool is_plain(const Component *master, const Component *given, const Zone *zone)
{
        When end = component_end(given, &given->start, zone);
        When usual = component_end(master, &given->start, zone);
        if (given->alarms || given->parts || when_instant(&end, zone) != when_instant(&usual, zone) ||
                        when_instant(&given->start, zone) != when_instant(&given->recurrence_id, zone))
                return false;
        for (size_t i = 0; i < given->lines.n; i++) {
                const ContentLine *line = &given->lines.items[i];
                if (!is_own_property(line->name) && !has_line(master, line))
                        return false;
        }
        return true;
}

/* ---- Adding ---- */

/* The decision about an instance of a message. */
typedef struct Added {
        When place;      /* its original start in the form of the series */
        bool needs_date; /* it becomes an RDATE */
        bool is_changed; /* it becomes an override */
} Added;

typedef struct Addition {
        const Event *kept, *given;
        const Zone *zone;
        Instance *instances; /* one of each for each component of `given` */
        Added *added;
        When *returning; /* instances that no EXDATE excludes any more */
        size_t n_returning, n_dates, n_changed, n_stale;
        Exclusions exclusions;
        EditProperty *properties; /* of the master */
        size_t n_properties;
        Arena arena;  /* of their texts */
        size_t which; /* the component that is being read, and whether it is copied */
        bool is_copied, copies;
        Buffer *out;
} Addition;

static void addition_done(Addition *addition)
{
        free(addition->instances);
        free(addition->added);
        free(addition->returning);
        free(addition->properties);
        exclusions_done(&addition->exclusions);
        arena_done(&addition->arena);
}

static int addition_init(Addition *addition, const Event *kept, const Event *given, const Zone *fallback)
{
        size_t n = given->n_components;
        *addition = (Addition){
                .kept = kept,
                .given = given,
                .zone = event_zone(kept, fallback),
                .instances = calloc(n, sizeof(*addition->instances)),
                .added = calloc(n, sizeof(*addition->added)),
                .returning = calloc(n, sizeof(*addition->returning)),
        };
        if (!addition->instances || !addition->added || !addition->returning)
                return -ENOMEM;
        return exclusions_init(&addition->exclusions, kept, addition->zone);
}

/* Returns the original start in the form of the series; the second of two equal clock times in UTC. */
static When place_of(const Addition *addition, const Component *given)
{
        const When *start = &addition->kept->components[0].start;
        When place = given->recurrence_id;
        usec_t instant = when_instant(&place, addition->zone);
        if (place.form == WHEN_DATE)
                return place;
        place.form = start->form;
        place.zone = start->zone;
        when_set_instant(&place, when_clock(start, addition->zone), instant / USEC_PER_SEC);
        return place.later > 0 ? when_of_instant(NULL, instant) : place;
}

static int refuse_ruled_out(const Component *given, const When *place, InputError *ret_error)
{
        char value[VALUE_SIZE];
        when_format(place, value);
        input_error_set(ret_error, given->line, "DTSTART",
                        "EXRULE of the series excludes the instance at %s, so that it cannot be added",
                        value);
        return EVENT_E_INVALID;
}

/*
 * Decides what is done with an instance. One that takes place is known, and stays as it is. One that EXDATE
 * excludes or that is cancelled takes place again, unless the message is older than the cancellation.
 */
static int decide(Addition *addition, size_t i, InputError *ret_error)
{
        const Instance *instance = &addition->instances[i];
        const Component *given = &addition->given->components[i], *source = instance->source;
        Added *added = &addition->added[i];
        bool is_excluded = exclusions_have(&addition->exclusions, &added->place, instance->place);
        bool is_cancelled = source->is_override && source->status == EVENT_CANCELLED;
        bool exists = instance->is_start || instance->override;
        if (instance->is_ruled_out)
                return refuse_ruled_out(given, &added->place, ret_error);
        if (exists && !is_excluded && !is_cancelled)
                return 0;
        if ((is_cancelled || instance->override) && component_compare_versions(given, source) < 0) {
                addition->n_stale++;
                return 0;
        }
        added->needs_date = !exists;
        added->is_changed = source->is_override ||
                            !is_plain(&addition->kept->components[0], given, addition->zone);
        addition->n_dates += added->needs_date;
        addition->n_changed += added->is_changed;
        if (is_excluded)
                addition->returning[addition->n_returning++] = added->place;
        return 0;
}

static int examine(Addition *addition, size_t i, InputError *ret_error)
{
        const Component *master = &addition->kept->components[0], *given = &addition->given->components[i];
        if (given->sequence < master->sequence)
                return EVENT_E_STALE;
        if ((given->recurrence_id.form == WHEN_DATE) != (master->start.form == WHEN_DATE)) {
                input_error_set(ret_error, given->line, "DTSTART",
                                "is of another form than DTSTART of the series");
                return EVENT_E_INVALID;
        }
        addition->added[i].place = place_of(addition, given);
        return decide(addition, i, ret_error);
}

static int add_property(
                Addition *addition, const char *name, const char *params, const char *value, EditScope scope)
{
        EditProperty *properties =
                        array_grow(addition->properties, addition->n_properties, sizeof(*properties));
        if (!properties)
                return -ENOMEM;
        addition->properties = properties;
        EditProperty *property = &properties[addition->n_properties++];
        *property = (EditProperty){ .name = name, .scope = scope };
        if (params)
                property->params = arena_copy(&addition->arena, params, strlen(params));
        if (value)
                property->value = arena_copy(&addition->arena, value, strlen(value));
        return (params && !property->params) || (value && !property->value) ? -ENOMEM : 0;
}

/* Adds dates, those of equal parameters that follow each other as one property. */
static int add_dates(Addition *addition, const char *name, EditScope scope, const When *dates, size_t n)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(OBJECT_MAX_BYTES);
        char value[VALUE_SIZE], params[WHEN_PARAMS_SIZE], next[WHEN_PARAMS_SIZE];
        int r = n > 0 ? when_params(&dates[0], params) : 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                when_format(&dates[i], value);
                buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", value);
                next[0] = '\0';
                r = i + 1 < n ? when_params(&dates[i + 1], next) : 0;
                if (r != 0 || (i + 1 < n && strcmp(params, next) == 0))
                        continue;
                r = buffer_error(&list);
                if (r == 0)
                        r = add_property(addition, name, params, buffer_text(&list), scope);
                strcpy(params, next);
                buffer_reset(&list);
        }
        return r;
}

/* Adds the EXDATEs that remain. */
static int add_exdates(Addition *addition)
{
        WhenList rest = { .items = NULL };
        if (addition->n_returning == 0)
                return 0;
        int r = exdates_without(addition->kept, addition->zone, addition->returning, addition->n_returning,
                        &addition->arena, &rest);
        if (r == 0 && rest.n == 0)
                return add_property(addition, "EXDATE", NULL, NULL, EDIT_NAME);
        return r == 0 ? add_dates(addition, "EXDATE", EDIT_NAME, rest.items, rest.n) : r;
}

static int highest_sequence(const Addition *addition)
{
        int highest = event_sequence(addition->kept);
        for (size_t i = 0; i < addition->given->n_components; i++)
                if (addition->given->components[i].sequence > highest)
                        highest = addition->given->components[i].sequence;
        return highest;
}

/*
 * Adds the version of the message. Its DTSTAMP is the sender's, because the sender's next version is
 * compared with it (RFC 5546, 2.1.5).
 */
static int add_version(Addition *addition)
{
        char sequence[16], text[VALUE_SIZE];
        usec_t stamp = addition->kept->components[0].stamp;
        snprintf(sequence, sizeof(sequence), "%d", highest_sequence(addition));
        for (size_t i = 0; i < addition->given->n_components; i++)
                if (addition->given->components[i].stamp > stamp)
                        stamp = addition->given->components[i].stamp;
        time_format_utc(stamp, text);
        int r = add_property(addition, "SEQUENCE", NULL, sequence, EDIT_NAME);
        return r == 0 ? add_property(addition, "DTSTAMP", NULL, text, EDIT_NAME) : r;
}

/* Writes the kept event with the dates of the instances. */
static int write_dates(Addition *addition, usec_t now, Buffer *out)
{
        int r = add_exdates(addition);
        for (size_t i = 0; r == 0 && i < addition->given->n_components; i++)
                if (addition->added[i].needs_date)
                        r = add_dates(addition, "RDATE", EDIT_BESIDE, &addition->added[i].place, 1);
        if (r == 0)
                r = add_version(addition);
        if (r == 0)
                r = add_property(addition, NULL, NULL, NULL, EDIT_NAME);
        if (r != 0)
                return r;
        edit_event(addition->kept, addition->properties, now, out);
        return buffer_error(out);
}

/* Writes a RECURRENCE-ID in the form of the series, which that of the message may not have. */
static int write_id(Addition *addition)
{
        const When *place = &addition->added[addition->which].place;
        char value[VALUE_SIZE], params[WHEN_PARAMS_SIZE];
        when_format(place, value);
        int r = when_params(place, params);
        if (r == 0)
                component_build_line(
                                &(BuildProperty){ "RECURRENCE-ID", params, value, false }, addition->out);
        return r;
}

/* Copies the zones of the message, and the instances that become overrides. */
static int copy_changed(const ContentLine *line, void *userdata)
{
        Addition *addition = userdata;
        if (line->depth == 1 && strcmp(line->name, "BEGIN") == 0) {
                bool found = event_find_component(addition->given, line->number, &addition->which);
                addition->is_copied = found && addition->added[addition->which].is_changed;
                addition->copies = found ? addition->is_copied : strcmp(line->value, "VTIMEZONE") == 0;
        }
        if (addition->is_copied && line->depth == 2 && strcmp(line->name, "RECURRENCE-ID") == 0)
                return write_id(addition);
        if (line->depth == 0 || addition->copies)
                buffer_append(addition->out, line->raw, line->raw_len);
        return 0;
}

static int write_changed(Addition *addition, const Buffer *dated, Buffer *out, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *series = NULL;
        CLEANUP(event_freep) Event *changed = NULL;
        addition->copies = true;
        addition->out = &text;
        int r = event_each_line(addition->given, copy_changed, addition);
        if (r == 0)
                r = buffer_error(&text);
        if (r == 0)
                r = event_parse(addition->kept->zones, buffer_text(dated), dated->len, &series, ret_error);
        if (r == 0)
                r = event_parse(addition->kept->zones, buffer_text(&text), text.len, &changed, ret_error);
        return r != 0 ? r : event_merge(series, changed, &(EventMerge){ .zone = addition->zone }, out);
}

static int write_addition(Addition *addition, usec_t now, Buffer *out, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer dated = BUFFER_INIT(OBJECT_MAX_BYTES);
        const Event *kept = addition->kept;
        bool adds = addition->n_dates > 0 || addition->n_returning > 0 || addition->n_changed > 0;
        if (!adds && addition->n_stale > 0)
                return EVENT_E_STALE;
        if (!adds && highest_sequence(addition) == event_sequence(kept)) {
                buffer_append(out, kept->text, kept->len);
                return buffer_error(out);
        }
        if (addition->n_changed == 0)
                return write_dates(addition, now, out);
        int r = write_dates(addition, now, &dated);
        return r != 0 ? r : write_changed(addition, &dated, out, ret_error);
}

/* Whether each component is an instance of a kept event with a date. */
static bool can_add(const Event *kept, const Event *given)
{
        for (size_t i = 0; i < given->n_components; i++)
                if (!given->components[i].is_override)
                        return false;
        return event_has_series(kept) && event_start(kept).form != WHEN_NONE && !event_is_availability(kept);
}

int event_add(const Event *kept, const Event *given, const Zone *fallback, usec_t now, Buffer *out,
                InputError *ret_error)
{
        Addition addition;
        int r = addition_init(&addition, kept, given, fallback);
        if (r == 0 && !can_add(kept, given)) {
                input_error_set(ret_error, given->components[0].line, "METHOD",
                                "ADD is for an event that is kept with its date");
                r = EVENT_E_INVALID;
        }
        if (r == 0)
                r = instances_init(kept, given, fallback, addition.instances);
        if (r == 0)
                r = instances_find_starts(kept, given, fallback, addition.instances);
        for (size_t i = 0; r == 0 && i < given->n_components; i++)
                r = examine(&addition, i, ret_error);
        if (r == 0)
                r = write_addition(&addition, now, out, ret_error);
        addition_done(&addition);
        return r;
}
