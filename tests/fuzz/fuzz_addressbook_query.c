/* An addressbook-query and a card, with a line `----` between them. */

#include "contact/card.h"
#include "dav/address-data.h"
#include "dav/addressbook-query.h"
#include "dav/card-filter.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SEPARATOR "\n----\n"

enum { PART_MAX_BYTES = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ReportType types[] = {
        { &report_names[REPORT_ADDRESSBOOK_QUERY], addressbook_query_read, NULL },
        { NULL, NULL, NULL },
};

static void check_filter(const CardFilter *filter, const char *text, size_t len)
{
        bool matches = false;
        if (!filter)
                return;
        assert(filter->n <= CARD_FILTER_PARTS_MAX);
        assert(card_filter_matches(filter, text, len, &matches) == 0);
        assert(matches || filter->properties);
}

/* Each card has the part that is asked for; it begins and ends as a card. */
static void check_data(const DataRequest *request, const char *text, size_t len)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer part = BUFFER_INIT(PART_MAX_BYTES);
        bool is_card = card_parse(text, len, &card, NULL) == 0;
        int r = address_data_make(request, text, len, &part);
        assert(r == 0 || (r == ADDRESS_DATA_E_UNREADABLE && !is_card && part.len == 0));
        if (is_card)
                assert(strcasestr(buffer_text(&part), "BEGIN:VCARD") &&
                                strcasestr(buffer_text(&part), "END:VCARD"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static Report report;
        const char *xml = (const char *)data, *text = "";
        const char *separator = memmem(data, size, SEPARATOR, sizeof(SEPARATOR) - 1);
        size_t xml_len = separator ? (size_t)(separator - xml) : size, len = 0;
        if (separator) {
                text = separator + sizeof(SEPARATOR) - 1;
                len = size - xml_len - (sizeof(SEPARATOR) - 1);
        }
        if (report_read(types, xml, xml_len, "1", &report) == 0) {
                check_filter(report.own, text, len);
                check_data(&report.find.data, text, len);
        }
        report_done(&report);
        return 0;
}
