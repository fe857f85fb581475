#include "feed/related.h"

#include "base/array.h"
#include "base/hash.h"
#include "calendar/redact.h"
#include "feed/strings.h"

#include <errno.h>
#include <string.h>

/* Returns the index of a hash. If the hash is not in the list, returns the index at which to insert it. */
static size_t place_of(const FeedRelated *related, uint64_t hash)
{
        size_t low = 0, high = related->n;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (related->hashes[middle] < hash)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

bool feed_related_has(const FeedRelated *related, const char *uid)
{
        uint64_t hash = hash_quick(uid);
        size_t at = place_of(related, hash);
        return at < related->n && related->hashes[at] == hash;
}

int feed_related_add(FeedRelated *related, const char *uid)
{
        uint64_t hash = hash_quick(uid);
        size_t at = place_of(related, hash);
        if (at < related->n && related->hashes[at] == hash)
                return 0;
        uint64_t *hashes = array_grow(related->hashes, related->n, sizeof(*hashes));
        if (!hashes)
                return -ENOMEM;
        related->hashes = hashes;
        memmove(related->hashes + at + 1, related->hashes + at,
                        (related->n - at) * sizeof(*related->hashes));
        related->hashes[at] = hash;
        related->n++;
        return 0;
}

void feed_related_done(FeedRelated *related)
{
        free(related->hashes);
        *related = (FeedRelated){ 0 };
}

int feed_related_is_secret(const FeedSelection *selection, Store *store, const char *uid, bool *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        PublishAudience audience = PUBLISH_PUBLIC;
        *ret = false;
        int r = object_find(store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = feed_select_audience(selection, store, record, &audience);
        *ret = strcmp(record->class, "PRIVATE") == 0 && !publish_is_visible(audience, EVENT_PRIVATE);
        return r;
}

/* No audience may see the name of a CONFIDENTIAL event. */
static bool has_visible_name(const ObjectRecord *record, PublishAudience audience)
{
        EventClass class = event_class_of(record->class);
        return record->kind == OBJECT_EVENT && *record->name && class != EVENT_CONFIDENTIAL &&
               publish_is_visible(audience, class);
}

int feed_related_write_parent(const FeedSelection *selection, Store *store, const char *uid,
                Language language, Buffer *out)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        PublishAudience audience = PUBLISH_PUBLIC;
        int r = object_find(store, uid, &record);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = feed_select_audience(selection, store, record, &audience);
        if (r != 0 || !has_visible_name(record, audience))
                return r;
        buffer_printf(out, "%s ", feed_strings(language)->part_of);
        if (audience != PUBLISH_PUBLIC || !redact_text(record->name, strlen(record->name), out))
                buffer_puts(out, record->name);
        return buffer_error(out);
}
