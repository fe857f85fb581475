#include "letter/listing-words.h"

#include "base/typeset.h"
#include "letter/event-lines.h"

static const ConfigKind *kind_of(const Letter *letter, const LetterListing *listing)
{
        return listing->scope == SUBSCRIBE_KIND ? config_kind(letter->options->config, listing->target)
                                                : NULL;
}

static int write_name(const Letter *letter, const LetterListing *listing, Buffer *out)
{
        const ConfigKind *kind = kind_of(letter, listing);
        if (listing->item)
                return event_lines_name(letter, listing->item, out);
        letter_append_line(out, kind ? config_text(&kind->title, letter->language)
                                : listing->scope == SUBSCRIBE_EVENT ? letter->strings->unnamed
                                                                    : listing->target);
        return buffer_error(out);
}

static const char *pattern_of(const Letter *letter, SubscriptionScope scope)
{
        const LetterStrings *w = letter->strings;
        switch (scope) {
        case SUBSCRIBE_EVENT:
                return w->the_event;
        case SUBSCRIBE_KIND:
                return w->the_kind;
        case SUBSCRIBE_CALENDAR:
                return w->the_calendar;
        case SUBSCRIBE_ALL:
                break;
        }
        return w->everything;
}

int listing_words(const Letter *letter, const LetterListing *listing, Buffer *out)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer quoted = BUFFER_INIT(LETTER_PART_BYTES);
        const ConfigKind *kind = kind_of(letter, listing);
        const char *about = kind ? config_kind_about(kind, letter->language) : NULL;
        if (about) {
                letter_append_line(out, about);
                return buffer_error(out);
        }
        int r = write_name(letter, listing, &name);
        if (r == 0)
                r = typeset(&quoted, letter->language, buffer_text(&name), 1);
        return r < 0 ? r
                     : text_message(out, letter->language, pattern_of(letter, listing->scope),
                                       TEXT_ARGUMENTS({ "name", buffer_text(&quoted), 0 }));
}
