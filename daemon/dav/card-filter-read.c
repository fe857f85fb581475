#include "dav/card-filter-read.h"

#include "contact/convert.h"

#include <errno.h>
#include <string.h>

/* The state of the reader of one filter. */
typedef struct CardFilterReader {
        XmlReader *xml;
        Arena *arena;
        size_t n_parts;
} CardFilterReader;

static bool is(const CardFilterReader *reader, const char *local)
{
        return xml_is(reader->xml, XML_CARDDAV, local);
}

static int count_part(CardFilterReader *reader)
{
        return reader->n_parts++ < CARD_FILTER_PARTS_MAX ? 0 : FILTER_E_UNSUPPORTED;
}

/* Copies the attribute `name` in capitals: names of vCard ignore case (RFC 6350, 3.3). */
static int copy_name(CardFilterReader *reader, char **ret)
{
        const char *value = xml_attribute(reader->xml, "name");
        int r = count_part(reader);
        if (r != 0 || !value || !value[0])
                return r != 0 ? r : FILTER_E_INVALID;
        *ret = arena_copy(reader->arena, value, strlen(value));
        if (!*ret)
                return -ENOMEM;
        for (char *c = *ret; *c; c++)
                *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        return 0;
}

/* Reads the attribute `test`, which is "anyof" if it is missing. */
static int read_test(const CardFilterReader *reader, bool *ret_all)
{
        const char *test = xml_attribute(reader->xml, "test");
        *ret_all = test && strcmp(test, "allof") == 0;
        return !test || *ret_all || strcmp(test, "anyof") == 0 ? 0 : FILTER_E_INVALID;
}

static int read_text(CardFilterReader *reader, FilterText **ret)
{
        int r = count_part(reader);
        return r != 0 ? r : filter_text_read(reader->xml, COLLATION_UNICODE, reader->arena, ret);
}

static int read_param(CardFilterReader *reader, CardFilterParam **ret)
{
        CardFilterParam *filter = arena_allocate(reader->arena, sizeof(*filter));
        int depth = xml_depth(reader->xml), more = 0;
        FilterText *text = NULL;
        char *name = NULL;
        int r = filter ? copy_name(reader, &name) : -ENOMEM;
        while (r == 0 && (more = xml_child(reader->xml, depth)) == XML_CHILD) {
                if (is(reader, "is-not-defined"))
                        filter->is_not_defined = true;
                else if (is(reader, "text-match"))
                        r = text ? FILTER_E_INVALID : read_text(reader, &text);
        }
        if (r != 0 || more != 0)
                return r != 0 ? r : more;
        filter->name = name;
        filter->text = text;
        *ret = filter;
        return filter->is_not_defined && text ? FILTER_E_INVALID : 0;
}

/* A prop-filter that is being read, with the ends of its lists. */
typedef struct OpenCardProperty {
        CardFilterProperty *filter;
        const CardFilterText **last_text;
        const CardFilterParam **last_param;
} OpenCardProperty;

static int add_text(CardFilterReader *reader, OpenCardProperty *open)
{
        CardFilterText *entry = arena_allocate(reader->arena, sizeof(*entry));
        FilterText *text = NULL;
        int r = entry ? read_text(reader, &text) : -ENOMEM;
        if (r != 0)
                return r;
        entry->text = text;
        *open->last_text = entry;
        open->last_text = &entry->next;
        return 0;
}

static int add_param(CardFilterReader *reader, OpenCardProperty *open)
{
        CardFilterParam *param = NULL;
        int r = read_param(reader, &param);
        if (r != 0)
                return r;
        *open->last_param = param;
        open->last_param = &param->next;
        return 0;
}

static int take_property_part(CardFilterReader *reader, OpenCardProperty *open)
{
        if (is(reader, "is-not-defined"))
                open->filter->is_not_defined = true;
        if (is(reader, "text-match"))
                return add_text(reader, open);
        return is(reader, "param-filter") ? add_param(reader, open) : 0;
}

/* Reads the name of a prop-filter: a group before a dot, and the property. */
static int read_name(CardFilterReader *reader, CardFilterProperty *filter)
{
        char *name = NULL;
        int r = copy_name(reader, &name);
        if (r != 0)
                return r;
        char *dot = strchr(name, '.');
        if (dot)
                *dot = '\0';
        filter->group = dot ? name : NULL;
        filter->name = dot ? dot + 1 : name;
        filter->twin = card_name_in_other_version(filter->name);
        return 0;
}

static int read_property(CardFilterReader *reader, CardFilterProperty **ret)
{
        CardFilterProperty *filter = arena_allocate(reader->arena, sizeof(*filter));
        if (!filter)
                return -ENOMEM;
        OpenCardProperty open = { filter, &filter->texts, &filter->params };
        int depth = xml_depth(reader->xml), more = 0;
        int r = read_name(reader, filter);
        if (r == 0)
                r = read_test(reader, &filter->all);
        while (r == 0 && (more = xml_child(reader->xml, depth)) == XML_CHILD)
                r = take_property_part(reader, &open);
        if (r != 0 || more != 0)
                return r != 0 ? r : more;
        *ret = filter;
        return filter->is_not_defined && (filter->texts || filter->params) ? FILTER_E_INVALID : 0;
}

int card_filter_read(XmlReader *reader, Arena *arena, CardFilter **ret)
{
        CardFilterReader state = { .xml = reader, .arena = arena };
        CardFilter *filter = arena_allocate(arena, sizeof(*filter));
        if (!filter)
                return -ENOMEM;
        const CardFilterProperty **last = &filter->properties;
        int depth = xml_depth(reader), more = 0, r = read_test(&state, &filter->all);
        while (r == 0 && (more = xml_child(reader, depth)) == XML_CHILD) {
                CardFilterProperty *property = NULL;
                if (!is(&state, "prop-filter"))
                        continue;
                r = read_property(&state, &property);
                *last = property;
                if (property)
                        last = &property->next;
                filter->n++;
        }
        if (r != 0 || more != 0)
                return r != 0 ? r : more;
        *ret = filter;
        return 0;
}
