/* An untrusted calendar object: parsed, expanded, and parsed again from its printed text. */

#include "calendar/event.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const Event *event, const Zone *utc)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        usec_t start, end;
        Lead lead;
        if (occurrences_new(event, utc, INT64_MIN, USEC_INFINITY, &iterator) != 0)
                return;
        for (int i = 0; i < 50 && occurrences_next(iterator, &occurrence) == 0; i++)
                (void)occurrence_text(event, &occurrence, "SUMMARY");
        for (size_t i = 0; event_category(event, i); i++)
                ;
        for (size_t i = 0; event_alarm(event, i, &lead); i++)
                ;
        (void)event_span(event, utc, &start, &end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        const Zone *utc;
        if ((!zones && zone_table_new(NULL, &zones) != 0) || zone_table_get(zones, "Etc/UTC", &utc) != 0)
                return 0;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(event_freep) Event *again = NULL;
        InputError error;
        if (event_parse(zones, (const char *)data, size, &event, &error) != 0)
                return 0;
        walk(event, utc);
        size_t len;
        const char *text = event_text(event, &len);
        assert(len == size && event_parse(zones, text, len, &again, &error) == 0);
        return 0;
}
