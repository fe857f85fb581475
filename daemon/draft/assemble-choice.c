/* Chooses the days of each event out of the dates that tell of it, and completes them. */

#include "draft/assemble-internal.h"
#include "draft/assemble-lines.h"
#include "draft/assemble.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
        LENGTH_MAX = 31,
        YEAR = 366,
        NEARER_MIN = 8 /* tokens */,
        BESIDE = 2,       /* sentences */
        DATELINE_MAX = 8, /* dates among which a dateline is */
        OPENED_MAX = 32   /* mentions that may tell of an opening */
};

/* The dates of one event, best first. */
typedef struct Choice {
        const DatedMention *best;
        const DatedMention *opened; /* the first day, told beside another date */
        const DatedMention *until;  /* "до 28 мая" */
        bool is_shared;             /* the best is the date of several events */
        DraftDay from, to;          /* with the days that other dates of the event add */
} Choice;

/* Whether the verb of a mention is one of a list. @at: its index, SIZE_MAX for none */
static bool has_verb(const Assembly *a, size_t at, const char *const *verbs)
{
        const Mention *mention = at != SIZE_MAX ? &a->mentions.mentions[at] : NULL;
        if (!mention || mention->verb == SIZE_MAX)
                return false;
        for (size_t i = 0; verbs[i]; i++)
                if (word_begins(a->text, mention->verb, verbs[i]))
                        return true;
        return false;
}

static const char *const closing_verbs[] = { "продолж", "заверш", "законч", "закро", "закры", "продл",
        "conclude", "close", "continue", "wrapped", "complet", "ended", NULL };
static const char *const opening_verbs[] = { "откр", "старт", "начн", "начал", "open", "start", "begin",
        "began", "kick", NULL };

/* Whether one interval of days lies in the other and is shorter. */
static bool is_narrower(const DateMention *one, const Choice *than)
{
        int from = one->from.month * 32 + one->from.day, to = one->to.month * 32 + one->to.day;
        int first = than->from.month * 32 + than->from.day, last = than->to.month * 32 + than->to.day;
        return from >= first && to <= last && (from > first || to < last);
}

/* Whether one of the verbs stands just before the date: "который открылся 1 декабря". */
static bool follows_verb(const Assembly *a, const DatedMention *dated, const char *const *verbs)
{
        size_t at = dated->date.first;
        for (size_t k = at > 3 ? at - 3 : 0; k < at; k++)
                for (size_t i = 0; verbs[i]; i++)
                        if (word_begins(a->text, k, verbs[i]))
                                return true;
        return false;
}

/* "Открытие выставки - 27 мая": the words of a mention begin so. */
static bool begins_with_opening(const Assembly *a, const DatedMention *dated)
{
        size_t first = dated->mention != SIZE_MAX ? a->mentions.mentions[dated->mention].first : 0;
        for (size_t k = first > 2 ? first - 2 : 0; dated->mention != SIZE_MAX && k <= first; k++)
                if (token_same_sentence(a->text, k, first) &&
                                (word_begins(a->text, k, "открыти") || word_is(a->text, k, "opening")))
                        return true;
        return false;
}

/* Whether a verb or noun tells of the beginning. */
static bool has_opening(const Assembly *a, const DatedMention *dated)
{
        return follows_verb(a, dated, opening_verbs) || has_verb(a, dated->mention, opening_verbs) ||
               begins_with_opening(a, dated);
}

/* Takes what a second date of the event adds to the first one: a year, a last day, a day of its own. */
static void extend(const Assembly *a, const DatedMention *dated, Choice *choice)
{
        const DateMention *date = &dated->date;
        bool same_start = choice->from.month == date->from.month && choice->from.day == date->from.day;
        if (!choice->from.year && date->from.year && same_start) {
                choice->from.year = date->from.year;
                choice->to.year = date->to.year;
        }
        if (choice->is_shared && is_narrower(date, choice) && !has_opening(a, dated)) {
                *choice = (Choice){ .best = dated, .from = date->from, .to = date->to };
                return;
        }
        bool same_year = !choice->to.year || !date->to.year || choice->to.year == date->to.year;
        bool is_later = same_year &&
                        date->to.month * 32 + date->to.day > choice->to.month * 32 + choice->to.day;
        bool is_closing = has_verb(a, dated->mention, closing_verbs) ||
                          (has_verb(a, choice->best->mention, opening_verbs) &&
                                          follows_verb(a, dated, closing_verbs));
        if (is_later && (same_start || is_closing)) {
                choice->to.month = date->to.month;
                choice->to.day = date->to.day;
        }
}

/* "Завтра откроется форум ... 21-22 мая пройдет шестой форум": the interval has the day that was told. */
static bool has_relative_day(const Assembly *a, const DateMention *interval, const DateMention *relative)
{
        DateMention whole;
        if (relative->form != DATE_RELATIVE || interval->form != DATE_DAYS ||
                        memcmp(&interval->from, &interval->to, sizeof(interval->to)) == 0 ||
                        !date_resolve(relative, &a->written, TENSE_NONE, &whole))
                return false;
        int day = whole.from.month * 32 + whole.from.day;
        return day >= interval->from.month * 32 + interval->from.day &&
               day <= interval->to.month * 32 + interval->to.day;
}

/* Whether the second of two dates of one mention stands beside it, and the first does not. */
static bool is_nearer(const Assembly *a, const DatedMention *dated, const DatedMention *best)
{
        bool is_own = dated->mention != SIZE_MAX && dated->mention == best->mention &&
                      dated->date.form == DATE_DAYS && !best->is_label && !dated->is_past &&
                      !(best->date.form == DATE_RELATIVE && has_opening(a, dated));
        return is_own &&
               ((dated->is_clause && !best->is_clause) || dated->distance + NEARER_MIN <= best->distance);
}

static void consider(const Assembly *a, const DatedMention *dated, size_t event, Choice *choice)
{
        const DateMention *date = &dated->date;
        const DatedMention *best = choice->best;
        if (date->is_until && !dated->is_label && date->form == DATE_DAYS) {
                choice->until = choice->until ? choice->until : dated;
                return;
        }
        bool is_days = date->form == DATE_DAYS && best && best->date.form == DATE_DAYS;
        if (best && date->form == DATE_DAYS && best->date.form == DATE_RELATIVE && has_opening(a, dated))
                choice->opened = dated;
        bool better = !best || is_nearer(a, dated, best) || has_relative_day(a, date, &best->date) ||
                      (date->form < best->date.form && best->date.form != DATE_RELATIVE) ||
                      (best->is_past && !dated->is_past) || (is_days && dated->is_label && !best->is_label);
        if (is_days && !better) {
                extend(a, dated, choice);
                return;
        }
        if (!better || date->form == DATE_YEAR)
                return;
        bool is_shared = dated->mention != SIZE_MAX && a->mentions.mentions[dated->mention].event != event;
        *choice = (Choice){ .best = dated,
                .opened = choice->opened,
                .until = choice->until,
                .is_shared = is_shared,
                .from = date->from,
                .to = date->to };
}

static bool agrees(const DraftDay *from, int year)
{
        return year && from->month;
}

/*
 * "29 октября парк посетили гости. Накануне делегация встретилась ...": the day before the one that the
 * text told last. Return: that day; a zero year for none.
 */
static DraftDay day_before_told(const Assembly *a, const DateMention *date, int tense)
{
        const DatedMention *told = NULL;
        DateMention whole;
        if (!word_is(a->text, date->first, "накануне"))
                return (DraftDay){ 0 };
        for (size_t i = 0; i < a->n_dates && a->dates[i].date.first < date->first; i++)
                if (a->dates[i].date.form == DATE_DAYS && !a->dates[i].is_published &&
                                !a->dates[i].is_deadline && !a->dates[i].is_foreign)
                        told = &a->dates[i];
        if (!told || a->text->tokens[told->date.first].sentence + BESIDE <
                                        a->text->tokens[date->first].sentence)
                return (DraftDay){ 0 };
        whole = told->date;
        if (!date_is_whole(&whole.from) && !date_resolve(&told->date, &a->written, tense, &whole))
                return (DraftDay){ 0 };
        return date_is_whole(&whole.from) ? date_from_days(date_days(&whole.from) - 1) : (DraftDay){ 0 };
}

static void resolve(Assembly *a, size_t e, const Choice *choice)
{
        DraftEvent *event = &a->set->events[e];
        DateMention date = choice->best->date, whole;
        date.from = choice->from;
        date.to = choice->to;
        event->form = date.form == DATE_DAYS || date.form == DATE_WINDOW ? date.form : DATE_DAYS;
        event->from = date.from;
        event->to = date.to;
        int year = years_of_name(a, e);
        if (agrees(&event->from, year) && !date.from.year)
                years_set(event, year, DRAFT_WHY_YEAR_NAME);
        years_use_list(a, event, &date);
        date.from = event->from;
        date.to = event->to;
        DraftDay before = day_before_told(a, &date, event->tense);
        if (before.year) {
                event->from = event->to = before;
                event->dates.basis = DRAFT_INFERRED;
                event->dates.why = DRAFT_WHY_RELATIVE;
        } else if (date_resolve(&date, &a->written, event->tense, &whole)) {
                event->from = whole.from;
                event->to = whole.to;
                event->form = date.form == DATE_WEEK ? DATE_WINDOW : event->form;
                event->dates.basis = DRAFT_INFERRED;
                event->dates.why = date.form == DATE_RELATIVE || date.form == DATE_WEEK ? DRAFT_WHY_RELATIVE
                                   : date.form == DATE_WEEKDAY                          ? DRAFT_WHY_WEEKDAY
                                                               : DRAFT_WHY_YEAR_PUBLISHED;
        } else if (date.form == DATE_RELATIVE || date.form == DATE_WEEKDAY || date.form == DATE_WEEK) {
                event->from = event->to = (DraftDay){ 0 };
        }
        if (event->from.month)
                years_set(event, a->year_of_text, DRAFT_WHY_YEAR_TEXT);
        if (event->form == DATE_WINDOW && event->dates.basis == DRAFT_STATED)
                event->dates.why = DRAFT_WHY_WINDOW;
}

static void set_length(DraftEvent *event)
{
        bool is_one_day = date_is_whole(&event->from) &&
                          memcmp(&event->from, &event->to, sizeof(event->to)) == 0;
        if (event->length_days < 2 || !is_one_day || event->form != DATE_DAYS)
                return;
        event->to = date_from_days(date_days(&event->from) + event->length_days - 1);
        event->dates.basis = DRAFT_INFERRED;
        event->dates.why = DRAFT_WHY_LENGTH;
}

/*
 * "Форум продлится до 28 мая": the last day of an event whose first day is known. A day in another sentence
 * is near, because it may be the end of something else.
 */
static void set_last(const Assembly *a, DraftEvent *event, const Choice *choice)
{
        const DatedMention *until = choice->until;
        bool is_told = token_same_sentence(a->text, until->date.first, choice->best->date.first);
        DraftDay last = until->date.to;
        last.year = last.year ? last.year : event->from.year;
        if (last.year && last.year == event->from.year && last.month < event->from.month)
                last.year++;
        if (date_is_whole(&event->from) && date_is_whole(&last) &&
                        date_days(&last) > date_days(&event->from) &&
                        date_days(&last) < date_days(&event->from) + (is_told ? YEAR : 2 * LENGTH_MAX))
                event->to = last;
}

/*
 * "26 мая завершилась двухдневная сессия": the first day of an event whose last day and length are known.
 */
static void set_first(DraftEvent *event)
{
        event->from = date_from_days(date_days(&event->to) - event->length_days + 1);
        event->dates.basis = DRAFT_INFERRED;
        event->dates.why = DRAFT_WHY_LENGTH;
}

/* "Сегодня завершает работу форум, который открылся 1 декабря". */
static void set_opened(DraftEvent *event, const DatedMention *opened)
{
        DraftDay first = opened->date.from;
        first.year = first.year ? first.year : event->to.year;
        if (date_is_whole(&first) && date_days(&first) <= date_days(&event->to) &&
                        date_days(&event->to) < date_days(&first) + LENGTH_MAX)
                event->from = first;
}

static void put_choice(Assembly *a, size_t e, const Choice *choice)
{
        DraftEvent *event = &a->set->events[e];
        event->dates = assemble_field(
                        a, choice->best->date.first, choice->best->date.end, DRAFT_STATED, DRAFT_WHY_WORDS);
        resolve(a, e, choice);
        bool is_one_day = date_is_whole(&event->from) &&
                          memcmp(&event->from, &event->to, sizeof(event->to)) == 0;
        if (choice->opened && date_is_whole(&event->to)) {
                set_opened(event, choice->opened);
                set_length(event);
        } else if (choice->until && event->form == DATE_DAYS)
                set_last(a, event, choice);
        else if (is_one_day && event->length_days > 1 &&
                        (has_verb(a, choice->best->mention, closing_verbs) ||
                                        has_verb(a, a->first_mention[e], closing_verbs)))
                set_first(event);
        else
                set_length(event);
}

/*
 * "Череповец, 13 октября. Выставка начала работу. До 15 октября ...": the day of a dateline is the first one
 * of an event that the text tells to have opened and whose last day it tells. Return: NULL for none.
 */
static const DatedMention *opening_day(const Assembly *a, size_t e)
{
        const DatedMention *dateline = NULL;
        bool is_opened = false;
        for (size_t i = 0; i < a->n_dates && i < DATELINE_MAX && !dateline; i++)
                if (a->dates[i].is_published && a->dates[i].date.form == DATE_DAYS)
                        dateline = &a->dates[i];
        size_t first = a->first_mention[e];
        for (size_t i = first; i < a->mentions.n && i < first + OPENED_MAX && !is_opened; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                is_opened = mention->event == e && mention->role == MENTION_SUBJECT &&
                            mention->tense != TENSE_FUTURE && has_verb(a, i, opening_verbs);
        }
        return is_opened ? dateline : NULL;
}

/* Lists the mentions of each date: the first in @first, the others through @next; SIZE_MAX ends a list. */
static void list_mentions(const Assembly *a, size_t *first, size_t *next)
{
        for (size_t i = 0; i < a->n_dates; i++)
                first[i] = SIZE_MAX;
        for (size_t k = a->mentions.n; k > 0; k--) {
                size_t date = a->mentions.mentions[k - 1].date;
                if (date == SIZE_MAX)
                        continue;
                next[k - 1] = first[date];
                first[date] = k - 1;
        }
}

/* Chooses the dates of the events: each date is considered for its event, and for those that share it. */
static int put_dates(Assembly *a, const size_t *of_date)
{
        CLEANUP(cleanup_free) Choice *choices = calloc(a->set->n_events + 1, sizeof(*choices));
        CLEANUP(cleanup_free) size_t *first = calloc(a->n_dates + 1, sizeof(*first));
        CLEANUP(cleanup_free) size_t *next = calloc(a->mentions.n + 1, sizeof(*next));
        if (!choices || !first || !next)
                return -ENOMEM;
        list_mentions(a, first, next);
        for (size_t i = 0; i < a->n_dates; i++) {
                if (of_date[i] != SIZE_MAX)
                        consider(a, &a->dates[i], of_date[i], &choices[of_date[i]]);
                for (size_t k = first[i]; k != SIZE_MAX; k = next[k]) {
                        size_t event = a->mentions.mentions[k].event;
                        if (event != SIZE_MAX && event != of_date[i])
                                consider(a, &a->dates[i], event, &choices[event]);
                }
        }
        for (size_t e = 0; e < a->set->n_events; e++) {
                Choice *choice = &choices[e];
                const DatedMention *opening = choice->until && !choice->best ? opening_day(a, e) : NULL;
                if (opening) {
                        choice->best = opening;
                        choice->from = opening->date.from;
                        choice->to = opening->date.to;
                }
                if (choice->best)
                        put_choice(a, e, choice);
        }
        return 0;
}

/* A line with a date alone is the day of an announcement's event if the text tells no other. */
static void use_date_line(Assembly *a)
{
        DraftEvent *event = a->main == SIZE_MAX ? NULL : &a->set->events[a->main];
        if (!event || event->dates.text || event->tense == DRAFT_REPORTED || event->tense == DRAFT_RUNNING)
                return;
        for (size_t i = 0; i < a->n_dates; i++) {
                if (!a->dates[i].is_published || a->dates[i].date.form != DATE_DAYS ||
                                !lines_is_date_line(a->text, &a->dates[i].date) ||
                                a->dates[i].date.first <
                                                a->mentions.mentions[a->first_mention[a->main]].first)
                        continue;
                Choice choice = {
                        .best = &a->dates[i], .from = a->dates[i].date.from, .to = a->dates[i].date.to
                };
                event->dates = assemble_field(a, a->dates[i].date.first, a->dates[i].date.end, DRAFT_STATED,
                                DRAFT_WHY_WORDS);
                a->written = (DraftDay){ 0 };
                a->set->written = (DraftField){ .text = NULL };
                a->set->written_day = a->written;
                resolve(a, a->main, &choice);
                return;
        }
}

/* Returns the sentence that first tells of the text's event. */
static uint32_t sentence_of_main(const Assembly *a)
{
        return a->text->tokens[a->mentions.mentions[a->first_mention[a->main]].first].sentence;
}

/*
 * Whether a date beside the text's event tells days, and is of no event and nothing else.
 * @ret: the date with its year; set on true only
 */
static bool resolve_free(
                const Assembly *a, const DatedMention *dated, const DraftEvent *event, DateMention *ret)
{
        uint32_t main = sentence_of_main(a), its = a->text->tokens[dated->date.first].sentence;
        bool is_free = dated->mention == SIZE_MAX || a->mentions.mentions[dated->mention].event == SIZE_MAX;
        if (!is_free || its > main + BESIDE || its + BESIDE < main || dated->date.form != DATE_DAYS ||
                        dated->is_deadline || dated->is_foreign || dated->is_published || dated->is_past)
                return false;
        if (!date_is_whole(&dated->date.from))
                return date_resolve(&dated->date, &a->written, event->tense, ret);
        *ret = dated->date;
        return true;
}

/* Whether a date may be the day of the text's event although its sentence does not name the event. */
static bool may_be_day(const Assembly *a, const DatedMention *dated, const DraftEvent *event)
{
        DateMention whole;
        if (dated->date.is_until || !resolve_free(a, dated, event, &whole))
                return false;
        if (event->dates.text && (date_days(&whole.from) < date_days(&event->from) ||
                                                 date_days(&whole.to) > date_days(&event->to)))
                return false;
        int64_t written = date_is_whole(&a->written) ? date_days(&a->written) : 0;
        return !written || (event->tense == DRAFT_REPORTED ? date_days(&whole.from) <= written
                                                           : date_days(&whole.from) >= written);
}

/*
 * "Депутаты 2 октября проехали по цехам. Экскурсию провёл директор", "На прошлой неделе ... с 21 по 24
 * августа": the only day that is told beside the event is its day.
 */
static void use_only_day(Assembly *a)
{
        DraftEvent *event = a->main == SIZE_MAX ? NULL : &a->set->events[a->main];
        bool is_week = event && event->dates.why == DRAFT_WHY_RELATIVE && event->form == DATE_WINDOW;
        const DatedMention *only = NULL;
        if (!event || (event->dates.text && !is_week) || event->tense == DRAFT_UNTOLD)
                return;
        for (size_t i = 0; i < a->n_dates; i++) {
                if (!may_be_day(a, &a->dates[i], event))
                        continue;
                if (only && memcmp(&only->date.from, &a->dates[i].date.from, sizeof(only->date.from)) != 0)
                        return;
                only = &a->dates[i];
        }
        if (!only)
                return;
        const Choice choice = { .best = only, .from = only->date.from, .to = only->date.to };
        put_choice(a, a->main, &choice);
        event->dates.basis = DRAFT_INFERRED;
        event->dates.why = DRAFT_WHY_SAME_DAY;
}

/* Whether an interval of two days or more has the days of the event in it. */
static bool is_longer_around(const DateMention *interval, const DraftEvent *event)
{
        return date_is_whole(&interval->from) && date_is_whole(&interval->to) &&
               date_days(&interval->from) < date_days(&interval->to) &&
               date_days(&interval->from) <= date_days(&event->from) &&
               date_days(&interval->to) >= date_days(&event->to);
}

/*
 * "Вчера завершилась неделя дизайна. С 27 октября по 4 ноября ...": an interval beside the main event that
 * has its day, which only a word tells, and is of no other event.
 */
static void use_interval_around(Assembly *a)
{
        DraftEvent *event = a->main == SIZE_MAX ? NULL : &a->set->events[a->main];
        if (!event || event->form != DATE_DAYS || event->dates.why != DRAFT_WHY_RELATIVE ||
                        !date_is_whole(&event->from) || event->tense == DRAFT_ANNOUNCED)
                return;
        for (size_t i = 0; i < a->n_dates; i++) {
                const DatedMention *dated = &a->dates[i];
                DateMention whole;
                if (!resolve_free(a, dated, event, &whole) || !is_longer_around(&whole, event))
                        continue;
                bool is_told = date_is_whole(&dated->date.from);
                event->dates = assemble_field(a, dated->date.first, dated->date.end,
                                is_told ? DRAFT_STATED : DRAFT_INFERRED,
                                is_told ? DRAFT_WHY_WORDS : DRAFT_WHY_YEAR_PUBLISHED);
                event->from = whole.from;
                event->to = whole.to;
                return;
        }
}

int assemble_choose_dates(Assembly *a, const size_t *of_date)
{
        int r = put_dates(a, of_date);
        if (r == 0) {
                use_date_line(a);
                use_only_day(a);
                use_interval_around(a);
        }
        return r;
}
