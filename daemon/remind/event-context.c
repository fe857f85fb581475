#include "remind/event-context.h"

#include "remind/row-texts.h"
#include "store/due-index.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void event_context_done(EventContext *context)
{
        hash_free(context->hash);
        event_free(context->event);
}

/* A draft has no STATUS that says that it is being deleted: its row of the due index says that. */
static int find_postponed(EventContext *context)
{
        DueEntry entry = { .notify = DUE_NOTIFY_SETTLED };
        if (!event_is_draft(context->event))
                return 0;
        int r = due_index_get(context->store, context->record->id, &entry);
        context->is_postponed = !due_notify_deletes(entry.notify);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int event_context_init(Store *store, const Config *config, const ObjectRecord *record, EventContext *ret)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : STORE_E_NOT_FOUND;
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        *ret = (EventContext){
                .store = store,
                .config = config,
                .record = record,
                .zone = event_zone(event, config->time_zone),
                .takes_place = !event_is_draft(event) && event_status(event) != EVENT_CANCELLED,
                .hash = hash,
        };
        ret->event = TAKE_PTR(event);
        return find_postponed(ret);
}

/* Parses a text of row_texts_moment(). If the zone is no longer known, the result is a floating time. */
static When read_moment(const EventContext *context, const char *text)
{
        char value[ROW_TEXT_SIZE];
        When when = { .form = WHEN_NONE }, start = event_start(context->event);
        const char *blank = strchrnul(text, ' ');
        snprintf(value, sizeof(value), "%.*s", (int)(blank - text), text);
        if (when_parse(value, &when) < 0 || !*blank)
                return when;
        const char *name = blank + 1;
        if (start.form == WHEN_ZONED && strcmp(zone_name(start.zone), name) == 0)
                when.zone = start.zone;
        else if (zone_table_get(store_zones(context->store), name, &when.zone) != 0)
                return when;
        when.form = WHEN_ZONED;
        return when;
}

Occurrence event_context_told(const EventContext *context, const char *start, const char *finish)
{
        Occurrence told = { .start = read_moment(context, start), .end = read_moment(context, finish) };
        told.start_usec = when_instant(&told.start, context->zone);
        told.end_usec = when_instant(&told.end, context->zone);
        return told;
}
