/*
 * Finds events that only a verb tells: "состоится открытая дегустация", "the tasting will take place". The
 * verb is said of events alone, or the sentence tells a day on which something passes or people are invited,
 * so that a noun that is in no table names an event.
 */

#include "draft/mention-internal.h"

#include <errno.h>
#include <string.h>

enum {
        INVITED_MAX = 6,   /* tokens between a verb of inviting and "на" */
        SENTENCE_MAX = 30, /* tokens around the verb in which another event is looked for */
        SUBJECT_MAX = 9,   /* tokens of a name before the verb */
        LEAD_MAX = 3,      /* adjectives before the noun */
};

/* Whether the sentence tells a day on which something may take place. */
static bool has_day(const TokenText *text, size_t at)
{
        DateMention date;
        for (size_t i = at > SENTENCE_MAX ? at - SENTENCE_MAX : 0; i < at + SENTENCE_MAX; i++)
                if (token_same_sentence(text, i, at) && date_read(text, i, &date) && !date.is_until &&
                                (date.form == DATE_DAYS || date.form == DATE_RELATIVE ||
                                                date.form == DATE_WEEKDAY))
                        return true;
        return false;
}

/*
 * "пройдет 5 мая", "вчера в Туле прошел": a road and a company do that, too, but no road on a day, and the
 * company stands before the verb.
 */
static bool is_passing(const TokenText *text, size_t at)
{
        static const char *const ways[] = { "по", "через", "мимо", "вдоль", "до" };
        bool is_past = word_begins(text, at, "прош");
        if (!is_past && !word_begins(text, at, "пройд"))
                return false;
        for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
                if (word_is(text, at + 1, ways[i]))
                        return false;
        return has_day(text, at) && !(is_past && mention_subject_begin(text, 0, at) < at);
}

/* "состоится", "will take place": no company and no decision does that. */
static bool is_of_event_alone(const TokenText *text, size_t at, const LexiconMatch *match)
{
        if (word_begins(text, at, "состо"))
                return !word_begins(text, at, "состоявш");
        if (is_passing(text, at))
                return true;
        size_t last = at + match->n_tokens - 1;
        return word_is(text, last, "place") || word_is(text, last, "held");
}

/* Whether the sentence of the verb names an event, or something that is held and is no event. */
static bool names_other(const MentionScan *scan, size_t at)
{
        static const char *const none[] = { "сбор", "заезд", "выезд", "отъезд", "монтаж", "трансляци",
                "выбор", "запуск", "сделк", "registration", "торг", "вскрыти", "подведен", "рассмотрен",
                "голосован", "оглашен", "приемк", "закупк", "тендер", "отгрузк", "поставк", "передач",
                "выплат", "проверк", "ремонт", "реконструкц", "испытан", "набор", "трасс", "дорог",
                "маршрут", "электропередач", "сезон", "обучени" };
        const TokenText *text = scan->text;
        const MentionList *list = scan->ret;
        if (list->n && token_same_sentence(text, list->mentions[list->n - 1].end - 1, at))
                return true;
        for (size_t i = at > SENTENCE_MAX ? at - SENTENCE_MAX : 0; i < at + SENTENCE_MAX; i++) {
                if (!token_same_sentence(text, i, at))
                        continue;
                if (lexicon_is(text, i, WORD_EVENT) || lexicon_is(text, i, WORD_DEADLINE) ||
                                lexicon_is(text, i, WORD_SIGN))
                        return true;
                for (size_t k = 0; k < sizeof(none) / sizeof(none[0]); k++)
                        if (word_begins(text, i, none[k]))
                                return true;
        }
        return false;
}

/* Returns the noun of [first, end): its first word that is no adjective; @end if there is none. */
static size_t noun_of(const TokenText *text, size_t first, size_t end)
{
        static const WordClass others[] = { WORD_PREPOSITION, WORD_PRONOUN, WORD_RELATIVE_PRONOUN, WORD_STOP,
                WORD_MONTH, WORD_RELATIVE, WORD_WEEKDAY, WORD_PEOPLE, WORD_POST, WORD_COUNT, WORD_MANY,
                WORD_THIS, WORD_ORDINAL, WORD_LABEL, WORD_HOLD, WORD_AND };
        for (size_t i = first; i < end; i++) {
                if (text->tokens[i].form != TOKEN_WORD || mention_begins_with_pronoun(text, i) ||
                                strlen(text->tokens[i].word) < 4)
                        return end;
                for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
                        if (lexicon_is(text, i, others[k]))
                                return end;
                if (!text->is_russian || !lexicon_is_adjective(text->tokens[i].word))
                        return text->is_russian && lexicon_is_verb(text->tokens[i].word) ? end : i;
        }
        return end;
}

/* Adds an event whose name begins at @first and has its noun at @head. Return: the token after it. */
static ssize_t add(MentionScan *scan, size_t first, size_t head, size_t end)
{
        const TokenText *text = scan->text;
        Mention *mention = mention_add(scan);
        if (!mention)
                return -ENOMEM;
        mention->head = head;
        mention->head_end = head + 1;
        mention->first = first;
        mention->value = lexicon_is(text, head, WORD_BODY) ? DRAFT_SESSION : DRAFT_OTHER;
        mention->end = end ? end : mention_name_end(text, head + 1, mention);
        mention_describe(text, mention);
        return (ssize_t)mention->end;
}

/*
 * "12 августа приглашаем всех на открытые наблюдения": the noun after "на" is what people are invited to, if
 * the sentence tells the day. Return: the token after it; @at for none.
 */
static ssize_t add_invited(MentionScan *scan, size_t at)
{
        static const char *const none[] = { "работ", "должност", "сайт", "канал", "страниц", "практик",
                "обслуживан" };
        const TokenText *text = scan->text;
        size_t on = at + 1, end;
        if (lexicon_value(text, at, WORD_RUN, TENSE_NONE) != TENSE_FUTURE)
                return (ssize_t)at;
        while (on < at + INVITED_MAX && token_same_sentence(text, at, on) && !word_is(text, on, "на"))
                on++;
        if (!word_is(text, on, "на") || !token_same_sentence(text, at, on) || !has_day(text, at) ||
                        names_other(scan, at))
                return (ssize_t)at;
        end = on + 1 + LEAD_MAX < text->n ? on + 1 + LEAD_MAX : text->n;
        size_t head = noun_of(text, on + 1, end);
        DateMention date;
        if (head == end || !token_same_sentence(text, at, head) || date_read(text, on + 1, &date))
                return (ssize_t)at;
        for (size_t k = 0; k < sizeof(none) / sizeof(none[0]); k++)
                if (word_begins(text, head, none[k]))
                        return (ssize_t)at;
        return add(scan, on + 1, head, 0);
}

ssize_t mention_add_held(MentionScan *scan, size_t at)
{
        const TokenText *text = scan->text;
        const LexiconMatch *match = lexicon_at(text, at, WORD_HOLD);
        size_t after = match ? at + match->n_tokens : at;
        if (!match || after >= text->n || text->tokens[after].opens || !is_of_event_alone(text, at, match) ||
                        names_other(scan, at))
                return add_invited(scan, at);
        size_t first = mention_subject_begin(text, 0, at),
               head = at - first <= SUBJECT_MAX ? noun_of(text, first, at) : at, end = at;
        if (head == at && text->is_russian) {
                first = after;
                head = noun_of(text, after, after + LEAD_MAX < text->n ? after + LEAD_MAX : text->n);
                if (head == after + LEAD_MAX || head >= text->n || !token_same_sentence(text, at, head))
                        return (ssize_t)at;
                end = 0;
        } else if (head == at) {
                return (ssize_t)at;
        }
        ssize_t named = add(scan, first, head, end);
        return named >= 0 && named < (ssize_t)after ? (ssize_t)after : named;
}
