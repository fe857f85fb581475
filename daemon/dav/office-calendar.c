#include "dav/office-calendar.h"

#include "dav/xml-reader.h"
#include "dav/xml-text.h"
#include "store/calendar.h"
#include "store/property.h"

#include <string.h>

static const struct {
        const char *space, *name;
} fields[OFFICE_CALENDAR_FIELDS_N] = {
        [OFFICE_CALENDAR_TITLE] = { XML_DAV, "displayname" },
        [OFFICE_CALENDAR_DESCRIPTION] = { XML_CALDAV, "calendar-description" },
        [OFFICE_CALENDAR_COLOR] = { XML_APPLE, "calendar-color" },
};

/* A value that cannot be read counts as not set. */
static int take_value(const char *value, Buffer *out)
{
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        const char *text;
        int r = xml_reader_init(&reader, value, strlen(value));
        if (r == 0)
                r = xml_text(&reader, &text);
        if (r == 0)
                buffer_puts(out, text);
        return r > 0 ? 0 : r != 0 ? r : buffer_error(out);
}

static int take_property(const StoredProperty *property, void *userdata)
{
        Buffer *values = userdata;
        for (int i = 0; i < OFFICE_CALENDAR_FIELDS_N; i++)
                if (strcmp(fields[i].space, property->space) == 0 &&
                                strcmp(fields[i].name, property->name) == 0)
                        return take_value(property->value, &values[i]);
        return 0;
}

int office_calendar_read(Store *store, const char *name, Buffer values[static OFFICE_CALENDAR_FIELDS_N])
{
        const PropertyOwner owner = { name, "", "" };
        return property_each_stored(store, &owner, take_property, values);
}

static int write_field(Store *store, const char *name, int field, const char *value)
{
        CLEANUP(buffer_done) Buffer element = BUFFER_INIT(PROPERTY_VALUE_MAX_BYTES);
        const PropertyOwner owner = { name, "", "" };
        if (!*value)
                return property_remove(store, &owner, true, fields[field].space, fields[field].name);
        buffer_printf(&element, "<%s xmlns=\"%s\">", fields[field].name, fields[field].space);
        xml_text_write(&element, value, strlen(value));
        buffer_printf(&element, "</%s>", fields[field].name);
        int r = buffer_error(&element);
        return r != 0 ? r
                      : property_set(store, &owner, true, fields[field].space, fields[field].name,
                                        buffer_text(&element));
}

int office_calendar_write(
                Store *store, const char *name, const char *const values[static OFFICE_CALENDAR_FIELDS_N])
{
        int r = 0;
        for (int i = 0; r == 0 && i < OFFICE_CALENDAR_FIELDS_N; i++)
                r = write_field(store, name, i, values[i]);
        return r == 0 ? calendar_touch(store, name) : r;
}

bool office_calendar_color_is_valid(const char *text)
{
        size_t len = strlen(text);
        return text[0] == '#' && (len == 7 || len == 9) &&
               strspn(text + 1, "0123456789abcdefABCDEF") == len - 1;
}
