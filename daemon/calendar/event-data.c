#include "calendar/event-data.h"

#include "base/phrase.h"

#include <errno.h>
#include <string.h>

const char *event_unescape(Event *event, const char *value, size_t len)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(len);
        content_unescape(&text, value, len);
        return buffer_error(&text) ? NULL : arena_copy(&event->arena, buffer_text(&text), text.len);
}

bool event_find_component(const Event *event, size_t line, size_t *ret)
{
        for (size_t i = 0; i < event->n_components; i++)
                if (event->components[i].line == line) {
                        *ret = i;
                        return true;
                }
        return false;
}

int event_each_line(
                const Event *event, int (*on_line)(const ContentLine *line, void *userdata), void *userdata)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(event->text, event->len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        if (!reader)
                return -ENOMEM;
        for (;;) {
                int r = content_reader_next(reader, &line, NULL);
                if (r != 0)
                        return r == CONTENT_END ? 0 : r > 0 ? -EBADMSG : r;
                r = on_line(&line, userdata);
                if (r != 0)
                        return r;
        }
}

/* The first of several VTIMEZONEs of a name counts, as in most programs. The list has the last first. */
static int find_zone(Event *event, const char *name, const Zone **ret)
{
        int r = zone_table_get(event->zones, name, ret);
        if (r <= 0)
                return r;
        for (OwnZone *own = event->own_zones; own; own = own->next)
                if (zone_same_name(zone_name(own->zone), name)) {
                        *ret = own->zone;
                        r = 0;
                }
        return r;
}

static int refuse(const ContentLine *line, InputError *error, const char *reason)
{
        input_error_set(error, line->number, line->name, "%s", phrase(reason));
        return EVENT_E_INVALID;
}

int event_read_when(
                Event *event, const ContentLine *line, const char *value, When *ret, InputError *ret_error)
{
        const char *type = content_line_param(line, "VALUE"), *tzid = content_line_param(line, "TZID");
        When when;
        if (when_parse(value, &when) < 0)
                return refuse(line, ret_error, "is no date or time that exists");
        bool as_date = type && strcasecmp(type, "DATE") == 0;
        if (as_date && when.form != WHEN_DATE)
                return refuse(line, ret_error, "is a time, but says VALUE=DATE");
        if (!as_date && when.form == WHEN_DATE)
                return refuse(line, ret_error, "is a date, but does not say VALUE=DATE");
        if (tzid && when.form == WHEN_FLOATING) {
                int r = find_zone(event, tzid, &when.zone);
                if (r < 0)
                        return r;
                if (r != 0) {
                        input_error_set(ret_error, line->number, line->name,
                                        "TZID '%.80s' is no time zone, and the object has no VTIMEZONE for it",
                                        tzid);
                        return EVENT_E_INVALID;
                }
                when.form = WHEN_ZONED;
        }
        *ret = when;
        return 0;
}
