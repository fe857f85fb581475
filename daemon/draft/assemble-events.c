/* Makes events of mentions: which mentions are one event, and which are none. */

#include "draft/assemble-same.h"

#include "base/array.h"

#include <errno.h>
#include <string.h>

enum {
        SCORE_EVENT = 4, /* needed by an event of its own */
        SCORE_PART = 3,  /* needed by a part of another */
        LEAD_LINES = 4,
        LEAD_SENTENCES = 3,
        BESIDE_MAX = 3,    /* tokens between a name and its day */
        RESULTS_REACH = 8, /* tokens between "итоги" and the event where they are told */
        ANTECEDENTS = 5,   /* mentions among which a generic word finds what it stands for */
};

/* ---- How certain a mention is ---- */

static bool has_quote(const Mention *mention)
{
        return mention->quote < mention->quote_end;
}

static bool is_lead(const Assembly *a, const Mention *mention)
{
        return a->text->tokens[mention->first].line < LEAD_LINES &&
               a->text->tokens[mention->first].sentence < LEAD_SENTENCES;
}

static int score_date(const DatedMention *dated)
{
        if (!dated || dated->is_foreign)
                return 0;
        switch (dated->date.form) {
        case DATE_DAYS:
                return dated->is_past ? 1 : 3;
        case DATE_RELATIVE:
        case DATE_WEEKDAY:
                return 2;
        case DATE_WEEK:
                return 1;
        case DATE_WINDOW:
                return 0;
        case DATE_YEAR:
                return -1;
        }
        return 0;
}

static int score_role(const Mention *mention)
{
        if (mention->is_visit)
                return mention->has_people ? 2 : 1;
        switch (mention->role) {
        case MENTION_SUBJECT:
        case MENTION_OBJECT:
                return 3;
        case MENTION_ATTENDED:
                return mention_is_named(mention) ? 2 : 1;
        case MENTION_LISTED:
                return 1;
        case MENTION_PLAIN:
                return 0;
        }
        return 0;
}

/* "хакатон (11-12 октября)", "в Риге 21 января - день партнера": the day stands beside the name. */
static bool is_beside_date(const Assembly *a, const Mention *mention, const DatedMention *dated)
{
        if (mention->role != MENTION_PLAIN || mention->is_frame || mention->is_indirect || !dated ||
                        dated->is_past || dated->date.form != DATE_DAYS)
                return false;
        size_t from = dated->date.first >= mention->end ? mention->end : dated->date.end,
               to = dated->date.first >= mention->end ? dated->date.first : mention->first;
        for (size_t i = from; i < to; i++)
                if (word_is(a->text, i, ",") || word_is(a->text, i, ";") ||
                                lexicon_is(a->text, i, WORD_STOP))
                        return false;
        return from <= to && to - from <= BESIDE_MAX;
}

/* "состоялась презентация проекта": a word that is often no event is one here. */
static bool is_held(const Mention *mention)
{
        bool has_more = mention->has_adjectives || mention->end > mention->head_end;
        return has_more && mention->role == MENTION_SUBJECT;
}

/* Whether people come or came, and the text begins with that: "Делегация Беларуси посетила завод". */
static bool is_told_visit(const Assembly *a, const Mention *mention)
{
        return mention->is_visit && mention->has_people && (mention->value & EVENT_KIND) == DRAFT_VISIT &&
               (is_lead(a, mention) || mention->is_heading);
}

static int score(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        const DatedMention *dated = same_date_of(a, i);
        int background = mention_is_background(a->text, mention->first),
            points = score_date(dated) + score_role(mention);
        bool has_days = dated && dated->date.form != DATE_YEAR && dated->date.form != DATE_WINDOW &&
                        !dated->is_past;
        points += mention_is_named(mention) + (is_lead(a, mention) || mention->is_heading);
        points -= mention->value & EVENT_PLURAL ? 4 : 0;
        points += is_beside_date(a, mention, dated) + is_told_visit(a, mention);
        points += mention->is_heading && mention->role == MENTION_ATTENDED &&
                                                  mention->end > mention->head_end
                                  ? 2
                                  : 0;
        bool is_next = has_days && lexicon_value(a->text, mention->first, WORD_THIS, 0) > 0;
        points -= (mention->value & EVENT_WEAK) && !is_held(mention) && !is_next ? 1 : 0;
        points -= mention->is_indirect ? (has_quote(mention) ? 1 : 2) : 0;
        points -= background == 2 ? 5 : background == 1 && !has_days ? 3 : 0;
        points -= same_is_bare(mention) && !dated ? 2 : 0;
        points -= !has_days && lexicon_value(a->text, mention->first, WORD_THIS, 0) > 0;
        bool is_told = mention->role != MENTION_PLAIN || (dated && score_date(dated) > 1);
        return is_told || mention->is_frame ? points : 0;
}

/* ---- Events ---- */

static int add_event(Assembly *a, size_t mention, size_t *ret)
{
        DraftSet *set = a->set;
        DraftEvent *events = array_grow(set->events, set->n_events, sizeof(*events));
        if (!events)
                return -ENOMEM;
        set->events = events;
        size_t *first = array_grow(a->first_mention, set->n_events, sizeof(*first));
        if (!first)
                return -ENOMEM;
        a->first_mention = first;
        *ret = set->n_events++;
        a->first_mention[*ret] = mention;
        set->events[*ret] = (DraftEvent){ .parent = SIZE_MAX, .start_minute = -1, .end_minute = -1 };
        a->mentions.mentions[mention].event = *ret;
        return 0;
}

/* Returns the event in whose frame the mention is told: "в рамках форума состоится сессия". */
static size_t frame_of(const Assembly *a, size_t i)
{
        const TokenText *text = a->text;
        const Mention *all = a->mentions.mentions;
        for (size_t k = i; k > 0 && k + 6 > i; k--)
                if (all[k - 1].is_frame && all[k - 1].event != SIZE_MAX &&
                                token_same_sentence(text, all[k - 1].first, all[i].first))
                        return all[k - 1].event;
        for (size_t k = i + 1; k < a->mentions.n && k < i + 4; k++)
                if (all[k].is_frame && all[k].event != SIZE_MAX &&
                                token_same_sentence(text, all[k].first, all[i].first))
                        return all[k].event;
        return SIZE_MAX;
}

/* A frame is an event of its own if it has a name: "в рамках выставки «Иннопром-2025»". */
static bool is_named_frame(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        const Token *first = &a->text->tokens[mention->first];
        bool is_capital = a->text->is_russian && mention->has_adjectives && first->is_capital &&
                          mention->head >= mention->first + 2 &&
                          token_same_sentence(a->text, mention->first - 1, mention->first);
        return mention->is_frame && (mention_is_named(mention) || is_capital) &&
               !(mention->value & (EVENT_PLURAL | EVENT_WEAK)) &&
               !mention_is_background(a->text, mention->first);
}

/*
 * A part needs a name or day of its own, or a report that it took place; plain "встречи" and "выставка" do
 * not do.
 */
static bool is_told_part(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        bool has_more = mention->has_adjectives || mention->end > mention->head_end;
        if (mention_is_named(mention) || mention->date != SIZE_MAX)
                return true;
        return mention->tense == TENSE_PAST && has_more && !(mention->value & EVENT_PLURAL) &&
               (mention->role == MENTION_SUBJECT || mention->role == MENTION_OBJECT);
}

/* "Study tour to the Basque Country. A delegation visited Bilbao": the words before name the visit. */
static void join_title(Assembly *a, size_t i, size_t event)
{
        Mention *all = a->mentions.mentions;
        for (size_t k = i; k > 0 && k + 3 > i; k--)
                if (all[k - 1].event == SIZE_MAX && (all[k - 1].value & EVENT_KIND) == DRAFT_VISIT &&
                                is_lead(a, &all[k - 1]) && !(all[k - 1].value & EVENT_PLURAL))
                        all[k - 1].event = event;
}

/* "набор в летнюю школу ... Школа пройдет 7 июля": the mention before that has the same word and more. */
static size_t same_head_before(const Assembly *a, size_t i)
{
        const Mention *all = a->mentions.mentions;
        for (size_t k = i; k > 0 && k + ANTECEDENTS > i; k--) {
                const Mention *one = &all[k - 1];
                if (one->event == SIZE_MAX && one->date == SIZE_MAX && !(one->value & EVENT_PLURAL) &&
                                !one->is_visit && !same_is_bare(one) &&
                                same_has_head(a->text, one, &all[i]) &&
                                mention_is_background(a->text, one->first) < 2)
                        return k - 1;
        }
        return SIZE_MAX;
}

/*
 * "Губернатор посетил завод. Поездка состоялась 21 февраля", "Мероприятие состоится 19 марта":
 * a generic word that tells the day is of the event that was only mentioned before, as in "регистрация на
 * форум". Return: its mention; SIZE_MAX for none.
 */
static size_t antecedent_of(const Assembly *a, size_t i)
{
        const Mention *all = a->mentions.mentions;
        bool is_visit = (all[i].value & EVENT_KIND) == DRAFT_VISIT && same_is_bare(&all[i]);
        if (is_visit && i > 0 && all[i - 1].is_visit && all[i - 1].event == SIZE_MAX &&
                        all[i - 1].date == SIZE_MAX)
                return i - 1;
        if (!(all[i].value & EVENT_GENERIC) && same_is_bare(&all[i]) && same_date_of(a, i) &&
                        all[i].role == MENTION_SUBJECT)
                return same_head_before(a, i);
        if (!(all[i].value & EVENT_GENERIC) || (all[i].value & EVENT_PLURAL) || has_quote(&all[i]) ||
                        (all[i].role != MENTION_SUBJECT && all[i].role != MENTION_OBJECT))
                return SIZE_MAX;
        for (size_t k = i; k > 0 && k + ANTECEDENTS > i; k--) {
                const Mention *one = &all[k - 1];
                if (one->event == SIZE_MAX && !(one->value & (EVENT_GENERIC | EVENT_PLURAL | EVENT_WEAK)) &&
                                !one->is_visit && one->date == SIZE_MAX &&
                                mention_is_background(a->text, one->first) < 2)
                        return k - 1;
        }
        return SIZE_MAX;
}

/* Makes an event of a mention, or of the one before that it stands for. */
static int add_told(Assembly *a, size_t i, size_t *ret)
{
        size_t before = antecedent_of(a, i);
        if (before == SIZE_MAX)
                return add_event(a, i, ret);
        Mention *all = a->mentions.mentions;
        all[before].date = all[i].date;
        int r = add_event(a, before, ret);
        all[i].event = r < 0 ? SIZE_MAX : *ret;
        return r;
}

/* "11:30-12:00 Пленарное заседание «...»": a line of the programme of the text's event. */
static bool is_line_of_programme(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        bool has_name = mention_is_named(mention) || mention->has_adjectives ||
                        mention->end > mention->head_end;
        return mention->is_item && mention->role == MENTION_LISTED && has_name && a->main != SIZE_MAX &&
               !(mention->value & (EVENT_PLURAL | EVENT_GENERIC)) &&
               same_first_of(a, a->main)->first < mention->first && !same_first_of(a, a->main)->is_item;
}

/* "Было подписано соглашение о сотрудничестве": in a report, a part of what it reports. */
static bool is_signing(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        return mention->is_visit && (mention->value & EVENT_KIND) == DRAFT_OTHER && a->main != SIZE_MAX &&
               mention->tense == TENSE_PAST && mention->date == SIZE_MAX &&
               !same_first_of(a, a->main)->is_visit && same_first_of(a, a->main)->tense == TENSE_PAST &&
               !mention_is_background(a->text, mention->first);
}

/* "Итоги двухдневной работы были представлены на экспертной панели": a part of what was told before. */
static bool is_of_results(const Assembly *a, size_t i)
{
        const TokenText *text = a->text;
        const Mention *mention = &a->mentions.mentions[i];
        if (!mention->is_oblique || mention->role != MENTION_ATTENDED || a->main == SIZE_MAX ||
                        same_first_of(a, a->main)->first > mention->first || mention->date != SIZE_MAX)
                return false;
        for (size_t k = mention->first > RESULTS_REACH ? mention->first - RESULTS_REACH : 0;
                        k < mention->first; k++)
                if (token_same_sentence(text, k, mention->first) &&
                                (word_is(text, k, "итоги") || word_is(text, k, "результаты")))
                        return true;
        return false;
}

/*
 * "вернулись из деловой поездки в Узбекистан ... Поездку организовал центр": a verb tells of the event by
 * its word alone, which was named before. Return: that mention; SIZE_MAX for none.
 */
static size_t told_before(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        bool is_told = (mention->role == MENTION_SUBJECT || mention->role == MENTION_OBJECT) &&
                       !mention->is_visit && same_is_bare(mention);
        if (!is_told || (mention->value & (EVENT_PLURAL | EVENT_GENERIC | EVENT_WEAK)) ||
                        mention_is_background(a->text, mention->first))
                return SIZE_MAX;
        for (size_t k = i; k > 0 && k + ANTECEDENTS > i; k--) {
                const Mention *one = &a->mentions.mentions[k - 1];
                bool has_more = one->has_adjectives || one->end > one->head_end;
                if (one->event == SIZE_MAX && has_more && !one->is_visit && !(one->value & EVENT_PLURAL) &&
                                one->date != SIZE_MAX && same_has_head(a->text, one, mention) &&
                                mention_is_background(a->text, one->first) < 2)
                        return k - 1;
        }
        return SIZE_MAX;
}

static int take_event(Assembly *a, size_t i)
{
        Mention *mention = &a->mentions.mentions[i];
        mention->score = score(a, i);
        size_t known = same_find(a, i);
        if (known == SIZE_MAX)
                known = same_find_of_heading(a, i);
        if (known != SIZE_MAX) {
                mention->event = known;
                return 0;
        }
        bool is_line = is_line_of_programme(a, i) || is_signing(a, i) || is_of_results(a, i);
        size_t parent = is_line ? a->main : mention->is_frame ? SIZE_MAX : frame_of(a, i);
        bool is_event = mention->score >= (parent != SIZE_MAX ? SCORE_PART : SCORE_EVENT) ||
                        is_named_frame(a, i) || is_line;
        if (parent != SIZE_MAX && !is_told_part(a, i) && !is_line)
                is_event = false;
        if ((mention->value & EVENT_GENERIC) && !has_quote(mention) && !same_date_of(a, i))
                is_event = false;
        size_t again = is_event ? SIZE_MAX : told_before(a, i);
        if (!is_event && again == SIZE_MAX)
                return 0;
        int r = is_event ? add_told(a, i, &known) : add_event(a, again, &known);
        if (!is_event)
                mention->event = r < 0 ? SIZE_MAX : known;
        if (r < 0)
                return r;
        a->set->events[known].parent = parent;
        if (mention->is_visit)
                join_title(a, i, known);
        if (a->main == SIZE_MAX || (same_first_of(a, a->main)->is_frame && !mention->is_frame))
                a->main = known;
        return 0;
}

/* A frame may stand after what it frames: "состоялась сессия в рамках форума". */
static void join_late_frames(Assembly *a)
{
        for (size_t e = 0; e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                size_t parent = event->parent == SIZE_MAX && !same_first_of(a, e)->is_frame
                                                ? frame_of(a, a->first_mention[e])
                                                : SIZE_MAX;
                if (parent != SIZE_MAX && parent != e && a->set->events[parent].parent != e)
                        event->parent = parent;
        }
}

int assemble_events(Assembly *a)
{
        int r = 0;
        a->main = SIZE_MAX;
        /* A heading may tell of an event before the text says enough: it waits for the text. */
        for (size_t i = 0; r == 0 && i < a->mentions.n; i++)
                r = take_event(a, i);
        if (r == 0)
                join_late_frames(a);
        return r;
}
