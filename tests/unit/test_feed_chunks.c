/* Tests how a feed is divided into chunks, and that a change makes only the chunks anew that it must. */

#include "feeds.h"

#include "feed/chunks.h"

enum { FEW = 300, TEXT_BYTES = 700 };

/* The lines of each entry, one after the other. */
static char lines[FEW * TEXT_BYTES];

static FeedEntry *make_entry(size_t number, size_t len)
{
        char uid[32];
        snprintf(uid, sizeof(uid), "event-%zu@example.org", number);
        FeedEntry *entry = feed_entry_new(uid, "events", uid, (uint16_t[]){ (uint16_t)(number % 2) }, 1);
        assert_non_null(entry);
        entry->start = entry->end = (usec_t)number * USEC_PER_SEC;
        entry->len = (uint32_t)len;
        entry->offset = (uint32_t)(number * TEXT_BYTES);
        memset(lines + entry->offset, 'a' + (int)(number % 26), len);
        return entry;
}

static size_t size_of(const FeedChunk *chunk)
{
        size_t size = 0;
        for (size_t i = 0; i < chunk->n; i++)
                size += chunk->entries[i]->len;
        return size;
}

/* Each chunk but the last one ends with an entry that says so, and no entry before says so. */
static void assert_ends_are_right(const FeedChunks *chunks)
{
        for (size_t i = 0; i < chunks->n; i++) {
                const FeedChunk *chunk = chunks->list[i];
                size_t size = 0;
                for (size_t j = 0; j < chunk->n; j++) {
                        size += chunk->entries[j]->len;
                        bool is_last = j + 1 == chunk->n;
                        if (feed_chunk_ends(chunk->entries[j], size) != is_last &&
                                        !(is_last && i + 1 == chunks->n))
                                fail_msg("chunk %zu of %zu, entry %zu of %zu", i, chunks->n, j, chunk->n);
                }
                assert_int_equal(size, chunk_len(chunk->chunk));
        }
}

static void test_feed_chunk_ends__by_size_and_uid(void **state)
{
        (void)state;
        FeedEntry *entry = make_entry(1, 100);
        size_t n_ends = 0, n_same = 0;
        assert_false(feed_chunk_ends(entry, FEED_CHUNK_LEAST_BYTES - 1));
        assert_true(feed_chunk_ends(entry, FEED_CHUNK_MOST_BYTES));
        free(entry);
        for (size_t i = 0; i < 10000; i++) {
                char uid[32];
                snprintf(uid, sizeof(uid), "%zu", i);
                entry = feed_entry_new(uid, "events", uid, NULL, 0);
                entry->len = FEED_CHUNK_ODDS / 10;
                bool ends = feed_chunk_ends(entry, FEED_CHUNK_LEAST_BYTES);
                n_ends += ends;
                n_same += ends == feed_chunk_ends(entry, FEED_CHUNK_MOST_BYTES - 1);
                free(entry);
        }
        assert_int_equal(n_same, 10000);
        assert_in_range(n_ends, 850, 1150); /* one in ten, within five standard deviations */
}

static void add_few(FeedEntries *entries)
{
        for (size_t i = 0; i < FEW; i++)
                assert_int_equal(feed_entries_add(entries, make_entry(i, TEXT_BYTES)), 0);
}

static void test_feed_chunks_update__divides_all(void **state)
{
        (void)state;
        FeedChunks none = { 0 }, chunks = { 0 }, made = { 0 }, dropped = { 0 };
        FeedEntries added = { 0 }, removed = { 0 };
        add_few(&added);
        const FeedChunksUpdate update = { &none, &removed, &added, lines, USEC_INFINITY };
        assert_int_equal(feed_chunks_update(&update, &chunks, &made, &dropped), 0);
        assert_in_range(chunks.n, 2, FEW * TEXT_BYTES / FEED_CHUNK_LEAST_BYTES + 1);
        assert_int_equal(made.n, chunks.n);
        assert_int_equal(dropped.n, 0);
        assert_ends_are_right(&chunks);
        assert_int_equal(chunks.list[0]->n_spans, 2);
        assert_int_equal(chunks.list[0]->spans[1].first, USEC_PER_SEC);
        feed_chunks_free(&made);
        feed_chunks_done(&chunks);
        feed_entries_free(&added);
}

/* Replaces one entry at a time; the rest of the chunks must be the older ones. */
static void test_feed_chunks_update__keeps_the_other_chunks(void **state)
{
        (void)state;
        FeedChunks none = { 0 }, chunks = { 0 }, made = { 0 }, dropped = { 0 };
        FeedEntries added = { 0 }, removed = { 0 };
        add_few(&added);
        FeedChunksUpdate update = { &none, &removed, &added, lines, USEC_INFINITY };
        assert_int_equal(feed_chunks_update(&update, &chunks, &made, &dropped), 0);
        feed_chunks_done(&made);
        feed_chunks_done(&dropped);
        update.old = &chunks;
        for (size_t i = 0; i < FEW; i += 7) {
                FeedEntry *before = added.list[i];
                FeedEntries one = { 0 }, other = { 0 };
                FeedChunks next = { 0 };
                update.removed = &one;
                update.added = &other;
                added.list[i] = make_entry(i, TEXT_BYTES);
                assert_int_equal(feed_entries_add(&one, before), 0);
                assert_int_equal(feed_entries_add(&other, added.list[i]), 0);
                assert_int_equal(feed_chunks_update(&update, &next, &made, &dropped), 0);
                assert_int_equal(next.n, chunks.n);
                assert_int_equal(made.n, 1);
                assert_int_equal(dropped.n, 1);
                assert_int_equal(size_of(made.list[0]), size_of(dropped.list[0]));
                assert_ends_are_right(&next);
                assert_int_equal(feed_chunks_reuse(&made, &dropped), 0);
                assert_ptr_equal(made.list[0]->chunk, dropped.list[0]->chunk); /* the bytes are the same */
                feed_chunks_free(&dropped);
                feed_chunks_done(&made);
                feed_chunks_done(&chunks);
                feed_entries_done(&other);
                feed_entries_free(&one);
                chunks = next;
        }
        feed_chunks_free(&chunks);
        feed_entries_free(&added);
}

/* Returns how many chunks of a content another content does not have. */
static size_t count_others(const Content *content, const Content *other)
{
        size_t n = 0;
        Chunk *chunk, *candidate;
        for (size_t i = 0; (chunk = content_chunk(content, i)); i++) {
                bool is_there = false;
                for (size_t j = 0; !is_there && (candidate = content_chunk(other, j)); j++)
                        is_there = candidate == chunk;
                n += !is_there;
        }
        return n;
}

/* After each of 300 changes: the chunks equal those of a new feed, and few of them are new. */
static void test_feed__a_change_makes_few_chunks(void **state)
{
        enum { OBJECTS = 2000, CHANGES = 300, FULL_EACH = 10 };
        Store *store = *state;
        unsigned seed = 7;
        bool changed;
        size_t n_made = 0;
        store->n = OBJECTS;
        for (size_t i = 0; i < OBJECTS; i++)
                put(store, i, (int)(i * 7919 % 360), 0, "");
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        assert_int_equal(feed_update(kept, store, NOW, &changed), 0);
        for (int change = 1; change <= CHANGES; change++) {
                CLEANUP(content_unrefp) Content *before = content_ref(feed_content(kept));
                size_t index = (size_t)rand_r(&seed) % OBJECTS;
                if (change % 5 == 0)
                        take_out(store, index);
                else
                        put(store, index, rand_r(&seed) % 360, change, "");
                assert_int_equal(feed_update(kept, store, NOW, &changed), 0);
                n_made += count_others(feed_content(kept), before);
                if (change % FULL_EACH > 0)
                        continue;
                CLEANUP(feed_freep) Feed *full = make(FEED_ALL, NULL);
                assert_int_equal(feed_update(full, store, NOW, &changed), 0);
                assert_true(content_same(feed_content(kept), feed_content(full)));
        }
        /* the head, a chunk that the event leaves and one that it enters; seldom another one */
        assert_true(n_made <= CHANGES * 3 + CHANGES / 2);
        assert_true(content_chunk(feed_content(kept), 10) != NULL);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_feed_chunk_ends__by_size_and_uid),
                cmocka_unit_test(test_feed_chunks_update__divides_all),
                cmocka_unit_test(test_feed_chunks_update__keeps_the_other_chunks),
                cmocka_unit_test_setup_teardown(test_feed__a_change_makes_few_chunks, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
