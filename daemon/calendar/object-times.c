/*
 * Each kind of component has conditions of its own (RFC 4791, 9.9), which differ in whether a limit itself
 * counts. Conditions are functions of the start and the end of one instance.
 */

#include "calendar/object-times.h"

#include "calendar/alarm.h"
#include "calendar/object-times-internal.h"
#include "calendar/value.h"

#include <errno.h>
#include <string.h>

/*
 * The most instances that are looked at for one component. The instances of a master come before those of
 * its overrides, so that more are looked at only in an object that is made for it.
 */
enum { INSTANCES_MAX = 20000 };

/* The longest time from an alarm to its instance (calendar/lead.h) */
#define OPEN_AHEAD (LEAD_MAX_DAYS * USEC_PER_DAY)

int object_times_new(ZoneTable *zones, const ObjectTree *tree, const Zone *fallback, ObjectTimes **ret)
{
        *ret = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = calloc(1, sizeof(*times));
        int r = times ? object_series_init(zones, tree, fallback, &times->set) : -ENOMEM;
        if (r == 0)
                *ret = TAKE_PTR(times);
        return r;
}

ObjectTimes *object_times_free(ObjectTimes *times)
{
        if (times)
                object_series_done(&times->set);
        free(times);
        return NULL;
}

/* The start and the end of an instance; the end is the start if it has none. */
typedef bool (*Condition)(usec_t start, usec_t end, const TimeRange *range);

/* A VEVENT with a length, an all-day VEVENT or VJOURNAL, an AVAILABLE, a period of a VFREEBUSY */
static bool lasts_in(usec_t start, usec_t end, const TimeRange *range)
{
        return range->from < end && range->to > start;
}

/* A VEVENT without a length, a VJOURNAL with a time, a VTODO with DTSTART only, an alarm, a property */
static bool is_in(usec_t start, usec_t end, const TimeRange *range)
{
        (void)end;
        return range->from <= start && range->to > start;
}

/* A VTODO with DTSTART and DURATION */
static bool todo_lasts_in(usec_t start, usec_t end, const TimeRange *range)
{
        return range->from <= end && (range->to > start || range->to >= end);
}

/* A VTODO with DTSTART and DUE */
static bool todo_is_due_in(usec_t start, usec_t end, const TimeRange *range)
{
        return (range->from < end || range->from <= start) && (range->to > start || range->to >= end);
}

/* A VTODO with DUE only, which is the start of the instance */
static bool is_due_in(usec_t start, usec_t end, const TimeRange *range)
{
        (void)end;
        return range->from < start && range->to >= start;
}

/* A VEVENT, whose RDATE may give a length to one instance */
static bool event_is_in(usec_t start, usec_t end, const TimeRange *range)
{
        return (end > start ? lasts_in : is_in)(start, end, range);
}

static bool has(const ObjectNode *node, const char *name)
{
        return object_node_line(node, name, NULL) != NULL;
}

static Condition condition_of(const ObjectNode *node)
{
        if (strcmp(node->name, "VTODO") == 0)
                return !has(node, "DTSTART")   ? is_due_in
                       : has(node, "DURATION") ? todo_lasts_in
                       : has(node, "DUE")      ? todo_is_due_in
                                               : is_in;
        return has(node, "DTEND") ? lasts_in : event_is_in;
}

/* Whether the DUE of a VTODO is not after its DTSTART. Then its series has no end of its own. */
static bool ends_at_start(const ObjectNode *node, const Component *component)
{
        return strcmp(node->name, "VTODO") == 0 && has(node, "DUE") &&
               !line_list_find(&component->lines, "DTEND", 0);
}

static usec_t plus(usec_t time, usec_t length)
{
        usec_t sum;
        if (time == INT64_MIN || time == USEC_INFINITY)
                return time;
        if (!__builtin_add_overflow(time, length, &sum))
                return sum;
        return length > 0 ? USEC_INFINITY : INT64_MIN;
}

/* A search for an instance of one component. */
typedef struct Search {
        ObjectTimes *times;
        const TimeRange *range; /* which is searched for */
        Condition condition;
        const Alarm *alarm; /* NULL: the instance itself is meant */
        const Zone *zone;   /* of dates and floating times */
} Search;

static bool fires(const Search *search, const Occurrence *instance)
{
        for (size_t i = 0; i < search->alarm->n_leads; i++)
                if (is_in(lead_fire(&search->alarm->leads[i], &instance->start, &instance->end, search->zone,
                                          search->zone),
                                    0, search->range))
                        return true;
        return false;
}

static bool is_found(const Search *search, const Occurrence *instance)
{
        return search->alarm ? fires(search, instance)
                             : search->condition(instance->start_usec, instance->end_usec, search->range);
}

/* Makes the range in which the instances are that may be found: one second more at both ends. */
static TimeRange range_of_instances(const Search *search)
{
        usec_t least = 0, most = 0, slack = search->alarm ? 2 * USEC_PER_DAY : USEC_PER_SEC;
        for (size_t i = 0; search->alarm && i < search->alarm->n_leads; i++) {
                const Lead *lead = &search->alarm->leads[i];
                usec_t length = (lead->days * SEC_PER_DAY + lead->seconds) * USEC_PER_SEC;
                least = length < least ? length : least;
                most = length > most ? length : most;
        }
        return (TimeRange){ plus(search->range->from, -most - slack),
                plus(search->range->to, slack - least) };
}

/* Cuts the range to the one instance of an override that changes no later ones. */
static void cut_to_override(const Component *component, const Zone *zone, TimeRange *range)
{
        if (!component->is_override || component->is_range)
                return;
        usec_t start = when_instant(&component->start, zone), end = when_instant(&component->end, zone);
        range->from = range->from > start - USEC_PER_SEC ? range->from : start - USEC_PER_SEC;
        range->to = range->to < end + USEC_PER_SEC ? range->to : end + USEC_PER_SEC;
}

/* Reads the next instance. Return: 0, OCCURRENCE_END, negative errno. */
static int next_instance(OccurrenceIterator *iterator, const ObjectSeries *series, Occurrence *ret)
{
        int r = occurrences_next(iterator, ret);
        if (r != 0)
                return r;
        if (ends_at_start(series->nodes[ret->component], &series->event->components[ret->component])) {
                ret->end = ret->start;
                ret->end_usec = ret->start_usec;
        }
        return 0;
}

static int search_series(const Search *search, const ObjectSeries *series, size_t which, bool *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        TimeRange range = range_of_instances(search);
        Occurrence instance;
        cut_to_override(&series->event->components[which], search->zone, &range);
        /* An iterator looks at all overrides, so there is none for one that is not in the range. */
        if (range.from >= range.to)
                return 0;
        int r = occurrences_new(series->event, search->times->set.fallback, range.from, range.to, &iterator);
        for (int i = 0; r == 0 && i < INSTANCES_MAX && !*ret; i++) {
                r = next_instance(iterator, series, &instance);
                *ret = r == 0 && instance.component == which && is_found(search, &instance);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

int object_instances_each(const ObjectTimes *times, const ObjectSeries *series, const TimeRange *range,
                int (*on_instance)(const Occurrence *instance, void *userdata), void *userdata)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence instance;
        int r = occurrences_new(series->event, times->set.fallback, plus(range->from, -USEC_PER_SEC),
                        plus(range->to, USEC_PER_SEC), &iterator);
        while (r == 0 && (r = next_instance(iterator, series, &instance)) == 0)
                if (condition_of(series->nodes[instance.component])(
                                    instance.start_usec, instance.end_usec, range))
                        r = on_instance(&instance, userdata);
        return r == OCCURRENCE_END ? 0 : r;
}

/* A walk over the instances of events. */
typedef struct EventWalk {
        const ObjectSeries *series;
        int (*on_instance)(const ObjectInstance *instance, void *userdata);
        void *userdata;
} EventWalk;

static int take_event(const Occurrence *occurrence, void *userdata)
{
        const EventWalk *walk = userdata;
        const ObjectInstance instance = {
                .node = walk->series->nodes[occurrence->component],
                .series = walk->series->nodes[0],
                .start = occurrence->start_usec,
                .end = occurrence->end_usec,
                .status = occurrence->status,
        };
        return walk->on_instance(&instance, walk->userdata);
}

int object_times_each_event(const ObjectTimes *times, const TimeRange *range,
                int (*on_instance)(const ObjectInstance *instance, void *userdata), void *userdata)
{
        EventWalk walk = { NULL, on_instance, userdata };
        int r = 0;
        for (walk.series = times->set.first; r == 0 && walk.series; walk.series = walk.series->next)
                if (walk.series->event && strcmp(walk.series->first->name, "VEVENT") == 0)
                        r = object_instances_each(times, walk.series, range, take_event, &walk);
        return r;
}

/* Whether an open series, of whose instances only the first one is known, may have one in the range */
static bool may_be_in(const Search *search, const ObjectSeries *series)
{
        usec_t start = when_instant(&series->event->components[0].start, search->zone);
        return start < plus(search->range->to, search->alarm ? OPEN_AHEAD : 0);
}

/* Sets *ret to true if an instance of the component, or an alarm of one, is in the range. */
static int search_instances(ObjectTimes *times, const ObjectNode *node, const Alarm *alarm,
                const TimeRange *range, bool *ret)
{
        size_t which;
        const ObjectSeries *series = object_series_find(&times->set, node, &which);
        if (!series)
                return 0;
        if (!series->event) {
                *ret = true;
                return 0;
        }
        const Search search = { times, range, condition_of(node), alarm,
                event_zone(series->event, times->set.fallback) };
        int r = search_series(&search, series, which, ret);
        if (r == 0 && series->is_open && which == 0)
                *ret = *ret || may_be_in(&search, series);
        return r;
}

/* Reads the time of a property that occurs once. */
static bool read_instant(ObjectTimes *times, const ObjectNode *node, const char *name, usec_t *ret)
{
        const ContentLine *line = object_node_line(node, name, NULL);
        When when;
        if (!line || !object_series_when(&times->set, line, line->value, &when))
                return false;
        *ret = when_instant(&when, object_series_zone(&times->set, node));
        return true;
}

/* Computes DTSTART + DURATION. */
static bool read_end_of_duration(ObjectTimes *times, const ObjectNode *node, usec_t *ret)
{
        const ContentLine *start = object_node_line(node, "DTSTART", NULL);
        const ContentLine *duration = object_node_line(node, "DURATION", NULL);
        const Zone *zone = object_series_zone(&times->set, node);
        Component length = { .end_is_nominal = true };
        When from;
        if (!start || !duration || !object_series_when(&times->set, start, start->value, &from) ||
                        value_parse_duration(duration->value, &length.duration) < 0 ||
                        length.duration.negative)
                return false;
        const When end = component_end(&length, &from, zone);
        *ret = when_instant(&end, zone);
        return true;
}

/* VTODO without DTSTART and DUE */
static bool todo_overlaps(ObjectTimes *times, const ObjectNode *node, const TimeRange *range)
{
        usec_t created = 0, completed = 0;
        bool is_completed = read_instant(times, node, "COMPLETED", &completed);
        if (!read_instant(times, node, "CREATED", &created))
                return !is_completed || (range->from <= completed && range->to >= completed);
        if (!is_completed)
                return range->to > created;
        return (range->from <= created || range->from <= completed) &&
               (range->to >= created || range->to >= completed);
}

static bool availability_overlaps(ObjectTimes *times, const ObjectNode *node, const TimeRange *range)
{
        usec_t start = INT64_MIN, end = USEC_INFINITY;
        read_instant(times, node, "DTSTART", &start);
        if (!read_instant(times, node, "DTEND", &end))
                read_end_of_duration(times, node, &end);
        return lasts_in(start, end, range);
}

/* Whether one of the periods of a FREEBUSY overlaps; a period that cannot be read does not. */
static bool periods_overlap(const ContentLine *line, const TimeRange *range)
{
        usec_t start, end;
        for (const char *at = line->value; *at;) {
                size_t len = strcspn(at, ",");
                if (value_parse_period(at, len, &start, &end) == 0 && lasts_in(start, end, range))
                        return true;
                at += len + (at[len] == ',');
        }
        return false;
}

static int free_busy_overlaps(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret)
{
        usec_t start, end;
        if (read_instant(times, node, "DTSTART", &start) && read_instant(times, node, "DTEND", &end))
                *ret = range->from <= end && range->to > start;
        else
                for (const ContentLine *line = NULL;
                                !*ret && (line = object_node_line(node, "FREEBUSY", line));)
                        *ret = periods_overlap(line, range);
        return 0;
}

static int alarm_overlaps(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret)
{
        Alarm alarm = { .lines = { .items = (ContentLine *)node->lines, .n = node->n_lines } };
        InputError unused;
        int r = alarm_check(&times->set.arena, &alarm, &unused);
        if (r != 0)
                return r == EVENT_E_INVALID ? 0 : r;
        if (!alarm.leads[0].absolute)
                return search_instances(times, node->parent, &alarm, range, ret);
        for (size_t i = 0; i < alarm.n_leads && !*ret; i++)
                *ret = is_in(alarm.leads[i].at, 0, range);
        return 0;
}

static int series_overlaps(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret)
{
        if (strcmp(node->name, "VTODO") != 0 || has(node, "DTSTART") || has(node, "DUE"))
                return search_instances(times, node, NULL, range, ret);
        *ret = todo_overlaps(times, node, range);
        return 0;
}

static int bounds_overlap(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret)
{
        *ret = availability_overlaps(times, node, range);
        return 0;
}

static const struct {
        const char *name;
        int (*overlaps)(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret);
} kinds[] = {
        { "VEVENT", series_overlaps },
        { "VTODO", series_overlaps },
        { "VJOURNAL", series_overlaps },
        { "AVAILABLE", series_overlaps },
        { "VAVAILABILITY", bounds_overlap },
        { "VFREEBUSY", free_busy_overlaps },
        { "VALARM", alarm_overlaps },
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

bool object_times_has_component(const char *name)
{
        for (int i = 0; i < N_KINDS; i++)
                if (strcmp(kinds[i].name, name) == 0)
                        return true;
        return false;
}

int object_times_overlap(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret)
{
        *ret = false;
        for (int i = 0; i < N_KINDS; i++)
                if (strcmp(kinds[i].name, node->name) == 0)
                        return kinds[i].overlaps(times, node, range, ret);
        return 0;
}

bool object_times_has_property(const char *name)
{
        static const char *const names[] = { "COMPLETED", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "DUE",
                "LAST-MODIFIED" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(names[i], name) == 0)
                        return true;
        return false;
}

/* Whether a component without this property has it all the same, by its DURATION. */
static bool follows_from_duration(const ObjectNode *node, const char *name)
{
        return strcmp(node->name, "VEVENT") == 0  ? strcmp(name, "DTEND") == 0
               : strcmp(node->name, "VTODO") == 0 ? strcmp(name, "DUE") == 0
                                                  : false;
}

bool object_times_property_overlaps(ObjectTimes *times, const ObjectNode *node, const char *name,
                const ContentLine *line, const TimeRange *range)
{
        When when;
        usec_t instant;
        if (!line)
                return follows_from_duration(node, name) && read_end_of_duration(times, node, &instant) &&
                       is_in(instant, 0, range);
        if (!object_series_when(&times->set, line, line->value, &when))
                return false;
        return is_in(when_instant(&when, object_series_zone(&times->set, node)), 0, range);
}
