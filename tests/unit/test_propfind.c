/* Tests the content of PROPFIND requests, and the paths below /dav/. */

#include "dav/propfind.h"
#include "dav/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DAV "<D:propfind xmlns:D=\"DAV:\">"
#define END "</D:propfind>"

static void test_propfind_read__what_is_asked_for(void **state)
{
        static const struct {
                int line;
                const char *text;
                int result;
                PropfindKind kind;
                const char *names; /* "SPACE LOCAL;" for each */
        } cases[] = {
                { __LINE__, "", 0, PROPFIND_ALL, "" },
                { __LINE__, DAV "<D:allprop/>" END, 0, PROPFIND_ALL, "" },
                { __LINE__, DAV "<D:allprop/><D:include><D:owner/></D:include>" END, 0, PROPFIND_ALL,
                                "DAV: owner;" },
                { __LINE__, DAV "<D:include/>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop/><D:include/>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:allprop/><D:propname/>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop/><D:prop/>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:propname/>" END, 0, PROPFIND_NAMES, "" },
                { __LINE__, DAV "<D:prop/>" END, 0, PROPFIND_SOME, "" },
                { __LINE__, "<propfind xmlns='DAV:'><prop><a/><x xmlns='urn:x'/><y xmlns=''/></prop></propfind>",
                                0, PROPFIND_SOME, "DAV: a;urn:x x; y;" },
                { __LINE__,
                                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" DAV
                                "<!-- why --><D:prop> <D:displayname/>\n<D:owner><D:inner/></D:owner></D:prop>" END,
                                0, PROPFIND_SOME, "DAV: displayname;DAV: owner;" },
                { __LINE__, DAV "<X:new xmlns:X=\"urn:x\"><X:y/></X:new><D:prop><D:owner/></D:prop>" END, 0,
                                PROPFIND_SOME, "DAV: owner;" },
                { __LINE__, DAV "<D:prop><D:owner/></D:prop><X:new xmlns:X=\"urn:x\"><X:y/></X:new>" END, 0,
                                PROPFIND_SOME, "DAV: owner;" },
                { __LINE__, "not xml", XML_E_INVALID, 0, NULL },
                { __LINE__, DAV, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop/>" END "<more/>", XML_E_INVALID, 0, NULL },
                { __LINE__, "<propfind><prop/></propfind>", XML_E_INVALID, 0, NULL },
                { __LINE__, "<D:mkcol xmlns:D=\"DAV:\"><D:prop/></D:mkcol>", XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop><E:x/></D:prop>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop>&amp;&lt;<D:owner/></D:prop>" END, 0, PROPFIND_SOME,
                                "DAV: owner;" },
                { __LINE__, DAV "<D:prop>&nothing;</D:prop>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, "<!DOCTYPE D:propfind [<!ENTITY a \"b\">]>" DAV "<D:prop/>" END, XML_E_INVALID,
                                0, NULL },
                { __LINE__, "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x\">" DAV "<D:prop/>" END,
                                XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop>\x01<D:owner/></D:prop>" END, XML_E_INVALID, 0, NULL },
                { __LINE__, DAV "<D:prop>\xff<D:owner/></D:prop>" END, XML_E_INVALID, 0, NULL },
        };
        static Propfind propfind;
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer names = BUFFER_INIT(4096);
                int r = propfind_read(cases[i].text, strlen(cases[i].text), &propfind);
                if (r != cases[i].result)
                        fail_msg("line %d: %d", cases[i].line, r);
                for (size_t n = 0; r == 0 && n < propfind.n; n++)
                        buffer_printf(&names, "%s %s;", propfind.names[n].space, propfind.names[n].local);
                if (r == 0 && (propfind.kind != cases[i].kind ||
                                              strcmp(buffer_text(&names), cases[i].names) != 0))
                        fail_msg("line %d: %d %s", cases[i].line, propfind.kind, buffer_text(&names));
                propfind_done(&propfind);
        }
}

/* A document type in UTF-16 is not found by its bytes, but by the reader. */
static void test_propfind_read__refuses_a_document_type_in_any_encoding(void **state)
{
        static const char text[] =
                        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE x [<!ENTITY a \"b\">]>" DAV
                        "<D:prop/>" END;
        static Propfind propfind;
        char wide[2 * sizeof(text) + 2] = { '\xff', '\xfe' };
        (void)state;
        for (size_t i = 0; i + 1 < sizeof(text); i++)
                wide[2 + 2 * i] = text[i];
        assert_int_equal(propfind_read(wide, 2 * sizeof(text), &propfind), XML_E_INVALID);
        propfind_done(&propfind);
}

static void test_propfind_read__has_maxima(void **state)
{
        static Propfind propfind;
        (void)state;
        for (int depth = 60; depth < 70; depth++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PROPFIND_MAX_BYTES);
                buffer_puts(&text, DAV "<D:prop>");
                for (int i = 2; i <= depth; i++)
                        buffer_puts(&text, "<D:x>");
                for (int i = 2; i <= depth; i++)
                        buffer_puts(&text, "</D:x>");
                buffer_puts(&text, "</D:prop>" END);
                assert_int_equal(propfind_read(buffer_text(&text), text.len, &propfind),
                                depth <= XML_DEPTH_MAX ? 0 : XML_E_INVALID);
                propfind_done(&propfind);
        }
        for (int n = PROPFIND_NAMES_MAX - 1; n <= PROPFIND_NAMES_MAX + 1; n++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PROPFIND_MAX_BYTES);
                buffer_puts(&text, DAV "<D:prop>");
                for (int i = 0; i < n; i++)
                        buffer_puts(&text, "<D:x/>");
                buffer_puts(&text, "</D:prop>" END);
                assert_int_equal(propfind_read(buffer_text(&text), text.len, &propfind),
                                n <= PROPFIND_NAMES_MAX ? 0 : PROPFIND_E_MANY);
                propfind_done(&propfind);
        }
}

static void test_dav_resource_read(void **state)
{
        static const struct {
                int line;
                const char *rest;
                DavKind kind;
                const char *href; /* NULL: no resource */
        } cases[] = {
                { __LINE__, "", DAV_ROOT, "/x/dav/" },
                { __LINE__, "principals", DAV_PRINCIPALS, "/x/dav/principals/" },
                { __LINE__, "principals/", DAV_PRINCIPALS, "/x/dav/principals/" },
                { __LINE__, "principals/anna", DAV_PRINCIPAL, "/x/dav/principals/anna/" },
                { __LINE__, "calendars/anna/", DAV_CALENDARS, "/x/dav/calendars/anna/" },
                { __LINE__, "addressbooks/anna", DAV_ADDRESSBOOKS, "/x/dav/addressbooks/anna/" },
                { __LINE__, "calendars/anna/events", DAV_CALENDAR, "/x/dav/calendars/anna/events/" },
                { __LINE__, "addressbooks/anna/contacts/", DAV_ADDRESSBOOK,
                                "/x/dav/addressbooks/anna/contacts/" },
                { __LINE__, "calendars", 0, NULL },
                { __LINE__, "calendars/anna/events/x.ics", DAV_CALENDAR_OBJECT,
                                "/x/dav/calendars/anna/events/x.ics" },
                { __LINE__, "calendars/anna/events/x.ics/", DAV_CALENDAR_OBJECT,
                                "/x/dav/calendars/anna/events/x.ics" },
                { __LINE__, "addressbooks/anna/contacts/a b%20&<\xd0\xb6>@_~.vcf", DAV_CARD,
                                "/x/dav/addressbooks/anna/contacts/a%20b%2520%26%3C%D0%B6%3E@_~.vcf" },
                { __LINE__, "calendars/anna/events/x.ics/y", 0, NULL },
                { __LINE__, "calendars/anna/events/.", 0, NULL },
                { __LINE__, "calendars/anna/events/..", 0, NULL },
                { __LINE__, "calendars/anna/events/...", DAV_CALENDAR_OBJECT,
                                "/x/dav/calendars/anna/events/..." },
                { __LINE__, "calendars/anna/events/\xc0\xae.ics", 0, NULL }, /* an overlong form of a dot */
                { __LINE__, "calendars/anna/events/\xed\xa0\x80.ics", 0, NULL }, /* a surrogate */
                { __LINE__, "calendars/anna/events/\xd0", 0, NULL },
                { __LINE__, "calendars/anna/events/a\tb", 0, NULL },
                { __LINE__, "calendars/anna/events/a\x7f", 0, NULL },
                { __LINE__, "calendars//events", 0, NULL },
                { __LINE__, "principals//", 0, NULL },
                { __LINE__, "/", 0, NULL },
                { __LINE__, "principal", 0, NULL },
                { __LINE__, "nothing/anna", 0, NULL },
                { __LINE__, "principals/a23456789012345678901234567890123456789012345678901234567890abcde",
                                0, NULL },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer href = BUFFER_INIT(4096);
                DavResource resource;
                bool found = dav_resource_read(cases[i].rest, &resource);
                if (found != (cases[i].href != NULL))
                        fail_msg("line %d", cases[i].line);
                if (!found)
                        continue;
                dav_resource_href(&resource, "/x", &href);
                if (resource.kind != cases[i].kind || strcmp(buffer_text(&href), cases[i].href) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&href));
        }
}

static void test_dav_resource_read__names_have_a_maximum(void **state)
{
        (void)state;
        for (size_t len = DAV_MEMBER_SIZE - 1; len <= DAV_MEMBER_SIZE; len++) {
                CLEANUP(buffer_done) Buffer path = BUFFER_INIT(4096);
                DavResource resource;
                buffer_puts(&path, "calendars/anna/events/");
                for (size_t i = 0; i < len; i++)
                        buffer_putc(&path, 'x');
                assert_int_equal(dav_resource_read(buffer_text(&path), &resource), len < DAV_MEMBER_SIZE);
        }
}

static void test_dav_resource_parent(void **state)
{
        static const char *const paths[] = { "calendars/anna/events/x.ics", "calendars/anna/events",
                "calendars/anna", "", "addressbooks/anna/contacts/x.vcf", "addressbooks/anna/contacts",
                "addressbooks/anna", "", "principals/anna", "principals", "", "" };
        (void)state;
        for (size_t i = 0; i + 1 < sizeof(paths) / sizeof(paths[0]); i++) {
                CLEANUP(buffer_done) Buffer got = BUFFER_INIT(4096), expected = BUFFER_INIT(4096);
                DavResource resource, parent;
                assert_true(dav_resource_read(paths[i], &resource));
                assert_true(dav_resource_read(paths[i + 1], &parent));
                if (!paths[i][0])
                        parent = resource;
                dav_resource_parent(&resource);
                dav_resource_href(&resource, "", &got);
                dav_resource_href(&parent, "", &expected);
                assert_string_equal(buffer_text(&got), buffer_text(&expected));
        }
}

static void test_dav_href_read(void **state)
{
        static const struct {
                int line;
                const char *href, *authority;
                int result;
                const char *kept; /* the address as it is written */
        } cases[] = {
                { __LINE__, "/x/dav/calendars/anna/events/a.ics", NULL, 0,
                                "/x/dav/calendars/anna/events/a.ics" },
                { __LINE__, "/dav/calendars/anna/events/a.ics", NULL, 0,
                                "/x/dav/calendars/anna/events/a.ics" },
                { __LINE__, "\n  /x/dav/calendars/anna/events/a.ics\r\n", NULL, 0,
                                "/x/dav/calendars/anna/events/a.ics" },
                { __LINE__, "/x/dav/calendars/anna/events/%61%2eics?a=/b#c", NULL, 0,
                                "/x/dav/calendars/anna/events/a.ics" },
                { __LINE__, "/x/dav/calendars/anna/events/%d0%96 (1)@x.ics/", NULL, 0,
                                "/x/dav/calendars/anna/events/%D0%96%20%281%29@x.ics" },
                { __LINE__, "/x/dav/calendars/anna/events/a%252Fb", NULL, 0,
                                "/x/dav/calendars/anna/events/a%252Fb" },
                { __LINE__, "http://h:1/x/dav/calendars/anna/events/a", NULL, 0,
                                "/x/dav/calendars/anna/events/a" },
                { __LINE__, "HTTPS://H:1/dav/calendars/anna/events/a", "h:1", 0,
                                "/x/dav/calendars/anna/events/a" },
                { __LINE__, "http://h:8443/x/dav/", "h", 0, "/x/dav/" },
                { __LINE__, "http://h/x/dav/", "h:1", 0, "/x/dav/" },
                { __LINE__, "http://[::1]:8/x/dav/", "[::1]", 0, "/x/dav/" },
                { __LINE__, "http://[::2]/x/dav/", "[::1]:8", DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a/b", NULL, DAV_HREF_E_DEEP, NULL },
                { __LINE__, "/x/dav/addressbooks/anna/events/a/b/c/", NULL, DAV_HREF_E_DEEP, NULL },
                { __LINE__, "/x/dav/elsewhere/anna/events/a/b", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav", NULL, 0, "/x/dav/" },
                { __LINE__, "https://h/x/dav/addressbooks/anna/contacts", NULL, 0,
                                "/x/dav/addressbooks/anna/contacts/" },
                { __LINE__, "http://other/x/dav/calendars/anna/events/a", "h", DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "http://h.evil/x/dav/", "h", DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "ftp://h/dav/", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "http://h", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "a.ics", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "/davx/", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "/x", NULL, DAV_HREF_E_ELSEWHERE, NULL },
                { __LINE__, "/x/dav/../dav/calendars/anna/events/a", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/../events/a", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/%2e%2E", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a%2fb", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna%2Fevents/a", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a%00", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a%0a", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/%c0%ae%c0%ae", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a%2", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav/calendars/anna/events/a%zz", NULL, DAV_HREF_E_INVALID, NULL },
                { __LINE__, "/x/dav//calendars/anna/events/a", NULL, DAV_HREF_E_INVALID, NULL },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer href = BUFFER_INIT(4096);
                DavResource resource;
                int r = dav_href_read(cases[i].href, "/x", cases[i].authority, &resource);
                if (r != cases[i].result)
                        fail_msg("line %d: %d", cases[i].line, r);
                if (r != 0)
                        continue;
                dav_resource_href(&resource, "/x", &href);
                if (strcmp(buffer_text(&href), cases[i].kept) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&href));
        }
}

static void test_dav_href_read__long(void **state)
{
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(100000);
        DavResource resource;
        (void)state;
        buffer_puts(&href, "/dav/");
        while (href.len < 65536)
                buffer_puts(&href, "%61/");
        assert_int_equal(dav_href_read(buffer_text(&href), "", NULL, &resource), DAV_HREF_E_INVALID);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_propfind_read__what_is_asked_for),
                cmocka_unit_test(test_propfind_read__refuses_a_document_type_in_any_encoding),
                cmocka_unit_test(test_propfind_read__has_maxima),
                cmocka_unit_test(test_dav_resource_read),
                cmocka_unit_test(test_dav_resource_read__names_have_a_maximum),
                cmocka_unit_test(test_dav_resource_parent),
                cmocka_unit_test(test_dav_href_read),
                cmocka_unit_test(test_dav_href_read__long),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
