/*
 * The text of each series is written again and parsed, as for AVAILABLE (calendar/availability): what is
 * refused and what is expanded is the same as for a stored event. The number of the component is in a
 * property of its own, because the parser changes the order. VTIMEZONEs are parsed only for names that the
 * table does not have, because that takes longer than all the rest.
 */

#include "calendar/object-series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER "X-COMPONENT-NUMBER"

/*
 * After so many octets no other series of the object is parsed: the text of each has all VTIMEZONEs, so that
 * their sum can be the square of the object's length.
 */
enum { PARSED_MAX_BYTES = 4 * 1024 * 1024 };

static const char *const kinds[] = { "VEVENT", "VTODO", "VJOURNAL", "AVAILABLE" };

static bool is_series(const ObjectNode *node)
{
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
                if (strcmp(node->name, kinds[i]) == 0)
                        return true;
        return false;
}

static bool is_todo(const ObjectNode *node)
{
        return strcmp(node->name, "VTODO") == 0;
}

static const char *uid_of(const ObjectNode *node)
{
        const ContentLine *line = object_node_line(node, "UID", NULL);
        return line ? line->value : "";
}

static bool has_start(const ObjectNode *node)
{
        return object_node_line(node, "DTSTART", NULL) ||
               (is_todo(node) && object_node_line(node, "DUE", NULL));
}

/*
 * Adds the zone of the VTIMEZONE with this name, if the object has one. One that cannot be read is added,
 * too, so that it is read once only.
 */
static int add_own_zone(ObjectSeriesSet *set, const char *tzid)
{
        for (const ObjectNode *node = set->root->children; node; node = node->next) {
                bool is_zone = strcmp(node->name, "VTIMEZONE") == 0;
                const ContentLine *name = is_zone ? object_node_line(node, "TZID", NULL) : NULL;
                if (!name || !zone_same_name(name->value, tzid))
                        continue;
                ObjectZone *own = arena_allocate(&set->arena, sizeof(*own));
                if (!own)
                        return -ENOMEM;
                int r = zone_from_vtimezone(node->raw, node->raw_len, &own->zone);
                if (r < 0)
                        return r;
                if (r > 0)
                        own->zone = NULL;
                own->tzid = name->value;
                own->next = set->own_zones;
                set->own_zones = own;
                return 0;
        }
        return ZONE_E_UNKNOWN;
}

static int find_own_zone(ObjectSeriesSet *set, const char *tzid, const Zone **ret)
{
        for (int round = 0; round < 2; round++) {
                for (const ObjectZone *own = set->own_zones; own; own = own->next) {
                        if (!zone_same_name(own->tzid, tzid))
                                continue;
                        *ret = own->zone;
                        return own->zone ? 0 : ZONE_E_UNKNOWN;
                }
                int r = round == 0 ? add_own_zone(set, tzid) : ZONE_E_UNKNOWN;
                if (r != 0)
                        return r;
        }
        return ZONE_E_UNKNOWN;
}

static int find_zone(ObjectSeriesSet *set, const char *tzid, const Zone **ret)
{
        int r = zone_table_get(set->zones, tzid, ret);
        return r <= 0 ? r : find_own_zone(set, tzid, ret);
}

const Zone *object_series_zone(const ObjectSeriesSet *set, const ObjectNode *node)
{
        const ContentLine *own = node ? object_node_line(node, "X-CONVENED-TZID", NULL) : NULL;
        const Zone *zone;
        return own && zone_table_get(set->zones, own->value, &zone) == 0 ? zone : set->fallback;
}

bool object_series_when(ObjectSeriesSet *set, const ContentLine *line, const char *value, When *ret)
{
        const char *tzid = content_line_param(line, "TZID");
        When when;
        if (when_parse(value, &when) < 0)
                return false;
        if (tzid && when.form == WHEN_FLOATING) {
                if (find_zone(set, tzid, &when.zone) != 0)
                        return false;
                when.form = WHEN_ZONED;
        }
        *ret = when;
        return true;
}

/* Appends a line, under another name if @name is not NULL. */
static void write_line(const ContentLine *line, const char *name, Buffer *unfolded, Buffer *out)
{
        content_line_unfold(line, unfolded);
        if (buffer_error(unfolded))
                return;
        buffer_puts(out, name ? name : line->name);
        buffer_append(out, unfolded->data + strlen(line->name), unfolded->len - strlen(line->name));
        buffer_puts(out, "\r\n");
}

/* Whether the DUE of a VTODO is after its DTSTART, as the DTEND of an event must be. */
static bool due_is_end(ObjectSeriesSet *set, const ObjectNode *node)
{
        const ContentLine *start = object_node_line(node, "DTSTART", NULL);
        const ContentLine *due = object_node_line(node, "DUE", NULL);
        When from, to;
        return start && due && object_series_when(set, start, start->value, &from) &&
               object_series_when(set, due, due->value, &to) && when_same_form(&from, &to) &&
               when_instant(&from, NULL) < when_instant(&to, NULL);
}

static void write_due(ObjectSeriesSet *set, const ObjectNode *node, Buffer *unfolded, Buffer *out)
{
        const ContentLine *due = is_todo(node) ? object_node_line(node, "DUE", NULL) : NULL;
        if (due && !object_node_line(node, "DTSTART", NULL))
                write_line(due, "DTSTART", unfolded, out);
        else if (due && due_is_end(set, node))
                write_line(due, "DTEND", unfolded, out);
}

/* Whether the component has a status that event_parse() knows. */
static bool has_known_status(const ObjectNode *node)
{
        static const char *const known[] = { "TENTATIVE", "CONFIRMED", "CANCELLED" };
        const ContentLine *line = object_node_line(node, "STATUS", NULL);
        for (size_t i = 0; line && i < sizeof(known) / sizeof(known[0]); i++)
                if (strcasecmp(line->value, known[i]) == 0)
                        return true;
        return false;
}

/* Whether the component of the series gets a line of this name. */
static bool is_copied(const ObjectNode *node, const char *name)
{
        bool is_event = strcmp(node->name, "VEVENT") == 0;
        if (strcmp(name, "STATUS") == 0)
                return is_event && has_known_status(node);
        if (strcmp(name, "DTEND") == 0)
                return is_event || strcmp(node->name, "AVAILABLE") == 0;
        return strcmp(name, "DURATION") != 0 ||
               (strcmp(node->name, "VJOURNAL") != 0 && object_node_line(node, "DTSTART", NULL));
}

static bool is_recurrence(const char *name)
{
        return strcmp(name, "RRULE") == 0 || strcmp(name, "EXRULE") == 0 || strcmp(name, "RDATE") == 0 ||
               strcmp(name, "EXDATE") == 0;
}

static void write_component(
                ObjectSeriesSet *set, const ObjectNode *node, bool with_rules, Buffer *unfolded, Buffer *out)
{
        static const char *const names[] = { "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE",
                "EXRULE", "RDATE", "EXDATE", "SEQUENCE", "LAST-MODIFIED", "DTSTAMP", "STATUS",
                "X-CONVENED-TZID" };
        bool has_stamp = object_node_line(node, "DTSTAMP", NULL) != NULL;
        buffer_printf(out, "BEGIN:VEVENT\r\nUID:1\r\n" NUMBER ":%zu\r\n%s", node->number,
                        has_stamp ? "" : "DTSTAMP:19700101T000000Z\r\n");
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const ContentLine *line = NULL;
                if (!is_copied(node, names[i]) || (!with_rules && is_recurrence(names[i])))
                        continue;
                while ((line = object_node_line(node, names[i], line)))
                        write_line(line, NULL, unfolded, out);
        }
        write_due(set, node, unfolded, out);
        buffer_puts(out, "END:VEVENT\r\n");
}

/* Appends each VTIMEZONE whose name is not in the table. */
static void write_zones(const ObjectSeriesSet *set, Buffer *out)
{
        for (const ObjectNode *node = set->root->children; node; node = node->next) {
                const ContentLine *name = object_node_line(node, "TZID", NULL);
                const Zone *zone;
                if (strcmp(node->name, "VTIMEZONE") == 0 && name &&
                                zone_table_get(set->zones, name->value, &zone) != 0)
                        buffer_append(out, node->raw, node->raw_len);
        }
}

static bool is_of(const ObjectNode *node, const ObjectNode *first)
{
        return strcmp(node->name, first->name) == 0 && has_start(node) &&
               strcmp(uid_of(node), uid_of(first)) == 0;
}

static void write_series(ObjectSeriesSet *set, const ObjectNode *first, bool with_rules, Buffer *out)
{
        CLEANUP(buffer_done) Buffer unfolded = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        buffer_puts(out, "BEGIN:VCALENDAR\r\n");
        write_zones(set, out);
        for (const ObjectNode *node = first; node; node = node->next)
                if (is_of(node, first))
                        write_component(set, node, with_rules, &unfolded, out);
        buffer_puts(out, "END:VCALENDAR\r\n");
}

static int parse_series(ObjectSeriesSet *set, const ObjectNode *first, bool with_rules, Event **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(2 * CONTENT_LIMITS_OBJECT.text_bytes);
        if (set->parsed_bytes > PARSED_MAX_BYTES)
                return EVENT_E_INVALID;
        write_series(set, first, with_rules, &text);
        set->parsed_bytes += text.len;
        int r = buffer_error(&text);
        if (r == -EFBIG)
                return EVENT_E_INVALID;
        return r != 0 ? r : event_parse(set->zones, text.data, text.len, ret, NULL);
}

static const ObjectNode *node_of(const ObjectNode *first, const Component *component)
{
        const ContentLine *given = line_list_find(&component->lines, NUMBER, 0);
        size_t number = given ? strtoul(given->value, NULL, 10) : 0;
        const ObjectNode *node = first;
        while (node->number != number)
                node = node->next;
        return node;
}

static int list_nodes(ObjectSeriesSet *set, ObjectSeries *series)
{
        size_t n = series->event->n_components;
        const ObjectNode **nodes = arena_allocate(&set->arena, n * sizeof(const ObjectNode *));
        if (!nodes)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                nodes[i] = node_of(series->first, &series->event->components[i]);
        series->nodes = nodes;
        return 0;
}

static int add_series(ObjectSeriesSet *set, const ObjectNode *first)
{
        ObjectSeries *series = arena_allocate(&set->arena, sizeof(*series));
        if (!series)
                return -ENOMEM;
        series->first = first;
        *(set->last ? &set->last->next : &set->first) = series;
        set->last = series;
        int r = parse_series(set, first, true, &series->event);
        if (r == EVENT_E_INVALID) {
                series->is_open = set->has_open = true;
                r = parse_series(set, first, false, &series->event);
        }
        if (r == EVENT_E_INVALID)
                return 0;
        return r != 0 ? r : list_nodes(set, series);
}

/* Whether an earlier component of the same parent begins the series. */
static bool is_begun(const ObjectNode *node)
{
        const ObjectNode *before = node->parent->children;
        while (before != node && !(is_of(before, node)))
                before = before->next;
        return before != node;
}

static int add_all(ObjectSeriesSet *set, const ObjectNode *parent)
{
        int r = 0;
        for (const ObjectNode *node = parent->children; r == 0 && node; node = node->next) {
                if (strcmp(node->name, "VAVAILABILITY") == 0)
                        r = add_all(set, node);
                else if (is_series(node) && has_start(node) && !is_begun(node))
                        r = add_series(set, node);
        }
        return r;
}

int object_series_init(ZoneTable *zones, const ObjectTree *tree, const Zone *fallback, ObjectSeriesSet *ret)
{
        *ret = (ObjectSeriesSet){ .zones = zones, .root = object_tree_root(tree), .fallback = fallback };
        return add_all(ret, ret->root);
}

void object_series_done(ObjectSeriesSet *set)
{
        for (ObjectSeries *series = set->first; series; series = series->next)
                event_free(series->event);
        for (ObjectZone *own = set->own_zones; own; own = own->next)
                zone_unref(own->zone);
        arena_done(&set->arena);
}

const ObjectSeries *object_series_find(
                const ObjectSeriesSet *set, const ObjectNode *node, size_t *ret_component)
{
        *ret_component = 0;
        for (const ObjectSeries *series = set->first; series; series = series->next) {
                if (!series->event && node->parent == series->first->parent && is_of(node, series->first))
                        return series;
                for (size_t i = 0; series->event && i < series->event->n_components; i++)
                        if (series->nodes[i] == node) {
                                *ret_component = i;
                                return series;
                        }
        }
        return NULL;
}
