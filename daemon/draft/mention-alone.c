/*
 * Finds names that stand without the word of a kind: a quotation beside a verb of holding, "Иннопром-2025",
 * an item of a list.
 */

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <errno.h>
#include <string.h>

enum {
        ITEM_MAX = 24,   /* tokens before the name of a list's item */
        LIST_REACH = 60, /* tokens between a word of several events and the name of one */
        QUOTE_MAX = 12,
        TITLE_MAX = 6,    /* capitals before a year */
        SPEECH_REACH = 6, /* tokens between a quotation and the verb that tells whose it is */
};

/* Whether a verb can only be said of an event: a company, too, "собирает" and "работает". */
static bool is_of_event(const TokenText *text, size_t at)
{
        static const char *const verbs[] = { "состо", "пройд", "прош", "прох", "откро", "откры", "старт",
                "начн", "начал", "заверш", "встреча", "собира", "will", "takes", "took", "was", "opens",
                "returns", "to", "were" };
        for (size_t i = 0; lexicon_is(text, at, WORD_HOLD) && i < sizeof(verbs) / sizeof(verbs[0]); i++)
                if (strncmp(text->tokens[at].word, verbs[i], strlen(verbs[i])) == 0)
                        return true;
        return false;
}

static bool holds_nearby(const TokenText *text, size_t first, size_t end)
{
        for (size_t i = end; i < end + 3 && token_same_sentence(text, first, i); i++)
                if (is_of_event(text, i))
                        return true;
        for (size_t i = first > 3 ? first - 3 : 0; i < first; i++)
                if (token_same_sentence(text, first, i) && is_of_event(text, i))
                        return true;
        return false;
}

static bool has_year(const TokenText *text, size_t first, size_t end)
{
        for (size_t i = first; i < end && i < text->n; i++)
                if (date_is_year(text, i))
                        return true;
        return false;
}

/* "на «Агросалоне» в Красногорске (7–10 октября)": days in brackets are those of an event. */
static bool has_days_after(const TokenText *text, size_t close)
{
        DateMention date;
        for (size_t i = close + 1; i < close + 6 && token_same_sentence(text, close, i); i++)
                if (word_is(text, i, "("))
                        return date_read(text, i + 1, &date) && date.form == DATE_DAYS;
        return false;
}

/* Whether the quotation is the name of the thing before it: "технопарк «Идея»", "ООО «Знак»". */
static bool is_named_thing(const TokenText *text, size_t at)
{
        if (at == 0 || !token_same_sentence(text, at - 1, at) || text->tokens[at - 1].form != TOKEN_WORD)
                return false;
        return !lexicon_is(text, at - 1, WORD_HOLD) && !lexicon_is(text, at - 1, WORD_RUN) &&
               !lexicon_is(text, at - 1, WORD_PREPOSITION) && !lexicon_is(text, at - 1, WORD_STOP) &&
               !lexicon_is(text, at - 1, WORD_AND) && !lexicon_is(text, at - 1, WORD_LINK);
}

/*
 * Whether a line gives the day of what the quotation names: "20 августа, 11:00 - «Тарифы и
 * сети»". Only marks and a time stand between them.
 */
static bool is_dated_item(const TokenText *text, size_t at)
{
        size_t begin = at;
        DateMention date;
        while (begin > 0 && at - begin < ITEM_MAX && text->tokens[begin - 1].line == text->tokens[at].line)
                begin--;
        begin = layout_item_begin(text, begin);
        if (!date_read(text, begin, &date) || date.form != DATE_DAYS)
                return false;
        for (size_t i = date.end; i < at; i++)
                if (text->tokens[i].form == TOKEN_WORD && !lexicon_is(text, i, WORD_HOUR) &&
                                !lexicon_is(text, i, WORD_ZONE) && !lexicon_is(text, i, WORD_FROM) &&
                                !lexicon_is(text, i, WORD_TO) && !lexicon_is(text, i, WORD_PREPOSITION))
                        return false;
        return date.end <= at;
}

/* The kind of a list's items is that of the word that announces the list: "серию вебинаров:". */
static int kind_of_list(const MentionScan *scan)
{
        const MentionList *list = scan->ret;
        for (size_t i = list->n; i > 0; i--)
                if (!list->mentions[i - 1].is_name_alone && (list->mentions[i - 1].value & EVENT_PLURAL))
                        return list->mentions[i - 1].value & EVENT_KIND;
        return (int)DRAFT_SESSION;
}

/* The kind of a name alone: "проведет три семинара. Первый, «Новые правила», состоится ...". */
static int kind_of_name(const MentionScan *scan, size_t at)
{
        const MentionList *list = scan->ret;
        for (size_t i = list->n; i > 0 && list->mentions[i - 1].end + LIST_REACH > at; i--)
                if (list->mentions[i - 1].value & EVENT_PLURAL)
                        return list->mentions[i - 1].value & EVENT_KIND;
        return (int)DRAFT_EXHIBITION;
}

/* "We are glad to host the next forum", said ...: the words of a person, and no name. */
static bool is_speech(const TokenText *text, size_t at, size_t close)
{
        static const char *const speakers[] = { "мы", "я", "we", "i", "you", "вы" };
        for (size_t i = at + 1; i < close; i++)
                for (size_t k = 0; k < sizeof(speakers) / sizeof(speakers[0]); k++)
                        if (word_is(text, i, speakers[k]))
                                return true;
        bool begins = at == 0 || !token_same_sentence(text, at - 1, at);
        for (size_t i = close + 1; begins && i < close + SPEECH_REACH && token_same_sentence(text, at, i);
                        i++)
                if (lexicon_is(text, i, WORD_TELL))
                        return true;
        return word_is(text, close - 1, ",");
}

/* "в «Экспоцентре» прошла конференция": the quotation names a place. */
static bool is_place(const TokenText *text, size_t at, size_t close)
{
        bool is_in = at > 0 && (word_is(text, at - 1, "в") || word_is(text, at - 1, "во") ||
                                               word_is(text, at - 1, "in") || word_is(text, at - 1, "at"));
        return is_in && !has_year(text, at + 1, close) && !has_days_after(text, close);
}

/* Finds the word of a kind in a quotation. Return: its token; @close for none. */
static size_t head_in(const TokenText *text, size_t at, size_t close)
{
        for (size_t i = at + 1; i < close; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_EVENT);
                if (match && !(match->entry->value & (EVENT_PLURAL | EVENT_WEAK)))
                        return i;
        }
        return close;
}

/* "работала «Зимняя школа кластеров»": a word that is often no event, in a name after a verb of it. */
static bool is_weak_and_held(const TokenText *text, size_t at, size_t close)
{
        bool has_word = false;
        for (size_t i = at + 1; i < close; i++)
                has_word |= lexicon_is(text, i, WORD_EVENT);
        return has_word && at > 0 && lexicon_is(text, at - 1, WORD_HOLD) &&
               token_same_sentence(text, at - 1, at);
}

/* Whether a quotation names an event, whose word may stand at @head in it. */
static bool is_event_name(const TokenText *text, size_t at, size_t close, size_t head)
{
        bool has_head = head < close;
        if (close - at > QUOTE_MAX || (has_head && close == at + 2))
                return false;
        if (at > 0 && (lexicon_is(text, at - 1, WORD_VENUE) || lexicon_is(text, at - 1, WORD_LEGAL) ||
                                      lexicon_is(text, at - 1, WORD_BODY)))
                return false;
        if ((is_named_thing(text, at) && !has_head) || is_speech(text, at, close))
                return false;
        if (is_dated_item(text, at) || has_year(text, at + 1, close) || has_days_after(text, close))
                return true;
        return (has_head || holds_nearby(text, at, close + 1) || is_weak_and_held(text, at, close)) &&
               !is_place(text, at, close);
}

/* Adds a quotation that names an event. Return: the token after it, or negative errno. */
static ssize_t add_quotation(MentionScan *scan, size_t at, size_t close)
{
        const TokenText *text = scan->text;
        size_t head = head_in(text, at, close);
        int of_list = kind_of_list(scan), of_name = kind_of_name(scan, at);
        if (!is_event_name(text, at, close, head))
                return (ssize_t)close + 1;
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        const LexiconMatch *match = head < close ? lexicon_at(text, head, WORD_EVENT) : NULL;
        *mention = (Mention){ .verb = SIZE_MAX,
                .event = SIZE_MAX,
                .date = SIZE_MAX,
                .head = match ? head : at + 1,
                .head_end = match ? head + match->n_tokens : at + 2,
                .first = at,
                .end = close + 1,
                .quote = at + 1,
                .quote_end = close,
                .value = match                     ? match->entry->value
                         : is_dated_item(text, at) ? of_list
                                                   : of_name,
                .is_name_alone = true };
        mention_describe(text, mention);
        return (ssize_t)close + 1;
}

/* Whether a name with its year stands here without quotation marks: "Иннопром-2025", "INNOPROM 2025". */
static bool is_bare_name(const TokenText *text, size_t at)
{
        const Token *name = &text->tokens[at];
        if (name->form != TOKEN_WORD || !name->is_capital || strlen(name->word) < 4 ||
                        lexicon_is(text, at, WORD_MONTH))
                return false;
        size_t year = word_is(text, at + 1, "-") && text->tokens[at + 1].is_glued ? at + 2 : at + 1;
        if (year == at + 1 && year < text->n && text->tokens[year].is_glued)
                return false;
        bool is_loud = year == at + 2 || (name->is_all_caps && (unsigned char)name->word[0] < 0x80);
        return is_loud && has_year(text, year, year + 1 <= text->n ? year + 1 : year) &&
               token_same_sentence(text, at, year);
}

/*
 * Finds "Parts Finishing 2025" before a verb: capitals and a year begin an English sentence. Return: its
 * end; 0 for none.
 */
static size_t title_case_end(const TokenText *text, size_t at)
{
        size_t end = at;
        if (text->is_russian || (at > 0 && token_same_sentence(text, at - 1, at)))
                return 0;
        while (token_same_sentence(text, at, end) && text->tokens[end].form == TOKEN_WORD &&
                        text->tokens[end].is_capital && !lexicon_is(text, end, WORD_MONTH) &&
                        !lexicon_is(text, end, WORD_EVENT) && end < at + TITLE_MAX)
                end++;
        return end > at && has_year(text, end, end + 1) && lexicon_is(text, end + 1, WORD_HOLD) ? end + 1
                                                                                                : 0;
}

/* Adds the name [at, end), which stands without the word of a kind. Returns its end. */
static ssize_t add(MentionScan *scan, size_t at, size_t head_end, size_t end, int kind)
{
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        *mention = (Mention){ .verb = SIZE_MAX,
                .event = SIZE_MAX,
                .date = SIZE_MAX,
                .head = at,
                .head_end = head_end,
                .first = at,
                .end = end,
                .quote = at,
                .quote_end = end,
                .value = kind,
                .is_name_alone = true };
        mention_describe(scan->text, mention);
        return (ssize_t)end;
}

static ssize_t add_bare(MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        size_t end = word_is(text, at + 1, "-") ? at + 3 : at + 2;
        return add(scan, at, end, end, (int)DRAFT_EXHIBITION);
}

ssize_t mention_add_alone(MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        size_t end = mention_name_of_line(text, at), close = mention_quote_end(text, at);
        if (end)
                return add(scan, at, at + 1, end, kind_of_list(scan));
        end = title_case_end(text, at);
        if (end)
                return add(scan, at, end, end, (int)DRAFT_EXHIBITION);
        if (close)
                return add_quotation(scan, at, close);
        return is_bare_name(text, at) ? add_bare(scan, at) : (ssize_t)at + 1;
}
