/*
 * Reads a VTIMEZONE (RFC 5545, 3.6.5) into a table of changes. Each STANDARD or DAYLIGHT begins at its
 * onsets, which DTSTART, RDATE and RRULE give. All onsets in order are the changes of the zone.
 *
 * libical does not read the component, because it wrongly reads local times that DST skips or repeats
 * (calendar/zone.h). calendar/value and calendar/when read the values of the lines.
 */

#include "base/contentline.h"
#include "base/utf8.h"
#include "calendar/value.h"
#include "calendar/vtimezone-rule.h"
#include "calendar/zone-data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        MAX_RDATES = 1000,
        TZID_MAX_BYTES = 255,
        FIELD_SIZE = 128,
        WEEKS_OF_RULES = 4, /* a fifth week is not in each month */
        DAYS_IN_WEEK = 7,
        FEBRUARY = 2,
        SOME_YEAR = 2001, /* not a leap year */
};

typedef struct Observance {
        bool daylight, has_start, has_from, has_to, has_name, has_rule;
        CivilTime start;
        int from, to;
        char name[ZONE_ABBREVIATION_SIZE];
        Rule rule;
        int64_t rdates[MAX_RDATES];
        size_t n_rdates;
} Observance;

/* An instant at which an observance begins. */
typedef struct Onset {
        int64_t instant;
        size_t order; /* position in the text, which sorts onsets at the same instant */
        int from;
        size_t type;
} Onset;

typedef struct VtimezoneReader {
        char *tzid;
        Zone *types; /* has the types; becomes the zone at the end */
        Observance observance;
        bool inside;
        Onset *onsets;
        size_t n_onsets, allocated;
        size_t n_observances, n_endless; /* in all; with an endless rule */
        ZoneRule pair;                   /* of the observances with an endless nth-weekday rule */
        int pair_from[2], pair_to[2];    /* of STANDARD and of DAYLIGHT */
        size_t n_pair[2];
} VtimezoneReader;

static int take_local(const char *value, int64_t *ret)
{
        When when;
        if (when_parse(value, &when) < 0 || when.form != WHEN_FLOATING)
                return ZONE_E_INVALID;
        *ret = civil_seconds(&when.civil);
        return 0;
}

static int read_start(Observance *observance, const char *value)
{
        int64_t local;
        if (observance->has_start || take_local(value, &local) != 0)
                return ZONE_E_INVALID;
        observance->start = civil_from_seconds(local);
        observance->has_start = true;
        return 0;
}

static int take_offset(const char *value, bool *has, int *ret)
{
        if (*has || value_parse_utc_offset(value, ret) < 0 || abs(*ret) >= SEC_PER_DAY)
                return ZONE_E_INVALID;
        *has = true;
        return 0;
}

static int read_from(Observance *observance, const char *value)
{
        return take_offset(value, &observance->has_from, &observance->from);
}

static int read_to(Observance *observance, const char *value)
{
        return take_offset(value, &observance->has_to, &observance->to);
}

/* Reads the first TZNAME. Others are in other languages and are ignored. A long name is cut. */
static int read_name(Observance *observance, const char *value)
{
        if (observance->has_name)
                return 0;
        Buffer text = BUFFER_INIT(CONTENT_LIMITS_OBJECT.line_bytes);
        content_unescape(&text, value, strlen(value));
        size_t len = utf8_cut(buffer_text(&text), text.len, sizeof(observance->name) - 1);
        memcpy(observance->name, buffer_text(&text), len);
        observance->name[len] = '\0';
        observance->has_name = true;
        int error = buffer_error(&text);
        buffer_done(&text);
        return error;
}

static int read_rdate(Observance *observance, const char *value)
{
        for (bool more = true; more;) {
                char date[FIELD_SIZE];
                size_t len = strcspn(value, ",");
                if (len >= sizeof(date) || observance->n_rdates == MAX_RDATES)
                        return ZONE_E_INVALID;
                memcpy(date, value, len);
                date[len] = '\0';
                if (take_local(date, &observance->rdates[observance->n_rdates++]) != 0)
                        return ZONE_E_INVALID;
                more = value[len] == ',';
                value += len + 1;
        }
        return 0;
}

static int read_rule(Observance *observance, const char *value)
{
        if (observance->has_rule)
                return ZONE_E_INVALID;
        observance->has_rule = true;
        return onset_rule_parse(value, &observance->rule);
}

static int refuse(Observance *observance, const char *value)
{
        (void)observance;
        (void)value;
        return ZONE_E_INVALID;
}

static const struct {
        const char *name;
        int (*read)(Observance *observance, const char *value);
} properties[] = {
        { "DTSTART", read_start },
        { "TZOFFSETFROM", read_from },
        { "TZOFFSETTO", read_to },
        { "TZNAME", read_name },
        { "RRULE", read_rule },
        { "RDATE", read_rdate },
        { "EXDATE", refuse },
        { "EXRULE", refuse },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static int add_onset(VtimezoneReader *reader, int64_t local, size_t type)
{
        if (reader->n_onsets == ZONE_MAX_CHANGES)
                return ZONE_E_INVALID;
        if (reader->n_onsets == reader->allocated) {
                size_t size = reader->allocated > 0 ? reader->allocated * 2 : 64;
                Onset *onsets = realloc(reader->onsets, size * sizeof(*onsets));
                if (!onsets)
                        return -ENOMEM;
                reader->onsets = onsets;
                reader->allocated = size;
        }
        reader->onsets[reader->n_onsets] = (Onset){
                .instant = local - reader->observance.from,
                .order = reader->n_onsets,
                .from = reader->observance.from,
                .type = type,
        };
        reader->n_onsets++;
        return 0;
}

static bool is_after_until(const Observance *observance, int64_t local)
{
        const When *until = &observance->rule.until;
        if (until->form == WHEN_NONE)
                return false;
        int64_t last = civil_seconds(&until->civil);
        switch (until->form) {
        case WHEN_UTC:
                return local - observance->from > last;
        case WHEN_DATE:
                return local > last + SEC_PER_DAY - 1;
        default:
                return local > last;
        }
}

static bool is_only(const RuleList *list, int value)
{
        return list->n == 0 || (list->n == 1 && list->items[0] == value);
}

/*
 * Whether BYHOUR, BYMINUTE and BYSECOND are absent or repeat DTSTART's time of day, as CalDavSynchronizer
 * and Lotus Notes write them.
 */
static bool rule_has_clock_of_start(const Observance *observance)
{
        const Rule *rule = &observance->rule;
        const CivilTime *start = &observance->start;
        return is_only(&rule->hours, start->hour) && is_only(&rule->minutes, start->minute) &&
               is_only(&rule->seconds, start->second);
}

/* Adds the rule's onsets after DTSTART. DTSTART is always an onset, and counts as the first of COUNT. */
static int add_rule_onsets(VtimezoneReader *reader, size_t type)
{
        const Observance *observance = &reader->observance;
        const Rule *rule = &observance->rule;
        const CivilTime *first = &observance->start;
        int64_t start = civil_seconds(first);
        int64_t clock = start - civil_days(first->year, first->month, first->day) * SEC_PER_DAY;
        int left = rule->count > 0 ? rule->count - 1 : ZONE_MAX_CHANGES;
        int year = first->year;
        /* Outlook writes rules that begin in 1601; the years before the table are skipped. */
        if (rule->count == 0 && year < ZONE_FIRST_YEAR - 1)
                year = ZONE_FIRST_YEAR - 1;
        for (; observance->has_rule && year <= ZONE_CYCLE_END_YEAR + 1; year++) {
                int64_t days[ONSET_DAYS_MAX];
                size_t n = onset_rule_days(rule, first, year, days);
                for (size_t i = 0; i < n; i++) {
                        int64_t local = days[i] * SEC_PER_DAY + clock;
                        if (local <= start)
                                continue;
                        if (is_after_until(observance, local) || left-- == 0)
                                return 0;
                        int r = add_onset(reader, local, type);
                        if (r != 0)
                                return r;
                }
        }
        return 0;
}

/*
 * Returns the week of seven days in a row of a month: 1 to 4, -1 for the last seven, 0 for other days.
 * BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU is the second Sunday.
 */
static int week_of_days(const RuleList *days, int month)
{
        uint64_t set = 0;
        int length = civil_days_in_month(SOME_YEAR, month);
        for (int i = 0; i < days->n; i++)
                set |= UINT64_C(1) << (days->items[i] > 0 ? days->items[i] : length + 1 + days->items[i]);
        bool from_end = days->n > 0 && days->items[0] < 0;
        for (int week = 1; !from_end && week <= WEEKS_OF_RULES; week++)
                if (set == UINT64_C(0x7f) << (1 + (week - 1) * DAYS_IN_WEEK))
                        return week;
        bool is_last = set == UINT64_C(0x7f) << (length + 1 - DAYS_IN_WEEK);
        return is_last && (from_end || month != FEBRUARY) ? -1 : 0;
}

/* Returns which of the month's weekdays an endless rule names; 0 if it is not such a rule. */
static int endless_position(const Observance *observance)
{
        const Rule *rule = &observance->rule;
        if (!observance->has_rule || rule->count > 0 || rule->until.form != WHEN_NONE ||
                        observance->n_rdates > 0 || rule->n_days == 0 || rule->months.n == 0)
                return 0;
        int nth = rule->days[0].position;
        return nth ? nth : week_of_days(&rule->month_days, rule->months.items[0]);
}

/*
 * Records an endless nth-weekday rule, so that zone_write_vtimezone() can write it as an RRULE again, from
 * the change on from which all changes of the table follow it. Outlook's rules begin in 1601, on another
 * day.
 */
static void note_pair(VtimezoneReader *reader, size_t type)
{
        const Observance *observance = &reader->observance;
        const Rule *rule = &observance->rule;
        const CivilTime *start = &observance->start;
        int side = observance->daylight ? 1 : 0, nth = endless_position(observance);
        reader->n_endless += observance->has_rule && rule->count == 0 && rule->until.form == WHEN_NONE;
        if (nth < -1 || nth == 0 || nth > WEEKS_OF_RULES)
                return;
        ZoneDay day = {
                .form = ZONE_DAY_NTH,
                .month = rule->months.items[0],
                .week = nth > 0 ? nth : 5,
                .weekday = rule->days[0].weekday,
                .seconds = start->hour * 3600 + start->minute * 60 + start->second,
        };
        reader->n_pair[side]++;
        reader->pair_from[side] = observance->from;
        reader->pair_to[side] = observance->to;
        *(side ? &reader->pair.to_daylight : &reader->pair.to_standard) = day;
        *(side ? &reader->pair.daylight : &reader->pair.standard) = type;
}

static int end_observance(VtimezoneReader *reader)
{
        Observance *observance = &reader->observance;
        if (!observance->has_start || !observance->has_from || !observance->has_to ||
                        !rule_has_clock_of_start(observance))
                return ZONE_E_INVALID;
        ZoneType type = { .seconds = observance->to, .daylight = observance->daylight };
        if (observance->name[0])
                strcpy(type.abbreviation, observance->name);
        else
                zone_offset_name(observance->to, type.abbreviation);
        size_t number;
        int r = zone_add_type(reader->types, &type, &number);
        if (r == 0)
                r = add_onset(reader, civil_seconds(&observance->start), number);
        if (r == 0)
                r = add_rule_onsets(reader, number);
        for (size_t i = 0; r == 0 && i < observance->n_rdates; i++)
                r = add_onset(reader, observance->rdates[i], number);
        note_pair(reader, number);
        reader->n_observances++;
        reader->inside = false;
        return r;
}

static int begin_component(VtimezoneReader *reader, const ContentLine *line)
{
        if (line->depth == 0)
                return strcmp(line->value, "VTIMEZONE") == 0 && reader->n_observances == 0 ? 0
                                                                                           : ZONE_E_INVALID;
        bool daylight = strcmp(line->value, "DAYLIGHT") == 0;
        if (line->depth != 1 || (!daylight && strcmp(line->value, "STANDARD") != 0))
                return ZONE_E_INVALID;
        memset(&reader->observance, 0, sizeof(reader->observance));
        reader->observance.daylight = daylight;
        reader->inside = true;
        return 0;
}

static int read_tzid(VtimezoneReader *reader, const ContentLine *line)
{
        if (reader->tzid || line->value_len == 0 || line->value_len > TZID_MAX_BYTES)
                return ZONE_E_INVALID;
        Buffer text = BUFFER_INIT(TZID_MAX_BYTES);
        content_unescape(&text, line->value, line->value_len);
        reader->tzid = buffer_take(&text);
        buffer_done(&text);
        return reader->tzid ? 0 : -ENOMEM;
}

static int read_line(VtimezoneReader *reader, const ContentLine *line)
{
        if (strcmp(line->name, "BEGIN") == 0)
                return begin_component(reader, line);
        if (strcmp(line->name, "END") == 0)
                return reader->inside ? end_observance(reader) : 0;
        if (line->depth == 0)
                return ZONE_E_INVALID;
        if (!reader->inside)
                return strcmp(line->name, "TZID") == 0 ? read_tzid(reader, line) : 0;
        for (size_t i = 0; i < N_PROPERTIES; i++)
                if (strcmp(line->name, properties[i].name) == 0)
                        return properties[i].read(&reader->observance, line->value);
        return 0;
}

static int read_lines(VtimezoneReader *reader, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *lines = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        if (!lines)
                return -ENOMEM;
        for (;;) {
                ContentLine line;
                int r = content_reader_next(lines, &line, NULL);
                if (r == CONTENT_END)
                        return reader->tzid && reader->n_onsets > 0 ? 0 : ZONE_E_INVALID;
                if (r == CONTENT_E_INVALID)
                        return ZONE_E_INVALID;
                if (r == 0)
                        r = read_line(reader, &line);
                if (r != 0)
                        return r;
        }
}

static int compare_onsets(const void *a, const void *b)
{
        const Onset *left = a, *right = b;
        if (left->instant != right->instant)
                return left->instant < right->instant ? -1 : 1;
        return left->order < right->order ? -1 : left->order > right->order;
}

/*
 * Sets the type before the first onset. Its offset is the TZOFFSETFROM of that onset. Its name is that of a
 * standard time with this offset, if there is one.
 */
static int set_first_type(VtimezoneReader *reader)
{
        Zone *zone = reader->types;
        ZoneType type = { .seconds = reader->onsets[0].from };
        zone_offset_name(type.seconds, type.abbreviation);
        for (size_t i = 0; i < zone->n_types; i++) {
                if (zone->types[i].seconds == type.seconds && !zone->types[i].daylight) {
                        zone->first_type = i;
                        return 0;
                }
        }
        return zone_add_type(zone, &type, &zone->first_type);
}

static int make_zone(VtimezoneReader *reader, Zone **ret)
{
        Zone *zone = reader->types;
        qsort(reader->onsets, reader->n_onsets, sizeof(*reader->onsets), compare_onsets);
        int r = set_first_type(reader);
        for (size_t i = 0; r == 0 && i < reader->n_onsets; i++)
                r = zone_add_change(zone, reader->onsets[i].instant, reader->onsets[i].type);
        if (r != 0)
                return r;
        zone->has_rule = reader->n_endless == 2 && reader->n_pair[0] == 1 && reader->n_pair[1] == 1 &&
                         reader->pair_from[0] == reader->pair_to[1] &&
                         reader->pair_from[1] == reader->pair_to[0];
        zone->rule = reader->pair;
        free(zone->name);
        zone->name = TAKE_PTR(reader->tzid);
        *ret = TAKE_PTR(reader->types);
        return 0;
}

static VtimezoneReader *reader_free(VtimezoneReader *reader)
{
        free(reader->tzid);
        zone_unref(reader->types);
        free(reader->onsets);
        free(reader);
        return NULL;
}

DEFINE_CLEANUP(VtimezoneReader, reader_freep, reader_free)

int zone_from_vtimezone(const char *text, size_t len, Zone **ret)
{
        CLEANUP(reader_freep) VtimezoneReader *reader = calloc(1, sizeof(*reader));
        if (!reader)
                return -ENOMEM;
        int r = zone_new("", &reader->types);
        if (r == 0)
                r = read_lines(reader, text, len);
        return r != 0 ? r : make_zone(reader, ret);
}
