#include "calendar/publish-zone.h"

#include "base/array.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "calendar/component.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONE_MAX_BYTES = 8 * 1024 * 1024, OWN_NAME_BYTES = 200 };

void publish_zones_init(PublishedZones *zones, ZoneTable *table)
{
        *zones = (PublishedZones){
                .table = table,
                .used = BUFFER_INIT(ZONE_MAX_BYTES),
                .line = BUFFER_INIT(ZONE_MAX_BYTES),
        };
}

static PublishedZone *free_zone(PublishedZone *zone)
{
        if (!zone)
                return NULL;
        free(zone->tzid);
        buffer_done(&zone->text);
        zone_unref(zone->zone);
        free(zone);
        return NULL;
}

DEFINE_CLEANUP(PublishedZone, free_zonep, free_zone)

void publish_zones_done(PublishedZones *zones)
{
        buffer_done(&zones->used);
        buffer_done(&zones->line);
        for (size_t i = 0; i < zones->n_own; i++)
                free_zone(zones->own[i]);
        free(zones->own);
}

/*
 * Whether the property belongs to the rules of a zone. Zones that differ only in other properties are
 * equal.
 */
static bool is_zone_property(const char *name)
{
        static const char *const names[] = { "BEGIN", "END", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO",
                "RRULE", "RDATE", "TZNAME" };
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
                if (strcmp(name, names[i]) == 0)
                        return true;
        return false;
}

/*
 * Reads one line of a VTIMEZONE. If the table knows the zone's name, the zone gets no TZID.
 * @ret_end: true for the last line
 */
static int take_zone_line(PublishedZones *zones, PublishedZone *zone, const ContentLine *line, bool *ret_end)
{
        *ret_end = line->depth == 1 && strcmp(line->name, "END") == 0;
        if (line->depth == 2 && strcmp(line->name, "TZID") == 0 && !zone->tzid) {
                const Zone *known;
                int r = zone_table_get(zones->table, line->value, &known);
                if (r != ZONE_E_UNKNOWN && r != ZONE_E_INVALID)
                        return r;
                zone->tzid = strdup(line->value);
                return zone->tzid ? 0 : -ENOMEM;
        }
        if (!is_zone_property(line->name))
                return 0;
        content_line_unfold(line, &zones->line);
        content_fold(&zone->text, buffer_text(&zones->line), zones->line.len);
        return buffer_error(&zone->text);
}

static void write_name(const PublishedZone *zone, char ret[static PUBLISHED_NAME_SIZE])
{
        int len = (int)utf8_cut(zone->tzid, strlen(zone->tzid), OWN_NAME_BYTES);
        snprintf(ret, PUBLISHED_NAME_SIZE, "%.*s-%.8s", len, zone->tzid, zone->hash);
}

/* Hashes the rules, and inserts the TZID, which contains the hash, after the first line. */
static void finish_zone(PublishedZone *zone)
{
        static const char begin[] = "BEGIN:VTIMEZONE\r\n";
        char hash[HASH_HEX_SIZE], name[PUBLISHED_NAME_SIZE];
        hash_hex(buffer_text(&zone->text), zone->text.len, hash);
        memcpy(zone->hash, hash, 8);
        Buffer line = BUFFER_INIT(4096);
        zone_plain_name(zone->tzid);
        write_name(zone, name);
        content_write_text(&line, "TZID", name);
        buffer_insert(&zone->text, sizeof(begin) - 1, buffer_text(&line), line.len);
        buffer_done(&line);
}

/* Returns the index of the first own zone whose name is not before @tzid. */
static size_t find_place(const PublishedZones *zones, const char *tzid)
{
        size_t low = 0, high = zones->n_own;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (zone_compare_names(zones->own[middle]->tzid, tzid) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static PublishedZone *find_own(const PublishedZones *zones, const char *tzid)
{
        size_t place = find_place(zones, tzid);
        return place < zones->n_own && zone_same_name(zones->own[place]->tzid, tzid) ? zones->own[place]
                                                                                     : NULL;
}

static int add_own(PublishedZones *zones, PublishedZone *zone)
{
        size_t place = find_place(zones, zone->tzid);
        PublishedZone **own = array_grow(zones->own, zones->n_own, sizeof(*own));
        if (!own)
                return -ENOMEM;
        zones->own = own;
        memmove(own + place + 1, own + place, (zones->n_own - place) * sizeof(*own));
        own[place] = zone;
        zones->n_own++;
        return 0;
}

int publish_zones_read(PublishedZones *zones, ContentReader *reader, const ContentLine *begin)
{
        CLEANUP(free_zonep) PublishedZone *zone = calloc(1, sizeof(*zone));
        ContentLine line = *begin;
        bool end = false;
        if (!zone)
                return -ENOMEM;
        zone->text = BUFFER_INIT(ZONE_MAX_BYTES);
        int r = take_zone_line(zones, zone, &line, &end);
        while (r == 0 && !end) {
                r = content_reader_next(reader, &line, NULL);
                if (r == 0)
                        r = take_zone_line(zones, zone, &line, &end);
        }
        if (r != 0 || !zone->tzid || find_own(zones, zone->tzid))
                return r;
        finish_zone(zone);
        r = add_own(zones, zone);
        if (r == 0)
                TAKE_PTR(zone);
        return r;
}

/* Makes the zone that an own VTIMEZONE describes, which is NULL if it describes none. */
static int make_zone(PublishedZone *own)
{
        if (own->is_made)
                return 0;
        int r = zone_from_vtimezone(buffer_text(&own->text), own->text.len, &own->zone);
        own->is_made = r >= 0;
        return r < 0 ? r : 0;
}

int publish_zones_find(PublishedZones *zones, const char *tzid, const Zone **ret)
{
        PublishedZone *own = find_own(zones, tzid);
        const Zone *zone = NULL;
        int r = own ? make_zone(own) : zone_table_get(zones->table, tzid, &zone);
        if (r >= 0)
                *ret = own ? own->zone : r == 0 ? zone : NULL;
        return r < 0 ? r : 0;
}

int publish_zones_name(PublishedZones *zones, const char *tzid, char ret[static PUBLISHED_NAME_SIZE],
                bool *ret_known)
{
        const Zone *zone;
        int r = zone_table_get(zones->table, tzid, &zone);
        *ret_known = true;
        if (r == 0) {
                const Zone *const *used = (const Zone *const *)(const void *)zones->used.data;
                size_t n = zones->used.len / sizeof(zone);
                while (n > 0 && used[n - 1] != zone)
                        n--;
                if (n == 0)
                        buffer_append(&zones->used, &zone, sizeof(zone));
                snprintf(ret, PUBLISHED_NAME_SIZE, "%s", zone_name(zone));
                return 0;
        }
        if (r < 0)
                return r;
        PublishedZone *own = find_own(zones, tzid);
        *ret_known = own != NULL;
        if (own) {
                own->used = true;
                write_name(own, ret);
        }
        return 0;
}

void publish_zones_forget_use(PublishedZones *zones)
{
        buffer_reset(&zones->used);
        for (size_t i = 0; i < zones->n_own; i++)
                zones->own[i]->used = false;
}

void publish_zones_report(const PublishedZones *zones, void (*on_zone)(const char *, const char *, void *),
                void *userdata)
{
        const Zone *const *used = (const Zone *const *)(const void *)zones->used.data;
        for (size_t i = 0; i < zones->used.len / sizeof(*used); i++)
                on_zone(zone_name(used[i]), NULL, userdata);
        for (size_t i = 0; i < zones->n_own; i++) {
                char name[PUBLISHED_NAME_SIZE];
                write_name(zones->own[i], name);
                if (zones->own[i]->used)
                        on_zone(name, buffer_text(&zones->own[i]->text), userdata);
        }
}
