/* Gives each time of day to its event. */

#include "draft/assemble-internal.h"
#include "draft/clock-time.h"
#include "draft/layout.h"

#include "base/array.h"

enum { TOGETHER = 40, TIMES_MAX = 4096, LABEL_REACH = 14 };

/* Returns the index of the first date from a token on. */
static size_t first_date(const Assembly *a, size_t at)
{
        return array_first_from(
                        a->dates, a->n_dates, sizeof(*a->dates), offsetof(DatedMention, date.first), at);
}

/* Returns the index of the first mention from a token on. */
static size_t first_mention(const Assembly *a, size_t at)
{
        return array_first_from(a->mentions.mentions, a->mentions.n, sizeof(*a->mentions.mentions),
                        offsetof(Mention, first), at);
}

static bool is_of_registration(const TokenText *text, size_t at)
{
        for (size_t i = at > 6 ? at - 6 : 0; i < at; i++)
                if (token_same_sentence(text, i, at) && lexicon_is(text, i, WORD_DEADLINE))
                        return true;
        return false;
}

/* "Сбор участников в 9:15": the time of an event that tells no other. */
static bool is_of_gathering(const TokenText *text, size_t at)
{
        for (size_t i = at > 6 ? at - 6 : 0; i < at; i++)
                if (token_same_sentence(text, i, at) && word_is(text, i, "сбор"))
                        return true;
        return false;
}

/* "ежедневно с 10 до 18 часов": the hours of the event that was told before. */
static bool is_daily(const TokenText *text, size_t at)
{
        static const char *const words[] = { "ежедневно", "вход", "работы", "посетителей", "daily",
                "admission", "visitors", "gates", "doors", NULL };
        for (size_t i = at > TOGETHER / 2 ? at - TOGETHER / 2 : 0; i < at; i++)
                for (size_t k = 0; words[k]; k++)
                        if (token_same_sentence(text, i, at) && word_is(text, i, words[k]))
                                return true;
        return false;
}

/*
 * "15.01 Встреча клуба. 17:00, переговорная": a sentence that begins with a time is of the event of its
 * line.
 */
static size_t event_of_line(const Assembly *a, size_t at)
{
        const TokenText *text = a->text;
        if (at == 0 || token_same_sentence(text, at - 1, at))
                return SIZE_MAX;
        size_t after = first_mention(a, at);
        const Mention *before = after > 0 ? &a->mentions.mentions[after - 1] : NULL;
        bool is_of_line = before && text->tokens[before->first].line == text->tokens[at].line;
        return is_of_line ? before->event : SIZE_MAX;
}

/*
 * "Гостей просят быть к 18:30", "Томск, отель «Север», 11:00": the sentence after that of the text's only
 * event.
 */
static bool is_of_only_event(const Assembly *a, size_t at)
{
        if (a->set->n_events != 1 || at == 0)
                return false;
        uint32_t event = a->text->tokens[a->mentions.mentions[a->first_mention[0]].end - 1].sentence;
        static const char *const before[] = { "к", "в", ",", "at", "by" };
        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
                if (word_is(a->text, at - 1, before[i]))
                        return a->text->tokens[at].sentence == event + 1;
        return false;
}

/* "10:00-15:30 (МСК)": a line of its own, under the name or the day of an event. */
static bool is_line_of_time(const TokenText *text, const ClockTime *time)
{
        return layout_line_begin(text, time->first) == time->first &&
               layout_line_end(text, time->first) <= time->end + 1;
}

/*
 * Returns the event of a time: that of the mention or date in its sentence, or the one before in its
 * block.
 */
static size_t event_of_time(const Assembly *a, const size_t *of_date, const ClockTime *time)
{
        const TokenText *text = a->text;
        size_t best = SIZE_MAX, least = TOGETHER;
        size_t from = time->first > TOGETHER ? time->first - TOGETHER : 0, to = time->first + TOGETHER;
        bool is_other = false;
        for (size_t i = first_date(a, from); i < a->n_dates && a->dates[i].date.first < to; i++) {
                size_t at = a->dates[i].date.first,
                       d = at > time->first ? at - time->first : time->first - at;
                if (d < least && token_same_sentence(text, at, time->first)) {
                        least = d;
                        best = of_date[i];
                        is_other = a->dates[i].is_published || a->dates[i].is_deadline;
                }
        }
        if (is_other)
                return SIZE_MAX;
        for (size_t i = first_mention(a, from); i < a->mentions.n && a->mentions.mentions[i].first < to;
                        i++) {
                const Mention *mention = &a->mentions.mentions[i];
                size_t d = mention->first > time->first ? mention->first - time->first
                                                        : time->first - mention->first;
                if (d < least && token_same_sentence(text, mention->first, time->first) &&
                                mention->event != SIZE_MAX) {
                        least = d;
                        best = mention->event;
                }
        }
        if (best == SIZE_MAX)
                best = event_of_line(a, time->first);
        if (best != SIZE_MAX)
                return best;
        for (size_t i = time->first > LABEL_REACH ? time->first - LABEL_REACH : 0; i < time->first; i++)
                if (lexicon_value(text, i, WORD_LABEL, -1) == LABEL_TIME &&
                                text->tokens[i].line == text->tokens[time->first].line)
                        return assemble_event_before(a, time->first);
        bool is_told = assemble_tells_of_holding(text, time->first) || is_daily(text, time->first) ||
                       is_of_gathering(text, time->first);
        is_told |= is_of_only_event(a, time->first) || is_line_of_time(text, time);
        return is_told ? assemble_event_before(a, time->first) : SIZE_MAX;
}

static void put_time(Assembly *a, const size_t *of_date, const ClockTime *time)
{
        size_t e = is_of_registration(a->text, time->first) ? SIZE_MAX : event_of_time(a, of_date, time);
        DraftEvent *event = e == SIZE_MAX ? NULL : &a->set->events[e];
        if (!event)
                return;
        if (event->start_minute >= 0) {
                if (event->end_minute < 0 && time->is_end_only)
                        event->end_minute = time->from;
                return;
        }
        if (time->is_end_only)
                return;
        event->start_minute = time->from;
        event->end_minute = time->to;
        event->time = assemble_field(a, time->first, time->end, DRAFT_STATED, DRAFT_WHY_WORDS);
        if (time->zone)
                event->zone = (DraftField){ time->zone, event->time.start, event->time.end, DRAFT_STATED,
                        DRAFT_WHY_WORDS };
}

/* Gives the times that tell of a gathering, or the others. */
static void put_times(Assembly *a, const size_t *of_date, bool is_gathering)
{
        size_t n = 0;
        for (size_t at = 0; at < a->text->n && n < TIMES_MAX;) {
                ClockTime time;
                if (!clock_time_read(a->text, at, &time)) {
                        at++;
                        continue;
                }
                if (is_of_gathering(a->text, time.first) == is_gathering)
                        put_time(a, of_date, &time);
                at = time.end > at ? time.end : at + 1;
                n++;
        }
}

void assemble_times(Assembly *a, const size_t *of_date)
{
        put_times(a, of_date, false);
        put_times(a, of_date, true);
}
