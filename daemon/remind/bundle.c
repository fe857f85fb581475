#include "remind/bundle.h"

#include <stdlib.h>
#include <string.h>

BundleEntry *bundle_entry_free(BundleEntry *entry)
{
        if (!entry)
                return NULL;
        digest_told_done(&entry->told);
        digest_done(&entry->parts);
        whole_done(&entry->whole);
        rebuilt_done(&entry->rebuilt);
        mail_record_free(entry->own);
        free(entry);
        return NULL;
}

void bundle_done(Bundle *bundle)
{
        for (size_t i = 0; i < bundle->n; i++)
                bundle_entry_free(bundle->entries[i]);
        bundle->n = 0;
}

static BundleEntry *find(const Bundle *bundle, int64_t object)
{
        for (size_t i = 0; i < bundle->n; i++)
                if (bundle->entries[i]->mail->object == object)
                        return bundle->entries[i];
        return NULL;
}

static BundleEntry *find_twin(const Bundle *bundle, const BundleEntry *entry)
{
        for (size_t i = 0; bundle->entries[i] != entry; i++)
                if (bundle->entries[i]->mail->object == entry->mail->object &&
                                strcmp(bundle->entries[i]->mail->recurrence_id,
                                                entry->mail->recurrence_id) == 0)
                        return bundle->entries[i];
        return NULL;
}

static void drop(Bundle *bundle, size_t i)
{
        bundle_entry_free(bundle->entries[i]);
        bundle->n--;
        memmove(&bundle->entries[i], &bundle->entries[i + 1], (bundle->n - i) * sizeof(bundle->entries[0]));
}

/* Drops parts whose whole is not in the bundle. After a drop, parts before it may have lost theirs. */
static void drop_orphans(Bundle *bundle)
{
        for (size_t i = 0; i < bundle->n;)
                if (bundle->entries[i]->within != 0 && !find(bundle, bundle->entries[i]->within)) {
                        drop(bundle, i);
                        i = 0;
                } else
                        i++;
}

void bundle_settle(Bundle *bundle)
{
        drop_orphans(bundle);
        for (size_t i = 0; i < bundle->n; i++) {
                BundleEntry *entry = bundle->entries[i], *whole = find(bundle, entry->within);
                /* A programme lists direct parts only: a part of a part has its own line, and no teller. */
                entry->teller = entry->within != 0 && whole->within == 0 ? whole : NULL;
                entry->twin = find_twin(bundle, entry);
        }
}

void bundle_cut(Bundle *bundle, size_t n)
{
        while (n > 1 && n < bundle->n && bundle->entries[n]->twin)
                n--;
        while (bundle->n > n)
                drop(bundle, bundle->n - 1);
        bundle_settle(bundle);
}

static int compare(const void *a, const void *b)
{
        const BundleEntry *one = *(BundleEntry *const *)a, *other = *(BundleEntry *const *)b;
        const Occurrence *first = one->item.occurrence, *second = other->item.occurrence;
        if (first->start_usec != second->start_usec)
                return (first->start_usec > second->start_usec) - (first->start_usec < second->start_usec);
        if (first->end_usec != second->end_usec)
                return (first->end_usec < second->end_usec) - (first->end_usec > second->end_usec);
        return strcmp(one->item.record->uid, other->item.record->uid);
}

void bundle_arrange(Bundle *bundle)
{
        BundleEntry *order[BUNDLE_MAX];
        size_t n = 0;
        for (size_t i = 0; i < bundle->n; i++)
                if (bundle_has_lines(bundle->entries[i]))
                        order[n++] = bundle->entries[i];
        qsort(order, n, sizeof(order[0]), compare);
        for (size_t i = 0; i < n; i++) {
                BundleEntry *entry = order[i];
                bundle->items[i] = (BundleItem){
                        .item = entry->item,
                        .whole = entry->whole.record ? &entry->whole.item : NULL,
                        .parts = entry->parts.text.n > 0 ? &entry->parts.text : NULL,
                        .token = entry->mail->token,
                };
                entry->as = &bundle->items[i];
        }
        bundle->n_items = n;
}

bool bundle_tells(const BundleEntry *entry)
{
        const BundleEntry *teller = entry->teller;
        if (!teller)
                return !entry->twin || bundle_tells(entry->twin);
        for (size_t i = 0; i < teller->as->n_parts; i++) {
                const DigestEntry *part = &teller->parts.text.entries[i];
                if (part->item.record->id == entry->item.record->id &&
                                part->occurrence.start_usec == entry->item.occurrence->start_usec)
                        return true;
        }
        return false;
}
