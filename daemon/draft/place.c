#include "draft/place.h"

#include "draft/gazetteer.h"
#include "draft/layout.h"
#include "draft/venue.h"

#include "base/array.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
        WINDOW = 45,
        REACH = 3 * WINDOW, /* tokens between an event's name and a town that its verb may have, at most */
        ABOUT_MAX = 64,     /* towns that may be the one that the text is about */
        ACROSS_ITEM = 20,
};

/* A town that the text names, and how. */
typedef struct Hit {
        size_t at; /* its first token */
        GazetteerTown town;
        bool is_place;    /* "в Саранске", "г. Саранск" */
        bool is_name;     /* of a place that is named after it: "ОЭЗ «Липецк»" */
        bool is_dateline; /* at the beginning of the text */
        bool is_alone; /* a sentence of its own: "18 сентября. Стамбул. Встреча в палате" */
} Hit;

/* In the order of the text. */
typedef struct Hits {
        Hit *hits;
        size_t n;
} Hits;

static void hits_done(Hits *hits)
{
        free(hits->hits);
}

static bool is_in(const TokenText *text, size_t at)
{
        if (at == 0)
                return false;
        size_t before = at - 1;
        if (word_is(text, before, ".") && at > 1)
                before = at - 2;
        if (lexicon_is(text, before, WORD_TOWN))
                return true;
        return word_is(text, at - 1, "в") || word_is(text, at - 1, "во") || word_is(text, at - 1, "in");
}

/* Whether the town's name is a part of a street's or body's name: "ул. Казанская", "в Советском районе". */
static bool is_part(const TokenText *text, const Hit *hit)
{
        size_t after = hit->at + hit->town.n_tokens;
        return lexicon_is(text, after, WORD_REGION) ||
               (hit->at > 0 && lexicon_is(text, hit->at - 1, WORD_STREET)) ||
               (hit->at > 1 && word_is(text, hit->at - 1, ".") &&
                               lexicon_is(text, hit->at - 2, WORD_STREET));
}

/* Whether the town follows the label of a place: "Место: Саранск, ...". */
static bool is_labelled(const TokenText *text, size_t at)
{
        for (size_t i = at > WINDOW / 2 ? at - WINDOW / 2 : 0; i < at; i++) {
                int label = lexicon_value(text, i, WORD_LABEL, -1);
                if ((label == LABEL_PLACE || label == LABEL_TOWN) &&
                                text->tokens[i].line == text->tokens[at].line &&
                                (i == 0 || text->tokens[i - 1].line != text->tokens[i].line ||
                                                word_is(text, i - 1, ".")))
                        return true;
        }
        return false;
}

/* "(Москва, Научный проезд, д. 20)": a street follows the town. */
static bool is_before_street(const TokenText *text, size_t after)
{
        for (size_t i = after;
                        word_is(text, after, ",") && i < after + 5 && token_same_sentence(text, after, i);
                        i++)
                if (lexicon_is(text, i, WORD_STREET))
                        return true;
        return false;
}

/* "посетила с рабочим визитом Набережные Челны", "will return to Oslo", "business mission to Tashkent". */
static bool is_visited(const TokenText *text, size_t at)
{
        static const char *const goals[] = { "mission", "visit", "trip", "tour", "return", "returns", "come",
                "comes", "travel" };
        for (size_t i = 0; at > 1 && word_is(text, at - 1, "to") && i < sizeof(goals) / sizeof(goals[0]);
                        i++)
                if (word_is(text, at - 2, goals[i]))
                        return true;
        for (size_t i = at > 5 ? at - 5 : 0; i < at; i++)
                if (token_same_sentence(text, i, at) && lexicon_is(text, i, WORD_VISIT))
                        return true;
        return false;
}

/* "в казанском технопарке", "в Воронежском концертном зале": the town of the place's adjective. */
static bool find_adjective(const TokenText *text, size_t at, GazetteerTown *ret)
{
        if (at == 0 || !token_same_sentence(text, at - 1, at + 1) ||
                        !(word_is(text, at - 1, "в") || word_is(text, at - 1, "во") ||
                                        word_is(text, at - 1, "на") || word_is(text, at - 1, "площадке") ||
                                        word_is(text, at - 1, "базе") ||
                                        word_is(text, at - 1, "территории")))
                return false;
        size_t next = at + 1 + lexicon_is_adjective(text->tokens[at + 1].word);
        return (lexicon_is(text, next, WORD_VENUE) || text->tokens[at + 1].opens) &&
               gazetteer_find_adjective(text, at, ret);
}

/* "Press release. Tula. The fair opens": the town is a sentence of its own. */
static bool is_whole_sentence(const TokenText *text, size_t at, size_t after)
{
        return at > 0 && !token_same_sentence(text, at - 1, at) && word_is(text, after, ".") &&
               !token_same_sentence(text, after, after + 1);
}

/*
 * "27 января | Москва, МВЦ «Север»", "Hotel Slavija, Belgrade", "место прежнее: Ижевск, ...": the town is
 * a field of its line.
 */
static bool is_field(const TokenText *text, size_t at, size_t after)
{
        bool is_last = after >= text->n || text->tokens[after].line != text->tokens[at].line ||
                       (text->tokens[after].form == TOKEN_MARK && !token_same_sentence(text, at, after + 1));
        bool is_first = at == 0 || text->tokens[at - 1].line != text->tokens[at].line ||
                        word_is(text, at - 1, "|");
        if (is_first)
                return is_last || word_is(text, after, ",") || word_is(text, after, "|");
        if (word_is(text, at - 1, ":")) {
                for (size_t i = layout_line_begin(text, at); i < at; i++)
                        if (lexicon_value(text, i, WORD_LABEL, -1) == LABEL_PLACE)
                                return true;
                return false;
        }
        if (!is_last || !word_is(text, at - 1, ","))
                return false;
        for (size_t i = at > WINDOW / 2 ? at - WINDOW / 2 : 0; i + 1 < at; i++)
                if (lexicon_is(text, i, WORD_VENUE) && token_same_sentence(text, i, at))
                        return true;
        return false;
}

/* Whether the words before a token are those of a place: "особую экономическую зону «Липецк»". */
static bool is_after_venue(const TokenText *text, size_t at)
{
        for (size_t i = at > 3 ? at - 3 : 0; i < at; i++) {
                const LexiconMatch *match = lexicon_at(text, i, WORD_VENUE);
                if (match && i + match->n_tokens == at)
                        return true;
        }
        return false;
}

/* "Novy Bereg Industrial Park": the word after a capital is a part of a longer name. */
static bool is_in_longer_name(const TokenText *text, size_t at)
{
        return at > 1 && (unsigned char)text->tokens[at].word[0] < 0x80 &&
               token_same_sentence(text, at - 2, at + 1) && text->tokens[at - 1].is_capital &&
               text->tokens[at + 1].is_capital && text->tokens[at - 1].form == TOKEN_WORD &&
               !lexicon_is(text, at - 1, WORD_PREPOSITION) && !lexicon_is(text, at - 1, WORD_STOP) &&
               !lexicon_is(text, at - 1, WORD_VENUE);
}

/* "председатель Владимир Разумков": a given name, and no town. */
static bool is_person(const TokenText *text, const Hit *hit)
{
        size_t after = hit->at + 1;
        return hit->town.n_tokens == 1 && lexicon_is(text, hit->at, WORD_GIVEN_NAME) &&
               !is_in(text, hit->at) && token_same_sentence(text, hit->at, after) &&
               text->tokens[after].form == TOKEN_WORD && text->tokens[after].is_capital;
}

/* "Save the date": a word that begins an English sentence, and goes on with a small letter. */
static bool is_verb(const TokenText *text, const Hit *hit)
{
        size_t after = hit->at + hit->town.n_tokens;
        bool begins = hit->at == 0 || !token_same_sentence(text, hit->at - 1, hit->at);
        return begins && !hit->is_dateline && !text->is_russian &&
               token_same_sentence(text, hit->at, after) && text->tokens[after].form == TOKEN_WORD &&
               !text->tokens[after].is_capital && (word_is(text, after, "the") || word_is(text, after, "a"));
}

/*
 * "ОЭЗ «Липецк»", "МВЦ «Екатеринбург-Экспо»": a place in the town. "Гостиница «Москва»" may be anywhere.
 * @quote: the opening mark before the town
 */
static bool is_place_of_town(const TokenText *text, size_t quote, size_t after)
{
        static const char *const anywhere[] = { "гостин", "отел", "ресторан", "кафе", "кино", "театр",
                "клуб", "санатори", "магазин", "hotel", "restaurant", "cafe", "club", "theatre" };
        for (size_t i = 0; quote > 0 && i < sizeof(anywhere) / sizeof(anywhere[0]); i++)
                if (word_begins(text, quote - 1, anywhere[i]))
                        return false;
        size_t next = after + word_is(text, after, "-");
        return after < text->n &&
               (text->tokens[after].closes || word_begins(text, next < text->n ? next : after, "экспо"));
}

static int add_hit(Hits *hits, const Hit *hit)
{
        Hit *larger = array_grow(hits->hits, hits->n, sizeof(*larger));
        if (!larger)
                return -ENOMEM;
        hits->hits = larger;
        hits->hits[hits->n++] = *hit;
        return 0;
}

/* Returns the index of the first town from a token on. */
static size_t first_hit(const Hits *hits, size_t at)
{
        return array_first_from(hits->hits, hits->n, sizeof(*hits->hits), offsetof(Hit, at), at);
}

static int find_hits(const TokenText *text, Hits *ret)
{
        for (size_t at = 0; at < text->n;) {
                Hit hit = { .at = at };
                if (!gazetteer_find(text, at, &hit.town) && !find_adjective(text, at, &hit.town)) {
                        at++;
                        continue;
                }
                size_t after = at + hit.town.n_tokens;
                hit.is_dateline =
                                text->tokens[at].line < 3 &&
                                (at == 0 || text->tokens[at - 1].line != text->tokens[at].line ||
                                                is_whole_sentence(text, at, after)) &&
                                (word_is(text, after, ",") || word_is(text, after, ".") ||
                                                word_is(text, after, "-") ||
                                                (text->tokens[at].is_all_caps && word_is(text, after, ":")));
                bool after_date = at > 0 && word_is(text, at - 1, ",") &&
                                  (lexicon_is(text, at - 2, WORD_YEAR) ||
                                                  text->tokens[at - 2].form == TOKEN_NUMBER ||
                                                  word_is(text, at - 2, ".") ||
                                                  lexicon_is(text, at - 2, WORD_MONTH));
                hit.is_place = is_in(text, at) || is_labelled(text, at) || after_date ||
                               (at > 0 && word_is(text, at - 1, "(") &&
                                               (word_is(text, after, ")") || word_is(text, after, ",")));
                hit.is_place |= is_before_street(text, after) || is_visited(text, at) ||
                                (!hit.town.is_inflected && (lexicon_is(text, after, WORD_RUN) ||
                                                                           word_is(text, after, "will")));

                hit.is_alone = is_whole_sentence(text, at, after);
                hit.is_place |= is_field(text, at, after);
                bool is_quoted = at > 0 && text->tokens[at - 1].opens;
                hit.is_name = is_quoted && is_after_venue(text, at - 1) &&
                              is_place_of_town(text, at - 1, after);
                if (!is_part(text, &hit) && !is_verb(text, &hit) && !is_person(text, &hit) &&
                                (!is_quoted || hit.is_name) &&
                                (hit.is_place || !is_in_longer_name(text, at)) &&
                                (hit.is_place || hit.is_dateline || !text->tokens[at].is_all_caps) &&
                                add_hit(ret, &hit) < 0)
                        return -ENOMEM;
                at = after;
        }
        return 0;
}

static bool is_ascii(const char *text)
{
        while (*text && (unsigned char)*text < 0x80)
                text++;
        return !*text;
}

/* "Nizhny Novgorod", which the list spells Nizhniy: Latin letters have no cases, and the text's are kept. */
static bool is_other_spelling(const TokenText *text, const Hit *hit, const char *words)
{
        const Token *first = &text->tokens[hit->at];
        return words && is_ascii(words) && is_ascii(hit->town.name) && !first->is_all_caps &&
               !strchr(words, '.') && strcasecmp(words, hit->town.name) != 0;
}

static void put_town(Assembly *a, DraftEvent *event, const Hit *hit, DraftBasis basis, DraftWhy why)
{
        DraftField words = assemble_field(a, hit->at, hit->at + hit->town.n_tokens, basis, why);
        event->town = (DraftField){ is_other_spelling(a->text, hit, words.text) ? words.text
                                                                                : hit->town.name,
                words.start, words.end, basis,
                why == DRAFT_WHY_WORDS && hit->town.is_inflected ? DRAFT_WHY_NOMINATIVE : why };
        if (!event->zone.text)
                event->zone = (DraftField){ hit->town.zone, words.start, words.end, DRAFT_PUBLIC,
                        DRAFT_WHY_GAZETTEER };
}

static size_t gap(const Mention *mention, size_t at)
{
        return at >= mention->end ? at - mention->end : mention->first > at ? mention->first - at : 0;
}

/* Returns the only town of the sentence that first tells of the event, as in "в Точке кипения Томска". */
static const Hit *only_in_sentence(const Assembly *a, const Hits *hits, size_t e)
{
        const Hit *only = NULL;
        size_t first = a->mentions.mentions[a->first_mention[e]].first;
        size_t k = first_hit(hits, first > REACH ? first - REACH : 0);
        for (; k < hits->n && hits->hits[k].at < first + REACH; k++) {
                if (hits->hits[k].is_name || !token_same_sentence(a->text, hits->hits[k].at, first))
                        continue;
                if (only && strcmp(only->town.name, hits->hits[k].town.name) != 0)
                        return NULL;
                only = &hits->hits[k];
        }
        return only;
}

/* "The next retreat is planned for spring in Kaliningrad": not the event that is told, but one after it. */
static bool is_of_next(const TokenText *text, const Mention *mention)
{
        size_t first = mention->first;
        return lexicon_value(text, first, WORD_THIS, 0) > 0 ||
               (first > 0 && lexicon_value(text, first - 1, WORD_THIS, 0) > 0);
}

/* "Первый форум состоялся в 2017 году в Липецке": an earlier event of the same name. */
static bool is_of_other_year(const Assembly *a, const Mention *mention, size_t e)
{
        const DateMention *date = mention->date == SIZE_MAX ? NULL : &a->dates[mention->date].date;
        int year = date ? date->from.year : 0;
        if (date && date->form == DATE_YEAR && date->has_year_shift && date->year_shift)
                return true;
        return year && a->set->events[e].from.year && year != a->set->events[e].from.year;
}

/* "AGM 17 September (Hull), Dinner 4 December (York)": a town in brackets is of the item before it. */
static bool is_of_item_before(const TokenText *text, const Mention *mention, size_t town)
{
        for (size_t i = town + 1; i + 1 < mention->first && i < town + 4; i++)
                if (word_is(text, i, ")") && (word_is(text, i + 1, ",") || word_is(text, i + 1, ";")))
                        return true;
        return false;
}

/* Whether the town is the sentence before the mention, in its line. */
static bool is_alone_before(const TokenText *text, const Hit *hit, const Mention *mention)
{
        return hit->is_alone && text->tokens[hit->at].line == text->tokens[mention->first].line &&
               text->tokens[hit->at].sentence + 1 == text->tokens[mention->first].sentence;
}

/* Finds the town that is named in a sentence that tells of the event. */
static const Hit *town_of(const Assembly *a, const Hits *hits, size_t e)
{
        const Hit *best = NULL;
        size_t least = WINDOW;
        for (size_t i = a->first_mention[e]; i < a->mentions.n; i++) {
                const Mention *mention = &a->mentions.mentions[i];
                if (mention->event != e || is_of_other_year(a, mention, e) || is_of_next(a->text, mention))
                        continue;
                size_t k = first_hit(hits, mention->first > REACH ? mention->first - REACH : 0);
                for (; k < hits->n && hits->hits[k].at < mention->end + REACH; k++) {
                        bool is_before = is_alone_before(a->text, &hits->hits[k], mention);
                        if (!is_before && (!hits->hits[k].is_place ||
                                                          !token_same_sentence(a->text, hits->hits[k].at,
                                                                          mention->first)))
                                continue;
                        size_t d = gap(mention, hits->hits[k].at) +
                                   (mention->role == MENTION_PLAIN ? WINDOW / 2 : 0);
                        if (mention->verb != SIZE_MAX) {
                                size_t by_verb = hits->hits[k].at > mention->verb
                                                                 ? hits->hits[k].at - mention->verb
                                                                 : mention->verb - hits->hits[k].at;
                                d = by_verb < d ? by_verb : d;
                        }
                        d += is_of_item_before(a->text, mention, hits->hits[k].at) ? ACROSS_ITEM : 0;
                        if (d < least) {
                                least = d;
                                best = &hits->hits[k];
                        }
                }
        }
        return best ? best : only_in_sentence(a, hits, e);
}

/* Whether a town is named too far from the beginning to be the text's, unless a label announces it. */
static bool text_far(const TokenText *text, size_t at)
{
        return text->tokens[at].sentence > 4 && !is_labelled(text, at);
}

/*
 * Whether the sentence of a town tells of another year than that of the text's event, or of something
 * earlier, or of the next event.
 */
static bool is_elsewhere(const Assembly *a, size_t at)
{
        int year = a->main == SIZE_MAX ? 0 : a->set->events[a->main].from.year;
        for (size_t i = 0; i < a->n_dates; i++) {
                const DatedMention *dated = &a->dates[i];
                bool is_other = year && dated->date.from.year && dated->date.from.year != year;
                if ((is_other || dated->is_past) && token_same_sentence(a->text, dated->date.first, at))
                        return true;
        }
        for (size_t i = 1; i < a->mentions.n; i++)
                if (token_same_sentence(a->text, a->mentions.mentions[i].first, at) &&
                                is_of_next(a->text, &a->mentions.mentions[i]))
                        return true;
        return false;
}

/* Returns the town if the text names one town and no other: "в областной филармонии Калуги". */
static const Hit *single_town(const Assembly *a, const Hits *hits)
{
        for (size_t i = 0; i < hits->n && i < ABOUT_MAX; i++)
                if (strcmp(hits->hits[i].town.name, hits->hits[0].town.name) != 0 ||
                                is_elsewhere(a, hits->hits[i].at) || text_far(a->text, hits->hits[i].at))
                        return NULL;
        return hits->n ? &hits->hits[0] : NULL;
}

/* Returns the only town that the text is about, or that of its dateline; NULL if there are several. */
static const Hit *only_town(const Assembly *a, const Hits *hits)
{
        const Hit *labelled = NULL, *only = NULL, *dateline = NULL, *name = NULL;
        for (size_t i = 0; i < hits->n && i < ABOUT_MAX; i++) {
                const Hit *hit = &hits->hits[i];
                if (hit->is_dateline && !dateline)
                        dateline = hit;
                if (hit->is_name && !name)
                        name = hit;
                if (!hit->is_place || text_far(a->text, hit->at) || is_elsewhere(a, hit->at))
                        continue;
                if (is_labelled(a->text, hit->at) && !labelled)
                        labelled = hit;
                if (!only)
                        only = hit;
                else if (strcmp(only->town.name, hit->town.name) != 0)
                        only = NULL, i = hits->n;
        }
        if (!labelled && !only && !dateline && !name)
                return single_town(a, hits);
        return labelled ? labelled : only ? only : dateline ? dateline : name;
}

static void put_places(Assembly *a, const Hits *hits)
{
        const Hit *only = only_town(a, hits);
        for (size_t e = 0; e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                const Hit *town = town_of(a, hits, e);
                bool is_by_the_way = town && only && !town->is_place && !town->is_alone &&
                                     is_labelled(a->text, only->at);
                if (town && !is_by_the_way)
                        put_town(a, event, town, DRAFT_STATED, DRAFT_WHY_WORDS);
                venue_put(a, e);
        }
        venue_put_labelled(a);
        for (size_t e = 0; e < a->set->n_events; e++) {
                DraftEvent *event = &a->set->events[e];
                const DraftEvent *parent = event->parent != SIZE_MAX ? &a->set->events[event->parent] : NULL;
                if (!event->town.text && parent && parent->town.text) {
                        event->town = parent->town;
                        event->town.basis = DRAFT_INFERRED;
                        event->town.why = DRAFT_WHY_FRAME;
                        event->zone = event->zone.text ? event->zone : parent->zone;
                } else if (!event->town.text && only) {
                        put_town(a, event, only, DRAFT_INFERRED, DRAFT_WHY_ONLY_TOWN);
                }
        }
}

int places_find(Assembly *a)
{
        CLEANUP(hits_done) Hits hits = { .n = 0 };
        int r = find_hits(a->text, &hits);
        if (r == 0)
                put_places(a, &hits);
        return r;
}
