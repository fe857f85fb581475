#include "feed/delta.h"

#include "base/contentline.h"
#include "feed/delta-past.h"
#include "feed/delta-set.h"
#include "feed/render.h"
#include "store/promotion.h"
#include "store/prune.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        DELTA_BYTES = 1024 * 1024 * 1024,
        MAX_UIDS = 1000, /* beyond it the kept feed costs less than a delta */
};

/* A token was given when its day began, or later; clocks of several nodes may differ by this. */
static const usec_t CLOCKS_DIFFER = USEC_PER_DAY;

typedef struct Delta {
        Config *config;
        Store *store;
        usec_t now;
        FeedToken since, newest;
        FeedSelection selection, then; /* with the window of now, and of the token */
        DeltaSet uids;
        DeltaSet flipped;   /* those that have become PRIVATE, or are it no more */
        FeedKeys calendars; /* of the office */
        FeedKeys books;     /* its address books */
        FeedRender render;
        FeedZones zones;
        FeedEntries entries; /* owned */
        Buffer deleted;
        size_t n_deleted;
        char *subscribed;
        ObjectRecord *contact;
} Delta;

static void delta_done(Delta *delta)
{
        delta_set_done(&delta->uids);
        delta_set_done(&delta->flipped);
        feed_keys_done(&delta->calendars);
        feed_keys_done(&delta->books);
        feed_render_done(&delta->render);
        feed_zones_done(&delta->zones);
        feed_entries_free(&delta->entries);
        buffer_done(&delta->deleted);
        free(delta->subscribed);
        object_record_free(delta->contact);
}

void feed_delta_done(FeedDelta *delta)
{
        free(delta->bytes);
        *delta = (FeedDelta){ 0 };
}

/* ---- The token ---- */

static int on_collection(const Collection *collection, void *userdata)
{
        Delta *delta = userdata;
        if (collection->owner[0])
                return 0;
        return feed_keys_add(collection->is_cards ? &delta->books : &delta->calendars, collection->name, "");
}

static int load_contact(Delta *delta)
{
        int64_t contact = delta->selection.name->contact;
        int r = feed_select_subscriptions(delta->store, contact, &delta->subscribed);
        if (r == 0)
                r = object_get_by_id(delta->store, contact, &delta->contact);
        delta->selection.subscribed = delta->subscribed;
        delta->selection.contact = delta->contact;
        return r == STORE_E_NOT_FOUND ? FEED_E_NOT_FOUND : r;
}

/* Checks the token, and sets what was selected when it was given. */
static int read_token(Delta *delta, const char *text)
{
        FeedToken *newest = &delta->newest;
        newest->day = delta->now / USEC_PER_DAY - (delta->now % USEC_PER_DAY < 0);
        int r = store_sequence(delta->store, &newest->change);
        if (r == 0)
                r = feed_token_basis(&delta->selection, delta->config, delta->store, newest->basis);
        if (r == 0)
                r = feed_token_read(text, &delta->since);
        if (r != 0)
                return r;
        const FeedToken *since = &delta->since;
        bool is_lost = false;
        if (since->change < newest->change)
                r = promotion_has_lost(delta->store, since->change, &is_lost);
        if (r != 0)
                return r;
        if (is_lost || strcmp(since->basis, newest->basis) != 0 || since->change > newest->change ||
                        since->day > newest->day + 1)
                return FEED_E_TOKEN;
        if (since->day > newest->day) /* the clock of another node is ahead */
                newest->day = since->day;
        feed_select_window(&delta->selection, delta->config, newest->day);
        delta->then = delta->selection;
        feed_select_window(&delta->then, delta->config, since->day);
        return 0;
}

/* ---- What may have changed ---- */

static int add_object(const ObjectRecord *record, void *userdata)
{
        Delta *delta = userdata;
        return delta_set_add(&delta->uids, record->uid, false);
}

static int look_at_past(Delta *delta, const char *uid, const ObjectRecord *record, FeedPast *ret)
{
        FeedPastAsked asked = { .then = &delta->then, .config = delta->config, .uid = uid, .now = record };
        asked.since = delta->then.day_start - CLOCKS_DIFFER;
        asked.kept_since = delta->now - delta->config->history.keep + CLOCKS_DIFFER;
        int r = record ? feed_past_is_shown(&delta->selection, delta->store, record, &asked.is_shown) : 0;
        return r != 0 ? r : feed_past_look(delta->store, &asked, ret);
}

/* The lines of events name the events that they are parts of, and leave out those that are hidden. */
static int add_related(Delta *delta, const char *uid, const FeedPast *past)
{
        int r = 0;
        if (past->was_renamed)
                r = object_each_part(delta->store, uid, add_object, delta);
        if (r == 0 && past->was_hidden)
                r = delta_set_add(&delta->flipped, uid, false);
        return r;
}

/* Also of one that was removed: what was deleted in it before may still be in copies of the feed. */
static bool is_of_calendar(const Delta *delta, const char *collection)
{
        char key[COLLECTION_NAME_SIZE + 1];
        snprintf(key, sizeof(key), "%s/", collection);
        return !collection_is_own_name(collection) && !feed_keys_has(&delta->books, key);
}

/* A token is too old if a deletion in a calendar was forgotten since. */
static int on_pruned(const char *collection, int64_t change, void *userdata)
{
        const Delta *delta = userdata;
        bool is_missed = change > delta->since.change && is_of_calendar(delta, collection);
        return is_missed ? FEED_E_TOKEN : 0;
}

static int on_change(const ObjectChange *change, void *userdata)
{
        Delta *delta = userdata;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        FeedPast past;
        if (!is_of_calendar(delta, change->collection))
                return 0;
        if (delta->uids.n >= MAX_UIDS)
                return FEED_E_TOKEN;
        int r = object_find(delta->store, change->uid, &record);
        if (r == STORE_E_NOT_FOUND)
                r = 0;
        if (r == 0)
                r = look_at_past(delta, change->uid, record, &past);
        if (r == 0 && past.is_unknown)
                r = FEED_E_TOKEN;
        if (r == 0)
                r = delta_set_add(&delta->uids, change->uid, past.was_shown);
        return r != 0 ? r : add_related(delta, change->uid, &past);
}

static int add_changes(Delta *delta)
{
        int r = collection_each(delta->store, on_collection, delta);
        feed_keys_sort(&delta->calendars);
        feed_keys_sort(&delta->books);
        if (r == 0)
                r = prune_each(delta->store, on_pruned, delta);
        return r != 0 || delta->since.change == delta->newest.change
                               ? r
                               : object_changes(delta->store, NULL, delta->since.change, on_change, delta);
}

/* Adds an event that names one that has become PRIVATE or public. */
static int on_candidate(const ObjectRecord *record, void *userdata)
{
        Delta *delta = userdata;
        for (size_t i = 0; i < delta->flipped.n; i++) {
                const char *uid = delta->flipped.list[i]->uid;
                if (memmem(record->text, record->len, uid, strlen(uid)))
                        return add_object(record, userdata);
        }
        return 0;
}

static int each_between(Delta *delta, usec_t from, usec_t to,
                int (*on_object)(const ObjectRecord *record, void *userdata))
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < delta->calendars.n; i++) {
                char name[COLLECTION_NAME_SIZE];
                snprintf(name, sizeof(name), "%.*s", (int)strcspn(delta->calendars.list[i], "/"),
                                delta->calendars.list[i]);
                r = object_each_in_span(delta->store, name, 1U << OBJECT_EVENT, from, to, on_object, delta);
        }
        return r;
}

/* Adds the events that came into the feed, or left it, because days have passed. */
static int add_edges(Delta *delta)
{
        const FeedSelection *old = &delta->then, *new = &delta->selection;
        const usec_t stays = FEED_CANCELLED_STAYS_DAYS * USEC_PER_DAY;
        if (old->day_start == new->day_start)
                return 0;
        int r = each_between(delta, old->from - USEC_PER_DAY, new->from, add_object);
        if (r == 0)
                r = each_between(delta, old->to, new->to, add_object);
        if (r == 0)
                r = each_between(delta, old->day_start - stays - USEC_PER_DAY, new->day_start - stays,
                                add_object);
        return r;
}

static int collect(Delta *delta)
{
        int r = add_changes(delta);
        if (r == 0 && delta->flipped.n > 0)
                r = each_between(delta, delta->selection.from, delta->selection.to, on_candidate);
        if (r == 0 && delta->selection.name->scope != FEED_EVENT)
                r = add_edges(delta);
        delta_set_sort(&delta->uids);
        return r;
}

/* ---- Writing ---- */

/* All objects with one UID, of which there is one in nearly every case. */
typedef struct Member {
        Delta *delta;
        size_t n; /* that are in the feed */
        bool was_shown;
} Member;

/* An object that has not changed since the token was in the feed if its window had it. */
static int on_member(const ObjectRecord *record, void *userdata)
{
        Member *member = userdata;
        Delta *delta = member->delta;
        bool was_shown = false;
        int r = 0;
        if (record->change <= delta->since.change)
                r = feed_past_is_shown(&delta->then, delta->store, record, &was_shown);
        member->was_shown |= was_shown;
        if (r != 0 || !feed_select_has(&delta->selection, record))
                return r;
        const size_t before = delta->entries.n;
        r = feed_render_entry(&delta->render, record, &delta->entries);
        member->n += delta->entries.n - before;
        return r;
}

/* Both times are made, as the draft allows (3.2): the client needs the UID only. */
static void write_deleted(Delta *delta, const char *uid)
{
        char now[17];
        time_format_utc(delta->now, now);
        buffer_puts(&delta->deleted, "BEGIN:VEVENT\r\n");
        content_write_text(&delta->deleted, "UID", uid);
        content_write(&delta->deleted, "DTSTAMP", now);
        content_write(&delta->deleted, "DTSTART", now);
        buffer_puts(&delta->deleted, "STATUS:DELETED\r\nEND:VEVENT\r\n");
        delta->n_deleted++;
}

static int write_members(Delta *delta)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < delta->uids.n; i++) {
                const DeltaUid *uid = delta->uids.list[i];
                Member member = { delta, 0, uid->was_shown };
                r = object_each_of_uid(delta->store, uid->uid, on_member, &member);
                if (r == 0 && member.n == 0 && member.was_shown)
                        write_deleted(delta, uid->uid);
        }
        return r;
}

static int assemble(Delta *delta, FeedDelta *ret)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(DELTA_BYTES);
        CLEANUP(feed_chunks_free) FeedChunks made = { 0 };
        CLEANUP(feed_chunks_done) FeedChunks chunks = { 0 }, dropped = { 0 };
        const FeedChunks none = { 0 };
        FeedEntries *entries = &delta->entries;
        if (entries->n > 1)
                qsort(entries->list, entries->n, sizeof(*entries->list), feed_entry_order);
        publish_begin(NULL, &out);
        const FeedChunksUpdate update = {
                .old = &none,
                .removed = &(FeedEntries){ 0 },
                .added = entries,
                .fresh = delta->render.lines.data,
                .limit = delta->selection.to,
        };
        int r = feed_chunks_update(&update, &chunks, &made, &dropped);
        if (r == 0)
                r = feed_zones_write(&delta->zones, &chunks, store_zones(delta->store), &out);
        for (size_t i = 0; i < entries->n; i++)
                buffer_append(&out, delta->render.lines.data + entries->list[i]->offset,
                                entries->list[i]->len);
        buffer_append(&out, buffer_text(&delta->deleted), delta->deleted.len);
        publish_end(&out);
        r = r != 0 ? r : buffer_error(&out);
        if (r != 0)
                return r;
        ret->len = out.len;
        ret->bytes = buffer_take(&out);
        return ret->bytes ? 0 : -ENOMEM;
}

static int make(Delta *delta, const char *token, FeedDelta *ret)
{
        const FeedName *name = delta->selection.name;
        int r = name->scope == FEED_PRIVATE ? load_contact(delta) : 0;
        if (r == 0)
                r = feed_select_check(name, delta->config, delta->store);
        if (r == 0)
                r = read_token(delta, token);
        if (r == 0)
                r = collect(delta);
        if (r == 0)
                r = write_members(delta);
        if (r == 0)
                r = buffer_error(&delta->deleted);
        if (r == 0)
                r = buffer_error(&delta->render.lines);
        if (r != 0)
                return r;
        if (name->scope == FEED_EVENT && delta->n_deleted > 0)
                return FEED_E_NOT_FOUND;
        feed_token_write(&delta->newest, ret->token);
        ret->change = delta->newest.change;
        return delta->entries.n + delta->n_deleted > 0 ? assemble(delta, ret) : 0;
}

int feed_delta_make(const FeedName *name, Config *config, Store *store, usec_t now, const char *token,
                FeedDelta *ret)
{
        CLEANUP(delta_done)
        Delta delta = {
                .config = config,
                .store = store,
                .now = now,
                .render = FEED_RENDER_INIT,
                .deleted = BUFFER_INIT(DELTA_BYTES),
        };
        delta.selection.name = name;
        delta.render.selection = &delta.selection;
        delta.render.store = store;
        delta.render.config = config;
        delta.render.zones = &delta.zones;
        *ret = (FeedDelta){ 0 };
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        r = make(&delta, token, ret);
        store_rollback(store);
        /* The feed is served without what cannot be read, and its update logs the damage. */
        return r == DB_E_CORRUPT ? FEED_E_TOKEN : r;
}
