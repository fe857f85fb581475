/* The single event that a signup may be for. */

#include "base/arena.h"
#include "catalog/text.h"
#include "web/signup.h"

#include <errno.h>
#include <string.h>

void signup_event_done(SignupEvent *event)
{
        object_record_free(event->record);
        free(event->name);
}

static bool is_shown(const ObjectRecord *record, const Config *config)
{
        bool is_event = record->kind == OBJECT_EVENT ||
                        (record->kind == OBJECT_DRAFT && config->site.drafts);
        return is_event && strcmp(record->class, "PUBLIC") == 0;
}

int signup_event_get(Store *store, const Config *config, const char *uid, SignupEvent *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(arena_done) Arena arena = { 0 };
        int r = object_find(store, uid, &record);
        if (r != 0)
                return r;
        if (!is_shown(record, config))
                return STORE_E_NOT_FOUND;
        const char *cut = catalog_text_cut(&arena, record->name);
        ret->name = cut ? strdup(cut) : NULL;
        if (!ret->name)
                return -ENOMEM;
        ret->record = TAKE_PTR(record);
        return 0;
}

bool signup_event_is_cancelled(const SignupEvent *event)
{
        return strcmp(event->record->status, "CANCELLED") == 0;
}

bool signup_event_is_open(const SignupEvent *event, usec_t now)
{
        bool is_ahead = event->record->kind == OBJECT_DRAFT || event->record->end > now;
        return is_ahead && !signup_event_is_cancelled(event);
}
