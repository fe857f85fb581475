#include "feed/feed.h"

#include "base/log.h"
#include "calendar/publish.h"
#include "feed/chunks.h"
#include "feed/head.h"
#include "feed/index.h"
#include "feed/render.h"
#include "store/collection.h"
#include "store/promotion.h"

#include <errno.h>
#include <string.h>

enum {
        MAX_FEED_BYTES = 1024 * 1024 * 1024,
        MAX_HEAD_BYTES = 16 * 1024 * 1024,
        MAX_CHANGES = 1000, /* for more changes, a full build is as fast */
};

struct Feed {
        FeedName name; /* owns `target` */
        Config *config;
        int64_t sequence;            /* of the store when the bytes were built */
        int64_t day;                 /* of the last update; in days since the epoch, UTC */
        char basis[FEED_BASIS_SIZE]; /* of its sync tokens */
        bool built;
        Content *content; /* head, chunks, and end; NULL before the first build */
        usec_t modified;
        char *title;       /* FEED_EVENT only */
        FeedChunks chunks; /* owns the entries */
        FeedIndex index;   /* of all entries */
        FeedZones zones;
        FeedRelated *related; /* only grows; the additions of a failed update do no harm */
};

/* One update. Its results are separate from the feed, which is unchanged if the update fails. */
typedef struct Build {
        const Feed *feed;
        Store *store;
        FeedSelection selection;
        FeedRender render;   /* of the changed objects, or of all */
        FeedEntries added;   /* owned until the build is done */
        FeedEntries removed; /* entries of the feed whose objects have changed */
        FeedChunks chunks;   /* all chunks of the new bytes */
        FeedChunks made;     /* those that the feed does not have; owned until the build is done */
        FeedChunks dropped;  /* chunks that only the feed has */
        FeedIndex index;     /* of all entries of a full build */
        Content *content;
        FeedZones own_zones; /* of a full build */
        FeedKeys changed;
        int64_t sequence;
        char basis[FEED_BASIS_SIZE];
        usec_t object_changed; /* FEED_EVENT */
        char *title;           /* FEED_EVENT */
        char *subscribed;      /* of the selection */
        ObjectRecord *contact; /* FEED_PRIVATE */
        bool has_loss;         /* some objects could not be read */
} Build;

static void build_done(Build *build)
{
        feed_render_done(&build->render);
        feed_entries_free(&build->added);
        feed_entries_done(&build->removed);
        feed_chunks_done(&build->chunks);
        feed_chunks_free(&build->made);
        feed_chunks_done(&build->dropped);
        feed_index_done(&build->index);
        content_unref(build->content);
        feed_zones_done(&build->own_zones);
        feed_keys_done(&build->changed);
        free(build->title);
        free(build->subscribed);
        object_record_free(build->contact);
}

int feed_new(const FeedName *name, Config *config, Feed **ret)
{
        *ret = NULL;
        CLEANUP(feed_freep) Feed *feed = calloc(1, sizeof(*feed));
        if (!feed)
                return -ENOMEM;
        feed->name = *name;
        feed->name.target = NULL;
        feed->config = config_ref(config);
        feed->related = calloc(1, sizeof(*feed->related));
        if (!feed->related)
                return -ENOMEM;
        if (name->target) {
                feed->name.target = strdup(name->target);
                if (!feed->name.target)
                        return -ENOMEM;
        }
        *ret = TAKE_PTR(feed);
        return 0;
}

Feed *feed_free(Feed *feed)
{
        if (!feed)
                return NULL;
        config_unref(feed->config);
        feed_chunks_free_entries(&feed->chunks);
        feed_chunks_free(&feed->chunks);
        feed_index_done(&feed->index);
        feed_zones_done(&feed->zones);
        if (feed->related)
                feed_related_done(feed->related);
        free(feed->related);
        free((char *)feed->name.target);
        free(feed->title);
        content_unref(feed->content);
        free(feed);
        return NULL;
}

Content *feed_content(const Feed *feed)
{
        return feed->content;
}

const char *feed_title(const Feed *feed)
{
        return feed->title;
}

int64_t feed_sync_token(const Feed *feed, char ret[static FEED_TOKEN_SIZE])
{
        FeedToken token = { .change = feed->sequence, .day = feed->day };
        strcpy(token.basis, feed->basis);
        feed_token_write(&token, ret);
        return token.change;
}

usec_t feed_modified(const Feed *feed)
{
        return feed->modified;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        Build *build = userdata;
        return feed_select_has(&build->selection, record)
                               ? feed_render_entry(&build->render, record, &build->added)
                               : 0;
}

static int build_event(Build *build)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(build->store, build->feed->name.target, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? FEED_E_NOT_FOUND : r;
        r = on_object(record, build);
        if (r != 0)
                return r;
        build->object_changed = record->changed;
        r = feed_head_title(record, build->feed->config, &build->title);
        return r != 0 ? r : build->added.n > 0 ? 0 : FEED_E_NOT_FOUND;
}

static int note_loss(const ObjectLoss *loss, void *userdata)
{
        Build *build = userdata;
        (void)loss;
        build->has_loss = true;
        return 0;
}

static int build_full(Build *build)
{
        const FeedName *name = &build->feed->name;
        build->render.zones = &build->own_zones;
        if (name->scope == FEED_EVENT)
                return build_event(build);
        ObjectFilter filter = {
                .collection = name->scope == FEED_CALENDAR ? name->target : NULL,
                .category = name->scope == FEED_KIND ? name->target : NULL,
                .kinds = 1U << OBJECT_EVENT,
                .from = build->selection.from,
                .to = build->selection.to,
        };
        return object_each_readable(build->store, &filter, on_object, note_loss, build);
}

/* Collections of accounts are in no feed. */
static int on_change(const ObjectChange *change, void *userdata)
{
        Build *build = userdata;
        if (collection_is_own_name(change->collection))
                return 0;
        if (build->changed.n == MAX_CHANGES || feed_related_has(build->feed->related, change->uid))
                return -E2BIG;
        int r = feed_keys_add(&build->changed, change->collection, change->resource);
        return r == 0 && change->record ? on_object(change->record, build) : r;
}

/* Finds the feed's entries of the changed objects. A deleted and a new object may have the same key. */
static int find_removed(Build *build)
{
        const FeedKeys *changed = &build->changed;
        feed_keys_sort(&build->changed);
        int r = 0;
        for (size_t i = 0; r == 0 && i < changed->n; i++) {
                FeedEntry *entry = feed_index_find(&build->feed->index, changed->list[i]);
                bool is_again = i > 0 && strcmp(changed->list[i], changed->list[i - 1]) == 0;
                if (!entry || is_again)
                        continue;
                /* The object may have another UID now, and no change tells the old one. */
                r = feed_related_has(build->feed->related, feed_entry_uid(entry))
                                    ? -E2BIG
                                    : feed_entries_add(&build->removed, entry);
        }
        return r;
}

static int build_changes(Build *build)
{
        build->render.zones = (FeedZones *)&build->feed->zones;
        int r = object_changes(build->store, NULL, build->feed->sequence, on_change, build);
        return r != 0 ? r : find_removed(build);
}

static void sort_entries(FeedEntries *entries)
{
        if (entries->n > 1)
                qsort(entries->list, entries->n, sizeof(*entries->list), feed_entry_order);
}

/* Makes the chunks of the new bytes. Those with the bytes of a chunk of the feed keep its coded forms. */
static int make_chunks(Build *build, bool full)
{
        static const FeedChunks none;
        const FeedChunks *kept = &build->feed->chunks;
        sort_entries(&build->added);
        sort_entries(&build->removed);
        const FeedChunksUpdate update = {
                .old = full ? &none : kept,
                .removed = &build->removed,
                .added = &build->added,
                .fresh = build->render.lines.data,
                .limit = build->selection.to,
        };
        int r = feed_chunks_update(&update, &build->chunks, &build->made, &build->dropped);
        return r < 0 ? r : feed_chunks_reuse(&build->made, full ? kept : &build->dropped);
}

/* Makes a chunk of a text, unless the feed's bytes have the same chunk at this index. */
static int find_chunk(const Feed *feed, size_t index, const Buffer *text, Chunk **ret)
{
        CLEANUP(blob_unrefp) Blob *blob = blob_copy_to_heap(buffer_text(text), text->len);
        Chunk *older = feed->content ? content_chunk(feed->content, index) : NULL;
        int r = buffer_error(text);
        if (r == 0)
                r = blob ? chunk_new(blob, ret) : -ENOMEM;
        if (r == 0 && older && chunk_same(*ret, older)) {
                chunk_unref(*ret);
                *ret = chunk_ref(older);
        }
        return r;
}

/* Joins the head, the chunks and the end. */
static int assemble(Build *build, const Buffer *head)
{
        CLEANUP(buffer_done) Buffer end = BUFFER_INIT(MAX_HEAD_BYTES);
        CLEANUP(chunk_unrefp) Chunk *first = NULL, *last = NULL;
        const FeedChunks *chunks = &build->chunks;
        CLEANUP(cleanup_free) Chunk **list = malloc((chunks->n + 2) * sizeof(Chunk *));
        publish_end(&end);
        int r = list ? find_chunk(build->feed, 0, head, &first) : -ENOMEM;
        if (r == 0)
                r = find_chunk(build->feed, build->feed->chunks.n + 1, &end, &last);
        if (r < 0)
                return r;
        list[0] = first;
        for (size_t i = 0; i < chunks->n; i++)
                list[i + 1] = chunks->list[i]->chunk;
        list[chunks->n + 1] = last;
        r = content_new(list, chunks->n + 2, &build->content);
        return r < 0 ? r : content_len(build->content) > MAX_FEED_BYTES ? -EFBIG : 0;
}

/* Makes room for all entries in the index, so that adopt() cannot fail. */
static int ready_index(Feed *feed, Build *build, bool full)
{
        FeedIndex *index = full ? &build->index : &feed->index;
        return feed_index_reserve(index, index->n + build->added.n);
}

static void adopt_entries(Feed *feed, Build *build, bool full)
{
        if (full) {
                feed_chunks_free_entries(&feed->chunks);
                feed_chunks_free(&feed->chunks);
                feed_index_done(&feed->index);
                feed->index = build->index;
                build->index = (FeedIndex){ 0 };
        }
        for (size_t i = 0; i < build->removed.n; i++)
                feed_index_remove(&feed->index, build->removed.list[i]);
        feed_entries_free(&build->removed);
        for (size_t i = 0; i < build->added.n; i++)
                feed_index_add(&feed->index, build->added.list[i]);
        feed_entries_done(&build->added);
        feed_chunks_free(&build->dropped);
        feed_chunks_done(&build->made);
        feed_chunks_done(&feed->chunks);
        feed->chunks = build->chunks;
        build->chunks = (FeedChunks){ 0 };
}

/* Moves the results into the feed. Cannot fail. */
static void adopt(Feed *feed, Build *build, bool full)
{
        adopt_entries(feed, build, full);
        if (full) {
                feed_zones_done(&feed->zones);
                feed->zones = build->own_zones;
                build->own_zones = (FeedZones){ 0 };
        }
        free(feed->title);
        feed->title = TAKE_PTR(build->title);
        feed->sequence = build->sequence;
        feed->built = true;
}

static int find_modified(const Build *build, usec_t *ret)
{
        const FeedName *name = &build->feed->name;
        if (name->scope != FEED_EVENT)
                return feed_select_modified(name, build->store, ret);
        *ret = build->object_changed;
        return 0;
}

static int write_head(Build *build, usec_t modified, Buffer *head)
{
        const Feed *feed = build->feed;
        feed_head_write(&feed->name, feed->config, build->title, modified, head);
        int r = feed_zones_write(build->render.zones, &build->chunks, store_zones(build->store), head);
        return r != 0 ? r : buffer_error(head);
}

static int finish(Feed *feed, Build *build, bool full, int64_t day, bool *ret_changed)
{
        CLEANUP(buffer_done) Buffer head = BUFFER_INIT(MAX_HEAD_BYTES);
        usec_t modified = 0;
        int r = buffer_error(&build->render.lines);
        if (r == 0)
                r = make_chunks(build, full);
        if (r == 0)
                r = find_modified(build, &modified);
        if (r == 0)
                r = write_head(build, modified, &head);
        if (r == 0)
                r = assemble(build, &head);
        if (r == 0)
                r = ready_index(feed, build, full);
        if (r != 0)
                return r;
        adopt(feed, build, full);
        *ret_changed = !feed->content || !content_same(feed->content, build->content);
        if (*ret_changed) {
                content_unref(feed->content);
                feed->content = TAKE_PTR(build->content);
        }
        *ret_changed |= strcmp(feed->basis, build->basis) != 0;
        strcpy(feed->basis, build->basis);
        feed->modified = modified;
        feed->day = day;
        return 0;
}

/*
 * Reads the contact of a private feed. The contact counts as a related object: after a change of its card
 * the feed is built in full.
 */
static int load_contact(Build *build)
{
        int64_t contact = build->feed->name.contact;
        int r = feed_select_subscriptions(build->store, contact, &build->subscribed);
        if (r == 0)
                r = object_get_by_id(build->store, contact, &build->contact);
        if (r == STORE_E_NOT_FOUND)
                return FEED_E_NOT_FOUND;
        build->selection.contact = build->contact;
        return r != 0 ? r : feed_related_add(build->feed->related, build->contact->uid);
}

static int update(Feed *feed, Build *build, int64_t day, bool *ret_changed)
{
        int r = store_sequence(build->store, &build->sequence);
        if (r == 0 && feed->name.scope == FEED_PRIVATE)
                r = load_contact(build);
        if (r != 0)
                return r;
        build->selection.subscribed = build->subscribed;
        bool has_lost = false;
        r = feed_token_basis(&build->selection, feed->config, build->store, build->basis);
        if (r == 0 && feed->built && build->sequence > feed->sequence)
                r = promotion_has_lost(build->store, feed->sequence, &has_lost);
        if (r != 0)
                return r;
        /*
         * A store that was put back, or is on a promoted standby, may lack changes that the feed has seen.
         * The basis tells of other listings of the contact, too.
         */
        bool full = !feed->built || feed->day != day || feed->name.scope == FEED_EVENT || has_lost ||
                    build->sequence < feed->sequence || strcmp(feed->basis, build->basis) != 0;
        if (feed->built && feed->day == day && feed->sequence == build->sequence &&
                        (!full || feed->name.scope == FEED_EVENT)) {
                *ret_changed = strcmp(feed->basis, build->basis) != 0;
                strcpy(feed->basis, build->basis);
                return 0;
        }
        r = feed_select_check(&feed->name, feed->config, build->store);
        if (r == 0)
                r = full ? build_full(build) : build_changes(build);
        return r != 0 ? r : finish(feed, build, full, day, ret_changed);
}

/* Updates a feed in one read transaction, so that the bytes match the sequence. */
static int update_in_snapshot(Feed *feed, Store *store, usec_t now, bool *ret_changed)
{
        int64_t day = now / USEC_PER_DAY - (now % USEC_PER_DAY < 0);
        CLEANUP(build_done)
        Build build = {
                .feed = feed,
                .store = store,
                .render = FEED_RENDER_INIT,
        };
        build.selection.name = &feed->name;
        build.render.selection = &build.selection;
        build.render.store = store;
        build.render.config = feed->config;
        build.render.related = feed->related;
        feed_select_window(&build.selection, feed->config, day);
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        r = update(feed, &build, day, ret_changed);
        /* A rollback ends the read, because SQLite refuses a commit after it has met damage. */
        store_rollback(store);
        if (r == 0 && build.has_loss)
                log_kind(JOURNAL_STORE_FAILS, NULL,
                                "the store is damaged, feeds lack what cannot be read; `convene check` names it");
        return r;
}

int feed_update(Feed *feed, Store *store, usec_t now, bool *ret_changed)
{
        int r = update_in_snapshot(feed, store, now, ret_changed);
        bool is_damaged = r == DB_E_CORRUPT && feed->built && feed->name.scope != FEED_EVENT;
        if (r != -E2BIG && !is_damaged)
                return r;
        /* There are too many changes, or a changed object is related or damaged: build in full. */
        feed->built = false;
        return update_in_snapshot(feed, store, now, ret_changed);
}
