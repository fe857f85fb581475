#include "dav/calendar-filter-read.h"

#include "base/html.h"
#include "calendar/object-times.h"

#include <errno.h>
#include <string.h>

enum { FAULT_MAX_BYTES = 64 * 1024 };

/* The state of the reader of one filter. */
typedef struct FilterReader {
        XmlReader *xml;
        Arena *arena;
        size_t n_parts;
        const char *fault; /* the element that is not supported, as XML */
} FilterReader;

/* The parts of a filter that were read so far; a part may occur once. */
typedef struct Parts {
        bool not_defined, range, text, others;
} Parts;

static bool is(const FilterReader *reader, const char *local)
{
        return xml_is(reader->xml, XML_CALDAV, local);
}

static int count_part(FilterReader *reader)
{
        return reader->n_parts++ < CALENDAR_FILTER_PARTS_MAX ? 0 : CALENDAR_FILTER_E_UNSUPPORTED;
}

/* Copies the attribute `name` in capitals: names of iCalendar ignore case (RFC 5545, 2). */
static int copy_name(FilterReader *reader, const char **ret)
{
        const char *value = xml_attribute(reader->xml, "name");
        int r = count_part(reader);
        if (r != 0 || !value || !value[0])
                return r != 0 ? r : CALENDAR_FILTER_E_INVALID;
        char *copy = arena_copy(reader->arena, value, strlen(value));
        if (!copy)
                return -ENOMEM;
        for (char *c = copy; *c; c++)
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        *ret = copy;
        return 0;
}

/* Marks a part as read. Return: CALENDAR_FILTER_E_INVALID if it was read before. */
static int mark(bool *part)
{
        bool again = *part;
        *part = true;
        return again ? CALENDAR_FILTER_E_INVALID : 0;
}

/* is-not-defined excludes all other parts, and a range excludes a text. */
static int check_parts(const Parts *parts)
{
        bool bad = (parts->not_defined && (parts->range || parts->text || parts->others)) ||
                   (parts->range && parts->text);
        return bad ? CALENDAR_FILTER_E_INVALID : 0;
}

/* The components that stand in no other than these (RFC 5545, 3.6; RFC 7953, 3.1). */
static const struct {
        const char *name, *parents; /* separated by blanks; none for VCALENDAR */
} nesting[] = {
        { "VCALENDAR", "" },
        { "VEVENT", "VCALENDAR" },
        { "VTODO", "VCALENDAR" },
        { "VJOURNAL", "VCALENDAR" },
        { "VFREEBUSY", "VCALENDAR" },
        { "VTIMEZONE", "VCALENDAR" },
        { "VAVAILABILITY", "VCALENDAR" },
        { "VALARM", "VEVENT VTODO" },
        { "STANDARD", "VTIMEZONE" },
        { "DAYLIGHT", "VTIMEZONE" },
        { "AVAILABLE", "VAVAILABILITY" },
};

enum { N_NESTING = sizeof(nesting) / sizeof(nesting[0]) };

/* Return: the parents of a component; NULL if it may stand anywhere. */
static const char *parents_of(const char *name)
{
        for (int i = 0; i < N_NESTING; i++)
                if (strcmp(nesting[i].name, name) == 0)
                        return nesting[i].parents;
        return NULL;
}

/* Refuses a component where it cannot be, such as VEVENT in VTODO (RFC 4791, 7.8). @parent: "" for none */
static int check_nesting(const char *parent, const char *name)
{
        const char *parents = parents_of(name);
        if (!parent[0] || !parents)
                return 0;
        size_t len = strlen(parent);
        for (const char *at = parents; (at = strstr(at, parent)); at += len)
                if ((at == parents || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
                        return 0;
        return CALENDAR_FILTER_E_INVALID;
}

/*
 * Refuses an element for which there are no time ranges. A range in SUMMARY is not valid (RFC 4791, 7.8),
 * while one in an X- property or component is not supported.
 */
static int refuse_range(FilterReader *reader, const char *element, const char *name)
{
        CLEANUP(buffer_done) Buffer fault = BUFFER_INIT(FAULT_MAX_BYTES);
        if (strncmp(name, "X-", 2) != 0)
                return CALENDAR_FILTER_E_INVALID;
        buffer_printf(&fault, "<C:%s name=\"", element);
        html_escape(&fault, name);
        buffer_puts(&fault, "\"/>");
        if (buffer_error(&fault) == 0)
                reader->fault = arena_copy(reader->arena, buffer_text(&fault), fault.len);
        return CALENDAR_FILTER_E_UNSUPPORTED;
}

static int read_range(FilterReader *reader, Parts *parts, DataRange *ret)
{
        int r = mark(&parts->range);
        if (r != 0)
                return r;
        return data_range_read(reader->xml, true, ret) == 0 ? 0 : CALENDAR_FILTER_E_INVALID;
}

static int read_text(FilterReader *reader, Parts *parts, const FilterText **ret)
{
        FilterText *text = NULL;
        int r = mark(&parts->text);
        if (r == 0)
                r = filter_text_read(reader->xml, COLLATION_ASCII, reader->arena, &text);
        *ret = text;
        return r;
}

/* Returns the result of a loop over children: of the last part, or of xml_child(), or of check_parts(). */
static int end_of_loop(int r, int more, const Parts *parts)
{
        return r != 0 ? r : more != 0 ? more : check_parts(parts);
}

static int read_param(FilterReader *reader, FilterParam **ret)
{
        FilterParam *filter = arena_allocate(reader->arena, sizeof(*filter));
        Parts parts = { 0 };
        int depth = xml_depth(reader->xml), more = 0;
        int r = filter ? copy_name(reader, &filter->name) : -ENOMEM;
        while (r == 0 && (more = xml_child(reader->xml, depth)) == XML_CHILD) {
                if (is(reader, "is-not-defined"))
                        r = mark(&parts.not_defined);
                else if (is(reader, "text-match"))
                        r = read_text(reader, &parts, &filter->text);
        }
        r = end_of_loop(r, more, &parts);
        if (r != 0)
                return r;
        filter->is_not_defined = parts.not_defined;
        *ret = filter;
        return 0;
}

/* A prop-filter that is being read, with the end of its list. */
typedef struct OpenProperty {
        FilterProperty *filter;
        Parts parts;
        const FilterParam **last;
} OpenProperty;

static int add_param(FilterReader *reader, OpenProperty *open)
{
        FilterParam *param;
        int r = read_param(reader, &param);
        if (r != 0)
                return r;
        open->parts.others = true;
        *open->last = param;
        open->last = &param->next;
        return 0;
}

static int take_property_part(FilterReader *reader, OpenProperty *open)
{
        FilterProperty *filter = open->filter;
        if (is(reader, "is-not-defined"))
                return mark(&open->parts.not_defined);
        if (is(reader, "time-range"))
                return object_times_has_property(filter->name)
                                       ? read_range(reader, &open->parts, &filter->range)
                                       : refuse_range(reader, "prop-filter", filter->name);
        if (is(reader, "text-match"))
                return read_text(reader, &open->parts, &filter->text);
        return is(reader, "param-filter") ? add_param(reader, open) : 0;
}

static int read_property(FilterReader *reader, FilterProperty **ret)
{
        FilterProperty *filter = arena_allocate(reader->arena, sizeof(*filter));
        if (!filter)
                return -ENOMEM;
        OpenProperty open = { filter, { 0 }, &filter->params };
        int depth = xml_depth(reader->xml), more = 0;
        int r = copy_name(reader, &filter->name);
        while (r == 0 && (more = xml_child(reader->xml, depth)) == XML_CHILD)
                r = take_property_part(reader, &open);
        r = end_of_loop(r, more, &open.parts);
        if (r != 0)
                return r;
        filter->is_not_defined = open.parts.not_defined;
        *ret = filter;
        return 0;
}

/* A comp-filter that is being read, with the ends of its lists. */
typedef struct OpenComponent {
        FilterComponent *filter;
        Parts parts;
        const FilterProperty **last_property;
        const FilterComponent **last_component;
} OpenComponent;

static int add_property(FilterReader *reader, OpenComponent *open)
{
        FilterProperty *property;
        int r = read_property(reader, &property);
        if (r != 0)
                return r;
        open->parts.others = true;
        *open->last_property = property;
        open->last_property = &property->next;
        return 0;
}

static int read_component(FilterReader *reader, const char *parent, FilterComponent **ret);

static int add_component(FilterReader *reader, OpenComponent *open)
{
        FilterComponent *component;
        int r = read_component(reader, open->filter->name, &component);
        if (r != 0)
                return r;
        open->parts.others = true;
        *open->last_component = component;
        open->last_component = &component->next;
        return 0;
}

static int take_component_part(FilterReader *reader, OpenComponent *open)
{
        FilterComponent *filter = open->filter;
        if (is(reader, "is-not-defined"))
                return mark(&open->parts.not_defined);
        if (is(reader, "time-range"))
                return object_times_has_component(filter->name)
                                       ? read_range(reader, &open->parts, &filter->range)
                                       : refuse_range(reader, "comp-filter", filter->name);
        if (is(reader, "prop-filter"))
                return add_property(reader, open);
        return is(reader, "comp-filter") ? add_component(reader, open) : 0;
}

/* The reader's maximum of depth bounds the recursion. */
static int read_component(FilterReader *reader, const char *parent, FilterComponent **ret)
{
        FilterComponent *filter = arena_allocate(reader->arena, sizeof(*filter));
        if (!filter)
                return -ENOMEM;
        OpenComponent open = { filter, { 0 }, &filter->properties, &filter->components };
        int depth = xml_depth(reader->xml), more = 0;
        int r = copy_name(reader, &filter->name);
        if (r == 0)
                r = check_nesting(parent, filter->name);
        while (r == 0 && (more = xml_child(reader->xml, depth)) == XML_CHILD)
                r = take_component_part(reader, &open);
        r = end_of_loop(r, more, &open.parts);
        if (r != 0)
                return r;
        filter->is_not_defined = open.parts.not_defined;
        *ret = filter;
        return 0;
}

int calendar_filter_read(
                XmlReader *reader, Arena *arena, const FilterComponent **ret, const char **ret_fault)
{
        FilterReader filter = { .xml = reader, .arena = arena };
        FilterComponent *root = NULL;
        int depth = xml_depth(reader), more = 0, r = 0;
        while (r == 0 && (more = xml_child(reader, depth)) == XML_CHILD) {
                if (is(&filter, "comp-filter"))
                        r = root ? CALENDAR_FILTER_E_INVALID : read_component(&filter, "", &root);
        }
        if (r == CALENDAR_FILTER_E_UNSUPPORTED)
                *ret_fault = filter.fault;
        if (r != 0 || more != 0)
                return r != 0 ? r : more;
        if (!root || strcmp(root->name, "VCALENDAR") != 0)
                return CALENDAR_FILTER_E_INVALID;
        *ret = root;
        return 0;
}
