/* Finds the day of a text, from which "завтра" and dates without a year are counted. */

#include "draft/assemble.h"

enum {
        DATELINE_DAYS = 10,
        SOME_YEAR = 2001, /* to count the days of a text that names no year */
};

static void set_written(Assembly *a, const DatedMention *dated, int64_t days, DraftWhy why)
{
        a->written = date_from_days(days);
        a->set->written = assemble_field(a, dated->date.first, dated->date.end,
                        why == DRAFT_WHY_WORDS ? DRAFT_STATED : DRAFT_INFERRED, why);
}

/* The year that all whole dates and names of the text share. */
static int common_year(const Assembly *a)
{
        int year = 0;
        for (size_t i = 0; i < a->n_dates; i++) {
                int one = a->dates[i].date.from.year;
                if (!one || a->dates[i].date.form == DATE_YEAR || a->dates[i].is_past)
                        continue;
                if (year && one != year)
                        return 0;
                year = one;
        }
        for (size_t i = 0; i < a->mentions.n && !year; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                for (size_t k = mention->first; k < mention->end && !mention->is_indirect; k++)
                        if (date_is_year(a->text, k))
                                year = a->text->tokens[k].number;
        }
        return year;
}

/*
 * The day of a dateline, if it is a few days before the day that the caller gave: "вчера" counts from it.
 */
static void use_dateline(Assembly *a)
{
        for (size_t i = 0; i < a->n_dates && date_is_whole(&a->written); i++) {
                DateMention date;
                const DatedMention *dated = &a->dates[i];
                if (!dated->is_published || dated->date.form != DATE_DAYS)
                        continue;
                date = dated->date;
                if (!date.from.year && !date_resolve(&dated->date, &a->written, TENSE_PAST, &date))
                        continue;
                int64_t before = date_days(&a->written) - date_days(&date.from);
                if (before > 0 && before <= DATELINE_DAYS)
                        set_written(a, dated, date_days(&date.from), DRAFT_WHY_WORDS);
                return;
        }
}

void assemble_written(Assembly *a)
{
        a->written = a->options->written;
        use_dateline(a);
        a->year_of_text = common_year(a);
        for (size_t i = 0; i < a->n_dates && !date_is_whole(&a->written); i++) {
                DatedMention *dated = &a->dates[i];
                DraftDay day = dated->date.from;
                if (!day.year)
                        day.year = a->year_of_text;
                if (date_is_whole(&day) &&
                                (dated->is_published ||
                                                (dated->date.has_relative && dated->date.form == DATE_DAYS)))
                        set_written(a, dated,
                                        date_days(&day) - (dated->is_published ? 0 : dated->date.relative),
                                        dated->is_published ? DRAFT_WHY_WORDS : DRAFT_WHY_TODAY);
        }
        for (size_t i = 0; i < a->n_dates && !a->written.month; i++)
                if (a->dates[i].date.has_relative && a->dates[i].date.form == DATE_DAYS) {
                        DraftDay day = { SOME_YEAR, a->dates[i].date.from.month, a->dates[i].date.from.day };
                        set_written(a, &a->dates[i], date_days(&day) - a->dates[i].date.relative,
                                        DRAFT_WHY_TODAY);
                        a->written.year = 0;
                }
        a->set->written_day = a->written;
}
