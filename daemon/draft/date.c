#include "draft/date.h"

#include "base/time.h"
#include "draft/lexicon.h"

enum { WEEK = 7, HALF_YEAR = 183, SOME_YEAR = 2001 };

int64_t date_days(const DraftDay *day)
{
        return civil_days(day->year, day->month, day->day);
}

bool date_is_whole(const DraftDay *day)
{
        return day->year && day->month && day->day;
}

DraftDay date_from_days(int64_t days)
{
        CivilTime civil = civil_from_days(days);
        return (DraftDay){ civil.year, civil.month, civil.day };
}

static void set_days(DateMention *mention, int64_t from, int64_t to)
{
        mention->from = date_from_days(from);
        mention->to = date_from_days(to);
}

/* Gives both ends their years, so that the first day is in @year. */
static void set_year(DateMention *mention, int year)
{
        bool turns = mention->to.month < mention->from.month;
        if (!mention->from.year)
                mention->from.year = year;
        if (!mention->to.year)
                mention->to.year = mention->from.year + turns;
}

/* Chooses the year in which the days lie after or before the day of the text. */
static void choose_year(DateMention *mention, const DraftDay *written, Tense tense)
{
        DateMention best = *mention;
        int64_t now = date_days(written), least = INT64_MAX;
        for (int year = written->year - 1; year <= written->year + 1; year++) {
                DateMention one = *mention;
                set_year(&one, year);
                int day = one.from.day ? one.from.day : 1;
                int64_t from = civil_days(one.from.year, one.from.month, day);
                int64_t to = civil_days(one.to.year, one.to.month, one.to.day ? one.to.day : 28);
                int64_t distance = from > now ? from - now : to < now ? now - to : 0;
                bool is_wrong = (tense == TENSE_PAST && from > now) || (tense == TENSE_FUTURE && to < now);
                distance += is_wrong ? HALF_YEAR / 2 + 1 : 0;
                if (mention->weekday >= 0 && civil_weekday(from) != mention->weekday)
                        distance += HALF_YEAR;
                if (distance < least) {
                        least = distance;
                        best = one;
                }
        }
        *mention = best;
}

static void choose_weekday(DateMention *mention, const DraftDay *written, Tense tense)
{
        int64_t now = date_days(written);
        int64_t ahead = (mention->weekday - civil_weekday(now) + WEEK) % WEEK;
        bool is_past = tense == TENSE_PAST || (mention->has_year_shift && mention->year_shift < 0);
        int64_t day = is_past ? now - (WEEK - ahead) % WEEK : now + ahead;
        if (is_past && day + mention->n_weekdays > now)
                day -= WEEK;
        if (mention->has_year_shift && mention->year_shift > 0) {
                /* "В следующую пятницу" is the Friday of the next week; a week begins on Monday. */
                int64_t monday = now - (civil_weekday(now) + WEEK - 1) % WEEK + WEEK;
                day = monday + (mention->weekday + WEEK - 1) % WEEK;
        }
        set_days(mention, day, day + mention->n_weekdays);
}

bool date_resolve(const DateMention *mention, const DraftDay *written, int tense, DateMention *ret)
{
        if (mention->form == DATE_RELATIVE && !written->year && written->month) {
                DraftDay day = { SOME_YEAR, written->month, written->day };
                *ret = *mention;
                set_days(ret, date_days(&day) + mention->relative, date_days(&day) + mention->relative);
                ret->from.year = ret->to.year = 0;
                return true;
        }
        if (!date_is_whole(written) || (mention->from.year && mention->to.year))
                return false;
        int64_t now = date_days(written);
        *ret = *mention;
        switch (mention->form) {
        case DATE_RELATIVE:
                set_days(ret, now + mention->relative, now + mention->relative);
                return true;
        case DATE_WEEK:
                now += (int64_t)WEEK * mention->relative - (civil_weekday(now) + WEEK - 1) % WEEK;
                set_days(ret, now, now + WEEK - 1);
                return true;
        case DATE_WEEKDAY:
                choose_weekday(ret, written, tense);
                return true;
        case DATE_DAYS:
        case DATE_WINDOW:
                if (mention->has_year_shift)
                        set_year(ret, written->year + mention->year_shift);
                else
                        choose_year(ret, written, tense);
                return true;
        case DATE_YEAR:
                set_year(ret, written->year + mention->year_shift);
                return true;
        }
        return false;
}
