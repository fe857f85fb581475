/* Tests what forms about meetings send: days, times, addresses and lines of text. */

#include "web/meet-times.h"

#include "scratch.h"
#include "store/object.h"
#include "web/visitor.h"

static void test_meet_times_read_day__takes_dates_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                int64_t days;
        } rows[] = {
                { __LINE__, "1970-01-02", 1 },
                { __LINE__, "2026-12-04", 20791 },
                { __LINE__, "2028-02-29", 21243 },
                { __LINE__, "2027-02-29", 0 },
                { __LINE__, "2027-13-01", 0 },
                { __LINE__, "2027-1-01", 0 },
                { __LINE__, "2027-01-01T00:00", 0 },
                { __LINE__, "-027-01-01", 0 },
                { __LINE__, "", 0 },
                { __LINE__, NULL, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (meet_times_read_day(rows[i].text) != rows[i].days)
                        fail_msg("line %d", rows[i].line);
}

static void test_meet_times_read__takes_seconds_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                usec_t time;
        } rows[] = {
                { __LINE__, "1796384000", 1796384000 * USEC_PER_SEC },
                { __LINE__, "1", USEC_PER_SEC },
                { __LINE__, "0", 0 },
                { __LINE__, "-1", 0 },
                { __LINE__, "+1", 0 },
                { __LINE__, " 1", 0 },
                { __LINE__, "1x", 0 },
                { __LINE__, "9223372036854775807", 0 },
                { __LINE__, "99999999999999999999999", 0 },
                { __LINE__, "", 0 },
                { __LINE__, NULL, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (meet_times_read(rows[i].text) != rows[i].time)
                        fail_msg("line %d", rows[i].line);
}

static void test_visitor_read_address__is_lower_case(void **state)
{
        (void)state;
        char address[VISITOR_ADDRESS_SIZE], long_address[VISITOR_ADDRESS_SIZE + 16];
        assert_true(visitor_read_address(" Guest@Example.ORG\t", address));
        assert_string_equal(address, "guest@example.org");
        assert_false(visitor_read_address(NULL, address));
        assert_false(visitor_read_address("no address", address));
        assert_string_equal(address, "no address");
        assert_true(visitor_read_address("\u0433@example.org", address)); /* RFC 6531 */
        assert_true(visitor_read_address("Guest@ПРИМЕР.рф", address));
        assert_string_equal(address, "guest@пример.рф");
        assert_true(visitor_read_address("guest@xn--e1afmkfd.xn--p1ai", address));
        assert_string_equal(address, "guest@пример.рф");
        memset(long_address, 'a', sizeof(long_address));
        strcpy(long_address + VISITOR_ADDRESS_SIZE - 12, "@example.org");
        assert_false(visitor_read_address(long_address, address));
        assert_string_equal(address, "");
}

static void test_visitor_read_text__is_one_line_of_utf8(void **state)
{
        (void)state;
        char text[16];
        assert_true(visitor_read_text("  a\r\nb\177c ", text, sizeof(text)));
        assert_string_equal(text, "a  b c");
        assert_true(visitor_read_text(NULL, text, sizeof(text)));
        assert_string_equal(text, "");
        assert_true(visitor_read_text("123456789012345", text, sizeof(text)));
        assert_false(visitor_read_text("1234567890123456", text, sizeof(text)));
        assert_string_equal(text, "");
        assert_false(visitor_read_text("a\xC3(", text, sizeof(text)));
        assert_string_equal(text, "");
}

typedef struct World {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
} World;

static int set_up(void **state)
{
        static const char card[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:h@x\r\nFN:Host\r\n"
                                   "EMAIL:host@example.org\r\nEND:VCARD\r\n";
        CLEANUP(card_freep) Card *parsed = NULL;
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = 1 };
        char url[SCRATCH_URL_SIZE];
        ObjectOutcome outcome;
        World *world = calloc(1, sizeof(*world));
        assert_non_null(world);
        scratch_open(world->directory, url);
        scratch_store(url, &world->zones, &world->store);
        world->config = scratch_config(world->directory, world->zones, "time_zone = \"Etc/UTC\";\n");
        assert_int_equal(collection_ensure(world->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(world->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(card, strlen(card), &parsed, NULL), 0);
        assert_int_equal(object_put_card(world->store, parsed, &put, &outcome), 0);
        *state = world;
        return 0;
}

static int tear_down(void **state)
{
        World *world = *state;
        scratch_close(world->directory, world->store, world->config, world->zones);
        free(world);
        return 0;
}

static void put(World *world, const char *component, const char *lines)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(64 * 1024);
        const ObjectPut put = {
                .collection = COLLECTION_EVENTS, .fallback = world->config->time_zone, .now = 1
        };
        ObjectOutcome outcome;
        buffer_printf(&text,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:%s\r\n"
                        "DTSTAMP:20260101T000000Z\r\n%sEND:%s\r\nEND:VCALENDAR\r\n",
                        component, lines, component);
        assert_int_equal(event_parse(world->zones, buffer_text(&text), text.len, &event, NULL), 0);
        assert_int_equal(object_put_event(world->store, event, &put, &outcome), 0);
}

/*
 * Puts an offer of every hour of each day from a time on, with many times more slots a day than can be
 * listed.
 */
static void put_large_offer(World *world, const char *from)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(32 * 1024);
        buffer_puts(&lines,
                        "UID:o@x\r\nX-CONVENED-MEETING-HOST:h@x\r\nX-CONVENED-MEETING-HORIZON:P400D\r\n");
        for (int i = 1; i <= OFFER_DURATIONS_MAX; i++)
                buffer_printf(&lines, "X-CONVENED-MEETING-DURATION:PT%dM\r\n", 5 * i);
        for (int i = 1; i <= OFFER_PLACES_MAX; i++)
                buffer_printf(&lines, "X-CONVENED-MEETING-PLACE:Table %d\r\n", i);
        buffer_printf(&lines,
                        "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"
                        "DTSTART:%s\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n",
                        from);
        put(world, "VAVAILABILITY", buffer_text(&lines));
}

/* Returns the first start in the times of the offer, after a check that they are in order; 0: none. */
static usec_t first_time(World *world, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        const PageView view = { .config = world->config, .now = now };
        const MeetWish wish = { .view = &view };
        assert_int_equal(object_find(world->store, "o@x", &record), 0);
        assert_int_equal(meet_times_load(world->store, record, &wish, &times), 0);
        for (size_t i = 1; i < times.list.n; i++)
                assert_true(times.list.items[i - 1].start <= times.list.items[i].start);
        return times.list.n > 0 ? times.list.items[0].start : 0;
}

static usec_t at(const char *text)
{
        usec_t time = 0;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static void test_meet_times_load__more_in_a_day_than_can_be_listed(void **state)
{
        put_large_offer(*state, "20260101T000000Z");
        put(*state, "VEVENT",
                        "UID:e@x\r\nORGANIZER:mailto:host@example.org\r\n"
                        "DTSTART:20260601T000000Z\r\nDTEND:20260601T030000Z\r\n");
        assert_int_equal(first_time(*state, at("2026-06-01T00:00:00Z")), at("2026-06-01T03:00:00Z"));
}

static void test_meet_times_load__many_late_in_the_range(void **state)
{
        put_large_offer(*state, "20261001T090000Z");
        assert_int_equal(first_time(*state, at("2026-06-01T00:00:00Z")), at("2026-10-01T09:00:00Z"));
}

/* Each offer of a list reads its busy times, so no more of them are read than it needs. */
static void test_meet_times_load__reads_to_the_horizon(void **state)
{
        World *world = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        const PageView view = { .config = world->config, .now = at("2026-06-01T00:00:00Z") };
        const MeetWish wish = { .view = &view };
        put(world, "VAVAILABILITY",
                        "UID:o@x\r\nX-CONVENED-MEETING-HOST:h@x\r\nX-CONVENED-MEETING-HORIZON:P30D\r\n"
                        "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T100000Z\r\n"
                        "DURATION:PT30M\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n");
        put(world, "VEVENT",
                        "UID:e@x\r\nORGANIZER:mailto:host@example.org\r\n"
                        "DTSTART:20260610T100000Z\r\nDTEND:20260610T110000Z\r\nRRULE:FREQ=DAILY\r\n");
        assert_int_equal(object_find(world->store, "o@x", &record), 0);
        assert_int_equal(meet_times_load(world->store, record, &wish, &times), 0);
        assert_int_equal(times.list.n, 9);
        assert_in_range(times.offer.busy.n, 21, 24); /* until 1 July, and two days more */
}

/* Returns the page's text of the boxes, or of the choices, for the day of an offer. */
static void write_times(
                World *world, const Zone *zone, const char *now, const char *day, bool is_boxes, Buffer *out)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(meet_times_done) MeetTimes times = { 0 };
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        assert_int_equal(text_dates_new("en", &dates), 0);
        const PageView view = { .config = world->config,
                .now = at(now),
                .zones = world->zones,
                .dates = dates,
                .tag = "en",
                .strings = web_strings(LANGUAGE_en) };
        const MeetWish wish = { .view = &view, .zone = zone, .day = day };
        assert_int_equal(object_find(world->store, "o@x", &record), 0);
        assert_int_equal(meet_times_load(world->store, record, &wish, &times), 0);
        meet_times_write_clocks(out, &view, times.zone, times.offer.offer.zone, times.first);
        if (is_boxes)
                meet_times_write_boxes(out, &times);
        else
                meet_times_write_choices(out, &times);
}

/* Two rows of hours have a start in every five minutes each, so more than the form has boxes for. */
static void test_meet_times_write_boxes__are_no_more_than_are_read(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4 * 1024 * 1024);
        put(world, "VAVAILABILITY",
                        "UID:o@x\r\nX-CONVENED-MEETING-HOST:h@x\r\nX-CONVENED-MEETING-DURATION:PT5M\r\n"
                        "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\n"
                        "DURATION:P1D\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n"
                        "BEGIN:AVAILABLE\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000200Z\r\n"
                        "DURATION:P1D\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n");
        write_times(world, NULL, "2026-06-01T00:00:00Z", "2026-06-02", true, &out);
        int n = 0;
        for (const char *box = buffer_text(&out); (box = strstr(box, "name=\"time.")); box++)
                n++;
        assert_int_equal(n, MEET_BOXES_MAX);
        assert_non_null(strstr(buffer_text(&out), "name=\"time.2047\""));
        assert_null(strstr(buffer_text(&out), "name=\"time.2048\""));
}

/* The clock of Berlin is set back in the night to 25 October 2026. */
static void test_meet_times_write_choices__name_the_offset_after_a_change(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer night = BUFFER_INIT(65536), winter = BUFFER_INIT(65536);
        const Zone *berlin;
        assert_int_equal(zone_table_get(world->zones, "Europe/Berlin", &berlin), 0);
        put(world, "VAVAILABILITY",
                        "UID:o@x\r\nX-CONVENED-MEETING-HOST:h@x\r\nX-CONVENED-MEETING-DURATION:PT1H\r\n"
                        "X-CONVENED-TZID:Europe/Berlin\r\n"
                        "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\n"
                        "DTEND:20260101T020000Z\r\nRRULE:FREQ=DAILY\r\nEND:AVAILABLE\r\n");
        write_times(world, berlin, "2026-10-20T00:00:00Z", "2026-10-25", false, &night);
        const char *summer = strstr(buffer_text(&night), "UTC+2"),
                   *late = strstr(buffer_text(&night), "UTC+1");
        assert_non_null(summer);
        assert_non_null(late);
        assert_true(summer < strstr(summer, "type=\"radio\"") && strstr(late, "type=\"radio\"") == NULL);
        write_times(world, berlin, "2026-10-20T00:00:00Z", "2026-10-26", false, &winter);
        assert_non_null(strstr(buffer_text(&winter), "UTC+1"));
        assert_null(strstr(buffer_text(&winter), "UTC+2"));
}

static void test_meet_times_read_local__takes_a_date_and_time(void **state)
{
        World *world = *state;
        const Zone *moscow;
        static const struct {
                int line;
                const char *text, *expected;
        } rows[] = {
                { __LINE__, "2027-01-30T10:00", "2027-01-30T07:00:00Z" },
                { __LINE__, "2027-01-30T24:00", NULL },
                { __LINE__, "2027-02-30T10:00", NULL },
                { __LINE__, "2027-01-30 10:00", NULL },
                { __LINE__, "2027-01-30T10:00Z", NULL },
                { __LINE__, "2027-01-30", NULL },
                { __LINE__, "2027-01-30T1", NULL },
                { __LINE__, "", NULL },
                { __LINE__, NULL, NULL },
        };
        assert_int_equal(zone_table_get(world->zones, "Europe/Moscow", &moscow), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (meet_times_read_local(rows[i].text, moscow) !=
                                (rows[i].expected ? at(rows[i].expected) : 0))
                        fail_msg("line %d", rows[i].line);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_meet_times_read_day__takes_dates_only),
                cmocka_unit_test(test_meet_times_read__takes_seconds_only),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_load__more_in_a_day_than_can_be_listed, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_load__many_late_in_the_range, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_load__reads_to_the_horizon, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_write_boxes__are_no_more_than_are_read, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_write_choices__name_the_offset_after_a_change, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_meet_times_read_local__takes_a_date_and_time, set_up, tear_down),
                cmocka_unit_test(test_visitor_read_address__is_lower_case),
                cmocka_unit_test(test_visitor_read_text__is_one_line_of_utf8),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
