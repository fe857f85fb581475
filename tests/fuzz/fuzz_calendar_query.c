/* A calendar-query and an object, with a line `----` between them. */

#include "dav/calendar-data.h"
#include "dav/calendar-filter.h"
#include "dav/calendar-query.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SEPARATOR "\n----\n"

enum { INSTANCES = 200, PART_MAX_BYTES = 4 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ReportType types[] = {
        { &report_names[REPORT_CALENDAR_QUERY], calendar_query_read, NULL },
        { NULL, NULL, NULL },
};

static void check_filter(const Report *report, const ObjectSource *source)
{
        bool matches = false;
        if (!report->own)
                return;
        (void)calendar_filter_scope(report->own);
        int r = calendar_filter_matches(
                        report->own, source->zones, source->fallback, source->text, source->len, &matches);
        assert(r == 0);
}

/* An object that can be read has a part that can be read, too. An expanded one has no rules. */
static void check_part(const ObjectSource *source, const Buffer *part)
{
        CLEANUP(object_tree_freep) ObjectTree *before = NULL;
        CLEANUP(object_tree_freep) ObjectTree *after = NULL;
        if (object_tree_new(source->text, source->len, &before) == 0)
                assert(object_tree_new(buffer_text(part), part->len, &after) == 0);
}

static void check_data(const Report *report, const ObjectSource *source)
{
        CLEANUP(buffer_done) Buffer part = BUFFER_INIT(PART_MAX_BYTES);
        size_t n_left = INSTANCES;
        int r = calendar_data_cut(&report->find.data, source, &n_left, &part);
        assert((r == 0 || r == OBJECT_EXPAND_E_MANY) && n_left <= INSTANCES);
        if (r == 0)
                check_part(source, &part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static ZoneTable *zones;
        static Report report;
        const char *xml = (const char *)data;
        const char *separator = memmem(data, size, SEPARATOR, sizeof(SEPARATOR) - 1);
        size_t xml_len = separator ? (size_t)(separator - xml) : size;
        const Zone *zone = NULL;
        if (!zones && zone_table_new(NULL, &zones) != 0)
                return 0;
        if (zone_table_get(zones, "Europe/Berlin", &zone) != 0)
                return 0;
        ObjectSource source = { zones, zone, "", 0 };
        if (separator)
                source = (ObjectSource){ zones, zone, separator + sizeof(SEPARATOR) - 1,
                        size - xml_len - (sizeof(SEPARATOR) - 1) };
        if (report_read(types, xml, xml_len, "1", &report) == 0) {
                check_filter(&report, &source);
                check_data(&report, &source);
        }
        report_done(&report);
        return 0;
}
