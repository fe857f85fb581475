/*
 * Writes a table of changes as a VTIMEZONE (RFC 5545, 3.6.5). Changes that repeat each year are written as
 * an RRULE, others as separate observances.
 *
 * libical is not used, because it makes VTIMEZONEs only of its own zones, whose rules differ from the
 * system's (calendar/zone.h). calendar/component-build, which makes our other components with libical,
 * would gain nothing here: the lines have fixed forms, and only the names in them come from outside.
 */

#include "base/contentline.h"
#include "calendar/zone-data.h"

#include <stdio.h>
#include <string.h>

enum {
        PAIR_FIRST_YEAR = 1970,  /* clients expect it; a fixed year keeps the text equal for later spans */
        MAX_PLAIN_YEAR = 2100,   /* the last year whose changes are listed, if no RRULE expresses the rule */
        MAX_RULE_GAP_DAYS = 370, /* the longest gap between two changes of a yearly rule */
        RULE_TEXT_SIZE = 128,
        SAMPLE_YEAR = 2001, /* not a leap year */
        MARCH_FIRST = 60,   /* March 1 as a day of SAMPLE_YEAR */
        DAYS_IN_WEEK = 7,
};

static const char weekday_names[][3] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };

/* One STANDARD or DAYLIGHT. */
typedef struct WrittenObservance {
        bool daylight;
        const ZoneType *from, *to;
        int64_t local;      /* its DTSTART in local seconds */
        const char *repeat; /* the RRULE; NULL for none */
} WrittenObservance;

/* Rounds an offset to minutes: several clients reject seconds, which occur only in historical data. */
static int minute_offset(const ZoneType *type)
{
        int half = type->seconds < 0 ? -30 : 30;
        return (type->seconds + half) / 60 * 60;
}

static void write_offset(Buffer *out, const char *name, const ZoneType *type)
{
        int minutes = minute_offset(type) / 60;
        unsigned distance = (unsigned)(minutes < 0 ? -minutes : minutes);
        buffer_printf(out, "%s:%c%02u%02u\r\n", name, minutes < 0 ? '-' : '+', distance / 60, distance % 60);
}

static void write_name(Buffer *out, const ZoneType *type)
{
        char made[ZONE_ABBREVIATION_SIZE];
        const char *name = type->abbreviation;
        if (name[0] == '\0' || strcmp(name, "-00") == 0) {
                zone_offset_name(minute_offset(type), made);
                name = made;
        }
        content_write_text(out, "TZNAME", name);
}

static void write_observance(Buffer *out, const WrittenObservance *observance)
{
        const char *kind = observance->daylight ? "DAYLIGHT" : "STANDARD";
        CivilTime start = civil_from_seconds(observance->local);
        buffer_printf(out, "BEGIN:%s\r\nDTSTART:%04d%02d%02dT%02d%02d%02d\r\n", kind, start.year,
                        start.month, start.day, start.hour, start.minute, start.second);
        write_offset(out, "TZOFFSETFROM", observance->from);
        write_offset(out, "TZOFFSETTO", observance->to);
        write_name(out, observance->to);
        if (observance->repeat)
                content_write(out, "RRULE", observance->repeat);
        buffer_printf(out, "END:%s\r\n", kind);
}

/*
 * Whether the type is written as DAYLIGHT. Clients expect DAYLIGHT to be the later clock, even if the zone
 * itself calls its winter time DST (Dublin).
 */
static bool is_summer(const ZoneType *type, const ZoneType *other)
{
        if (type->daylight == other->daylight || type->seconds == other->seconds)
                return type->daylight;
        return type->seconds > other->seconds;
}

static int floor_days(int32_t seconds)
{
        return (int)(seconds >= 0 ? seconds / SEC_PER_DAY : (seconds - SEC_PER_DAY + 1) / SEC_PER_DAY);
}

static int append_days(char *out, size_t size, int first)
{
        int len = 0;
        for (int i = 0; i < DAYS_IN_WEEK; i++)
                len += snprintf(out + len, size - (size_t)len, "%s%d", i > 0 ? "," : "", first + i);
        return len;
}

/*
 * Writes the RRULE of a change whose time is outside its day: `M3.4.4/50` is 02:00 on the Saturday after
 * the fourth Thursday. The RRULE names one weekday and seven days in a row. They are days of a month or, if
 * they are in two months, days of the year counted from its end. Return: false if a leap day would move
 * them.
 */
static bool shifted_repeat(const ZoneDay *day, int shift, char ret[static RULE_TEXT_SIZE])
{
        int64_t new_year = civil_days(SAMPLE_YEAR, 1, 1);
        int in_month = day->week == 5 ? civil_days_in_month(SAMPLE_YEAR, day->month) - DAYS_IN_WEEK
                                      : (day->week - 1) * DAYS_IN_WEEK;
        if (day->month == 2 && day->week == 5)
                return false;
        int64_t first = civil_days(SAMPLE_YEAR, day->month, 1) + in_month + shift;
        int64_t of_year = first - new_year + 1, last_of_year = of_year + DAYS_IN_WEEK - 1;
        const char *weekday =
                        weekday_names[(day->weekday + shift % DAYS_IN_WEEK + DAYS_IN_WEEK) % DAYS_IN_WEEK];
        CivilTime from = civil_from_days(first), to = civil_from_days(first + DAYS_IN_WEEK - 1);
        if (of_year < 1 || last_of_year > 365 || (of_year < MARCH_FIRST && last_of_year >= MARCH_FIRST))
                return false;
        int len = snprintf(ret, RULE_TEXT_SIZE, "FREQ=YEARLY;");
        if (from.month == to.month)
                len += snprintf(ret + len, RULE_TEXT_SIZE - (size_t)len,
                                "BYMONTH=%d;BYMONTHDAY=", from.month);
        else if (of_year >= MARCH_FIRST)
                len += snprintf(ret + len, RULE_TEXT_SIZE - (size_t)len, "BYYEARDAY=");
        else
                return false;
        int number = from.month == to.month ? from.day : (int)of_year - 366;
        len += append_days(ret + len, RULE_TEXT_SIZE - (size_t)len, number);
        snprintf(ret + len, RULE_TEXT_SIZE - (size_t)len, ";BYDAY=%s", weekday);
        return true;
}

/* Writes the RRULE of one of a rule's two changes. Return: false if no RRULE expresses it. */
static bool repeat_of(const ZoneDay *day, char ret[static RULE_TEXT_SIZE])
{
        int shift = floor_days(day->seconds);
        if (day->form == ZONE_DAY_NTH && shift != 0)
                return shifted_repeat(day, shift, ret);
        if (day->form == ZONE_DAY_NTH) {
                snprintf(ret, RULE_TEXT_SIZE, "FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s", day->month,
                                day->week == 5 ? -1 : day->week, weekday_names[day->weekday]);
                return true;
        }
        if (day->form != ZONE_DAY_JULIAN || shift != 0)
                return false;
        CivilTime date = civil_from_days(civil_days(SAMPLE_YEAR, 1, day->day));
        snprintf(ret, RULE_TEXT_SIZE, "FREQ=YEARLY;BYMONTH=%d;BYMONTHDAY=%d", date.month, date.day);
        return true;
}

/*
 * The written form of a zone's rule: the RRULEs of its two changes, and the change from which it applies.
 */
typedef struct Pair {
        const ZoneRule *rule;
        char to_daylight[RULE_TEXT_SIZE], to_standard[RULE_TEXT_SIZE];
        size_t regular; /* from this change on, all follow the rule; n_changes if there is no rule */
} Pair;

static int64_t rule_change(const Zone *zone, bool to_daylight, int year)
{
        const ZoneRule *rule = &zone->rule;
        return to_daylight ? zone_day_seconds(&rule->to_daylight, year) - zone->types[rule->standard].seconds
                           : zone_day_seconds(&rule->to_standard, year) -
                                               zone->types[rule->daylight].seconds;
}

static bool is_regular(const Zone *zone, size_t change)
{
        const ZoneRule *rule = &zone->rule;
        bool to_daylight = zone->changes[change] == rule->daylight;
        size_t before = change > 0 ? zone->changes[change - 1] : zone->first_type;
        if (before != (to_daylight ? rule->standard : rule->daylight) ||
                        zone->changes[change] != (to_daylight ? rule->daylight : rule->standard))
                return false;
        int64_t instant = zone->instants[change];
        bool gap = change + 1 < zone->n_changes &&
                   zone->instants[change + 1] - instant > MAX_RULE_GAP_DAYS * SEC_PER_DAY;
        int year = civil_from_seconds(instant + zone->types[before].seconds).year;
        return !gap && instant == rule_change(zone, to_daylight, year);
}

static Pair find_pair(const Zone *zone)
{
        Pair pair = { .rule = &zone->rule, .regular = zone->n_changes };
        if (!zone->has_rule || !repeat_of(&zone->rule.to_daylight, pair.to_daylight) ||
                        !repeat_of(&zone->rule.to_standard, pair.to_standard))
                return pair;
        while (pair.regular > 0 && is_regular(zone, pair.regular - 1))
                pair.regular--;
        return pair;
}

/* Whether the pair alone is correct from @first on. @next: index of the first change after @first. */
static bool pair_is_enough(const Zone *zone, const Pair *pair, int64_t first, size_t next)
{
        if (pair->regular == zone->n_changes || next < pair->regular)
                return false;
        if (next > pair->regular)
                return true;
        bool to_daylight = zone->changes[next] == pair->rule->daylight;
        int year = civil_from_seconds(zone->instants[next]).year;
        int64_t previous = rule_change(zone, !to_daylight, year);
        if (previous >= zone->instants[next])
                previous = rule_change(zone, !to_daylight, year - 1);
        return previous <= first;
}

static WrittenObservance pair_side(const Zone *zone, const Pair *pair, bool to_daylight, int year)
{
        const ZoneRule *rule = pair->rule;
        const ZoneType *standard = &zone->types[rule->standard], *daylight = &zone->types[rule->daylight];
        WrittenObservance side = {
                .from = to_daylight ? standard : daylight,
                .to = to_daylight ? daylight : standard,
                .local = zone_day_seconds(to_daylight ? &rule->to_daylight : &rule->to_standard, year),
                .repeat = to_daylight ? pair->to_daylight : pair->to_standard,
        };
        side.daylight = is_summer(side.to, side.from);
        return side;
}

/* Returns a year before @first: PAIR_FIRST_YEAR if that is early enough. */
static int year_before(int64_t first)
{
        int year = civil_from_seconds(first).year - 1;
        return year > PAIR_FIRST_YEAR ? PAIR_FIRST_YEAR : year > 1 ? year - 1 : 1;
}

static void write_pair(const Zone *zone, const Pair *pair, int64_t first, Buffer *out)
{
        for (int i = 0; i < 2; i++) {
                WrittenObservance side = pair_side(zone, pair, i == 1, year_before(first));
                write_observance(out, &side);
        }
}

static WrittenObservance change_observance(const Zone *zone, const Pair *pair, size_t change)
{
        WrittenObservance observance = {
                .from = zone_type_before(zone, change),
                .to = &zone->types[zone->changes[change]],
        };
        observance.daylight = is_summer(observance.to, observance.from);
        observance.local = zone->instants[change] + minute_offset(observance.from);
        if (change >= pair->regular)
                observance.repeat = zone->changes[change] == pair->rule->daylight ? pair->to_daylight
                                                                                  : pair->to_standard;
        return observance;
}

/*
 * Returns the end of the changes to write. If there is a rule, its first two changes represent all later
 * ones.
 */
static size_t end_of_changes(const Zone *zone, const Pair *pair, int64_t last)
{
        if (pair->regular < zone->n_changes)
                return pair->regular + 2;
        int64_t most = civil_days(MAX_PLAIN_YEAR + 1, 1, 1) * SEC_PER_DAY;
        return zone_change_after(zone, last < most ? last : most);
}

static void write_changes(
                const Zone *zone, const Pair *pair, int64_t first, size_t next, size_t end, Buffer *out)
{
        const ZoneType *type = zone_type_before(zone, next);
        WrittenObservance before = { .from = type, .to = type };
        before.local = civil_days(year_before(first), 1, 1) * SEC_PER_DAY;
        before.daylight = next < end && is_summer(type, &zone->types[zone->changes[next]]);
        write_observance(out, &before);
        for (size_t change = next; change < end; change++) {
                WrittenObservance observance = change_observance(zone, pair, change);
                write_observance(out, &observance);
        }
}

void zone_write_vtimezone(const Zone *zone, int64_t first, int64_t last, Buffer *out)
{
        Pair pair = find_pair(zone);
        size_t next = zone_change_after(zone, first);
        buffer_puts(out, "BEGIN:VTIMEZONE\r\n");
        content_write_text(out, "TZID", zone->name);
        if (pair_is_enough(zone, &pair, first, next))
                write_pair(zone, &pair, first, out);
        else
                write_changes(zone, &pair, first, next, end_of_changes(zone, &pair, last), out);
        buffer_puts(out, "END:VTIMEZONE\r\n");
}
