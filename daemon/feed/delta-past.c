#include "feed/delta-past.h"

#include "store/columns.h"
#include "store/history.h"

#include <errno.h>
#include <string.h>

enum { ENOUGH = 1 }; /* ends the walk */

typedef struct PastWalk {
        Store *store;
        const FeedPastAsked *asked;
        FeedPast *ret;
        int n;         /* rows of the office */
        bool is_whole; /* the first change that was kept is not after the token, or made the object */
} PastWalk;

int feed_past_is_shown(const FeedSelection *selection, Store *store, const ObjectRecord *record, bool *ret)
{
        PublishAudience audience;
        *ret = false;
        if (!feed_select_has(selection, record))
                return 0;
        int r = feed_select_audience(selection, store, record, &audience);
        *ret = event_class_of(record->class) != EVENT_PRIVATE || publish_is_visible(audience, EVENT_PRIVATE);
        return r;
}

static bool is_private(const ObjectRecord *record)
{
        return record && strcmp(record->class, "PRIVATE") == 0;
}

/* Compares a version since the token, NULL for none, with the object as it is now. */
static void compare(PastWalk *walk, const ObjectRecord *version)
{
        const ObjectRecord *now = walk->asked->now;
        FeedPast *ret = walk->ret;
        ret->was_renamed |= !version || !now || version->kind != now->kind ||
                            strcmp(version->name, now->name) != 0 || strcmp(version->class, now->class) != 0;
        ret->was_hidden |= is_private(version) != is_private(now);
}

/* Reads a version of an event, with the name and the collection that it had. */
static int take_version(PastWalk *walk, const HistoryEntry *entry, const char *text, size_t len)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(columns_done) Columns columns = { 0 };
        InputError error = { 0 };
        bool is_shown = false;
        int r = event_parse(store_zones(walk->store), text, len, &event, &error);
        if (r == 0)
                r = columns_of_event(event, walk->asked->config->time_zone, &columns);
        if (r != 0)
                return r == EVENT_E_INVALID ? 0 : r;
        columns.record.collection = entry->collection;
        columns.record.resource = entry->resource;
        r = feed_past_is_shown(walk->asked->then, walk->store, &columns.record, &is_shown);
        walk->ret->was_shown |= is_shown;
        if (r == 0 && entry->at >= walk->asked->since)
                compare(walk, &columns.record);
        return r;
}

static int take_text(PastWalk *walk, const HistoryEntry *entry)
{
        HistoryRow row;
        int r = history_get(walk->store, entry->id, &row);
        if (r == 0 && row.text)
                r = take_version(walk, entry, row.text, row.len);
        history_row_done(&row);
        return r;
}

/* A move changes no text: before it the object had the text that it had after it. */
static int take_move(PastWalk *walk, const HistoryEntry *entry)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        int r = history_text_after(walk->store, entry->id, &text, &len);
        return r == 0 ? take_version(walk, entry, text, len) : r == STORE_E_NOT_FOUND ? 0 : r;
}

static int on_entry(const HistoryEntry *entry, void *userdata)
{
        PastWalk *walk = userdata;
        bool is_since = entry->at >= walk->asked->since;
        int r = 0;
        if (collection_is_own_name(entry->collection))
                return 0;
        walk->n++;
        if (!is_since && (walk->asked->is_shown || walk->ret->was_shown))
                return ENOUGH;
        if (is_since && (entry->action == HISTORY_CREATED || entry->kind != OBJECT_EVENT))
                compare(walk, NULL);
        else if (entry->kind == OBJECT_EVENT && entry->action == HISTORY_MOVED)
                r = take_move(walk, entry);
        else if (entry->kind == OBJECT_EVENT && entry->has_text)
                r = take_text(walk, entry);
        walk->is_whole |= !is_since || entry->action == HISTORY_CREATED;
        return r;
}

/*
 * Whether nothing since the token is missing. The text before the first change that was kept was the
 * object's since the change before it.
 */
static bool is_whole(const PastWalk *walk)
{
        return walk->is_whole || (walk->n > 0 && walk->n < HISTORY_VERSIONS_MAX &&
                                                 walk->asked->since >= walk->asked->kept_since);
}

int feed_past_look(Store *store, const FeedPastAsked *asked, FeedPast *ret)
{
        PastWalk walk = { store, asked, ret, 0, false };
        const HistoryFilter filter = { .uid = asked->uid };
        *ret = (FeedPast){ 0 };
        int r = history_each(store, &filter, on_entry, &walk);
        if (!asked->now)
                compare(&walk, NULL);
        ret->is_unknown = !asked->is_shown && !ret->was_shown && !is_whole(&walk);
        return r == ENOUGH ? 0 : r;
}
