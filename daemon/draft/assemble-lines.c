#include "draft/assemble-lines.h"

#include "draft/clock-time.h"
#include "draft/layout.h"

#include <string.h>

enum { REACH = 40, NAME_LINES = 3 };

bool lines_is_date_line(const TokenText *text, const DateMention *date)
{
        size_t begin = layout_line_begin(text, date->first), end = layout_line_end(text, date->first),
               other = 0;
        for (size_t i = begin; i < end; i++)
                if (i < date->first || i >= date->end)
                        other += text->tokens[i].form == TOKEN_WORD;
        return date->form == DATE_DAYS && other == 0 &&
               memcmp(&date->from, &date->to, sizeof(date->from)) == 0;
}

bool lines_is_sentence_of_date(const TokenText *text, const DateMention *date)
{
        size_t begin = layout_line_begin(text, date->first), other = 0;
        ClockTime time;
        for (size_t i = begin; i < date->first; i++)
                other += text->tokens[i].form != TOKEN_MARK && !lexicon_is(text, i, WORD_TOWN);
        if (date->form != DATE_DAYS || !token_same_sentence(text, begin, date->first))
                return false;
        for (size_t i = date->end; token_same_sentence(text, date->first, i); i++) {
                if (clock_time_read(text, i, &time))
                        i = time.end - 1;
                else
                        other += text->tokens[i].form != TOKEN_MARK;
        }
        return other <= 1;
}

bool lines_is_address(const TokenText *text, const DateMention *date)
{
        static const WordClass verbs[] = { WORD_EVENT, WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_VISIT,
                WORD_DEADLINE, WORD_PLAN, WORD_FOUNDED, WORD_TELL };
        ClockTime time;
        bool begins = date->first == 0 || !token_same_sentence(text, date->first - 1, date->first);
        if (!begins || date->form != DATE_DAYS || !word_is(text, date->end, ",") ||
                        !clock_time_read(text, date->end + 1 + word_is(text, date->end + 1, "в"), &time))
                return false;
        for (size_t i = date->end; token_same_sentence(text, date->first, i); i++)
                for (size_t k = 0; k < sizeof(verbs) / sizeof(verbs[0]); k++)
                        if (lexicon_is(text, i, verbs[k]))
                                return false;
        return true;
}

bool lines_is_after_name(const Assembly *a, const DateMention *date, size_t mention)
{
        const TokenText *text = a->text;
        const Mention *named = &a->mentions.mentions[mention];
        size_t other = 0;
        bool begins = date->first == 0 || !token_same_sentence(text, date->first - 1, date->first);
        for (size_t i = date->end; token_same_sentence(text, date->first, i); i++)
                other += text->tokens[i].form == TOKEN_WORD;
        return begins && date->form == DATE_DAYS && other <= 1 && named->date == SIZE_MAX &&
               named->role == MENTION_LISTED &&
               text->tokens[named->first].sentence + 1 == text->tokens[date->first].sentence &&
               text->tokens[named->first].line == text->tokens[date->first].line;
}

size_t lines_next_mention(const Assembly *a, size_t date_end, size_t to)
{
        if (to >= a->mentions.n || date_end == 0)
                return SIZE_MAX;
        const Token *next = &a->text->tokens[a->mentions.mentions[to].first];
        return next->line == a->text->tokens[date_end - 1].line ? to : SIZE_MAX;
}

size_t lines_item_of(const Assembly *a, const DateMention *date, size_t to)
{
        const TokenText *text = a->text;
        size_t item = date->form == DATE_DAYS ? lines_next_mention(a, date->end, to) : SIZE_MAX;
        bool is_next = item != SIZE_MAX && a->mentions.mentions[item].is_item &&
                       layout_item_begin(text, layout_line_begin(text, date->first)) == date->first &&
                       text->tokens[a->mentions.mentions[item].first].sentence ==
                                       text->tokens[date->first].sentence + 1;
        return is_next ? item : SIZE_MAX;
}

size_t lines_first_below(const Assembly *a, const DateMention *date, size_t to)
{
        const TokenText *text = a->text;
        const Mention *next = to < a->mentions.n ? &a->mentions.mentions[to] : NULL;
        bool begins = date->first == 0 || !token_same_sentence(text, date->first - 1, date->first) ||
                      !token_same_sentence(text, date->first - 2, date->first);
        if (next && next->is_visit && date->form == DATE_DAYS && begins && !date->is_until &&
                        text->tokens[next->first].line == text->tokens[date->first].line &&
                        text->tokens[next->first].sentence == text->tokens[date->first].sentence + 1)
                return to;
        if (!next || date->form != DATE_DAYS || text->tokens[date->first].line != layout_heading(text) ||
                        text->tokens[next->first].line != layout_heading(text) + 1 || next->is_frame ||
                        text->tokens[next->first].sentence > text->tokens[date->first].sentence + 1)
                return SIZE_MAX;
        return to;
}

size_t lines_name_below(const Assembly *a, const DateMention *date, size_t to)
{
        const TokenText *text = a->text;
        const Mention *next = to < a->mentions.n ? &a->mentions.mentions[to] : NULL;
        if (!next || next->role != MENTION_LISTED || next->is_item || (next->value & EVENT_PLURAL) ||
                        text->tokens[next->first].line > text->tokens[date->first].line + NAME_LINES)
                return SIZE_MAX;
        bool is_line = layout_line_begin(text, next->first) == next->first &&
                       layout_line_end(text, next->first) <= next->end + 1;
        return is_line ? to : SIZE_MAX;
}

size_t lines_opening_below(const Assembly *a, const DateMention *date, size_t to)
{
        const TokenText *text = a->text;
        Mention *next = to < a->mentions.n ? &a->mentions.mentions[to] : NULL;
        bool is_day = date->form == DATE_DAYS || date->form == DATE_WEEKDAY || date->form == DATE_RELATIVE;
        if (!next || !is_day || (next->value & EVENT_KIND) != DRAFT_OTHER || next->is_visit ||
                        (next->value & (EVENT_GENERIC | EVENT_PLURAL)) || next->role == MENTION_SUBJECT ||
                        (to > 0 && token_same_sentence(text, next[-1].first, date->first)) ||
                        text->tokens[next->first].sentence != text->tokens[date->first].sentence + 1)
                return SIZE_MAX;
        for (size_t i = date->first > REACH / 2 ? date->first - REACH / 2 : 0; i < date->end + REACH / 2;
                        i++)
                if (token_same_sentence(text, i, date->first) && lexicon_is(text, i, WORD_OPEN)) {
                        next->role = MENTION_SUBJECT;
                        next->is_frame = next->is_indirect = false;
                        return to;
                }
        return SIZE_MAX;
}

bool lines_is_above_items(const TokenText *text, const DateMention *date)
{
        LayoutItem next;
        size_t end = layout_line_end(text, date->first);
        return end < text->n && layout_item(text, end, &next) && next.has_time && !next.has_date;
}

/* "2 октября, четверг": a line that tells the day of the lines under it. */
static bool is_day_line(const Assembly *a, const DatedMention *dated)
{
        const TokenText *text = a->text;
        size_t end = layout_line_end(text, dated->date.first);
        return dated->date.form == DATE_DAYS && !dated->is_deadline && !dated->is_published &&
               memcmp(&dated->date.from, &dated->date.to, sizeof(dated->date.to)) == 0 &&
               layout_line_begin(text, dated->date.first) + 2 >= dated->date.first &&
               dated->date.end + 3 >= end;
}

/* Returns the date of the mention before, or of the one before it if it only tells the last day. */
static size_t date_before(const Assembly *a, size_t mention)
{
        const Mention *all = a->mentions.mentions;
        size_t date = all[mention - 1].date;
        if (date != SIZE_MAX && a->dates[date].date.is_until && mention > 1 &&
                        all[mention - 2].date != SIZE_MAX)
                return all[mention - 2].date;
        return date;
}

/* "В эти же дни будет работать выставка": the days of the event that was told before. */
static void share_dates(Assembly *a)
{
        Mention *all = a->mentions.mentions;
        for (size_t i = 1; i < a->mentions.n; i++) {
                bool is_joined = all[i - 1].is_visit && all[i].role == MENTION_ATTENDED &&
                                 token_same_sentence(a->text, all[i - 1].first, all[i].first);
                size_t at = all[i].first > REACH / 2 ? all[i].first - REACH / 2 : 0,
                       date = date_before(a, i);
                bool is_same = is_joined;
                for (; at < a->text->n && at < all[i].end + REACH / 2; at++)
                        is_same |= token_same_sentence(a->text, at, all[i].first) &&
                                   lexicon_is(a->text, at, WORD_SAME);
                if (!is_same || all[i].date != SIZE_MAX || all[i].role == MENTION_PLAIN || date == SIZE_MAX)
                        continue;
                all[i].date = date;
                all[i].has_shared_date = true;
        }
}

/* Gives the lines of a programme the day of the line above them. */
static void date_items(Assembly *a)
{
        size_t date = 0, day = SIZE_MAX;
        for (size_t i = 0; i < a->mentions.n; i++) {
                Mention *mention = &a->mentions.mentions[i];
                for (; date < a->n_dates && a->dates[date].date.first < mention->first; date++)
                        if (is_day_line(a, &a->dates[date]))
                                day = date;
                if (mention->is_item && mention->date == SIZE_MAX && day != SIZE_MAX) {
                        mention->date = day;
                        mention->has_shared_date = true;
                }
        }
}

void lines_share_dates(Assembly *a)
{
        date_items(a);
        share_dates(a);
}
