#include "letter/compose.h"

#include "base/text.h"
#include "letter/compose-internal.h"
#include "letter/event-calendar.h"
#include "letter/event-lines.h"

#include <errno.h>
#include <string.h>

enum {
        ENTRIES_LONG_MAX = 50, /* a digest with more entries shows them in short form */
        LINK_BYTES = 1024,
};

/* The arguments of a message pattern, and the buffers that own their texts. */
typedef struct Facts {
        Buffer date, dates, when, what, place;
        TextArgument arguments[8];
} Facts;

static void facts_done(Facts *facts)
{
        buffer_done(&facts->date);
        buffer_done(&facts->dates);
        buffer_done(&facts->when);
        buffer_done(&facts->what);
        buffer_done(&facts->place);
}

static int facts_init(Facts *facts, const Letter *letter, const EventItem *item)
{
        facts->date = facts->dates = facts->when = facts->what = facts->place =
                        BUFFER_INIT(LETTER_PART_BYTES);
        bool all_day = item->occurrence->start.form == WHEN_DATE;
        int r = event_lines_date(letter, item, &facts->date);
        if (r == 0)
                r = all_day ? event_lines_days_of(letter, item, &facts->dates)
                            : event_lines_date(letter, item, &facts->dates);
        if (r == 0)
                r = event_lines_dates(letter, item, &facts->when);
        if (r == 0)
                r = event_lines_name(letter, item, &facts->what);
        event_item_append(item, event_item_place(item), &facts->place);
        if (r == 0)
                r = buffer_error(&facts->place);
        const TextArgument arguments[] = {
                { "n", NULL, event_lines_days(letter, item) },
                { "date", buffer_text(&facts->date), 0 },
                { "dates", buffer_text(&facts->dates), 0 },
                { "when", buffer_text(&facts->when), 0 },
                { "what", buffer_text(&facts->what), 0 },
                { "place", buffer_text(&facts->place), 0 },
                { "subject", buffer_text(&letter->subject), 0 },
                { NULL, NULL, 0 },
        };
        memcpy(facts->arguments, arguments, sizeof(arguments));
        return r;
}

int compose_fill_in(const Letter *letter, const EventItem *item, const char *pattern, Buffer *out)
{
        CLEANUP(facts_done) Facts facts;
        int r = facts_init(&facts, letter, item);
        return r < 0 ? r : text_message(out, letter->language, pattern, facts.arguments);
}

/* If @r is 0, replaces the subject by @subject; otherwise frees @subject. Return: @r. */
static int take_subject(Letter *letter, Buffer *subject, int r)
{
        if (r == 0) {
                buffer_done(&letter->subject);
                letter->subject = *subject;
        } else
                buffer_done(subject);
        return r;
}

/* Replaces the subject with a filled-in pattern, which may contain the old subject as {subject}. */
static int replace_subject(Letter *letter, const EventItem *item, const char *pattern)
{
        Buffer subject = BUFFER_INIT(LETTER_PART_BYTES);
        int r = compose_fill_in(letter, item, pattern, &subject);
        return take_subject(letter, &subject, r);
}

int compose_count_others(Letter *letter, size_t n)
{
        Buffer subject = BUFFER_INIT(LETTER_PART_BYTES);
        const TextArgument arguments[] = { { "subject", buffer_text(&letter->subject), 0 },
                { "n", NULL, (int64_t)n }, { NULL, NULL, 0 } };
        int r = text_message(&subject, letter->language, letter->strings->parts_subject, arguments);
        return take_subject(letter, &subject, r);
}

int compose_subject(Letter *letter, const EventItem *item, size_t n_more, bool late)
{
        const LetterStrings *w = letter->strings;
        int64_t days = event_lines_days(letter, item);
        const char *pattern = event_item_has_open_day(item) ? w->some_day
                              : days < 0                    ? w->running
                              : days == 0                   ? w->today
                              : days == 1                   ? w->tomorrow
                                                            : w->in_days;
        int r = compose_fill_in(letter, item, pattern, &letter->subject);
        if (r == 0 && n_more > 0)
                r = compose_count_others(letter, n_more);
        if (r == 0 && letter->template && letter->template->subject)
                r = replace_subject(letter, item, letter->template->subject);
        return r == 0 && late ? replace_subject(letter, item, w->late_subject) : r;
}

/* Adds the intro and the footer of the office's template. */
static int write_own_words(Letter *letter, const EventItem *item)
{
        CLEANUP(buffer_done) Buffer intro = BUFFER_INIT(LETTER_PART_BYTES);
        const ConfigTemplate *template = letter->template;
        int r = template && template->intro ? compose_fill_in(letter, item, template->intro, &intro) : 0;
        if (r == 0 && intro.len > 0)
                r = letter_sentence(letter, buffer_text(&intro));
        return r == 0 && template && template->footer
                               ? compose_fill_in(letter, item, template->footer, &letter->footer)
                               : r;
}

static int write_entry(Letter *letter, const EventItem *item, bool in_short)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        int r = event_lines_name(letter, item, &name);
        if (r == 0)
                r = letter_heading(letter, buffer_text(&name));
        if (r == 0)
                r = event_lines_when(letter, item, letter->strings->when);
        if (r == 0)
                r = in_short ? event_lines_place_in_short(letter, item) : event_lines_place(letter, item);
        return r == 0 ? event_lines_link(letter, item) : r;
}

/* Writes the entries, in short form if there are many; then the number of the entries that do not fit. */
static int write_entries(Letter *letter, const DigestText *digest, size_t *ret_n)
{
        size_t n = 0;
        bool in_short = digest->n > ENTRIES_LONG_MAX;
        int r = 0;
        for (; r == 0 && n < digest->n && letter_has_room(letter); n++)
                r = write_entry(letter, &digest->entries[n].item, in_short);
        if (ret_n)
                *ret_n = n;
        int64_t n_more = (int64_t)(digest->n - n + digest->n_more);
        if (r != 0 || n_more == 0)
                return r;
        const TextArgument arguments[] = { { "n", NULL, n_more }, { NULL, NULL, 0 } };
        return letter_message(letter, LETTER_SENTENCE, NULL, letter->strings->digest_more, arguments);
}

int compose_whole(Letter *letter, const EventItem *whole)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        int r = whole ? event_lines_name(letter, whole, &name) : 0;
        return r < 0 ? r : letter_row(letter, letter->strings->part_of, buffer_text(&name));
}

int compose_stop(Letter *letter, const char *token)
{
        CLEANUP(buffer_done) Buffer link = BUFFER_INIT(LINK_BYTES);
        buffer_printf(&link, "%s/mail/%s", letter->options->config->http.base_url, token);
        int r = buffer_error(&link);
        return r < 0 ? r : letter_row(letter, letter->strings->stop_event, buffer_text(&link));
}

int compose_opening(Letter *letter, const EventItem *item, bool late)
{
        int r = late ? letter_sentence(letter, letter->strings->late) : 0;
        return r == 0 ? write_own_words(letter, item) : r;
}

int compose_lines(Letter *letter, const EventItem *item, const EventItem *whole)
{
        int r = compose_whole(letter, whole);
        if (r == 0)
                r = event_lines_when(letter, item, letter->strings->when);
        if (r == 0)
                r = event_lines_place(letter, item);
        if (r == 0)
                r = event_lines_particulars(letter, item);
        return r == 0 ? event_lines_link(letter, item) : r;
}

int compose_programme(Letter *letter, const DigestText *parts, size_t *ret_n)
{
        int r = parts ? letter_sentence(letter, letter->strings->parts) : 0;
        return r == 0 && parts ? write_entries(letter, parts, ret_n) : r;
}

static int write_reminder(Letter *letter, const EventItem *item, const ComposeOptions *options)
{
        const DigestText *parts = options->parts;
        int r = compose_subject(letter, item, parts ? parts->n + parts->n_more : 0, options->late);
        if (r == 0)
                r = compose_opening(letter, item, options->late);
        if (r == 0)
                r = compose_lines(letter, item, options->whole);
        return r == 0 ? compose_programme(letter, parts, options->ret_n_parts) : r;
}

/* Finds the template of the first of the event's kinds that has one, or the default template, or NULL. */
static const ConfigTemplate *find_template(const Event *event, const Config *config, const char *language)
{
        const char *category;
        const ConfigTemplate *found = config_template(config, NULL, language);
        for (size_t i = 0; (category = event_category(event, i)); i++) {
                const ConfigTemplate *own = config_template(config, category, language);
                if (own && own != found)
                        return own;
        }
        return found;
}

int compose_begin(Letter *letter, const EventItem *item, const LetterOptions *options)
{
        int r = letter_init(letter, options, event_item_zone(item, options->config->time_zone));
        letter->template = find_template(item->event, options->config, letter->language);
        return r;
}

int compose_finish(Letter *letter, const ComposeOptions *options, Buffer *out)
{
        size_t n = 0;
        bool has_parked = options->n_parked > 0 && letter_has_room(letter);
        int r = has_parked ? letter_sentence(letter, letter->strings->parked) : 0;
        while (r == 0 && n < options->n_parked && letter_has_room(letter))
                r = write_entry(letter, &options->parked[n++], false);
        if (options->ret_n_parked)
                *options->ret_n_parked = n;
        return r == 0 ? letter_mail(letter, out) : r;
}

int compose_reminder(const EventItem *item, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = compose_begin(&letter, item, &options->letter);
        if (r == 0)
                r = write_reminder(&letter, item, options);
        if (r == 0)
                r = event_calendar_attach(&letter, item, 1);
        return r == 0 ? compose_finish(&letter, options, out) : r;
}

int compose_as_text(const Letter *letter, Buffer *out)
{
        const Card *contact = letter->options->contact;
        const char *address = card_email(contact);
        buffer_printf(out, "To: %s <%s>\nSubject: %s\n\n", card_name(contact), address ? address : "",
                        buffer_text(&letter->subject));
        return letter_text(letter, out);
}

int compose_preview(const EventItem *item, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = compose_begin(&letter, item, &options->letter);
        if (r == 0)
                r = write_reminder(&letter, item, options);
        return r == 0 ? compose_as_text(&letter, out) : r;
}

static int write_digest_subject(Letter *letter, const DigestText *digest)
{
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(LETTER_PART_BYTES);
        int r = text_dates_range(letter->dates, &dates, &digest->first, &digest->last);
        const TextArgument arguments[] = {
                { "n", NULL, (int64_t)(digest->n + digest->n_more) },
                { "dates", buffer_text(&dates), 0 },
                { NULL, NULL, 0 },
        };
        return r < 0 ? r
                     : text_message(&letter->subject, letter->language, letter->strings->digest, arguments);
}

static int write_digest(Letter *letter, const DigestText *digest, size_t *ret_n)
{
        letter->why = letter->strings->why_digest;
        int r = write_digest_subject(letter, digest);
        return r == 0 ? write_entries(letter, digest, ret_n) : r;
}

int compose_digest(const DigestText *digest, const ComposeOptions *options, Buffer *out, size_t *ret_n)
{
        CLEANUP(letter_done) Letter letter;
        int r = letter_init(&letter, &options->letter, options->letter.config->time_zone);
        if (r == 0)
                r = write_digest(&letter, digest, ret_n);
        return r == 0 ? compose_finish(&letter, options, out) : r;
}

int compose_digest_preview(const DigestText *digest, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = letter_init(&letter, &options->letter, options->letter.config->time_zone);
        if (r == 0)
                r = write_digest(&letter, digest, NULL);
        return r == 0 ? compose_as_text(&letter, out) : r;
}
