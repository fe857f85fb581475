#include "edit/parts-former.h"

#include "store/history.h"

#include <string.h>

enum { FOUND = 1 };

typedef struct FormerSearch {
        Store *store;
        const Parts *parts;
        int64_t step; /* in which the event lost its date */
        FormerParts *former;
} FormerSearch;

void parts_former_done(FormerParts *former)
{
        parts_done(&former->parts);
}

/*
 * Reads an event as it was before a change. @ret: NULL if it was no event then (the kind is that before the
 * change), if its text is not kept or cannot be read, or if it had no date
 */
static int read_before(Store *store, const HistoryEntry *entry, Event **ret)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        CLEANUP(event_freep) Event *event = NULL;
        *ret = NULL;
        if (entry->action != HISTORY_CHANGED || entry->kind != OBJECT_EVENT || !entry->has_text)
                return 0;
        int r = history_get(store, entry->id, &row);
        if (r == 0)
                r = row.text ? event_parse(store_zones(store), row.text, row.len, &event, NULL) : 0;
        if (r != 0)
                return r == EVENT_E_INVALID ? 0 : r;
        if (event && event_start(event).form != WHEN_NONE)
                *ret = TAKE_PTR(event);
        return 0;
}

/* Ends the iteration at the newest change by which the event lost its date. */
static int on_change(const HistoryEntry *entry, void *userdata)
{
        FormerSearch *search = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        int r = read_before(search->store, entry, &event);
        if (r != 0 || !event)
                return r;
        search->former->start = event_start(event);
        search->step = entry->step;
        return FOUND;
}

static const Part *find_undated(const Parts *parts, const char *uid)
{
        for (size_t i = 0; i < parts->n; i++)
                if (strcmp(parts->items[i].uid, uid) == 0)
                        return event_is_draft(parts->items[i].event) ? &parts->items[i] : NULL;
        return NULL;
}

static int on_together(const HistoryEntry *entry, void *userdata)
{
        const FormerSearch *search = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        const Part *part = find_undated(search->parts, entry->uid);
        int r = part ? read_before(search->store, entry, &event) : 0;
        const Part former = { .event = event };
        if (r != 0 || !event || !parts_is_movable(&former))
                return r;
        r = parts_add(&search->former->parts, part->uid, part->name, event);
        if (r == 0)
                event = NULL;
        return r;
}

int parts_former_find(Store *store, const char *uid, const Parts *parts, FormerParts *ret)
{
        FormerSearch search = { .store = store, .parts = parts, .former = ret };
        const HistoryFilter filter = { .uid = uid, .limit = HISTORY_VERSIONS_MAX };
        int r = parts->n > 0 ? history_each(store, &filter, on_change, &search) : 0;
        return r == FOUND ? history_step_each(store, search.step, on_together, &search) : r;
}

static void add_raw(EditProperty *properties, size_t *n, const Event *event, const char *name)
{
        const ContentLine *line = event_property_line(event, name, 0);
        if (line)
                properties[(*n)++] = (EditProperty){ .name = name, .value = line->value };
}

int parts_former_move(const Event *former, const PartShift *shift, FormerDates *ret)
{
        size_t n = 0;
        *ret = (FormerDates){ .properties = { { 0 } } };
        int r = parts_move_dates(former, shift, &ret->dates);
        for (; r == 0 && ret->dates.properties[n].name; n++)
                ret->properties[n] = ret->dates.properties[n];
        add_raw(ret->properties, &n, former, "DURATION");
        add_raw(ret->properties, &n, former, "RRULE");
        return r;
}
