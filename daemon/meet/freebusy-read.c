#include "meet/freebusy-read.h"

#include "base/contentline.h"
#include "calendar/object-times.h"
#include "calendar/repair.h"
#include "calendar/split.h"
#include "calendar/value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FULL = 2, OBJECT_BYTES = 4 * 1024 * 1024 };

typedef struct FreeBusyReading {
        ZoneTable *zones;
        const Zone *zone;
        usec_t from, to;
        BusyList *list;
        bool is_calendar;
        size_t n_instances; /* of the present event, those that are not busy included */
        size_t n_unread;
} FreeBusyReading;

static int add(const FreeBusyReading *reading, usec_t start, usec_t end, bool is_tentative)
{
        const Busy busy = { .start = start, .end = end, .kind = BUSY_FETCHED, .is_tentative = is_tentative };
        if (end <= reading->from || start >= reading->to)
                return 0;
        return reading->list->n == FREEBUSY_TIMES_MAX ? FULL : busy_add(reading->list, &busy);
}

static int read_periods(const FreeBusyReading *reading, const ContentLine *line)
{
        const char *type = content_line_param(line, "FBTYPE");
        usec_t start, end;
        int r = 0;
        if (type && strcasecmp(type, "FREE") == 0)
                return 0;
        bool is_tentative = type && strcasecmp(type, "BUSY-TENTATIVE") == 0;
        for (const char *at = line->value; r == 0 && *at;) {
                size_t len = strcspn(at, ",");
                if (value_parse_period(at, len, &start, &end) == 0)
                        r = add(reading, start, end, is_tentative);
                at += len + (at[len] == ',');
        }
        return r;
}

/* Lines that cannot be read are skipped. */
static int read_freebusy(FreeBusyReading *reading, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        bool inside = false;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) != CONTENT_END) {
                if (r < 0)
                        return r;
                if (r != 0) {
                        r = 0;
                        continue;
                }
                if (line.depth == 1 && strcmp(line.name, "X-WR-TIMEZONE") == 0)
                        zone_table_get(reading->zones, line.value, &reading->zone);
                reading->is_calendar |= line.depth == 0 && strcmp(line.value, "VCALENDAR") == 0;
                if (line.depth == 1 && strcmp(line.value, "VFREEBUSY") == 0)
                        inside = strcmp(line.name, "BEGIN") == 0;
                else if (inside && line.depth == 2 && strcmp(line.name, "FREEBUSY") == 0)
                        r = read_periods(reading, &line);
        }
        return r == CONTENT_END ? 0 : r;
}

/* Whether an instance is transparent. An override without TRANSP has that of its series. */
static bool is_transparent(const ObjectInstance *instance)
{
        const ContentLine *line = object_node_line(instance->node, "TRANSP", NULL);
        if (!line)
                line = object_node_line(instance->series, "TRANSP", NULL);
        return line && strcasecmp(line->value, "TRANSPARENT") == 0;
}

static int on_instance(const ObjectInstance *instance, void *userdata)
{
        ((FreeBusyReading *)userdata)->n_instances++;
        return instance->status == EVENT_CANCELLED || is_transparent(instance)
                               ? 0
                               : add(userdata, instance->start, instance->end,
                                                 instance->status == EVENT_TENTATIVE);
}

static int ignore(const InputError *error, void *userdata)
{
        (void)error, (void)userdata;
        return 0;
}

/* An event without instances counts as overlapping if its times cannot be read. */
static int count_unread(FreeBusyReading *reading, const ObjectTree *tree, ObjectTimes *times)
{
        const TimeRange range = { reading->from, reading->to };
        const ObjectNode *node = object_tree_root(tree)->children;
        bool is_unread = false;
        int r = 0;
        for (; r == 0 && node && !is_unread && reading->n_instances == 0; node = node->next)
                if (strcmp(node->name, "VEVENT") == 0)
                        r = object_times_overlap(times, node, &range, &is_unread);
        reading->n_unread += is_unread;
        return r;
}

static int read_times(FreeBusyReading *reading, const char *text, size_t len)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        const TimeRange range = { reading->from, reading->to };
        reading->n_instances = 0;
        int r = object_tree_new(text, len, &tree);
        if (r == 0)
                r = object_times_new(reading->zones, tree, reading->zone, &times);
        if (r == 0)
                r = object_times_each_event(times, &range, on_instance, reading);
        return r != 0 ? r : count_unread(reading, tree, times);
}

/*
 * Event by event, the file is corrected as an import is, and then only its times are read, because programs
 * publish events that the office would refuse as a whole.
 */
static int on_part(const CalendarPart *part, void *userdata)
{
        FreeBusyReading *reading = userdata;
        CLEANUP(buffer_done) Buffer repaired = BUFFER_INIT(OBJECT_BYTES), lines = BUFFER_INIT(OBJECT_BYTES);
        const RepairSource source = { reading->zones, reading->zone, 0 };
        int r = calendar_repair(&source, part->text, part->len, &repaired, &lines, ignore, NULL);
        if (r == 0)
                r = read_times(reading, buffer_text(&repaired), repaired.len);
        bool is_unread = r == EVENT_E_INVALID || r == OBJECT_TREE_E_INVALID;
        reading->n_unread += is_unread;
        return is_unread || r == FULL ? 0 : r;
}

int freebusy_read(ZoneTable *zones, const Zone *zone, const char *text, size_t len, usec_t from, usec_t to,
                BusyList *list, size_t *ret_n_unread)
{
        FreeBusyReading reading = { .zones = zones, .zone = zone, .from = from, .to = to, .list = list };
        int r = read_freebusy(&reading, text, len);
        if (r == 0)
                r = calendar_split_lenient(text, len, on_part, ignore, ignore, &reading);
        if (r == 0 || r == FULL)
                busy_sort(list);
        *ret_n_unread = reading.n_unread;
        return r == FULL ? 0 : r != 0 ? r : reading.is_calendar ? 0 : -EBADMSG;
}
