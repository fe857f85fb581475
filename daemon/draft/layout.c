#include "draft/layout.h"

#include "draft/clock-time.h"
#include "draft/date.h"
#include "draft/lexicon.h"

#include <string.h>

enum { LEADER_MAX = 8 }; /* tokens of a line that only tells what the text is */

size_t layout_line_begin(const TokenText *text, size_t at)
{
        size_t begin = at;
        while (begin > 0 && at - begin < LAYOUT_LINE_MAX &&
                        text->tokens[begin - 1].line == text->tokens[at].line)
                begin--;
        return begin;
}

size_t layout_line_end(const TokenText *text, size_t at)
{
        size_t end = at;
        while (end < text->n && end - at < LAYOUT_LINE_MAX &&
                        text->tokens[end].line == text->tokens[at].line)
                end++;
        return end;
}

bool layout_is_leading(const TokenText *text, size_t at)
{
        static const char *const words[] = { "сообщен", "приглашен", "анонс", "информац", "извещен",
                "уведомлен", "объявлен", "проведен", "организац", "программ", "повестк", "афиш",
                "пресс-релиз", "релиз", "протокол", "стенограмм", "invitation", "announcement", "programme",
                "program", "agenda", "release" };
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (strncmp(text->tokens[at].word, words[i], strlen(words[i])) == 0)
                        return true;
        return false;
}

/* "Пресс-служба Правительства области" over the text. */
static bool is_press_service(const TokenText *text, size_t at)
{
        return word_is(text, at, "пресс") || word_is(text, at, "пресс-служба") ||
               word_is(text, at, "пресс-центр") || word_is(text, at, "управление");
}

uint32_t layout_heading(const TokenText *text)
{
        bool is_leader = false;
        size_t end = text->n ? layout_line_end(text, 0) : 0;
        for (size_t i = 0; i < end; i++) {
                is_leader |= layout_is_leading(text, i) || (i == 0 && is_press_service(text, i));
                if (end > LEADER_MAX || lexicon_is(text, i, WORD_EVENT) || text->tokens[i].digits > 3 ||
                                text->tokens[i].opens)
                        return 0;
        }
        return is_leader && end < text->n ? 1 : 0;
}

static bool begins_mail_header(const TokenText *text, size_t begin)
{
        const LexiconMatch *match = begin < text->n ? lexicon_at(text, begin, WORD_MAIL_HEADER) : NULL;
        return match && word_is(text, begin + match->n_tokens, ":");
}

bool layout_is_mail_header(const TokenText *text, size_t at)
{
        size_t begin = layout_line_begin(text, at), end = layout_line_end(text, at);
        if (!begins_mail_header(text, begin))
                return false;
        return begins_mail_header(text, end) ||
               (begin > 0 && begins_mail_header(text, layout_line_begin(text, begin - 1)));
}

size_t layout_item_begin(const TokenText *text, size_t at)
{
        if (at + 2 < text->n && text->tokens[at].form == TOKEN_NUMBER &&
                        (word_is(text, at + 1, ")") ||
                                        (word_is(text, at + 1, ".") && !text->tokens[at + 2].is_glued)))
                return at + 2;
        while (at < text->n && text->tokens[at].form == TOKEN_MARK && !text->tokens[at].opens)
                at++;
        return at;
}

/* Skips the marks between the date, the time and the name of an item. */
static size_t skip_marks(const TokenText *text, size_t at, uint32_t line)
{
        while (at < text->n && text->tokens[at].line == line && text->tokens[at].form == TOKEN_MARK &&
                        !text->tokens[at].opens && !text->tokens[at].closes)
                at++;
        return at;
}

bool layout_item(const TokenText *text, size_t at, LayoutItem *ret)
{
        size_t begin = layout_line_begin(text, at), next = layout_item_begin(text, begin);
        uint32_t line = text->tokens[at].line;
        LayoutItem item = { .has_date = false };
        DateMention date;
        ClockTime time;
        if (next < text->n && date_read(text, next, &date) && date.form == DATE_DAYS) {
                item.has_date = true;
                next = skip_marks(text, date.end, line);
        }
        bool is_in = word_is(text, next, "в") || word_is(text, next, "at");
        if (next < text->n && clock_time_read(text, next + is_in, &time) && time.first <= next + is_in + 1) {
                item.has_time = true;
                next = skip_marks(text, time.end, line);
        }
        item.name = next;
        *ret = item;
        return (item.has_date || item.has_time) && next < text->n && text->tokens[next].line == line;
}
