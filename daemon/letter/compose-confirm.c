/*
 * The mail that asks for confirmation. Its footer has no link that stops further mails, because without a
 * confirmation there are none.
 */

#include "letter/compose-confirm.h"

#include "base/text-dates.h"
#include "base/text.h"
#include "letter/listing-words.h"

#include <stdio.h>

typedef struct ConfirmTexts {
        Buffer what, date;
} ConfirmTexts;

static void texts_done(ConfirmTexts *texts)
{
        buffer_done(&texts->what);
        buffer_done(&texts->date);
}

static int write_what(const Letter *letter, const Confirm *confirm, Buffer *out)
{
        const Occurrence whole = { .component = 0 };
        const EventItem item = { confirm->event, NULL, &whole, PUBLISH_PUBLIC };
        const LetterListing listing = { confirm->signup->scope, confirm->signup->target,
                confirm->event ? &item : NULL };
        return listing_words(letter, &listing, out);
}

static int write_date(const Letter *letter, const Confirm *confirm, Buffer *out)
{
        CivilTime until = zone_to_civil(letter->zone, confirm->signup->expires / USEC_PER_SEC);
        return text_date(out, letter->language, TEXT_DATE_TIME, &until);
}

static int write_link(Letter *letter, const TextArgument *arguments)
{
        char link[1024];
        snprintf(link, sizeof(link), "%s/subscribe/confirm/%s", letter->options->config->http.base_url,
                        letter->options->token);
        int r = letter_message(letter, LETTER_SENTENCE, NULL, letter->strings->confirm_link, arguments);
        return r == 0 ? letter_sentence(letter, link) : r;
}

static int write_confirm(Letter *letter, const Confirm *confirm)
{
        CLEANUP(texts_done)
        ConfirmTexts texts = { BUFFER_INIT(LETTER_PART_BYTES), BUFFER_INIT(LETTER_PART_BYTES) };
        const LetterStrings *w = letter->strings;
        int r = write_what(letter, confirm, &texts.what);
        if (r == 0)
                r = write_date(letter, confirm, &texts.date);
        if (r < 0)
                return r;
        const TextArgument arguments[] = {
                { "calendar", config_text(&letter->options->config->feed.title, letter->language), 0 },
                { "what", buffer_text(&texts.what), 0 },
                { "date", buffer_text(&texts.date), 0 },
                { NULL, NULL, 0 },
        };
        r = text_message(&letter->subject, letter->language,
                        confirm->is_listed ? w->listed_subject : w->confirm_subject, arguments);
        if (r == 0)
                r = letter_message(letter, LETTER_SENTENCE, NULL,
                                confirm->is_listed ? w->listed : w->confirm, arguments);
        if (r < 0 || confirm->is_listed)
                return r;
        r = write_link(letter, arguments);
        return r == 0 ? letter_sentence(letter, w->confirm_other) : r;
}

int compose_confirm(const Confirm *confirm, const LetterOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = letter_init(&letter, options, options->config->time_zone);
        letter.stop[0] = '\0';
        letter.why = letter.strings->why_confirm;
        if (r == 0)
                r = write_confirm(&letter, confirm);
        return r == 0 ? letter_mail(&letter, out) : r;
}
