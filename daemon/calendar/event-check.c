/* What each property must be: one table, and the rules that several properties make together. */

#include "calendar/event-data.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UID_MAX = 255, DATES_MAX = 10000 };

/* What a check works on. */
typedef struct Checked {
        Event *event;
        Component *component;
        const ContentLine *line;
        InputError *error;
} Checked;

static int refuse(const Checked *checked, const char *what)
{
        input_error_set(checked->error, checked->line->number, checked->line->name, "%s", what);
        return EVENT_E_INVALID;
}

static int find_zone(Event *event, const char *name, const Zone **ret)
{
        int r = zone_table_get(event->zones, name, ret);
        if (r < 0)
                return r;
        for (OwnZone *own = event->own_zones; r != 0 && own; own = own->next)
                if (strcmp(zone_name(own->zone), name) == 0) {
                        *ret = own->zone;
                        r = 0;
                }
        return r;
}

int event_read_when(
                Event *event, const ContentLine *line, const char *value, When *ret, InputError *ret_error)
{
        const Checked checked = { .event = event, .line = line, .error = ret_error };
        const char *type = content_line_param(line, "VALUE"), *tzid = content_line_param(line, "TZID");
        When when;
        if (when_parse(value, &when) < 0)
                return refuse(&checked, "is no date or time that exists");
        bool as_date = type && strcasecmp(type, "DATE") == 0;
        if (as_date && when.form != WHEN_DATE)
                return refuse(&checked, "is a time, but says VALUE=DATE");
        if (!as_date && when.form == WHEN_DATE)
                return refuse(&checked, "is a date, but does not say VALUE=DATE");
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

static int check_start(Checked *checked)
{
        return event_read_when(checked->event, checked->line, checked->line->value,
                        &checked->component->start, checked->error);
}

static int check_end(Checked *checked)
{
        return event_read_when(checked->event, checked->line, checked->line->value, &checked->component->end,
                        checked->error);
}

static int check_recurrence_id(Checked *checked)
{
        const char *range = content_line_param(checked->line, "RANGE");
        if (range)
                return refuse(checked,
                                "RANGE is not supported: give the changed instances one by one, or a series of their own");
        return event_read_when(checked->event, checked->line, checked->line->value,
                        &checked->component->recurrence_id, checked->error);
}

static int check_duration(Checked *checked)
{
        Duration *duration = &checked->component->duration;
        if (duration_parse(checked->line->value, false, duration) < 0)
                return refuse(checked, "is no duration");
        if (duration->negative)
                return refuse(checked, "is negative");
        checked->component->end_is_nominal = true;
        return 0;
}

static int read_stamp(Checked *checked, usec_t *ret)
{
        When when;
        if (when_parse(checked->line->value, &when) < 0 || when.form != WHEN_UTC)
                return refuse(checked, "is no time in UTC");
        *ret = when_instant(&when, NULL);
        return 0;
}

static int check_utc(Checked *checked)
{
        usec_t unused;
        return read_stamp(checked, &unused);
}

/* LAST-MODIFIED goes before DTSTAMP, whichever comes first. */
static int check_stamp(Checked *checked)
{
        usec_t stamp;
        int r = read_stamp(checked, &stamp);
        const Component *component = checked->component;
        bool second = checked->line->name[0] == 'D' &&
                      event_find_line(component->lines, component->n_lines, "LAST-MODIFIED", 0);
        if (r == 0 && !second)
                checked->component->stamp = stamp;
        return r;
}

static int check_uid(Checked *checked)
{
        const char *uid = checked->line->value;
        if (!uid[0])
                return refuse(checked, "is empty");
        if (checked->line->value_len > UID_MAX)
                return refuse(checked, "is longer than 255 octets");
        for (const char *c = uid; *c; c++)
                if (*c < 0x20 || *c > 0x7E)
                        return refuse(checked, "has other than ASCII characters");
        checked->component->uid = uid;
        return 0;
}

static int read_integer(Checked *checked, long min, long max, long *ret)
{
        char *end;
        const char *value = checked->line->value;
        long number = strtol(value, &end, 10);
        if (!value[0] || *end || value[0] == ' ' || number < min || number > max)
                return refuse(checked, "is no whole number within its bounds");
        *ret = number;
        return 0;
}

static int check_sequence(Checked *checked)
{
        long number;
        int r = read_integer(checked, 0, INT32_MAX - 1000000, &number);
        if (r == 0)
                checked->component->sequence = (int)number;
        return r;
}

static int check_priority(Checked *checked)
{
        long unused;
        return read_integer(checked, 0, 9, &unused);
}

typedef struct Word {
        const char *word;
        int value;
} Word;

static int find_word(const Word *words, size_t n, const char *word)
{
        for (size_t i = 0; i < n; i++)
                if (strcasecmp(words[i].word, word) == 0)
                        return words[i].value;
        return -1;
}

static int check_status(Checked *checked)
{
        static const Word words[] = {
                { "TENTATIVE", EVENT_TENTATIVE },
                { "CONFIRMED", EVENT_CONFIRMED },
                { "CANCELLED", EVENT_CANCELLED },
                { "DRAFT", EVENT_DRAFT },
        };
        int status = find_word(words, sizeof(words) / sizeof(words[0]), checked->line->value);
        bool draft = checked->component->name[1] == 'J';
        if (status < 0 || (status == EVENT_DRAFT) != draft)
                return refuse(checked,
                                draft ? "must be DRAFT: a VJOURNAL is kept for an event that has no date yet"
                                      : "must be TENTATIVE, CONFIRMED or CANCELLED");
        checked->component->status = (EventStatus)status;
        return 0;
}

/* An unknown class is a private one (RFC 5545, 3.8.1.3). */
static int check_class(Checked *checked)
{
        static const Word words[] = { { "PUBLIC", EVENT_PUBLIC }, { "CONFIDENTIAL", EVENT_CONFIDENTIAL } };
        int class = find_word(words, sizeof(words) / sizeof(words[0]), checked->line->value);
        if (!checked->line->value[0])
                return refuse(checked, "is empty");
        checked->component->class = class < 0 ? EVENT_PRIVATE : (EventClass) class;
        return 0;
}

static int check_transparency(Checked *checked)
{
        static const Word words[] = { { "OPAQUE", 0 }, { "TRANSPARENT", 1 } };
        return find_word(words, 2, checked->line->value) < 0
                               ? refuse(checked, "must be OPAQUE or TRANSPARENT")
                               : 0;
}

static int check_geo(Checked *checked)
{
        char *end;
        const char *value = checked->line->value;
        if (strspn(value, "0123456789+-.;") != strlen(value))
                return refuse(checked, "must be LATITUDE;LONGITUDE");
        double latitude = strtod(value, &end);
        if (end == value || *end != ';' || !end[1])
                return refuse(checked, "must be LATITUDE;LONGITUDE");
        double longitude = strtod(end + 1, &end);
        if (*end || fabs(latitude) > 90 || fabs(longitude) > 180)
                return refuse(checked, "lies outside of 90 and 180 degrees");
        return 0;
}

static int check_uri(Checked *checked)
{
        const char *value = checked->line->value;
        size_t scheme = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
        if (scheme == 0 || value[scheme] != ':' || !value[scheme + 1] || strpbrk(value, " \t\"<>"))
                return refuse(checked, "is no URI");
        return 0;
}

static int check_rule(Checked *checked)
{
        if (rule_parse(checked->line->value, &checked->event->rule, checked->error) < 0) {
                checked->error->line = checked->line->number;
                return EVENT_E_INVALID;
        }
        checked->event->has_rule = true;
        return 0;
}

static int add_when(Event *event, WhenList *list, const When *when)
{
        if (list->n == list->allocated) {
                size_t more = list->allocated ? list->allocated * 2 : 8;
                When *items = arena_allocate(&event->arena, more * sizeof(*items));
                if (!items)
                        return -ENOMEM;
                if (list->n)
                        memcpy(items, list->items, list->n * sizeof(*items));
                list->items = items;
                list->allocated = more;
        }
        list->items[list->n++] = *when;
        return 0;
}

/* Comma-separated; of a period (RDATE;VALUE=PERIOD) the start counts, its end would differ from all others': refused. */
static int read_dates(Checked *checked, WhenList *list)
{
        const char *type = content_line_param(checked->line, "VALUE");
        if (type && strcasecmp(type, "PERIOD") == 0)
                return refuse(checked, "VALUE=PERIOD is not supported: give an override with its own end");
        char *copy = arena_copy(&checked->event->arena, checked->line->value, checked->line->value_len),
             *word;
        if (!copy)
                return -ENOMEM;
        while ((word = strsep(&copy, ","))) {
                When when;
                int r = event_read_when(checked->event, checked->line, word, &when, checked->error);
                if (r == 0)
                        r = list->n < DATES_MAX ? add_when(checked->event, list, &when)
                                                : refuse(checked, "has too many dates");
                if (r != 0)
                        return r;
        }
        return 0;
}

static int check_rdate(Checked *checked)
{
        return read_dates(checked, &checked->event->rdates);
}

static int check_exdate(Checked *checked)
{
        return read_dates(checked, &checked->event->exdates);
}

static int add_category(Event *event, const char *value, size_t len)
{
        const char *text = event_unescape(event, value, len);
        const char **grown = arena_allocate(&event->arena, (event->n_categories + 1) * sizeof(*grown));
        if (!text || !grown)
                return -ENOMEM;
        if (event->n_categories)
                memcpy(grown, event->categories, event->n_categories * sizeof(*grown));
        event->categories = grown;
        if (text[0])
                grown[event->n_categories++] = text;
        return 0;
}

/* Commas part the values, escaped ones do not. Only the master's count. */
static int check_categories(Checked *checked)
{
        const char *start = checked->line->value, *c = start;
        int r = 0;
        if (checked->component != checked->event->components)
                return 0;
        for (; r == 0 && *c; c++) {
                if (*c == '\\' && c[1])
                        c++;
                else if (*c == ',') {
                        r = add_category(checked->event, start, (size_t)(c - start));
                        start = c + 1;
                }
        }
        return r != 0 ? r : add_category(checked->event, start, (size_t)(c - start));
}

static int check_related(Checked *checked)
{
        const char *type = content_line_param(checked->line, "RELTYPE");
        Event *event = checked->event;
        if (!checked->line->value[0])
                return refuse(checked, "is empty");
        if (!event->parent && (!type || strcasecmp(type, "PARENT") == 0))
                event->parent = event_unescape(event, checked->line->value, checked->line->value_len);
        return 0;
}

static int check_own_zone(Checked *checked)
{
        const Zone *zone;
        int r = zone_table_get(checked->event->zones, checked->line->value, &zone);
        return r > 0 ? refuse(checked, "is no time zone") : r;
}

static int check_basis(Checked *checked)
{
        static const Word words[] = { { "STATED", 0 }, { "PUBLIC", 1 }, { "INFERRED", 2 } };
        return find_word(words, 3, checked->line->value) < 0
                               ? refuse(checked, "must be STATED, PUBLIC or INFERRED")
                               : 0;
}

enum { ONCE = 1, MANY = 0, MASTER = 2 }; /* MASTER: of a series as a whole, not of an override */

/* RFC 5545, 3.6.1 and 3.8: what may come once, and what it must be. Properties that are not here are text, or are nobody's business. */
static const struct {
        const char *name;
        unsigned flags;
        int (*check)(Checked *checked);
} properties[] = {
        { "UID", ONCE, check_uid },
        { "DTSTAMP", ONCE, check_stamp },
        { "LAST-MODIFIED", ONCE, check_stamp },
        { "CREATED", ONCE, check_utc },
        { "DTSTART", ONCE, check_start },
        { "DTEND", ONCE, check_end },
        { "DURATION", ONCE, check_duration },
        { "RECURRENCE-ID", ONCE, check_recurrence_id },
        { "RRULE", ONCE | MASTER, check_rule },
        { "RDATE", MANY | MASTER, check_rdate },
        { "EXDATE", MANY | MASTER, check_exdate },
        { "EXRULE", MANY | MASTER, NULL },
        { "SEQUENCE", ONCE, check_sequence },
        { "STATUS", ONCE, check_status },
        { "CLASS", ONCE, check_class },
        { "TRANSP", ONCE, check_transparency },
        { "PRIORITY", ONCE, check_priority },
        { "GEO", ONCE, check_geo },
        { "URL", ONCE, check_uri },
        { "SUMMARY", ONCE, NULL },
        { "DESCRIPTION", ONCE, NULL },
        { "LOCATION", ONCE, NULL },
        { "ORGANIZER", ONCE, check_uri },
        { "ATTENDEE", MANY, check_uri },
        { "CATEGORIES", MANY, check_categories },
        { "RELATED-TO", MANY, check_related },
        { "COLOR", ONCE, NULL },
        { "X-CONVENED-TZID", ONCE, check_own_zone },
        { "X-CONVENED-DATE-BASIS", ONCE, check_basis },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static int check_line(Checked *checked, uint64_t *seen)
{
        int i = 0;
        const char *name = checked->line->name;
        while (i < N_PROPERTIES &&
                        (properties[i].name[0] != name[0] || strcmp(properties[i].name, name) != 0))
                i++;
        if (i == N_PROPERTIES)
                return 0;
        if (properties[i].flags & ONCE && *seen & UINT64_C(1) << i)
                return refuse(checked, "comes twice, but may come once");
        *seen |= UINT64_C(1) << i;
        if (properties[i].flags & MASTER && event_find_line(checked->component->lines,
                                                            checked->component->n_lines, "RECURRENCE-ID", 0))
                return refuse(checked, "belongs to the series, not to one changed instance");
        if (strcmp(properties[i].name, "EXRULE") == 0)
                return refuse(checked, "is not supported: give the left-out instances as EXDATE");
        return properties[i].check ? properties[i].check(checked) : 0;
}

static int lacks(const Component *component, const char *what, InputError *error)
{
        input_error_set(error, component->line, component->name, "%s", what);
        return EVENT_E_INVALID;
}

static int complain_at(const Component *component, const char *name, const char *what, InputError *error)
{
        const ContentLine *line = event_find_line(component->lines, component->n_lines, name, 0);
        input_error_set(error, line ? line->number : component->line, name, "%s", what);
        return EVENT_E_INVALID;
}

static bool same_form(const When *a, const When *b)
{
        return (a->form == WHEN_DATE) == (b->form == WHEN_DATE) &&
               (a->form == WHEN_FLOATING) == (b->form == WHEN_FLOATING);
}

When component_end(const Component *component, const When *start, const Zone *fallback)
{
        When end = *start;
        const Zone *zone = start->form == WHEN_ZONED ? start->zone : fallback;
        int64_t first_day = civil_days(start->civil.year, start->civil.month, start->civil.day);
        if (component->end_is_nominal) {
                int64_t seconds = civil_seconds(&start->civil) + component->duration.days * SEC_PER_DAY;
                end.civil = civil_from_seconds(seconds);
                if (start->form == WHEN_DATE || start->form == WHEN_UTC || !zone) {
                        end.civil = civil_from_seconds(seconds + component->duration.seconds);
                } else if (component->duration.seconds) {
                        int64_t instant = zone_to_instant(zone, &end.civil) + component->duration.seconds;
                        end.civil = zone_to_civil(zone, instant);
                }
        } else if (start->form == WHEN_DATE) {
                const When *s = &component->start, *e = &component->end;
                int64_t days = e->form == WHEN_NONE
                                               ? 1
                                               : civil_days(e->civil.year, e->civil.month, e->civil.day) -
                                                                 civil_days(s->civil.year, s->civil.month,
                                                                                 s->civil.day);
                end.civil = civil_from_days(first_day + days);
        } else if (component->end.form != WHEN_NONE) {
                /* A DTEND says how long each instance lasts, exactly (RFC 5545, 3.8.5.3). */
                int64_t length = (when_instant(&component->end, fallback) -
                                                 when_instant(&component->start, fallback)) /
                                 USEC_PER_SEC;
                int64_t instant = when_instant(start, fallback) / USEC_PER_SEC + length;
                end.civil = start->form == WHEN_UTC || !zone ? civil_from_seconds(instant)
                                                             : zone_to_civil(zone, instant);
        }
        return end;
}

/* What DTSTART, DTEND and DURATION say together. */
static int check_span(Component *component, InputError *error)
{
        const When *start = &component->start;
        if (component->end.form != WHEN_NONE && component->end_is_nominal)
                return complain_at(component, "DURATION", "excludes DTEND", error);
        if (component->end_is_nominal && start->form == WHEN_DATE && component->duration.seconds)
                return complain_at(component, "DURATION", "has hours, but DTSTART is a date", error);
        if (component->end.form == WHEN_NONE) {
                component->end = component_end(component, start, NULL);
                if (component->end.civil.year > 9999)
                        return complain_at(component, "DURATION", "is too long", error);
                return 0;
        }
        if (!same_form(&component->end, start))
                return complain_at(component, "DTEND", "is of another form than DTSTART", error);
        usec_t from = when_instant(start, NULL), to = when_instant(&component->end, NULL);
        if (to < from)
                return complain_at(component, "DTEND", "is before DTSTART", error);
        if (to == from && start->form == WHEN_DATE)
                return complain_at(component, "DTEND",
                                "is the day of DTSTART, but must be the day after the last", error);
        return 0;
}

static int check_component(Event *event, Component *component, InputError *error)
{
        Checked checked = { .event = event, .component = component, .error = error };
        uint64_t seen = 0;
        int r = 0;
        for (size_t i = 0; r == 0 && i < component->n_lines; i++) {
                checked.line = &component->lines[i];
                r = check_line(&checked, &seen);
        }
        for (Alarm *alarm = component->alarms; r == 0 && alarm; alarm = alarm->next)
                r = alarm_check(event, alarm, error);
        if (r != 0)
                return r;
        if (!component->uid)
                return lacks(component, "has no UID", error);
        if (!event_find_line(component->lines, component->n_lines, "DTSTAMP", 0))
                return lacks(component, "has no DTSTAMP", error);
        bool draft = component->name[1] == 'J';
        if (draft && component->status != EVENT_DRAFT)
                return lacks(component, "is kept only with STATUS:DRAFT, for an event that has no date yet",
                                error);
        if (draft)
                return component->start.form == WHEN_NONE
                                       ? 0
                                       : complain_at(component, "DTSTART",
                                                         "makes an event of a draft: it must be a VEVENT then",
                                                         error);
        return component->start.form == WHEN_NONE ? lacks(component, "has no DTSTART", error)
                                                  : check_span(component, error);
}

/* The master stands first; an object of overrides alone is a series that was given in part. */
static int put_master_first(Event *event, InputError *error)
{
        size_t master = event->n_components;
        for (size_t i = 0; i < event->n_components; i++) {
                const Component *component = &event->components[i];
                if (event_find_line(component->lines, component->n_lines, "RECURRENCE-ID", 0))
                        continue;
                if (master < event->n_components)
                        return lacks(&event->components[i],
                                        "is there twice with one UID, and has no RECURRENCE-ID", error);
                master = i;
        }
        if (master == event->n_components)
                return lacks(&event->components[0], "is a changed instance of a series that is not there",
                                error);
        Component first = event->components[master];
        memmove(event->components + 1, event->components, master * sizeof(first));
        event->components[0] = first;
        return 0;
}

static int check_dates(const Event *event, const WhenList *list, const char *name, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 0; i < list->n; i++)
                if ((list->items[i].form == WHEN_DATE) != (master->start.form == WHEN_DATE) &&
                                strcmp(name, "EXDATE") != 0)
                        return complain_at(master, name, "is of another form than DTSTART", error);
        return 0;
}

static int check_until(const Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        const When *until = &event->rule.until;
        if (!event->has_rule || until->form == WHEN_NONE)
                return 0;
        if (master->start.form == WHEN_DATE && until->form != WHEN_DATE)
                return complain_at(master, "RRULE", "UNTIL is a time, but DTSTART is a date", error);
        if (master->start.form == WHEN_FLOATING && until->form == WHEN_UTC)
                return complain_at(
                                master, "RRULE", "UNTIL is in UTC, but DTSTART is on nobody's clock", error);
        return 0;
}

static int check_series(const Event *event, InputError *error)
{
        const Component *master = &event->components[0];
        for (size_t i = 1; i < event->n_components; i++) {
                const Component *override = &event->components[i];
                if (strcmp(override->uid, master->uid) != 0)
                        return lacks(override, "has another UID than the rest of the object", error);
                if (override->name != master->name && strcmp(override->name, master->name) != 0)
                        return lacks(override, "is of another kind than its master", error);
                if (!same_form(&override->recurrence_id, &master->start))
                        return complain_at(override, "RECURRENCE-ID",
                                        "is of another form than DTSTART of the series", error);
        }
        int r = check_dates(event, &event->rdates, "RDATE", error);
        return r != 0 ? r : check_until(event, error);
}

int event_check(Event *event, InputError *ret_error)
{
        int r = put_master_first(event, ret_error);
        for (size_t i = 0; r == 0 && i < event->n_components; i++)
                r = check_component(event, &event->components[i], ret_error);
        return r != 0 ? r : check_series(event, ret_error);
}
