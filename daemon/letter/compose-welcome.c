#include "letter/compose-welcome.h"

/* Returns the listing for everything, which includes all others; NULL if there is none. */
static const LetterListing *find_all(const LetterListing *listings, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (listings[i].scope == SUBSCRIBE_ALL)
                        return &listings[i];
        return NULL;
}

static int write_listings(const Letter *letter, const LetterListing *listings, size_t n, Buffer *out)
{
        const LetterListing *all = find_all(listings, n);
        size_t n_named = n < WELCOME_LISTINGS_MAX ? n : WELCOME_LISTINGS_MAX;
        int r = 0;
        if (all)
                return listing_words(letter, all, out);
        for (size_t i = 0; r == 0 && i < n_named; i++) {
                buffer_puts(out, i > 0 ? ", " : "");
                r = listing_words(letter, &listings[i], out);
        }
        buffer_puts(out, n_named < n ? "…" : "");
        return r == 0 ? buffer_error(out) : r;
}

static int write_welcome(Letter *letter, const LetterListing *listings, size_t n)
{
        CLEANUP(buffer_done) Buffer what = BUFFER_INIT(LETTER_PART_BYTES);
        const LetterStrings *w = letter->strings;
        int r = write_listings(letter, listings, n, &what);
        if (r < 0)
                return r;
        const TextArgument arguments[] = {
                { "calendar", config_text(&letter->options->config->feed.title, letter->language), 0 },
                { "what", buffer_text(&what), 0 },
                { NULL, NULL, 0 },
        };
        r = text_message(&letter->subject, letter->language, w->welcome_subject, arguments);
        if (r == 0)
                r = letter_message(letter, LETTER_SENTENCE, NULL, w->welcome, arguments);
        if (r == 0)
                r = letter_sentence(letter, w->welcome_link);
        return r == 0 ? letter_sentence(letter, letter->stop) : r;
}

int compose_welcome(const LetterListing *listings, size_t n, const LetterOptions *options, Buffer *out)
{
        CLEANUP(letter_done) Letter letter;
        int r = letter_init(&letter, options, options->config->time_zone);
        if (r == 0)
                r = write_welcome(&letter, listings, n);
        return r == 0 ? letter_mail(&letter, out) : r;
}
