#include "draft/written-date.h"

#include "draft/lexicon.h"

#include <errno.h>
#include <string.h>

enum {
        TEXT_MAX_BYTES = 200,
        CENTURY = 2000,
        MONTHS = 12,
        WEEK = 7,
        YEARS_AHEAD = 8, /* until the next February 29 */
        YEAR_MIN = 1000,
        NOON = 12,
        NO_SHIFT = 2,
};

typedef struct Written {
        TokenText text;
        size_t at;
        int64_t today;
        int weekday; /* named beside a date; -1 for none */
        int shift;   /* of "next Friday"; NO_SHIFT for none */
        WrittenDate date;
} Written;

/* ---- Tokens ---- */

static const Token *token(const Written *w, size_t at)
{
        static const Token none = { .word = "", .number = -1, .form = TOKEN_MARK };
        return at < w->text.n ? &w->text.tokens[at] : &none;
}

static bool is_number(const Written *w, size_t at, int most)
{
        const Token *number = token(w, at);
        return number->form == TOKEN_NUMBER && number->digits <= most;
}

static bool is_glued(const Written *w, size_t at, const char *mark)
{
        return word_is(&w->text, at, mark) && token(w, at)->is_glued;
}

static bool is_one_of(const Written *w, size_t at, const char *const *words)
{
        for (; *words; words++)
                if (word_is(&w->text, at, *words))
                        return true;
        return false;
}

static bool ends(const Written *w, size_t at)
{
        return at >= w->text.n || word_is(&w->text, at, ",");
}

/* ---- Days ---- */

static bool is_day(int year, int month, int day)
{
        return month >= 1 && month <= MONTHS && day >= 1 && day <= civil_days_in_month(year, month);
}

static void set_day(Written *w, int64_t days)
{
        CivilTime civil = civil_from_days(days);
        w->date.has_day = true;
        w->date.civil.year = civil.year;
        w->date.civil.month = civil.month;
        w->date.civil.day = civil.day;
}

/* Takes a day. Without a year it is the next such day, or today. Return: whether there is such a day. */
static bool take_day(Written *w, int year, int month, int day)
{
        int first = year ? year : civil_from_days(w->today).year, last = year ? year : first + YEARS_AHEAD;
        for (int y = first; y <= last; y++)
                if (is_day(y, month, day) && (year || civil_days(y, month, day) >= w->today)) {
                        set_day(w, civil_days(y, month, day));
                        return true;
                }
        return false;
}

static void be_either(Written *w, int64_t one, int64_t other)
{
        set_day(w, one);
        w->date.other = civil_from_days(other);
        if (one != other)
                w->date.fault = WRITTEN_EITHER;
}

/* Returns the year of a token of two or four digits; 0 for none. */
static int year_of(const Written *w, size_t at)
{
        const Token *year = token(w, at);
        bool fits = year->form == TOKEN_NUMBER && (year->digits == 2 || year->digits == 4);
        return !fits                      ? 0
               : year->digits == 2        ? year->number + CENTURY
               : year->number >= YEAR_MIN ? year->number
                                          : 0;
}

/* In "10/03/2027" the day is first for most of the world, and the month for others. */
static bool take_either(Written *w, int year, int first, int second)
{
        bool is_day_first = is_day(year, second, first), is_month_first = is_day(year, first, second);
        if (is_day_first && is_month_first)
                be_either(w, civil_days(year, second, first), civil_days(year, first, second));
        return is_day_first || is_month_first ? take_day(w, year, is_day_first ? second : first,
                                                                is_day_first ? first : second)
                                              : false;
}

/* Reads "10.3.2027", "10/3/2027", "2027.3.10", "10.3". Return: the token after it; 0 if there is none. */
static size_t read_numbers(Written *w, size_t at)
{
        const char *mark = is_glued(w, at + 1, ".") ? "." : is_glued(w, at + 1, "/") ? "/" : "-";
        if (!is_number(w, at, 4) || !is_glued(w, at + 1, mark) || !is_number(w, at + 2, 2) ||
                        !token(w, at + 2)->is_glued)
                return 0;
        int first = token(w, at)->number, second = token(w, at + 2)->number;
        bool has_third = is_glued(w, at + 3, mark) && is_number(w, at + 4, 4) && token(w, at + 4)->is_glued;
        if (!has_third && *mark != '-' && is_day(CENTURY, second, first)) {
                w->date.fault = WRITTEN_NUMBERS;
                return at + 3;
        }
        int year = has_third ? year_of(w, at + 4) : 0;
        if (token(w, at)->digits == 4)
                return has_third && take_day(w, first, second, token(w, at + 4)->number) ? at + 5 : 0;
        if (!year || token(w, at)->digits > 2)
                return 0;
        if (*mark != '.' && token(w, at + 4)->digits == 2) {
                w->date.fault = WRITTEN_NUMBERS;
                return at + 5;
        }
        bool is_taken = *mark == '.' ? take_day(w, year, second, first)
                                     : take_either(w, year, first, second);
        return is_taken ? at + 5 : 0;
}

/* Reads "10", "10-го", "10th", "десятого". */
static size_t read_ordinal(const Written *w, size_t at, int *ret)
{
        static const char *const endings[] = { "го", "ого", "е", "ое", "st", "nd", "rd", "th", NULL };
        const LexiconMatch *word = lexicon_at(&w->text, at, WORD_ORDINAL);
        if (word) {
                *ret = word->entry->value;
                return at + word->n_tokens;
        }
        if (!is_number(w, at, 2))
                return 0;
        *ret = token(w, at)->number;
        at++;
        size_t next = is_glued(w, at, "-") ? at + 1 : at;
        return token(w, next)->is_glued && is_one_of(w, next, endings) ? next + 1 : at;
}

static size_t read_month(const Written *w, size_t at, int *ret)
{
        const LexiconMatch *match = lexicon_at(&w->text, at, WORD_MONTH);
        if (!match)
                return 0;
        *ret = match->entry->value;
        at += match->n_tokens;
        return is_glued(w, at, ".") ? at + 1 : at;
}

/* Reads the year after a month: "2027", ", 2027 г.". Return: @at if there is none; then @ret is 0. */
static size_t read_year(const Written *w, size_t at, int *ret)
{
        size_t next = word_is(&w->text, at, ",") ? at + 1 : at;
        *ret = 0;
        if (!is_number(w, next, 4) || token(w, next)->digits != 4 || !year_of(w, next))
                return at;
        *ret = year_of(w, next);
        next++;
        if (!lexicon_is(&w->text, next, WORD_YEAR))
                return next;
        return is_glued(w, next + 1, ".") ? next + 2 : next + 1;
}

/* Reads "10 марта 2027", "10th of March", "March 10, 2027". */
static size_t read_words(Written *w, size_t at)
{
        int day = 0, month = 0, year = 0;
        at += word_is(&w->text, at, "the");
        size_t end = read_ordinal(w, at, &day);
        if (end) {
                end = read_month(w, end + word_is(&w->text, end, "of"), &month);
        } else {
                end = read_month(w, at, &month);
                end = end ? read_ordinal(w, end, &day) : 0;
                /* "March 10:00" has no day. */
                if (end && is_glued(w, end, ":"))
                        return 0;
        }
        end = end ? read_year(w, end, &year) : 0;
        return end && take_day(w, year, month, day) ? end : 0;
}

/* Reads "завтра", "the day after tomorrow". */
static size_t read_relative(Written *w, size_t at)
{
        const LexiconMatch *match = lexicon_at(&w->text, at, WORD_RELATIVE);
        if (!match)
                return 0;
        set_day(w, w->today + match->entry->value);
        return at + match->n_tokens;
}

/* Reads "через 3 дня", "in two weeks", "через неделю". */
static size_t read_span(Written *w, size_t at)
{
        if (!word_is(&w->text, at, "через") && !word_is(&w->text, at, "in"))
                return 0;
        bool has_count = is_number(w, at + 1, 3) || lexicon_is(&w->text, at + 1, WORD_COUNT);
        int count = has_count ? lexicon_value(&w->text, at + 1, WORD_COUNT, token(w, at + 1)->number) : 1;
        size_t unit = at + 1 + (has_count || word_is(&w->text, at + 1, "a"));
        int days = lexicon_value(&w->text, unit, WORD_SPAN, lexicon_is(&w->text, unit, WORD_DAYS) ? 1 : 0);
        if (days != 1 && days != WEEK)
                return 0;
        set_day(w, w->today + (int64_t)count * days);
        return unit + 1;
}

/*
 * Takes a weekday alone. On that weekday itself it may be today or in a week. "Next Friday" is the one of
 * the next week or the nearest, "this Friday" is the one of this week, and if that is over may be the next
 * one.
 */
static void take_weekday(Written *w)
{
        int64_t monday = w->today - (civil_weekday(w->today) + WEEK - 1) % WEEK;
        int64_t of_week = monday + (w->weekday + WEEK - 1) % WEEK;
        int64_t nearest = of_week >= w->today ? of_week : of_week + WEEK;
        int64_t after = of_week > w->today ? of_week : of_week + WEEK;
        int64_t before = of_week < w->today ? of_week : of_week - WEEK;
        switch (w->shift) {
        case NO_SHIFT:
                be_either(w, nearest, after);
                break;
        case 0:
                be_either(w, of_week, nearest);
                break;
        default:
                be_either(w, w->shift > 0 ? after : before, of_week + w->shift * WEEK);
                break;
        }
        w->weekday = -1;
}

/* Reads "пятница", "в следующую пятницу", and the weekday before or after a date. */
static size_t read_weekday(Written *w, size_t at)
{
        int shift = lexicon_value(&w->text, at, WORD_THIS, NO_SHIFT);
        size_t start = shift != NO_SHIFT ? at + 1 : at;
        const LexiconMatch *match = lexicon_at(&w->text, start, WORD_WEEKDAY);
        if (!match || w->weekday >= 0)
                return 0;
        w->weekday = match->entry->value;
        w->shift = shift;
        start += match->n_tokens;
        return is_glued(w, start, ".") ? start + 1 : start;
}

static size_t read_day(Written *w, size_t at)
{
        static size_t (*const readers[])(
                        Written * w, size_t at) = { read_numbers, read_words, read_relative, read_span };
        for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
                size_t end = readers[i](w, at);
                if (end)
                        return end;
        }
        return 0;
}

/* ---- Times of day ---- */

/* Reads "pm", "a.m.", "вечера". Return: @at if there is none, or it does not fit the hour. */
static size_t read_half(const Written *w, size_t at, int *hour)
{
        if (word_is(&w->text, at, "ночи") && *hour <= NOON) {
                *hour = *hour == NOON ? 0 : *hour > NOON / 2 && *hour < NOON ? *hour + NOON : *hour;
                return at + 1;
        }
        const LexiconMatch *half = lexicon_at(&w->text, at, WORD_HALF_DAY);
        bool is_noon_of_day =
                        *hour == NOON && !word_is(&w->text, at, "утра") && !word_is(&w->text, at, "вечера");
        if (!half || *hour < 1 || (*hour >= NOON && !is_noon_of_day))
                return at;
        *hour = *hour % NOON + half->entry->value;
        at += half->n_tokens;
        return is_glued(w, at, ".") ? at + 1 : at;
}

/* Reads ":30", ":30:15" after an hour. Return: @at if there is none, 0 for minutes that do not exist. */
static size_t read_minutes(const Written *w, size_t at, bool is_loose, CivilTime *civil)
{
        int *fields[] = { &civil->minute, &civil->second };
        for (size_t i = 0; i < 2; i++) {
                bool has_mark = is_glued(w, at, ":") || (is_loose && i == 0 && is_glued(w, at, "."));
                if (!has_mark || !is_number(w, at + 1, 2) || !token(w, at + 1)->is_glued)
                        return at;
                if (token(w, at + 1)->digits != 2 || token(w, at + 1)->number > 59)
                        return 0;
                *fields[i] = token(w, at + 1)->number;
                at += 2;
        }
        return at;
}

static bool is_english(const char *word)
{
        return *word && !(*word & 0x80);
}

/*
 * Reads "10:00", "10am", "10 часов", and "10" or "10.00" after a preposition.
 * @before: the preposition; "" for none
 */
static size_t read_clock(Written *w, size_t at, const char *before, CivilTime *ret)
{
        if (!is_number(w, at, 2) || token(w, at)->number > 23)
                return 0;
        ret->hour = token(w, at)->number;
        size_t minutes = read_minutes(w, at + 1, *before != '\0', ret);
        if (!minutes)
                return 0;
        bool has_word = lexicon_is(&w->text, minutes, WORD_HOUR);
        size_t hours = minutes + has_word + (has_word && is_glued(w, minutes + 1, "."));
        size_t end = read_half(w, hours, &ret->hour);
        bool is_bare = minutes == at + 1 && end == hours;
        if (is_bare && !has_word && !*before)
                return 0;
        bool is_in_english = is_english(before) || (has_word && is_english(token(w, minutes)->word));
        if (is_bare && is_in_english && ret->hour >= 1 && ret->hour <= NOON)
                w->date.fault = WRITTEN_HOUR;
        return end;
}

static size_t read_time(Written *w, size_t at, const char *before)
{
        CivilTime civil = { .hour = NOON };
        bool is_noon = word_is(&w->text, at, "noon") || word_is(&w->text, at, "полдень");
        size_t end = is_noon ? at + 1 : read_clock(w, at, before, &civil);
        if (!end)
                return 0;
        w->date.has_time = true;
        w->date.civil.hour = civil.hour;
        w->date.civil.minute = civil.minute;
        w->date.civil.second = civil.second;
        return end;
}

/* ---- The whole ---- */

/* Reads a day or a time with its preposition, and the comma after it. Return: 0 if there is none. */
static size_t read_part(Written *w, size_t at)
{
        static const char *const prepositions[] = { "в", "во", "на", "к", "с", "at", "on", "from", NULL };
        bool has_before = is_one_of(w, at, prepositions);
        size_t start = has_before ? at + 1 : at, end = 0;
        if (!w->date.has_day)
                end = read_day(w, start);
        if (!end && !w->date.has_time)
                end = read_time(w, start, has_before ? token(w, at)->word : "");
        if (!end)
                end = read_weekday(w, start);
        return end && word_is(&w->text, end, ",") && !ends(w, end + 1) ? end + 1 : end;
}

static void read_parts(Written *w)
{
        while (w->at < w->text.n && w->date.fault != WRITTEN_NUMBERS) {
                size_t end = read_part(w, w->at);
                if (!end) {
                        w->date.fault = WRITTEN_NONE;
                        return;
                }
                w->at = end;
        }
        if (w->at < w->text.n)
                w->date.fault = WRITTEN_NONE;
}

static void finish(Written *w)
{
        CivilTime *civil = &w->date.civil;
        if (w->date.fault == WRITTEN_NONE || w->date.fault == WRITTEN_NUMBERS)
                return;
        bool has_weekday = w->weekday >= 0;
        int weekday = w->date.has_day ? civil_weekday(civil_days(civil->year, civil->month, civil->day))
                                      : -1;
        if (has_weekday && !w->date.has_day)
                take_weekday(w);
        else if (has_weekday && w->date.fault == WRITTEN_CLEAR && weekday != w->weekday)
                w->date.fault = WRITTEN_WEEKDAY;
        if (!w->date.has_day && !w->date.has_time)
                w->date.fault = WRITTEN_NONE;
}

int written_date_read(const char *text, const CivilTime *today, WrittenDate *ret)
{
        size_t len = strlen(text);
        Written w = {
                .today = civil_days(today->year, today->month, today->day), .weekday = -1, .shift = NO_SHIFT
        };
        *ret = (WrittenDate){ .fault = WRITTEN_NONE };
        if (len > TEXT_MAX_BYTES)
                return 0;
        int r = token_text_init(text, len, &w.text);
        if (r == 0)
                r = lexicon_mark(&w.text, NULL);
        if (r == 0) {
                read_parts(&w);
                finish(&w);
                *ret = w.date;
        }
        token_text_done(&w.text);
        return r;
}
