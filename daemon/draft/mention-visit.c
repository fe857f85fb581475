/*
 * Finds visits, meetings and signings that a verb tells without a noun: "посетили площадки", "встретился с
 * делегацией", "toured the plant". The name of such an event is its clause.
 */

#include "draft/mention-internal.h"

#include <errno.h>
#include <string.h>

enum {
        CLAUSE_MAX = 16, /* tokens before the verb that may be its subject */
        WHOM_REACH = 6,  /* tokens between a verb of receiving and the guests */
        COUNT_REACH = 5, /* tokens between the verb and a number of visitors */
        NOUN_REACH = 4,  /* tokens between the verb and a noun that names the event */
};

static bool ends_clause(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        return token->form == TOKEN_MARK && !token->opens && !token->closes && !token->is_glued;
}

/* Skips dates, marks and words such as "затем" before the subject of a clause. */
static size_t skip_dates(const TokenText *text, size_t first, size_t verb)
{
        DateMention date;
        while (first < verb) {
                if (date_read(text, first, &date))
                        first = date.end;
                else if ((text->tokens[first].form == TOKEN_MARK && !text->tokens[first].opens) ||
                                lexicon_is(text, first, WORD_THEN))
                        first++;
                else
                        break;
        }
        return first;
}

size_t mention_subject_begin(const TokenText *text, size_t from, size_t verb)
{
        size_t first = verb, whole;
        while (first > from && token_same_sentence(text, first - 1, verb) && !ends_clause(text, first - 1) &&
                        !word_is(text, first - 1, ",") && verb - first < CLAUSE_MAX)
                first--;
        whole = skip_dates(text, first, verb);
        bool is_cut = verb - first >= CLAUSE_MAX && first > from &&
                      token_same_sentence(text, first - 1, verb);
        bool is_other = lexicon_is(text, whole, WORD_PREPOSITION) || lexicon_is(text, whole, WORD_FRAME) ||
                        lexicon_is(text, whole, WORD_STOP) || lexicon_is(text, whole, WORD_AND);
        bool is_article = !text->is_russian && lexicon_is(text, whole, WORD_STOP) && whole + 1 < verb &&
                          (word_is(text, whole, "the") || word_is(text, whole, "a") ||
                                          word_is(text, whole, "an"));
        return is_cut || (is_other && !is_article) ? verb : whole + is_article;
}

/* "Выставку посетили 870 человек": visitors are counted, and nobody pays a visit. */
static bool counts_visitors(const TokenText *text, size_t end)
{
        static const char *const units[] = { "человек", "тыс", "гост", "посетител", "людей", "people",
                "visitors", "guests" };
        DateMention date;
        if (date_read(text, end, &date))
                return false;
        bool has_number = false;
        for (size_t i = end; i < end + COUNT_REACH && token_same_sentence(text, end - 1, i); i++) {
                has_number |= text->tokens[i].form == TOKEN_NUMBER || lexicon_is(text, i, WORD_COUNT);
                for (size_t k = 0; has_number && k < sizeof(units) / sizeof(units[0]); k++)
                        if (word_begins(text, i, units[k]))
                                return true;
        }
        return false;
}

/* "Салон «Рельсы» посетит делегация": what is visited is an event, and the verb is of taking part. */
static bool is_of_event(const TokenText *text, const MentionList *list, size_t at)
{
        const Mention *before = list->n ? &list->mentions[list->n - 1] : NULL;
        return before && text->is_russian && before->end == at && !before->is_visit &&
               !before->is_indirect && !before->is_oblique && !before->is_frame &&
               !(before->value & EVENT_WEAK) && token_same_sentence(text, before->first, at) &&
               ((before->value & EVENT_KIND) == DRAFT_EXHIBITION ||
                               (before->value & EVENT_KIND) == DRAFT_SESSION);
}

/* Whether the words tell of people: "делегация", "губернатор", "students". */
static bool has_people(const TokenText *text, size_t from, size_t end)
{
        for (size_t i = from; i < end && i < text->n; i++)
                if (lexicon_is(text, i, WORD_PEOPLE) || lexicon_is(text, i, WORD_POST))
                        return true;
        return false;
}

/* Returns the token after "с" of "встретился в Саранске с директором"; 0 if nobody was met. */
static size_t with_whom(const TokenText *text, size_t at)
{
        for (size_t i = at; i < at + NOUN_REACH && token_same_sentence(text, at - 1, i); i++)
                if (word_is(text, i, "с") || word_is(text, i, "со") || word_is(text, i, "with"))
                        return i + 1;
        return 0;
}

/* "принял в понедельник делегацию": words stand between the verb and those who came. */
static bool receives(const TokenText *text, size_t at)
{
        if (!lexicon_is(text, at, WORD_RECEIVE) || lexicon_is(text, at, WORD_ATTEND))
                return false;
        for (size_t i = at + 1; i < at + WHOM_REACH && token_same_sentence(text, at, i); i++)
                if (lexicon_value(text, i, WORD_PEOPLE, 0) == 1)
                        return true;
        return false;
}

/* Returns the first token of what was visited or who was met, after "в", "с" or an article. */
static size_t object_of(const TokenText *text, size_t end, DraftKind kind)
{
        static const char *const before[] = { "в", "во", "на", "the", "a", "an", "their", "our" };
        size_t with = kind == DRAFT_MEETING ? with_whom(text, end) : 0;
        if (with)
                return with;
        for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
                if (word_is(text, end, before[i]) && token_same_sentence(text, end - 1, end + 1))
                        return end + 1;
        return end;
}

static ssize_t add(MentionScan *scan, size_t at, const LexiconMatch *match, DraftKind kind)
{
        const TokenText *text = scan->text;
        const MentionList *list = scan->ret;
        size_t end = at + match->n_tokens, from = list->n ? list->mentions[list->n - 1].end : 0;
        for (size_t i = end; i < end + NOUN_REACH && token_same_sentence(text, at, i); i++)
                if (lexicon_is(text, i, WORD_EVENT))
                        return (ssize_t)end;
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        *mention = (Mention){ .event = SIZE_MAX,
                .date = SIZE_MAX,
                .head = at,
                .head_end = end,
                .first = mention_subject_begin(text, from, at),
                .value = (int)kind,
                .role = MENTION_SUBJECT,
                .tense = (Tense)match->entry->value,
                .verb = at,
                .is_visit = true };
        size_t named = object_of(text, end, kind);
        mention->end = mention_name_end(text, named, mention);
        mention->end = mention->end > named ? mention->end : end;
        mention->has_people = has_people(text, mention->first, mention->end);
        mention->is_heading = mention_is_heading(text, at);
        return (ssize_t)mention->end;
}

/* "The Export Committee meets on Tuesday", "совет соберется 18 июня": a body, and no event, convenes. */
static bool convenes(const MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        const MentionList *list = scan->ret;
        if (!lexicon_is(text, at, WORD_CONVENE) ||
                        (list->n && token_same_sentence(text, list->mentions[list->n - 1].first, at)))
                return false;
        for (size_t i = mention_subject_begin(text, 0, at); i < at; i++)
                if (lexicon_is(text, i, WORD_BODY))
                        return true;
        return false;
}

ssize_t mention_add_visit(MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        const LexiconMatch *match = lexicon_at(text, at, WORD_VISIT);
        if (match && (counts_visitors(text, at + match->n_tokens) || is_of_event(text, scan->ret, at)))
                return (ssize_t)(at + match->n_tokens);
        if (match)
                return add(scan, at, match, DRAFT_VISIT);
        if ((match = lexicon_at(text, at, WORD_SIGN)))
                return add(scan, at, match, DRAFT_OTHER);
        if (receives(text, at))
                return add(scan, at, lexicon_at(text, at, WORD_RECEIVE), DRAFT_VISIT);
        if (convenes(scan, at))
                return add(scan, at, lexicon_at(text, at, WORD_CONVENE), DRAFT_SESSION);
        match = lexicon_at(text, at, WORD_MEET);
        bool is_met = match && (with_whom(text, at + match->n_tokens) ||
                                               (!text->is_russian && has_people(text, at + match->n_tokens,
                                                                                     at + NOUN_REACH)));
        return is_met ? add(scan, at, match, DRAFT_MEETING) : (ssize_t)at;
}
