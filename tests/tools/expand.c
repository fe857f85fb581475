/*
 * expand N: reads iCalendar objects from standard input, one after another, and prints the first N starts
 * of each as UTC, or why not.
 */

#include "base/file.h"
#include "calendar/event.h"
#include "calendar/split.h"

#include <stdio.h>

typedef struct Expand {
        ZoneTable *zones;
        const Zone *utc;
        int limit;
} Expand;

static int on_part(const CalendarPart *part, void *userdata)
{
        const Expand *expand = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        InputError error;
        Occurrence occurrence;
        int r = event_parse(expand->zones, part->text, part->len, &event, &error);
        if (r == EVENT_E_INVALID)
                printf("%s refused: %s: %s\n", part->uid, error.where, error.message);
        if (r != 0)
                return r < 0 ? r : 0;
        r = occurrences_new(event, expand->utc, INT64_MIN, USEC_INFINITY, &iterator);
        printf("%s", event_uid(event));
        for (int i = 0; r == 0 && i < expand->limit && (r = occurrences_next(iterator, &occurrence)) == 0;
                        i++) {
                char start[17];
                time_format_utc(occurrence.start_usec, start);
                printf(" %s", start);
        }
        puts("");
        return r < 0 ? r : 0;
}

static int on_error(const InputError *error, void *userdata)
{
        (void)userdata;
        printf("%zu: %s: %s\n", error->line, error->where, error->message);
        return 0;
}

int main(int argc, char **argv)
{
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        if (argc != 2 || file_read("-", 1 << 28, &text, &len) < 0 || zone_table_new(NULL, &zones) != 0)
                return 2;
        Expand expand = { .zones = zones, .limit = atoi(argv[1]) };
        if (zone_table_get(zones, "Etc/UTC", &expand.utc) != 0)
                return 2;
        return calendar_split(text, len, on_part, on_error, &expand) == 0 ? 0 : 1;
}
