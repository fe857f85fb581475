#include "draft/draft.h"

#include "base/text.h"
#include "draft/assemble.h"
#include "draft/contact.h"
#include "draft/lexicon.h"
#include "draft/person.h"
#include "draft/strings.h"
#include "draft/title.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS_MAX = 32, PATTERN_BYTES = 1024 };

static int assemble(Assembly *a)
{
        int r = mention_list_init(a->text, &a->mentions);
        if (r == 0)
                r = assemble_dates(a);
        if (r < 0)
                return r;
        assemble_written(a);
        r = assemble_events(a);
        if (r == 0)
                r = assemble_details(a);
        if (r == 0)
                r = people_find(a);
        if (r == 0)
                r = bodies_find(a);
        return r == 0 ? contacts_find(a) : r;
}

/*
 * Appends "посещени~ площадк~" for the title "Посещение площадки", unless the tables have its first word.
 */
static void append_pattern(const char *title, Buffer *out)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(PATTERN_BYTES);
        if (text_fold(&folded, title) < 0 || folded.len == 0)
                return;
        const char *word = buffer_text(&folded);
        buffer_puts(out, out->len ? "|" : "");
        while (*word) {
                size_t len = strcspn(word, " "), ending = (unsigned char)word[0] >= 0x80 ? 2 : 1;
                bool is_long = len > 4 * ending;
                buffer_append(out, word, is_long ? len - ending : len);
                buffer_puts(out, is_long ? "~" : "");
                word += len + (word[len] == ' ');
                buffer_puts(out, *word ? " " : "");
        }
}

/* Makes the words of the configuration's kinds that are none of the default ones. */
static int read_kinds(const Config *config, Arena *arena, LexiconEntry *ret)
{
        size_t n = 0;
        for (size_t i = 0; config && i < config->n_kinds && n < KINDS_MAX; i++) {
                CLEANUP(buffer_done) Buffer patterns = BUFFER_INIT(PATTERN_BYTES);
                const ConfigKind *kind = &config->kinds[i];
                for (Language language = 0; language < LANGUAGES_N; language++) {
                        const char *title = config_kind_one(kind, language_tag(language));
                        if (title && !draft_kind_is_default(kind->name))
                                append_pattern(title, &patterns);
                }
                if (patterns.len == 0)
                        continue;
                const char *copy = arena_copy(arena, buffer_text(&patterns), patterns.len);
                if (!copy)
                        return -ENOMEM;
                ret[n++] = (LexiconEntry){ WORD_EVENT, EVENT_CONFIGURED + (int)i, copy };
        }
        ret[n] = (LexiconEntry){ 0, 0, NULL };
        return 0;
}

int draft_read(const char *text, size_t len, const DraftOptions *options, DraftSet *ret)
{
        TokenText tokens;
        LexiconEntry kinds[KINDS_MAX + 1];
        *ret = (DraftSet){ .text = text, .len = len };
        Assembly a = { .text = &tokens, .options = options, .set = ret, .main = SIZE_MAX };
        int r = token_text_init(text, len, &tokens);
        if (r == 0)
                r = read_kinds(options->config, &tokens.arena, kinds);
        if (r == 0)
                r = lexicon_mark(&tokens, kinds);
        ret->is_russian = tokens.is_russian;
        if (r == 0)
                r = assemble(&a);
        mention_list_done(&a.mentions);
        free(a.dates);
        free(a.first_mention);
        token_text_done(&tokens);
        return r;
}

void draft_set_done(DraftSet *set)
{
        free(set->events);
        arena_done(&set->arena);
        *set = (DraftSet){ .n_events = 0 };
}

const char *draft_basis_name(DraftBasis basis)
{
        static const char *const names[] = { [DRAFT_OPEN] = "",
                [DRAFT_STATED] = "STATED",
                [DRAFT_PUBLIC] = "PUBLIC",
                [DRAFT_INFERRED] = "INFERRED" };
        return names[basis];
}

const char *draft_why_text(DraftWhy why, const char *language)
{
        return draft_strings(language_of(language))->why[why];
}

bool draft_event_is_dated(const DraftEvent *event)
{
        return event->form == DATE_DAYS && date_is_whole(&event->from) && date_is_whole(&event->to);
}
