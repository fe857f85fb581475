#include "calendar/add.h"

#include "base/phrase.h"
#include "calendar/edit.h"
#include "calendar/event-data.h"
#include "calendar/merge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 64 * 1024 * 1024, VALUE_SIZE = 17 };

/* ---- The ids of a message ---- */

typedef struct IdWalk {
        Buffer *out;
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

static void take_line(IdWalk *walk, const ContentLine *line)
{
        if (line->depth == 1 && strcmp(line->name, "BEGIN") == 0) {
                buffer_reset(&walk->id);
                walk->has_id = strcmp(line->value, "VEVENT") != 0;
        } else if (line->depth == 2 && strcmp(line->name, "RECURRENCE-ID") == 0) {
                walk->has_id = true;
        } else if (line->depth == 2 && strcmp(line->name, "DTSTART") == 0) {
                take_start(walk, line);
        } else if (line->depth == 1 && strcmp(line->name, "END") == 0 && !walk->has_id && walk->id.len > 0) {
                buffer_append(walk->out, walk->id.data, walk->id.len);
                walk->adds = true;
        }
        buffer_append(walk->out, line->raw, line->raw_len);
}

bool add_write_ids(const char *text, size_t len, Buffer *out)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_FILE);
        IdWalk walk = { .out = out, .id = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes * 2) };
        ContentLine line;
        int r = reader ? content_reader_next(reader, &line, NULL) : -1;
        for (; r == 0 || (r == CONTENT_E_INVALID && line.raw);
                        r = content_reader_next(reader, &line, NULL)) {
                if (r == 0)
                        take_line(&walk, &line);
                else
                        buffer_append(out, line.raw, line.raw_len);
        }
        buffer_done(&walk.id);
        return r == CONTENT_END && walk.adds && !buffer_error(out);
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

/* The instances of a message, one of each for each component. */
typedef struct Addition {
        const Event *kept, *given;
        const Zone *zone;
        bool *known, *plain;
        char (*values)[VALUE_SIZE], (*params)[WHEN_PARAMS_SIZE]; /* of the RDATEs */
        size_t n_new, n_changed;
        bool copies; /* whether the component that is being read is copied */
        Buffer *out;
} Addition;

static void addition_done(Addition *addition)
{
        free(addition->known);
        free(addition->plain);
        free(addition->values);
        free(addition->params);
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
        int r = event_has_instance(addition->kept, given, addition->zone, &addition->known[i]);
        if (r != 0 || addition->known[i])
                return r;
        When place = place_of(addition, given);
        addition->plain[i] = is_plain(master, given, addition->zone);
        addition->n_new++;
        addition->n_changed += !addition->plain[i];
        when_format(&place, addition->values[i]);
        return when_params(&place, addition->params[i]);
}

/* Writes the kept event with an RDATE for each new instance. */
static int write_dates(const Addition *addition, usec_t now, Buffer *out)
{
        size_t n = 0, n_given = addition->given->n_components;
        CLEANUP(cleanup_free) EditProperty *properties = calloc(n_given + 2, sizeof(*properties));
        char sequence[16];
        int highest = event_sequence(addition->kept);
        if (!properties)
                return -ENOMEM;
        for (size_t i = 0; i < n_given; i++) {
                if (addition->known[i])
                        continue;
                properties[n++] = (EditProperty){
                        .name = "RDATE",
                        .params = addition->params[i],
                        .value = addition->values[i],
                        .scope = EDIT_BESIDE,
                };
                if (addition->given->components[i].sequence > highest)
                        highest = addition->given->components[i].sequence;
        }
        snprintf(sequence, sizeof(sequence), "%d", highest);
        properties[n] = (EditProperty){ .name = "SEQUENCE", .value = sequence };
        edit_event(addition->kept, properties, now, out);
        return buffer_error(out);
}

/* Copies the message without the instances that are known or say nothing. */
static int copy_changed(const ContentLine *line, void *userdata)
{
        Addition *addition = userdata;
        size_t which;
        if (line->depth == 1 && strcmp(line->name, "BEGIN") == 0)
                addition->copies = !event_find_component(addition->given, line->number, &which) ||
                                   (!addition->known[which] && !addition->plain[which]);
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
        return r != 0 ? r : event_merge(series, changed, &(EventMerge){ .cancel = false }, out);
}

static int write_addition(Addition *addition, usec_t now, Buffer *out, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer dated = BUFFER_INIT(OBJECT_MAX_BYTES);
        if (addition->n_new == 0) {
                buffer_append(out, addition->kept->text, addition->kept->len);
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
        size_t n = given->n_components;
        Addition addition = {
                .kept = kept,
                .given = given,
                .zone = event_zone(kept, fallback),
                .known = calloc(n, sizeof(bool)),
                .plain = calloc(n, sizeof(bool)),
                .values = calloc(n, sizeof(*addition.values)),
                .params = calloc(n, sizeof(*addition.params)),
        };
        int r = addition.known && addition.plain && addition.values && addition.params ? 0 : -ENOMEM;
        if (r == 0 && !can_add(kept, given)) {
                input_error_set(ret_error, given->components[0].line, "METHOD",
                                "ADD is for an event that is kept with its date");
                r = EVENT_E_INVALID;
        }
        for (size_t i = 0; r == 0 && i < n; i++)
                r = examine(&addition, i, ret_error);
        if (r == 0)
                r = write_addition(&addition, now, out, ret_error);
        addition_done(&addition);
        return r;
}
