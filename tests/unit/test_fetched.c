/* Tests the busy times that a host publishes elsewhere: reading them, keeping them, and counting them. */

#include "meet/fetch-due.h"
#include "meet/fetched.h"

#include "meet/calendar.h"
#include "meet/freebusy-read.h"
#include "meet/opening.h"
#include "scratch.h"
#include "store/free-busy.h"
#include "store/object.h"

#include <errno.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define FREE_BUSY(lines)                                                                                    \
        HEAD "BEGIN:VFREEBUSY\r\nUID:f@x\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:VFREEBUSY\r\n" TAIL
#define EVENT(lines)                                                                                        \
        HEAD "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:VEVENT\r\n" TAIL
#define AT_TEN "DTSTART:20260615T100000Z\r\nDURATION:PT1H\r\n"

static char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
static ZoneTable *zones;
static Store *store;
static Config *config;

static void put_card(const char *lines)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[1024];
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = 1 };
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:h@x\r\nFN:Host\r\n%sEND:VCARD\r\n",
                        lines);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(store, card, &put, &outcome), 0);
}

static int set_up(void **state)
{
        (void)state;
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        config = scratch_config(directory, zones, "time_zone = \"Europe/Moscow\";\n");
        assert_int_equal(collection_ensure(store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(store, COLLECTION_CONTACTS, true, NULL), 0);
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        scratch_close(directory, store, config, zones);
        return 0;
}

static usec_t at(const char *text)
{
        usec_t time = 0;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

/* Writes busy times as "08:00+60 t09:00+30", hour and minutes in UTC; t: tentative. */
static void write_times(const BusyList *list, char *ret, size_t size)
{
        size_t n = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < list->n; i++) {
                const Busy *busy = &list->items[i];
                CivilTime start = civil_from_seconds(busy->start / USEC_PER_SEC);
                assert_int_equal(busy->kind, BUSY_FETCHED);
                n += (size_t)snprintf(ret + n, size - n, "%s%s%02d:%02d+%d", i ? " " : "",
                                busy->is_tentative ? "t" : "", start.hour, start.minute,
                                (int)((busy->end - busy->start) / USEC_PER_SEC / 60));
                assert_true(n < size);
        }
}

static void test_freebusy_read__takes_what_is_busy(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *expected; /* "?" if an event is not read */
        } cases[] = {
                { __LINE__, FREE_BUSY("FREEBUSY:20260615T080000Z/20260615T090000Z\r\n"), "08:00+60" },
                { __LINE__, FREE_BUSY("FREEBUSY;FBTYPE=BUSY:20260615T080000Z/PT30M,20260615T100000Z/PT1H\r\n"),
                                "08:00+30 10:00+60" },
                { __LINE__, FREE_BUSY("FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260615T080000Z/PT30M\r\n"),
                                "t08:00+30" },
                { __LINE__, FREE_BUSY("FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260615T080000Z/PT30M\r\n"),
                                "08:00+30" },
                { __LINE__, FREE_BUSY("FREEBUSY;FBTYPE=FREE:20260615T080000Z/PT30M\r\n"), "" },
                { __LINE__, FREE_BUSY("FREEBUSY:20260616T080000Z/PT30M\r\n"), "" },
                /* A wrong line is left out; the others count. */
                { __LINE__,
                                FREE_BUSY("FREEBUSY:x,20260615T080000/PT1H,20260615T080000Z/PT0S,20260615T080000Z/-PT1H\r\n"
                                          "nonsense\r\nFREEBUSY:/,20260615T110000Z/PT1H,\r\n"),
                                "11:00+60" },
                { __LINE__, HEAD TAIL, "" },
                { __LINE__, EVENT("DTSTART;TZID=Europe/Moscow:20260615T100000\r\nDURATION:PT1H\r\n"),
                                "07:00+60" },
                { __LINE__, EVENT("DTSTART:20260601T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n"),
                                "10:00+60" },
                { __LINE__, EVENT("DTSTART:20260615T100000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT\r\n"),
                                "" },
                { __LINE__, EVENT("DTSTART:20260615T100000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED\r\n"), "" },
                { __LINE__, EVENT("DTSTART:20260615T100000Z\r\nDURATION:PT1H\r\nSTATUS:TENTATIVE\r\n"),
                                "t10:00+60" },
                /* Programs publish events that the office would refuse. They are busy all the same. */
                { __LINE__, HEAD "BEGIN:VEVENT\r\nUID:e@x\r\n" AT_TEN "END:VEVENT\r\n" TAIL, "10:00+60" },
                { __LINE__, HEAD "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\n" AT_TEN "END:VEVENT\r\n" TAIL,
                                "10:00+60" },
                { __LINE__, EVENT("DTSTART;VALUE=DATE:20260615\r\nDTEND;VALUE=DATE:20260615\r\n"),
                                "21:00+1440" },
                { __LINE__, EVENT(AT_TEN "URL:www.x.org\r\nATTENDEE:Ivan\r\nPRIORITY:10\r\n"), "10:00+60" },
                { __LINE__, EVENT(AT_TEN "a line without a value\r\n"), "10:00+60" },
                { __LINE__, EVENT("DTSTART;TZID=Elsewhere:20260615T100000\r\nDURATION:PT1H\r\n"), "?" },
                { __LINE__,
                                EVENT("DTSTART:20260601T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n"
                                      "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:e@x\r\nRECURRENCE-ID:20260610T100000Z\r\n"
                                      "DTSTART:nonsense\r\n"),
                                "?" },
                { __LINE__,
                                EVENT("DTSTART:20260601T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n"
                                      "TRANSP:TRANSPARENT\r\n"
                                      "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:e@x\r\nRECURRENCE-ID:20260615T100000Z\r\n"
                                      "DTSTAMP:20260101T000000Z\r\nDTSTART:20260615T110000Z\r\nDURATION:PT1H\r\n"),
                                "" },
        };
        const Zone *moscow;
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &moscow), 0);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(busy_done) BusyList list = { 0 };
                size_t n_unread = 0;
                char found[256];
                assert_int_equal(freebusy_read(zones, moscow, cases[i].text, strlen(cases[i].text),
                                                 at("2026-06-15T00:00:00Z"), at("2026-06-16T00:00:00Z"),
                                                 &list, &n_unread),
                                0);
                write_times(&list, found, sizeof(found));
                if (n_unread > 0)
                        strcat(found, "?");
                if (strcmp(found, cases[i].expected) != 0)
                        fail_msg("line %d: '%s', not '%s'", cases[i].line, found, cases[i].expected);
        }
}

static void test_freebusy_read__needs_a_calendar_and_ends(void **state)
{
        (void)state;
        CLEANUP(busy_done) BusyList list = { 0 };
        CLEANUP(busy_done) BusyList many = { 0 };
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
        const Zone *utc;
        size_t n_unread;
        assert_int_equal(zone_table_get(zones, "Etc/UTC", &utc), 0);
        assert_int_equal(freebusy_read(zones, utc, "<html>", 6, 0, USEC_INFINITY, &list, &n_unread),
                        -EBADMSG);
        assert_int_equal(freebusy_read(zones, utc, "", 0, 0, USEC_INFINITY, &list, &n_unread), -EBADMSG);
        buffer_puts(&text, HEAD "BEGIN:VFREEBUSY\r\n");
        for (int i = 0; i < FREEBUSY_TIMES_MAX + 10; i++)
                buffer_puts(&text, "FREEBUSY:20260615T080000Z/PT1H\r\n");
        buffer_puts(&text, "END:VFREEBUSY\r\n" TAIL);
        assert_int_equal(freebusy_read(zones, utc, buffer_text(&text), text.len, 0, USEC_INFINITY, &many,
                                         &n_unread),
                        0);
        assert_int_equal(many.n, FREEBUSY_TIMES_MAX);
}

static void test_fetched_url__is_the_preferred_one_of_the_web(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *lines, *expected;
        } cases[] = {
                { __LINE__, "", NULL },
                { __LINE__, "FBURL:https://a.example.org/f\r\n", "https://a.example.org/f" },
                { __LINE__, "FBURL;PREF=2:http://a/f\r\nFBURL;PREF=1:HTTPS://b/f\r\n", "HTTPS://b/f" },
                { __LINE__, "FBURL:http://a/f\r\nFBURL;PREF=100:http://b/f\r\n", "http://b/f" },
                { __LINE__, "FBURL:file:///etc/passwd\r\n", NULL },
                { __LINE__, "FBURL:ftp://a/f\r\nFBURL:http://b/f\r\n", "http://b/f" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(host_done) Host host = { 0 };
                put_card(cases[i].lines);
                assert_int_equal(host_load(store, "h@x", &host), 0);
                const char *found = fetched_url(host.card);
                if (!found != !cases[i].expected || (found && strcmp(found, cases[i].expected) != 0))
                        fail_msg("line %d: %s", cases[i].line, found ? found : "none");
        }
}

static bool keep(const char *from, const char *text, const char *etag, const char *error)
{
        const char *news = NULL;
        const FetchedResult result = { "h@x", from, etag, text, text ? strlen(text) : 0, error };
        assert_int_equal(fetched_keep(store, config, &result, at("2026-06-15T00:00:00Z"), &news), 0);
        return news != NULL;
}

static void collect(char *ret, size_t size)
{
        CLEANUP(busy_done) BusyList list = { 0 };
        const BusyQuery query = { .host = "h@x",
                .zone = config->time_zone,
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z"),
                .now = at("2026-06-15T00:00:00Z") };
        assert_int_equal(busy_collect(store, zones, &query, &list), 0);
        write_times(&list, ret, size);
}

/* Fetched times count until they are fetched again, and only for the address that they came from. */
static void test_fetched_keep__counts_until_the_next_success(void **state)
{
        (void)state;
        char found[256];
        put_card("FBURL:https://a/f\r\n");
        assert_false(keep("https://a/f", FREE_BUSY("FREEBUSY:20260615T080000Z/PT1H\r\n"), "\"1\"", NULL));
        collect(found, sizeof(found));
        assert_string_equal(found, "08:00+60");
        assert_true(keep("https://a/f", NULL, "", "the server answers 500"));
        assert_false(keep("https://a/f", NULL, "", "the server answers 500"));
        assert_true(keep("https://a/f", "<html>", "", NULL));
        collect(found, sizeof(found));
        assert_string_equal(found, "08:00+60");
        assert_true(keep("https://a/f", NULL, "", NULL)); /* unchanged since */
        collect(found, sizeof(found));
        assert_string_equal(found, "08:00+60");
        assert_false(keep("https://a/f", FREE_BUSY("FREEBUSY:20260615T090000Z/PT1H\r\n"), "\"2\"", NULL));
        collect(found, sizeof(found));
        assert_string_equal(found, "09:00+60");
        /* The event that cannot be read is told, and the other one counts. */
        assert_true(keep("https://a/f",
                        EVENT(AT_TEN "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:f@x\r\nDTSTART:nonsense\r\n"),
                        "\"3\"", NULL));
        collect(found, sizeof(found));
        assert_string_equal(found, "10:00+60");
        put_card("FBURL:https://b/f\r\n");
        collect(found, sizeof(found));
        assert_string_equal(found, "");
}

/* The office is in Moscow. */
static void test_fetched_keep__reads_floating_times_in_the_zone_of_the_host(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *card, *text, *expected;
        } cases[] = {
                { __LINE__, "", EVENT("DTSTART:20260615T200000\r\nDURATION:PT1H\r\n"), "17:00+60" },
                { __LINE__, "TZ:Asia/Vladivostok\r\n", EVENT("DTSTART:20260615T200000\r\nDURATION:PT1H\r\n"),
                                "10:00+60" },
                { __LINE__, "TZ:Asia/Vladivostok\r\n",
                                HEAD "X-WR-TIMEZONE:Europe/Berlin\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                                     "DTSTART:20260615T200000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n" TAIL,
                                "18:00+60" },
                { __LINE__, "TZ:Asia/Vladivostok\r\n",
                                HEAD "X-WR-TIMEZONE:Nowhere\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                                     "DTSTART:20260615T200000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n" TAIL,
                                "10:00+60" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char lines[128], found[256];
                snprintf(lines, sizeof(lines), "FBURL:https://a/f\r\n%s", cases[i].card);
                put_card(lines);
                keep("https://a/f", cases[i].text, "", NULL);
                collect(found, sizeof(found));
                if (strcmp(found, cases[i].expected) != 0)
                        fail_msg("line %d: '%s', not '%s'", cases[i].line, found, cases[i].expected);
        }
}

static int on_due(const char *host, const char *from, const char *etag, void *userdata)
{
        char *found = userdata;
        size_t len = strlen(found);
        snprintf(found + len, 256 - len, "%s %s %s;", host, from, etag);
        return 0;
}

static void due_at(usec_t before, usec_t now, const char *expected)
{
        char found[256] = "";
        assert_int_equal(fetch_due_each(store, config->time_zone, before, now, on_due, found), 0);
        assert_string_equal(found, expected);
}

static void due(usec_t before, const char *expected)
{
        due_at(before, before, expected);
}

/* Only hosts with an offer are due, each with the ETag of its kept times. */
static void test_fetch_due_each__asks_for_hosts(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const char *offer = HEAD
                        "BEGIN:VAVAILABILITY\r\nUID:o@x\r\nDTSTAMP:20260101T000000Z\r\n"
                        "X-CONVENED-MEETING-HOST:h@x\r\nBEGIN:AVAILABLE\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
                        "DTSTART:20260615T080000Z\r\nDTEND:20260615T110000Z\r\nEND:AVAILABLE\r\n"
                        "END:VAVAILABILITY\r\n" TAIL;
        const usec_t tried = at("2026-06-15T00:00:00Z");
        put_card("FBURL:https://a/f\r\n");
        due(tried, "");
        assert_int_equal(event_parse(zones, offer, strlen(offer), &event, NULL), 0);
        assert_int_equal(object_put_event(store, event,
                                         &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                         .fallback = config->time_zone,
                                                         .now = 1 },
                                         &outcome),
                        0);
        due(tried, "h@x https://a/f ;");
        keep("https://a/f", FREE_BUSY(""), "\"1\"", NULL);
        due(tried, "");
        due(tried + 1, "h@x https://a/f \"1\";");
        /* Once a week the file is fetched even if it has not changed, also after a try that failed. */
        due_at(tried + 1, tried + 7 * USEC_PER_DAY, "h@x https://a/f ;");
        keep("https://a/f", NULL, "", "the server answers 500");
        due_at(tried + 1, tried + 7 * USEC_PER_DAY, "h@x https://a/f ;");
        put_card("FBURL:https://b/f\r\n");
        due(tried, "h@x https://b/f ;");
        put_card("");
        due(tried, "");
}

/* When a booking moves, neither its slot nor its copy in the host's other calendar counts as busy. */
static void test_opening_let_move__drops_the_copy_of_a_booking(void **state)
{
        (void)state;
        OfferSlots opening = { .now = 0 };
        const Busy busy[] = {
                { .start = 10, .end = 20, .kind = BUSY_FETCHED },
                { .start = 10, .end = 20, .kind = BUSY_MEETING, .uid = "moved" },
                { .start = 10, .end = 20, .kind = BUSY_MEETING, .uid = "other" },
                { .start = 10, .end = 25, .kind = BUSY_FETCHED },
                { .start = 30, .end = 40, .kind = BUSY_FETCHED },
        };
        for (size_t i = 0; i < sizeof(busy) / sizeof(busy[0]); i++)
                assert_int_equal(busy_add(&opening.busy, &busy[i]), 0);
        opening_let_move(&opening, &(Meeting){ .uid = "moved", .start = 10, .finish = 20 });
        assert_int_equal(opening.length, 10);
        assert_int_equal(opening.busy.n, 3);
        assert_string_equal(opening.busy.items[0].uid, "other");
        assert_int_equal(opening.busy.items[1].end, 25);
        assert_int_equal(opening.busy.items[2].start, 30);
        offer_slots_done(&opening);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_freebusy_read__takes_what_is_busy, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_freebusy_read__needs_a_calendar_and_ends, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_fetched_url__is_the_preferred_one_of_the_web, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_fetched_keep__counts_until_the_next_success, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_fetched_keep__reads_floating_times_in_the_zone_of_the_host, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(test_fetch_due_each__asks_for_hosts, set_up, tear_down),
                cmocka_unit_test(test_opening_let_move__drops_the_copy_of_a_booking),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
