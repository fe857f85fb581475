/* The words around the name of an event tell how the text speaks of it: in a heading or in a frame. */

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <string.h>

enum {
        HEADING_MAX = 40, /* tokens of a heading */
        ITEM_WORDS = 4,   /* tokens of an item before its name, as "Секция 2." */
        INVITED_REACH = 3,
};

bool mention_is_heading(const TokenText *text, size_t at)
{
        if (text->tokens[at].line > 1 || text->tokens[at].line != layout_heading(text))
                return false;
        size_t begin = layout_line_begin(text, at), end = layout_line_end(text, at);
        return end < text->n && end - begin <= HEADING_MAX && !word_is(text, end - 1, ".");
}

/* Whether people are received, and with them their event: "город принимает участников форума". */
static bool is_receiving(const TokenText *text, size_t at)
{
        static const char *const people[] = { "участник", "гост", "делегат" };
        for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
                if (at > 0 && word_begins(text, at, people[i]))
                        return lexicon_is(text, at - 1, WORD_RUN);
        return false;
}

/* "ждём вас на открытии выставки": the words of a frame after a verb of inviting. */
static bool is_invited(const TokenText *text, size_t at)
{
        for (size_t i = at > INVITED_REACH ? at - INVITED_REACH : 0; i < at; i++)
                if (word_is(text, at, "на") && token_same_sentence(text, i, at) &&
                                lexicon_value(text, i, WORD_RUN, TENSE_NONE) == TENSE_FUTURE)
                        return true;
        return false;
}

bool mention_is_framed(const TokenText *text, size_t first)
{
        size_t from = first > 6 ? first - 6 : 0;
        for (size_t i = from; i < first; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_FRAME);
                if (!match || !token_same_sentence(text, i, first) || is_invited(text, i))
                        continue;
                size_t end = i + match->n_tokens;
                while (end < first && (lexicon_is(text, end, WORD_PRONOUN) ||
                                                      lexicon_is_adjective(text->tokens[end].word) ||
                                                      lexicon_is(text, end, WORD_NOT_HEAD) ||
                                                      lexicon_is(text, end, WORD_STOP)))
                        end++;
                if (end >= first)
                        return true;
        }
        return false;
}

/* Whether the name is that of a programme's line: "11:30 Пленарное заседание". */
static bool is_item(const TokenText *text, const Mention *mention)
{
        LayoutItem item;
        return layout_item(text, mention->first, &item) && item.has_time && mention->first >= item.name &&
               mention->first < item.name + ITEM_WORDS;
}

/* Whether the number before a name is that of a day or time: "15.01 Встреча". */
static bool begins_item(const TokenText *text, size_t first)
{
        LayoutItem item;
        return layout_item(text, first, &item) && item.name == first;
}

/* "двухдневное", "two-day": a length is no word of a name. */
static bool has_own_words(const TokenText *text, size_t first, size_t head)
{
        for (size_t i = first; i < head; i++)
                if (text->tokens[i].form == TOKEN_WORD && !lexicon_is(text, i, WORD_LENGTH) &&
                                !lexicon_is(text, i, WORD_DAYS) && !lexicon_is(text, i, WORD_COUNT))
                        return true;
        return false;
}

/* "стали участниками форума", "извещаем о проведении форума": the word before is a part of the verb. */
static bool ends_verb(const TokenText *text, size_t first)
{
        for (size_t i = first > 4 ? first - 4 : 0; i < first; i++) {
                const LexiconMatch *attend = lexicon_at(text, i, WORD_ATTEND),
                                   *run = lexicon_at(text, i, WORD_RUN);
                if ((attend && attend->n_tokens > 1 && i + attend->n_tokens == first) ||
                                (run && run->n_tokens > 1 && i + run->n_tokens == first))
                        return true;
        }
        return false;
}

void mention_describe(const TokenText *text, Mention *mention)
{
        size_t first = mention->first;
        mention->is_heading = mention_is_heading(text, first);
        mention->has_adjectives = has_own_words(text, first, mention->head);
        mention->is_item = is_item(text, mention);
        mention->is_frame = mention_is_framed(text, first);
        mention->is_oblique = first > 0 && token_same_sentence(text, first - 1, first) &&
                              lexicon_is(text, first - 1, WORD_PREPOSITION);
        if (first > 0 && token_same_sentence(text, first - 1, first)) {
                mention->has_pronoun = lexicon_is(text, first - 1, WORD_PRONOUN) &&
                                       !word_is(text, first - 1, "это");
                mention->is_indirect = lexicon_is(text, first - 1, WORD_NOT_HEAD) ||
                                       (text->is_russian && lexicon_is(text, first - 1, WORD_POST));
                for (size_t i = first > 3 ? first - 3 : 0; i < first; i++) {
                        const LexiconMatch *match = lexicon_at(text, i, WORD_NOT_HEAD);
                        mention->is_indirect |= match && i + match->n_tokens == first;
                }
                mention->is_indirect &= !is_receiving(text, first - 1) && !ends_verb(text, first) &&
                                        !(first > 1 && is_invited(text, first - 2));
                bool is_many = mention_is_many(text, first - 1) ||
                               (lexicon_value(text, first - 1, WORD_COUNT, 0) > 1);
                is_many |= !begins_item(text, first) && text->tokens[first - 1].form == TOKEN_NUMBER &&
                           !word_is(text, first, "-") && text->tokens[first - 1].digits < 4 &&
                           !(first > 1 && word_is(text, first - 2, "№"));
                if (is_many)
                        mention->value |= EVENT_PLURAL;
        }
}
