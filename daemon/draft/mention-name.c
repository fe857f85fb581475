/* Finds how far the name of an event reaches around the event's word. */

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <string.h>

enum {
        QUOTE_MAX = 40,   /* tokens */
        NAME_MAX = 18,    /* tokens after the event's word */
        BEFORE_MAX = 9,   /* tokens before it */
        REACH = 16,       /* tokens between a verb and its event */
        HEADING_MAX = 40, /* tokens of a heading */
        JOINED_MAX = 4,   /* tokens between "и" and the event that it joins */
};

static bool is_latin(const Token *token)
{
        return (unsigned char)token->word[0] < 0x80;
}

size_t mention_quote_end(const TokenText *text, size_t at)
{
        int depth = 0;
        if (at >= text->n || !text->tokens[at].opens)
                return 0;
        size_t last = 0;
        for (size_t i = at; i < text->n && i < at + QUOTE_MAX && token_same_sentence(text, at, i); i++) {
                depth += text->tokens[i].opens;
                if (text->tokens[i].closes) {
                        last = i;
                        if (--depth == 0)
                                return i;
                }
        }
        /* "«Развитие парка «Мастер»" closes once for two openings. */
        return last > at + 1 ? last : 0;
}

/* ---- The extent of a name ---- */

bool mention_is_roman(const Token *token)
{
        return token->form == TOKEN_WORD && strspn(token->word, "ivxl") == strlen(token->word) &&
               token->is_capital;
}

/* A capital inside of a sentence makes it a part of a name: "the Regional Robotics Expo". */
bool mention_is_many(const TokenText *text, size_t at)
{
        bool is_named = !text->is_russian && text->tokens[at].is_capital && at > 0 &&
                        token_same_sentence(text, at - 1, at);
        return lexicon_is(text, at, WORD_MANY) && !is_named;
}

static bool ends_left(const TokenText *text, size_t at)
{
        static const WordClass ends[] = { WORD_PRONOUN, WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_STOP,
                WORD_NOT_HEAD, WORD_MONTH, WORD_RELATIVE, WORD_PREPOSITION };
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
                if (lexicon_is(text, at, ends[i]))
                        return true;
        return mention_is_many(text, at);
}

/* Whether the Russian word before the event's word is a part of its name: an adjective or an ordinal. */
static bool is_attribute(const TokenText *text, size_t at, size_t next)
{
        const Token *token = &text->tokens[at];
        if (token->form == TOKEN_NUMBER)
                return token->digits <= 3 && word_is(text, at + 1, "-") && text->tokens[at + 1].is_glued;
        if (word_is(text, at, "-"))
                return at > 0 && text->tokens[at].is_glued && text->tokens[at - 1].form != TOKEN_MARK;
        if (word_is(text, at, ","))
                return at > 0 && lexicon_is_adjective(text->tokens[at - 1].word) &&
                       lexicon_is_adjective(text->tokens[next].word);
        if (strcmp(token->word, "и") == 0 || strcmp(token->word, "научно") == 0)
                return at > 0 && lexicon_is_adjective(text->tokens[at - 1].word) &&
                       lexicon_is_adjective(text->tokens[next].word);
        return token->form == TOKEN_WORD &&
               (lexicon_is_adjective(token->word) || mention_is_roman(token) || strlen(token->word) <= 4) &&
               !(strlen(token->word) <= 4 && !mention_is_roman(token) &&
                               !(at > 0 && word_is(text, at - 1, "-")));
}

/* Whether the English word before the event's word is a part of its name. */
static bool is_english_attribute(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        if (token->form == TOKEN_MARK)
                return word_is(text, at, "-") || word_is(text, at, "&") || word_is(text, at, "'") ||
                       (unsigned char)token->word[0] > 0x80;
        if (lexicon_is(text, at, WORD_LINK) || lexicon_is(text, at, WORD_AND))
                return at > 0 && text->tokens[at - 1].is_capital && text->tokens[at + 1].is_capital;
        return token->form != TOKEN_WORD || is_latin(token);
}

size_t mention_name_begin(const TokenText *text, size_t head)
{
        size_t first = head;
        LayoutItem item = { .name = 0 };
        bool is_english = is_latin(&text->tokens[head]);
        if (!layout_item(text, head, &item) || item.name > head)
                item.name = 0;
        while (first > item.name && head - first < BEFORE_MAX &&
                        token_same_sentence(text, first - 1, head)) {
                size_t at = first - 1;
                bool is_part = is_english ? is_english_attribute(text, at) : is_attribute(text, at, first);
                bool ends = ends_left(text, at) && !(is_english && lexicon_is(text, at, WORD_LINK));
                if (text->tokens[at].opens || text->tokens[at].closes || !is_part || ends)
                        break;
                first = at;
        }
        while (first < head &&
                        (text->tokens[first].form == TOKEN_MARK || lexicon_is(text, first, WORD_AND) ||
                                        lexicon_is(text, first, WORD_LINK)))
                first++;
        return first;
}

/* Whether a conjunction joins another event: "выставка «А» и XII Сибирский форум", "a forum and an expo". */
static bool joins_event(const TokenText *text, size_t at)
{
        if (!lexicon_is(text, at, WORD_AND))
                return false;
        for (size_t i = at + 1; i <= at + JOINED_MAX && token_same_sentence(text, at, i); i++) {
                if (lexicon_is(text, i, WORD_EVENT))
                        return true;
                if (text->is_russian ? !lexicon_is_adjective(text->tokens[i].word) &&
                                                                !mention_is_roman(&text->tokens[i])
                                     : text->tokens[i].form == TOKEN_MARK)
                        return false;
        }
        return false;
}

static bool ends_right(const TokenText *text, size_t at)
{
        static const WordClass ends[] = { WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_STOP, WORD_RELATIVE,
                WORD_FRAME, WORD_CONTACT, WORD_RECEIVE, WORD_VISIT, WORD_CONVENE, WORD_TELL };
        DateMention date;
        if (lexicon_is_verb(text->tokens[at].word))
                return true;
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
                if (lexicon_is(text, at, ends[i]))
                        return true;
        if (lexicon_is(text, at, WORD_PREPOSITION) && !lexicon_is(text, at, WORD_LINK))
                return true;
        if (text->is_russian && text->tokens[at].is_capital && lexicon_is(text, at, WORD_GIVEN_NAME) &&
                        at + 1 < text->n && text->tokens[at + 1].is_capital)
                return true;
        return joins_event(text, at) || (date_read(text, at, &date) && date.form != DATE_YEAR);
}

static bool is_inner_mark(const TokenText *text, size_t at)
{
        return word_is(text, at, "-") ? text->tokens[at].is_glued || !text->is_russian
                                      : word_is(text, at, "&") || word_is(text, at, "'");
}

/*
 * Whether a new part of the clause begins, and not a genitive of the name: a post in the nominative
 * ("открыл сессию заместитель губернатора"), or after a frame any word that is no attribute.
 */
static bool begins_clause(const TokenText *text, size_t at, const Mention *mention)
{
        static const char *const nominative[] = { "ь", "р", "к", "т", "ц", "л", "нты", "тели", "ники",
                NULL };
        const char *word = text->tokens[at].word;
        size_t len = strlen(word);
        if (mention->is_frame && !text->tokens[at].is_capital && !lexicon_is_adjective(word) &&
                        !lexicon_is(text, at, WORD_LINK))
                return true;
        if (!lexicon_is(text, at, WORD_POST) && !lexicon_is(text, at, WORD_NOT_HEAD) &&
                        strncmp(word, "представител", strlen("представител")) != 0)
                return false;
        for (size_t i = 0; nominative[i]; i++) {
                size_t n = strlen(nominative[i]);
                if (len > n && strcmp(word + len - n, nominative[i]) == 0)
                        return true;
        }
        return false;
}
/* Whether the quotation after a word is the name of a firm or place: "АУ «Технопарк-Мордовия»". */
static bool is_of_thing(const TokenText *text, size_t at)
{
        return lexicon_is(text, at, WORD_LEGAL) || lexicon_is(text, at, WORD_BODY) ||
               lexicon_is(text, at, WORD_VENUE);
}

/* "совещание с резидентами парка": those whom an event meets; "с участием" and "с 5 июня" are no such. */
static bool is_with(const TokenText *text, size_t at)
{
        DateMention date;
        if (!(word_is(text, at, "с") || word_is(text, at, "со")) || date_read(text, at, &date) ||
                        !token_same_sentence(text, at, at + 1) || text->tokens[at + 1].form != TOKEN_WORD)
                return false;
        for (size_t i = at + 1; i < at + JOINED_MAX; i++)
                if (i < text->n && strncmp(text->tokens[i].word, "участи", strlen("участи")) == 0)
                        return false;
        return true;
}

/* Reads the rest of a name: "по развитию кластеров", "on Industrial Parks", "2025". Return: its end. */
size_t mention_name_end(const TokenText *text, size_t at, Mention *mention)
{
        size_t end = at, start = at;
        bool has_link = false;
        while (end < text->n && end - start < NAME_MAX && token_same_sentence(text, at - 1, end)) {
                const LexiconMatch *titled = lexicon_at(text, end, WORD_TITLED);
                size_t quote = titled ? end + titled->n_tokens : end;
                quote += titled && word_is(text, quote, ":");
                size_t close = mention_quote_end(text, quote);
                if (close) {
                        if (mention->quote == mention->quote_end) {
                                mention->quote = quote + 1;
                                mention->quote_end = close;
                                mention->has_own_name =
                                                titled || quote == at || !is_of_thing(text, quote - 1);
                        }
                        end = close + 1;
                        if (titled || quote == at)
                                break;
                        continue;
                }
                if (text->is_russian && word_is(text, end, ",") && lexicon_is(text, end + 1, WORD_DEVOTED)) {
                        end += 2;
                        has_link = true;
                        continue;
                }
                if (end == at && (mention->value & EVENT_KIND) == DRAFT_SESSION && is_with(text, end)) {
                        end++;
                        has_link = true;
                        continue;
                }
                if (text->tokens[end].opens || text->tokens[end].closes || ends_right(text, end))
                        break;
                if (text->is_russian && !has_link && begins_clause(text, end, mention))
                        break;
                has_link |= lexicon_is(text, end, WORD_LINK);
                if (text->tokens[end].form == TOKEN_MARK && !is_inner_mark(text, end))
                        break;
                end++;
        }
        while (end > at && (text->tokens[end - 1].form == TOKEN_MARK
                                                           ? !text->tokens[end - 1].closes
                                                           : lexicon_is(text, end - 1, WORD_LINK) ||
                                                                             lexicon_is(text, end - 1,
                                                                                             WORD_AND)))
                end--;
        return end;
}
