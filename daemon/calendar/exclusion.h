#pragma once

/*
 * Inside the calendar module: the original starts of a series that are no instances of it. EXDATE (RFC 5545,
 * 3.8.5.1) and EXRULE (RFC 2445, 4.8.5.2, which RFC 5545 has removed) exclude them, or overrides replace
 * them. An EXRULE that has COUNT counts its own starts; DTSTART is one of them only if the rule gives it.
 */

#include "calendar/event-data.h"
#include "calendar/rule-places.h"

/** Filled in by exclusions_init(); each array is in order. */
typedef struct Exclusions {
        const Event *event;
        const Zone *zone;
        int64_t *instants, *days; /* what EXDATEs exclude */
        int64_t *gaps;       /* clock times of EXDATEs, in seconds, that the clock of the series skips */
        int64_t *overridden; /* instants of RECURRENCE-IDs */
        size_t n_instants, n_days, n_gaps, n_overridden;
} Exclusions;

/**
 * exclusions_init() - collect what the event excludes
 * @event: borrowed until exclusions_done(), as is @zone, the zone of dates and floating times
 *
 * Return: 0, -ENOMEM.
 */
int exclusions_init(Exclusions *exclusions, const Event *event, const Zone *zone);
void exclusions_done(Exclusions *exclusions);

/**
 * exclusions_have() - whether an EXDATE excludes a start. For the start of an override, this is also true if
 * an EXRULE does.
 */
bool exclusions_have(const Exclusions *exclusions, const When *start, usec_t instant);

/**
 * exclusion_day() - return the day that an EXDATE excludes, as civil_days() counts it, if the series is
 * all-day or the EXDATE is a date. Exchange writes a day as a time: midnight in some zone.
 * @zone: of an EXDATE in UTC; NULL for UTC
 */
int64_t exclusion_day(const Zone *zone, const When *date);

/**
 * series_first_instant() - return the first instant at which the clock of a series shows the time of
 * @instant. An object that has no master has the clock of its first RECURRENCE-ID.
 * @fallback: the zone of floating times; NULL for UTC
 *
 * A rule gives the first of two equal times (RFC 5545, 3.3.5). Programs that read it as the second name that
 * instant in EXDATE and RECURRENCE-ID, and mean the same instance.
 */
usec_t series_first_instant(const Event *event, const Zone *fallback, usec_t instant);

/**
 * series_place() - return the original start of the instance that an override replaces. Overrides with equal
 * places are versions of one instance.
 * @fallback: as in series_first_instant()
 */
usec_t series_place(const Event *event, const Zone *fallback, const Component *override);

/** exclusions_replace() - whether an override replaces the instance with this original start. */
bool exclusions_replace(const Exclusions *exclusions, usec_t instant);

/** The position in the EXRULEs of an event. */
typedef struct ExclusionRules {
        RulePlaces *rules;
        size_t n;
        usec_t start; /* the instant of DTSTART */
} ExclusionRules;

/** exclusion_rules_init() - begin at DTSTART; @skip_to as in rule_walk_init(). Return: 0, -ENOMEM. */
int exclusion_rules_init(ExclusionRules *rules, const Event *event, const Zone *zone, int64_t skip_to);
void exclusion_rules_done(ExclusionRules *rules);

/**
 * series_each_start() - call @on_start for DTSTART and each start that a rule or RDATE gives, in order,
 * whether EXDATEs exclude it or overrides replace it or not; 100000 times at most
 * @is_excluded: an EXRULE excludes the start
 *
 * Return: 0, -ENOMEM, or the first nonzero result of @on_start, which ends the loop.
 */
int series_each_start(const Event *event, const Zone *fallback,
                int (*on_start)(const When *start, usec_t instant, bool is_excluded, void *userdata),
                void *userdata);

/** exclusion_rules_have() - whether a rule gives an instant, which must not be before the last one asked. */
bool exclusion_rules_have(ExclusionRules *rules, usec_t instant);
