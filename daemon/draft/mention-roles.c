/* Finds how a text speaks of each mention: as the subject of a verb, its object, or an item of a list. */

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <string.h>

enum {
        BEFORE_MAX = 9,   /* tokens before an event's word in its line */
        REACH = 16,       /* tokens between a verb and its event */
        HEADING_MAX = 40, /* tokens of a heading */
        LEAD_LINES = 4,   /* lines at the beginning that announce the event */
        ACROSS_OBLIQUE = 8,
};

/* ---- Verbs ---- */

static bool may_be_subject(const Mention *mention)
{
        return !mention->is_frame && !mention->is_indirect;
}

/* Whether "который" joins the verb to a name before it, even to one of a frame. */
static bool is_relative_clause(const TokenText *text, const Mention *mention, size_t verb)
{
        if (verb < mention->end || verb > mention->end + REACH)
                return false;
        for (size_t i = verb > mention->end + 4 ? verb - 4 : mention->end + 1; i < verb; i++)
                if (word_is(text, i - 1, ",") &&
                                (strncmp(text->tokens[i].word, "котор", strlen("котор")) == 0 ||
                                                word_is(text, i, "which") || word_is(text, i, "that")))
                        return true;
        return false;
}

static size_t distance(const Mention *mention, size_t verb)
{
        return verb >= mention->end    ? verb - mention->end
               : mention->first > verb ? mention->first - verb
                                       : 0;
}

/* "the conference, held in Oslo", "a workshop organised by the network": a participle after the name. */
static bool is_participle(const TokenText *text, const Mention *mention, size_t verb)
{
        static const char *const after[] = { "in", "at", "by", "on", "from" };
        if (text->is_russian || verb < mention->end ||
                        verb > mention->end + word_is(text, mention->end, ","))
                return false;
        for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
                if (word_is(text, verb + 1, after[i]))
                        return true;
        return false;
}

/* "День открытых дверей организовали парк и город": the object begins the sentence. */
static bool is_object_first(const TokenText *text, const Mention *mention, size_t verb)
{
        return text->is_russian && verb == mention->end && mention->first > 0 &&
               !token_same_sentence(text, mention->first - 1, mention->first);
}

/* Gives the verb at @verb to the nearest of the sentence's mentions [from, to). */
static void give_verb(const TokenText *text, Mention *mentions, size_t n, size_t verb, WordClass class,
                Tense tense)
{
        Mention *best = NULL;
        size_t least = REACH;
        for (size_t i = 0; i < n && mentions[i].first <= verb + REACH; i++) {
                Mention *one = &mentions[i];
                size_t d = distance(one, verb);
                if (one->is_visit)
                        continue;
                bool is_before = verb >= one->end, joined = is_before && is_relative_clause(text, one, verb);
                if (!joined && !may_be_subject(one))
                        continue;
                bool is_held = class == WORD_RUN &&
                               (is_participle(text, one, verb) || is_object_first(text, one, verb));
                if (class == WORD_RUN && is_before && !one->is_name_alone && !is_held)
                        continue;
                if (class == WORD_ATTEND && is_before && !joined)
                        d += 6;
                if (class == WORD_HOLD && one->is_oblique && !joined)
                        d += ACROSS_OBLIQUE;
                if (d <= least && !(one->verb != SIZE_MAX && distance(one, one->verb) < d)) {
                        if (best && d == least && is_before)
                                continue;
                        least = joined ? 0 : d;
                        best = one;
                }
        }
        if (!best)
                return;
        MentionRole role = class == WORD_HOLD  ? MENTION_SUBJECT
                           : class == WORD_RUN ? MENTION_OBJECT
                                               : MENTION_ATTENDED;
        if (best->role == MENTION_PLAIN || role != MENTION_ATTENDED) {
                best->role = role;
                best->verb = verb;
                best->tense = tense;
        }
}

/* Whether a verb of two words ends at a token: "планируется провести". */
static bool is_end_of_hold(const TokenText *text, size_t at)
{
        const LexiconMatch *before = at > 0 ? lexicon_at(text, at - 1, WORD_HOLD) : NULL;
        return before && before->n_tokens == 2;
}

static void give_verbs(const TokenText *text, Mention *mentions, size_t n)
{
        static const WordClass classes[] = { WORD_HOLD, WORD_RUN, WORD_ATTEND };
        size_t at = mentions[0].first, end;
        while (at > 0 && token_same_sentence(text, at - 1, at))
                at--;
        for (end = at; end < text->n && token_same_sentence(text, at, end); end++) {
                for (; n > 1 && mentions[0].end + 2 * REACH < end; n--)
                        mentions++;
                const LexiconMatch *attend = lexicon_at(text, end, WORD_ATTEND);
                for (size_t c = 0; c < 3; c++) {
                        const LexiconMatch *match = lexicon_at(text, end, classes[c]);
                        /* "примут участие" is no "примут", and "планируется провести" no "провести". */
                        bool is_longer = match && ((attend && attend->n_tokens > match->n_tokens) ||
                                                                  is_end_of_hold(text, end));
                        if (match && !is_longer && !lexicon_is(text, end, WORD_EVENT))
                                give_verb(text, mentions, n, end, classes[c], (Tense)match->entry->value);
                }
        }
}

static bool has_more(const Mention *mention)
{
        return mention->has_adjectives || mention->end > mention->head_end;
}

/*
 * Whether a name of one clause is joined to the one before: "пройдут выставка «А» и форум «Б»". A bare word
 * is not: "встречи и экскурсии" are parts of what is told.
 */
static bool is_joined(const TokenText *text, const Mention *before, const Mention *mention)
{
        bool has_name = has_more(mention) && (before->verb != SIZE_MAX || has_more(before));
        size_t first = before->end + 1;
        first += !text->is_russian && lexicon_is(text, first, WORD_STOP);
        return !before->is_visit && !mention->is_visit && may_be_subject(before) &&
               may_be_subject(mention) && has_name && mention->first == first &&
               lexicon_is(text, before->end, WORD_AND);
}

static bool is_told(const Mention *mention)
{
        return mention->verb != SIZE_MAX && mention->role != MENTION_ATTENDED;
}

static void copy_verb(Mention *to, const Mention *from)
{
        to->role = from->role;
        to->verb = from->verb;
        to->tense = from->tense;
}

/* The verb of one of two coordinated names is that of the other; so is the date. */
static void give_to_joined(const TokenText *text, MentionList *list)
{
        for (size_t i = 0; i + 1 < list->n; i++) {
                Mention *before = &list->mentions[i], *mention = &list->mentions[i + 1];
                if (!is_joined(text, before, mention) || is_told(before) == is_told(mention))
                        continue;
                if (is_told(before))
                        copy_verb(mention, before);
                else
                        copy_verb(before, mention);
                mention->is_joined = true;
        }
}

static void read_verbs(const TokenText *text, MentionList *list)
{
        for (size_t i = 0; i < list->n;) {
                size_t n = 1;
                while (i + n < list->n && token_same_sentence(text, list->mentions[i].first,
                                                          list->mentions[i + n].first))
                        n++;
                give_verbs(text, list->mentions + i, n);
                i += n;
        }
}

/*
 * Whether the line before the mention only leads to it: "о проведении конференции", "Программа форума",
 * "Приглашение на семинар".
 */
static bool is_led_to(const TokenText *text, size_t begin, const Mention *mention)
{
        if (begin == mention->first || text->tokens[begin].line > LEAD_LINES)
                return false;
        bool is_leader = false;
        for (size_t i = begin; i < mention->first; i++) {
                is_leader |= layout_is_leading(text, i);
                if (!lexicon_is(text, i, WORD_NOT_HEAD) && !lexicon_is(text, i, WORD_LINK) &&
                                !lexicon_is(text, i, WORD_PREPOSITION) && !lexicon_is(text, i, WORD_RUN) &&
                                !lexicon_is_adjective(text->tokens[i].word) && !layout_is_leading(text, i))
                        return false;
        }
        return is_leader;
}

/* "16 апреля пройдет форум, 17 апреля - семинар": a dash stands for the verb. */
static bool follows_dash(const TokenText *text, size_t at)
{
        DateMention date;
        if (at < 2 || !word_is(text, at - 1, "-"))
                return false;
        for (size_t i = at > BEFORE_MAX ? at - BEFORE_MAX : 0; i + 1 < at; i++)
                if (token_same_sentence(text, i, at) && date_read(text, i, &date) && date.end == at - 1)
                        return date.form == DATE_DAYS;
        return false;
}

/* "Среда, 8 октября. В 16:30 в малом зале встреча": the sentence after the day of a line. */
static bool follows_day(const TokenText *text, size_t begin, size_t at)
{
        DateMention date;
        if (!date_read(text, begin, &date) || token_same_sentence(text, begin, at) ||
                        text->tokens[at].sentence != text->tokens[begin].sentence + 1)
                return false;
        size_t end = date.end;
        while (end < at && text->tokens[end].form == TOKEN_MARK)
                end++;
        return !token_same_sentence(text, begin, end);
}

/*
 * Makes LISTED of mentions in lines without a verb: a heading, an item of a list, a label. The line begins
 * with the mention, or with a date or a mark before it.
 */
static void find_listed(const TokenText *text, MentionList *list)
{
        for (size_t i = 0; i < list->n; i++) {
                Mention *mention = &list->mentions[i];
                size_t begin = mention->first, end = mention->end;
                if (mention->role != MENTION_PLAIN || mention->is_frame)
                        continue;
                while (begin > 0 && mention->first - begin < HEADING_MAX &&
                                text->tokens[begin - 1].line == text->tokens[mention->first].line)
                        begin--;
                while (end < text->n && end - begin < HEADING_MAX &&
                                text->tokens[end].line == text->tokens[mention->first].line)
                        end++;
                bool is_led = end - begin < HEADING_MAX && is_led_to(text, begin, mention);
                if (mention->is_indirect && !is_led)
                        continue;
                mention->is_indirect = false;
                DateMention date;
                bool begins = mention->first > 0 &&
                              !token_same_sentence(text, mention->first - 1, mention->first);
                bool is_first = is_led || begin == mention->first || begins ||
                                date_read(text, layout_item_begin(text, begin), &date) ||
                                text->tokens[begin].form != TOKEN_WORD;
                if (follows_dash(text, mention->first)) {
                        mention->role = MENTION_LISTED;
                        continue;
                }
                bool is_under = is_first && begin < mention->first &&
                                follows_day(text, begin, mention->first);
                if (is_under || (end - begin < HEADING_MAX && is_first &&
                                                mention->first - begin < BEFORE_MAX))
                        mention->role = MENTION_LISTED;
        }
}

bool mention_begins_with_pronoun(const TokenText *text, size_t at)
{
        static const char *const words[] = { "он", "она", "оно", "они", "it", "they" };
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (word_is(text, at, words[i]))
                        return true;
        return false;
}

/* "organised the conference for six years": what somebody did in years. */
static bool is_of_years(const TokenText *text, size_t at)
{
        return word_is(text, at, "for") && word_is(text, at + 2, "years");
}

int mention_is_background(const TokenText *text, size_t at)
{
        size_t first = at;
        int most = 0;
        while (first > 0 && at - first < 60 && token_same_sentence(text, first - 1, at))
                first--;
        for (size_t i = first; i < text->n && i < at + 30 && token_same_sentence(text, at, i); i++) {
                int value = is_of_years(text, i) ? 2 : lexicon_value(text, i, WORD_BACKGROUND, 0);
                most = value > most ? value : most;
        }
        return most;
}

/* "Он состоится 25 июня": the verb of a sentence that begins with a pronoun is of the mention before. */
static void give_to_before(const TokenText *text, Mention *mention, size_t at)
{
        if (text->tokens[mention->first].sentence + 1 != text->tokens[at].sentence ||
                        mention->role == MENTION_SUBJECT)
                return;
        for (size_t i = at + 1; i < at + REACH && token_same_sentence(text, at, i); i++) {
                const LexiconMatch *verb = lexicon_at(text, i, WORD_HOLD);
                if (!verb)
                        continue;
                mention->role = MENTION_SUBJECT;
                mention->tense = (Tense)verb->entry->value;
                mention->is_indirect = mention->is_frame = false;
                return;
        }
}

static void read_pronouns(const TokenText *text, MentionList *list)
{
        size_t before = 0;
        for (size_t at = 1; at < text->n && list->n > 0; at++) {
                while (before + 1 < list->n && list->mentions[before + 1].end <= at)
                        before++;
                bool begins = text->tokens[at].sentence != text->tokens[at - 1].sentence;
                if (begins && list->mentions[before].end <= at && mention_begins_with_pronoun(text, at))
                        give_to_before(text, &list->mentions[before], at);
        }
}

/* "с рабочим визитом находится делегация": people are on a visit. */
static void give_to_stays(const TokenText *text, MentionList *list)
{
        for (size_t i = 0; i < list->n; i++) {
                Mention *mention = &list->mentions[i];
                if (mention->role != MENTION_PLAIN || mention->is_visit || mention->first == 0 ||
                                (mention->value & EVENT_KIND) != DRAFT_VISIT ||
                                (mention->value & EVENT_PLURAL) ||
                                !(word_is(text, mention->first - 1, "с") ||
                                                word_is(text, mention->first - 1, "on")))
                        continue;
                for (size_t k = mention->first > REACH ? mention->first - REACH : 0;
                                k < mention->end + REACH; k++)
                        if (token_same_sentence(text, k, mention->first) &&
                                        (lexicon_is(text, k, WORD_PEOPLE) || lexicon_is(text, k, WORD_POST)))
                                mention->role = MENTION_ATTENDED;
        }
}

void mention_give_roles(const TokenText *text, MentionList *list)
{
        read_verbs(text, list);
        give_to_stays(text, list);
        give_to_joined(text, list);
        read_pronouns(text, list);
        find_listed(text, list);
}
