/* The choice of an event's property by language. */

#include "catalog/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Event *parse(ZoneTable *zones, const char *lines)
{
        Event *event = NULL;
        char text[1024];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:u\r\n"
                        "DTSTAMP:20260101T000000Z\r\nDTSTART:20260301T070000Z\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        lines);
        assert_int_equal(event_parse(zones, text, strlen(text), &event, NULL), 0);
        return event;
}

static void test_catalog_text__prefers_the_language_and_falls_back(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *lines, *ru, *ru_language, *en, *en_language;
        } rows[] = {
                { __LINE__, "", "", "", "", "" },
                { __LINE__, "SUMMARY:Сессия\r\n", "Сессия", "ru", "Сессия", "ru" },
                { __LINE__, "SUMMARY:Session\r\n", "Session", "", "Session", "" },
                { __LINE__, "SUMMARY:Сессия\r\nX-CONVENED-SUMMARY;LANGUAGE=en:Session\r\n", "Сессия", "ru",
                                "Session", "en" },
                { __LINE__, "SUMMARY;LANGUAGE=en-GB:Session\r\nX-CONVENED-SUMMARY:Сессия\r\n", "Сессия",
                                "ru", "Session", "en" },
                { __LINE__, "SUMMARY;LANGUAGE=tt:Сессия\r\n", "Сессия", "tt", "Сессия", "tt" },
                { __LINE__, "SUMMARY;LANGUAGE=zh-Hant-TW:x\r\n", "x", "zh-Hant-TW", "x", "zh-Hant-TW" },
                { __LINE__, "SUMMARY;LANGUAGE=\"d e\":x\r\n", "x", "", "x", "" },
                { __LINE__, "SUMMARY;LANGUAGE=de-:x\r\n", "x", "", "x", "" },
                { __LINE__, "SUMMARY;LANGUAGE=abcdefghi:x\r\n", "x", "", "x", "" },
                { __LINE__, "SUMMARY;LANGUAGE=en:Сессия\r\n", "Сессия", "en", "Сессия", "en" },
                { __LINE__, "SUMMARY:\xc3\xa9t\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80\r\n",
                                "\xc3\xa9t\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80", "",
                                "\xc3\xa9t\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80", "" },
                { __LINE__, "SUMMARY:\xd3\xbf\r\n", "\xd3\xbf", "ru", "\xd3\xbf", "ru" },
                { __LINE__, "SUMMARY:\xd4\x80\r\n", "\xd4\x80", "", "\xd4\x80", "" },
                { __LINE__, "X-CONVENED-SUMMARY;LANGUAGE=en:Session\r\n", "Session", "en", "Session", "en" },
                { __LINE__, "SUMMARY:Сессия\\, +7 912 345-67-89\r\n", "Сессия, …", "ru", "Сессия, …", "ru" },
        };
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(event_freep) Event *event = parse(zones, rows[i].lines);
                CLEANUP(arena_done) Arena arena = { 0 };
                CatalogText texts[LANGUAGES_N], one;
                assert_int_equal(catalog_text_in_all(&arena, event, "SUMMARY", texts), 0);
                const CatalogText *ru = &texts[LANGUAGE_ru], *en = &texts[LANGUAGE_en];
                if (strcmp(ru->text, rows[i].ru) != 0 || strcmp(ru->language, rows[i].ru_language) != 0 ||
                                strcmp(en->text, rows[i].en) != 0 ||
                                strcmp(en->language, rows[i].en_language) != 0)
                        fail_msg("row of line %d: '%s' (%s), '%s' (%s)", rows[i].line, ru->text,
                                        ru->language, en->text, en->language);
                assert_int_equal(catalog_text(&arena, event, "SUMMARY", LANGUAGE_en, &one), 0);
                assert_string_equal(one.text, en->text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_catalog_text__prefers_the_language_and_falls_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
