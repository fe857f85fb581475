/*
 * The grammar of dates: functions that read a part at a token and return the token after it, or 0. A date
 * is read in both languages wherever it stands, because a text of one quotes names of the other.
 */

#include "draft/date.h"

#include "base/time.h"
#include "draft/lexicon.h"

#include <string.h>

enum { YEAR_MIN = 1990, YEAR_MAX = 2099, CENTURY = 2000, LIST_MAX = 8, MONTHS = 12 };

static const Token *token(const TokenText *text, size_t at)
{
        static const Token none = { .word = "", .number = -1 };
        return at < text->n ? &text->tokens[at] : &none;
}

static bool is_glued_mark(const TokenText *text, size_t at, const char *mark)
{
        return word_is(text, at, mark) && token(text, at)->is_glued;
}

static bool is_number(const TokenText *text, size_t at, int digits_min, int digits_max)
{
        const Token *number = token(text, at);
        return number->form == TOKEN_NUMBER && number->digits >= digits_min && number->digits <= digits_max;
}

static bool is_year(const TokenText *text, size_t at)
{
        int number = token(text, at)->number;
        return is_number(text, at, 4, 4) && number >= YEAR_MIN && number <= YEAR_MAX;
}

static bool is_dash(const TokenText *text, size_t at)
{
        return word_is(text, at, "-");
}

static bool is_ending_of_number(const char *word)
{
        static const char *const list[] = { "го", "ого", "е", "ое", "м", "ом", "й", "ым", "ему", "му", "st",
                "nd", "rd", "th", NULL };
        for (size_t i = 0; list[i]; i++)
                if (strcmp(list[i], word) == 0)
                        return true;
        return false;
}

/* Reads a day of a month: "24", "24-го", "24th", "двадцать четвертого". */
static size_t read_day(const TokenText *text, size_t at, int *ret)
{
        const LexiconMatch *word = lexicon_at(text, at, WORD_ORDINAL);
        if (word) {
                *ret = word->entry->value;
                return at + word->n_tokens;
        }
        if (!is_number(text, at, 1, 2) || token(text, at)->number < 1 || token(text, at)->number > 31)
                return 0;
        *ret = token(text, at)->number;
        at++;
        if (is_dash(text, at) && token(text, at)->is_glued && token(text, at + 1)->is_glued &&
                        is_ending_of_number(token(text, at + 1)->word))
                return at + 2;
        return token(text, at)->is_glued && is_ending_of_number(token(text, at)->word) ? at + 1 : at;
}

static size_t read_month(const TokenText *text, size_t at, int *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_MONTH);
        if (!match)
                return 0;
        *ret = match->entry->value;
        at++;
        return token(text, at)->is_glued && word_is(text, at, ".") &&
                                               token(text, at - 1)->end - token(text, at - 1)->start <= 8 &&
                                               (is_number(text, at + 1, 1, 4) || is_dash(text, at + 1))
                               ? at + 1
                               : at;
}

/* Reads the word after a year: "года", "г.". */
static size_t skip_year_word(const TokenText *text, size_t at)
{
        if (!lexicon_is(text, at, WORD_YEAR))
                return at;
        return word_is(text, at + 1, ".") && strlen(token(text, at)->word) <= 4 ? at + 2 : at + 1;
}

/* Reads a year after a day or month: "2025 года", ", 2025", "этого года", "с. г.". Return: @at if none. */
static size_t read_year(const TokenText *text, size_t at, DateMention *mention, DraftDay *ret)
{
        size_t from = word_is(text, at, ",") || word_is(text, at, "'") ? at + 1 : at;
        if (is_year(text, from) && token_same_sentence(text, at - 1, from)) {
                ret->year = token(text, from)->number;
                return skip_year_word(text, from + 1);
        }
        int shift = lexicon_value(text, at, WORD_THIS, 2);
        if (shift != 2 && lexicon_is(text, at + 1, WORD_YEAR)) {
                mention->has_year_shift = true;
                mention->year_shift = shift;
                return skip_year_word(text, at + 1);
        }
        if ((word_is(text, at, "с") || word_is(text, at, "т")) && word_is(text, at + 1, ".") &&
                        word_is(text, at + 2, "г")) {
                mention->has_year_shift = true;
                return skip_year_word(text, at + 2);
        }
        return at;
}

static size_t read_weekday(const TokenText *text, size_t at, int *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_WEEKDAY);
        if (!match)
                return 0;
        *ret = match->entry->value;
        return at + match->n_tokens;
}

static bool is_valid(const DraftDay *day)
{
        return day->month >= 1 && day->month <= MONTHS && day->day >= 1 &&
               day->day <= civil_days_in_month(day->year ? day->year : CENTURY, day->month);
}

/* ---- Numeric dates ---- */

static size_t read_iso(const TokenText *text, size_t at, DraftDay *ret)
{
        if (!is_year(text, at) || !is_glued_mark(text, at + 1, "-") || !is_number(text, at + 2, 2, 2) ||
                        !is_glued_mark(text, at + 3, "-") || !is_number(text, at + 4, 2, 2))
                return 0;
        *ret = (DraftDay){ token(text, at)->number, token(text, at + 2)->number,
                token(text, at + 4)->number };
        return is_valid(ret) ? at + 5 : 0;
}

/* Reads "24.06.2021", "24.06.21" or, with @is_short, "24.06". In an English text "06/24/2021", too. */
static size_t read_dotted(const TokenText *text, size_t at, bool is_short, DraftDay *ret)
{
        const char *mark = is_glued_mark(text, at + 1, "/") ? "/" : ".";
        if (!is_number(text, at, 1, 2) || !is_glued_mark(text, at + 1, mark) ||
                        !is_number(text, at + 2, 1, 2) || !token(text, at + 2)->is_glued)
                return 0;
        *ret = (DraftDay){ 0, token(text, at + 2)->number, token(text, at)->number };
        bool has_year = is_glued_mark(text, at + 3, mark) && token(text, at + 4)->is_glued &&
                        (is_year(text, at + 4) || is_number(text, at + 4, 2, 2));
        if (has_year) {
                int year = token(text, at + 4)->number;
                ret->year = year < 100 ? year + CENTURY : year;
                if (*mark == '/' && !text->is_russian && ret->month > MONTHS)
                        *ret = (DraftDay){ ret->year, ret->day, ret->month };
        }
        if (!is_valid(ret) || (!has_year && (!is_short || token(text, at + 2)->digits != 2)))
                return 0;
        if (!has_year && (is_glued_mark(text, at + 3, ".") && is_number(text, at + 4, 1, 4)))
                return 0;
        return has_year ? at + 5 : at + 3;
}

/* Reads "10-12.06.2025": the days of the first date share the month of the second. */
static size_t read_dotted_days(const TokenText *text, size_t at, DateMention *ret)
{
        if (!is_number(text, at, 1, 2) || !is_dash(text, at + 1))
                return 0;
        size_t end = read_dotted(text, at + 2, false, &ret->to);
        ret->from = (DraftDay){ ret->to.year, ret->to.month, token(text, at)->number };
        return end && is_valid(&ret->from) && ret->from.day < ret->to.day ? end : 0;
}

static size_t read_numeric(const TokenText *text, size_t at, DateMention *ret)
{
        bool has_from = lexicon_is(text, at, WORD_FROM);
        size_t start = has_from ? at + 1 : at, end = read_dotted_days(text, start, ret), second;
        if (end)
                return end;
        end = read_iso(text, start, &ret->from);
        if (!end)
                end = read_dotted(text, start, true, &ret->from);
        if (!end)
                return 0;
        bool has_dash = is_dash(text, end) || lexicon_is(text, end, WORD_TO);
        second = has_dash ? read_iso(text, end + 1, &ret->to) : 0;
        if (has_dash && !second)
                second = read_dotted(text, end + 1, has_from || ret->from.year, &ret->to);
        if (second) {
                ret->from.year = ret->from.year ? ret->from.year : ret->to.year;
                return second;
        }
        /* A day and month alone may as well be a number or a time. */
        if (!ret->from.year && !lexicon_is(text, at - 2, WORD_LABEL))
                return 0;
        ret->to = ret->from;
        ret->is_open = has_from;
        return skip_year_word(text, end);
}

/* ---- Dates in words ---- */

/* Reads the sign between two days of a list or interval. */
static size_t read_between(const TokenText *text, size_t at)
{
        if (is_dash(text, at) || word_is(text, at, ",") || word_is(text, at, "/") ||
                        lexicon_is(text, at, WORD_AND) || lexicon_is(text, at, WORD_TO))
                return at + 1;
        return 0;
}

/* Reads "24", "24-25", "24, 25 и 26", "с 24 по 26", the days before a month. */
static size_t read_days(const TokenText *text, size_t at, int *ret_first, int *ret_last)
{
        size_t end = read_day(text, at, ret_first);
        *ret_last = *ret_first;
        for (int i = 0; end && i < LIST_MAX; i++) {
                int day;
                size_t next = read_between(text, end), weekday;
                int ignored;
                if (next && (weekday = read_weekday(text, next, &ignored)))
                        next = word_is(text, weekday, ",") ? weekday + 1 : weekday;
                next = next ? read_day(text, next, &day) : 0;
                if (!next || day <= *ret_last)
                        break;
                *ret_last = day;
                end = next;
        }
        return end;
}

/* Reads "24-26 июня 2025 года"; in English also "24th of June". */
static size_t read_days_month(
                const TokenText *text, size_t at, DateMention *mention, DraftDay *ret_from, DraftDay *ret_to)
{
        int first, last, month;
        size_t end = read_days(text, at, &first, &last);
        if (!end)
                return 0;
        if (word_is(text, end, "of"))
                end++;
        size_t after = read_month(text, end, &month);
        /* One day of a list has no month of its own: "24 и 25 июня" is read at "24". */
        if (!after || !token_same_sentence(text, at, end))
                return 0;
        *ret_from = (DraftDay){ 0, month, first };
        *ret_to = (DraftDay){ 0, month, last };
        if (!is_valid(ret_from) || !is_valid(ret_to))
                return 0;
        end = read_year(text, after, mention, ret_to);
        ret_from->year = ret_to->year;
        return end;
}

/* Reads "June 24-26, 2025". */
static size_t read_month_days(
                const TokenText *text, size_t at, DateMention *mention, DraftDay *ret_from, DraftDay *ret_to)
{
        int first, last, month;
        size_t end = read_month(text, at, &month);
        if (!end || (text->tokens[at].word[0] & 0x80) || !token_same_sentence(text, at, end))
                return 0;
        end += word_is(text, end, "the");
        end = read_days(text, end, &first, &last);
        if (!end || lexicon_is(text, end, WORD_MONTH) || is_glued_mark(text, end, ":"))
                return 0;
        *ret_from = (DraftDay){ 0, month, first };
        *ret_to = (DraftDay){ 0, month, last };
        if (!is_valid(ret_from) || !is_valid(ret_to))
                return 0;
        end = read_year(text, end, mention, ret_to);
        ret_from->year = ret_to->year;
        return end;
}

static size_t read_one(const TokenText *text, size_t at, DateMention *mention, DraftDay *from, DraftDay *to)
{
        size_t end = read_days_month(text, at, mention, from, to);
        return end ? end : read_month_days(text, at, mention, from, to);
}

static size_t skip_weekday(const TokenText *text, size_t at, int *ret)
{
        size_t end = read_weekday(text, at, ret);
        if (!end)
                return at;
        return word_is(text, end, ",") || word_is(text, end, "(") || word_is(text, end, ".") ? end + 1 : end;
}

/* Joins a second date: "30 июня - 2 июля", "с 30 июня по 2 июля", "28 мая, 4 июня" is none. */
static size_t read_second(const TokenText *text, size_t at, DateMention *mention)
{
        DraftDay from, to;
        int weekday;
        bool is_joined = is_dash(text, at) || lexicon_is(text, at, WORD_TO) ||
                         (lexicon_is(text, at, WORD_AND) && mention->from.month == mention->to.month);
        if (!is_joined)
                return 0;
        size_t end = read_one(text, skip_weekday(text, at + 1, &weekday), mention, &from, &to);
        if (!end)
                return 0;
        if (!mention->from.year && to.year)
                mention->from.year = mention->from.month > to.month ? to.year - 1 : to.year;
        mention->to = to;
        return end;
}

/* Reads the weekday after a date: "24 июня (вторник)", "24 июня, в четверг". */
static size_t read_weekday_after(const TokenText *text, size_t at, int *weekday)
{
        size_t next = word_is(text, at, "(") || word_is(text, at, ",") ? at + 1 : at;
        if (next == at)
                return at;
        next += word_is(text, next, "в") || word_is(text, next, "во");
        size_t end = read_weekday(text, next, weekday);
        if (!end)
                return at;
        return word_is(text, at, "(") && word_is(text, end, ")") ? end + 1 : end;
}

static size_t read_words(const TokenText *text, size_t at, DateMention *ret)
{
        bool has_from = lexicon_is(text, at, WORD_FROM);
        size_t start = skip_weekday(text, has_from ? at + 1 : at, &ret->weekday);
        start += word_is(text, start, "the");
        size_t end = read_one(text, start, ret, &ret->from, &ret->to), second;
        if (!end)
                return 0;
        second = read_second(text, end, ret);
        ret->is_open = has_from && !second && ret->from.day == ret->to.day;
        end = second ? second : end;
        return read_weekday_after(text, end, &ret->weekday);
}

/* ---- Periods ---- */

static void set_months(DateMention *ret, int year, int first, int n)
{
        int last = first + n - 1;
        ret->form = DATE_WINDOW;
        ret->from = (DraftDay){ year, first, 1 };
        ret->to = (DraftDay){ year ? year + (last - 1) / MONTHS : 0, (last - 1) % MONTHS + 1, 0 };
        ret->to.day = civil_days_in_month(ret->to.year ? ret->to.year : CENTURY + 1, ret->to.month);
}

static void cut_month(DateMention *ret, PartOf part)
{
        static const struct {
                int first, last; /* 0 for the last day of the month */
        } days[] = { [PART_BEGIN] = { 1, 10 },
                [PART_MIDDLE] = { 11, 20 },
                [PART_END] = { 21, 0 },
                [PART_HALF_1] = { 1, 15 },
                [PART_HALF_2] = { 16, 0 } };
        ret->from.day = days[part].first;
        ret->to.day = days[part].last ? days[part].last : ret->to.day;
}

/* Reads "июнь 2025", "в июне", "конец мая", "early June". */
static size_t read_month_alone(const TokenText *text, size_t at, DateMention *ret)
{
        int month, part = lexicon_value(text, at, WORD_PART, -1);
        const LexiconMatch *match = lexicon_at(text, at, WORD_PART);
        size_t start = match ? at + match->n_tokens : at, end;
        start += match && is_dash(text, start);
        end = read_month(text, start, &month);
        if (!end)
                return 0;
        DraftDay day = { 0 };
        size_t after = read_year(text, end, ret, &day);
        /* "May" and "March" are verbs, too, and a short form needs a number. */
        bool is_certain = after > end || part >= 0 ||
                          (at > 0 && (word_is(text, at - 1, "в") || word_is(text, at - 1, "in") ||
                                                     lexicon_is(text, at - 1, WORD_TO) ||
                                                     word_is(text, at - 1, "на")));
        if (!is_certain)
                return 0;
        set_months(ret, day.year, month, 1);
        if (part >= 0)
                cut_month(ret, (PartOf)part);
        return after;
}

static int roman(const char *word)
{
        static const char *const list[] = { "i", "ii", "iii", "iv" };
        for (int i = 0; i < 4; i++)
                if (strcmp(list[i], word) == 0)
                        return i + 1;
        return 0;
}

/* Reads "третий квартал 2026 года", "III квартал", "Q3 2026", "the third quarter of 2026". */
static size_t read_quarter(const TokenText *text, size_t at, DateMention *ret)
{
        static const char *const words[] = { "перв", "втор", "трет", "четверт" };
        int n = roman(token(text, at)->word), ordinal = lexicon_value(text, at, WORD_ORDINAL, 0);
        size_t end = at + 1;
        for (int i = 0; i < 4 && !n; i++)
                n = strncmp(token(text, at)->word, words[i], strlen(words[i])) == 0 ? i + 1 : 0;
        if (!n)
                n = ordinal ? ordinal : token(text, at)->number;
        if (word_is(text, at, "q") && is_number(text, at + 1, 1, 1)) {
                n = token(text, at + 1)->number;
                end = at + 2;
        } else {
                end += is_dash(text, end) ? 2 : 0;
                if (!lexicon_is(text, end, WORD_QUARTER))
                        return 0;
                end++;
        }
        if (n < 1 || n > 4)
                return 0;
        end += word_is(text, end, "of");
        DraftDay day = { 0 };
        end = read_year(text, end, ret, &day);
        set_months(ret, day.year, 3 * n - 2, 3);
        return end;
}

static size_t read_season(const TokenText *text, size_t at, DateMention *ret)
{
        int first = lexicon_value(text, at, WORD_SEASON, 0);
        if (!first)
                return 0;
        DraftDay day = { 0 };
        size_t from = word_is(text, at + 1, "of") ? at + 2 : at + 1, end = read_year(text, from, ret, &day);
        if (end == from)
                return 0;
        set_months(ret, day.year, first, 3);
        return end;
}

static size_t read_year_alone(const TokenText *text, size_t at, DateMention *ret)
{
        DraftDay day = { 0 };
        bool is_named = is_year(text, at) &&
                        (lexicon_is(text, at + 1, WORD_YEAR) ||
                                        (at > 0 && (word_is(text, at - 1, "in") ||
                                                                   word_is(text, at - 1, "since"))));
        size_t end = is_named ? skip_year_word(text, at + 1) : 0;
        if (!is_named) {
                size_t after = read_year(text, at, ret, &day);
                end = after > at && !day.year ? after : 0;
        }
        if (!end)
                return 0;
        int year = is_named ? token(text, at)->number : 0;
        ret->from = (DraftDay){ year, 1, 1 };
        ret->to = (DraftDay){ year, MONTHS, 31 };
        ret->form = DATE_YEAR;
        return end;
}

/* ---- Words that count from the day of the text ---- */

static size_t read_relative(const TokenText *text, size_t at, DateMention *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_RELATIVE);
        if (!match)
                return 0;
        ret->form = DATE_RELATIVE;
        ret->relative = match->entry->value;
        size_t end = at + match->n_tokens;
        size_t next = word_is(text, end, ",") || word_is(text, end, "(") || is_dash(text, end) ? end + 1
                                                                                               : end;
        int relative = ret->relative;
        DateMention day = { .weekday = -1, .form = DATE_DAYS };
        size_t after = read_words(text, next, &day);
        if (!after)
                after = read_numeric(text, next, &day);
        if (!after)
                return end;
        *ret = day;
        ret->relative = relative;
        ret->has_relative = true;
        return after;
}

/* Reads "на следующей неделе", "через две недели", "в следующем месяце", "через 3 дня". */
static size_t read_span(const TokenText *text, size_t at, DateMention *ret)
{
        int shift = lexicon_value(text, at, WORD_THIS, 2), span = lexicon_value(text, at + 1, WORD_SPAN, 0);
        if (shift != 2 && span == 7) {
                ret->form = DATE_WEEK;
                ret->relative = shift;
                return at + 2;
        }
        bool is_later = word_is(text, at, "через");
        if (!is_later)
                return 0;
        bool has_count = is_number(text, at + 1, 1, 2) || lexicon_is(text, at + 1, WORD_COUNT);
        int count = has_count ? lexicon_value(text, at + 1, WORD_COUNT, token(text, at + 1)->number) : 1;
        size_t unit = has_count ? at + 2 : at + 1;
        if (lexicon_is(text, unit, WORD_DAYS) && has_count) {
                ret->form = DATE_RELATIVE;
                ret->relative = count;
                return unit + 1;
        }
        if (lexicon_value(text, unit, WORD_SPAN, 0) != 7)
                return 0;
        ret->form = DATE_WEEK;
        ret->relative = count;
        return unit + 1;
}

static size_t read_weekday_alone(const TokenText *text, size_t at, DateMention *ret)
{
        int shift = lexicon_value(text, at, WORD_THIS, 2);
        size_t start = shift != 2 ? at + 1 : at, end = read_weekday(text, start, &ret->weekday);
        bool is_after = at > 0 && (word_is(text, at - 1, "в") || word_is(text, at - 1, "во") ||
                                                  word_is(text, at - 1, "on"));
        if (!end || (shift == 2 && !is_after))
                return 0;
        ret->form = DATE_WEEKDAY;
        ret->has_year_shift = shift != 2;
        ret->year_shift = shift != 2 ? shift : 0;
        return end;
}

typedef size_t Reader(const TokenText *text, size_t at, DateMention *ret);

static Reader *const readers[] = { read_relative, read_numeric, read_words, read_quarter, read_month_alone,
        read_season, read_span, read_weekday_alone, read_year_alone };

bool date_read(const TokenText *text, size_t at, DateMention *ret)
{
        bool is_until = lexicon_is(text, at, WORD_TO) && !text->tokens[at].is_glued;
        size_t start = is_until ? at + 1 : at;
        for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
                DateMention mention = { .weekday = -1, .form = DATE_DAYS };
                size_t end = readers[i](text, start, &mention);
                if (!end)
                        continue;
                mention.first = at;
                mention.end = end;
                mention.is_until = is_until;
                *ret = mention;
                return true;
        }
        return false;
}
