/*
 * Checks properties by a table, whose order is that in which names are searched. Each row has the number of
 * times that the property may occur, and the function that reads its value. A property that is not in the
 * table is a text, or is not used by this program.
 */

#include "calendar/event-property.h"

#include "base/phrase.h"
#include "calendar/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
        UID_MAX_BYTES = 255,
        DATES_MAX = 10000,
        RANGES_MAX = 50,
        SEQUENCE_MAX = INT32_MAX - 1000000,
};

/* The line that is checked. */
typedef struct Checked {
        Event *event;
        Component *component;
        const ContentLine *line;
        InputError *error;
} Checked;

static int refuse(const Checked *checked, const char *reason)
{
        input_error_set(checked->error, checked->line->number, checked->line->name, "%s", phrase(reason));
        return EVENT_E_INVALID;
}

static int read_when(const Checked *checked, When *ret)
{
        return event_read_when(checked->event, checked->line, checked->line->value, ret, checked->error);
}

static int check_start(const Checked *checked)
{
        return read_when(checked, &checked->component->start);
}

static int check_end(const Checked *checked)
{
        return read_when(checked, &checked->component->end);
}

static int check_recurrence_id(const Checked *checked)
{
        const char *range = content_line_param(checked->line, "RANGE");
        if (range && strcasecmp(range, "THISANDFUTURE") != 0)
                return refuse(checked, "RANGE may be THISANDFUTURE only");
        checked->component->is_range = range != NULL;
        if (range && ++checked->event->n_ranges > RANGES_MAX)
                return refuse(checked, "RANGE comes too often in one object");
        return read_when(checked, &checked->component->recurrence_id);
}

static int check_duration(const Checked *checked)
{
        Duration *duration = &checked->component->duration;
        if (value_parse_duration(checked->line->value, duration) < 0)
                return refuse(checked, "is no duration");
        if (duration->negative)
                return refuse(checked, "is negative");
        checked->component->end_is_nominal = true;
        return 0;
}

static int read_stamp(const Checked *checked, usec_t *ret)
{
        When when;
        if (when_parse(checked->line->value, &when) < 0 || when.form != WHEN_UTC)
                return refuse(checked, "is no time in UTC");
        *ret = when_instant(&when, NULL);
        return 0;
}

static int check_created(const Checked *checked)
{
        usec_t unused;
        return read_stamp(checked, &unused);
}

static int check_modified(const Checked *checked)
{
        return read_stamp(checked, &checked->component->modified);
}

static int check_stamp(const Checked *checked)
{
        return read_stamp(checked, &checked->component->stamp);
}

static int check_uid(const Checked *checked)
{
        const char *uid = checked->line->value;
        if (!uid[0])
                return refuse(checked, "is empty");
        if (checked->line->value_len > UID_MAX_BYTES)
                return refuse(checked, "is longer than 255 octets");
        for (const char *c = uid; *c; c++)
                if (*c < 0x20 || *c > 0x7E)
                        return refuse(checked, "has other than ASCII characters");
        checked->component->uid = uid;
        return 0;
}

/* Reads a number. libical is not used, because it reads `12x` as 12 and `abc` as 0. */
static int read_integer(const Checked *checked, long max, long *ret)
{
        char *end;
        const char *value = checked->line->value;
        long number = strtol(value, &end, 10);
        if (!value[0] || *end || value[0] == ' ' || number < 0 || number > max)
                return refuse(checked, "is no whole number within its bounds");
        *ret = number;
        return 0;
}

static int check_sequence(const Checked *checked)
{
        long number;
        int r = read_integer(checked, SEQUENCE_MAX, &number);
        if (r == 0)
                checked->component->sequence = (int)number;
        return r;
}

static int check_priority(const Checked *checked)
{
        long unused;
        return read_integer(checked, 9, &unused);
}

/* Finds @word in a list that ends in NULL, ignoring case. Return: its index, or -1. */
static int find_word(const char *const *words, const char *word)
{
        for (int i = 0; words[i]; i++)
                if (strcasecmp(words[i], word) == 0)
                        return i;
        return -1;
}

static int check_status(const Checked *checked)
{
        static const char *const words[] = { "TENTATIVE", "CONFIRMED", "CANCELLED", "DRAFT", NULL };
        static const EventStatus statuses[] = { EVENT_TENTATIVE, EVENT_CONFIRMED, EVENT_CANCELLED,
                EVENT_DRAFT };
        int i = find_word(words, checked->line->value);
        bool draft = checked->component->is_draft;
        if (i < 0 || (statuses[i] == EVENT_DRAFT) != draft)
                return refuse(checked,
                                draft ? "must be DRAFT: a VJOURNAL is kept for an event that has no date yet"
                                      : "must be TENTATIVE, CONFIRMED or CANCELLED");
        checked->component->status = statuses[i];
        return 0;
}

static int check_class(const Checked *checked)
{
        if (!checked->line->value[0])
                return refuse(checked, "is empty");
        checked->component->class = event_class_of(checked->line->value);
        return 0;
}

static int check_transparency(const Checked *checked)
{
        static const char *const words[] = { "OPAQUE", "TRANSPARENT", NULL };
        return find_word(words, checked->line->value) < 0 ? refuse(checked, "must be OPAQUE or TRANSPARENT")
                                                          : 0;
}

static int check_basis(const Checked *checked)
{
        static const char *const words[] = { "STATED", "PUBLIC", "INFERRED", NULL };
        return find_word(words, checked->line->value) < 0
                               ? refuse(checked, "must be STATED, PUBLIC or INFERRED")
                               : 0;
}

static int check_geo(const Checked *checked)
{
        double latitude, longitude;
        if (value_parse_geo(checked->line->value, &latitude, &longitude) < 0)
                return refuse(checked, "must be LATITUDE;LONGITUDE");
        if (fabs(latitude) > 90 || fabs(longitude) > 180)
                return refuse(checked, "lies outside of 90 and 180 degrees");
        return 0;
}

static int check_uri(const Checked *checked)
{
        const char *value = checked->line->value;
        size_t scheme = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
        if (scheme == 0 || value[scheme] != ':' || !value[scheme + 1] || strpbrk(value, " \t\"<>"))
                return refuse(checked, "is no URI");
        return 0;
}

static int read_rule(const Checked *checked, Rule **rules, size_t *n)
{
        InputError fault;
        if (*n == EVENT_RULES_MAX)
                return refuse(checked, "comes too often in one object");
        Rule parsed, *rule;
        if (rule_parse(checked->line->value, &parsed, &fault) < 0)
                return refuse(checked, fault.message);
        rule = arena_allocate(&checked->event->arena, sizeof(*rule));
        if (!rule)
                return -ENOMEM;
        *rule = parsed;
        rules[(*n)++] = rule;
        return 0;
}

static int check_rule(const Checked *checked)
{
        return read_rule(checked, checked->event->rules, &checked->event->n_rules);
}

static int check_exrule(const Checked *checked)
{
        return read_rule(checked, checked->event->exrules, &checked->event->n_exrules);
}

/* Reads the end of a period (RFC 5545, 3.3.9): a time in the form of the start, or a duration. */
static int read_period_end(const Checked *checked, const char *text, const When *start, When *ret)
{
        Component length = { .end_is_nominal = true };
        if (value_parse_duration(text, &length.duration) == 0) {
                if (length.duration.negative)
                        return refuse(checked, "has a period of negative length");
                *ret = component_end(&length, start, NULL);
                return 0;
        }
        int r = event_read_when(checked->event, checked->line, text, ret, checked->error);
        if (r == 0 && when_instant(ret, NULL) < when_instant(start, NULL))
                return refuse(checked, "has a period that ends before it starts");
        return r;
}

/* Reads one value of a list. @ends: gets the ends of periods; NULL if no period is allowed. */
static int read_date(const Checked *checked, char *word, WhenList *list, WhenList *ends)
{
        Arena *arena = &checked->event->arena;
        const char *type = content_line_param(checked->line, "VALUE");
        char *slash = ends && type && strcasecmp(type, "PERIOD") == 0 ? strchr(word, '/') : NULL;
        When when, end = { .form = WHEN_NONE };
        if (slash)
                *slash = '\0';
        if (list->n == DATES_MAX)
                return refuse(checked, "has too many dates");
        int r = event_read_when(checked->event, checked->line, word, &when, checked->error);
        if (r == 0 && slash)
                r = read_period_end(checked, slash + 1, &when, &end);
        if (r == 0)
                r = when_list_add(list, arena, &when);
        return r == 0 && ends ? when_list_add(ends, arena, &end) : r;
}

static int read_dates(const Checked *checked, WhenList *list, WhenList *ends)
{
        Arena *arena = &checked->event->arena;
        char *copy = arena_copy(arena, checked->line->value, checked->line->value_len), *word;
        if (!copy)
                return -ENOMEM;
        while ((word = strsep(&copy, ","))) {
                int r = read_date(checked, word, list, ends);
                if (r != 0)
                        return r;
        }
        return 0;
}

static int check_rdate(const Checked *checked)
{
        return read_dates(checked, &checked->event->rdates, &checked->event->rdate_ends);
}

static int check_exdate(const Checked *checked)
{
        return read_dates(checked, &checked->event->exdates, NULL);
}

static int add_category(Event *event, const char *value, size_t len)
{
        const char *text = event_unescape(event, value, len);
        const char **categories = list_grow(&event->arena, event->categories, event->n_categories,
                        &event->categories_allocated, sizeof(*categories));
        if (!text || !categories)
                return -ENOMEM;
        event->categories = categories;
        if (text[0])
                categories[event->n_categories++] = text;
        return 0;
}

/* Adds the categories, which unescaped commas separate. The categories of overrides are ignored. */
static int check_categories(const Checked *checked)
{
        const char *start = checked->line->value, *c = start;
        int r = 0;
        if (checked->component != checked->event->components)
                return 0;
        for (; r == 0 && *c; c++) {
                if (*c == '\\' && c[1]) {
                        c++;
                } else if (*c == ',') {
                        r = add_category(checked->event, start, (size_t)(c - start));
                        start = c + 1;
                }
        }
        return r != 0 ? r : add_category(checked->event, start, (size_t)(c - start));
}

static int check_related(const Checked *checked)
{
        const char *type = content_line_param(checked->line, "RELTYPE");
        Event *event = checked->event;
        if (!checked->line->value[0])
                return refuse(checked, "is empty");
        if (!event->parent && (!type || strcasecmp(type, "PARENT") == 0))
                event->parent = event_unescape(event, checked->line->value, checked->line->value_len);
        return 0;
}

static int check_own_zone(const Checked *checked)
{
        const Zone *zone;
        int r = zone_table_get(checked->event->zones, checked->line->value, &zone);
        return r > 0 ? refuse(checked, "is no time zone") : r;
}

typedef enum Times {
        ONCE,
        MANY,
        MANY_OF_SERIES, /* in the master only */
} Times;

/* The number of times that each property may occur (RFC 5545, 3.6.1 and 3.8), and its check. */
static const struct {
        const char *name;
        Times times;
        int (*check)(const Checked *checked);
} properties[] = {
        { "UID", ONCE, check_uid },
        { "DTSTAMP", ONCE, check_stamp },
        { "LAST-MODIFIED", ONCE, check_modified },
        { "CREATED", ONCE, check_created },
        { "DTSTART", ONCE, check_start },
        { "DTEND", ONCE, check_end },
        { "DURATION", ONCE, check_duration },
        { "RECURRENCE-ID", ONCE, check_recurrence_id },
        { "RRULE", MANY_OF_SERIES, check_rule },
        { "RDATE", MANY_OF_SERIES, check_rdate },
        { "EXDATE", MANY_OF_SERIES, check_exdate },
        { "EXRULE", MANY_OF_SERIES, check_exrule },
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
        { "CONCEPT", MANY, check_uri },
        { "CATEGORIES", MANY, check_categories },
        { "RELATED-TO", MANY, check_related },
        { "COLOR", ONCE, NULL },
        { "X-CONVENED-TZID", ONCE, check_own_zone },
        { "X-CONVENED-DATE-BASIS", ONCE, check_basis },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

_Static_assert(N_PROPERTIES <= 64, "each has a bit of `seen`");

static int find_property(const char *name)
{
        for (int i = 0; i < N_PROPERTIES; i++)
                if (properties[i].name[0] == name[0] && strcmp(properties[i].name, name) == 0)
                        return i;
        return -1;
}

int event_check_property(Event *event, Component *component, const ContentLine *line, uint64_t *seen,
                InputError *ret_error)
{
        const Checked checked = { event, component, line, ret_error };
        int i = find_property(line->name);
        if (i < 0)
                return 0;
        Times times = properties[i].times;
        uint64_t bit = UINT64_C(1) << i;
        if (times == ONCE && *seen & bit)
                return refuse(&checked, "comes twice, but may come once");
        *seen |= bit;
        if (times == MANY_OF_SERIES && component->is_override)
                return refuse(&checked, "belongs to the series, not to one changed instance");
        return properties[i].check ? properties[i].check(&checked) : 0;
}
