#include "dav/report-names.h"

enum {
        CALENDAR_KINDS = DAV_CALENDARS | DAV_CALENDAR | DAV_CALENDAR_OBJECT,
        CARD_KINDS = DAV_ADDRESSBOOKS | DAV_ADDRESSBOOK | DAV_CARD,
};

const ReportName report_names[REPORT_N] = {
        [REPORT_CALENDAR_MULTIGET] = { { XML_CALDAV, "calendar-multiget" }, CALENDAR_KINDS },
        [REPORT_ADDRESSBOOK_MULTIGET] = { { XML_CARDDAV, "addressbook-multiget" }, CARD_KINDS },
        [REPORT_SYNC_COLLECTION] = { { XML_DAV, "sync-collection" }, DAV_COLLECTIONS },
};
