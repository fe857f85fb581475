#include "draft/mention.h"

#include "draft/layout.h"
#include "draft/mention-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
        NAME_MAX = 18,   /* tokens after the event's word */
        ITEM_MAX = 24,   /* tokens before the name of a list's item */
        LIST_REACH = 60, /* tokens between a word of several events and the name of one */
};

static bool is_mark(const TokenText *text, size_t at, const char *mark)
{
        return at < text->n && text->tokens[at].form == TOKEN_MARK &&
               strcmp(text->tokens[at].word, mark) == 0;
}

/* ---- Finding mentions ---- */

typedef struct Scan {
        const TokenText *text;
        MentionList *ret;
        size_t allocated;
} Scan;

static Mention *add(Scan *scan)
{
        MentionList *list = scan->ret;
        if (list->n == scan->allocated) {
                size_t allocated = scan->allocated ? 2 * scan->allocated : 32;
                Mention *larger = realloc(list->mentions, allocated * sizeof(*larger));
                if (!larger)
                        return NULL;
                list->mentions = larger;
                scan->allocated = allocated;
        }
        Mention *mention = &list->mentions[list->n++];
        *mention = (Mention){ .verb = SIZE_MAX, .event = SIZE_MAX, .date = SIZE_MAX };
        return mention;
}

/* Whether a weak word only leads to the event: "открытие выставки", "день работы форума". */
static bool leads_to_event(const TokenText *text, const Mention *mention)
{
        size_t at = mention->head_end;
        for (int i = 0; i < 5 && token_same_sentence(text, mention->head, at); i++, at++) {
                if (lexicon_is(text, at, WORD_EVENT))
                        return true;
                if (text->tokens[at].form != TOKEN_WORD ||
                                !(lexicon_is_adjective(text->tokens[at].word) ||
                                                mention_is_roman(&text->tokens[at])))
                        return false;
        }
        return false;
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

/*
 * "touring the park and meeting eleven firms": a verb. "в зале заседаний": a place.
 */
static bool is_participle(const TokenText *text, const Mention *mention)
{
        size_t head = mention->head;
        if (head == 0 || !token_same_sentence(text, head - 1, head))
                return false;
        if (text->is_russian)
                return strncmp(text->tokens[head - 1].word, "зал", strlen("зал")) == 0 &&
                       (mention->value & EVENT_PLURAL);
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
        if (!begins || mention->quote < mention->quote_end || !is_mark(text, colon, ":") ||
                        !token_same_sentence(text, colon, end) || date_read(text, end, &date) ||
                        text->tokens[end].form == TOKEN_NUMBER)
                return;
        while (end < colon + NAME_MAX && token_same_sentence(text, colon, end) && !is_mark(text, end, "("))
                end++;
        end -= text->tokens[end - 1].form == TOKEN_MARK && !text->tokens[end - 1].closes;
        if (end <= colon + 2)
                return;
        mention->quote = colon + 1;
        mention->quote_end = mention->end = end;
        mention->has_own_name = true;
}

/* Adds the mention of the event's word at @at. Return: the token after it, or negative errno. */
static ssize_t add_word(Scan *scan, size_t at, const LexiconMatch *match)
{
        const TokenText *text = scan->text;
        Mention *mention = add(scan);
        if (!mention)
                return -ENOMEM;
        mention->head = at;
        mention->head_end = at + match->n_tokens;
        mention->value = match->entry->value;
        mention->first = mention_name_begin(text, at);
        mention->is_frame = mention_is_framed(text, mention->first);
        mention->end = mention_name_end(text, mention->head_end, mention);
        if (is_participle(text, mention)) {
                scan->ret->n--;
                return (ssize_t)mention->head_end;
        }
        take_subtitle(text, mention);
        bool is_place = text->tokens[mention->head_end - 1].is_capital && is_venue_after(text, mention);
        bool is_common = match->n_tokens == 1 && is_time_word(text, at) &&
                         !text->tokens[mention->head].is_capital;
        if (is_place || is_common || ((mention->value & EVENT_WEAK) && leads_to_event(text, mention))) {
                scan->ret->n--;
                return (ssize_t)mention->head_end;
        }
        mention_describe(text, mention);
        return (ssize_t)mention->end;
}

/* Whether a verb can only be said of an event: a company, too, "собирает" and "работает". */
static bool is_of_event(const TokenText *text, size_t at)
{
        static const char *const verbs[] = { "состо", "пройд", "прош", "прох", "откро", "откры", "старт",
                "начн", "начал", "заверш", "will", "takes", "took", "was", "opens", "returns", "to",
                "were" };
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
        for (size_t i = first; i < end; i++)
                if (text->tokens[i].digits == 4 && text->tokens[i].number > 1990 &&
                                text->tokens[i].number < 2100)
                        return true;
        return false;
}

/* "на «Агросалоне» в Красногорске (7–10 октября)": days in brackets are those of an event. */
static bool has_days_after(const TokenText *text, size_t close)
{
        DateMention date;
        for (size_t i = close + 1; i < close + 6 && token_same_sentence(text, close, i); i++)
                if (is_mark(text, i, "("))
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
static int kind_of_list(const Scan *scan)
{
        const MentionList *list = scan->ret;
        return list->n > 0 ? list->mentions[list->n - 1].value & EVENT_KIND : (int)DRAFT_SESSION;
}

/* The kind of a name alone: "проведет три семинара. Первый, «Новые правила», состоится ...". */
static int kind_of_name(const Scan *scan, size_t at)
{
        const MentionList *list = scan->ret;
        for (size_t i = list->n; i > 0 && list->mentions[i - 1].end + LIST_REACH > at; i--)
                if (list->mentions[i - 1].value & EVENT_PLURAL)
                        return list->mentions[i - 1].value & EVENT_KIND;
        return (int)DRAFT_EXHIBITION;
}

/* Adds a quotation that names an event. Return: the token after it, or negative errno. */
static ssize_t add_quotation(Scan *scan, size_t at, size_t close)
{
        const TokenText *text = scan->text;
        const LexiconMatch *head = NULL;
        size_t where = at;
        for (size_t i = at + 1; i < close && !head; i++)
                if ((head = lexicon_at(text, i, WORD_EVENT)) &&
                                !(head->entry->value & (EVENT_PLURAL | EVENT_WEAK)))
                        where = i;
                else
                        head = NULL;
        bool is_thing = at > 0 &&
                        (lexicon_is(text, at - 1, WORD_VENUE) || lexicon_is(text, at - 1, WORD_LEGAL) ||
                                        lexicon_is(text, at - 1, WORD_BODY));
        bool is_item = is_dated_item(text, at);
        int of_list = kind_of_list(scan);
        bool is_short = close - at <= 12 && !is_thing && !(is_named_thing(text, at) && !head);
        if (!is_short || (!is_item && !head && !has_year(text, at + 1, close) &&
                                         !holds_nearby(text, at, close + 1) && !has_days_after(text, close)))
                return (ssize_t)close + 1;
        Mention *mention = add(scan);
        if (!mention)
                return -ENOMEM;
        *mention = (Mention){ .verb = SIZE_MAX,
                .event = SIZE_MAX,
                .date = SIZE_MAX,
                .head = head ? where : at + 1,
                .head_end = head ? where + head->n_tokens : at + 2,
                .first = at,
                .end = close + 1,
                .quote = at + 1,
                .quote_end = close,
                .value = head      ? head->entry->value
                         : is_item ? of_list
                                   : kind_of_name(scan, at),
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
        size_t year = is_mark(text, at + 1, "-") && text->tokens[at + 1].is_glued ? at + 2 : at + 1;
        if (year == at + 1 && year < text->n && text->tokens[year].is_glued)
                return false;
        bool is_loud = year == at + 2 || (name->is_all_caps && (unsigned char)name->word[0] < 0x80);
        return is_loud && has_year(text, year, year + 1 <= text->n ? year + 1 : year) &&
               token_same_sentence(text, at, year);
}

/* Adds the name [at, end), which stands without the word of a kind. Returns its end. */
static ssize_t add_alone(Scan *scan, size_t at, size_t head_end, size_t end, int kind)
{
        Mention *mention = add(scan);
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

static ssize_t add_bare(Scan *scan, size_t at)
{
        const TokenText *text = scan->text;
        size_t end = is_mark(text, at + 1, "-") ? at + 3 : at + 2;
        return add_alone(scan, at, end, end, (int)DRAFT_EXHIBITION);
}

static const LexiconEntry received = { WORD_VISIT, TENSE_PAST, NULL };

/* "принял в понедельник делегацию": words stand between the verb and those who came. */
static bool receives(const TokenText *text, size_t at)
{
        static const char *const guests[] = { "делегаци", "гостей", "представител", "delegation" };
        bool is_verb = strncmp(text->tokens[at].word, "принял", strlen("принял")) == 0 ||
                       word_is(text, at, "received") || word_is(text, at, "hosted");
        for (size_t i = at + 1; is_verb && i < at + 6 && token_same_sentence(text, at, i); i++)
                for (size_t k = 0; k < sizeof(guests) / sizeof(guests[0]); k++)
                        if (strncmp(text->tokens[i].word, guests[k], strlen(guests[k])) == 0)
                                return !lexicon_is(text, at, WORD_ATTEND);
        return false;
}

/* Returns the token after "с" of "встретился в Саранске с директором"; 0 if nobody was met. */
static size_t with_whom(const TokenText *text, size_t at)
{
        for (size_t i = at; i < at + 4 && token_same_sentence(text, at - 1, i); i++)
                if (word_is(text, i, "с") || word_is(text, i, "со") || word_is(text, i, "with"))
                        return i + 1;
        return 0;
}

/* Adds "посетили площадки", "встретился с делегацией": a visit or meeting that no noun names. */
static ssize_t add_visit(Scan *scan, size_t at, const LexiconMatch *match, DraftKind kind)
{
        const TokenText *text = scan->text;
        size_t end = at + match->n_tokens;
        for (size_t i = end; i < end + 4 && token_same_sentence(text, at, i); i++)
                if (lexicon_is(text, i, WORD_EVENT))
                        return (ssize_t)end;
        Mention *mention = add(scan);
        if (!mention)
                return -ENOMEM;
        *mention = (Mention){ .event = SIZE_MAX,
                .date = SIZE_MAX,
                .head = at,
                .head_end = end,
                .first = at,
                .value = (int)kind,
                .role = MENTION_SUBJECT,
                .tense = (Tense)match->entry->value,
                .verb = at,
                .is_visit = true };
        bool is_in = word_is(text, end, "в") || word_is(text, end, "во") || word_is(text, end, "на") ||
                     word_is(text, end, "the");
        size_t with = kind == DRAFT_MEETING ? with_whom(text, end) : 0;
        size_t named = with ? with : is_in && token_same_sentence(text, end, end + 1) ? end + 1 : end;
        mention->end = mention_name_end(text, named, mention);
        mention->end = mention->end > named ? mention->end : end;
        mention->is_heading = mention_is_heading(text, at);
        return (ssize_t)mention->end;
}

/* Adds the words [at, end), which name an event without the word of a kind. */
static ssize_t add_name(Scan *scan, size_t at, size_t end)
{
        return add_alone(scan, at, at + 1, end, kind_of_list(scan));
}

static ssize_t step(Scan *scan, size_t at)
{
        const TokenText *text = scan->text;
        const LexiconMatch *match = lexicon_at(text, at, WORD_EVENT);
        size_t close = mention_quote_end(text, at);
        const LexiconMatch *visit = match ? NULL : lexicon_at(text, at, WORD_VISIT);
        const LexiconMatch *met = match || visit ? NULL : lexicon_at(text, at, WORD_MEET);
        if (match)
                return add_word(scan, at, match);
        if (visit)
                return add_visit(scan, at, visit, DRAFT_VISIT);
        const LexiconMatch *sign = lexicon_at(text, at, WORD_SIGN);
        if (sign)
                return add_visit(scan, at, sign, DRAFT_OTHER);
        if (receives(text, at))
                return add_visit(scan, at, &(LexiconMatch){ &received, 1 }, DRAFT_VISIT);
        if (met && with_whom(text, at + met->n_tokens))
                return add_visit(scan, at, met, DRAFT_MEETING);
        size_t name = mention_name_of_line(text, at);
        if (name)
                return add_name(scan, at, name);
        if (close)
                return add_quotation(scan, at, close);
        return is_bare_name(text, at) ? add_bare(scan, at) : (ssize_t)at + 1;
}

int mention_list_init(const TokenText *text, MentionList *ret)
{
        *ret = (MentionList){ .n = 0 };
        Scan scan = { .text = text, .ret = ret };
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
