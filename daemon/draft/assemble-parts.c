/* Finds the parts of a longer event, and their days. */

#include "draft/assemble-internal.h"

#include <string.h>

enum { TOGETHER = 40 };

/*
 * Reads "в первый день", "on the second day", "в заключительный день". Return: the day from 1, -1 the
 * last, 0 none.
 */
static int day_of_whole(const TokenText *text, size_t at)
{
        static const char *const words[] = { "перв", "втор", "трет", "first", "second", "third" };
        for (size_t i = at > TOGETHER / 2 ? at - TOGETHER / 2 : 0; i < at; i++) {
                if (!token_same_sentence(text, i, at) ||
                                !(word_is(text, i + 1, "день") || word_is(text, i + 1, "day")))
                        continue;
                const char *word = text->tokens[i].word;
                for (int k = 0; k < 6; k++)
                        if (strncmp(word, words[k], strlen(words[k])) == 0)
                                return k % 3 + 1;
                if (strncmp(word, "заключит", strlen("заключит")) == 0 ||
                                strncmp(word, "последн", strlen("последн")) == 0 ||
                                strcmp(word, "final") == 0 || strcmp(word, "last") == 0)
                        return -1;
        }
        return 0;
}

static void put_day_of_whole(Assembly *a, size_t e, const DraftEvent *parent)
{
        DraftEvent *event = &a->set->events[e];
        int day = day_of_whole(a->text, a->mentions.mentions[a->first_mention[e]].first);
        if (!day || !date_is_whole(&parent->from) || !date_is_whole(&parent->to))
                return;
        int64_t days = day > 0 ? date_days(&parent->from) + day - 1 : date_days(&parent->to);
        if (days > date_days(&parent->to))
                return;
        event->form = DATE_DAYS;
        event->from = event->to = date_from_days(days);
}

/* A number that orders days, also those without a year. */
static int number(const DraftDay *day)
{
        return day->year * 400 + day->month * 32 + day->day;
}

/*
 * An event on a day of a longer one, or on "the first day" of it, is a part of it, unless it is an event
 * with a name of its own in another town.
 */
static void find_wholes(Assembly *a)
{
        const DraftEvent *whole = a->main == SIZE_MAX ? NULL : &a->set->events[a->main];
        for (size_t e = 0; whole && e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                const Mention *mention = &a->mentions.mentions[a->first_mention[e]];
                if (e == a->main || event->parent != SIZE_MAX || whole->parent == e || !whole->dates.text ||
                                mention->is_frame)
                        continue;
                bool is_within = event->form == DATE_DAYS && whole->form == DATE_DAYS && event->from.day &&
                                 whole->from.day && event->from.year == whole->from.year &&
                                 number(&event->from) >= number(&whole->from) &&
                                 number(&event->to) <= number(&whole->to);
                bool is_short = is_within && number(&whole->to) > number(&whole->from) &&
                                !mention_is_named(mention) && !mention->has_shared_date;
                if ((is_short && mention->role != MENTION_LISTED) ||
                                (!event->dates.text && day_of_whole(a->text, mention->first)))
                        event->parent = a->main;
        }
}

/* A part without a day of its own is within the days of its whole. */
static void put_parts(Assembly *a)
{
        for (size_t e = 0; e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                if (event->parent == SIZE_MAX)
                        continue;
                const DraftEvent *parent = &a->set->events[event->parent];
                const Mention *mention = &a->mentions.mentions[a->first_mention[event->parent]];
                event->parent_words = assemble_field(
                                a, mention->first, mention->end, DRAFT_STATED, DRAFT_WHY_FRAME);
                if (!event->dates.text && parent->dates.text) {
                        bool is_day = parent->form == DATE_DAYS &&
                                      memcmp(&parent->from, &parent->to, sizeof(parent->to)) == 0;
                        event->form = is_day ? DATE_DAYS : DATE_WINDOW;
                        event->from = parent->from;
                        event->to = parent->to;
                        event->dates = parent->dates;
                        event->dates.basis = DRAFT_INFERRED;
                        event->dates.why = DRAFT_WHY_PARENT;
                        put_day_of_whole(a, e, parent);
                }
        }
}

/*
 * Gives the events of a report of one day that have no day of their own that day: "Сегодня посетил завод.
 * Затем провел совещание".
 */
static void share_day_of_report(Assembly *a)
{
        const DraftEvent *whole = a->main == SIZE_MAX ? NULL : &a->set->events[a->main];
        bool is_day = whole && whole->tense == DRAFT_REPORTED && whole->form == DATE_DAYS &&
                      date_is_whole(&whole->from) &&
                      memcmp(&whole->from, &whole->to, sizeof(whole->to)) == 0;
        for (size_t e = 0; is_day && e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                const Mention *mention = &a->mentions.mentions[a->first_mention[e]];
                if (event->dates.text || event->tense != DRAFT_REPORTED || mention->is_frame ||
                                mention_is_background(a->text, mention->first))
                        continue;
                event->form = DATE_DAYS;
                event->from = event->to = whole->from;
                event->dates = whole->dates;
                event->dates.basis = DRAFT_INFERRED;
                event->dates.why = DRAFT_WHY_SAME_DAY;
        }
}

void assemble_parts(Assembly *a)
{
        find_wholes(a);
        put_parts(a);
        share_day_of_report(a);
}
