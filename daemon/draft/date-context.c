#include "draft/date-context.h"

#include "draft/clock-time.h"
#include "draft/date-internal.h"
#include "draft/lexicon.h"

#include <string.h>

enum {
        SUBJECT_MAX = 8, /* tokens between a day and the verb of a report */
        CLAUSE_MAX = 18, /* tokens of a clause before its verb */
        VERB_MAX = 6,    /* tokens between a verb and its day */
        PAPER_REACH = 8, /* tokens between the word for an order and its day */
        DUE_REACH = 7,   /* tokens between "должен был" and the old day */
        OFFICE_DAYS = 3, /* days of a week after the first in which an office is open */
};

/* "сегодня сообщил", "announced today": the day of a report, and not of what it tells. */
bool date_is_of_report(const TokenText *text, const DateMention *date)
{
        if (date->form != DATE_RELATIVE && date->form != DATE_WEEKDAY)
                return false;
        /* "Сегодня министерство сообщило": the subject stands between. */
        for (size_t i = date->end; i < date->end + SUBJECT_MAX && token_same_sentence(text, date->first, i);
                        i++) {
                if (lexicon_is(text, i, WORD_TELL))
                        return true;
                if (lexicon_is(text, i, WORD_EVENT) || lexicon_is(text, i, WORD_HOLD) ||
                                lexicon_is(text, i, WORD_RUN) || lexicon_is(text, i, WORD_VISIT))
                        break;
        }
        return (date->first > 0 && lexicon_is(text, date->first - 1, WORD_TELL)) ||
               (date->first > 1 &&
                               (lexicon_is(text, date->first - 1, WORD_PREPOSITION) ||
                                               lexicon_is(text, date->first - 1, WORD_LINK)) &&
                               lexicon_is(text, date->first - 2, WORD_TELL));
}

/* "каждый вторник", "every Tuesday", "с понедельника по пятницу с 9 до 18": no day of one event. */
bool date_is_recurring(const TokenText *text, const DateMention *date)
{
        ClockTime hours;
        size_t next = date->end + word_is(text, date->end, ",");
        if (date->form == DATE_WEEKDAY && date->n_weekdays >= OFFICE_DAYS &&
                        clock_time_read(text, next, &hours))
                return true;
        return date->form == DATE_WEEKDAY && date->first > 0 &&
               (word_begins(text, date->first - 1, "кажд") || word_is(text, date->first - 1, "every"));
}

/* "Ближайшая - 19 сентября": the day of one of the events that are told before. */
bool date_is_of_nearest(const TokenText *text, const DateMention *date)
{
        for (size_t i = date->first > 4 ? date->first - 4 : 0; i < date->first; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_NEAREST);
                size_t end = match ? i + match->n_tokens : 0;
                if (match && (end == date->first || (word_is(text, end, "-") && end + 1 == date->first)))
                        return true;
        }
        return false;
}

/*
 * Whether the verb beside the date is of a deadline, and not of the event: "Прием заявок на форум завершится
 * 15 апреля".
 */
bool date_is_of_deadline(const TokenText *text, const DateMention *date)
{
        size_t verb = SIZE_MAX;
        for (size_t i = date->first; i > 0 && i + VERB_MAX > date->first && verb == SIZE_MAX; i--)
                if (lexicon_is(text, i - 1, WORD_HOLD) && token_same_sentence(text, i - 1, date->first))
                        verb = i - 1;
        for (size_t i = verb; verb != SIZE_MAX && i > 0 && i + CLAUSE_MAX > verb; i--) {
                if (!token_same_sentence(text, i - 1, verb) || word_is(text, i - 1, ",") ||
                                word_is(text, i - 1, ";"))
                        return false;
                if (lexicon_is(text, i - 1, WORD_DEADLINE))
                        return i < 2 || !lexicon_is(text, i - 2, WORD_PREPOSITION);
        }
        return false;
}

/* Whether a word is that of an order or law, with whose day an event's is confused: "приказ", "указом". */
static bool is_paper(const TokenText *text, size_t at)
{
        static const char *const papers[] = { "приказ", "постановлен", "распоряжен", "указ", "закон",
                "решени", "письм" };
        static const char *const others[] = { "законч", "указан" };
        for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
                if (word_begins(text, at, others[k]))
                        return false;
        for (size_t k = 0; k < sizeof(papers) / sizeof(papers[0]); k++)
                if (word_begins(text, at, papers[k]))
                        return true;
        return false;
}

bool date_is_of_other(const TokenText *text, const DateMention *date)
{
        size_t end = date->end + word_is(text, date->end, "-");
        if (word_begins(text, end, "выходн") || word_is(text, end, "closed"))
                return true;
        if (date->first == 0 || !word_is(text, date->first - 1, "от"))
                return false;
        if (word_is(text, date->end, "№"))
                return true;
        for (size_t i = date->first > PAPER_REACH ? date->first - PAPER_REACH : 0; i < date->first; i++)
                if (is_paper(text, i) && token_same_sentence(text, i, date->first))
                        return true;
        return false;
}

/* Whether a relative clause begins after the comma at @at: ", который", ", в котором", ", which". */
static bool begins_relative(const TokenText *text, size_t at)
{
        for (size_t i = at + 1; i < at + 4 && token_same_sentence(text, at, i); i++)
                if (lexicon_is(text, i, WORD_RELATIVE_PRONOUN))
                        return true;
        return false;
}

size_t date_relative_clause(const TokenText *text, const DateMention *date)
{
        for (size_t i = date->first; i > 0 && i + CLAUSE_MAX > date->first; i--) {
                if (!token_same_sentence(text, i - 1, date->first))
                        return 0;
                if (word_is(text, i - 1, ","))
                        return begins_relative(text, i - 1) ? i - 1 : 0;
        }
        return 0;
}

/* "провёл круглый стол, а 11 ноября участники выехали": a conjunction and the day begin a clause. */
bool date_begins_clause(const TokenText *text, const DateMention *date)
{
        if (date->first < 2 || !word_is(text, date->first - 2, ",") ||
                        !(word_is(text, date->first - 1, "а") || word_is(text, date->first - 1, "и") ||
                                        word_is(text, date->first - 1, "and") ||
                                        word_is(text, date->first - 1, "while")))
                return false;
        for (size_t i = date->end; token_same_sentence(text, date->first, i) && !word_is(text, i, ","); i++)
                if (lexicon_is(text, i, WORD_VISIT) || lexicon_is(text, i, WORD_HOLD) ||
                                lexicon_is(text, i, WORD_RUN) || lexicon_is(text, i, WORD_ATTEND) ||
                                lexicon_is_verb(text->tokens[i].word))
                        return true;
        return false;
}

/* "должен был пройти в Новосибирске 2-4 марта": a day that an event was due on. */
bool date_is_due(const TokenText *text, size_t at)
{
        for (size_t i = at > DUE_REACH ? at - DUE_REACH : 0; i < at; i++)
                if (word_begins(text, i, "долж") && token_same_sentence(text, i, at))
                        return true;
        return false;
}

/* "назначенное на 20 ноября": the old date of an event that is put off. */
bool date_is_planned(const TokenText *text, size_t at)
{
        static const char *const words[] = { "назнач", "заплан", "планир", "намеч", "schedul", "plann" };
        for (size_t i = at > 3 ? at - 3 : 0; i < at; i++)
                for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
                        if (word_begins(text, i, words[k]))
                                return true;
        return date_is_due(text, at);
}

/* "Новая дата - 29 октября", "the new date is 5 May". */
bool date_is_new(const TokenText *text, size_t at)
{
        for (size_t i = at > 5 ? at - 5 : 0; i + 1 < at; i++)
                if ((word_begins(text, i, "нов") || word_is(text, i, "new")) &&
                                (word_begins(text, i + 1, "дат") || word_is(text, i + 1, "date")))
                        return true;
        return false;
}

/* "не 18 марта, а 8 апреля", "вместо 18 марта", "instead of 18 March". */
bool date_is_denied(const TokenText *text, size_t at)
{
        return at > 0 &&
               (word_is(text, at - 1, "не") || word_is(text, at - 1, "вместо") ||
                               word_is(text, at - 1, "not") ||
                               (at > 1 && word_is(text, at - 1, "of") && word_is(text, at - 2, "instead")));
}
