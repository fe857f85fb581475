#include "dav/calendar-data.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { PART_MAX_BYTES = 32 * 1024 * 1024 };

bool calendar_data_is_whole(const DataRequest *data)
{
        return !data->component && !data->expand.is_set && !data->recurrences.is_set &&
               !data->free_busy.is_set;
}

bool calendar_data_is_supported(const DataRequest *data)
{
        return (!data->content_type || strcasecmp(data->content_type, "text/calendar") == 0) &&
               (!data->version || strcmp(data->version, "2.0") == 0);
}

/*
 * Whether an element names a component and nothing inside it. Such an element asks for all of the component,
 * as that of VTIMEZONE in RFC 4791, 7.8.1.
 */
static bool is_bare(const DataComponent *wanted)
{
        return !wanted->all_properties && !wanted->all_components && !wanted->properties &&
               !wanted->components;
}

static const DataProperty *find_property(const DataComponent *wanted, const char *name)
{
        const DataProperty *property = wanted->properties;
        while (property && strcasecmp(property->name, name) != 0)
                property = property->next;
        return property;
}

static const DataComponent *find_component(const DataComponent *wanted, const char *name)
{
        const DataComponent *component = wanted->components;
        while (component && strcasecmp(component->name, name) != 0)
                component = component->next;
        return component;
}

/* Appends the name and the parameters of a property, and no value (9.6.4). */
static void write_name(const ContentLine *line, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        buffer_puts(&text, line->name);
        for (size_t i = 0; i < line->n_params; i++)
                content_write_param(&text, line->params[i].name, line->params[i].value);
        buffer_putc(&text, ':');
        if (buffer_error(&text) == 0)
                content_fold(out, buffer_text(&text), text.len);
}

static void write_properties(const ObjectNode *node, const DataComponent *wanted, Buffer *out)
{
        for (size_t i = 0; i < node->n_lines; i++) {
                const ContentLine *line = &node->lines[i];
                const DataProperty *property =
                                wanted->all_properties ? NULL : find_property(wanted, line->name);
                if (property && property->without_value)
                        write_name(line, out);
                else if (property || wanted->all_properties)
                        buffer_append(out, line->raw, line->raw_len);
        }
}

/* The reader's maximum of depth bounds the recursion. */
static void write_component(const ObjectNode *node, const DataComponent *wanted, Buffer *out)
{
        if (is_bare(wanted)) {
                buffer_append(out, node->raw, node->raw_len);
                return;
        }
        buffer_printf(out, "BEGIN:%s\r\n", node->name);
        write_properties(node, wanted, out);
        for (const ObjectNode *inner = node->children; inner; inner = inner->next) {
                const DataComponent *inside = find_component(wanted, inner->name);
                if (wanted->all_components)
                        buffer_append(out, inner->raw, inner->raw_len);
                else if (inside)
                        write_component(inner, inside, out);
        }
        buffer_printf(out, "END:%s\r\n", node->name);
}

static int choose(const DataRequest *data, const char *text, size_t len, Buffer *out)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        bool is_all = !data->component || strcasecmp(data->component->name, "VCALENDAR") != 0;
        int r = is_all ? OBJECT_TREE_E_INVALID : object_tree_new(text, len, &tree);
        if (r == OBJECT_TREE_E_INVALID)
                buffer_append(out, text, len);
        else if (r == 0)
                write_component(object_tree_root(tree), data->component, out);
        return r < 0 ? r : buffer_error(out);
}

static TimeRange time_range(const DataRange *range)
{
        return (TimeRange){ range->from, range->to };
}

static int expand(const ObjectSource *source, const DataRange *range, size_t *n_left, Buffer *out)
{
        TimeRange wanted = time_range(range);
        size_t n = *n_left < CALENDAR_DATA_OBJECT_INSTANCES_MAX ? *n_left
                                                                : CALENDAR_DATA_OBJECT_INSTANCES_MAX;
        size_t before = n;
        int r = object_expand(source, &wanted, &n, out);
        *n_left -= before - n;
        return r;
}

/* Appends the object with the instances in the range that is asked for; nothing if none is. */
static int cut_instances(const DataRequest *data, const ObjectSource *source, size_t *n_left, Buffer *out)
{
        if (data->expand.is_set)
                return expand(source, &data->expand, n_left, out);
        if (!data->recurrences.is_set)
                return 0;
        TimeRange range = time_range(&data->recurrences);
        return object_limit_recurrences(source, &range, out);
}

static int cut_free_busy(const DataRequest *data, const ObjectSource *source, Buffer *out)
{
        TimeRange range = time_range(&data->free_busy);
        return data->free_busy.is_set ? object_limit_freebusy(source, &range, out) : 0;
}

/* Makes the content of @part the source of the next step, if the step before has written any. */
static void go_on_with(const Buffer *part, ObjectSource *source)
{
        if (part->len == 0)
                return;
        source->text = part->data;
        source->len = part->len;
}

int calendar_data_cut(const DataRequest *data, const ObjectSource *source, size_t *n_left, Buffer *out)
{
        CLEANUP(buffer_done) Buffer instances = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer free_busy = BUFFER_INIT(PART_MAX_BYTES);
        ObjectSource from = *source;
        int r = cut_instances(data, &from, n_left, &instances);
        if (r == 0) {
                go_on_with(&instances, &from);
                r = cut_free_busy(data, &from, &free_busy);
        }
        if (r == 0) {
                go_on_with(&free_busy, &from);
                r = choose(data, from.text, from.len, out);
        }
        if (r == OBJECT_TREE_E_INVALID || r == OBJECT_EXPAND_E_OPEN) {
                buffer_append(out, source->text, source->len);
                return buffer_error(out);
        }
        return r == -EFBIG ? OBJECT_EXPAND_E_MANY : r;
}
