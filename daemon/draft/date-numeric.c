/* Reads dates of numbers: "24.06.2021", "2021-06-24", and in lists of days "15.01", "9-11.09". */

#include "base/time.h"
#include "draft/date-internal.h"
#include "draft/lexicon.h"

enum { LIST_REACH = 100 }; /* tokens between lines of a list of days */

bool date_is_valid(const DraftDay *day)
{
        return day->month >= 1 && day->month <= DATE_MONTHS && day->day >= 1 &&
               day->day <= civil_days_in_month(day->year ? day->year : DATE_CENTURY, day->month);
}

static size_t read_iso(const TokenText *text, size_t at, DraftDay *ret)
{
        if (!date_is_year(text, at) || !date_is_glued(text, at + 1, "-") ||
                        !date_is_number(text, at + 2, 2, 2) || !date_is_glued(text, at + 3, "-") ||
                        !date_is_number(text, at + 4, 2, 2))
                return 0;
        *ret = (DraftDay){ date_token(text, at)->number, date_token(text, at + 2)->number,
                date_token(text, at + 4)->number };
        return date_is_valid(ret) ? at + 5 : 0;
}

/* Reads "24.06.2021", "24.06.21" or, with @is_short, "24.06". In an English text "06/24/2021", too. */
static size_t read_dotted(const TokenText *text, size_t at, bool is_short, DraftDay *ret)
{
        const char *mark = date_is_glued(text, at + 1, "/") ? "/" : ".";
        if (!date_is_number(text, at, 1, 2) || !date_is_glued(text, at + 1, mark) ||
                        !date_is_number(text, at + 2, 1, 2) || !date_token(text, at + 2)->is_glued)
                return 0;
        *ret = (DraftDay){ 0, date_token(text, at + 2)->number, date_token(text, at)->number };
        bool has_year = date_is_glued(text, at + 3, mark) && date_token(text, at + 4)->is_glued &&
                        (date_is_year(text, at + 4) || date_is_number(text, at + 4, 2, 2));
        if (has_year) {
                int year = date_token(text, at + 4)->number;
                ret->year = year < 100 ? year + DATE_CENTURY : year;
                if (*mark == '/' && !text->is_russian && ret->month > DATE_MONTHS)
                        *ret = (DraftDay){ ret->year, ret->day, ret->month };
        }
        if (!date_is_valid(ret) || (!has_year && (!is_short || date_token(text, at + 2)->digits != 2)))
                return 0;
        if (!has_year && (date_is_glued(text, at + 3, ".") && date_is_number(text, at + 4, 1, 4)))
                return 0;
        return has_year ? at + 5 : at + 3;
}

/* Reads "10-12.06.2025" or, with @is_short, "10-12.06": the days share the month of the second. */
static size_t read_dotted_days(const TokenText *text, size_t at, bool is_short, DateMention *ret)
{
        DraftDay to;
        if (!date_is_number(text, at, 1, 2) || !date_is_dash(text, at + 1))
                return 0;
        size_t end = read_dotted(text, at + 2, is_short, &to);
        DraftDay from = { to.year, to.month, end ? date_token(text, at)->number : 0 };
        if (!end || !date_is_valid(&from) || from.day >= to.day)
                return 0;
        ret->from = from;
        ret->to = to;
        return end;
}

/* Whether a line begins at a token, perhaps with a bullet or another mark before it. */
static bool is_line_start(const TokenText *text, size_t at)
{
        if (at >= text->n)
                return false;
        while (at > 0 && text->tokens[at - 1].line == text->tokens[at].line &&
                        text->tokens[at - 1].form == TOKEN_MARK)
                at--;
        return at == 0 || text->tokens[at - 1].line != text->tokens[at].line;
}

/*
 * Whether a line near by begins with a day and month, too, as in "15.01 Встреча", and none with such a
 * number that is a time only, as "10.30".
 */
static bool is_in_list_of_days(const TokenText *text, size_t at)
{
        size_t from = at > LIST_REACH ? at - LIST_REACH : 0, n = 0;
        for (size_t i = from; i < text->n && i < at + LIST_REACH; i++) {
                DraftDay day;
                DateMention days;
                if (!date_is_number(text, i, 1, 2) || !is_line_start(text, i))
                        continue;
                bool is_range = read_dotted_days(text, i, true, &days);
                if (!is_range && (!date_is_glued(text, i + 1, ".") || !date_is_number(text, i + 2, 2, 2) ||
                                                 !date_token(text, i + 2)->is_glued))
                        continue;
                if (!is_range && !read_dotted(text, i, true, &day) && !read_dotted(text, i, false, &day))
                        return false;
                n++;
        }
        return n > 1;
}

/* "10.04 - вебинар", "10.04 Вебинар": a day and month that begin an item of a list. */
static bool is_item_date(const TokenText *text, size_t at, size_t end)
{
        if (!is_line_start(text, at) || end >= text->n)
                return false;
        const Token *next = &text->tokens[end];
        bool is_name = (next->form == TOKEN_WORD && !next->is_glued) || next->opens;
        bool is_weekday = (word_is(text, end, ",") || word_is(text, end, "(")) &&
                          lexicon_is(text, end + 1, WORD_WEEKDAY);
        if ((is_name || is_weekday || next->form == TOKEN_MARK) && is_in_list_of_days(text, at))
                return true;
        return date_is_dash(text, end) && end + 1 < text->n && text->tokens[end + 1].form == TOKEN_WORD &&
               text->tokens[end + 1].line == text->tokens[at].line;
}

/* "переносится на 12.03", "до 15.05, 18:00", "22.09 (пн)": the words beside it tell that it is a day. */
static bool is_told_day(const TokenText *text, size_t at, size_t end)
{
        static const char *const before[] = { "на", "до", "по", "от" };
        int ignored;
        if (end < text->n && text->tokens[end].form == TOKEN_WORD && text->tokens[end].is_glued)
                return false;
        if (word_is(text, end, "(") && date_read_weekday(text, end + 1, &ignored))
                return true;
        bool ends = end >= text->n || text->tokens[end].form == TOKEN_MARK || word_is(text, end, "в") ||
                    !token_same_sentence(text, at, end);
        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
                if (at > 0 && word_is(text, at - 1, before[i]))
                        return ends && !word_is(text, end, "%");
        return false;
}

/* Reads the second day of "03.01.2025 - 05.01.2025", "с 03.01 по 05.01". */
static size_t read_last(const TokenText *text, size_t start, size_t end, bool has_from, DateMention *ret)
{
        if (!date_is_dash(text, end) && !lexicon_is(text, end, WORD_TO))
                return 0;
        bool is_list = !ret->from.year && is_line_start(text, start);
        size_t second = read_iso(text, end + 1, &ret->to);
        if (!second)
                second = read_dotted(text, end + 1, has_from || ret->from.year || is_list, &ret->to);
        if (!second || (is_list && !ret->to.year && !is_item_date(text, start, second)))
                return 0;
        ret->from.year = ret->from.year ? ret->from.year : ret->to.year;
        return second;
}

size_t date_read_numeric(const TokenText *text, size_t at, DateMention *ret)
{
        bool has_from = lexicon_is(text, at, WORD_FROM);
        size_t start = has_from ? at + 1 : at, end = read_dotted_days(text, start, false, ret);
        if (!end && (end = read_dotted_days(text, start, true, ret)) && !is_item_date(text, start, end))
                end = 0;
        if (end)
                return end;
        end = read_iso(text, start, &ret->from);
        if (!end)
                end = read_dotted(text, start, true, &ret->from);
        if (!end)
                return 0;
        size_t second = read_last(text, start, end, has_from, ret);
        if (second)
                return second;
        /* A day and month alone may as well be a number or a time. */
        if (!ret->from.year && !(at > 1 && lexicon_is(text, at - 2, WORD_LABEL)) &&
                        !is_item_date(text, at, end) && !is_told_day(text, at, end))
                return 0;
        ret->to = ret->from;
        ret->is_open = has_from;
        return date_read_weekday_after(text, date_skip_year_word(text, end), &ret->weekday);
}
