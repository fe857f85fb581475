#pragma once

/* For the tests of events: a table of zones, and events from their text. */

#include "calendar/event.h"

#include "calendar/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define HEAD  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define BEGIN "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\n"
#define END   "END:VEVENT\r\n"
#define TAIL  "END:VCALENDAR\r\n"

static ZoneTable *zones;

static inline int set_up(void **state)
{
        (void)state;
        return zone_table_new(NULL, &zones);
}

static inline int tear_down(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
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

static const char series[] =
                HEAD "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:"
                     "20200101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\n"
                     "TZNAME:OWN\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                     "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Own:"
                     "20260309T100000\r\n"
                     "DTSTART;TZID=Own:20260310T120000\r\nSUMMARY:Moved\r\nLAST-MODIFIED:"
                     "20260203T000000Z\r\nEND:VEVENT\r\n"
                     "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:4\r\nDTSTART;TZID=Own:"
                     "20260302T100000\r\nDURATION:PT90M\r\n"
                     "RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Series\\, "
                     "weekly\r\nLOCATION:Here\r\nCATEGORIES:SESSION,A\\,B\r\nCATEGORIES:\xD0\xAF\r\n"
                     "RELATED-TO;RELTYPE=SIBLING:other@x\r\nRELATED-TO:parent@x\r\nCLASS:X-UNKNOWN\r\n"
                     "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1M\r\nEND:VALARM\r\n"
                     "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER;RELATED=END:-PT15M\r\nREPEAT:1\r\nDURATION:"
                     "PT5M\r\nEND:VALARM\r\n"
                     "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER;VALUE=DATE-TIME:20260301T000000Z\r\nEND:"
                     "VALARM\r\n" END TAIL;
