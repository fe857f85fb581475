/*
 * The grammar of dates: functions that read a part at a token and return the token after it, or 0. A date
 * is read in both languages wherever it stands, because a text of one quotes names of the other.
 */

#include "draft/date.h"

#include "base/time.h"
#include "draft/date-internal.h"
#include "draft/lexicon.h"

#include <string.h>

enum {
        YEAR_MIN = 1990,
        YEAR_MAX = 2099,
        LIST_MAX = 8,     /* days of a list */
        LIST_REACH = 100, /* tokens between lines of a list of days */
};

const Token *date_token(const TokenText *text, size_t at)
{
        static const Token none = { .word = "", .number = -1 };
        return at < text->n ? &text->tokens[at] : &none;
}

bool date_is_glued(const TokenText *text, size_t at, const char *mark)
{
        return word_is(text, at, mark) && text->tokens[at].is_glued;
}

bool date_is_number(const TokenText *text, size_t at, int digits_min, int digits_max)
{
        const Token *number = date_token(text, at);
        return number->form == TOKEN_NUMBER && number->digits >= digits_min && number->digits <= digits_max;
}

bool date_is_year(const TokenText *text, size_t at)
{
        int number = date_token(text, at)->number;
        return date_is_number(text, at, 4, 4) && number >= YEAR_MIN && number <= YEAR_MAX;
}

bool date_is_dash(const TokenText *text, size_t at)
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
        if (!date_is_number(text, at, 1, 2) || date_token(text, at)->number < 1 ||
                        date_token(text, at)->number > 31)
                return 0;
        *ret = date_token(text, at)->number;
        at++;
        if (date_is_dash(text, at) && date_token(text, at)->is_glued && date_token(text, at + 1)->is_glued &&
                        is_ending_of_number(date_token(text, at + 1)->word))
                return at + 2;
        return date_token(text, at)->is_glued && is_ending_of_number(date_token(text, at)->word) ? at + 1
                                                                                                 : at;
}

size_t date_read_month(const TokenText *text, size_t at, int *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_MONTH);
        if (!match)
                return 0;
        *ret = match->entry->value;
        at++;
        return date_token(text, at)->is_glued && word_is(text, at, ".") &&
                                               date_token(text, at - 1)->end - date_token(text, at - 1)
                                                                                               ->start <=
                                                               8 &&
                                               (date_is_number(text, at + 1, 1, 4) ||
                                                               date_is_dash(text, at + 1))
                               ? at + 1
                               : at;
}

/* Reads the word after a year: "года", "г.". */
size_t date_skip_year_word(const TokenText *text, size_t at)
{
        if (!lexicon_is(text, at, WORD_YEAR))
                return at;
        return word_is(text, at + 1, ".") && strlen(date_token(text, at)->word) <= 4 ? at + 2 : at + 1;
}

/* Reads a year after a day or month: "2025 года", ", 2025", "этого года", "с. г.". Return: @at if none. */
size_t date_read_year(const TokenText *text, size_t at, DateMention *mention, DraftDay *ret)
{
        size_t from = word_is(text, at, ",") || word_is(text, at, "'") ? at + 1 : at;
        if (date_is_year(text, from) && token_same_sentence(text, at - 1, from)) {
                ret->year = date_token(text, from)->number;
                return date_skip_year_word(text, from + 1);
        }
        int shift = lexicon_value(text, at, WORD_THIS, 2);
        if (shift != 2 && lexicon_is(text, at + 1, WORD_YEAR)) {
                mention->has_year_shift = true;
                mention->year_shift = shift;
                return date_skip_year_word(text, at + 1);
        }
        if ((word_is(text, at, "с") || word_is(text, at, "т")) && word_is(text, at + 1, ".") &&
                        word_is(text, at + 2, "г")) {
                mention->has_year_shift = true;
                return date_skip_year_word(text, at + 2);
        }
        return at;
}

size_t date_read_weekday(const TokenText *text, size_t at, int *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_WEEKDAY);
        if (!match)
                return 0;
        *ret = match->entry->value;
        return at + match->n_tokens;
}

/* ---- Dates in words ---- */

size_t date_read_weekday_after(const TokenText *text, size_t at, int *weekday)
{
        size_t next = word_is(text, at, "(") || word_is(text, at, ",") ? at + 1 : at;
        if (next == at)
                return at;
        next += word_is(text, next, "в") || word_is(text, next, "во");
        size_t end = date_read_weekday(text, next, weekday), last;
        int ignored;
        if (!end)
                return at;
        /* "15-16 июля (вт-ср)" */
        if (word_is(text, at, "(") && date_is_dash(text, end) &&
                        (last = date_read_weekday(text, end + 1, &ignored)))
                end = last;
        return word_is(text, at, "(") && word_is(text, end, ")") ? end + 1 : end;
}

/* Reads the sign between two days of a list or interval. */
static size_t read_between(const TokenText *text, size_t at)
{
        if (date_is_dash(text, at) || word_is(text, at, ",") || word_is(text, at, "/") ||
                        lexicon_is(text, at, WORD_AND) || lexicon_is(text, at, WORD_TO))
                return at + 1;
        return 0;
}

/* "в ночь с 12 на 13 августа": the days at @at are the two of a night. */
static bool is_night(const TokenText *text, size_t at)
{
        return at > 1 && word_is(text, at - 1, "с") && word_is(text, at - 2, "ночь");
}

/* Reads "24", "24-25", "24, 25 и 26", "с 24 по 26", the days before a month. */
static size_t read_days(const TokenText *text, size_t at, int *ret_first, int *ret_last)
{
        size_t end = read_day(text, at, ret_first);
        *ret_last = *ret_first;
        for (int i = 0; end && i < LIST_MAX; i++) {
                int day;
                size_t next = is_night(text, at) && word_is(text, end, "на") ? end + 1
                                                                             : read_between(text, end),
                       weekday;
                int ignored;
                if (next && (weekday = date_read_weekday(text, next, &ignored)))
                        next = word_is(text, weekday, ",") ? weekday + 1 : weekday;
                next = next ? read_day(text, next, &day) : 0;
                /* "Feb 9, 10:00": a time, and no second day. */
                if (!next || day <= *ret_last || date_is_glued(text, next, ":"))
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
        size_t after = date_read_month(text, end, &month);
        /* One day of a list has no month of its own: "24 и 25 июня" is read at "24". */
        if (!after || !token_same_sentence(text, at, end))
                return 0;
        *ret_from = (DraftDay){ 0, month, first };
        *ret_to = (DraftDay){ 0, month, last };
        if (!date_is_valid(ret_from) || !date_is_valid(ret_to))
                return 0;
        end = date_read_year(text, after, mention, ret_to);
        ret_from->year = ret_to->year;
        return end;
}

/* Whether a Russian month in the nominative and a comma stand at @at: "Апрель, 15-17". */
static bool is_month_field(const TokenText *text, size_t at)
{
        const char *word = date_token(text, at)->word;
        size_t len = strlen(word);
        bool is_nominative = word_is(text, at, "март") || word_is(text, at, "август") ||
                             word_is(text, at, "май") ||
                             (len > 4 && strcmp(word + len - strlen("ь"), "ь") == 0);
        return is_nominative && date_token(text, at)->is_capital && word_is(text, at + 1, ",") &&
               token_same_sentence(text, at, at + 2);
}

/* Reads "June 24-26, 2025", and as a field of an announcement "Июнь, 24-26". */
static size_t read_month_days(
                const TokenText *text, size_t at, DateMention *mention, DraftDay *ret_from, DraftDay *ret_to)
{
        int first, last, month;
        size_t end = date_read_month(text, at, &month);
        bool is_russian = end && (text->tokens[at].word[0] & 0x80);
        if (!end || (is_russian && !is_month_field(text, at)) || !token_same_sentence(text, at, end))
                return 0;
        end += is_russian || word_is(text, end, "the");
        end = read_days(text, end, &first, &last);
        if (!end || lexicon_is(text, end, WORD_MONTH) || date_is_glued(text, end, ":") ||
                        (is_russian && date_token(text, end)->form == TOKEN_WORD &&
                                        token_same_sentence(text, at, end)))
                return 0;
        *ret_from = (DraftDay){ 0, month, first };
        *ret_to = (DraftDay){ 0, month, last };
        if (!date_is_valid(ret_from) || !date_is_valid(ret_to))
                return 0;
        end = date_read_year(text, end, mention, ret_to);
        ret_from->year = ret_to->year;
        return end;
}

static size_t read_one(const TokenText *text, size_t at, DateMention *mention, DraftDay *from, DraftDay *to)
{
        size_t end = read_days_month(text, at, mention, from, to);
        return end ? end : read_month_days(text, at, mention, from, to);
}

/* Skips "вторник,", "Tuesday to Friday" before the days. */
static size_t skip_weekday(const TokenText *text, size_t at, int *ret)
{
        size_t end = date_read_weekday(text, at, ret), last;
        int ignored;
        if (!end)
                return at;
        if (read_between(text, end) && (last = date_read_weekday(text, read_between(text, end), &ignored)))
                end = last;
        return word_is(text, end, ",") || word_is(text, end, "(") || word_is(text, end, ".") ? end + 1 : end;
}

/* Joins a second date: "30 июня - 2 июля", "с 30 июня по 2 июля", "28 мая, 4 июня" is none. */
static size_t read_second(const TokenText *text, size_t at, DateMention *mention)
{
        DraftDay from, to;
        int weekday;
        bool is_joined = date_is_dash(text, at) || lexicon_is(text, at, WORD_TO) ||
                         (lexicon_is(text, at, WORD_AND) && mention->from.month == mention->to.month);
        /* "moved from 9-10 October to 23-24 October" has two intervals. */
        if (!is_joined || (mention->from.day != mention->to.day && !date_is_dash(text, at)))
                return 0;
        size_t end = read_one(text, skip_weekday(text, at + 1, &weekday), mention, &from, &to);
        if (!end)
                return 0;
        if (!mention->from.year && to.year)
                mention->from.year = mention->from.month > to.month ? to.year - 1 : to.year;
        mention->to = to;
        return end;
}

size_t date_read_words(const TokenText *text, size_t at, DateMention *ret)
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
        return date_read_weekday_after(text, end, &ret->weekday);
}

typedef size_t Reader(const TokenText *text, size_t at, DateMention *ret);

static Reader *const readers[] = { date_read_relative, date_read_numeric, date_read_words, date_read_quarter,
        date_read_month_alone, date_read_season, date_read_span, date_read_weekday_alone,
        date_read_year_alone };

/* "ул. 8 Марта", "площадь 1905 года": a street, and no day. */
static bool is_street(const TokenText *text, size_t at)
{
        return (at > 0 && lexicon_is(text, at - 1, WORD_STREET)) ||
               (at > 1 && word_is(text, at - 1, ".") && lexicon_is(text, at - 2, WORD_STREET));
}

bool date_read_last_day(const TokenText *text, size_t at, const DateMention *before, DateMention *ret)
{
        int day;
        if (!before || before->form != DATE_DAYS || !lexicon_is(text, at, WORD_TO) ||
                        !token_same_sentence(text, before->first, at) || !date_is_dash(text, at + 2))
                return false;
        size_t end = read_day(text, at + 1, &day);
        if (end != at + 4 || lexicon_is(text, end, WORD_MONTH) || day <= before->to.day)
                return false;
        *ret = *before;
        ret->from.day = ret->to.day = day;
        ret->first = at;
        ret->end = end;
        ret->is_until = true;
        ret->weekday = -1;
        return date_is_valid(&ret->to);
}

bool date_read(const TokenText *text, size_t at, DateMention *ret)
{
        bool is_until = lexicon_is(text, at, WORD_TO) && !text->tokens[at].is_glued;
        size_t start = is_until ? at + 1 : at;
        if (is_street(text, at))
                return false;
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
