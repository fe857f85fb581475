/* Reads months, quarters, seasons, weekdays and words that count from the day of the text. */

#include "draft/date-internal.h"

#include "base/time.h"
#include "draft/lexicon.h"

#include <string.h>

enum { SATURDAY = 6 };

/* ---- Periods ---- */

static void set_months(DateMention *ret, int year, int first, int n)
{
        int last = first + n - 1;
        ret->form = DATE_WINDOW;
        ret->from = (DraftDay){ year, first, 1 };
        ret->to = (DraftDay){ year ? year + (last - 1) / DATE_MONTHS : 0, (last - 1) % DATE_MONTHS + 1, 0 };
        ret->to.day = civil_days_in_month(ret->to.year ? ret->to.year : DATE_CENTURY + 1, ret->to.month);
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
size_t date_read_month_alone(const TokenText *text, size_t at, DateMention *ret)
{
        int month, part = lexicon_value(text, at, WORD_PART, -1);
        if (at > 0 && date_is_number(text, at - 1, 1, 2) &&
                        text->tokens[at - 1].line == text->tokens[at].line)
                return 0;
        const LexiconMatch *match = lexicon_at(text, at, WORD_PART);
        size_t start = match ? at + match->n_tokens : at, end;
        start += match && date_is_dash(text, start);
        end = date_read_month(text, start, &month);
        if (!end)
                return 0;
        DraftDay day = { 0 };
        size_t after = date_read_year(text, end, ret, &day);
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
size_t date_read_quarter(const TokenText *text, size_t at, DateMention *ret)
{
        static const char *const words[] = { "перв", "втор", "трет", "четверт" };
        int n = roman(date_token(text, at)->word), ordinal = lexicon_value(text, at, WORD_ORDINAL, 0);
        size_t end = at + 1;
        for (int i = 0; i < 4 && !n; i++)
                n = strncmp(date_token(text, at)->word, words[i], strlen(words[i])) == 0 ? i + 1 : 0;
        if (!n)
                n = ordinal ? ordinal : date_token(text, at)->number;
        if (word_is(text, at, "q") && date_is_number(text, at + 1, 1, 1)) {
                n = date_token(text, at + 1)->number;
                end = at + 2;
        } else {
                end += date_is_dash(text, end) ? 2 : 0;
                if (!lexicon_is(text, end, WORD_QUARTER))
                        return 0;
                end++;
        }
        if (n < 1 || n > 4)
                return 0;
        end += word_is(text, end, "of");
        DraftDay day = { 0 };
        end = date_read_year(text, end, ret, &day);
        set_months(ret, day.year, 3 * n - 2, 3);
        return end;
}

size_t date_read_season(const TokenText *text, size_t at, DateMention *ret)
{
        int first = lexicon_value(text, at, WORD_SEASON, 0);
        if (!first)
                return 0;
        DraftDay day = { 0 };
        size_t from = word_is(text, at + 1, "of") ? at + 2 : at + 1,
               end = date_read_year(text, from, ret, &day);
        if (end == from)
                return 0;
        set_months(ret, day.year, first, 3);
        return end;
}

size_t date_read_year_alone(const TokenText *text, size_t at, DateMention *ret)
{
        DraftDay day = { 0 };
        bool is_named = date_is_year(text, at) &&
                        (lexicon_is(text, at + 1, WORD_YEAR) ||
                                        (at > 0 && (word_is(text, at - 1, "in") ||
                                                                   word_is(text, at - 1, "since"))));
        size_t end = is_named ? date_skip_year_word(text, at + 1) : 0;
        if (!is_named) {
                size_t after = date_read_year(text, at, ret, &day);
                end = after > at && !day.year ? after : 0;
        }
        if (!end)
                return 0;
        int year = is_named ? date_token(text, at)->number : 0;
        ret->from = (DraftDay){ year, 1, 1 };
        ret->to = (DraftDay){ year, DATE_MONTHS, 31 };
        ret->form = DATE_YEAR;
        return end;
}

/* ---- Words that count from the day of the text ---- */

/* Whether a word is of people in the nominative, the subject of a report. */
static bool is_people(const char *word)
{
        static const char *const words[] = { "делегация", "гости", "представители", "участники", "члены",
                "студенты", "эксперты", "власти", "резиденты" };
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (strcmp(word, words[i]) == 0)
                        return true;
        return false;
}

/* "накануне форума" is of the event; "Накануне парк посетила делегация" is the day before the text. */
static bool is_day_before_other(const TokenText *text, size_t at)
{
        static const char *const nominative[] = { "ый", "ий", "ая", "ое", "ые", "ие", "яя" };
        const Token *next = date_token(text, at + 1);
        size_t len = strlen(next->word);
        if (!word_is(text, at, "накануне") || next->is_capital || next->form != TOKEN_WORD ||
                        lexicon_is(text, at + 1, WORD_PREPOSITION) || lexicon_is(text, at + 1, WORD_POST) ||
                        is_people(next->word))
                return word_is(text, at, "накануне") && lexicon_is(text, at + 1, WORD_EVENT);
        for (size_t i = 0; i < sizeof(nominative) / sizeof(nominative[0]); i++)
                if (len > 4 && strcmp(next->word + len - 4, nominative[i]) == 0)
                        return false;
        return true;
}

size_t date_read_relative(const TokenText *text, size_t at, DateMention *ret)
{
        const LexiconMatch *match = lexicon_at(text, at, WORD_RELATIVE);
        if (!match || is_day_before_other(text, at))
                return 0;
        ret->form = DATE_RELATIVE;
        ret->relative = match->entry->value;
        size_t end = at + match->n_tokens;
        size_t next = word_is(text, end, ",") || word_is(text, end, "(") || date_is_dash(text, end) ? end + 1
                                                                                                    : end;
        int relative = ret->relative;
        DateMention day = { .weekday = -1, .form = DATE_DAYS };
        size_t after = date_read_words(text, next, &day);
        if (!after)
                after = date_read_numeric(text, next, &day);
        if (!after)
                return end;
        *ret = day;
        ret->relative = relative;
        ret->has_relative = true;
        return after;
}

/* Reads "на следующей неделе", "через две недели", "в следующем месяце", "через 3 дня". */
size_t date_read_span(const TokenText *text, size_t at, DateMention *ret)
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
        bool has_count = date_is_number(text, at + 1, 1, 2) || lexicon_is(text, at + 1, WORD_COUNT);
        int count = has_count ? lexicon_value(text, at + 1, WORD_COUNT, date_token(text, at + 1)->number)
                              : 1;
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

static bool is_weekend(const TokenText *text, size_t at)
{
        return word_is(text, at, "выходные") || word_is(text, at, "выходных") ||
               word_is(text, at, "weekend");
}

size_t date_read_weekday_alone(const TokenText *text, size_t at, DateMention *ret)
{
        int shift = lexicon_value(text, at, WORD_THIS, 2);
        size_t start = shift != 2 ? at + 1 : at, end = date_read_weekday(text, start, &ret->weekday);
        if (!end && is_weekend(text, start)) {
                end = start + 1;
                ret->weekday = SATURDAY;
                ret->n_weekdays = 1;
        }
        bool is_after = at > 0 &&
                        (word_is(text, at - 1, "в") || word_is(text, at - 1, "во") ||
                                        word_is(text, at - 1, "on") || lexicon_is(text, at - 1, WORD_FROM));
        if (!end || (shift == 2 && !is_after))
                return 0;
        int last;
        bool is_range = date_is_dash(text, end) || lexicon_is(text, end, WORD_AND) ||
                        lexicon_is(text, end, WORD_TO);
        size_t second = is_range && !ret->n_weekdays ? date_read_weekday(text, end + 1, &last) : 0;
        if (second) {
                ret->n_weekdays = (last - ret->weekday + DATE_WEEK_DAYS) % DATE_WEEK_DAYS;
                end = second;
        }
        ret->form = DATE_WEEKDAY;
        ret->has_year_shift = shift != 2;
        ret->year_shift = shift != 2 ? shift : 0;
        return end;
}
