#include "meet/freebusy-read.h"

#include "base/contentline.h"
#include "calendar/event.h"
#include "calendar/split.h"
#include "calendar/value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FULL = 2 };

typedef struct FreeBusyReading {
        ZoneTable *zones;
        const Zone *zone;
        usec_t from, to;
        BusyList *list;
        bool is_calendar;
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
                reading->is_calendar |= line.depth == 0 && strcmp(line.value, "VCALENDAR") == 0;
                if (line.depth == 1 && strcmp(line.value, "VFREEBUSY") == 0)
                        inside = strcmp(line.name, "BEGIN") == 0;
                else if (inside && line.depth == 2 && strcmp(line.name, "FREEBUSY") == 0)
                        r = read_periods(reading, &line);
        }
        return r == CONTENT_END ? 0 : r;
}

static bool is_transparent(const Event *event, const Occurrence *occurrence)
{
        const char *transparency = occurrence_text(event, occurrence, "TRANSP");
        return transparency && strcasecmp(transparency, "TRANSPARENT") == 0;
}

static int on_part(const CalendarPart *part, void *userdata)
{
        const FreeBusyReading *reading = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        int r = part->uid ? event_parse(reading->zones, part->text, part->len, &event, NULL)
                          : EVENT_E_INVALID;
        if (r != 0 || event_is_draft(event) || event_is_availability(event))
                return r < 0 ? r : 0;
        r = occurrences_new(event, reading->zone, reading->from, reading->to, &iterator);
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0)
                if (occurrence.status != EVENT_CANCELLED && !is_transparent(event, &occurrence))
                        r = add(reading, occurrence.start_usec, occurrence.end_usec,
                                        occurrence.status == EVENT_TENTATIVE);
        return r == OCCURRENCE_END || r == FULL ? 0 : r;
}

static int on_error(const InputError *error, void *userdata)
{
        (void)error, (void)userdata;
        return 0;
}

int freebusy_read(ZoneTable *zones, const Zone *zone, const char *text, size_t len, usec_t from, usec_t to,
                BusyList *list)
{
        FreeBusyReading reading = { zones, zone, from, to, list, false };
        int r = read_freebusy(&reading, text, len);
        if (r == 0)
                r = calendar_split(text, len, on_part, on_error, &reading);
        if (r == 0 || r == FULL)
                busy_sort(list);
        return r == FULL ? 0 : r != 0 ? r : reading.is_calendar ? 0 : -EBADMSG;
}
