/*
 * Finds the bodies that organise or support an event: a list after "организаторы", or the subject of
 * "провела".
 */

#include "draft/person.h"

#include <errno.h>
#include <string.h>

enum { BODIES_MAX = 48, LIST_MAX = 60, NAME_MAX = 26 };

static bool begins_body(const TokenText *text, size_t at)
{
        if (at >= text->n)
                return false;
        const Token *token = &text->tokens[at];
        return token->opens ||
               (token->form == TOKEN_WORD && (token->is_capital || lexicon_is(text, at, WORD_BODY) ||
                                                             lexicon_is(text, at, WORD_LEGAL)));
}

static bool ends_body(const TokenText *text, size_t at)
{
        static const WordClass ends[] = { WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_ORGANISED, WORD_EVENT,
                WORD_FRAME, WORD_CONTACT };
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
                if (lexicon_is(text, at, ends[i]))
                        return true;
        DateMention date;
        return date_read(text, at, &date) ||
               ((lexicon_is(text, at, WORD_PREPOSITION) || lexicon_is(text, at, WORD_STOP)) &&
                               !word_is(text, at, "по") && !word_is(text, at, "the"));
}

static int add(Assembly *a, size_t first, size_t end, int role, size_t event)
{
        DraftSet *set = a->set;
        while (end > first && a->text->tokens[end - 1].form == TOKEN_MARK &&
                        !a->text->tokens[end - 1].closes)
                end--;
        first += word_is(a->text, first, "the");
        if (first >= end || set->n_bodies == BODIES_MAX || !begins_body(a->text, first))
                return 0;
        DraftField name = assemble_field(a, first, end, DRAFT_STATED, DRAFT_WHY_WORDS);
        if (!name.text)
                return -ENOMEM;
        for (size_t i = 0; i < set->n_bodies; i++)
                if (strcmp(set->bodies[i].name.text, name.text) == 0)
                        return 0;
        set->bodies[set->n_bodies++] = (DraftBody){ name, role, event };
        return 0;
}

/* Whether a comma or conjunction ends a name of a list: a body begins after it. */
static bool separates(const TokenText *text, size_t at)
{
        bool is_comma = word_is(text, at, ",") || word_is(text, at, ";");
        bool is_and = lexicon_is(text, at, WORD_AND);
        size_t next = at + 1 +
                      (is_comma && (lexicon_is(text, at + 1, WORD_AND) || word_is(text, at + 1, "а")));
        if (!is_comma && !is_and)
                return false;
        if (!is_comma && at + 1 < text->n && lexicon_is_adjective(text->tokens[next].word) &&
                        !text->tokens[next].is_capital)
                return false;
        return begins_body(text, next);
}

/* Reads a list of bodies from @at. Return: the token after it, or negative errno. */
static ssize_t read_list(Assembly *a, size_t at, int role, size_t event)
{
        const TokenText *text = a->text;
        size_t first = at, end = at;
        for (; end < text->n && end - at < LIST_MAX && token_same_sentence(text, at, end); end++) {
                if (word_is(text, end, ".") && end > at &&
                                text->tokens[end - 1].end - text->tokens[end - 1].start > 4)
                        break;
                if (!text->tokens[end].is_capital && ends_body(text, end) &&
                                !lexicon_is(text, end, WORD_BODY))
                        break;
                if (!separates(text, end))
                        continue;
                int r = add(a, first, end, role, event);
                if (r < 0)
                        return r;
                first = end + 1 + (lexicon_is(text, end + 1, WORD_AND) || word_is(text, end + 1, "а"));
        }
        int r = add(a, first, end, role, event);
        return r < 0 ? r : (ssize_t)end;
}

static bool is_verb(const TokenText *text, size_t at)
{
        return lexicon_is(text, at, WORD_RUN) ||
               (text->is_russian && lexicon_is(text, at, WORD_ORGANISED) &&
                               strncmp(text->tokens[at].word, "организатор", strlen("организатор")) != 0);
}

/* Reads the subject of a verb of organising: the bodies from the beginning of the sentence. */
static int read_subject(Assembly *a, size_t verb, int role, size_t event)
{
        const TokenText *text = a->text;
        size_t first = verb;
        while (first > 0 && verb - first < LIST_MAX && token_same_sentence(text, first - 1, verb))
                first--;
        if (first == verb || !(lexicon_is(text, first, WORD_BODY) || lexicon_is(text, first, WORD_LEGAL) ||
                                             text->tokens[first].is_all_caps))
                return 0;
        ssize_t end = read_list(a, first, role, event);
        return end < 0 ? (int)end : 0;
}

/* Whether the sentence or line tells of an event, or begins with the word itself: "Организаторы: ...". */
static bool tells_of_event(const Assembly *a, size_t at)
{
        const TokenText *text = a->text;
        const Mention *all = a->mentions.mentions;
        size_t low = 0, high = a->mentions.n;
        for (size_t i = at; i > 0 && at - i < 3; i--)
                if (text->tokens[i - 1].sentence != text->tokens[i].sentence)
                        return true;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (text->tokens[all[middle].first].sentence < text->tokens[at].sentence)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; low < a->mentions.n && token_same_sentence(text, all[low].first, at); low++)
                if (all[low].event != SIZE_MAX && !all[low].is_visit)
                        return true;
        return false;
}

int bodies_find(Assembly *a)
{
        const TokenText *text = a->text;
        a->set->bodies = arena_allocate(&a->set->arena, BODIES_MAX * sizeof(*a->set->bodies));
        if (!a->set->bodies)
                return -ENOMEM;
        for (size_t at = 0; at < text->n && a->main != SIZE_MAX; at++) {
                const LexiconMatch *match = lexicon_at(text, at, WORD_ORGANISED);
                if (!match || !tells_of_event(a, at))
                        continue;
                int r = is_verb(text, at) ? read_subject(a, at, match->entry->value, a->main) : 0;
                size_t from = at + match->n_tokens;
                from += word_is(text, from, ":") || word_is(text, from, "-");
                ssize_t end = r == 0 && begins_body(text, from)
                                              ? read_list(a, from, match->entry->value, a->main)
                                              : 0;
                if (r < 0 || end < 0)
                        return r < 0 ? r : (int)end;
                at = end > (ssize_t)at ? (size_t)end - 1 : at;
        }
        return 0;
}
