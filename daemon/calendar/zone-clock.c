/* Converts between wall clock and instant by binary searches in a zone's table of changes. */

#include "calendar/zone-data.h"

static int64_t cycle_end(void)
{
        return civil_days(ZONE_CYCLE_END_YEAR, 1, 1) * SEC_PER_DAY;
}

/*
 * Returns the 400-year cycles, in seconds, to subtract from a time after the table; 0 for any other time.
 */
static int64_t cycles_beyond(const Zone *zone, int64_t seconds)
{
        if (!zone->has_rule || seconds < cycle_end())
                return 0;
        return ((seconds - cycle_end()) / ZONE_CYCLE_SECONDS + 1) * ZONE_CYCLE_SECONDS;
}

static const ZoneType *type_at(const Zone *zone, int64_t instant)
{
        instant -= cycles_beyond(zone, instant);
        return zone_type_before(zone, zone_change_after(zone, instant));
}

ZoneOffset zone_offset_at(const Zone *zone, int64_t instant)
{
        const ZoneType *type = type_at(zone, instant);
        return (ZoneOffset){
                .seconds = type->seconds,
                .daylight = type->daylight,
                .abbreviation = type->abbreviation,
        };
}

/*
 * Returns the local time from which the offset after a change is used. In a gap and in a fold, local times
 * are read with the offset before the change, so the result is the later of the change's two local times.
 */
static int64_t local_change(const Zone *zone, size_t change)
{
        int32_t before = zone_type_before(zone, change)->seconds;
        int32_t after = zone->types[zone->changes[change]].seconds;
        return zone->instants[change] + (before > after ? before : after);
}

int64_t zone_to_instant(const Zone *zone, const CivilTime *civil)
{
        int64_t local = civil_seconds(civil);
        int64_t wanted = local - cycles_beyond(zone, local);
        size_t low = 0, high = zone->n_changes;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (local_change(zone, middle) > wanted)
                        high = middle;
                else
                        low = middle + 1;
        }
        return local - zone_type_before(zone, low)->seconds;
}

CivilTime zone_to_civil(const Zone *zone, int64_t instant)
{
        return civil_from_seconds(instant + type_at(zone, instant)->seconds);
}

bool zone_shows_once(const Zone *zone, const CivilTime *civil)
{
        int64_t local = civil_seconds(civil), instant = zone_to_instant(zone, civil);
        CivilTime shown = zone_to_civil(zone, instant);
        if (civil_seconds(&shown) != local)
                return false;
        int64_t cycles = cycles_beyond(zone, instant);
        size_t next = zone_change_after(zone, instant - cycles);
        return next == zone->n_changes ||
               zone->instants[next] + zone->types[zone->changes[next]].seconds > local - cycles;
}
