/*
 * Finds the events that a line names without the word of a kind: "14 октября, 18:00 - Разговор с
 * основателем".
 */

#include "draft/clock-time.h"
#include "draft/gazetteer.h"
#include "draft/layout.h"
#include "draft/mention-internal.h"

enum { NAME_MAX = 18 /* tokens */, LIST_MAX = 16, LEAD_MAX = 3 /* lines */, ABOVE_MAX = 18 };

static bool has_class(const TokenText *text, size_t from, size_t end, const WordClass *classes, size_t n)
{
        for (size_t i = from; i < end; i++)
                for (size_t k = 0; k < n; k++)
                        if (lexicon_is(text, i, classes[k]))
                                return true;
        return false;
}

/* Whether the words tell of something, or already have the word of an event. */
static bool tells(const TokenText *text, size_t from, size_t end)
{
        static const WordClass classes[] = { WORD_EVENT, WORD_DEADLINE, WORD_HOLD, WORD_RUN, WORD_VISIT,
                WORD_PLAN, WORD_ATTEND, WORD_MEET, WORD_FOUNDED, WORD_SIGN, WORD_OFF };
        return has_class(text, from, end, classes, sizeof(classes) / sizeof(classes[0]));
}

/* Whether the line of a token is a dated item that names an event by its word. */
static bool is_item_of_event(const TokenText *text, size_t at)
{
        static const WordClass event[] = { WORD_EVENT };
        LayoutItem item;
        return at < text->n && layout_item(text, at, &item) && item.has_date &&
               has_class(text, item.name, layout_line_end(text, at), event, 1);
}

/*
 * "Расписание вебинаров на февраль:" over dated lines: one of the few lines above the list names several
 * events.
 */
static bool is_in_announced_list(const TokenText *text, size_t begin)
{
        LayoutItem item;
        int n_others = 0;
        for (int i = 0; i < LIST_MAX && begin > 0; i++) {
                size_t end = begin;
                begin = layout_line_begin(text, begin - 1);
                if (layout_item(text, begin, &item) && item.has_date)
                        continue;
                for (size_t k = begin; k < end; k++)
                        if (lexicon_value(text, k, WORD_EVENT, 0) & EVENT_PLURAL)
                                return true;
                if (++n_others == LEAD_MAX)
                        return false;
        }
        return false;
}

/* "1 февраля, 15:00, технопарк «Физтехпарк»", "1 февраля. Измир.": what follows the day is a place. */
static bool is_place(const TokenText *text, size_t at)
{
        GazetteerTown town;
        bool is_town = gazetteer_find(text, at, &town) && word_is(text, at + town.n_tokens, ".");
        return is_town || lexicon_is(text, at, WORD_VENUE) || lexicon_is(text, at, WORD_STREET) ||
               lexicon_is(text, at, WORD_TOWN);
}

/* "Maker Fair" over "Saturday 12 April, 10am-4pm, Courtyard": the line above has the name. */
static bool is_under_name(const TokenText *text, size_t begin)
{
        static const WordClass event[] = { WORD_EVENT };
        LayoutItem item;
        if (begin == 0)
                return false;
        size_t above = layout_line_begin(text, begin - 1);
        return begin - above <= ABOVE_MAX && !word_is(text, begin - 1, ":") &&
               !layout_item(text, above, &item) && has_class(text, above, begin, event, 1) &&
               !(lexicon_value(text, begin - 1, WORD_EVENT, 0) & EVENT_PLURAL);
}

/* Whether the name begins an item of a list of dated events. */
static bool is_item(const TokenText *text, size_t at)
{
        LayoutItem item;
        size_t begin = layout_line_begin(text, at), end = layout_line_end(text, at);
        if (at == begin || word_is(text, at - 1, "(") ||
                        (text->tokens[at - 1].form != TOKEN_MARK && !text->tokens[at].is_capital) ||
                        !layout_item(text, at, &item) || item.name != at || !item.has_date)
                return false;
        if (is_under_name(text, begin))
                return false;
        bool is_listed = item.has_time || is_item_of_event(text, end) ||
                         (begin > 0 && is_item_of_event(text, begin - 1)) ||
                         is_in_announced_list(text, begin);
        return is_listed && end > at + 1 && !tells(text, at, end) && !is_place(text, at);
}

/* "12.02.2025, 14:00" over "Пенза, ул. Володарского, 49": a time, and an address in the next line. */
static bool is_above_place(const TokenText *text, size_t at, size_t end)
{
        static const WordClass place[] = { WORD_STREET, WORD_VENUE, WORD_TOWN };
        ClockTime time;
        return clock_time_read(text, at + 1, &time) && time.end == end && end < text->n &&
               has_class(text, end, layout_line_end(text, end), place, sizeof(place) / sizeof(place[0]));
}

/*
 * Whether a line begins with a date, and names a place or time beside it: "25 ноября 2025 года, Ташкент,
 * Центр".
 */
static bool is_line_of_place(const TokenText *text, size_t at)
{
        DateMention date;
        size_t end = layout_line_end(text, at), n_words = 0;
        if (!date_read(text, at, &date) || date.form != DATE_DAYS || tells(text, at, end) ||
                        !(word_is(text, date.end, ",") || word_is(text, date.end, "|") ||
                                        word_is(text, date.end, ".") || word_is(text, date.end, "-")))
                return false;
        for (size_t i = date.end; i < end; i++)
                n_words += text->tokens[i].form == TOKEN_WORD && text->tokens[i].is_capital;
        return n_words > 0 || is_above_place(text, date.end, end);
}

/* Whether a heading that names no kind of event is the name of one: day and place stand under it. */
static bool is_heading_of_event(const TokenText *text, size_t at)
{
        size_t begin = layout_line_begin(text, at), end = layout_line_end(text, at);
        bool is_heading = text->tokens[at].line == layout_heading(text);
        DateMention date;
        for (size_t i = at; is_heading && i < end; i++)
                is_heading = !layout_is_leading(text, i) &&
                             !(date_read(text, i, &date) && date.form != DATE_YEAR);
        return is_heading && begin == at && end < text->n && end - at > 1 && end - at <= NAME_MAX &&
               !tells(text, at, end) && is_line_of_place(text, end) && !word_is(text, end - 1, ".");
}

size_t mention_name_of_line(const TokenText *text, size_t at)
{
        size_t end = at + 1;
        if (text->tokens[at].form != TOKEN_WORD)
                return 0;
        if (is_heading_of_event(text, at))
                return layout_line_end(text, at);
        if (!is_item(text, at))
                return 0;
        while (end < at + NAME_MAX && token_same_sentence(text, at, end) && !word_is(text, end, "(") &&
                        !word_is(text, end, "-") && !word_is(text, end, ","))
                end++;
        return end - (word_is(text, end - 1, ".") || word_is(text, end - 1, ";"));
}
