/*
 * Gives each date of a text to what it is the date of: an event, a deadline, the text itself, or nothing.
 */

#include "draft/assemble-lines.h"
#include "draft/assemble.h"
#include "draft/date-context.h"
#include "draft/layout.h"

#include "base/array.h"

#include <errno.h>
#include <string.h>

enum {
        FAR = 1000,
        ACROSS_COMMA = 3,
        ACROSS_CLAUSE = 12,
        ACROSS_MENTION = 8,
        ACROSS_FRAME = 30,
        DEADLINE_REACH = 9,
        ANTECEDENT_MAX = 8, /* tokens from the end of a name to the clause that tells of it */
        OTHER_REACH = 4,    /* tokens between a verb and the day that stands in the place of another */
        REACH = 40,
        WINDOW = 60,
        LEAD_LINES = 4,
        PLACE_MAX = 10, /* tokens of a place before the date of its line */
};

static int add(Assembly *a, const DateMention *date)
{
        DatedMention *larger = array_grow(a->dates, a->n_dates, sizeof(*larger));
        if (!larger)
                return -ENOMEM;
        a->dates = larger;
        a->dates[a->n_dates++] = (DatedMention){ .date = *date, .mention = SIZE_MAX };
        return 0;
}

/* The label at the beginning of the date's line, or of the line before; -1 for none. */
static int label_before(const TokenText *text, size_t at)
{
        size_t begin = layout_line_begin(text, at);
        int label = -1;
        for (size_t i = at; i > begin && at - i < 12; i--) {
                if (!word_is(text, i - 1, ":") && !word_is(text, i - 1, "-") && !word_is(text, i - 1, "?"))
                        continue;
                for (size_t k = i > 6 ? i - 6 : 0; k + 1 < i; k++) {
                        const LexiconMatch *match = k >= begin ? lexicon_at(text, k, WORD_LABEL) : NULL;
                        if (match && k + match->n_tokens == i - 1)
                                return match->entry->value;
                }
        }
        const LexiconMatch *match = lexicon_at(text, begin, WORD_LABEL);
        if (match && begin + match->n_tokens == at)
                return match->entry->value;
        if (begin == at && at > 0) {
                size_t before = layout_line_begin(text, at - 1);
                match = lexicon_at(text, before, WORD_LABEL);
                if (match && before + match->n_tokens + word_is(text, at - 1, ":") == at)
                        label = match->entry->value;
        }
        return label;
}

/* Returns how far apart two tokens of a sentence are, with the marks and mentions between them. */
static size_t apart(const TokenText *text, size_t a, size_t b)
{
        size_t low = a < b ? a : b, high = a < b ? b : a, sum = high - low;
        for (size_t i = low; i < high && sum < FAR; i++) {
                if (word_is(text, i, ","))
                        sum += ACROSS_COMMA;
                else if (word_is(text, i, ";"))
                        sum += ACROSS_CLAUSE;
        }
        return sum;
}

static size_t to_span(const TokenText *text, size_t first, size_t end, const DateMention *date)
{
        if (date->first >= end)
                return apart(text, end - 1, date->first) - 1;
        return date->end <= first ? apart(text, date->end - 1, first) - 1 : 0;
}

/*
 * "Первый день посвящен экскурсиям, 20 и 21 марта пройдет деловая программа": the day belongs to
 * the verb after it if the mention before has a verb of its own.
 */
static bool is_of_next_clause(const TokenText *text, const Mention *mention, const DateMention *date)
{
        if (mention->end >= date->first || mention->verb >= date->first)
                return false;
        bool is_told = mention->verb < mention->first && mention->role == MENTION_SUBJECT &&
                       word_is(text, date->first - 1, ",") && lexicon_is(text, date->end, WORD_HOLD);
        return is_told || date_begins_clause(text, date);
}

/* "на выставке": no verb tells of the event, and it has no name of its own. */
static bool is_by_the_way(const Mention *mention)
{
        return mention->role == MENTION_PLAIN && mention->is_oblique && !mention->is_name_alone;
}

/* Returns the mention that a date belongs to; @ret_distance: how far it or its verb is. */
static size_t nearest_mention(
                Assembly *a, const DateMention *date, size_t from, size_t to, size_t *ret_distance)
{
        const TokenText *text = a->text;
        size_t best = SIZE_MAX, least = FAR;
        for (size_t i = from; i < to; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                size_t d = to_span(text, mention->first, mention->end, date);
                if (mention->verb != SIZE_MAX) {
                        size_t by_verb = to_span(text, mention->verb, mention->verb + 1, date);
                        d = by_verb < d ? by_verb : d;
                }
                d += mention->is_indirect || mention->is_frame ? ACROSS_MENTION : 0;
                d += mention->is_frame && mention->role == MENTION_PLAIN &&
                                                     !word_is(text, date->first - (date->first > 0), "(")
                                     ? ACROSS_FRAME
                                     : 0;
                d += mention->role == MENTION_PLAIN ? 2 : 0;
                d += is_by_the_way(mention) ? ACROSS_MENTION : 0;
                if (d < least && !is_of_next_clause(text, mention, date)) {
                        least = d;
                        best = i;
                }
        }
        *ret_distance = least;
        return best;
}

/* Returns how far the next word of a class is in the date's sentence. */
static size_t class_distance(const TokenText *text, const DateMention *date, WordClass class, size_t reach)
{
        size_t from = date->first > reach ? date->first - reach : 0, least = FAR;
        for (size_t i = from; i < text->n && i < date->end + reach; i++) {
                if ((i >= date->first && i < date->end) || !token_same_sentence(text, i, date->first) ||
                                !lexicon_is(text, i, class))
                        continue;
                size_t d = i < date->first ? apart(text, i, date->first) : apart(text, date->end - 1, i);
                least = d < least ? d : least;
        }
        return least;
}

/* Returns the mention in a heading, list or label before a token, for a line such as "Дата: 5 июня". */
static size_t listed_before(const Assembly *a, size_t at, size_t from)
{
        for (size_t i = from < a->mentions.n ? from + 1 : a->mentions.n; i > 0 && i + 6 > from; i--) {
                const Mention *mention = &a->mentions.mentions[i - 1];
                if (mention->first < at && at - mention->end < 2 * WINDOW && mention->role != MENTION_PLAIN)
                        return i - 1;
        }
        return SIZE_MAX;
}

/* "Извещаем о созыве собрания" over "Дата: 5 июня": the event that was only mentioned; SIZE_MAX for none. */
static size_t named_before(const Assembly *a, size_t at, size_t from)
{
        for (size_t i = from < a->mentions.n ? from + 1 : a->mentions.n; i > 0 && i + 3 > from; i--) {
                const Mention *mention = &a->mentions.mentions[i - 1];
                if (mention->first < at && at - mention->end < WINDOW && !mention->is_frame &&
                                !(mention->value & (EVENT_PLURAL | EVENT_GENERIC)))
                        return i - 1;
        }
        return SIZE_MAX;
}

/* "должен был пройти 2-4 марта, состоится 5 мая": a later day of the sentence stands in its place. */
static bool has_later_day(const Assembly *a, const DatedMention *dated)
{
        const DatedMention *next = dated + 1;
        return date_is_due(a->text, dated->date.first) && next < a->dates + a->n_dates &&
               token_same_sentence(a->text, next->date.first, dated->date.first) &&
               class_distance(a->text, &next->date, WORD_HOLD, OTHER_REACH) < FAR;
}

/* Whether the sentence of the old day of an event has the new one, too: "перенесен с 5 мая на 8 июня". */
static bool has_other_day(const Assembly *a, const DateMention *date)
{
        for (size_t i = 0; i < a->n_dates; i++) {
                const DateMention *other = &a->dates[i].date;
                if (other->first != date->first && other->first > 0 &&
                                token_same_sentence(a->text, other->first, date->first) &&
                                word_is(a->text, other->first - 1, "на") &&
                                !date_is_planned(a->text, other->first))
                        return true;
        }
        return false;
}

static bool begins_with_pronoun(const TokenText *text, size_t at)
{
        size_t begin = at;
        while (begin > 0 && at - begin < REACH && token_same_sentence(text, begin - 1, at))
                begin--;
        return mention_begins_with_pronoun(text, begin) ||
               (lexicon_is(text, begin, WORD_HOLD) && mention_begins_with_pronoun(text, begin + 1));
}

/* Whether only the names of a place and a mark stand before a date: "Porto, Portugal, 18-20 June". */
static bool is_after_place(const TokenText *text, size_t begin, size_t at)
{
        if (begin + 1 >= at || at - begin > PLACE_MAX || text->tokens[at - 1].form != TOKEN_MARK)
                return false;
        for (size_t i = begin; i < at; i++)
                if ((text->tokens[i].form == TOKEN_WORD && !text->tokens[i].is_capital) ||
                                lexicon_is(text, i, WORD_EVENT) || lexicon_is(text, i, WORD_LABEL) ||
                                word_is(text, i, ":"))
                        return false;
        return true;
}

/*
 * Whether a short line without a verb begins with the date, or with a place before it: "23 января, четверг,
 * 11:00", "Porto, Portugal, 18-20 June".
 */
static bool is_line_of_date(const TokenText *text, const DateMention *date)
{
        size_t begin = layout_line_begin(text, date->first), end = layout_line_end(text, date->first);
        if (!(begin == date->first || is_after_place(text, begin, date->first)) ||
                        end - begin > LAYOUT_LINE_MAX / 3 || begin == 0 || word_is(text, end - 1, "."))
                return false;
        for (size_t i = begin; i < end; i++)
                if (lexicon_is(text, i, WORD_HOLD) || lexicon_is(text, i, WORD_RUN))
                        return false;
        return date->form == DATE_DAYS;
}

/*
 * Whether the first sentence after a heading tells when "it" takes place: "The park opens its doors on 22
 * May".
 */
static bool is_of_heading(const Assembly *a, const DatedMention *dated, size_t from)
{
        const TokenText *text = a->text;
        const Mention *before = from > 0 ? &a->mentions.mentions[from - 1] : NULL;
        if (!before || from != 1 || !before->is_heading || text->tokens[dated->date.first].sentence > 2)
                return false;
        bool is_told = before->is_visit || before->role == MENTION_SUBJECT || before->role == MENTION_OBJECT;
        return (is_told && before->date == SIZE_MAX) ||
               class_distance(text, &dated->date, WORD_HOLD, REACH) < FAR ||
               class_distance(text, &dated->date, WORD_RUN, REACH) < FAR ||
               class_distance(text, &dated->date, WORD_ATTEND, REACH) < FAR;
}

/*
 * The date of a relative clause is that of the word before the clause: a mention in @from to @to, or of
 * something else, as in "праздник, который отмечают 26 мая". A clause with an event of its own is none.
 * Return: whether @ret is set: to a mention or SIZE_MAX.
 */
static bool is_of_antecedent(const Assembly *a, const DateMention *date, size_t from, size_t to, size_t *ret)
{
        const Mention *all = a->mentions.mentions;
        size_t comma = date_relative_clause(a->text, date), end = date->end;
        *ret = SIZE_MAX;
        while (comma && token_same_sentence(a->text, comma, end) && !word_is(a->text, end, ","))
                end++;
        for (size_t i = from; comma && i < to; i++) {
                if (all[i].first > comma && all[i].first < end)
                        return false;
                if (all[i].end <= comma && all[i].end + ANTECEDENT_MAX > comma)
                        *ret = i;
        }
        return comma > 0;
}

/*
 * Finds the mention of a date whose sentence names no event, by the lines and sentences around it.
 * @opening: as of lines_opening_below()
 */
static size_t mention_around(Assembly *a, DatedMention *dated, size_t opening, size_t from, size_t to)
{
        const TokenText *text = a->text;
        size_t mention = lines_item_of(a, &dated->date, to);
        if (mention == SIZE_MAX && begins_with_pronoun(text, dated->date.first) && from > 0)
                mention = from - 1;
        if (mention == SIZE_MAX && from > 0 && date_is_of_nearest(text, &dated->date)) {
                mention = from - 1;
                a->mentions.mentions[mention].value &= ~EVENT_PLURAL;
        }
        if (mention == SIZE_MAX && is_of_heading(a, dated, from))
                mention = from - 1;
        if (mention == SIZE_MAX && (dated->is_label || is_line_of_date(text, &dated->date)))
                mention = listed_before(a, dated->date.first, from);
        /* A day under a programme's line is that of the next lines. */
        if (mention != SIZE_MAX && !dated->is_label && a->mentions.mentions[mention].is_item &&
                        a->mentions.mentions[mention].end <= dated->date.first)
                mention = SIZE_MAX;
        if (mention == SIZE_MAX && dated->is_label)
                mention = named_before(a, dated->date.first, from);
        if (mention == SIZE_MAX && lines_is_address(text, &dated->date))
                mention = listed_before(a, dated->date.first, from);
        if (mention == SIZE_MAX)
                mention = opening;
        if (mention == SIZE_MAX && from > 0 && lines_is_after_name(a, &dated->date, from - 1))
                mention = from - 1;
        if (mention == SIZE_MAX && lines_is_sentence_of_date(text, &dated->date)) {
                mention = lines_next_mention(a, dated->date.end, to);
                if (mention == SIZE_MAX || a->mentions.mentions[mention].role == MENTION_PLAIN)
                        mention = listed_before(a, dated->date.first, from);
                dated->is_foreign = mention == SIZE_MAX && !lines_is_date_line(text, &dated->date);
        }
        if (mention == SIZE_MAX)
                mention = lines_first_below(a, &dated->date, to);
        if (mention == SIZE_MAX && lines_is_date_line(text, &dated->date))
                mention = lines_name_below(a, &dated->date, to);
        return mention;
}

static void judge(Assembly *a, DatedMention *dated, size_t from, size_t to)
{
        const TokenText *text = a->text;
        size_t distance;
        size_t mention = nearest_mention(a, &dated->date, from, to, &distance);
        int label = label_before(text, dated->date.first);
        size_t deadline = class_distance(text, &dated->date, WORD_DEADLINE, DEADLINE_REACH);
        size_t founded = class_distance(text, &dated->date, WORD_FOUNDED, REACH);
        size_t plan = class_distance(text, &dated->date, WORD_PLAN, REACH);
        size_t least = distance > 2 ? distance : 2;
        bool is_put_off = class_distance(text, &dated->date, WORD_OFF, REACH) < FAR;
        bool is_new = (dated->date.is_until && word_is(text, dated->date.first, "to")) ||
                      (dated->date.first > 0 &&
                                      (word_is(text, dated->date.first - 1, "на") ||
                                                      word_is(text, dated->date.first - 1, "to")) &&
                                      !date_is_planned(text, dated->date.first));
        dated->is_label = label == LABEL_DATE || label == LABEL_TIME || (is_put_off && is_new) ||
                          date_is_new(text, dated->date.first);
        dated->is_published = label == LABEL_PUBLISHED || layout_is_mail_header(text, dated->date.first);
        bool holds = class_distance(text, &dated->date, WORD_HOLD, 6) < deadline;
        dated->is_deadline = label == LABEL_DEADLINE ||
                             (deadline < FAR && (dated->date.is_until || (deadline < least && !holds)));
        dated->is_deadline |= date_is_of_deadline(text, &dated->date) && !dated->is_label;
        dated->is_foreign = ((founded < least || plan < least) && !dated->is_label) ||
                            date_is_of_report(text, &dated->date) || date_is_recurring(text, &dated->date) ||
                            date_is_of_other(text, &dated->date);
        size_t antecedent;
        bool is_relative = is_of_antecedent(a, &dated->date, from, to, &antecedent);
        mention = is_relative && antecedent != SIZE_MAX ? antecedent : mention;
        dated->distance = distance;
        dated->is_clause = is_relative && antecedent != SIZE_MAX;
        dated->is_foreign |=
                        date_is_denied(text, dated->date.first) || (is_relative && antecedent == SIZE_MAX);
        dated->is_past = mention_is_background(text, dated->date.first) == 2 || has_later_day(a, dated) ||
                         (is_put_off && date_is_planned(text, dated->date.first) &&
                                         has_other_day(a, &dated->date));
        size_t opening = lines_opening_below(a, &dated->date, to);
        dated->is_foreign &= opening == SIZE_MAX;
        if (dated->is_deadline || dated->is_foreign || dated->is_published)
                return;
        if (mention == SIZE_MAX)
                mention = mention_around(a, dated, opening, from, to);
        if (mention != SIZE_MAX && lines_is_above_items(text, &dated->date) &&
                        a->mentions.mentions[mention].is_item)
                mention = SIZE_MAX;
        dated->mention = mention;
}

/* Keeps the date that tells most of each mention. */
static void give(Assembly *a, size_t index, size_t mention, bool is_shared)
{
        Mention *one = &a->mentions.mentions[mention];
        const DatedMention *known = one->date == SIZE_MAX ? NULL : &a->dates[one->date],
                           *dated = &a->dates[index];
        if (known && (one->has_shared_date || dated->date.form >= known->date.form))
                return;
        one->date = index;
        one->has_shared_date = is_shared;
}

/* Gives a date to its mention; that of "два мероприятия: ..." to the mentions that are listed after it. */
static void give_date(Assembly *a, size_t index)
{
        size_t mention = a->dates[index].mention;
        if (mention == SIZE_MAX)
                return;
        const Mention *all = a->mentions.mentions;
        give(a, index, mention, false);
        bool is_list = (all[mention].value & EVENT_PLURAL) && word_is(a->text, all[mention].end, ":");
        for (size_t i = mention + 1; is_list && i < a->mentions.n && i < mention + 6; i++)
                if (token_same_sentence(a->text, all[mention].first, all[i].first))
                        give(a, index, i, true);
        for (size_t i = mention + 1; i < a->mentions.n && all[i].is_joined; i++)
                give(a, index, i, true);
        for (size_t i = mention; i > 0 && all[i].is_joined; i--)
                give(a, index, i - 1, true);
}

/* "Казань, 15 мая 2025 г. -", "KAZAN, May 15, 2025 /": a dateline at the beginning of a line. */
static bool is_dateline(const TokenText *text, const DateMention *date)
{
        size_t begin = layout_line_begin(text, date->first);
        if (date->form != DATE_DAYS || date->first - begin > 6 || date->from.day != date->to.day)
                return false;
        for (size_t i = begin; i < date->first; i++)
                if (text->tokens[i].form == TOKEN_WORD ? !text->tokens[i].is_capital
                                                       : !word_is(text, i, ",") && !word_is(text, i, ".") &&
                                                                         !word_is(text, i, "(") &&
                                                                         !word_is(text, i, "-"))
                        return false;
        size_t end = date->end + word_is(text, date->end, ".");
        end += word_is(text, end, ",") || word_is(text, end, ")");
        bool has_dash = word_is(text, end, "-") || word_is(text, end, "/") || word_is(text, date->end, ".");
        return has_dash && date->first > begin && !lexicon_is(text, begin, WORD_LABEL);
}

/*
 * Whether the line of a date tells the day of an event: it stands under "ПРОГРАММА" and a name, or lies
 * after the day of the text.
 */
static bool is_day_of_event(const Assembly *a, const DateMention *date)
{
        const DraftDay *written = &a->options->written;
        DateMention whole = *date;
        if (!date->from.year)
                date_resolve(date, written, TENSE_NONE, &whole);
        bool is_later = date_is_whole(written) && date_is_whole(&whole.from) &&
                        date_days(&whole.from) > date_days(written);
        return is_later || lines_is_above_items(a->text, date) ||
               (layout_heading(a->text) > 0 && a->text->tokens[date->first].line > 1);
}

/* "25.07.2006 Калужская область: ...": the text begins with its day, and tells another one. */
static bool begins_text(const Assembly *a, const DateMention *date)
{
        const TokenText *text = a->text;
        bool is_numeric = date->first == 0 && text->tokens[0].form == TOKEN_NUMBER && date->from.year &&
                          word_is(text, 1, ".");
        return is_numeric && a->n_dates > 1 && date->end < text->n &&
               text->tokens[date->end].form == TOKEN_WORD && text->tokens[date->end].is_capital &&
               a->dates[1].date.form == DATE_DAYS && !a->dates[1].date.is_until;
}

static bool is_published(const Assembly *a, const DateMention *date)
{
        if (begins_text(a, date))
                return true;
        const TokenText *text = a->text;
        uint32_t line = text->tokens[date->first].line;
        bool at_edge = line < LEAD_LINES || line + 3 > text->n_lines;
        return (at_edge && text->n_lines > 1 && lines_is_date_line(text, date) &&
                               !is_day_of_event(a, date)) ||
               (line < LEAD_LINES && is_dateline(text, date));
}

int assemble_dates(Assembly *a)
{
        const TokenText *text = a->text;
        size_t from = 0;
        for (size_t at = 0; at < text->n;) {
                DateMention date;
                const DateMention *before = a->n_dates ? &a->dates[a->n_dates - 1].date : NULL;
                if (!date_read(text, at, &date) && !date_read_last_day(text, at, before, &date)) {
                        at++;
                        continue;
                }
                int r = add(a, &date);
                if (r < 0)
                        return r;
                at = date.end;
        }
        for (size_t i = 0; i < a->n_dates; i++) {
                DatedMention *dated = &a->dates[i];
                uint32_t sentence = text->tokens[dated->date.first].sentence;
                const Mention *all = a->mentions.mentions;
                while (from < a->mentions.n && (text->tokens[all[from].first].sentence < sentence ||
                                                               all[from].end + WINDOW < dated->date.first))
                        from++;
                size_t to = from;
                while (to < a->mentions.n && text->tokens[all[to].first].sentence == sentence &&
                                all[to].first < dated->date.end + WINDOW)
                        to++;
                judge(a, dated, from, to);
                if (!dated->is_label && is_published(a, &dated->date))
                        *dated = (DatedMention){
                                .date = dated->date, .mention = SIZE_MAX, .is_published = true
                        };
                give_date(a, i);
        }
        lines_share_dates(a);
        return 0;
}
