#include "draft/mention.h"

#include "base/array.h"

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
        NAME_MAX = 18, /* tokens after the event's word */
        LEAD_MAX = 7,  /* tokens between a weak word and its event */
        SUBJECT_REACH = 8,
        TOLD_MAX = 6, /* mentions before in which a word may be a part of a name */
};

/* ---- Finding mentions ---- */

Mention *mention_add(MentionScan *scan)
{
        MentionList *list = scan->ret;
        Mention *larger = array_grow(list->mentions, list->n, sizeof(*larger));
        if (!larger)
                return NULL;
        list->mentions = larger;
        Mention *mention = &list->mentions[list->n++];
        *mention = (Mention){ .verb = SIZE_MAX, .event = SIZE_MAX, .date = SIZE_MAX };
        return mention;
}

/* Whether a token may stand between a weak word and its event: an adjective, "IV", "29-й". */
static bool is_between(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        if (token->form == TOKEN_NUMBER)
                return token->digits <= 3;
        if (token->is_glued)
                return true;
        return token->form == TOKEN_WORD && (lexicon_is_adjective(token->word) || mention_is_roman(token));
}

/*
 * Whether a weak word only leads to the event: "открытие выставки", "день работы форума", "церемония
 * открытия 29-й выставки".
 */
static bool leads_to_event(const TokenText *text, const Mention *mention)
{
        size_t at = mention->head_end;
        if (!(lexicon_value(text, at - 1, WORD_EVENT, 0) & EVENT_WEAK))
                return false;
        for (int i = 0; i < LEAD_MAX && token_same_sentence(text, mention->head, at); i++, at++) {
                if (lexicon_is(text, at, WORD_EVENT))
                        return true;
                if (!is_between(text, at))
                        return false;
        }
        return false;
}

/* Returns the end of "выставка - форум", one word for the event with blanks around its dash. */
static size_t double_word_end(const TokenText *text, size_t end)
{
        const LexiconMatch *match = lexicon_at(text, end + 1, WORD_EVENT);
        bool is_double = match && text->is_russian && word_is(text, end, "-") &&
                         token_same_sentence(text, end - 1, end + 1) && !text->tokens[end + 1].is_capital &&
                         end + 1 + match->n_tokens < text->n &&
                         text->tokens[end + 1 + match->n_tokens].opens;
        return is_double ? end + 1 + match->n_tokens : end;
}

/* Whether the word is a part of a place's name: "Expo Centre", "Exhibition Hall". */
static bool is_venue_after(const TokenText *text, const Mention *mention)
{
        size_t at = mention->head_end;
        for (int i = 0; i < 2 && token_same_sentence(text, mention->head, at) && text->tokens[at].is_capital;
                        i++, at++)
                if (lexicon_is(text, at, WORD_VENUE) && !lexicon_is(text, at, WORD_EVENT))
                        return true;
        return false;
}

/* Whether the word is a span of time first of all, and an event only as a name: "Неделя металлов". */
static bool is_time_word(const TokenText *text, size_t at)
{
        return lexicon_is(text, at, WORD_SPAN) || lexicon_is(text, at, WORD_DAYS) ||
               word_is(text, at, "неделей") || word_is(text, at, "дни") || word_is(text, at, "show") ||
               word_is(text, at, "launch") || word_is(text, at, "opening");
}

/* "прошло в режиме видеоконференции", "по видеоконференции": how an event is held, and no event. */
static bool is_manner(const TokenText *text, size_t head)
{
        static const char *const before[] = { "режиме", "формате", "посредством", "по", "помощью" };
        if (strncmp(text->tokens[head].word, "видео", strlen("видео")) != 0 &&
                        !word_is(text, head - 1, "режиме") && !word_is(text, head - 1, "формате"))
                return false;
        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
                if (word_is(text, head - 1, before[i]))
                        return true;
        return false;
}

/*
 * "touring the park and meeting eleven firms": a verb. "в зале заседаний": a place.
 */
static bool is_participle(const TokenText *text, const Mention *mention)
{
        size_t head = mention->head;
        if (head == 0 || !token_same_sentence(text, head - 1, head))
                return false;
        if (text->is_russian)
                return (strncmp(text->tokens[head - 1].word, "зал", strlen("зал")) == 0 &&
                                       (mention->value & EVENT_PLURAL)) ||
                       is_manner(text, head);
        return word_is(text, head, "meeting") && mention->first == head && mention->head_end == head + 1 &&
               (word_is(text, head - 1, ",") || lexicon_is(text, head - 1, WORD_AND)) &&
               token_same_sentence(text, head, head + 1) && text->tokens[head + 1].form != TOKEN_MARK &&
               !lexicon_is(text, head + 1, WORD_PREPOSITION) && !lexicon_is(text, head + 1, WORD_LINK) &&
               !lexicon_is(text, head + 1, WORD_HOLD);
}

/* "Webinar: Financing brownfields": the rest of a line that begins with the event's word is its name. */
static void take_subtitle(const TokenText *text, Mention *mention)
{
        size_t begin = layout_line_begin(text, mention->first), colon = mention->end, end = colon + 1;
        LayoutItem item;
        DateMention date;
        bool begins = begin == mention->first ||
                      (layout_item(text, begin, &item) && item.name == mention->first);
        if (!begins || mention->quote < mention->quote_end || !word_is(text, colon, ":") ||
                        !token_same_sentence(text, colon, end) || date_read(text, end, &date) ||
                        text->tokens[end].form == TOKEN_NUMBER)
                return;
        while (end < colon + NAME_MAX && token_same_sentence(text, colon, end) && !word_is(text, end, "("))
                end++;
        end -= text->tokens[end - 1].form == TOKEN_MARK && !text->tokens[end - 1].closes;
        if (end <= colon + 2)
                return;
        mention->quote = colon + 1;
        mention->quote_end = mention->end = end;
        mention->has_own_name = true;
}

/* "начнется неделя промышленного туризма": a span of time with a name, beside a verb of taking place. */
static bool is_held_span(const TokenText *text, const Mention *mention)
{
        return mention->end > mention->head_end + 1 && mention->first > 0 &&
               token_same_sentence(text, mention->first - 1, mention->first) &&
               lexicon_is(text, mention->first - 1, WORD_HOLD);
}

/* "Visit our website": a verb that begins an English sentence. */
static bool is_imperative(const TokenText *text, const Mention *mention)
{
        static const char *const after[] = { "the", "our", "us", "www", "http", "https", "this" };
        bool begins = mention->head == 0 || !token_same_sentence(text, mention->head - 1, mention->head);
        for (size_t i = 0; begins && word_is(text, mention->head, "visit") &&
                           i < sizeof(after) / sizeof(after[0]);
                        i++)
                if (word_is(text, mention->head + 1, after[i]))
                        return true;
        return false;
}

/* "the Northern Production Show ... The show runs from 8 July": the word was that of a name before. */
static bool is_told_before(const MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        for (size_t i = scan->ret->n - 1, k = 0; i > 0 && k < TOLD_MAX; i--, k++) {
                const Mention *before = &scan->ret->mentions[i - 1];
                if (text->tokens[before->head].is_capital &&
                                word_is(text, before->head, text->tokens[at].word))
                        return true;
        }
        return false;
}

/* "pre-conference matchmaking event": the last event's word of an English name says what it is. */
static void take_last_head(const TokenText *text, Mention *mention)
{
        for (size_t i = mention->head_end; !text->is_russian && i < mention->end; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_EVENT);
                if (lexicon_is(text, i, WORD_LINK) || text->tokens[i].form == TOKEN_MARK)
                        return;
                if (!match || (match->entry->value & (EVENT_WEAK | EVENT_PLURAL)))
                        continue;
                mention->head = i;
                mention->head_end = i + match->n_tokens;
                mention->value = match->entry->value;
        }
}

/* "в рамках XV ярмарки и X выставки": the name after "и" is a frame as the one before. */
static bool is_joined_to_frame(const MentionScan *scan, const Mention *mention)
{
        const Mention *before = scan->ret->n > 1 ? &scan->ret->mentions[scan->ret->n - 2] : NULL;
        return before && before->is_frame && before->end + 1 == mention->first &&
               lexicon_is(scan->text, before->end, WORD_AND);
}

/*
 * "Smart Parks Asia, the region's largest gathering of operators, takes place ...": an English name of
 * capitals begins the sentence, and the event's word tells what it is.
 */
static void take_apposition(const TokenText *text, Mention *mention)
{
        size_t comma = mention->first, begin;
        while (comma > 0 && mention->first - comma < 3 && !word_is(text, comma, ","))
                comma--;
        bool has_article = word_is(text, comma + 1, "the") || word_is(text, comma + 1, "a") ||
                           word_is(text, comma + 1, "an");
        if (text->is_russian || !word_is(text, comma, ",") || !has_article ||
                        !token_same_sentence(text, comma, mention->head))
                return;
        for (begin = comma; begin > 0 && token_same_sentence(text, begin - 1, comma); begin--) {
                const Token *token = &text->tokens[begin - 1];
                bool is_part = (token->form == TOKEN_WORD && token->is_capital) ||
                               token->form == TOKEN_NUMBER || lexicon_is(text, begin - 1, WORD_LINK);
                if (!is_part || comma - begin > LEAD_MAX || lexicon_is(text, begin - 1, WORD_EVENT))
                        return;
        }
        if (comma < begin + 2)
                return;
        mention->first = mention->quote = begin;
        mention->end = mention->quote_end = comma;
        mention->has_own_name = true;
}

/* Adds the mention of the event's word at @at. Return: the token after it, or negative errno. */
static ssize_t add_word(MentionScan *scan, size_t at, const LexiconMatch *match)
{
        const TokenText *text = scan->text;
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        mention->head = at;
        mention->head_end = double_word_end(text, at + match->n_tokens);
        mention->value = match->entry->value;
        mention->first = mention_name_begin(text, at);
        mention->is_frame = mention_is_framed(text, mention->first);
        mention->end = mention_name_end(text, mention->head_end, mention);
        take_last_head(text, mention);
        if (is_participle(text, mention)) {
                scan->ret->n--;
                return (ssize_t)mention->head_end;
        }
        take_subtitle(text, mention);
        bool is_place = text->tokens[mention->head_end - 1].is_capital && is_venue_after(text, mention);
        if (is_imperative(text, mention)) {
                scan->ret->n--;
                return (ssize_t)mention->head_end;
        }
        bool is_common = match->n_tokens == 1 && is_time_word(text, at) &&
                         !text->tokens[mention->head].is_capital && !is_told_before(scan, at) &&
                         !is_held_span(text, mention);
        if (is_place || is_common || leads_to_event(text, mention)) {
                scan->ret->n--;
                return (ssize_t)mention->head_end;
        }
        size_t end = mention->end;
        take_apposition(text, mention);
        mention_describe(text, mention);
        mention->is_frame |= is_joined_to_frame(scan, mention);
        return (ssize_t)end;
}

/* "A delegation visits the park": in an English text "visits" and "tours" are verbs after people. */
static bool is_verb_after_people(const TokenText *text, size_t at)
{
        if (!lexicon_is(text, at, WORD_VISIT))
                return false;
        /* "tour" is a noun, too: its subject stands before it, as in "investors tour the park". */
        bool is_bare = word_is(text, at, "tour") || word_is(text, at, "visit");
        size_t reach = is_bare ? 1 : SUBJECT_REACH;
        for (size_t i = at > reach ? at - reach : 0; i < at; i++)
                if (token_same_sentence(text, i, at) &&
                                (lexicon_is(text, i, WORD_PEOPLE) || lexicon_is(text, i, WORD_POST)))
                        return true;
        return false;
}

/* "Первая встреча состоится 16 октября. Вторая - 30 октября": the next one of the events before. */
static bool is_next_of_series(const MentionScan *scan, size_t at)
{
        static const char *const words[] = { "втор", "трет", "четверт", "пят" };
        const TokenText *text = scan->text;
        DateMention date;
        bool begins = at > 0 && !token_same_sentence(text, at - 1, at) && scan->ret->n > 0 &&
                      word_is(text, at + 1, "-") && !scan->ret->mentions[scan->ret->n - 1].is_visit;
        for (size_t i = 0; begins && i < sizeof(words) / sizeof(words[0]); i++)
                if (strncmp(text->tokens[at].word, words[i], strlen(words[i])) == 0)
                        return date_read(text, at + 2, &date) && date.form == DATE_DAYS;
        return false;
}

static ssize_t add_next_of_series(MentionScan *scan, size_t at)
{
        int value = scan->ret->mentions[scan->ret->n - 1].value & EVENT_KIND;
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        mention->first = mention->head = at;
        mention->end = mention->head_end = at + 1;
        mention->value = value;
        return (ssize_t)mention->end;
}

static ssize_t step(MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        const LexiconMatch *match = lexicon_at(text, at, WORD_EVENT);
        if (match && !is_verb_after_people(text, at))
                return add_word(scan, at, match);
        if (is_next_of_series(scan, at))
                return add_next_of_series(scan, at);
        ssize_t after = mention_add_visit(scan, at);
        if (after == (ssize_t)at)
                after = mention_add_held(scan, at);
        return after != (ssize_t)at ? after : mention_add_alone(scan, at);
}

int mention_list_init(const TokenText *text, MentionList *ret)
{
        *ret = (MentionList){ .n = 0 };
        MentionScan scan = { .text = text, .ret = ret };
        for (size_t at = 0; at < text->n;) {
                ssize_t next = step(&scan, at);
                if (next < 0)
                        return (int)next;
                at = (size_t)next;
        }
        mention_give_roles(text, ret);
        return 0;
}

void mention_list_done(MentionList *list)
{
        free(list->mentions);
        *list = (MentionList){ .n = 0 };
}
