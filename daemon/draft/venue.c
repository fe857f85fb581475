/* Reads the places of events inside of towns: halls, hotels, parks, streets. */

#include "draft/venue.h"

#include "draft/lexicon.h"

enum { WINDOW = 45 /* tokens */, VENUE_MAX = 22 };

static bool ends_venue(const TokenText *text, size_t at)
{
        DateMention date;
        static const WordClass ends[] = { WORD_HOLD, WORD_RUN, WORD_ATTEND, WORD_STOP, WORD_EVENT,
                WORD_FRAME };
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
                if (lexicon_is(text, at, ends[i]) && !lexicon_is(text, at, WORD_VENUE))
                        return true;
        if (lexicon_is(text, at, WORD_PREPOSITION) && !word_is(text, at, "в") && !word_is(text, at, "на"))
                return true;
        return date_read(text, at, &date);
}

/* Reads the name of a place from @at. Return: its end; @at if it has no word of a place. */
static size_t venue_end(const TokenText *text, size_t at)
{
        size_t end = at, venue = 0;
        while (end < text->n && end - at < VENUE_MAX && token_same_sentence(text, at, end)) {
                bool is_street =
                                lexicon_is(text, end, WORD_STREET) || lexicon_is(text, end - 1, WORD_STREET);
                if (text->tokens[end].form == TOKEN_MARK && !text->tokens[end].opens &&
                                !text->tokens[end].closes) {
                        bool joins = word_is(text, end, "-") || (word_is(text, end, ".") && is_street) ||
                                     (word_is(text, end, ",") &&
                                                     (lexicon_is(text, end + 1, WORD_STREET) ||
                                                                     (end + 1 < text->n &&
                                                                                     text->tokens[end + 1].form ==
                                                                                                     TOKEN_NUMBER &&
                                                                                     venue) ||
                                                                     word_is(text, end + 1, "д") ||
                                                                     word_is(text, end + 1, "павильон") ||
                                                                     word_is(text, end + 1, "зал")));
                        if (!joins)
                                break;
                }
                if (ends_venue(text, end) ||
                                (end > at && (word_is(text, end, "в") || word_is(text, end, "на"))))
                        break;
                if (lexicon_is(text, end, WORD_VENUE) || is_street)
                        venue = end + 1;
                end++;
        }
        while (end > at && text->tokens[end - 1].form == TOKEN_MARK && !text->tokens[end - 1].closes)
                end--;
        return venue && end >= venue ? end : at;
}

static bool begins_venue(const TokenText *text, size_t at)
{
        static const char *const words[] = { "в", "во", "на", "at", "in", NULL };
        for (size_t i = 0; words[i]; i++)
                if (word_is(text, at, words[i]))
                        return true;
        return false;
}

static size_t skip_base(const TokenText *text, size_t at)
{
        static const char *const words[] = { "базе", "площадке", "площадках", "территории", "здании",
                "стенах", "the", "помещении", NULL };
        for (size_t i = 0; words[i]; i++)
                if (word_is(text, at, words[i]) && text->tokens[at].form == TOKEN_WORD)
                        return at + 1;
        return at;
}

void venue_put(Assembly *a, size_t e)
{
        const TokenText *text = a->text;
        DraftEvent *event = &a->set->events[e];
        for (size_t i = a->first_mention[e]; i < a->mentions.n && !event->venue.text; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                if (mention->event != e || mention->is_heading)
                        continue;
                for (size_t at = mention->first > WINDOW / 2 ? mention->first - WINDOW / 2 : 0;
                                at < text->n && at < mention->end + WINDOW / 2; at++) {
                        if (!token_same_sentence(text, at, mention->first) ||
                                        (at >= mention->first && at < mention->end) ||
                                        !begins_venue(text, at))
                                continue;
                        size_t from = skip_base(text, at + 1), end = venue_end(text, from);
                        if (end == from || lexicon_is(text, from, WORD_PART))
                                continue;
                        event->venue = assemble_field(a, from, end, DRAFT_STATED, DRAFT_WHY_WORDS);
                        break;
                }
        }
}

void venue_put_labelled(Assembly *a)
{
        const TokenText *text = a->text;
        for (size_t at = 0; at < text->n && a->main != SIZE_MAX; at++) {
                const LexiconMatch *match = lexicon_at(text, at, WORD_LABEL);
                size_t from = match ? at + match->n_tokens : 0;
                if (!match || match->entry->value != LABEL_PLACE || !word_is(text, from, ":"))
                        continue;
                size_t end = ++from, e = a->main;
                while (end < text->n && end - from < VENUE_MAX && token_same_sentence(text, at, end))
                        end++;
                while (end > from && text->tokens[end - 1].form == TOKEN_MARK &&
                                !text->tokens[end - 1].closes)
                        end--;
                for (size_t i = 0; i < a->set->n_events; i++)
                        if (a->mentions.mentions[a->first_mention[i]].first < at)
                                e = i;
                if (!a->set->events[e].venue.text || a->set->n_events == 1)
                        a->set->events[e].venue =
                                        assemble_field(a, from, end, DRAFT_STATED, DRAFT_WHY_WORDS);
        }
}
