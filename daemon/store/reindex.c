#include "store/reindex.h"

#include "base/array.h"
#include "calendar/event.h"
#include "store/object-internal.h"
#include "store/query.h"

#include <errno.h>

typedef struct Span {
        int64_t object;
        usec_t start, end;
} Span;

/*
 * The events whose times have changed. They are collected before the first write, because the query is
 * ordered by the columns that change.
 */
typedef struct Moved {
        Store *store;
        const Zone *fallback;
        Span *spans;
        size_t n;
} Moved;

static void moved_done(Moved *moved)
{
        free(moved->spans);
}

static int add(Moved *moved, const Span *span)
{
        Span *spans = array_grow(moved->spans, moved->n, sizeof(*spans));
        if (!spans)
                return -ENOMEM;
        moved->spans = spans;
        moved->spans[moved->n++] = *span;
        return 0;
}

/*
 * Adds an event to the list if its times differ from the stored ones. An unreadable event is skipped;
 * `convene check` reports it.
 */
static int on_event(const ObjectRecord *record, void *userdata)
{
        Moved *moved = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        Span span = { .object = record->id };
        int r = event_parse(store_zones(moved->store), record->text, record->len, &event, NULL);
        if (r == 0)
                r = event_span(event, moved->fallback, &span.start, &span.end);
        if (r != 0)
                return r < 0 ? r : 0;
        return span.start == record->start && span.end == record->end ? 0 : add(moved, &span);
}

static int refresh(Moved *moved, usec_t now)
{
        int r = object_each(moved->store, &(ObjectFilter){ .kinds = 1U << OBJECT_EVENT }, on_event, moved);
        for (size_t i = 0; r == 0 && i < moved->n; i++)
                r = QUERY_RUN(moved->store, "UPDATE object SET start = $2, finish = $3 WHERE id = $1",
                                BIND_I(moved->spans[i].object), BIND_I(moved->spans[i].start),
                                BIND_I(moved->spans[i].end));
        return r != 0 ? r
                      : QUERY_RUN(moved->store, "UPDATE stamp SET at = $1 WHERE category NOT LIKE $2 || '%'",
                                        BIND_I(now), BIND_T(CHANGES_ADDRESS));
}

int reindex_spans(Store *store, const Zone *fallback, usec_t now, int64_t *ret_n)
{
        CLEANUP(moved_done) Moved moved = { .store = store, .fallback = fallback };
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r == 0)
                r = store_write_end(&write, refresh(&moved, now));
        if (r == 0)
                *ret_n = (int64_t)moved.n;
        return r;
}
