#include "dav/calendar-filter.h"

#include "calendar/object-times.h"
#include "calendar/recurring.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>

enum {
        VALUE_MAX_BYTES = 2 * 1024 * 1024,
        FOLDED_MAX_BYTES = COLLATION_GROWTH_MAX * VALUE_MAX_BYTES,
        EVENTS = 1 << OBJECT_EVENT | 1 << OBJECT_OWN_EVENT,
};

/* The object that is compared. */
typedef struct Matching {
        ZoneTable *zones;
        const Zone *fallback;
        const ObjectTree *tree;
        ObjectTimes *times; /* NULL until a time range needs it */
        Buffer decoded, folded;
        int error; /* negative errno; ends the comparison */
} Matching;

static bool has_times(Matching *matching)
{
        if (!matching->times && matching->error == 0)
                matching->error = object_times_new(
                                matching->zones, matching->tree, matching->fallback, &matching->times);
        return matching->times != NULL;
}

static TimeRange time_range(const DataRange *range)
{
        return (TimeRange){ range->from, range->to };
}

/* @value: decoded */
static bool text_matches(Matching *matching, const FilterText *text, const char *value, size_t len)
{
        bool matches = filter_text_matches(text, value, len, &matching->folded);
        if (matching->error == 0)
                matching->error = buffer_error(&matching->folded);
        return matches != text->negate;
}

static bool value_matches(Matching *matching, const FilterText *text, const ContentLine *line)
{
        buffer_reset(&matching->decoded);
        content_unescape(&matching->decoded, line->value, line->value_len);
        if (matching->error == 0)
                matching->error = buffer_error(&matching->decoded);
        return text_matches(matching, text, buffer_text(&matching->decoded), matching->decoded.len);
}

static bool params_match(Matching *matching, const FilterParam *filter, const ContentLine *line)
{
        for (; filter; filter = filter->next) {
                const char *value = content_line_param(line, filter->name);
                if ((value == NULL) != filter->is_not_defined)
                        return false;
                if (value && filter->text && !text_matches(matching, filter->text, value, strlen(value)))
                        return false;
        }
        return true;
}

static bool line_matches(Matching *matching, const FilterProperty *filter, const ObjectNode *node,
                const ContentLine *line)
{
        TimeRange range = time_range(&filter->range);
        if (filter->range.is_set &&
                        (!has_times(matching) || !object_times_property_overlaps(matching->times, node,
                                                                 filter->name, line, &range)))
                return false;
        return (!filter->text || value_matches(matching, filter->text, line)) &&
               params_match(matching, filter->params, line);
}

/* Whether a DTEND or DUE that is not given is in the range. It has no parameters. */
static bool computed_matches(Matching *matching, const FilterProperty *filter, const ObjectNode *node)
{
        TimeRange range = time_range(&filter->range);
        return filter->range.is_set && has_times(matching) &&
               object_times_property_overlaps(matching->times, node, filter->name, NULL, &range);
}

static bool property_matches(Matching *matching, const FilterProperty *filter, const ObjectNode *node)
{
        const ContentLine *line = object_node_line(node, filter->name, NULL);
        if (filter->is_not_defined || !line)
                return filter->is_not_defined ? !line : computed_matches(matching, filter, node);
        for (; line; line = object_node_line(node, filter->name, line))
                if (line_matches(matching, filter, node, line))
                        return true;
        return false;
}

static bool overlaps(Matching *matching, const DataRange *range, const ObjectNode *node)
{
        TimeRange wanted = time_range(range);
        bool result = false;
        if (has_times(matching))
                matching->error = object_times_overlap(matching->times, node, &wanted, &result);
        return result;
}

static bool some_component_matches(
                Matching *matching, const FilterComponent *filter, const ObjectNode *nodes);

/* Whether a component satisfies the conditions inside a comp-filter. The cheap ones are looked at first. */
static bool component_matches(Matching *matching, const FilterComponent *filter, const ObjectNode *node)
{
        for (const FilterProperty *property = filter->properties; property; property = property->next)
                if (!property_matches(matching, property, node) || matching->error < 0)
                        return false;
        for (const FilterComponent *inner = filter->components; inner; inner = inner->next)
                if (!some_component_matches(matching, inner, node->children) || matching->error < 0)
                        return false;
        return !filter->range.is_set || overlaps(matching, &filter->range, node);
}

static bool some_component_matches(
                Matching *matching, const FilterComponent *filter, const ObjectNode *nodes)
{
        for (const ObjectNode *node = nodes; node; node = node->next)
                if (strcmp(node->name, filter->name) == 0 &&
                                (filter->is_not_defined || component_matches(matching, filter, node)))
                        return !filter->is_not_defined;
        return filter->is_not_defined;
}

int calendar_filter_matches(const FilterComponent *filter, ZoneTable *zones, const Zone *fallback,
                const char *text, size_t len, bool *ret)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        int r = object_tree_new(text, len, &tree);
        *ret = false;
        if (r != 0)
                return r == OBJECT_TREE_E_INVALID ? 0 : r;
        Matching matching = { .zones = zones,
                .fallback = fallback,
                .tree = tree,
                .decoded = BUFFER_INIT(VALUE_MAX_BYTES),
                .folded = BUFFER_INIT(FOLDED_MAX_BYTES) };
        *ret = some_component_matches(&matching, filter, object_tree_root(tree));
        object_times_free(matching.times);
        buffer_done(&matching.decoded);
        buffer_done(&matching.folded);
        return matching.error;
}

static const struct {
        const char *name;
        unsigned kinds;
} kinds[] = {
        { "VEVENT", EVENTS },
        { "VTODO", 1U << OBJECT_TODO },
        { "VJOURNAL", 1U << OBJECT_DRAFT | 1U << OBJECT_JOURNAL },
        { "VAVAILABILITY", 1U << OBJECT_OFFER },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static unsigned kinds_of(const char *name)
{
        for (int i = 0; i < N_KINDS; i++)
                if (strcmp(kinds[i].name, name) == 0)
                        return kinds[i].kinds;
        return 0;
}

/* Every object may have VTIMEZONEs and X- components beside its own component. No object has a VFREEBUSY. */
static void narrow(FilterScope *scope, const FilterComponent *filter)
{
        unsigned named = kinds_of(filter->name);
        bool is_beside = named == 0 && strcmp(filter->name, "VFREEBUSY") != 0;
        scope->is_exact = scope->is_exact && !is_beside && !filter->properties && !filter->components &&
                          !filter->range.is_set;
        if (!is_beside)
                scope->kinds &= filter->is_not_defined ? ~named : named;
        /* Another range may be that of another instance, so the two are not intersected. */
        if (named == EVENTS && !filter->is_not_defined && !scope->range.is_set)
                scope->range = filter->range;
}

/* Whether the only condition is that an event is in a range. */
static bool is_range(const FilterComponent *filter)
{
        const FilterComponent *inner = filter->components;
        return !filter->is_not_defined && !filter->properties && !filter->range.is_set && inner &&
               !inner->next && kinds_of(inner->name) == EVENTS && !inner->is_not_defined &&
               !inner->properties && !inner->components && inner->range.is_set;
}

FilterScope calendar_filter_scope(const FilterComponent *filter)
{
        FilterScope scope = { .is_exact = !filter->properties, .is_range = is_range(filter) };
        for (int i = 0; i < N_KINDS && !filter->is_not_defined; i++)
                scope.kinds |= kinds[i].kinds;
        for (const FilterComponent *inner = filter->components; inner; inner = inner->next)
                narrow(&scope, inner);
        return scope;
}

bool calendar_filter_is_inside(
                const FilterScope *scope, usec_t start, usec_t end, const char *text, size_t len)
{
        const DataRange *range = &scope->range;
        usec_t least = INT64_MIN + FILTER_ZONES_APART, most = USEC_INFINITY - FILTER_ZONES_APART;
        return scope->is_range && start > least && end >= start && end < most &&
               start - FILTER_ZONES_APART > range->from && start + FILTER_ZONES_APART < range->to &&
               !recurring_may_be(text, len);
}
