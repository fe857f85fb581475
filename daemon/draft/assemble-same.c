/* Decides which mentions are one event: by their words, names, dates and places in the text. */

#include "draft/assemble-same.h"

#include <string.h>

enum {
        WORDS_MAX = 24,  /* compared words of a name */
        STEM_MIN = 4,    /* letters that two words share, at least, if they are forms of one */
        RECENT_MAX = 24, /* events that a mention is compared with */
        MONTHS = 12,
        LATER_MAX = 6, /* mentions after one */
};

/* ---- Words of names ---- */

/* Whether two folded words are forms of one: they share all but an ending. */
static bool is_same_word(const char *a, const char *b)
{
        size_t same = 0, la = strlen(a), lb = strlen(b), longest = la > lb ? la : lb;
        while (a[same] && a[same] == b[same])
                same++;
        /* A Cyrillic letter has two octets. */
        size_t ending = (unsigned char)a[0] >= 0x80 ? 6 : 2;
        return same == longest || (same >= 2 * STEM_MIN && longest - same <= ending);
}

static bool is_content(const TokenText *text, size_t at)
{
        const Token *token = &text->tokens[at];
        return token->form == TOKEN_NUMBER ||
               (token->form == TOKEN_WORD && strlen(token->word) > 4 && !lexicon_is(text, at, WORD_EVENT) &&
                               !lexicon_is(text, at, WORD_STOP) && !lexicon_is(text, at, WORD_LINK));
}

/* Counts the content words of [first, end), and how many of them [first2, end2) has, too. */
static size_t shared_words(
                const TokenText *text, size_t first, size_t end, size_t first2, size_t end2, size_t *ret_n)
{
        size_t shared = 0, n = 0;
        for (size_t i = first; i < end && n < WORDS_MAX; i++) {
                if (!is_content(text, i))
                        continue;
                n++;
                for (size_t k = first2; k < end2 && k < first2 + 2 * WORDS_MAX; k++)
                        if (is_same_word(text->tokens[i].word, text->tokens[k].word)) {
                                shared++;
                                break;
                        }
        }
        *ret_n = n;
        return shared;
}

/* "инвестфоруме", "форум": the other word is the last part of one, but for its ending. */
static bool is_last_part(const char *one, const char *other)
{
        size_t stem = strlen(other) > 2 * STEM_MIN ? strlen(other) - 2 : strlen(other);
        if ((unsigned char)other[0] < 0x80 || stem < 2 * STEM_MIN || strlen(one) <= strlen(other))
                return false;
        size_t len = strlen(one);
        for (size_t at = 2; at + stem <= len; at += 2)
                if (strncmp(one + at, other, stem) == 0)
                        return len - at <= stem + 6;
        return false;
}

bool same_has_head(const TokenText *text, const Mention *a, const Mention *b)
{
        const char *one = text->tokens[a->head_end - 1].word, *other = text->tokens[b->head_end - 1].word;
        if (is_same_word(one, other))
                return true;
        if (is_last_part(one, other) || is_last_part(other, one))
                return true;
        const char *dash = strchr(one, '-'), *dash2 = strchr(other, '-');
        if (dash && dash2)
                return is_same_word(dash + 1, dash2 + 1);
        size_t n = dash ? (size_t)(dash - one) : 0, n2 = dash2 ? (size_t)(dash2 - other) : 0;
        return (dash && (strncmp(one, other, n > 2 ? n - 2 : n) == 0 || is_same_word(dash + 1, other))) ||
               (dash2 && (strncmp(other, one, n2 > 2 ? n2 - 2 : n2) == 0 || is_same_word(dash2 + 1, one)));
}

static bool has_quote(const Mention *mention)
{
        return mention->quote < mention->quote_end;
}

const DatedMention *same_date_of(const Assembly *a, size_t mention)
{
        size_t date = a->mentions.mentions[mention].date;
        return date == SIZE_MAX ? NULL : &a->dates[date];
}

static bool is_in(const DraftDay *day, const DraftDay *from, const DraftDay *to)
{
        int one = day->month * 100 + day->day, first = from->month * 100 + from->day,
            last = to->month * 100 + to->day;
        if (day->year && from->year && day->year != from->year)
                return false;
        return one >= first && one <= last;
}

/* Whether a day is before another, so far as their years are known. */
static bool is_before(const DraftDay *day, const DraftDay *other)
{
        bool has_years = day->year && other->year;
        return (has_years ? (day->year - other->year) * 400 : 0) + day->month * 32 + day->day <
               other->month * 32 + other->day;
}

/* "20 декабря", "до 8 января": the earlier month of two days without years is of the next year. */
static bool is_next_year(const DraftDay *day, const DraftDay *other)
{
        return !(day->year && other->year) && other->month - day->month > MONTHS / 2;
}

/* Whether a verb tells of the mention of a date. */
static bool is_told(const Assembly *a, const DatedMention *dated)
{
        return dated->mention != SIZE_MAX && a->mentions.mentions[dated->mention].role == MENTION_SUBJECT;
}

/* Whether "сегодня" may be one of the days: so far as the day of the text is known. */
static bool is_day_of(const Assembly *a, const DateMention *relative, const DateMention *days)
{
        DateMention whole;
        if (days->is_until || days->is_open || !date_is_whole(&a->written) ||
                        !date_resolve(relative, &a->written, TENSE_NONE, &whole))
                return true;
        return is_in(&whole.from, &days->from, &days->to);
}

/* Whether two dates may be of one event: one lies in the other. */
static bool is_compatible(const Assembly *assembly, const DatedMention *a, const DatedMention *b)
{
        if (!a || !b)
                return true;
        if ((a->date.form == DATE_RELATIVE && b->date.form == DATE_DAYS) ||
                        (b->date.form == DATE_RELATIVE && a->date.form == DATE_DAYS))
                return is_day_of(assembly, a->date.form == DATE_RELATIVE ? &a->date : &b->date,
                                a->date.form == DATE_RELATIVE ? &b->date : &a->date);
        if (a->date.form > DATE_WINDOW || b->date.form > DATE_WINDOW)
                return a->date.form == b->date.form ? a->date.relative == b->date.relative : true;
        /* "откроется 22 ноября", "проработает до 20 декабря" */
        if (a->date.is_until != b->date.is_until && is_told(assembly, a->date.is_until ? a : b)) {
                const DateMention *last = a->date.is_until ? &a->date : &b->date,
                                  *days = a->date.is_until ? &b->date : &a->date;
                return !is_before(&last->to, &days->from) || is_next_year(&last->to, &days->from);
        }
        return (is_in(&a->date.from, &b->date.from, &b->date.to) &&
                               is_in(&a->date.to, &b->date.from, &b->date.to)) ||
               (is_in(&b->date.from, &a->date.from, &a->date.to) &&
                               is_in(&b->date.to, &a->date.from, &a->date.to));
}

const Mention *same_first_of(const Assembly *a, size_t event)
{
        return &a->mentions.mentions[a->first_mention[event]];
}

bool same_is_bare(const Mention *mention)
{
        return !mention->has_adjectives && mention->end == mention->head + 1 && !mention_is_named(mention);
}

/* Whether the verb tells of more of an event: "сессия продолжит работу", "завершится". */
static bool is_continuation(const Assembly *a, const Mention *mention)
{
        static const char *const verbs[] = { "продолж", "заверш", "закро", "закры", "продл", "continue",
                "conclude", "close", NULL };
        const char *verb = mention->verb == SIZE_MAX ? "" : a->text->tokens[mention->verb].word;
        for (size_t i = 0; verbs[i]; i++)
                if (strncmp(verb, verbs[i], strlen(verbs[i])) == 0)
                        return true;
        return false;
}

/* Whether one of two mentions is a line of the programme of the other, with a name of its own. */
static bool is_other_item(const TokenText *text, const Mention *mention, const Mention *known)
{
        bool has_name = has_quote(mention) || mention->has_adjectives || mention->end > mention->head_end;
        if (mention->is_item && known->is_item)
                return text->tokens[mention->first].line != text->tokens[known->first].line;
        return mention->is_item && has_name && !same_has_head(text, mention, known);
}

/* Whether a mention speaks of an event that is known already. */
static bool is_same_event(const Assembly *a, size_t i, size_t event)
{
        const TokenText *text = a->text;
        const Mention *mention = &a->mentions.mentions[i], *known = same_first_of(a, event);
        const DatedMention *mine = same_date_of(a, i), *its = same_date_of(a, a->first_mention[event]);
        size_t n, n2;
        if (mention->is_visit || known->is_visit)
                return (known->value & EVENT_KIND) == (mention->value & EVENT_KIND) &&
                       (is_compatible(a, mine, its) || mine->date.form == DATE_RELATIVE);
        if (same_is_bare(mention) && is_continuation(a, mention) && same_has_head(text, mention, known))
                return true;
        if (!is_compatible(a, mine, its) || is_other_item(text, mention, known))
                return false;
        if (has_quote(mention) && has_quote(known)) {
                size_t shared = shared_words(text, mention->quote, mention->quote_end, known->quote,
                                known->quote_end, &n);
                shared_words(text, known->quote, known->quote_end, mention->quote, mention->quote_end, &n2);
                size_t least = n < n2 ? n : n2;
                return shared > 0 && 2 * shared >= least;
        }
        if (mention->value & EVENT_GENERIC)
                return (known->value & EVENT_GENERIC) || !mention->has_adjectives || mention->has_pronoun ||
                       shared_words(text, mention->first, mention->end, known->first, known->end, &n) > 0;
        if (mention->is_name_alone || known->is_name_alone) {
                bool is_bare = !mention->has_adjectives && mention->end == mention->head_end;
                return shared_words(text, mention->first, mention->end, known->first, known->end, &n) > 0 ||
                       (is_bare && (mention->has_pronoun || (mention->value & EVENT_KIND) ==
                                                                            (known->value & EVENT_KIND)));
        }
        /* "Выставка откроется 6 июня ... Экспозиция будет работать до 8 июня" */
        if (same_is_bare(mention) && (mention->value & EVENT_WEAK) &&
                        (mention->value & EVENT_KIND) == DRAFT_EXHIBITION &&
                        (known->value & EVENT_KIND) == DRAFT_EXHIBITION)
                return true;
        /* "подписание соглашения ... Церемония прошла 4 июня" */
        if (same_is_bare(mention) && (mention->value & EVENT_KIND) == DRAFT_OTHER && !its &&
                        (known->value & EVENT_KIND) == DRAFT_OTHER)
                return true;
        if (!same_has_head(text, mention, known))
                return mention->has_pronoun && mention->end == mention->head_end && !mine;
        size_t shared = shared_words(text, mention->first, mention->end, known->first, known->end, &n);
        shared_words(text, known->first, known->end, mention->first, mention->end, &n2);
        bool is_bare = n == 0 || n2 == 0;
        if (mine && its)
                return is_bare || shared > 0 ||
                       memcmp(&mine->date.from, &its->date.from, sizeof(its->date.from)) == 0;
        return is_bare || shared > 0 || mention->has_pronoun ||
               (!has_quote(mention) && !has_quote(known) && mention->role == MENTION_PLAIN);
}

/*
 * "Пройдут форум и выставка деревообработки. ... будет работать выставка «Технодрев»": a heading names an
 * event by other words than the text.
 */
static bool is_told_by_heading(const Assembly *a, size_t i, size_t event)
{
        const Mention *mention = &a->mentions.mentions[i], *heading = same_first_of(a, event);
        bool is_told = mention->role == MENTION_SUBJECT || mention->role == MENTION_OBJECT ||
                       mention->is_indirect;
        if (!heading->is_heading || mention->is_heading || has_quote(heading) || !is_told ||
                        mention->is_frame || !same_has_head(a->text, mention, heading) ||
                        (mention->value & EVENT_PLURAL) ||
                        !is_compatible(a, same_date_of(a, i), same_date_of(a, a->first_mention[event])))
                return false;
        for (size_t k = a->first_mention[event] + 1; k < i; k++)
                if (a->mentions.mentions[k].event == event)
                        return false;
        return true;
}

size_t same_find(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        size_t n = a->set->n_events, oldest = n > RECENT_MAX ? n - RECENT_MAX : 0;
        bool is_vague = !has_quote(mention) && !mention->has_adjectives;
        if (is_vague && a->main != SIZE_MAX && is_same_event(a, i, a->main))
                return a->main;
        for (size_t k = n; k > oldest; k--)
                if (is_same_event(a, i, k - 1) || is_told_by_heading(a, i, k - 1))
                        return k - 1;
        return SIZE_MAX;
}

/*
 * "Губернатор провел совещание" over "Губернатор посетил город ... провел совещание о сетях": the text
 * tells a visit first, and what the heading names later.
 */
static bool is_told_later(const Assembly *a, size_t i, const Mention *heading)
{
        const Mention *all = a->mentions.mentions;
        if ((all[i].value & EVENT_KIND) != DRAFT_VISIT || heading->is_visit ||
                        (heading->value & EVENT_KIND) == DRAFT_VISIT)
                return false;
        for (size_t k = i + 1; k < a->mentions.n && k < i + LATER_MAX; k++)
                if (same_has_head(a->text, &all[k], heading) &&
                                (all[k].role == MENTION_OBJECT || all[k].role == MENTION_SUBJECT))
                        return true;
        return false;
}

size_t same_find_of_heading(const Assembly *a, size_t i)
{
        const Mention *mention = &a->mentions.mentions[i];
        if (a->set->n_events != 1 || !same_first_of(a, 0)->is_heading || mention->is_heading ||
                        mention->is_frame)
                return SIZE_MAX;
        const Mention *heading = same_first_of(a, 0);
        for (size_t k = a->first_mention[0] + 1; k < i; k++)
                if (a->mentions.mentions[k].event == 0 && a->mentions.mentions[k].date != SIZE_MAX)
                        return SIZE_MAX;
        bool is_next = i <= a->first_mention[0] + 3 && a->text->tokens[mention->first].line <= 3;
        bool is_told = mention->role == MENTION_SUBJECT || mention->role == MENTION_OBJECT;
        bool differs = is_told_later(a, i, heading) || (has_quote(mention) && has_quote(heading)) ||
                       (mention->is_visit && heading->is_visit &&
                                       (mention->value & EVENT_KIND) != (heading->value & EVENT_KIND));
        return is_next && is_told && !differs &&
                                               is_compatible(a, same_date_of(a, i),
                                                               same_date_of(a, a->first_mention[0]))
                               ? 0
                               : SIZE_MAX;
}
