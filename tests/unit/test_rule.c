#include "calendar/rule-walk.h"

#include <libical/ical.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAYS_MAX = 120 };

/* Special starts: end of a month, leap day, a week across New Year. */
static const char *const starts[] = { "20240101", "20240131", "20240229", "20231231", "20250630", "20260329",
        "20230301", "19991231", "25751201" };

enum { N_STARTS = sizeof(starts) / sizeof(starts[0]) };

static Rule rule_of(const char *text)
{
        Rule rule;
        InputError error = { 0 };
        if (rule_parse(text, &rule, &error) != 0)
                fail_msg("%s: %s", text, error.message);
        return rule;
}

static int64_t day_of(const char *date)
{
        When when;
        assert_int_equal(when_parse(date, &when), 0);
        return civil_days(when.civil.year, when.civil.month, when.civil.day);
}

static int walk(const Rule *rule, int64_t first, int64_t skip_to, int64_t days[static DAYS_MAX])
{
        RuleWalk walk;
        int n = 0;
        rule_walk_init(&walk, rule, first, skip_to);
        while (n < DAYS_MAX && rule_walk_next(&walk, &days[n]))
                n += days[n] >= skip_to;
        rule_walk_done(&walk);
        return n;
}

/*
 * Walks a rule with our own walker. A BYSETPOS of all positions of a year selects the walker and changes no
 * day.
 */
static int walk_own(const Rule *rule, int64_t first, int64_t days[static DAYS_MAX])
{
        Rule own = *rule;
        for (int i = 0; rule->positions.n == 0 && rule->n_days + rule->month_days.n + rule->year_days.n &&
                        i < RULE_LIST_MAX;
                        i++)
                own.positions.items[own.positions.n++] = (short)(i + 1);
        assert_false(rule_walk_by_library(&own));
        return walk(&own, first, INT64_MIN, days);
}

static int walk_library(const char *text, int64_t first, int64_t days[static DAYS_MAX])
{
        CivilTime civil = civil_from_days(first);
        struct icaltimetype start = {
                .year = civil.year, .month = civil.month, .day = civil.day, .is_date = 1
        };
        icalrecur_iterator *iterator = icalrecur_iterator_new(icalrecurrencetype_from_string(text), start);
        int n = 0;
        while (iterator && n < DAYS_MAX) {
                struct icaltimetype next = icalrecur_iterator_next(iterator);
                if (icaltime_is_null_time(next))
                        break;
                days[n++] = civil_days(next.year, next.month, next.day);
        }
        if (iterator)
                icalrecur_iterator_free(iterator);
        return n;
}

static bool same(const int64_t *left, int n_left, const int64_t *right, int n_right)
{
        return n_left == n_right && memcmp(left, right, (size_t)n_left * sizeof(*left)) == 0;
}

/*
 * Both walkers agree: for the forms that we leave to libical, and for forms that we walk ourselves because
 * libical is slower.
 */
static void test_rule_walk__both_walkers_agree(void **state)
{
        (void)state;
        static const struct {
                int line;
                bool by_library;
                const char *text;
        } rows[] = {
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO,-1MO" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=11;BYDAY=TH" },
                { __LINE__, true, "FREQ=YEARLY;INTERVAL=2;BYMONTH=9,2;BYDAY=2TU,-2FR" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=12,1;BYMONTHDAY=1,-1,15" },
                { __LINE__, true, "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=28" },
                { __LINE__, true, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-28,1" },
                { __LINE__, true, "FREQ=YEARLY;BYYEARDAY=100,200" },
                { __LINE__, true, "FREQ=YEARLY;BYYEARDAY=-1,1,365" },
                { __LINE__, true, "FREQ=YEARLY;INTERVAL=4;BYYEARDAY=60,59" },
                { __LINE__, true, "FREQ=YEARLY;BYDAY=MO" },
                { __LINE__, true, "FREQ=YEARLY;BYDAY=1MO,-1FR" },
                { __LINE__, true, "FREQ=YEARLY;INTERVAL=2;BYDAY=SU;WKST=SU" },
                { __LINE__, false, "FREQ=DAILY" },
                { __LINE__, false, "FREQ=DAILY;INTERVAL=3" },
                { __LINE__, false, "FREQ=DAILY;BYDAY=MO,WE" },
                { __LINE__, false, "FREQ=DAILY;BYMONTHDAY=1,15" },
                { __LINE__, false, "FREQ=WEEKLY" },
                { __LINE__, false, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU" },
                { __LINE__, false, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU" },
                { __LINE__, false, "FREQ=WEEKLY;BYDAY=TU,TH" },
                { __LINE__, false, "FREQ=MONTHLY" },
                { __LINE__, false, "FREQ=MONTHLY;BYMONTHDAY=31" },
                { __LINE__, false, "FREQ=MONTHLY;BYMONTHDAY=1,-1,15" },
                { __LINE__, false, "FREQ=MONTHLY;BYDAY=2TU" },
                { __LINE__, false, "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1MO" },
                { __LINE__, false, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13" },
                { __LINE__, false, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                for (size_t k = 0; k < N_STARTS; k++) {
                        int64_t own[DAYS_MAX], library[DAYS_MAX], first = day_of(starts[k]);
                        Rule rule = rule_of(rows[i].text);
                        int n = walk_own(&rule, first, own),
                            n_library = walk_library(rows[i].text, first, library);
                        /* libical stops after 2582. */
                        bool agree = first < day_of("25000101")
                                                     ? same(own, n, library, n_library)
                                                     : memcmp(own, library,
                                                                       (size_t)n_library * sizeof(*own)) ==
                                                                       0;
                        if (!agree || rule_walk_by_library(&rule) != rows[i].by_library)
                                fail_msg("row of line %d from %s", rows[i].line, starts[k]);
                }
}

static short pick(unsigned *seed, int max, bool negative)
{
        short value = (short)(1 + rand_r(seed) % max);
        return negative && rand_r(seed) % 2 ? (short)-value : value;
}

static void pick_list(unsigned *seed, RuleList *list, int n_max, int max, bool negative)
{
        list->n = 1 + rand_r(seed) % n_max;
        for (int i = 0; i < list->n; i++)
                list->items[i] = pick(seed, max, negative);
}

static Rule random_yearly(unsigned *seed)
{
        Rule rule = {
                .frequency = RULE_YEARLY, .interval = 1 + rand_r(seed) % 4, .week_start = rand_r(seed) % 7
        };
        int form = rand_r(seed) % 4;
        if (form < 2)
                pick_list(seed, &rule.months, 3, 12, false);
        if (form == 0)
                pick_list(seed, &rule.month_days, 5, 28, true);
        if (form == 3)
                pick_list(seed, &rule.year_days, 8, 365, true);
        for (int i = 0; (form == 1 || form == 2) && i < 3; i++)
                rule.days[rule.n_days++] =
                                (RuleDay){ rand_r(seed) % 7, i == 0 && form == 1 ? 0 : pick(seed, 4, true) };
        return rule;
}

/* Random yearly rules with duplicates, in any order, and with days before the start in its year. */
static void test_rule_walk__random_yearly_rules_agree(void **state)
{
        (void)state;
        for (unsigned i = 0; i < 400; i++) {
                unsigned seed = i;
                int64_t own[DAYS_MAX], walked[DAYS_MAX], first = day_of(starts[i % N_STARTS]);
                Rule rule = random_yearly(&seed);
                assert_true(rule_walk_by_library(&rule));
                int n = walk(&rule, first, INT64_MIN, walked);
                if (!same(own, walk_own(&rule, first, own), walked, n))
                        fail_msg("seed %u", i);
        }
}

/*
 * libical's walk gives the same days as our own walker, from any day, and continues after libical's last
 * year.
 */
static void test_rule_walk__continues_after_the_last_year_of_the_library(void **state)
{
        (void)state;
        static const char *const texts[] = { "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
                "FREQ=YEARLY;BYYEARDAY=-1,1,365", "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=28",
                "FREQ=YEARLY;BYDAY=1MO,-1FR", "FREQ=YEARLY;INTERVAL=2;BYMONTH=9,2;BYDAY=2TU,-2FR",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=MONTHLY;BYMONTHDAY=-1" };
        static const char *const skips[] = { "20240102", "20311231", "20320101", "21000301", "25811231",
                "26000615" };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                for (size_t k = 0; k < N_STARTS; k++)
                        for (size_t m = 0; m < sizeof(skips) / sizeof(skips[0]); m++) {
                                int64_t own[DAYS_MAX], skipped[DAYS_MAX];
                                int64_t first = day_of(starts[k]), skip_to = day_of(skips[m]);
                                Rule rule = rule_of(texts[i]), by_position = rule;
                                for (int n = 0; n < RULE_LIST_MAX; n++)
                                        by_position.positions.items[by_position.positions.n++] =
                                                        (short)(n + 1);
                                int n_own = walk(&by_position, first, skip_to, own);
                                int n = walk(&rule, first, skip_to, skipped);
                                if (!same(own, n_own, skipped, n))
                                        fail_msg("%s from %s, skipping to %s", texts[i], starts[k],
                                                        skips[m]);
                        }
}

/*
 * Forms that libical walks wrongly, the reason for our own walker. If a later libical is right, reconsider.
 */
static void test_rule_walk__the_library_is_wrong(void **state)
{
        (void)state;
        static const struct {
                const char *text, *right[3];
        } rows[] = {
                { "FREQ=DAILY;BYMONTHDAY=-1", { "20240131", "20240229", "20240331" } },
                { "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", { "20240101", "20240108", "20240115" } },
                { "FREQ=YEARLY;BYMONTHDAY=8", { "20240108", "20240208", "20240308" } },
                { "FREQ=YEARLY;BYMONTH=1;BYYEARDAY=1,100", { "20240101", "20250101", "20260101" } },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                int64_t own[DAYS_MAX], library[DAYS_MAX] = { 0 }, first = day_of("20240101");
                Rule rule = rule_of(rows[i].text);
                int n = walk(&rule, first, INT64_MIN, own);
                assert_int_equal(n, DAYS_MAX);
                bool differs = false;
                if (i > 0)
                        (void)walk_library(rows[i].text, first, library);
                for (int k = 0; k < 3; k++) {
                        if (own[k] != day_of(rows[i].right[k]))
                                fail_msg("%s: day %d", rows[i].text, k);
                        differs = differs || library[k] != own[k];
                }
                if (!differs)
                        fail_msg("%s: libical is right", rows[i].text);
        }
}

static void test_rule_parse__refuses_and_names_the_part(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                { "", "an empty part" },
                { "FREQ=DAILY;", "an empty part" },
                { "FREQ=NEVER", "FREQ" },
                { "BYDAY=MO", "FREQ" },
                { "UNTIL=20260101", "FREQ" },
                { "FREQ=HOURLY", "FREQ" },
                { "FREQ=HOURLY;INTERVAL=5;COUNT=3", "FREQ" },
                { "FREQ=HOURLY;INTERVAL=25;COUNT=3", "FREQ" },
                { "FREQ=HOURLY;INTERVAL=0;COUNT=3", "INTERVAL" },
                { "FREQ=MINUTELY;INTERVAL=7;COUNT=3", "FREQ" },
                { "FREQ=MINUTELY;INTERVAL=90;COUNT=30", "FREQ" },
                { "FREQ=MINUTELY;COUNT=3", "the rule" },
                { "FREQ=SECONDLY;COUNT=3", "FREQ" },
                { "FREQ=HOURLY;COUNT=3;BYDAY=MO;BYSETPOS=1", "BYSETPOS" },
                { "FREQ=DAILY;INTERVAL=0", "INTERVAL" },
                { "FREQ=DAILY;INTERVAL=10001", "INTERVAL" },
                { "FREQ=DAILY;INTERVAL=1x", "INTERVAL" },
                { "FREQ=DAILY;INTERVAL=-1", "INTERVAL" },
                { "FREQ=DAILY;COUNT=0", "COUNT" },
                { "FREQ=DAILY;COUNT=1,2", "COUNT" },
                { "FREQ=DAILY;COUNT=4294967297", "COUNT" },
                { "FREQ=DAILY;COUNT=100001", "COUNT" },
                { "FREQ=DAILY;COUNT=2;UNTIL=20260101", "UNTIL" },
                { "FREQ=DAILY;UNTIL=20260230", "UNTIL" },
                { "FREQ=DAILY;UNTIL=", "UNTIL" },
                { "FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY" },
                { "FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY" },
                { "FREQ=MONTHLY;BYMONTHDAY=1,,2", "BYMONTHDAY" },
                { "FREQ=MONTHLY;BYMONTHDAY=65537", "BYMONTHDAY" },
                { "FREQ=YEARLY;BYMONTH=13", "BYMONTH" },
                { "FREQ=YEARLY;BYMONTH=5L", "BYMONTH" },
                { "FREQ=YEARLY;BYMONTH=-1", "BYMONTH" },
                { "FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY" },
                { "FREQ=YEARLY;BYDAY=54MO", "BYDAY" },
                { "FREQ=WEEKLY;BYDAY=MO,XX", "BYDAY" },
                { "FREQ=WEEKLY;BYDAY=MO,", "BYDAY" },
                { "FREQ=WEEKLY;BYDAY=1MO", "BYDAY" },
                { "FREQ=WEEKLY;WKST=XX", "WKST" },
                { "FREQ=WEEKLY;WKST=MO,TU", "WKST" },
                { "FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY" },
                { "FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY" },
                { "FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS" },
                { "RSCALE=CHINESE;FREQ=YEARLY", "RSCALE" },
                { "RSCALE=GREGORIAN;SKIP=BACKWARD;FREQ=MONTHLY;BYMONTHDAY=31", "SKIP" },
                { "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "BYSETPOS" },
                { "FREQ=DAILY;FREQ=DAILY", "FREQ" },
                { "FREQ=DAILY;BYHOUR=24", "BYHOUR" },
                { "FREQ=DAILY;BYHOUR=-1", "BYHOUR" },
                { "FREQ=MONTHLY;BYDAY=255SU", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=256MO", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=511MO", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=0MO", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=6MO", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=1000000000MO", "BYDAY" },
                { "FREQ=MONTHLY;BYDAY=001MO", "BYDAY" },
                { "FREQ=DAILY;X-A=1", "X-A" },
                { "FREQ", "FREQ" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Rule rule = { .interval = 42 };
                InputError error = { 0 };
                int r = rule_parse(rows[i][0], &rule, &error);
                size_t len = strlen(rows[i][1]);
                if (r >= 0 || rule.interval != 42 || strncmp(error.message, rows[i][1], len) != 0 ||
                                error.message[len] != ' ')
                        fail_msg("%s: %d %s", rows[i][0], r, error.message);
        }
}

static void test_rule_parse__reads_every_part(void **state)
{
        (void)state;
        Rule rule = rule_of(
                        "byday=+2tu,-1FR,MO;FREQ=monthly;interval=3;COUNT=7;WKST=SU;BYMONTH=12,1;BYMONTHDAY=-31,5;BYSETPOS=-1");
        static const RuleDay days[] = { { 1, 0 }, { 2, 2 }, { 5, -1 } }; /* libical sorts BYDAY */
        assert_int_equal(rule.frequency, RULE_MONTHLY);
        assert_int_equal(rule.interval, 3);
        assert_int_equal(rule.count, 7);
        assert_int_equal(rule.week_start, 0);
        assert_int_equal(rule.n_days, 3);
        for (int i = 0; i < 3; i++) {
                assert_int_equal(rule.days[i].weekday, days[i].weekday);
                assert_int_equal(rule.days[i].position, days[i].position);
        }
        assert_int_equal(rule.months.n, 2);
        assert_int_equal(rule.months.items[0] + rule.months.items[1], 13);
        assert_int_equal(rule.month_days.items[0] + rule.month_days.items[1], -26);
        assert_int_equal(rule.positions.items[0], -1);
        /* RFC 7529, 4.1: these are the defaults. */
        rule = rule_of("RSCALE=gregorian;FREQ=MONTHLY;SKIP=OMIT;BYMONTHDAY=31");
        assert_int_equal(rule.month_days.items[0], 31);
        /* RFC 5545, 3.3.10: BYSETPOS needs another BYxxx rule part, which may be BYHOUR. */
        rule = rule_of("FREQ=DAILY;BYHOUR=12;BYSETPOS=1");
        assert_int_equal(rule.hours.items[0], 12);
        rule = rule_of("FREQ=YEARLY;UNTIL=20261231T100000Z;BYYEARDAY=-366");
        assert_int_equal(rule.until.form, WHEN_UTC);
        assert_int_equal(rule.week_start, 1);
        assert_int_equal(rule.year_days.items[0], -366);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rule_parse__reads_every_part),
                cmocka_unit_test(test_rule_parse__refuses_and_names_the_part),
                cmocka_unit_test(test_rule_walk__both_walkers_agree),
                cmocka_unit_test(test_rule_walk__random_yearly_rules_agree),
                cmocka_unit_test(test_rule_walk__continues_after_the_last_year_of_the_library),
                cmocka_unit_test(test_rule_walk__the_library_is_wrong),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
