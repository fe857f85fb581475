#include "draft/draft.h"

#include "draft/assemble.h"
#include "draft/contact.h"
#include "draft/lexicon.h"
#include "draft/person.h"
#include "draft/strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

int draft_read(const char *text, size_t len, const DraftOptions *options, DraftSet *ret)
{
        TokenText tokens;
        *ret = (DraftSet){ .text = text, .len = len };
        Assembly a = { .text = &tokens, .options = options, .set = ret, .main = SIZE_MAX };
        int r = token_text_init(text, len, &tokens);
        if (r == 0)
                r = lexicon_mark(&tokens, NULL);
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
