#include "draft/marks.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>

enum { FIELDS_OF_EVENT = 9 };

typedef struct Span {
        uint32_t start, end;
} Span;

typedef struct Spans {
        Span *list;
        size_t n;
} Spans;

static void add(Spans *spans, const DraftField *field)
{
        if (field->text && field->end > field->start)
                spans->list[spans->n++] = (Span){ field->start, field->end };
}

static int by_start(const void *a, const void *b)
{
        const Span *one = a, *other = b;
        return one->start < other->start ? -1 : one->start > other->start;
}

static void collect(const DraftSet *set, Spans *spans)
{
        for (size_t i = 0; i < set->n_events; i++) {
                const DraftEvent *event = &set->events[i];
                const DraftField *const fields[FIELDS_OF_EVENT] = { &event->title, &event->other_title,
                        &event->kind, &event->dates, &event->time, &event->zone, &event->town, &event->venue,
                        &event->parent_words };
                for (size_t k = 0; k < FIELDS_OF_EVENT; k++)
                        add(spans, fields[k]);
        }
        for (size_t i = 0; i < set->n_persons; i++) {
                add(spans, &set->persons[i].name);
                add(spans, &set->persons[i].post);
        }
        for (size_t i = 0; i < set->n_bodies; i++)
                add(spans, &set->bodies[i].name);
        for (size_t i = 0; i < set->n_contacts; i++)
                add(spans, &set->contacts[i].value);
}

int draft_marks(const DraftSet *set,
                int (*on_piece)(const char *text, size_t len, bool is_marked, void *userdata),
                void *userdata)
{
        size_t max = set->n_events * FIELDS_OF_EVENT + 2 * set->n_persons + set->n_bodies + set->n_contacts +
                     1,
               at = 0;
        CLEANUP(cleanup_free) Span *list = calloc(max, sizeof(*list));
        Spans spans = { list, 0 };
        int r = list ? 0 : -ENOMEM;
        if (r == 0)
                collect(set, &spans);
        qsort(spans.list, spans.n, sizeof(*spans.list), by_start);
        for (size_t i = 0; r == 0 && i < spans.n; i++) {
                size_t start = spans.list[i].start > at ? spans.list[i].start : at;
                if (spans.list[i].end <= at)
                        continue;
                if (start > at)
                        r = on_piece(set->text + at, start - at, false, userdata);
                if (r == 0)
                        r = on_piece(set->text + start, spans.list[i].end - start, true, userdata);
                at = spans.list[i].end;
        }
        return r == 0 && at < set->len ? on_piece(set->text + at, set->len - at, false, userdata) : r;
}
