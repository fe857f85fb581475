#include "catalog/site-set.h"

#include "base/array.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

/* A text by which a site is found. */
typedef struct SiteKey {
        const char *text;
        uint32_t site;
} SiteKey;

typedef struct SiteKeys {
        SiteKey *list; /* by text, then by site */
        size_t n;
} SiteKeys;

struct SiteSet {
        _Atomic int refs;
        SiteList sites;
        SiteKeys names, related, uids;
};

void site_list_done(SiteList *list)
{
        for (size_t i = 0; i < list->n; i++)
                site_record_unref(list->list[i]);
        free(list->list);
        *list = (SiteList){ 0 };
}

int site_list_add(SiteList *list, SiteRecord *record)
{
        SiteRecord **grown = array_grow(list->list, list->n, sizeof(*grown));
        if (!grown) {
                site_record_unref(record);
                return -ENOMEM;
        }
        list->list = grown;
        list->list[list->n++] = record;
        return 0;
}

int site_list_copy(const SiteSet *set, SiteList *ret)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < set->sites.n; i++)
                r = site_list_add(ret, site_record_ref(set->sites.list[i]));
        return r;
}

static bool is_named(const SiteRecord *record, const char *collection, const char *resource)
{
        return strcmp(record->resource, resource) == 0 && strcmp(record->collection, collection) == 0;
}

void site_list_remove(SiteList *list, const char *collection, const char *resource)
{
        for (size_t i = 0; i < list->n; i++)
                if (is_named(list->list[i], collection, resource)) {
                        site_record_unref(list->list[i]);
                        list->list[i] = list->list[--list->n];
                        return;
                }
}

static int compare_sites(const void *a, const void *b, void *userdata)
{
        const SiteRecord *left = *(const SiteRecord *const *)a, *right = *(const SiteRecord *const *)b;
        const Language *language = userdata;
        int order = strcmp(left->site.town.text, right->site.town.text);
        if (order == 0)
                order = strcmp(left->site.name[*language].text, right->site.name[*language].text);
        if (order == 0)
                order = strcmp(left->site.uid, right->site.uid);
        if (order == 0)
                order = strcmp(left->collection, right->collection);
        return order ? order : strcmp(left->resource, right->resource);
}

static int compare_keys(const void *a, const void *b)
{
        const SiteKey *left = a, *right = b;
        int order = strcmp(left->text, right->text);
        return order ? order : (left->site > right->site) - (left->site < right->site);
}

static int keys_init(SiteKeys *keys, size_t n)
{
        keys->list = calloc(n + 1, sizeof(*keys->list));
        return keys->list ? 0 : -ENOMEM;
}

static void keys_add(SiteKeys *keys, const char *text, size_t site)
{
        keys->list[keys->n++] = (SiteKey){ text, (uint32_t)site };
}

static void keys_sort(SiteKeys *keys)
{
        if (keys->n > 1)
                qsort(keys->list, keys->n, sizeof(*keys->list), compare_keys);
}

/* Returns the index of the first key with a text. */
static size_t keys_find(const SiteKeys *keys, const char *text)
{
        size_t low = 0, high = keys->n;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (strcmp(keys->list[middle].text, text) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static bool keys_are(const SiteKeys *keys, size_t at, const char *text)
{
        return at < keys->n && strcmp(keys->list[at].text, text) == 0;
}

static int add_keys(SiteSet *set)
{
        size_t n_related = 0, n = set->sites.n;
        for (size_t i = 0; i < n; i++)
                n_related += set->sites.list[i]->n_related;
        if (keys_init(&set->names, n * LANGUAGES_N) < 0 || keys_init(&set->related, n_related) < 0 ||
                        keys_init(&set->uids, n) < 0)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++) {
                const SiteRecord *record = set->sites.list[i];
                keys_add(&set->uids, record->site.uid, i);
                for (Language k = 0; k < LANGUAGES_N; k++)
                        if (*record->site.name[k].text)
                                keys_add(&set->names, record->site.name[k].text, i);
                for (size_t k = 0; k < record->n_related; k++)
                        keys_add(&set->related, record->related[k], i);
        }
        keys_sort(&set->names);
        keys_sort(&set->related);
        keys_sort(&set->uids);
        return 0;
}

int site_set_new(const SiteList *list, const Config *config, SiteSet **ret)
{
        *ret = NULL;
        CLEANUP(site_set_unrefp) SiteSet *set = calloc(1, sizeof(*set));
        Language language = language_of(config->language);
        int r = set ? 0 : -ENOMEM;
        if (set)
                set->refs = 1;
        for (size_t i = 0; r == 0 && i < list->n; i++)
                r = site_list_add(&set->sites, site_record_ref(list->list[i]));
        if (r < 0)
                return r;
        if (set->sites.n > 1)
                qsort_r(set->sites.list, set->sites.n, sizeof(*set->sites.list), compare_sites, &language);
        r = add_keys(set);
        if (r == 0)
                *ret = TAKE_PTR(set);
        return r;
}

SiteSet *site_set_ref(SiteSet *set)
{
        atomic_fetch_add_explicit(&set->refs, 1, memory_order_relaxed);
        return set;
}

SiteSet *site_set_unref(SiteSet *set)
{
        if (!set || atomic_fetch_sub_explicit(&set->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        site_list_done(&set->sites);
        free(set->names.list);
        free(set->related.list);
        free(set->uids.list);
        free(set);
        return NULL;
}

const SiteRecord *site_set_at(const SiteSet *set, size_t index)
{
        return index < set->sites.n ? set->sites.list[index] : NULL;
}

const SiteRecord *site_set_find(const SiteSet *set, const char *uid)
{
        size_t at = keys_find(&set->uids, uid);
        return keys_are(&set->uids, at, uid) ? set->sites.list[set->uids.list[at].site] : NULL;
}

bool site_set_has(const SiteSet *set, const char *collection, const char *resource)
{
        for (size_t i = 0; i < set->sites.n; i++)
                if (is_named(set->sites.list[i], collection, resource))
                        return true;
        return false;
}

bool site_set_has_name(const SiteSet *set, const char *text)
{
        return keys_are(&set->names, keys_find(&set->names, text), text);
}

/* Inserts a number into an ascending list, once. */
static size_t insert(uint32_t *list, size_t n, size_t max, uint32_t number)
{
        size_t at = 0;
        while (at < n && list[at] < number)
                at++;
        if (at == max || (at < n && list[at] == number))
                return n;
        n -= n == max;
        memmove(list + at + 1, list + at, (n - at) * sizeof(*list));
        list[at] = number;
        return n + 1;
}

static size_t insert_keys(const SiteKeys *keys, const char *text, uint32_t *list, size_t n, size_t max)
{
        for (size_t at = keys_find(keys, text); keys_are(keys, at, text); at++)
                n = insert(list, n, max, keys->list[at].site);
        return n;
}

size_t site_set_of(const SiteSet *set, const CatalogEvent *event, uint32_t *ret, size_t max)
{
        if (event->is_busy)
                return 0;
        size_t n = insert_keys(&set->related, event->uid, ret, 0, max);
        return *event->place.text ? insert_keys(&set->names, event->place.text, ret, n, max) : n;
}
