/* Tests dates as people write them on the command line. Most are counted from Wednesday, 10 March 2027. */

#include "draft/written-date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const CivilTime wednesday = { .year = 2027, .month = 3, .day = 10 };
static const CivilTime friday = { .year = 2027, .month = 3, .day = 12 };
static const CivilTime saturday = { .year = 2027, .month = 3, .day = 13 };
static const CivilTime last_of_year = { .year = 2027, .month = 12, .day = 31 };

/* Writes the outcome as text: the day, the time, or the fault. */
static void tell(const WrittenDate *date, char *ret, size_t size)
{
        static const char *const faults[] = { [WRITTEN_HOUR] = "which hour",
                [WRITTEN_NUMBERS] = "which numbers",
                [WRITTEN_WEEKDAY] = "not that weekday" };
        const CivilTime *civil = &date->civil, *other = &date->other;
        int len = 0;
        if (date->fault == WRITTEN_NONE)
                len = snprintf(ret, size, "none");
        else if (date->fault == WRITTEN_EITHER)
                len = snprintf(ret, size, "%04d-%02d-%02d or %04d-%02d-%02d", civil->year, civil->month,
                                civil->day, other->year, other->month, other->day);
        else if (date->fault != WRITTEN_CLEAR)
                len = snprintf(ret, size, "%s", faults[date->fault]);
        else if (date->has_day)
                len = snprintf(ret, size, "%04d-%02d-%02d", civil->year, civil->month, civil->day);
        if (date->fault == WRITTEN_CLEAR && date->has_time)
                snprintf(ret + len, size - (size_t)len, "T%02d:%02d:%02d", civil->hour, civil->minute,
                                civil->second);
}

typedef struct DateCase {
        int line;
        const char *text, *expected;
} DateCase;

static void check(const DateCase *cases, size_t n, const CivilTime *today)
{
        for (size_t i = 0; i < n; i++) {
                WrittenDate date;
                char told[64] = "";
                assert_int_equal(written_date_read(cases[i].text, today, &date), 0);
                tell(&date, told, sizeof(told));
                if (strcmp(told, cases[i].expected) != 0)
                        fail_msg("line %d: %s: %s", cases[i].line, cases[i].text, told);
        }
}

#define CHECK(cases, today) check(cases, sizeof(cases) / sizeof((cases)[0]), &(today))

static void test_written_date__numbers(void **state)
{
        (void)state;
        static const DateCase cases[] = {
                { __LINE__, "10.03.2027", "2027-03-10" },
                { __LINE__, "1.3.2027 9:30", "2027-03-01T09:30:00" },
                { __LINE__, "10.03.2027, 10:00", "2027-03-10T10:00:00" },
                { __LINE__, "10.03.2027 10:00:15", "2027-03-10T10:00:15" },
                { __LINE__, "10.3.27", "2027-03-10" },
                { __LINE__, "10.03.1980", "1980-03-10" },
                { __LINE__, "2027-3-1", "2027-03-01" },
                { __LINE__, "2027.03.01", "2027-03-01" },
                { __LINE__, "25/03/2027", "2027-03-25" },
                { __LINE__, "03/25/2027", "2027-03-25" },
                { __LINE__, "05/05/2027", "2027-05-05" },
                { __LINE__, "10/03/2027", "2027-03-10 or 2027-10-03" },
                { __LINE__, "10-03-2027", "2027-03-10 or 2027-10-03" },
                { __LINE__, "10/03/2027 10:00", "2027-03-10 or 2027-10-03" },
                { __LINE__, "10/11/12", "which numbers" },
                { __LINE__, "10.03", "which numbers" },
                { __LINE__, "25/12", "which numbers" },
                { __LINE__, "29.02.2027", "none" },
                { __LINE__, "10.13.2027", "none" },
                { __LINE__, "10.03.2027x", "none" },
                { __LINE__, "10.03.20271", "none" },
                { __LINE__, "10.03.0027", "none" },
                { __LINE__, "10 .03.2027", "none" },
                { __LINE__, "10.03.2027 24:61", "none" },
                { __LINE__, "10.03.2027 24:00", "none" },
                { __LINE__, "10.03.2027 10:5", "none" },
                { __LINE__, "10.03.2027 11.03.2027", "none" },
                { __LINE__, "10.03.2027 10:00 11:00", "none" },
                { __LINE__, "123456789012.1.1", "none" },
                { __LINE__, "", "none" },
                { __LINE__, " ", "none" },
                { __LINE__, ",", "none" },
                { __LINE__, "\xff", "none" },
        };
        CHECK(cases, wednesday);
}

static void test_written_date__words(void **state)
{
        (void)state;
        static const DateCase cases[] = {
                { __LINE__, "tomorrow", "2027-03-11" },
                { __LINE__, "Tomorrow 10:00", "2027-03-11T10:00:00" },
                { __LINE__, "today, 23:59", "2027-03-10T23:59:00" },
                { __LINE__, "the day after tomorrow", "2027-03-12" },
                { __LINE__, "завтра 10:00", "2027-03-11T10:00:00" },
                { __LINE__, "10:00 завтра", "2027-03-11T10:00:00" },
                { __LINE__, "Сегодня", "2027-03-10" },
                { __LINE__, "послезавтра в 10:00", "2027-03-12T10:00:00" },
                { __LINE__, "вчера", "2027-03-09" },
                { __LINE__, "позавчера", "2027-03-08" },
                { __LINE__, "in 2 days", "2027-03-12" },
                { __LINE__, "in a week", "2027-03-17" },
                { __LINE__, "in two weeks at 9:00", "2027-03-24T09:00:00" },
                { __LINE__, "через 3 дня", "2027-03-13" },
                { __LINE__, "через неделю", "2027-03-17" },
                { __LINE__, "через две недели, 15:00", "2027-03-24T15:00:00" },
                { __LINE__, "через месяц", "none" },
                { __LINE__, "на следующей неделе", "none" },
                { __LINE__, "10 марта 2027", "2027-03-10" },
                { __LINE__, "10 марта 2027 г.", "2027-03-10" },
                { __LINE__, "10 марта 2027 года, 10:00", "2027-03-10T10:00:00" },
                { __LINE__, "1 мар. 2026", "2026-03-01" },
                { __LINE__, "10 марта", "2027-03-10" },
                { __LINE__, "9 марта", "2028-03-09" },
                { __LINE__, "1 января", "2028-01-01" },
                { __LINE__, "29 февраля", "2028-02-29" },
                { __LINE__, "15-го мая в 14:30", "2027-05-15T14:30:00" },
                { __LINE__, "March 10, 2027", "2027-03-10" },
                { __LINE__, "March 10, 2027 10am", "2027-03-10T10:00:00" },
                { __LINE__, "Mar 10 2027, 10:30 pm", "2027-03-10T22:30:00" },
                { __LINE__, "10 March", "2027-03-10" },
                { __LINE__, "the 1st of May 2027", "2027-05-01" },
                { __LINE__, "June 2nd at 10:00", "2027-06-02T10:00:00" },
                { __LINE__, "March 10:00", "none" },
                { __LINE__, "30 февраля", "none" },
                { __LINE__, "31 апреля 2027", "none" },
                { __LINE__, "март 2027", "none" },
                { __LINE__, "3-5 марта", "none" },
                { __LINE__, "tomorro", "none" },
                { __LINE__, "tomorrow yesterday", "none" },
        };
        CHECK(cases, wednesday);
        static const DateCase at_end[] = {
                { __LINE__, "завтра", "2028-01-01" },
                { __LINE__, "31 декабря", "2027-12-31" },
                { __LINE__, "30 December", "2028-12-30" },
        };
        CHECK(at_end, last_of_year);
}

static void test_written_date__times(void **state)
{
        (void)state;
        static const DateCase cases[] = {
                { __LINE__, "12:00", "T12:00:00" },
                { __LINE__, "10am", "T10:00:00" },
                { __LINE__, "10 a.m.", "T10:00:00" },
                { __LINE__, "12 am", "T00:00:00" },
                { __LINE__, "12 pm", "T12:00:00" },
                { __LINE__, "noon", "T12:00:00" },
                { __LINE__, "завтра в 10", "2027-03-11T10:00:00" },
                { __LINE__, "завтра в 10.03", "2027-03-11T10:03:00" },
                { __LINE__, "завтра в 10 часов", "2027-03-11T10:00:00" },
                { __LINE__, "завтра в 10 утра", "2027-03-11T10:00:00" },
                { __LINE__, "завтра в 7 вечера", "2027-03-11T19:00:00" },
                { __LINE__, "завтра в 7 часов вечера", "2027-03-11T19:00:00" },
                { __LINE__, "завтра в 12 дня", "2027-03-11T12:00:00" },
                { __LINE__, "завтра в 3 часа ночи", "2027-03-11T03:00:00" },
                { __LINE__, "завтра в 12 ночи", "2027-03-11T00:00:00" },
                { __LINE__, "завтра в 11 ночи", "2027-03-11T23:00:00" },
                { __LINE__, "tomorrow at 14", "2027-03-11T14:00:00" },
                { __LINE__, "tomorrow at 10", "which hour" },
                { __LINE__, "tomorrow 10", "none" },
                { __LINE__, "завтра 10", "none" },
                { __LINE__, "tomorrow at 13 pm", "none" },
                { __LINE__, "завтра в 12 вечера", "none" },
                { __LINE__, "завтра в 25", "none" },
                { __LINE__, "с 10:00 до 12:00", "none" },
        };
        CHECK(cases, wednesday);
}

static void test_written_date__weekdays(void **state)
{
        (void)state;
        static const DateCase on_wednesday[] = {
                { __LINE__, "в пятницу 10:00", "2027-03-12T10:00:00" },
                { __LINE__, "пятница", "2027-03-12" },
                { __LINE__, "on Friday at 10:00", "2027-03-12T10:00:00" },
                { __LINE__, "Tuesday", "2027-03-16" },
                { __LINE__, "во вторник", "2027-03-16" },
                { __LINE__, "в эту пятницу", "2027-03-12" },
                { __LINE__, "this Wednesday", "2027-03-10" },
                { __LINE__, "next Tuesday", "2027-03-16" },
                { __LINE__, "в следующее воскресенье", "2027-03-14 or 2027-03-21" },
                { __LINE__, "next Friday", "2027-03-12 or 2027-03-19" },
                { __LINE__, "next Wednesday", "2027-03-17" },
                { __LINE__, "в следующую пятницу в 10:00", "2027-03-12 or 2027-03-19" },
                { __LINE__, "в среду", "2027-03-10 or 2027-03-17" },
                { __LINE__, "this Tuesday", "2027-03-09 or 2027-03-16" },
                { __LINE__, "в прошлую пятницу", "2027-03-05" },
                { __LINE__, "last Monday", "2027-03-08 or 2027-03-01" },
                { __LINE__, "пятница, 12 марта 2027", "2027-03-12" },
                { __LINE__, "12.03.2027, пт", "2027-03-12" },
                { __LINE__, "Friday, March 12, 10am", "2027-03-12T10:00:00" },
                { __LINE__, "четверг, 12 марта", "not that weekday" },
                { __LINE__, "в пятницу завтра", "not that weekday" },
                { __LINE__, "в пятницу в субботу", "none" },
        };
        CHECK(on_wednesday, wednesday);
        static const DateCase on_friday[] = {
                { __LINE__, "next Friday", "2027-03-19" },
                { __LINE__, "в следующую пятницу", "2027-03-19" },
                { __LINE__, "эту пятницу", "2027-03-12" },
                { __LINE__, "Friday", "2027-03-12 or 2027-03-19" },
        };
        CHECK(on_friday, friday);
        static const DateCase on_saturday[] = {
                { __LINE__, "next Friday", "2027-03-19" },
                { __LINE__, "this Friday", "2027-03-12 or 2027-03-19" },
                { __LINE__, "Friday", "2027-03-19" },
        };
        CHECK(on_saturday, saturday);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_written_date__numbers),
                cmocka_unit_test(test_written_date__words),
                cmocka_unit_test(test_written_date__times),
                cmocka_unit_test(test_written_date__weekdays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
