#include "dav/report-names.h"

enum {
        ALL_KINDS = ~0,
        CALENDAR_KINDS = DAV_CALENDARS | DAV_CALENDAR | DAV_CALENDAR_OBJECT | DAV_INBOX | DAV_MESSAGE,
        FREE_BUSY_KINDS = DAV_CALENDARS | DAV_CALENDAR,
        CARD_KINDS = DAV_ADDRESSBOOKS | DAV_ADDRESSBOOK | DAV_CARD,
};

const ReportName report_names[REPORT_N] = {
        [REPORT_CALENDAR_MULTIGET] = { { XML_CALDAV, "calendar-multiget" }, CALENDAR_KINDS },
        [REPORT_CALENDAR_QUERY] = { { XML_CALDAV, "calendar-query" }, CALENDAR_KINDS },
        [REPORT_FREE_BUSY_QUERY] = { { XML_CALDAV, "free-busy-query" }, FREE_BUSY_KINDS },
        [REPORT_ADDRESSBOOK_MULTIGET] = { { XML_CARDDAV, "addressbook-multiget" }, CARD_KINDS },
        [REPORT_ADDRESSBOOK_QUERY] = { { XML_CARDDAV, "addressbook-query" }, CARD_KINDS },
        [REPORT_SYNC_COLLECTION] = { { XML_DAV, "sync-collection" }, DAV_SYNCED },
        [REPORT_EXPAND_PROPERTY] = { { XML_DAV, "expand-property" }, ALL_KINDS },
        [REPORT_ACL_PRINCIPALS] = { { XML_DAV, "acl-principal-prop-set" }, ALL_KINDS },
        [REPORT_PRINCIPAL_MATCH] = { { XML_DAV, "principal-match" }, ALL_KINDS & ~DAV_MEMBERS },
        [REPORT_PRINCIPAL_SEARCH] = { { XML_DAV, "principal-property-search" }, ALL_KINDS & ~DAV_MEMBERS },
        [REPORT_PRINCIPAL_SEARCHABLE] = { { XML_DAV, "principal-search-property-set" },
                        ALL_KINDS & ~DAV_MEMBERS },
};
