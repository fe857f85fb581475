#include "calendar/object-expand.h"

#include "calendar/object-times-internal.h"
#include "calendar/value.h"

#include <errno.h>
#include <string.h>

/* An object that is being written, or an instance of it. */
typedef struct Expansion {
        ObjectTree *tree;
        ObjectTimes *times;
        const TimeRange *range;
        const ObjectSeries *series; /* whose instances are written */
        const Zone *zone;           /* of its dates and floating times */
        size_t *n_left;
        Buffer line;
        Buffer *out;
} Expansion;

static void expansion_done(Expansion *expansion)
{
        object_times_free(expansion->times);
        object_tree_free(expansion->tree);
        buffer_done(&expansion->line);
}

static int expansion_init(const ObjectSource *source, const TimeRange *range, Buffer *out, Expansion *ret)
{
        *ret = (Expansion){
                .range = range, .line = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes), .out = out
        };
        int r = object_tree_new(source->text, source->len, &ret->tree);
        return r != 0 ? r : object_times_new(source->zones, ret->tree, source->fallback, &ret->times);
}

static const ObjectNode *root_of(const Expansion *expansion)
{
        return object_tree_root(expansion->tree);
}

static void write_raw(const ContentLine *line, Buffer *out)
{
        buffer_append(out, line->raw, line->raw_len);
}

static void begin(const ObjectNode *node, Buffer *out)
{
        buffer_printf(out, "BEGIN:%s\r\n", node->name);
}

static void end(const ObjectNode *node, Buffer *out)
{
        buffer_printf(out, "END:%s\r\n", node->name);
}

static void begin_object(const Expansion *expansion)
{
        const ObjectNode *root = root_of(expansion);
        begin(root, expansion->out);
        for (size_t i = 0; i < root->n_lines; i++)
                write_raw(&root->lines[i], expansion->out);
}

static void end_object(const Expansion *expansion)
{
        end(root_of(expansion), expansion->out);
}

/* Writes a date or floating time as it is, and another time in UTC. */
static void write_moment(const Expansion *expansion, const char *name, const When *when, Buffer *out)
{
        char value[17];
        if (when->form == WHEN_DATE || when->form == WHEN_FLOATING)
                when_format(when, value);
        else
                time_format_utc(when_instant(when, expansion->zone), value);
        buffer_printf(out, "%s%s:%s\r\n", name, when->form == WHEN_DATE ? ";VALUE=DATE" : "", value);
}

/* Writes a property with a time zone in UTC. */
static void write_zoned(Expansion *expansion, const ContentLine *line, const When *when)
{
        char value[17];
        buffer_reset(&expansion->line);
        buffer_puts(&expansion->line, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                if (strcmp(line->params[i].name, "TZID") != 0)
                        content_write_param(&expansion->line, line->params[i].name, line->params[i].value);
        time_format_utc(when_instant(when, NULL), value);
        buffer_printf(&expansion->line, ":%s", value);
        content_fold(expansion->out, buffer_text(&expansion->line), expansion->line.len);
}

static void write_other(Expansion *expansion, const ContentLine *line)
{
        When when;
        if (content_line_param(line, "TZID") &&
                        object_series_when(&expansion->times->set, line, line->value, &when) &&
                        when.form == WHEN_ZONED)
                write_zoned(expansion, line, &when);
        else
                write_raw(line, expansion->out);
}

/* Whether the DURATION in a component is the exact length of an instance. */
static bool is_exact(const ContentLine *line, const Occurrence *instance)
{
        Duration duration;
        return value_parse_duration(line->value, &duration) == 0 &&
               instance->end_usec - instance->start_usec == duration_seconds(&duration) * USEC_PER_SEC;
}

static const char *end_name(const ObjectNode *node)
{
        return strcmp(node->name, "VTODO") == 0 ? "DUE" : "DTEND";
}

static bool is_name(const ContentLine *line, const char *name)
{
        return strcmp(line->name, name) == 0;
}

static bool is_of_recurrence(const ContentLine *line)
{
        static const char *const names[] = { "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (is_name(line, names[i]))
                        return true;
        return false;
}

static void write_line(Expansion *expansion, const ObjectNode *node, const ContentLine *line,
                const Occurrence *instance)
{
        if (is_of_recurrence(line))
                return;
        if (is_name(line, "DTSTART"))
                write_moment(expansion, line->name, &instance->start, expansion->out);
        else if (is_name(line, end_name(node)) || (is_name(line, "DURATION") && !is_exact(line, instance)))
                write_moment(expansion, end_name(node), &instance->end, expansion->out);
        else
                write_other(expansion, line);
}

/* Writes the end of an instance whose component has none: that of a period in an RDATE. */
static void write_missing_end(Expansion *expansion, const ObjectNode *node, const Occurrence *instance)
{
        bool is_given = object_node_line(node, "DTEND", NULL) || object_node_line(node, "DUE", NULL) ||
                        object_node_line(node, "DURATION", NULL) || instance->start.form == WHEN_DATE;
        if (!is_given && instance->end_usec > instance->start_usec)
                write_moment(expansion, end_name(node), &instance->end, expansion->out);
}

static int write_instance(const Occurrence *instance, void *userdata)
{
        Expansion *expansion = userdata;
        const ObjectNode *node = expansion->series->nodes[instance->component];
        if (*expansion->n_left == 0)
                return OBJECT_EXPAND_E_MANY;
        --*expansion->n_left;
        begin(node, expansion->out);
        for (size_t i = 0; i < node->n_lines; i++)
                write_line(expansion, node, &node->lines[i], instance);
        if (instance->recurrence_id.form != WHEN_NONE)
                write_moment(expansion, "RECURRENCE-ID", &instance->recurrence_id, expansion->out);
        write_missing_end(expansion, node, instance);
        for (const ObjectNode *inner = node->children; inner; inner = inner->next)
                buffer_append(expansion->out, inner->raw, inner->raw_len);
        end(node, expansion->out);
        return buffer_error(expansion->out);
}

static int expand_series(Expansion *expansion)
{
        int r = 0;
        for (expansion->series = expansion->times->set.first; r == 0 && expansion->series;
                        expansion->series = expansion->series->next) {
                const Event *event = expansion->series->event;
                /* The hours of a VAVAILABILITY stay inside it. */
                if (expansion->series->nodes[0]->parent != root_of(expansion))
                        continue;
                expansion->zone = event_zone(event, expansion->times->set.fallback);
                r = object_instances_each(expansion->times, expansion->series, expansion->range,
                                write_instance, expansion);
        }
        return r;
}

/* Writes the components that are of no series. */
static int write_rest(Expansion *expansion)
{
        int r = 0;
        size_t which;
        for (const ObjectNode *node = root_of(expansion)->children; r == 0 && node; node = node->next) {
                bool is_wanted = false;
                if (strcmp(node->name, "VTIMEZONE") == 0 ||
                                object_series_find(&expansion->times->set, node, &which))
                        continue;
                r = object_times_overlap(expansion->times, node, expansion->range, &is_wanted);
                if (is_wanted)
                        buffer_append(expansion->out, node->raw, node->raw_len);
        }
        return r;
}

int object_expand(const ObjectSource *source, const TimeRange *range, size_t *n_left, Buffer *out)
{
        CLEANUP(expansion_done) Expansion expansion;
        int r = expansion_init(source, range, out, &expansion);
        expansion.n_left = n_left;
        if (r == 0 && expansion.times->set.has_open)
                r = OBJECT_EXPAND_E_OPEN;
        if (r != 0)
                return r;
        begin_object(&expansion);
        r = expand_series(&expansion);
        if (r == 0)
                r = write_rest(&expansion);
        end_object(&expansion);
        return r != 0 ? r : buffer_error(out);
}

static bool is_between(usec_t start, usec_t end, const TimeRange *range)
{
        return start < range->to && (end > range->from || start >= range->from);
}

/* Whether an override concerns the range. */
static bool concerns(const Expansion *expansion, const ObjectSeries *series, size_t which)
{
        const Component *override = &series->event->components[which], *master = series->event->components;
        const Zone *zone = event_zone(series->event, expansion->times->set.fallback);
        usec_t place = when_instant(&override->recurrence_id, zone);
        usec_t start = when_instant(&override->start, zone);
        const When own_end = component_end(override, &override->start, zone);
        const When end = component_end(
                        master->is_override ? override : master, &override->recurrence_id, zone);
        if (override->is_range && place < expansion->range->to)
                return true;
        return is_between(start, when_instant(&own_end, zone), expansion->range) ||
               is_between(place, when_instant(&end, zone), expansion->range);
}

int object_limit_recurrences(const ObjectSource *source, const TimeRange *range, Buffer *out)
{
        CLEANUP(expansion_done) Expansion expansion;
        int r = expansion_init(source, range, out, &expansion);
        if (r != 0)
                return r;
        begin_object(&expansion);
        for (const ObjectNode *node = root_of(&expansion)->children; node; node = node->next) {
                size_t which;
                const ObjectSeries *series = object_series_find(&expansion.times->set, node, &which);
                if (!series || !series->event || !series->event->components[which].is_override ||
                                concerns(&expansion, series, which))
                        buffer_append(out, node->raw, node->raw_len);
        }
        end_object(&expansion);
        return buffer_error(out);
}

/* Writes those periods of a FREEBUSY that overlap the range; nothing if none does. */
static void write_periods(Expansion *expansion, const ContentLine *line)
{
        Buffer *out = &expansion->line;
        usec_t start, finish;
        size_t n = 0;
        content_line_unfold(line, out);
        if (out->len < line->value_len)
                return;
        buffer_remove(out, out->len - line->value_len, line->value_len);
        for (const char *at = line->value; *at;) {
                size_t len = strcspn(at, ",");
                if (value_parse_period(at, len, &start, &finish) == 0 && start < expansion->range->to &&
                                finish > expansion->range->from) {
                        if (n++ > 0)
                                buffer_putc(out, ',');
                        buffer_append(out, at, len);
                }
                at += len + (at[len] == ',');
        }
        if (n > 0)
                content_fold(expansion->out, buffer_text(out), out->len);
}

static void write_free_busy(Expansion *expansion, const ObjectNode *node)
{
        begin(node, expansion->out);
        for (size_t i = 0; i < node->n_lines; i++) {
                if (is_name(&node->lines[i], "FREEBUSY"))
                        write_periods(expansion, &node->lines[i]);
                else
                        write_raw(&node->lines[i], expansion->out);
        }
        end(node, expansion->out);
}

int object_limit_freebusy(const ObjectSource *source, const TimeRange *range, Buffer *out)
{
        CLEANUP(expansion_done) Expansion expansion;
        int r = expansion_init(source, range, out, &expansion);
        if (r != 0)
                return r;
        begin_object(&expansion);
        for (const ObjectNode *node = root_of(&expansion)->children; node; node = node->next) {
                if (strcmp(node->name, "VFREEBUSY") == 0)
                        write_free_busy(&expansion, node);
                else
                        buffer_append(out, node->raw, node->raw_len);
        }
        end_object(&expansion);
        return buffer_error(out);
}
