#include "draft/title.h"

#include "base/text.h"
#include "draft/nominative.h"

#include <stdio.h>
#include <string.h>

enum { TITLE_BYTES = 400, FIRST_VISIT = 16, HEADING = 30 /* points */ };

static const char *const kind_names[DRAFT_N_KINDS] = { [DRAFT_OTHER] = "other",
        [DRAFT_SESSION] = "session",
        [DRAFT_EXHIBITION] = "exhibition",
        [DRAFT_VISIT] = "site-visit",
        [DRAFT_MEETING] = "meeting" };

bool draft_kind_is_default(const char *name)
{
        for (size_t i = 0; i < DRAFT_N_KINDS; i++)
                if (strcmp(kind_names[i], name) == 0)
                        return true;
        return false;
}

/* Returns the kind's name in the configuration; "other" if it has none. */
static const char *kind_of(const Assembly *a, int value)
{
        const Config *config = a->options->config;
        int kind = value & EVENT_KIND;
        if (kind >= EVENT_CONFIGURED)
                return config->kinds[kind - EVENT_CONFIGURED].name;
        for (size_t i = 0; config && i < config->n_kinds; i++)
                if (strcmp(config->kinds[i].name, kind_names[kind]) == 0)
                        return config->kinds[i].name;
        return config ? kind_names[DRAFT_OTHER] : kind_names[kind];
}

/*
 * How well the words of a mention serve as a title.
 * @order: 0 for the first one that tells of the event, -1 for a heading before it, else 1
 */
static int worth(const Mention *mention, int order)
{
        size_t n = mention->end - mention->first;
        /* The first of several visits of one day is told best. */
        bool is_short = mention->is_visit && !mention->has_people;
        int points = is_short ? 1 : (int)(n < 14 ? n : 14);
        points += mention->quote < mention->quote_end ? 12 : 0;
        points += mention->is_name_alone ? -4 : 0;
        points -= mention->is_visit ? (mention->has_people ? 2 : 12) : 0;
        points += order == 0 && mention->is_visit && mention->has_people ? FIRST_VISIT : 0;
        points += order < 0 && !mention->is_visit && n > 1 ? HEADING : 0;
        points -= n == 1 && !mention->is_name_alone ? 16 : 0;
        points -= mention->value & EVENT_PLURAL ? 6 : 0;
        points += mention->role == MENTION_SUBJECT ? 3 : 0;
        points -= mention->value & EVENT_GENERIC ? 20 : 0;
        points -= mention->is_frame ? 8 : mention->is_indirect ? 3 : 0;
        return points;
}

static int order_of(const Assembly *a, size_t event, size_t mention)
{
        size_t first = a->first_mention[event];
        return mention < first ? -1 : mention > first;
}

/* Whether another name is worth keeping: it has another word for the event. */
static bool is_other(const TokenText *text, const Mention *mention, const Mention *best)
{
        if ((mention->value & EVENT_GENERIC) || mention->end - mention->first < 2 ||
                        (mention->is_visit && best->is_visit && mention->is_heading == best->is_heading))
                return false;
        return strncmp(text->tokens[mention->head].word, text->tokens[best->head].word, 6) != 0;
}

typedef struct Names {
        size_t best, other;
        int kind; /* value of WORD_EVENT; -1 for none */
        size_t kind_mention;
} Names;

/* Puts the title into the nominative, without noise, and with a capital. */
static void improve(Assembly *a, const Mention *mention, DraftField *title)
{
        CLEANUP(buffer_done)
        Buffer basic = BUFFER_INIT(TITLE_BYTES), plain = BUFFER_INIT(TITLE_BYTES),
               capital = BUFFER_INIT(TITLE_BYTES + 8);
        bool is_changed = title->text && nominative_write(a->text, mention, &basic);
        const char *text = is_changed ? buffer_text(&basic) : title->text;
        for (const char *c = text; c && *c; c++) {
                bool is_blank = (unsigned char)*c <= ' ';
                if (*c != '*' && !(is_blank && plain.len > 0 && plain.data[plain.len - 1] == ' '))
                        buffer_putc(&plain, is_blank ? ' ' : *c);
        }
        if (!text || text_capital(&capital, buffer_text(&plain)) < 0 || buffer_error(&plain) < 0)
                return;
        const char *copy = arena_copy(&a->set->arena, buffer_text(&capital), capital.len);
        title->text = copy ? copy : title->text;
        if (copy && is_changed) {
                title->basis = DRAFT_INFERRED;
                title->why = DRAFT_WHY_NOMINATIVE;
        }
}

static void put(Assembly *a, DraftEvent *event, const Names *names)
{
        const Mention *all = a->mentions.mentions, *best = &all[names->best];
        event->title = assemble_field(a, best->first, best->end, DRAFT_STATED, DRAFT_WHY_WORDS);
        improve(a, best, &event->title);
        if (names->other != SIZE_MAX)
                event->other_title = assemble_field(a, all[names->other].first, all[names->other].end,
                                DRAFT_STATED, DRAFT_WHY_WORDS);
        const Mention *kind = &all[names->kind_mention];
        DraftField words = assemble_field(
                        a, kind->head, kind->head_end, DRAFT_INFERRED, DRAFT_WHY_WORDS_OF_KIND);
        event->kind = (DraftField){ kind_of(a, kind->value), words.start, words.end, words.basis,
                words.why };
}

/* The words after "Тема:" name an event that the text calls by a general word only. */
static void put_topic(Assembly *a, DraftEvent *event, const Mention *best)
{
        const TokenText *text = a->text;
        if (!(best->value & EVENT_GENERIC) || best->quote < best->quote_end)
                return;
        for (size_t at = best->end; at < text->n; at++) {
                const LexiconMatch *label = lexicon_at(text, at, WORD_LABEL);
                size_t from = label ? at + label->n_tokens + 1 : 0;
                if (!label || label->entry->value != LABEL_TOPIC || !word_is(text, from - 1, ":") ||
                                !token_same_sentence(text, at, from) ||
                                text->tokens[at - 1].line == text->tokens[at].line)
                        continue;
                size_t end = from;
                while (token_same_sentence(text, from, end))
                        end++;
                event->title = assemble_field(a, from, end, DRAFT_STATED, DRAFT_WHY_WORDS);
                return;
        }
}

void titles_choose(Assembly *a)
{
        const Mention *all = a->mentions.mentions;
        for (size_t e = 0; e < a->set->n_events; e++) {
                Names names = {
                        .best = a->first_mention[e], .other = SIZE_MAX, .kind_mention = a->first_mention[e]
                };
                for (size_t i = a->first_mention[e] > 3 ? a->first_mention[e] - 3 : 0; i < a->mentions.n;
                                i++) {
                        if (all[i].event != e)
                                continue;
                        if (worth(&all[i], order_of(a, e, i)) >
                                        worth(&all[names.best], order_of(a, e, names.best)))
                                names.best = i;
                        bool is_vague = (all[names.kind_mention].value & EVENT_GENERIC) ||
                                        all[names.kind_mention].is_name_alone;
                        if (is_vague && !(all[i].value & EVENT_GENERIC) && !all[i].is_name_alone)
                                names.kind_mention = i;
                }
                for (size_t i = a->first_mention[e]; i < a->mentions.n && names.other == SIZE_MAX; i++)
                        if (all[i].event == e && i != names.best &&
                                        is_other(a->text, &all[i], &all[names.best]))
                                names.other = i;
                put(a, &a->set->events[e], &names);
                put_topic(a, &a->set->events[e], &all[names.best]);
        }
}
