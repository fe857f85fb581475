#include "dav/data-request.h"

#include "calendar/when.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* The state of the reader of one element. */
typedef struct DataReader {
        XmlReader *xml;
        Arena *arena;
        const char *space; /* the namespace of the element */
        size_t *n_left;    /* the number of properties that may still be named */
} DataReader;

static bool is(const DataReader *reader, const char *local)
{
        return xml_is(reader->xml, reader->space, local);
}

/* Copies an attribute; *ret is NULL if there is none. */
static int copy_attribute(const DataReader *reader, const char *local, const char **ret)
{
        const char *value = xml_attribute(reader->xml, local);
        *ret = value ? arena_copy(reader->arena, value, strlen(value)) : NULL;
        return value && !*ret ? -ENOMEM : 0;
}

/* Reads an attribute with a UTC time. Return: false if it is none. */
static bool read_time(XmlReader *reader, const char *local, bool *is_given, usec_t *ret)
{
        const char *text = xml_attribute(reader, local);
        When when;
        *is_given = text != NULL;
        if (!text)
                return true;
        if (when_parse(text, &when) != 0 || when.form != WHEN_UTC)
                return false;
        *ret = when_instant(&when, NULL);
        return true;
}

int data_range_read(XmlReader *reader, bool open, DataRange *ret)
{
        DataRange range = { true, INT64_MIN, USEC_INFINITY };
        bool has_start, has_end;
        if (!read_time(reader, "start", &has_start, &range.from) ||
                        !read_time(reader, "end", &has_end, &range.to))
                return DATA_E_RANGE;
        if (!(open ? has_start || has_end : has_start && has_end) || range.from >= range.to)
                return DATA_E_RANGE;
        *ret = range;
        return 0;
}

/* Reads a prop element; the list of properties is in the order of the document. */
static int read_property(const DataReader *reader, const DataProperty ***last)
{
        if (*reader->n_left == 0)
                return XML_E_INVALID;
        --*reader->n_left;
        DataProperty *property = arena_allocate(reader->arena, sizeof(*property));
        if (!property)
                return -ENOMEM;
        const char *without = xml_attribute(reader->xml, "novalue");
        property->without_value = without && strcmp(without, "yes") == 0;
        int r = copy_attribute(reader, "name", &property->name);
        if (r != 0 || !property->name)
                return r != 0 ? r : XML_E_INVALID;
        **last = property;
        *last = &property->next;
        return 0;
}

static int read_component(const DataReader *reader, const DataComponent **ret);

/* The lists of a component that are being read. */
typedef struct ComponentLists {
        DataComponent *component;
        const DataProperty **last_property;
        const DataComponent **last_component;
} ComponentLists;

static int take_nested(const DataReader *reader, ComponentLists *lists)
{
        int r = read_component(reader, lists->last_component);
        if (r == 0)
                lists->last_component =
                                (const DataComponent **)&((DataComponent *)(uintptr_t)*lists->last_component)
                                                ->next;
        return r;
}

static int take_part(const DataReader *reader, ComponentLists *lists)
{
        if (is(reader, "allprop"))
                lists->component->all_properties = true;
        else if (is(reader, "allcomp"))
                lists->component->all_components = true;
        else if (is(reader, "prop"))
                return read_property(reader, &lists->last_property);
        else if (is(reader, "comp"))
                return take_nested(reader, lists);
        return 0;
}

/* Reads a comp element. The reader's maximum of depth bounds the recursion. */
static int read_component(const DataReader *reader, const DataComponent **ret)
{
        DataComponent *component = arena_allocate(reader->arena, sizeof(*component));
        if (!component)
                return -ENOMEM;
        ComponentLists lists = { component, &component->properties, &component->components };
        int depth = xml_depth(reader->xml);
        int r = copy_attribute(reader, "name", &component->name);
        if (r != 0 || !component->name)
                return r != 0 ? r : XML_E_INVALID;
        *ret = component;
        while ((r = xml_child(reader->xml, depth)) == XML_CHILD) {
                r = take_part(reader, &lists);
                if (r != 0)
                        return r;
        }
        return r;
}

/* The elements with a time range. */
static int take_range(const DataReader *reader, DataRequest *ret)
{
        if (is(reader, "expand"))
                return data_range_read(reader->xml, false, &ret->expand);
        if (is(reader, "limit-recurrence-set"))
                return data_range_read(reader->xml, false, &ret->recurrences);
        if (is(reader, "limit-freebusy-set"))
                return data_range_read(reader->xml, false, &ret->free_busy);
        return 0;
}

static int take_calendar_child(const DataReader *reader, DataRequest *ret)
{
        return is(reader, "comp") ? read_component(reader, &ret->component) : take_range(reader, ret);
}

static int read_calendar_data(const DataReader *reader, DataRequest *ret)
{
        int depth = xml_depth(reader->xml), r;
        while ((r = xml_child(reader->xml, depth)) == XML_CHILD) {
                r = take_calendar_child(reader, ret);
                if (r != 0)
                        return r;
        }
        return r == 0 && ret->expand.is_set && ret->recurrences.is_set ? XML_E_INVALID : r;
}

/* An allprop wants the whole text, as no child does. */
static int read_address_data(const DataReader *reader, DataRequest *ret)
{
        const DataProperty **last = &ret->properties;
        int depth = xml_depth(reader->xml), r;
        while ((r = xml_child(reader->xml, depth)) == XML_CHILD) {
                r = is(reader, "prop") ? read_property(reader, &last) : 0;
                if (r != 0)
                        return r;
        }
        return r;
}

int data_request_read(XmlReader *reader, Arena *arena, DataRequest *ret)
{
        bool is_calendar = xml_is(reader, XML_CALDAV, "calendar-data");
        if (!is_calendar && !xml_is(reader, XML_CARDDAV, "address-data"))
                return 0;
        size_t n_left = DATA_PROPERTIES_MAX;
        DataReader data = { reader, arena, is_calendar ? XML_CALDAV : XML_CARDDAV, &n_left };
        *ret = (DataRequest){ .is_wanted = true };
        int r = copy_attribute(&data, "content-type", &ret->content_type);
        if (r == 0)
                r = copy_attribute(&data, "version", &ret->version);
        if (r != 0)
                return r;
        return is_calendar ? read_calendar_data(&data, ret) : read_address_data(&data, ret);
}
