/* Fills in the fields of events that have been found: names, dates, times. */

#include "draft/assemble-internal.h"
#include "draft/assemble.h"
#include "draft/place.h"
#include "draft/title.h"

#include "base/cleanup.h"
#include "base/time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER = 40, LENGTH_MAX = 31, FRAME_REACH = 3, LAST_DAY = 3 /* sentences */ };

DraftField assemble_field(Assembly *a, size_t first, size_t end, DraftBasis basis, DraftWhy why)
{
        const TokenText *text = a->text;
        if (first >= end || end > text->n)
                return (DraftField){ .text = NULL };
        uint32_t start = text->tokens[first].start, stop = text->tokens[end - 1].end;
        char *copy = arena_copy(&a->set->arena, text->text + start, stop - start);
        if (!copy)
                return (DraftField){ .text = NULL };
        char *to = copy;
        for (const char *from = copy; *from; from++) {
                bool is_blank = (unsigned char)*from <= ' ';
                if (*from == '*' || (is_blank && to > copy && to[-1] == ' '))
                        continue;
                *to++ = is_blank ? ' ' : *from;
        }
        *to = '\0';
        return (DraftField){ copy, start, stop, basis, why };
}

/* ---- Which event a date or time is of ---- */

/* Returns the last event whose first mention begins before a token; the main one if there is none. */
size_t assemble_event_before(const Assembly *a, size_t at)
{
        size_t best = a->main;
        for (size_t i = 0; i < a->set->n_events; i++)
                if (a->mentions.mentions[a->first_mention[i]].first < at &&
                                !a->mentions.mentions[a->first_mention[i]].is_frame)
                        best = i;
        return best;
}

bool assemble_tells_of_holding(const TokenText *text, size_t at)
{
        for (size_t i = at > TOGETHER ? at - TOGETHER : 0; i < text->n && i < at + TOGETHER; i++)
                if (token_same_sentence(text, at, i) && (lexicon_is(text, i, WORD_HOLD)))
                        return true;
        return false;
}

static bool is_line_begin(const TokenText *text, size_t at)
{
        return at == 0 || text->tokens[at - 1].line != text->tokens[at].line;
}

/* "Открылась выставка. До 15 октября здесь покажут ...": the last day begins the sentence after. */
static bool is_last_day_after(const Assembly *a, const DatedMention *dated)
{
        const TokenText *text = a->text;
        size_t at = dated->date.first;
        return dated->date.is_until && at > 0 && !token_same_sentence(text, at - 1, at) &&
               text->tokens[a->mentions.mentions[a->first_mention[a->main]].first].sentence + LAST_DAY >=
                               text->tokens[at].sentence;
}

static size_t event_of_date(const Assembly *a, const DatedMention *dated)
{
        if (dated->mention != SIZE_MAX && a->mentions.mentions[dated->mention].event != SIZE_MAX)
                return a->mentions.mentions[dated->mention].event;
        if (dated->is_deadline || dated->is_foreign || dated->is_published || dated->is_past ||
                        a->main == SIZE_MAX || dated->date.form == DATE_YEAR)
                return SIZE_MAX;
        if (dated->is_label)
                return assemble_event_before(a, dated->date.first);
        bool may_tell = dated->mention == SIZE_MAX &&
                        (assemble_tells_of_holding(a->text, dated->date.first) ||
                                        is_line_begin(a->text, dated->date.first) ||
                                        is_last_day_after(a, dated));
        size_t event = may_tell ? assemble_event_before(a, dated->date.first) : SIZE_MAX;
        /* A day before an event that has one of its own is of something else. */
        bool is_other = event != SIZE_MAX &&
                        a->mentions.mentions[a->first_mention[event]].first > dated->date.end &&
                        a->mentions.mentions[a->first_mention[event]].date != SIZE_MAX;
        return is_other ? SIZE_MAX : event;
}

/* ---- Tense and length ---- */

static void put_tense(Assembly *a)
{
        static const DraftTense tenses[] = { [TENSE_NONE] = DRAFT_UNTOLD,
                [TENSE_PAST] = DRAFT_REPORTED,
                [TENSE_NOW] = DRAFT_RUNNING,
                [TENSE_FUTURE] = DRAFT_ANNOUNCED };
        for (size_t i = 0; i < a->mentions.n; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                if (mention->event == SIZE_MAX || mention->role == MENTION_PLAIN)
                        continue;
                DraftTense *tense = &a->set->events[mention->event].tense;
                if (*tense == DRAFT_UNTOLD || (*tense == DRAFT_RUNNING && mention->tense == TENSE_PAST))
                        *tense = tenses[mention->tense];
        }
}

/* Reads "двухдневный", "три дня", "two-day" near an event. */
static int length_at(const TokenText *text, size_t at)
{
        int days = lexicon_value(text, at, WORD_LENGTH, 0);
        if (days)
                return days;
        if (text->tokens[at].form == TOKEN_NUMBER && text->tokens[at].digits <= 2 &&
                        word_is(text, at + 1, "-") && at + 2 < text->n && text->tokens[at + 2].is_glued &&
                        (strncmp(text->tokens[at + 2].word, "дневн", strlen("дневн")) == 0 ||
                                        lexicon_is(text, at + 2, WORD_DAYS)))
                return text->tokens[at].number;
        bool is_span = at == 0 || !token_same_sentence(text, at - 1, at) ||
                       (word_is(text, at - 1, "течение") || word_is(text, at - 1, "продлится") ||
                                       word_is(text, at - 1, "for") || word_is(text, at - 1, "last") ||
                                       word_is(text, at - 1, "after") || word_is(text, at - 1, "over") ||
                                       word_is(text, at - 1, "идти") || word_is(text, at - 1, "идет") ||
                                       word_is(text, at - 1, "длился") || word_is(text, at - 1, "длилась") ||
                                       word_is(text, at - 1, "длится") || word_is(text, at - 1, "lasted") ||
                                       word_is(text, at - 1, "за"));
        int count = lexicon_value(
                        text, at, WORD_COUNT, text->tokens[at].digits <= 2 ? text->tokens[at].number : 0);
        return is_span && count > 0 && lexicon_is(text, at + 1, WORD_DAYS) ? count : 0;
}

/* A length is that of the main event, but a signing has none: then it is of the event before. */
static size_t event_of_length(const Assembly *a, size_t at)
{
        const Mention *main = &a->mentions.mentions[a->first_mention[a->main]];
        bool is_signing = main->is_visit && (main->value & EVENT_KIND) == DRAFT_OTHER;
        return is_signing ? assemble_event_before(a, at) : a->main;
}

/* "as part of a four-day trip": the length is that of the frame, unless this is the main event. */
static bool is_other_frame(const Assembly *a, const Mention *mention)
{
        return mention->is_frame &&
               (mention->event != a->main || a->mentions.mentions[a->first_mention[a->main]].is_visit);
}

static void put_lengths(Assembly *a)
{
        if (a->main == SIZE_MAX)
                return;
        const MentionList *list = &a->mentions;
        size_t frame_end = 0; /* of the frames that begin up to FRAME_REACH tokens after this one */
        for (size_t i = 0, m = 0; i < a->text->n; i++) {
                for (; m < list->n && list->mentions[m].first <= i + FRAME_REACH; m++)
                        if (is_other_frame(a, &list->mentions[m]) && list->mentions[m].end > frame_end)
                                frame_end = list->mentions[m].end;
                int days = length_at(a->text, i);
                if (days < 2 || days > LENGTH_MAX || i < frame_end)
                        continue;
                DraftEvent *event = &a->set->events[event_of_length(a, i)];
                event->length_days = event->length_days ? event->length_days : days;
        }
}

int assemble_details(Assembly *a)
{
        size_t *of_date = arena_allocate(&a->set->arena, (a->n_dates + 1) * sizeof(*of_date));
        if (!of_date)
                return -ENOMEM;
        for (size_t i = 0; i < a->n_dates; i++)
                of_date[i] = event_of_date(a, &a->dates[i]);
        for (size_t e = 0; e < a->set->n_events; e++) {
                const Mention *mention = &a->mentions.mentions[a->first_mention[e]];
                a->set->events[e].start = a->text->tokens[mention->first].start;
                a->set->events[e].end = a->text->tokens[mention->end - 1].end;
        }
        put_tense(a);
        put_lengths(a);
        assemble_times(a, of_date);
        int r = assemble_choose_dates(a, of_date);
        if (r < 0)
                return r;
        assemble_parts(a);
        r = places_find(a);
        if (r == 0)
                titles_choose(a);
        return r;
}
