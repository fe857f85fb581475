/* The words around the name of an event tell how the text speaks of it: in a heading or in a frame. */

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <string.h>

enum {
        HEADING_MAX = 40, /* tokens of a heading */
        ITEM_WORDS = 4,   /* tokens of an item before its name, as "Секция 2." */
};

static bool is_mark(const TokenText *text, size_t at, const char *mark)
{
        return at < text->n && text->tokens[at].form == TOKEN_MARK &&
               strcmp(text->tokens[at].word, mark) == 0;
}

bool mention_is_heading(const TokenText *text, size_t at)
{
        if (text->tokens[at].line > 1 || text->tokens[at].line != layout_heading(text))
                return false;
        size_t begin = layout_line_begin(text, at), end = layout_line_end(text, at);
        return end < text->n && end - begin <= HEADING_MAX && !is_mark(text, end - 1, ".");
}

/* Whether people are received, and with them their event: "город принимает участников форума". */
static bool is_receiving(const TokenText *text, size_t at)
{
        static const char *const people[] = { "участник", "гост", "делегат" };
        for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
                if (at > 0 && strncmp(text->tokens[at].word, people[i], strlen(people[i])) == 0)
                        return lexicon_is(text, at - 1, WORD_RUN);
        return false;
}

bool mention_is_framed(const TokenText *text, size_t first)
{
        size_t from = first > 6 ? first - 6 : 0;
        for (size_t i = from; i < first; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_FRAME);
                if (!match || !token_same_sentence(text, i, first))
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

void mention_describe(const TokenText *text, Mention *mention)
{
        size_t first = mention->first;
        mention->is_heading = mention_is_heading(text, first);
        mention->has_adjectives = mention->first < mention->head;
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
                mention->is_indirect &= !is_receiving(text, first - 1);
                bool is_many = mention_is_many(text, first - 1) ||
                               (lexicon_value(text, first - 1, WORD_COUNT, 0) > 1);
                is_many |= !begins_item(text, first) && text->tokens[first - 1].form == TOKEN_NUMBER &&
                           !is_mark(text, first, "-") && text->tokens[first - 1].digits < 4;
                if (is_many)
                        mention->value |= EVENT_PLURAL;
        }
}
