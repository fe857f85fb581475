#include "feed/zones.h"

#include <errno.h>
#include <string.h>

static int make_own(const char *vtimezone, Zone **ret)
{
        int r = vtimezone ? zone_from_vtimezone(vtimezone, strlen(vtimezone), ret) : 0;
        return r > 0 ? -EBADMSG : r;
}

int feed_zones_find(FeedZones *zones, const char *name, const char *vtimezone, uint16_t *ret)
{
        for (size_t i = 0; i < zones->n; i++)
                if (strcmp(zones->list[i].name, name) == 0) {
                        *ret = (uint16_t)i;
                        return 0;
                }
        if (zones->n > UINT16_MAX)
                return -E2BIG;
        FeedZone *list = realloc(zones->list, (zones->n + 1) * sizeof(*list));
        if (!list)
                return -ENOMEM;
        zones->list = list;
        CLEANUP(zone_unrefp) Zone *own = NULL;
        CLEANUP(cleanup_free) char *own_name = strdup(name);
        int r = own_name ? make_own(vtimezone, &own) : -ENOMEM;
        if (r < 0)
                return r;
        list[zones->n] = (FeedZone){ .name = TAKE_PTR(own_name), .own = TAKE_PTR(own) };
        *ret = (uint16_t)zones->n++;
        return 0;
}

void feed_zones_done(FeedZones *zones)
{
        for (size_t i = 0; i < zones->n; i++) {
                free(zones->list[i].name);
                zone_unref(zones->list[i].own);
        }
        free(zones->list);
        *zones = (FeedZones){ 0 };
}

static void measure_zone(FeedZone *zone, const FeedSpan *span)
{
        zone->first = zone->used && zone->first < span->first ? zone->first : span->first;
        zone->last = zone->used && zone->last > span->last ? zone->last : span->last;
        zone->used = true;
}

/* Finds the first and the last use of each zone. */
static void measure_zones(FeedZones *zones, const FeedChunks *chunks)
{
        for (size_t i = 0; i < zones->n; i++)
                zones->list[i].used = false;
        for (size_t i = 0; i < chunks->n; i++) {
                const FeedChunk *chunk = chunks->list[i];
                for (size_t j = 0; j < chunk->n_spans; j++)
                        measure_zone(&zones->list[chunk->spans[j].zone], &chunk->spans[j]);
        }
}

static int compare_zones(const void *a, const void *b)
{
        return strcmp((*(const FeedZone *const *)a)->name, (*(const FeedZone *const *)b)->name);
}

static int write_zone(const FeedZone *zone, ZoneTable *table, Buffer *out)
{
        const Zone *known = zone->own;
        int r = known ? 0 : zone_table_get(table, zone->name, &known);
        if (r == 0)
                zone_write_vtimezone(known, zone->first / USEC_PER_SEC, zone->last / USEC_PER_SEC, out);
        return r < 0 ? r : 0;
}

int feed_zones_write(FeedZones *zones, const FeedChunks *chunks, ZoneTable *table, Buffer *out)
{
        CLEANUP(cleanup_free) FeedZone **order = calloc(zones->n + 1, sizeof(*order));
        size_t n = 0;
        if (!order)
                return -ENOMEM;
        measure_zones(zones, chunks);
        for (size_t i = 0; i < zones->n; i++)
                if (zones->list[i].used)
                        order[n++] = &zones->list[i];
        qsort(order, n, sizeof(*order), compare_zones);
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                r = write_zone(order[i], table, out);
        return r;
}
