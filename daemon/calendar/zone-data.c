#include "calendar/zone-data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int zone_new(const char *name, Zone **ret)
{
        *ret = NULL;
        CLEANUP(zone_unrefp) Zone *zone = calloc(1, sizeof(*zone));
        if (!zone)
                return -ENOMEM;
        zone->references = 1;
        zone->name = strdup(name);
        if (!zone->name)
                return -ENOMEM;
        *ret = TAKE_PTR(zone);
        return 0;
}

Zone *zone_ref(Zone *zone)
{
        __atomic_add_fetch(&zone->references, 1, __ATOMIC_RELAXED);
        return zone;
}

Zone *zone_unref(Zone *zone)
{
        if (!zone || __atomic_sub_fetch(&zone->references, 1, __ATOMIC_ACQ_REL) > 0)
                return NULL;
        free(zone->name);
        free(zone->types);
        free(zone->instants);
        free(zone->changes);
        free(zone);
        return NULL;
}

int zone_add_type(Zone *zone, const ZoneType *type, size_t *ret)
{
        for (size_t i = 0; i < zone->n_types; i++) {
                const ZoneType *known = &zone->types[i];
                if (known->seconds == type->seconds && known->daylight == type->daylight &&
                                strcmp(known->abbreviation, type->abbreviation) == 0) {
                        *ret = i;
                        return 0;
                }
        }
        if (zone->n_types == ZONE_MAX_TYPES)
                return ZONE_E_INVALID;
        ZoneType *types = realloc(zone->types, (zone->n_types + 1) * sizeof(*types));
        if (!types)
                return -ENOMEM;
        zone->types = types;
        zone->types[zone->n_types] = *type;
        *ret = zone->n_types++;
        return 0;
}

static int reserve_changes(Zone *zone)
{
        if (zone->n_changes < zone->allocated)
                return 0;
        size_t size = zone->allocated > 0 ? zone->allocated * 2 : 64;
        int64_t *instants = realloc(zone->instants, size * sizeof(*instants));
        if (!instants)
                return -ENOMEM;
        zone->instants = instants;
        uint16_t *changes = realloc(zone->changes, size * sizeof(*changes));
        if (!changes)
                return -ENOMEM;
        zone->changes = changes;
        zone->allocated = size;
        return 0;
}

int zone_add_change(Zone *zone, int64_t instant, size_t type)
{
        if (zone->n_changes > 0 && instant < zone->instants[zone->n_changes - 1])
                return ZONE_E_INVALID;
        if (zone->n_changes > 0 && instant == zone->instants[zone->n_changes - 1])
                zone->n_changes--;
        size_t before = zone->n_changes > 0 ? zone->changes[zone->n_changes - 1] : zone->first_type;
        if (before == type)
                return 0;
        if (zone->n_changes == ZONE_MAX_CHANGES)
                return ZONE_E_INVALID;
        int r = reserve_changes(zone);
        if (r < 0)
                return r;
        zone->instants[zone->n_changes] = instant;
        zone->changes[zone->n_changes++] = (uint16_t)type;
        return 0;
}

static int64_t nth_weekday(const ZoneDay *day, int year)
{
        int64_t first = civil_days(year, day->month, 1);
        int64_t days = first + (day->weekday - civil_weekday(first) + 7) % 7 + (int64_t)(day->week - 1) * 7;
        return days - first < civil_days_in_month(year, day->month) ? days : days - 7;
}

int64_t zone_day_seconds(const ZoneDay *day, int year)
{
        int64_t days;
        if (day->form == ZONE_DAY_NTH)
                days = nth_weekday(day, year);
        else if (day->form == ZONE_DAY_JULIAN)
                days = civil_days(year, 1, day->day) + (day->day > 59 && civil_days_in_month(year, 2) == 29);
        else
                days = civil_days(year, 1, 1) + day->day;
        return days * SEC_PER_DAY + day->seconds;
}

static int add_later_change(Zone *zone, int64_t after, int64_t instant, size_t type)
{
        return instant > after ? zone_add_change(zone, instant, type) : 0;
}

int zone_add_rule(Zone *zone, const ZoneRule *rule)
{
        zone->rule = *rule;
        zone->has_rule = rule->standard != rule->daylight;
        if (!zone->has_rule)
                return 0;
        int64_t after = zone->n_changes > 0 ? zone->instants[zone->n_changes - 1] : INT64_MIN;
        int year = zone->n_changes > 0 ? civil_from_seconds(after).year - 1 : ZONE_FIRST_YEAR;
        for (year = year < ZONE_FIRST_YEAR ? ZONE_FIRST_YEAR : year; year <= ZONE_CYCLE_END_YEAR + 1;
                        year++) {
                int64_t on = zone_day_seconds(&rule->to_daylight, year) -
                             zone->types[rule->standard].seconds;
                int64_t off = zone_day_seconds(&rule->to_standard, year) -
                              zone->types[rule->daylight].seconds;
                bool on_first = on < off;
                int r = add_later_change(zone, after, on_first ? on : off,
                                on_first ? rule->daylight : rule->standard);
                if (r == 0)
                        r = add_later_change(zone, after, on_first ? off : on,
                                        on_first ? rule->standard : rule->daylight);
                if (r != 0)
                        return r;
        }
        return 0;
}

const ZoneType *zone_type_before(const Zone *zone, size_t change)
{
        return &zone->types[change > 0 ? zone->changes[change - 1] : zone->first_type];
}

size_t zone_change_after(const Zone *zone, int64_t instant)
{
        size_t low = 0, high = zone->n_changes;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (zone->instants[middle] > instant)
                        high = middle;
                else
                        low = middle + 1;
        }
        return low;
}

void zone_offset_name(int seconds, char ret[static ZONE_ABBREVIATION_SIZE])
{
        unsigned minutes = (unsigned)(seconds < 0 ? -seconds : seconds) / 60 % 6000;
        if (minutes % 60 == 0)
                snprintf(ret, ZONE_ABBREVIATION_SIZE, "%c%02u", seconds < 0 ? '-' : '+', minutes / 60);
        else
                snprintf(ret, ZONE_ABBREVIATION_SIZE, "%c%02u%02u", seconds < 0 ? '-' : '+', minutes / 60,
                                minutes % 60);
}

const char *zone_name(const Zone *zone)
{
        return zone->name;
}

/* Skips the backslash of `\\ \; \,` (RFC 5545, 3.3.11). */
static const char *skip_escape(const char *text)
{
        return *text == '\\' && text[1] && strchr("\\;,", text[1]) ? text + 1 : text;
}

void zone_plain_name(char *name)
{
        char *out = name;
        for (const char *in = name; *in; in++) {
                in = skip_escape(in);
                *out++ = *in;
        }
        *out = '\0';
}

int zone_compare_names(const char *a, const char *b)
{
        for (;; a++, b++) {
                a = skip_escape(a);
                b = skip_escape(b);
                if (*a != *b || !*a)
                        return (unsigned char)*a - (unsigned char)*b;
        }
}
