#include "calendar/publish-internal.h"

#include "calendar/event-data.h"
#include "calendar/exclusion.h"
#include "calendar/rule-text.h"
#include "calendar/value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { EXCLUDED_MAX = 500, LINE_MAX_BYTES = 8 * 1024 * 1024 };

static int publish_odd_time(Publication *p, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        publish_line_write_odd_time(line, &text);
        if (buffer_error(&text))
                return buffer_error(&text);
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text.data, text.len, &CONTENT_LIMITS_OBJECT);
        ContentLine plain;
        int r = reader ? content_reader_next(reader, &plain, NULL) : -ENOMEM;
        return r == 0 ? publish_time(p, &plain) : r < 0 ? r : -EBADMSG;
}

/* Records a time that the clock of its zone shows twice or never: programs read it differently. */
static int note_clock(Publication *p, const ContentLine *line, const char *tzid)
{
        When when;
        const Zone *zone;
        if (!p->first_pass || when_parse(line->value, &when) < 0 || when.form != WHEN_FLOATING)
                return 0;
        int r = publish_zones_find(&p->zones, tzid, &zone);
        if (r == 0 && zone && !zone_shows_once(zone, &when.civil))
                p->series.has_unclear_time = true;
        return r;
}

int publish_time(Publication *p, const ContentLine *line)
{
        if (publish_line_is_odd_time(line))
                return publish_odd_time(p, line);
        const char *tzid = content_line_param(line, "TZID");
        char name[PUBLISHED_NAME_SIZE];
        bool known = false;
        if (tzid && publish_line_has_no_zone(line)) {
                publish_line_write_untimed(&p->writer, line);
                return 0;
        }
        int r = tzid ? publish_zones_name(&p->zones, tzid, name, &known) : 0;
        if (r == 0 && known)
                r = note_clock(p, line, tzid);
        if (r < 0)
                return r;
        p->has_unknown_zone = p->has_unknown_zone || (tzid && !known);
        if (known && strcmp(tzid, name) != 0)
                publish_line_write_zoned(&p->writer, line, name);
        else
                publish_line_write(&p->writer, line);
        return 0;
}

/* Writes a new line with a value of one type, in the zone of @when. */
static int write_value(
                Publication *p, const char *property, const When *when, const char *value, const char *type)
{
        char name[PUBLISHED_NAME_SIZE];
        const char *tzid = when->form == WHEN_ZONED ? zone_name(when->zone) : "";
        bool known = false;
        int r = *tzid ? publish_zones_name(&p->zones, tzid, name, &known) : 0;
        if (r == 0)
                publish_line_write_moment(&p->writer, property, value, type, known ? name : tzid);
        return r;
}

/* Writes a new line with a time that event_parse() has read. */
static int write_when(Publication *p, const char *property, const When *when)
{
        char value[17];
        when_format(when, value);
        return write_value(p, property, when, value, when->form == WHEN_DATE ? "DATE" : "");
}

static int write_instant(Publication *p, const char *property, const When *when)
{
        When utc = when_of_instant(NULL, when_instant(when, p->object->zone));
        return write_when(p, property, &utc);
}

int publish_event_start(Publication *p, const ContentLine *line)
{
        return p->event && publish_series_is_unclear(p->event, p->component)
                               ? write_instant(p, "DTSTART", &p->event->components[p->component].start)
                               : publish_time(p, line);
}

/* Writes weeks beside days, which RFC 5545, 3.3.6 forbids, as days. */
static void write_duration(Publication *p, const ContentLine *line)
{
        Duration duration;
        char text[64];
        if (!strpbrk(line->value, "Ww") || !strpbrk(line->value, "DdTt") ||
                        value_parse_duration(line->value, &duration) < 0) {
                publish_line_write(&p->writer, line);
                return;
        }
        int len = snprintf(text, sizeof(text), "P%lldD", (long long)duration.days);
        if (duration.seconds > 0)
                snprintf(text + len, sizeof(text) - (size_t)len, "T%lldS", (long long)duration.seconds);
        publish_line_write_value(&p->writer, line, text);
}

int publish_event_end(Publication *p, const ContentLine *line)
{
        if (p->event && publish_series_is_unclear(p->event, p->component))
                return write_instant(p, "DTEND", &p->event->components[p->component].end);
        if (strcmp(line->name, "DTEND") == 0)
                return publish_time(p, line);
        write_duration(p, line);
        return 0;
}

int publish_recurrence_id(Publication *p, const ContentLine *line)
{
        if (!p->event)
                return publish_time(p, line);
        When id = publish_series_id(p->event, p->component);
        bool range = content_line_param(line, "RANGE") != NULL;
        return write_when(p, range ? "RECURRENCE-ID;RANGE=THISANDFUTURE" : "RECURRENCE-ID", &id);
}

int publish_exdates(Publication *p, const ContentLine *line)
{
        When date;
        int r = 0;
        if (!p->event || !publish_series_rewrites_exdates(&p->series, p->event))
                return publish_time(p, line);
        for (; r == 0 && publish_series_exdate(p->event, p->n_exdates, p->object->zone, &date);
                        p->n_exdates++)
                r = write_when(p, "EXDATE", &date);
        return r;
}

/* @rule: the parsed rule; NULL if its UNTIL is in the form of DTSTART */
static int write_rule(Publication *p, const ContentLine *line, const Rule *rule)
{
        char until[17];
        bool has_until = rule && publish_series_until(p->event, rule, until);
        buffer_reset(&p->rule);
        rule_write_canonical(line->value, has_until ? until : NULL, &p->rule);
        if (strcmp(buffer_text(&p->rule), line->value) == 0)
                publish_line_write(&p->writer, line);
        else
                publish_line_write_value(&p->writer, line, buffer_text(&p->rule));
        return buffer_error(&p->rule);
}

int publish_canonical_rule(const Event *event, Buffer *out)
{
        char until[17];
        const ContentLine *line = event_property_line(event, "RRULE", 0);
        if (!line || event->n_rules == 0)
                return 0;
        bool has_until = publish_series_until(event, event->rules[0], until);
        rule_write_canonical(line->value, has_until ? until : NULL, out);
        return buffer_error(out);
}

int publish_recurrence_rule(Publication *p, const ContentLine *line)
{
        return write_rule(p, line, p->event ? p->event->rules[p->n_rules++] : NULL);
}

/* Return: 0; 1 after the last start that is written; negative errno. */
static int write_excluded(const When *start, usec_t instant, bool is_excluded, void *userdata)
{
        Publication *p = userdata;
        (void)instant;
        if (!is_excluded)
                return 0;
        int r = write_when(p, "EXDATE", start);
        return r != 0 ? r : ++p->n_excluded == EXCLUDED_MAX;
}

int publish_exrule(Publication *p, const ContentLine *line)
{
        bool is_first = p->event && p->n_exrules == 0;
        int r = is_first ? series_each_start(p->event, p->object->zone, write_excluded, p) : 0;
        return r < 0 || !p->event ? r : write_rule(p, line, p->event->exrules[p->n_exrules++]);
}

/* @end: of a period; otherwise WHEN_NONE */
static int write_rdate(Publication *p, const When *start, const When *end)
{
        char first[17], last[17], value[sizeof(first) + sizeof(last)];
        if (end->form == WHEN_NONE)
                return write_when(p, "RDATE", start);
        when_format(start, first);
        when_format(end, last);
        snprintf(value, sizeof(value), "%s/%s", first, last);
        return write_value(p, "RDATE", start, value, "PERIOD");
}

static int write_rdates(Publication *p)
{
        When start, end;
        int r = 0;
        for (; r == 0 && publish_series_rdate(p->event, p->n_rdates, p->object->zone, &start, &end);
                        p->n_rdates++)
                r = write_rdate(p, &start, &end);
        return r;
}

int publish_rdates(Publication *p, const ContentLine *line)
{
        if (p->event && p->series.has_mixed_rdates)
                return write_rdates(p);
        const Zone *zone = p->event ? publish_series_rdate_zone(p->event, line) : NULL;
        char name[PUBLISHED_NAME_SIZE];
        bool known = false;
        if (!zone)
                return publish_time(p, line);
        int r = publish_zones_name(&p->zones, zone_name(zone), name, &known);
        if (r == 0)
                publish_line_write_zoned(&p->writer, line, known ? name : zone_name(zone));
        return r;
}

static int write_exdate(Publication *p, const char *value, const char *type, const char *tzid)
{
        char name[PUBLISHED_NAME_SIZE];
        bool known = false;
        int r = *tzid ? publish_zones_name(&p->zones, tzid, name, &known) : 0;
        if (r == 0)
                publish_line_write_moment(&p->writer, "EXDATE", value, type, known ? name : tzid);
        return r;
}

int publish_left_out(Publication *p)
{
        char *at = p->left_out.len > 0 ? p->left_out.data : NULL;
        int r = 0;
        while (r == 0 && at && *at) {
                size_t line = strtoul(strsep(&at, "\n"), NULL, 10), component;
                const char *value = strsep(&at, "\n"), *type = strsep(&at, "\n"), *tzid = strsep(&at, "\n");
                bool is_found = p->event && event_find_component(p->event, line, &component);
                When id = { .form = WHEN_NONE };
                if (is_found)
                        id = publish_series_id(p->event, component);
                if (is_found)
                        r = write_when(p, "EXDATE", &id);
                else if (!p->event)
                        r = write_exdate(p, value, type, tzid);
        }
        return r;
}
