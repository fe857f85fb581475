#include "meet/freebusy.h"

#include "calendar/component-build.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { UID_BYTES = 300 };

typedef enum State { STATE_FREE, STATE_TENTATIVE, STATE_BUSY } State;

/* The beginning or the end of a busy time. */
typedef struct Edge {
        usec_t at;
        int step; /* 1 or -1 */
        bool is_tentative;
} Edge;

static int compare_edges(const void *a, const void *b)
{
        const Edge *left = a, *right = b;
        return (left->at > right->at) - (left->at < right->at);
}

static usec_t clip(usec_t time, usec_t from, usec_t to)
{
        return time < from ? from : time > to ? to : time;
}

static size_t list_edges(const BusyList *busy, usec_t from, usec_t to, Edge *edges)
{
        size_t n = 0;
        for (size_t i = 0; i < busy->n; i++) {
                const Busy *item = &busy->items[i];
                if (item->is_foreign || item->end <= from || item->start >= to)
                        continue;
                edges[n++] = (Edge){ clip(item->start, from, to), 1, item->is_tentative };
                edges[n++] = (Edge){ clip(item->end, from, to), -1, item->is_tentative };
        }
        qsort(edges, n, sizeof(*edges), compare_edges);
        return n;
}

static void write_period(ComponentBuild *build, State state, usec_t start, usec_t end)
{
        char value[2 * 17], from[17], to[17];
        if (state == STATE_FREE || start == end)
                return;
        time_format_utc(start, from);
        time_format_utc(end, to);
        snprintf(value, sizeof(value), "%s/%s", from, to);
        component_build_add(build,
                        &(BuildProperty){ "FREEBUSY",
                                        state == STATE_BUSY ? ";FBTYPE=BUSY" : ";FBTYPE=BUSY-TENTATIVE",
                                        value, false });
}

/* Writes the period that ends, whenever the state changes. */
static void write_periods(ComponentBuild *build, const Edge *edges, size_t n)
{
        State state = STATE_FREE;
        usec_t since = 0;
        int firm = 0, tentative = 0;
        for (size_t i = 0; i < n; i++) {
                *(edges[i].is_tentative ? &tentative : &firm) += edges[i].step;
                if (i + 1 < n && edges[i + 1].at == edges[i].at)
                        continue;
                State next = firm > 0 ? STATE_BUSY : tentative > 0 ? STATE_TENTATIVE : STATE_FREE;
                if (next == state)
                        continue;
                write_period(build, state, since, edges[i].at);
                state = next;
                since = edges[i].at;
        }
}

static int write_all(const BusyList *busy, const char *uid, const FreebusyAnswer *answer, usec_t from,
                usec_t to, usec_t now, Buffer *out)
{
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        CLEANUP(cleanup_free) Edge *edges = calloc(2 * busy->n + 1, sizeof(*edges));
        if (!build || !edges)
                return -ENOMEM;
        if (answer)
                component_build_add_value(build, "METHOD", "REPLY");
        component_build_begin(build, "VFREEBUSY");
        component_build_add_text(build, "UID", uid);
        component_build_add_time(build, "DTSTAMP", now);
        component_build_add_time(build, "DTSTART", from);
        component_build_add_time(build, "DTEND", to);
        if (answer) {
                component_build_add(build, &answer->organizer);
                component_build_add(build, &answer->attendee);
        }
        write_periods(build, edges, list_edges(busy, from, to, edges));
        component_build_print(build, out);
        return buffer_error(out);
}

int freebusy_write(const BusyList *busy, const char *host, usec_t from, usec_t to, usec_t now, Buffer *out)
{
        char uid[UID_BYTES];
        snprintf(uid, sizeof(uid), "freebusy-%s", host);
        return write_all(busy, uid, NULL, from, to, now, out);
}

int freebusy_write_answer(const BusyList *busy, const FreebusyAnswer *answer, usec_t from, usec_t to,
                usec_t now, Buffer *out)
{
        return write_all(busy, answer->uid, answer, from, to, now, out);
}
