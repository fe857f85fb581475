/* The content of a REPORT request. */

#include "dav/report.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ReportType types[] = {
        { &report_names[REPORT_CALENDAR_MULTIGET], NULL, NULL },
        { &report_names[REPORT_ADDRESSBOOK_MULTIGET], NULL, NULL },
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
