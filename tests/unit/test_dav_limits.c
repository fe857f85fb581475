/*
 * Tests what ends a request of a calendar or address-book program that has taken its processor time, and
 * which requests read no texts. The times are in the past from the beginning, or far away, so that no test
 * depends on the clock.
 */

#include "dav/method-propfind.h"
#include "dav/method-report.h"
#include "scratch.h"
#include "servers.h"
#include "store/account.h"
#include "store/object.h"

#define XML_SPACES "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\""
#define EVENTS     "/dav/calendars/vera/events/"
#define CARDS      "/dav/addressbooks/vera/contacts/"
#define CARD_3     "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:three\r\nN:A;;;;\r\nFN:A\r\nEND:VCARD\r\n"
#define CARD_4     "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:four\r\nFN:A\r\nEND:VCARD\r\n"

static struct Office {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        Config *config;
        Clock clock;
        Login login;
        usec_t work_end;
        Fixture client; /* of the server */
} office;

static int on_dav(HttpRequest *request, const char *rest, void *userdata)
{
        (void)userdata;
        DavCall call = { .request = request,
                .config = office.config,
                .clock = &office.clock,
                .zones = office.zones,
                .store = office.store,
                .view = { .prefix = "", .login = &office.login, .config = office.config },
                .work_end = office.work_end,
                .rest = rest };
        if (!dav_resource_read(rest, &call.view.resource))
                return -EINVAL;
        int r = http_request_method(request) == HTTP_REPORT ? method_report(&call) : method_propfind(&call);
        store_rollback(office.store);
        return r > 0 && r != HTTP_E_REPLIED ? http_reply_error(request, 503, NULL) : r;
}

static const HttpContent dav_content = {
        .kind = HTTP_CONTENT_KEPT, .methods = HTTP_PROPFIND | HTTP_REPORT, .max_bytes = 65536
};
static const HttpRoute dav_routes[] = {
        { "/dav/", false, HTTP_PROPFIND | HTTP_REPORT, on_dav, &dav_content },
        { NULL, false, 0, NULL, NULL },
};

static void put_event(void)
{
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:a@x\r\n"
                        "DTSTAMP:20260101T000000Z\r\nDTSTART:20260615T080000Z\r\nDURATION:PT1H\r\nSUMMARY:A\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n";
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome = { 0 };
        const ObjectPut put = { .collection = COLLECTION_EVENTS, .resource = "a.ics", .now = 1 };
        assert_int_equal(event_parse(office.zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(office.store, event, &put, &outcome), 0);
}

static void put_card(const char *text)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome = { 0 };
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = 1 };
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(office.store, card, &put, &outcome), 0);
}

static void open_server(void)
{
        static const char *const listen[] = { "127.0.0.1:0" };
        const HttpOptions options = { .listen = listen,
                .n_listen = 1,
                .threads = 1,
                .connections = 8,
                .idle_timeout = 60 * USEC_PER_SEC,
                .write_error = error_page_write };
        InputError error = { 0 };
        if (http_server_new(&options, dav_routes, NULL, &office.client.server, &error) < 0)
                fail_msg("%s: %s", error.where, error.message);
}

static int open_office(void **state)
{
        const Account vera = { .name = "vera", .role = ACCOUNT_EDITOR };
        (void)state;
        scratch_open(office.directory, office.url);
        scratch_store(office.url, &office.zones, &office.store);
        office.config = scratch_config(office.directory, office.zones, "%s", "");
        assert_int_equal(collection_ensure(office.store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(office.store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(account_add(office.store, &vera), 0);
        put_event();
        put_card(CARD_3);
        put_card(CARD_4);
        clock_init(&office.clock);
        office.login = (Login){ .name = "vera", .role = ACCOUNT_EDITOR };
        office.work_end = USEC_INFINITY;
        open_server();
        return 0;
}

static int close_office(void **state)
{
        (void)state;
        http_server_stop(office.client.server);
        scratch_close(office.directory, office.store, office.config, office.zones);
        return 0;
}

/* Returns the whole answer to a request for a collection and its members. */
static const char *request(const char *method_and_path, const char *content)
{
        char headers[128];
        snprintf(headers, sizeof(headers), "Depth: 1\r\nContent-Length: %zu\r\n", strlen(content));
        return ask(&office.client, method_and_path, headers, content);
}

static int count(const char *text, const char *word)
{
        int n = 0;
        for (; (text = strstr(text, word)); text += strlen(word))
                n++;
        return n;
}

/* Gives the account the right to read the events only, so that private ones are hidden from it. */
static void mask(void)
{
        assert_int_equal(account_grant(office.store, "vera", COLLECTION_EVENTS, ACCOUNT_READ), 0);
}

/* The text of an object in a masked calendar is parsed, so each is one more for the clock. */
static void test_dav_limits__a_query_of_a_masked_calendar_ends_with_its_time(void **state)
{
        static const char query[] =
                        "<C:calendar-query " XML_SPACES "><D:prop><D:getetag/></D:prop><C:filter>"
                        "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">"
                        "<C:time-range start=\"20260601T000000Z\" end=\"20260701T000000Z\"/></C:comp-filter>"
                        "</C:comp-filter></C:filter></C:calendar-query>";
        (void)state;
        office.work_end = 0;
        const char *answer = request("REPORT " EVENTS, query);
        assert_int_equal(status_of(answer), 207);
        assert_int_equal(count(answer, "<D:getetag>"), 1);
        mask();
        answer = request("REPORT " EVENTS, query);
        assert_int_equal(status_of(answer), 403);
        assert_int_equal(count(answer, "<D:number-of-matches-within-limits/>"), 1);
        office.work_end = USEC_INFINITY;
        answer = request("REPORT " EVENTS, query);
        assert_int_equal(status_of(answer), 207);
        assert_int_equal(count(answer, "<D:getetag>"), 1);
}

/* A card of version 4.0 is converted for its length, and one of 3.0 is read. */
static void test_dav_limits__lengths_that_take_too_long_are_left_out(void **state)
{
        static const char some[] = "<D:propfind " XML_SPACES
                                   "><D:prop><D:getetag/><D:getcontentlength/></D:prop></D:propfind>";
        static const char *const contents[] = { some, "" };
        char length[64];
        (void)state;
        snprintf(length, sizeof(length), "<D:getcontentlength>%zu<", strlen(CARD_3));
        for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
                office.config->dav.report_time = USEC_PER_DAY;
                const char *answer = request("PROPFIND " CARDS, contents[i]);
                assert_int_equal(status_of(answer), 207);
                assert_int_equal(count(answer, "<D:getcontentlength>"), 2);
                assert_int_equal(count(answer, length), 1);
                office.config->dav.report_time = -USEC_PER_DAY;
                answer = request("PROPFIND " CARDS, contents[i]);
                assert_int_equal(status_of(answer), 207);
                assert_int_equal(count(answer, "<D:getcontentlength>"), 0);
                assert_int_equal(count(answer, "<D:getetag>"), 2);
        }
}

/* A text that cannot be read is noticed only by a request that needs it. */
static void test_dav_limits__a_report_reads_no_texts_without_need(void **state)
{
        static const char tag[] = "<D:expand-property " XML_SPACES
                                  "><D:property name=\"getetag\"/></D:expand-property>";
        static const char length[] = "<D:expand-property " XML_SPACES
                                     "><D:property name=\"getcontentlength\"/></D:expand-property>";
        (void)state;
        mask();
        assert_int_equal(
                        db_execute(store_db(office.store), "UPDATE object SET text = CAST('x' AS BLOB)"), 0);
        const char *answer = request("REPORT " EVENTS, tag);
        assert_int_equal(status_of(answer), 207);
        assert_int_equal(count(answer, "<D:getetag>"), 1);
        assert_int_equal(status_of(request("REPORT " EVENTS, length)), 503);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_dav_limits__a_query_of_a_masked_calendar_ends_with_its_time,
                                open_office, close_office),
                cmocka_unit_test_setup_teardown(test_dav_limits__lengths_that_take_too_long_are_left_out,
                                open_office, close_office),
                cmocka_unit_test_setup_teardown(test_dav_limits__a_report_reads_no_texts_without_need,
                                open_office, close_office),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
