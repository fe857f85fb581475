/* Makes events of mentions: which mentions are one event, and which are none. */

#include "draft/assemble.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
        SCORE_EVENT = 4, /* needed by an event of its own */
        SCORE_PART = 3,  /* needed by a part of another */
        WORDS_MAX = 24,  /* compared words of a name */
        STEM_MIN = 4,    /* letters that two words share, at least, if they are forms of one */
        RECENT_MAX = 24, /* events that a mention is compared with */
        LEAD_LINES = 4,
        LEAD_SENTENCES = 3,
        ANTECEDENTS = 5, /* mentions among which a generic word finds what it stands for */
};

/* ---- Words of names ---- */

/* Whether two folded words are forms of one: they share all but an ending. */
static bool is_same_word(const char *a, const char *b)
{
        size_t same = 0, la = strlen(a), lb = strlen(b), longest = la > lb ? la : lb;
        while (a[same] && a[same] == b[same])
                same++;
        /* A Cyrillic letter has two octets. */
        size_t ending = (unsigned char)a[0] >= 0x80 ? 6 : 2;
        return same == longest || (same >= 2 * STEM_MIN && longest - same <= ending);
}

static bool is_content(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        return token->form == TOKEN_NUMBER ||
               (token->form == TOKEN_WORD && strlen(token->word) > 4 && !lexicon_is(text, at, WORD_EVENT) &&
                               !lexicon_is(text, at, WORD_STOP) && !lexicon_is(text, at, WORD_LINK));
}

/* Counts the content words of [first, end), and how many of them [first2, end2) has, too. */
static size_t shared_words(
                const TokenText *text, size_t first, size_t end, size_t first2, size_t end2, size_t *ret_n)
{
        size_t shared = 0, n = 0;
        for (size_t i = first; i < end && n < WORDS_MAX; i++) {
                if (!is_content(text, i))
                        continue;
                n++;
                for (size_t k = first2; k < end2 && k < first2 + 2 * WORDS_MAX; k++)
                        if (is_same_word(text->tokens[i].word, text->tokens[k].word)) {
                                shared++;
                                break;
                        }
        }
        *ret_n = n;
        return shared;
}

/* Whether the event's words are the same, or one is a part of a double word: "семинар-совещание". */
static bool is_same_head(const TokenText *text, const Mention *a, const Mention *b)
{
        const char *one = text->tokens[a->head_end - 1].word, *other = text->tokens[b->head_end - 1].word;
        if (is_same_word(one, other))
                return true;
        const char *dash = strchr(one, '-'), *dash2 = strchr(other, '-');
        if (dash && dash2)
                return is_same_word(dash + 1, dash2 + 1);
        size_t n = dash ? (size_t)(dash - one) : 0, n2 = dash2 ? (size_t)(dash2 - other) : 0;
        return (dash && (strncmp(one, other, n > 2 ? n - 2 : n) == 0 || is_same_word(dash + 1, other))) ||
               (dash2 && (strncmp(other, one, n2 > 2 ? n2 - 2 : n2) == 0 || is_same_word(dash2 + 1, one)));
}

static bool has_quote(const Mention *mention)
{
        return mention->quote < mention->quote_end;
}

/* ---- The dates of a mention ---- */

/* Returns the date that was given to a mention; NULL for none. */
static const DatedMention *date_of(const Assembly *a, size_t mention)
{
        size_t date = a->mentions.mentions[mention].date;
        return date == SIZE_MAX ? NULL : &a->dates[date];
}

static bool is_in(const DraftDay *day, const DraftDay *from, const DraftDay *to)
{
        int one = day->month * 100 + day->day, first = from->month * 100 + from->day,
            last = to->month * 100 + to->day;
        if (day->year && from->year && day->year != from->year)
                return false;
        return one >= first && one <= last;
}

/* Whether two dates may be of one event: one lies in the other. */
static bool is_compatible(const DatedMention *a, const DatedMention *b)
{
        if (!a || !b)
                return true;
        if (a->date.form > DATE_WINDOW || b->date.form > DATE_WINDOW)
                return a->date.form == b->date.form ? a->date.relative == b->date.relative : true;
        return (is_in(&a->date.from, &b->date.from, &b->date.to) &&
                               is_in(&a->date.to, &b->date.from, &b->date.to)) ||
               (is_in(&b->date.from, &a->date.from, &a->date.to) &&
                               is_in(&b->date.to, &a->date.from, &a->date.to));
}

/* ---- How certain a mention is ---- */

static bool is_lead(const Assembly *a, const Mention *mention)
{
        return a->text->tokens[mention->first].line < LEAD_LINES &&
               a->text->tokens[mention->first].sentence < LEAD_SENTENCES;
}

static bool has_named(const Mention *mention)
{
        return mention_is_named(mention);
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
                return 1;
        switch (mention->role) {
        case MENTION_SUBJECT:
        case MENTION_OBJECT:
                return 3;
        case MENTION_ATTENDED:
                return has_named(mention) ? 2 : 1;
        case MENTION_LISTED:
                return 1;
        case MENTION_PLAIN:
                return 0;
        }
        return 0;
}

/* Whether the event's word stands alone: "переговоры". */
static bool is_bare(const Mention *mention)
{
        return !mention->has_adjectives && mention->end == mention->head + 1 && !has_named(mention);
}

static int score(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        const DatedMention *dated = date_of(a, i);
        int background = mention_is_background(a->text, mention->first),
            points = score_date(dated) + score_role(mention);
        bool has_days = dated && dated->date.form != DATE_YEAR && dated->date.form != DATE_WINDOW &&
                        !dated->is_past;
        points += has_named(mention) + (is_lead(a, mention) || mention->is_heading);
        points -= mention->value & EVENT_PLURAL ? 4 : 0;
        points -= mention->value & EVENT_WEAK ? 1 : 0;
        points -= mention->is_indirect ? (has_quote(mention) ? 1 : 2) : 0;
        points -= background == 2 ? 5 : background == 1 && !has_days ? 3 : 0;
        points -= is_bare(mention) && !dated ? 2 : 0;
        bool is_told = mention->role != MENTION_PLAIN || (dated && score_date(dated) > 1);
        return is_told || mention->is_frame ? points : 0;
}

/* ---- Events ---- */

static const Mention *first_of(const Assembly *a, size_t event)
{
        return &a->mentions.mentions[a->first_mention[event]];
}

static int add_event(Assembly *a, size_t mention, size_t *ret)
{
        DraftSet *set = a->set;
        if (set->n_events == a->allocated) {
                size_t n = a->allocated ? 2 * a->allocated : 16;
                DraftEvent *events = realloc(set->events, n * sizeof(*events));
                if (events)
                        set->events = events;
                size_t *first = realloc(a->first_mention, n * sizeof(*first));
                if (first)
                        a->first_mention = first;
                if (!events || !first)
                        return -ENOMEM;
                a->allocated = n;
        }
        *ret = set->n_events++;
        a->first_mention[*ret] = mention;
        set->events[*ret] = (DraftEvent){ .parent = SIZE_MAX, .start_minute = -1, .end_minute = -1 };
        a->mentions.mentions[mention].event = *ret;
        return 0;
}

/* Whether the verb tells of more of an event: "сессия продолжит работу", "завершится". */
static bool is_continuation(const Assembly *a, const Mention *mention)
{
        static const char *const verbs[] = { "продолж", "заверш", "закро", "закры", "продл", "continue",
                "conclude", "close", NULL };
        const char *verb = mention->verb == SIZE_MAX ? "" : a->text->tokens[mention->verb].word;
        for (size_t i = 0; verbs[i]; i++)
                if (strncmp(verb, verbs[i], strlen(verbs[i])) == 0)
                        return true;
        return false;
}

/* Whether a mention speaks of an event that is known already. */
static bool is_same_event(const Assembly *a, size_t i, size_t event)
{
        const TokenText *text = a->text;
        const Mention *mention = &a->mentions.mentions[i], *known = first_of(a, event);
        const DatedMention *mine = date_of(a, i), *its = date_of(a, a->first_mention[event]);
        size_t n, n2;
        if (mention->is_visit || known->is_visit)
                return (known->value & EVENT_KIND) == (mention->value & EVENT_KIND) &&
                       (is_compatible(mine, its) || mine->date.form == DATE_RELATIVE);
        if (is_bare(mention) && is_continuation(a, mention) && is_same_head(text, mention, known))
                return true;
        if (!is_compatible(mine, its))
                return false;
        if (has_quote(mention) && has_quote(known)) {
                size_t shared = shared_words(text, mention->quote, mention->quote_end, known->quote,
                                known->quote_end, &n);
                shared_words(text, known->quote, known->quote_end, mention->quote, mention->quote_end, &n2);
                size_t least = n < n2 ? n : n2;
                return shared > 0 && 2 * shared >= least;
        }
        if (mention->value & EVENT_GENERIC)
                return !mention->has_adjectives || mention->has_pronoun ||
                       shared_words(text, mention->first, mention->end, known->first, known->end, &n) > 0;
        if (mention->is_name_alone || known->is_name_alone) {
                bool is_bare = !mention->has_adjectives && mention->end == mention->head_end;
                return shared_words(text, mention->first, mention->end, known->first, known->end, &n) > 0 ||
                       (is_bare && (mention->has_pronoun || (mention->value & EVENT_KIND) ==
                                                                            (known->value & EVENT_KIND)));
        }
        if (!is_same_head(text, mention, known))
                return mention->has_pronoun && mention->end == mention->head_end && !mine;
        size_t shared = shared_words(text, mention->first, mention->end, known->first, known->end, &n);
        shared_words(text, known->first, known->end, mention->first, mention->end, &n2);
        bool is_bare = n == 0 || n2 == 0;
        if (mine && its)
                return is_bare || shared > 0 ||
                       memcmp(&mine->date.from, &its->date.from, sizeof(its->date.from)) == 0;
        return is_bare || shared > 0 || mention->has_pronoun ||
               (!has_quote(mention) && !has_quote(known) && mention->role == MENTION_PLAIN);
}

static size_t find_event(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        size_t n = a->set->n_events, oldest = n > RECENT_MAX ? n - RECENT_MAX : 0;
        bool is_vague = !has_quote(mention) && !mention->has_adjectives;
        if (is_vague && a->main != SIZE_MAX && is_same_event(a, i, a->main))
                return a->main;
        for (size_t k = n; k > oldest; k--)
                if (is_same_event(a, i, k - 1))
                        return k - 1;
        return SIZE_MAX;
}

/* Whether the first sentence after a heading tells of the heading's event by another name. */
static size_t find_of_heading(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        if (a->set->n_events != 1 || !first_of(a, 0)->is_heading || mention->is_heading || mention->is_frame)
                return SIZE_MAX;
        const Mention *heading = first_of(a, 0);
        bool is_next = i <= a->first_mention[0] + 3 && a->text->tokens[mention->first].line <= 3;
        bool is_told = mention->role == MENTION_SUBJECT || mention->role == MENTION_OBJECT;
        bool differs = has_quote(mention) && has_quote(heading);
        return is_next && is_told && !differs &&
                                               is_compatible(date_of(a, i), date_of(a, a->first_mention[0]))
                               ? 0
                               : SIZE_MAX;
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
        return mention->is_frame && has_named(mention) && !(mention->value & EVENT_PLURAL) &&
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
        if (has_named(mention) || mention->date != SIZE_MAX)
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
                                !one->is_visit && !is_bare(one) && is_same_head(a->text, one, &all[i]) &&
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
        bool is_visit = (all[i].value & EVENT_KIND) == DRAFT_VISIT && is_bare(&all[i]);
        if (is_visit && i > 0 && all[i - 1].is_visit && all[i - 1].event == SIZE_MAX &&
                        all[i - 1].date == SIZE_MAX)
                return i - 1;
        if (!(all[i].value & EVENT_GENERIC) && is_bare(&all[i]) && date_of(a, i) &&
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

static int take_event(Assembly *a, size_t i)
{
        Mention *mention = &a->mentions.mentions[i];
        mention->score = score(a, i);
        size_t known = find_event(a, i);
        if (known == SIZE_MAX)
                known = find_of_heading(a, i);
        if (known != SIZE_MAX) {
                mention->event = known;
                return 0;
        }
        size_t parent = mention->is_frame ? SIZE_MAX : frame_of(a, i);
        bool is_event = mention->score >= (parent != SIZE_MAX ? SCORE_PART : SCORE_EVENT) ||
                        is_named_frame(a, i);
        if (parent != SIZE_MAX && !is_told_part(a, i))
                is_event = false;
        if ((mention->value & EVENT_GENERIC) && !has_quote(mention) && !date_of(a, i))
                is_event = false;
        if (!is_event)
                return 0;
        int r = add_told(a, i, &known);
        if (r < 0)
                return r;
        a->set->events[known].parent = parent;
        if (mention->is_visit)
                join_title(a, i, known);
        if (a->main == SIZE_MAX || (first_of(a, a->main)->is_frame && !mention->is_frame))
                a->main = known;
        return 0;
}

/* A frame may stand after what it frames: "состоялась сессия в рамках форума". */
static void join_late_frames(Assembly *a)
{
        for (size_t e = 0; e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                size_t parent = event->parent == SIZE_MAX && !first_of(a, e)->is_frame
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
