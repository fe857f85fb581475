#pragma once

/* For the tests of offers: a table of zones, and events from their text. */

#include "meet/slot-why.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                                \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VAVAILABILITY\r\nUID:o@x\r\n"        \
        "DTSTAMP:20260101T000000Z\r\n"
#define HOST                    "X-CONVENED-MEETING-HOST:h@x\r\n"
#define AVAILABLE               "BEGIN:AVAILABLE\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"
#define HOURS(zone, start, end) "DTSTART;TZID=" zone ":" start "\r\nDTEND;TZID=" zone ":" end "\r\n"
#define END                     "END:AVAILABLE\r\n"
#define TAIL                    "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n"

/* Mondays from 10:00 to 12:00 in Berlin, from 8 June 2026. */
#define MONDAYS                                                                                             \
        AVAILABLE HOURS("Europe/Berlin", "20260608T100000", "20260608T120000") "RRULE:FREQ=WEEKLY\r\n" END

static ZoneTable *zones;
static const Zone *utc;

static inline int set_up(void **state)
{
        (void)state;
        return zone_table_new(NULL, &zones) != 0 ? -1 : zone_table_get(zones, "Etc/UTC", &utc);
}

static inline int tear_down(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
}

static inline usec_t at(const char *text)
{
        usec_t time = 0;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static inline Event *parse(const char *text)
{
        Event *event = NULL;
        InputError error = { 0 };
        int r = event_parse(zones, text, strlen(text), &event, &error);
        if (r != 0)
                print_error("%zu: %s: %s\n", error.line, error.where, error.message);
        assert_int_equal(r, 0);
        return event;
}

enum { JUNE_15 = 1781481600 }; /* midnight in UTC */

#define ON(start_hour, start_minute, end_hour, end_minute)                                                  \
        .start = (JUNE_15 + (start_hour)*3600 + (start_minute)*60) * USEC_PER_SEC,                          \
        .end = (JUNE_15 + (end_hour)*3600 + (end_minute)*60) * USEC_PER_SEC
#define MINUTES (60 * USEC_PER_SEC)
#define MEETING .kind = BUSY_MEETING, .offer = "o@x", .site = "h@x"
