/* Tests leads as text in each language. */

#include "web/lead-text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_lead_text__in_both_languages(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *lead, *ru, *en;
        } rows[] = {
                { __LINE__, "-P7D@10:00", "за неделю, в 10:00", "a week before, at 10:00" },
                { __LINE__, "-P14D", "за 2\u00a0недели", "2\u00a0weeks before" },
                { __LINE__, "-P35D@09:05", "за 5\u00a0недель, в 09:05", "5\u00a0weeks before, at 09:05" },
                { __LINE__, "-P147D", "за 21\u00a0неделю", "21\u00a0weeks before" },
                { __LINE__, "-P1D@18:00", "накануне, в 18:00", "the day before, at 18:00" },
                { __LINE__, "P0D@08:00", "в день события, в 08:00", "on the day, at 08:00" },
                { __LINE__, "P0D@00:00", "в день события, в 00:00", "on the day, at 00:00" },
                { __LINE__, "-P3D", "за 3\u00a0дня", "3\u00a0days before" },
                { __LINE__, "-P11D", "за 11\u00a0дней", "11\u00a0days before" },
                { __LINE__, "-PT2H", "за 2\u00a0часа", "2\u00a0hours before" },
                { __LINE__, "-PT21H", "за 21\u00a0час", "21\u00a0hours before" },
                { __LINE__, "-PT24H", "за 24\u00a0часа", "24\u00a0hours before" },
                { __LINE__, "-PT1M", "за 1\u00a0минуту", "1\u00a0minute before" },
                { __LINE__, "-PT90M", "за 90\u00a0минут", "90\u00a0minutes before" },
                { __LINE__, "PT0S", "в момент начала", "at the start" },
                { __LINE__, "-PT30S", "-PT30S", "-PT30S" },
                { __LINE__, "-P1DT2H", "-P1DT2H", "-P1DT2H" },
                { __LINE__, "END/-PT15M", "END/-PT15M", "END/-PT15M" },
                { __LINE__, "PT15M", "PT15M", "PT15M" },
                { __LINE__, "20210623T150000Z", "20210623T150000Z", "20210623T150000Z" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer ru = BUFFER_INIT(1024), en = BUFFER_INIT(1024);
                Lead lead;
                assert_int_equal(lead_parse(rows[i].lead, &lead), 0);
                assert_int_equal(lead_text(&ru, language_of("ru"), &lead), 0);
                assert_int_equal(lead_text(&en, language_of("en"), &lead), 0);
                if (strcmp(buffer_text(&ru), rows[i].ru) != 0 || strcmp(buffer_text(&en), rows[i].en) != 0)
                        print_error("row of line %d: '%s', '%s'\n", rows[i].line, buffer_text(&ru),
                                        buffer_text(&en));
                assert_string_equal(buffer_text(&ru), rows[i].ru);
                assert_string_equal(buffer_text(&en), rows[i].en);
        }
}

static void test_lead_text_list__with_semicolons(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        Lead leads[2];
        assert_int_equal(lead_parse("-P7D@10:00", &leads[0]), 0);
        assert_int_equal(lead_parse("-PT2H", &leads[1]), 0);
        assert_int_equal(lead_text_list(&out, language_of("en"), leads, 2), 0);
        assert_string_equal(buffer_text(&out), "a week before, at 10:00; 2\u00a0hours before");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lead_text__in_both_languages),
                cmocka_unit_test(test_lead_text_list__with_semicolons),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
