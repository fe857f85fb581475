#include "catalog/index.h"

#include <string.h>

size_t index_count(const Config *config)
{
        return INDEX_KIND + config->n_kinds;
}

static int compare_numbers(int64_t left, int64_t right)
{
        return (left > right) - (left < right);
}

static int by_name(const void *left, const void *right)
{
        const CatalogEvent *a = left, *b = right;
        int order = strcmp(a->resource, b->resource);
        return order ? order : strcmp(a->collection, b->collection);
}

static int by_number(const void *left, const void *right)
{
        return compare_numbers(((const CatalogEvent *)left)->number, ((const CatalogEvent *)right)->number);
}

static int by_uid(const void *left, const void *right)
{
        const CatalogEvent *a = left, *b = right;
        int order = strcmp(a->uid, b->uid);
        if (order == 0)
                order = strcmp(a->collection, b->collection);
        return order ? order : strcmp(a->resource, b->resource);
}

int index_order(const CatalogEvent *left, const CatalogEvent *right)
{
        int order = compare_numbers(left->start_usec, right->start_usec);
        if (order == 0)
                order = compare_numbers(right->end_usec, left->end_usec);
        return order ? order : catalog_record_order(left, right);
}

static int by_start(const void *left, const void *right)
{
        return index_order(left, right);
}

static int by_span(const void *left, const void *right)
{
        int order = compare_numbers(((const EventRecord *)left)->from, ((const EventRecord *)right)->from);
        return order ? order : index_order(left, right);
}

static int by_parent(const void *left, const void *right)
{
        const CatalogEvent *a = left, *b = right;
        int order = strcmp(a->parent, b->parent);
        return order ? order : index_order(a, b);
}

static int by_place(const void *left, const void *right)
{
        const CatalogEvent *a = left, *b = right;
        int order = strcmp(a->place.text, b->place.text);
        return order ? order : index_order(a, b);
}

static int by_change(const void *left, const void *right)
{
        const CatalogEvent *a = left, *b = right;
        int order = compare_numbers(b->changed, a->changed);
        return order ? order : by_uid(a, b);
}

/* An event without a duration takes one microsecond, so that it reaches into the range that it begins. */
static int64_t end_of(const void *item)
{
        const CatalogEvent *event = item;
        return event->end_usec > event->start_usec ? event->end_usec : event->start_usec + 1;
}

static int64_t end_of_span(const void *item)
{
        const EventRecord *record = item;
        return record->to < USEC_INFINITY - INDEX_MARGIN ? record->to + INDEX_MARGIN : USEC_INFINITY;
}

/* A draft has no end. */
static int64_t end_at_place(const void *item)
{
        const CatalogEvent *event = item;
        return event->is_draft ? USEC_INFINITY : event->is_series ? end_of_span(item) : end_of(item);
}

static void ref(void *item)
{
        event_record_ref(item);
}

static void unref(void *item)
{
        event_record_unref(item);
}

static bool has_each(const CatalogEvent *event)
{
        return event;
}

static bool has_dated(const CatalogEvent *event)
{
        return !event->is_draft && !event->is_series;
}

static bool has_series(const CatalogEvent *event)
{
        return event->is_series && !event->is_draft;
}

static bool has_draft(const CatalogEvent *event)
{
        return event->is_draft;
}

static bool has_part(const CatalogEvent *event)
{
        return event->parent;
}

static bool has_place(const CatalogEvent *event)
{
        return *event->place.text;
}

static bool has_change(const CatalogEvent *event)
{
        return !event->is_busy;
}

static const struct {
        SortedType type;
        bool (*has)(const CatalogEvent *event);
} table[] = {
        [INDEX_NAME] = { { by_name, NULL, ref, unref }, has_each },
        [INDEX_NUMBER] = { { by_number, NULL, NULL, NULL }, has_each },
        [INDEX_UID] = { { by_uid, NULL, NULL, NULL }, has_each },
        [INDEX_DATED] = { { by_start, end_of, NULL, NULL }, has_dated },
        [INDEX_SERIES] = { { by_span, end_of_span, NULL, NULL }, has_series },
        [INDEX_DRAFT] = { { by_start, NULL, NULL, NULL }, has_draft },
        [INDEX_PART] = { { by_parent, NULL, NULL, NULL }, has_part },
        [INDEX_PLACE] = { { by_place, end_at_place, NULL, NULL }, has_place },
        [INDEX_CHANGE] = { { by_change, NULL, NULL, NULL }, has_change },
        [INDEX_KIND] = { { by_start, end_of, NULL, NULL }, has_dated },
};

const SortedType *index_type(size_t index)
{
        return &table[index < INDEX_KIND ? index : INDEX_KIND].type;
}

bool index_has(const Config *config, size_t index, const CatalogEvent *event)
{
        if (index < INDEX_KIND)
                return table[index].has(event);
        return has_dated(event) && catalog_record_has_kind(event, config->kinds[index - INDEX_KIND].name);
}
