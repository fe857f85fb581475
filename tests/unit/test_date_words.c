/* Tests dates as people write them. */

#include "base/date-words.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const CivilTime today = { .year = 2027, .month = 2, .day = 28 };

static const struct {
        int line;
        const char *text;
        int year, month, day, hour, minute; /* year 0: no date */
        bool has_time;
} cases[] = {
        { __LINE__, "10.03.2027", 2027, 3, 10, 0, 0, false },
        { __LINE__, "1.3.2027 9:30", 2027, 3, 1, 9, 30, true },
        { __LINE__, "10.03.2027, 10:00", 2027, 3, 10, 10, 0, true },
        { __LINE__, "tomorrow", 2027, 3, 1, 0, 0, false },
        { __LINE__, "Tomorrow 10:00", 2027, 3, 1, 10, 0, true },
        { __LINE__, "today 23:59", 2027, 2, 28, 23, 59, true },
        { __LINE__, "завтра 10:00", 2027, 3, 1, 10, 0, true },
        { __LINE__, "Сегодня", 2027, 2, 28, 0, 0, false },
        { __LINE__, "послезавтра", 2027, 3, 2, 0, 0, false },
        { __LINE__, "вчера", 2027, 2, 27, 0, 0, false },
        { __LINE__, "29.02.2027", 0, 0, 0, 0, 0, false },
        { __LINE__, "10.13.2027", 0, 0, 0, 0, 0, false },
        { __LINE__, "10.03.27", 0, 0, 0, 0, 0, false },
        { __LINE__, "10.03.2027x", 0, 0, 0, 0, 0, false },
        { __LINE__, "10.03.2027 24:61", 0, 0, 0, 0, 0, false },
        { __LINE__, "tomorrow 10", 0, 0, 0, 0, 0, false },
        { __LINE__, "tomorro", 0, 0, 0, 0, 0, false },
        { __LINE__, "in 2 days", 0, 0, 0, 0, 0, false },
        { __LINE__, "", 0, 0, 0, 0, 0, false },
        { __LINE__, " ", 0, 0, 0, 0, 0, false },
};

static void test_date_words__cases(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CivilTime civil = { .year = 0 };
                bool has_time = false;
                int r = date_words_read(cases[i].text, &today, &civil, &has_time);
                if (r != (cases[i].year ? 0 : -EINVAL) || civil.year != cases[i].year ||
                                civil.month != cases[i].month || civil.day != cases[i].day ||
                                civil.hour != cases[i].hour || civil.minute != cases[i].minute ||
                                has_time != cases[i].has_time)
                        fail_msg("line %d: %d: %d-%d-%d %d:%d", cases[i].line, r, civil.year, civil.month,
                                        civil.day, civil.hour, civil.minute);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = { cmocka_unit_test(test_date_words__cases) };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
