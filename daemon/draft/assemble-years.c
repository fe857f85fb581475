/* Completes the days of events by years that the text tells elsewhere: in names, headings, lists. */

#include "draft/assemble-internal.h"
#include "draft/layout.h"

#include <stdlib.h>

enum { NEAR_DAYS = 20, YEARS_BEFORE = 3, YEARS_AFTER = 2 };

void years_set(DraftEvent *event, int year, DraftWhy why)
{
        if (event->from.year || !year)
                return;
        event->from.year = year;
        event->to.year = event->to.month < event->from.month ? year + 1 : year;
        event->dates.basis = DRAFT_INFERRED;
        event->dates.why = why;
}

/* «Кадры-2030»: a year far from that of the text is the name's subject, and not the year of the event. */
static bool is_near_text(const Assembly *a, int year)
{
        return !a->written.year ||
               (year >= a->written.year - YEARS_BEFORE && year <= a->written.year + YEARS_AFTER);
}

int years_of_name(const Assembly *a, size_t e)
{
        const Mention *mention = &a->mentions.mentions[a->first_mention[e]];
        for (size_t k = mention->first; k < mention->end; k++)
                if (date_is_year(a->text, k))
                        return is_near_text(a, a->text->tokens[k].number) ? a->text->tokens[k].number : 0;
        return 0;
}

/* Whether a token is a year that is no part of a whole date: "за 2024 год", "its 2026 calendar". */
static bool is_year_of_list(const TokenText *text, size_t at)
{
        if (!date_is_year(text, at) || text->tokens[at].is_glued || at == 0)
                return false;
        if (lexicon_is(text, at - 1, WORD_MONTH) || text->tokens[at - 1].form == TOKEN_NUMBER ||
                        word_is(text, at - 1, ",") || word_is(text, at - 1, "."))
                return false;
        const Token *next = at + 1 < text->n ? &text->tokens[at + 1] : NULL;
        return next && next->form == TOKEN_WORD && !next->is_capital &&
               token_same_sentence(text, at, at + 1) &&
               (lexicon_is(text, at + 1, WORD_YEAR) || !text->is_russian);
}

/* The year that the heading, or the beginning of the sentence of a list, gives to its days; 0 for none. */
static int year_of_list(const Assembly *a, const DateMention *date)
{
        const TokenText *text = a->text;
        for (size_t at = date->first; at > 0 && token_same_sentence(text, at - 1, date->first); at--)
                if (is_year_of_list(text, at - 1))
                        return text->tokens[at - 1].number;
        for (size_t at = 0; at < text->n && text->tokens[at].line <= layout_heading(text); at++)
                if (is_year_of_list(text, at))
                        return text->tokens[at].number;
        return 0;
}

/*
 * Gives an event without a verb the year of its list: "за 2024 год: 14 марта - съезд". A day of the weeks
 * around that of the text is no such day.
 */
void years_use_list(Assembly *a, DraftEvent *event, const DateMention *date)
{
        int year = event->tense == DRAFT_UNTOLD && date->form == DATE_DAYS ? year_of_list(a, date) : 0;
        DateMention nearest;
        if (!year || event->from.year || !event->from.month || !date_is_whole(&a->written) ||
                        abs(year - a->written.year) > 1 ||
                        !date_resolve(date, &a->written, TENSE_NONE, &nearest))
                return;
        int64_t apart = date_days(&nearest.from) - date_days(&a->written);
        if (apart > NEAR_DAYS || apart < -NEAR_DAYS)
                years_set(event, year, DRAFT_WHY_YEAR_TEXT);
}
