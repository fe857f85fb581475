/* Tests how an event describes an offer, apart from the slots that the offer has. */

#include "slots.h"

static void test_offer_read__has_defaults_and_order(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(HEAD HOST
                        "X-CONVENED-MEETING-DURATION:PT1H\r\nX-CONVENED-MEETING-DURATION:PT15M\r\n"
                        "X-CONVENED-MEETING-PLACE:Hall 1\\, left\r\nX-CONVENED-MEETING-CONFIRM:host\r\n" MONDAYS
                                        TAIL);
        Offer offer;
        assert_int_equal(offer_read(event, utc, &offer), 0);
        assert_string_equal(offer.host, "h@x");
        assert_string_equal(offer.places[0], "Hall 1, left");
        assert_int_equal(offer.n_places, 1);
        assert_int_equal(offer.n_lengths, 2);
        assert_int_equal(offer.lengths[0], 15 * MINUTES);
        assert_int_equal(offer.confirm, OFFER_CONFIRM_HOST);
        assert_int_equal(offer.seats, 1);
        assert_true(offer.listed);
        assert_string_equal(zone_name(offer.zone), "Europe/Berlin");
        assert_int_equal(offer.horizon.days, OFFER_HORIZON_DEFAULT_DAYS);
}

static void test_offer_read__needs_a_host(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = parse(HEAD MONDAYS TAIL);
        Offer offer;
        assert_true(event_is_availability(event));
        assert_int_equal(offer_read(event, utc, &offer), OFFER_E_NONE);
}

static void test_event_parse__refuses_bad_offers(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                size_t at;
                const char *where;
        } cases[] = {
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DURATION:30 min\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-DURATION" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DURATION:P1D\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-DURATION" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DURATION:PT4M\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-DURATION" },
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-DURATION:PT30M\r\nX-CONVENED-MEETING-DURATION:PT30M\r\n" TAIL,
                                9, "X-CONVENED-MEETING-DURATION" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-BUFFER-AFTER:-PT5M\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-BUFFER-AFTER" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-NOTICE:P366D\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-NOTICE" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-HORIZON:P401D\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-HORIZON" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:0\r\n" TAIL, 8, "X-CONVENED-MEETING-SEATS" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:2x\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-SEATS" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DAILY-MAX: 2\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-DAILY-MAX" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-CONFIRM:MAYBE\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-CONFIRM" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-KEEP-DECLINED:YES\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-KEEP-DECLINED" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-PLACE:\r\n" TAIL, 8, "X-CONVENED-MEETING-PLACE" },
                { __LINE__, HEAD HOST HOST TAIL, 8, "X-CONVENED-MEETING-HOST" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-COLOUR:red\r\n" TAIL, 8,
                                "X-CONVENED-MEETING-COLOUR" },
                { __LINE__, HEAD HOST "RRULE:FREQ=DAILY\r\n" TAIL, 8, "RRULE" },
                { __LINE__, HEAD HOST "DURATION:P7D\r\n" TAIL, 8, "DURATION" },
                { __LINE__, HEAD "X-CONVENED-TZID:Mars/Olympus\r\n" TAIL, 7, "X-CONVENED-TZID" },
                /* The lines of hours are those of the object, also of the second and in a series. */
                { __LINE__, HEAD AVAILABLE "DTSTART;VALUE=DATE:20260608\r\n" END TAIL, 10, "DTSTART" },
                { __LINE__, HEAD AVAILABLE "DTSTART:20260608T100000\r\nDTEND:20260608T110000\r\n" END TAIL,
                                10, "DTSTART" },
                { __LINE__, HEAD AVAILABLE "DTSTART:20260608T100000Z\r\n" END TAIL, 10, "DTSTART" },
                { __LINE__, HEAD AVAILABLE END TAIL, 7, "AVAILABLE" },
                { __LINE__, HEAD "BEGIN:AVAILABLE\r\nDTSTAMP:20260101T000000Z\r\n" END TAIL, 7,
                                "AVAILABLE" },
                { __LINE__,
                                HEAD MONDAYS AVAILABLE
                                "RECURRENCE-ID;TZID=Europe/Berlin:20260615T100000\r\nDTSTART;TZID=Europe/Nowhere:20260615T120000\r\n" END
                                                TAIL,
                                18, "DTSTART" },
                { __LINE__,
                                HEAD MONDAYS
                                "BEGIN:AVAILABLE\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\n" HOURS(
                                                "Europe/Berlin", "20260615T110000",
                                                "20260615T123000") "RRULE:FREQ=HOURLY\r\n" END TAIL,
                                19, "RRULE" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(event_freep) Event *event = NULL;
                InputError error = { 0 };
                int r = event_parse(zones, cases[i].text, strlen(cases[i].text), &event, &error);
                if (r != EVENT_E_INVALID || error.line != cases[i].at ||
                                strcmp(error.where, cases[i].where) != 0)
                        fail_msg("line %d: %d at %zu: %s: %s", cases[i].line, r, error.line, error.where,
                                        error.message);
        }
}

static void test_event_parse__shares_the_zones_of_the_object_with_its_hours(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
                        "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:20200101T000000\r\n"
                        "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nTZNAME:OWN\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                        "BEGIN:VAVAILABILITY\r\nUID:o@x\r\nDTSTAMP:20260101T000000Z\r\n" HOST AVAILABLE
                                        HOURS("Own", "20260608T100000", "20260608T120000") END TAIL);
        const Event *hours = event_available(event, 0);
        assert_non_null(hours);
        assert_null(event_available(event, 1));
        When start = event_start(hours);
        assert_true(when_instant(&start, NULL) == at("2026-06-08T05:00:00Z"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_offer_read__has_defaults_and_order),
                cmocka_unit_test(test_offer_read__needs_a_host),
                cmocka_unit_test(test_event_parse__refuses_bad_offers),
                cmocka_unit_test(test_event_parse__shares_the_zones_of_the_object_with_its_hours),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
