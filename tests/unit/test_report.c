/*
 * Tests the content of REPORT requests: RFC 4791, 9; RFC 6352, 10; RFC 6578, 6; and the forms that client
 * programs write.
 */

#include "base/cleanup.h"
#include "dav/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int read_own(XmlReader *reader, Report *report)
{
        if (xml_is(reader, XML_CALDAV, "filter"))
                report->own = report;
        report->refused = "C:valid-filter";
        return xml_is(reader, XML_CALDAV, "bad") ? REPORT_E_REFUSED : 0;
}

static const ReportName names[] = {
        { { XML_CALDAV, "calendar-query" }, 0 },
        { { XML_CALDAV, "calendar-multiget" }, 0 },
        { { XML_CALDAV, "free-busy-query" }, 0 },
        { { XML_CARDDAV, "addressbook-query" }, 0 },
        { { XML_CARDDAV, "addressbook-multiget" }, 0 },
        { { XML_DAV, "sync-collection" }, 0 },
};

static const ReportType types[] = {
        { &names[0], read_own, NULL },
        { &names[1], NULL, NULL },
        { &names[2], NULL, NULL },
        { &names[3], NULL, NULL },
        { &names[4], NULL, NULL },
        { &names[5], NULL, NULL },
        { NULL, NULL, NULL },
};

static void put_component(const DataComponent *component, Buffer *out)
{
        buffer_printf(out, "%s%s%s[", component->name, component->all_properties ? "*" : "",
                        component->all_components ? "+" : "");
        for (const DataProperty *p = component->properties; p; p = p->next)
                buffer_printf(out, "%s%s,", p->name, p->without_value ? "!" : "");
        for (const DataComponent *c = component->components; c; c = c->next)
                put_component(c, out);
        buffer_puts(out, "]");
}

static void put_range(const char *name, const DataRange *range, Buffer *out)
{
        char from[17], to[17];
        if (!range->is_set)
                return;
        time_format_utc(range->from, from);
        time_format_utc(range->to, to);
        buffer_printf(out, " %s=%s/%s", name, from, to);
}

/* Appends the read report in one line. */
static void put_report(const Report *report, Buffer *out)
{
        const DataRequest *data = &report->find.data;
        buffer_printf(out, "%s", report->type->name->name.local);
        for (size_t i = 0; i < report->find.n; i++)
                buffer_printf(out, " %s", report->find.names[i].local);
        if (data->component) {
                buffer_puts(out, " ");
                put_component(data->component, out);
        }
        for (const DataProperty *p = data->properties; p; p = p->next)
                buffer_printf(out, " %s%s", p->name, p->without_value ? "!" : "");
        if (data->content_type || data->version)
                buffer_printf(out, " (%s %s)", data->content_type ? data->content_type : "-",
                                data->version ? data->version : "-");
        put_range("expand", &data->expand, out);
        put_range("recurrences", &data->recurrences, out);
        put_range("busy", &data->free_busy, out);
        put_range("range", &report->range, out);
        for (const ReportHref *href = report->hrefs; href; href = href->next)
                buffer_printf(out, " <%s>", href->text);
        if (report->sync.token)
                buffer_printf(out, " token=%s", report->sync.token);
        if (report->sync.level)
                buffer_printf(out, " level=%s", report->sync.level);
        if (report->limit >= 0)
                buffer_printf(out, " limit=%d", (int)report->limit);
        if (report->time_zone)
                buffer_printf(out, " zone=%s", report->time_zone);
        if (report->own)
                buffer_puts(out, " own");
}

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"

static const struct ReportCase {
        int line;
        const char *text;
        int result;
        const char *read;
} cases[] = {
        /* The examples of RFC 4791, 7.8.1, 7.8.3 and 7.9, RFC 6352, 8.6.3 and RFC 6578, 3.8, shortened */
        { __LINE__,
                        HEAD
                        "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>"
                        "<D:getetag/><C:calendar-data><C:comp name=\"VCALENDAR\"><C:prop name=\"VERSION\"/>"
                        "<C:comp name=\"VEVENT\"><C:prop name=\"SUMMARY\"/><C:prop name=\"UID\" novalue=\"yes\"/>"
                        "</C:comp><C:comp name=\"VTIMEZONE\"/></C:comp></C:calendar-data></D:prop><C:filter>"
                        "<C:comp-filter name=\"VCALENDAR\"/></C:filter></C:calendar-query>",
                        0,
                        "calendar-query getetag calendar-data VCALENDAR[VERSION,VEVENT[SUMMARY,UID!,]VTIMEZONE[]] own" },
        { __LINE__,
                        "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>"
                        "<C:calendar-data><C:expand start=\"20060103T000000Z\" end=\"20060105T000000Z\"/>"
                        "</C:calendar-data></D:prop></C:calendar-query>",
                        0, "calendar-query calendar-data expand=20060103T000000Z/20060105T000000Z" },
        { __LINE__,
                        "<C:calendar-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>"
                        "<C:calendar-data content-type='application/calendar+json' version='2.0'>"
                        "<C:comp name='VCALENDAR'><C:allprop/><C:allcomp/></C:comp>"
                        "<C:limit-recurrence-set start=\"20060103T000000Z\" end=\"20060105T000000Z\"/>"
                        "<C:limit-freebusy-set start=\"20060102T000000Z\" end=\"20060103T000000Z\"/>"
                        "</C:calendar-data></D:prop><C:timezone>BEGIN\n</C:timezone></C:calendar-query>",
                        0,
                        "calendar-query calendar-data VCALENDAR*+[] (application/calendar+json 2.0)"
                        " recurrences=20060103T000000Z/20060105T000000Z busy=20060102T000000Z/20060103T000000Z"
                        " zone=BEGIN\n" },
        { __LINE__,
                        "<C:free-busy-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><C:time-range"
                        " start=\"20060104T140000Z\" end=\"20060105T220000Z\"/></C:free-busy-query>",
                        0, "free-busy-query range=20060104T140000Z/20060105T220000Z" },
        { __LINE__,
                        "<C:addressbook-query xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:carddav\"><D:prop>"
                        "<D:getetag/><C:address-data content-type='text/vcard' version='3.0'><C:prop name=\"FN\"/>"
                        "<C:prop name=\"TEL\" novalue='no'/></C:address-data></D:prop>"
                        "<C:limit><C:nresults>2</C:nresults></C:limit></C:addressbook-query>",
                        0, "addressbook-query getetag address-data FN TEL (text/vcard 3.0) limit=2" },
        { __LINE__,
                        "<D:sync-collection xmlns:D=\"DAV:\" xmlns:R=\"urn:ns.example.com:boxschema\"><D:sync-token/>"
                        "<D:sync-level>1</D:sync-level><D:prop><D:getetag/><R:bigbox/></D:prop></D:sync-collection>",
                        0, "sync-collection getetag bigbox token= level=1" },
        /* DAVx5: the properties come last, and the token is a URI */
        { __LINE__,
                        "<?xml version='1.0' encoding='UTF-8' ?><sync-collection xmlns=\"DAV:\""
                        " xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\" xmlns:CARD=\"urn:ietf:params:xml:ns:carddav\">"
                        "<sync-token>data:,1/17</sync-token><sync-level>1</sync-level><prop><getetag /></prop>"
                        "</sync-collection>",
                        0, "sync-collection getetag token=data:,1/17 level=1" },
        { __LINE__,
                        "<?xml version='1.0' encoding='UTF-8' ?><CAL:calendar-multiget xmlns=\"DAV:\""
                        " xmlns:CAL=\"urn:ietf:params:xml:ns:caldav\"><prop><getcontenttype /><getetag /><CAL:schedule-tag />"
                        "<CAL:calendar-data /></prop><href>/dav/calendars/anna/events/a%20b.ics</href>"
                        "<href>/dav/calendars/anna/events/c.ics</href></CAL:calendar-multiget>",
                        0,
                        "calendar-multiget getcontenttype getetag schedule-tag calendar-data"
                        " </dav/calendars/anna/events/a%20b.ics> </dav/calendars/anna/events/c.ics>" },
        /* macOS and iOS: prefixes A and B, a line for each element */
        { __LINE__,
                        HEAD "<B:calendar-multiget xmlns:B=\"urn:ietf:params:xml:ns:caldav\">\n"
                             "  <A:prop xmlns:A=\"DAV:\">\n    <A:getetag/>\n    <B:calendar-data/>\n"
                             "    <C:updated-by xmlns:C=\"http://calendarserver.org/ns/\"/>\n"
                             "    <C:created-by xmlns:C=\"http://calendarserver.org/ns/\"/>\n  </A:prop>\n"
                             "  <A:href xmlns:A=\"DAV:\">/dav/calendars/anna/events/E1.ics</A:href>\n"
                             "</B:calendar-multiget>\n",
                        0,
                        "calendar-multiget getetag calendar-data updated-by created-by"
                        " </dav/calendars/anna/events/E1.ics>" },
        { __LINE__,
                        HEAD
                        "<A:sync-collection xmlns:A=\"DAV:\">\n  <A:sync-token>data:,a/2</A:sync-token>\n"
                        "  <A:sync-level>1</A:sync-level>\n  <A:prop>\n    <A:getetag/>\n    <A:getcontenttype/>\n"
                        "  </A:prop>\n</A:sync-collection>\n",
                        0, "sync-collection getetag getcontenttype token=data:,a/2 level=1" },
        { __LINE__,
                        HEAD
                        "<B:calendar-query xmlns:B=\"urn:ietf:params:xml:ns:caldav\">\n  <A:prop xmlns:A=\"DAV:\">\n"
                        "    <A:getetag/>\n    <A:getcontenttype/>\n  </A:prop>\n  <B:filter>\n"
                        "    <B:comp-filter name=\"VCALENDAR\">\n      <B:comp-filter name=\"VEVENT\">\n"
                        "        <B:time-range start=\"20260101T000000Z\"/>\n      </B:comp-filter>\n"
                        "    </B:comp-filter>\n  </B:filter>\n</B:calendar-query>\n",
                        0, "calendar-query getetag getcontenttype own" },
        /* Thunderbird: everything in one line, an address with its host */
        { __LINE__,
                        HEAD
                        "<C:calendar-multiget xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:prop>"
                        "<D:getetag/><C:calendar-data/></D:prop><D:href>https://example.org/dav/x.ics</D:href>"
                        "</C:calendar-multiget>",
                        0, "calendar-multiget getetag calendar-data <https://example.org/dav/x.ics>" },
        /* Evolution: the limit of a book, and white space in an address */
        { __LINE__,
                        HEAD
                        "<C:addressbook-multiget xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:carddav\"><prop>"
                        "<getetag/><C:address-data content-type=\"text/vcard\" version=\"4.0\"/></prop><href>\n"
                        " /dav/addressbooks/anna/contacts/x.vcf\n</href></C:addressbook-multiget>",
                        0,
                        "addressbook-multiget getetag address-data (text/vcard 4.0)"
                        " </dav/addressbooks/anna/contacts/x.vcf>" },
        /* vdirsyncer: its own prefix, and a filter after the properties */
        { __LINE__,
                        HEAD
                        "<C:calendar-multiget xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"> <prop>"
                        " <getetag/> <C:calendar-data/> </prop> <href>/dav/1</href> <href>/dav/1</href>"
                        "</C:calendar-multiget>",
                        0, "calendar-multiget getetag calendar-data </dav/1> </dav/1>" },
        /* Elements that nobody knows */
        { __LINE__,
                        "<sync-collection xmlns='DAV:'><new><href>no</href></new><sync-token>t</sync-token>"
                        "<x xmlns='urn:x'>y</x><limit><other/><nresults> 7 </nresults></limit></sync-collection>",
                        0, "sync-collection token=t limit=7" },
        /* refused contents */
        { __LINE__, "", XML_E_INVALID, NULL },
        { __LINE__, "<x/>", REPORT_E_UNKNOWN, NULL },
        { __LINE__, "<x>", XML_E_INVALID, NULL },
        { __LINE__, "<calendar-query xmlns='DAV:'/>", REPORT_E_UNKNOWN, NULL },
        { __LINE__, "<calendar-query xmlns='urn:ietf:params:xml:ns:caldav'><bad/></calendar-query>",
                        REPORT_E_REFUSED, NULL },
        { __LINE__, "<sync-collection xmlns='DAV:'><limit><nresults>-1</nresults></limit></sync-collection>",
                        XML_E_INVALID, NULL },
        { __LINE__, "<sync-collection xmlns='DAV:'><limit><nresults>1x</nresults></limit></sync-collection>",
                        XML_E_INVALID, NULL },
        { __LINE__, "<sync-collection xmlns='DAV:'/><more/>", XML_E_INVALID, NULL },
        { __LINE__, "<!DOCTYPE x><sync-collection xmlns='DAV:'/>", XML_E_INVALID, NULL },
};

static void test_report_read(void **state)
{
        static Report report;
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                int r = report_read(types, cases[i].text, strlen(cases[i].text), NULL, &report);
                if (r == 0)
                        put_report(&report, &out);
                if (r != cases[i].result || (r == 0 && strcmp(buffer_text(&out), cases[i].read) != 0))
                        fail_msg("line %d: %d %s", cases[i].line, r, buffer_text(&out));
                report_done(&report);
        }
}

static void test_report_read__ranges(void **state)
{
        static const struct {
                int line;
                const char *attributes;
                bool valid;
        } ranges[] = {
                { __LINE__, "start='20260101T000000Z' end='20260102T000000Z'", true },
                { __LINE__, "start='20260101T000000Z'", false },
                { __LINE__, "end='20260101T000000Z'", false },
                { __LINE__, "", false },
                { __LINE__, "start='20260101T000000Z' end='20260101T000000Z'", false },
                { __LINE__, "start='20260102T000000Z' end='20260101T000000Z'", false },
                { __LINE__, "start='20260101' end='20260102'", false },
                { __LINE__, "start='20260101T000000' end='20260102T000000Z'", false },
                { __LINE__, "start='20261301T000000Z' end='20270102T000000Z'", false },
        };
        static Report report;
        (void)state;
        for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
                CLEANUP(buffer_done) Buffer busy = BUFFER_INIT(4096), data = BUFFER_INIT(4096);
                buffer_printf(&busy,
                                "<C:free-busy-query xmlns:C='" XML_CALDAV
                                "'><C:time-range %s/></C:free-busy-query>",
                                ranges[i].attributes);
                int r = report_read(types, buffer_text(&busy), busy.len, NULL, &report);
                if (r != (ranges[i].valid ? 0 : XML_E_INVALID))
                        fail_msg("line %d: %d", ranges[i].line, r);
                report_done(&report);
                buffer_printf(&data,
                                "<C:calendar-query xmlns='DAV:' xmlns:C='" XML_CALDAV
                                "'><prop><C:calendar-data><C:expand %s/></C:calendar-data></prop></C:calendar-query>",
                                ranges[i].attributes);
                r = report_read(types, buffer_text(&data), data.len, NULL, &report);
                if (r != (ranges[i].valid ? 0 : REPORT_E_REFUSED))
                        fail_msg("line %d: %d", ranges[i].line, r);
                report_done(&report);
        }
}

static void test_report_read__wanted_properties_have_a_maximum(void **state)
{
        static Report report;
        (void)state;
        for (int n = DATA_PROPERTIES_MAX; n <= DATA_PROPERTIES_MAX + 1; n++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
                buffer_puts(&text, "<R:addressbook-query xmlns='DAV:' xmlns:R='" XML_CARDDAV
                                   "'><prop><R:address-data>");
                for (int i = 0; i < n; i++)
                        buffer_printf(&text, "<R:prop name='X-%d'/>", i);
                buffer_puts(&text, "</R:address-data></prop></R:addressbook-query>");
                assert_int_equal(report_read(types, text.data, text.len, NULL, &report),
                                n > DATA_PROPERTIES_MAX ? XML_E_INVALID : 0);
                report_done(&report);
        }
}

static void test_report_read__depth(void **state)
{
        static const char text[] = "<sync-collection xmlns='DAV:'/>";
        static const struct {
                const char *text;
                int result, depth;
        } depths[] = {
                { NULL, 0, 0 },
                { "0", 0, 0 },
                { "1", 0, 1 },
                { "infinity", 0, REPORT_DEPTH_INFINITY },
                { "Infinity", 0, REPORT_DEPTH_INFINITY },
                { "", XML_E_INVALID, 0 },
                { "2", XML_E_INVALID, 0 },
        };
        static Report report;
        (void)state;
        for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); i++) {
                int r = report_read(types, text, strlen(text), depths[i].text, &report);
                assert_int_equal(r, depths[i].result);
                assert_true(r != 0 || report.depth == depths[i].depth);
                report_done(&report);
        }
}

static void test_report_read__100000_addresses(void **state)
{
        enum { N = 100000 };
        static Report report;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(REPORT_MAX_BYTES);
        size_t n = 0;
        (void)state;
        buffer_puts(&text, "<C:calendar-multiget xmlns='DAV:' xmlns:C='" XML_CALDAV
                           "'><prop><getetag/></prop>");
        for (int i = 0; i < N; i++)
                buffer_printf(&text, "<href>/%d</href>", i);
        buffer_puts(&text, "</C:calendar-multiget>");
        assert_int_equal(report_read(types, buffer_text(&text), text.len, NULL, &report), 0);
        assert_int_equal(report.n_hrefs, N);
        for (const ReportHref *href = report.hrefs; href; href = href->next) {
                char expected[16];
                snprintf(expected, sizeof(expected), "/%zu", n++);
                assert_string_equal(href->text, expected);
        }
        assert_int_equal(n, N);
        report_done(&report);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_report_read),
                cmocka_unit_test(test_report_read__ranges),
                cmocka_unit_test(test_report_read__wanted_properties_have_a_maximum),
                cmocka_unit_test(test_report_read__depth),
                cmocka_unit_test(test_report_read__100000_addresses),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
