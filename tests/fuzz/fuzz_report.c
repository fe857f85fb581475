/* The content of a REPORT request. */

#include "dav/addressbook-query.h"
#include "dav/calendar-query.h"
#include "dav/expand-property.h"
#include "dav/principal-search.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ReportType types[] = {
        { &report_names[REPORT_CALENDAR_MULTIGET], NULL, NULL },
        { &report_names[REPORT_CALENDAR_QUERY], calendar_query_read, NULL },
        { &report_names[REPORT_ADDRESSBOOK_QUERY], addressbook_query_read, NULL },
        { &report_names[REPORT_SYNC_COLLECTION], NULL, NULL },
        { &report_names[REPORT_EXPAND_PROPERTY], expand_property_read, NULL },
        { &report_names[REPORT_PRINCIPAL_MATCH], principal_match_read, NULL },
        { &report_names[REPORT_PRINCIPAL_SEARCH], principal_search_read, NULL },
        { NULL, NULL, NULL },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static Report report;
        size_t n = 0;
        int r = report_read(types, (const char *)data, size, NULL, &report);
        assert(r != REPORT_E_REFUSED || report.refused);
        for (const ReportHref *href = report.hrefs; r == 0 && href; href = href->next)
                n++;
        assert(r != 0 || n == report.n_hrefs);
        report_done(&report);
        return 0;
}
