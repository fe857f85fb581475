/*
 * The calendar part of a letter: one VCALENDAR with METHOD:PUBLISH, which may have several events (RFC
 * 5546, 3.2.1) and has each time zone once.
 */

#include "letter/event-calendar.h"

#include "calendar/publish.h"
#include "letter/event-lines.h"

#include <errno.h>
#include <string.h>

enum { LINK_BYTES = 1024, ZONES_MAX = 64 };

/* A time zone of the part. */
typedef struct PartZone {
        char *name;
        char *component;    /* with the rules of the event's VTIMEZONE; NULL for a zone of the table */
        usec_t first, last; /* first start and last end of the events that use the zone */
} PartZone;

typedef struct Part {
        const Letter *letter;
        Buffer components;
        PartZone zones[ZONES_MAX];
        size_t n_zones;
        const EventItem *item; /* being added */
        size_t n_before;       /* number of zones before `item` */
        bool fits; /* all zones of `item` could be added, and no other event uses their names differently */
} Part;

static void zone_done(PartZone *zone)
{
        free(zone->name);
        free(zone->component);
}

static void part_done(Part *part)
{
        buffer_done(&part->components);
        for (size_t i = 0; i < part->n_zones; i++)
                zone_done(&part->zones[i]);
}

static usec_t last_of(const EventItem *item)
{
        return item->record->end == USEC_INFINITY ? item->occurrence->end_usec : item->record->end;
}

static PartZone *find_zone(Part *part, const char *tzid)
{
        for (size_t i = 0; i < part->n_zones; i++)
                if (strcmp(part->zones[i].name, tzid) == 0)
                        return &part->zones[i];
        return NULL;
}

static bool is_same(const PartZone *zone, const char *component)
{
        return zone->component && component ? strcmp(zone->component, component) == 0
                                            : !zone->component && !component;
}

static bool add_zone(Part *part, const char *tzid, const char *component)
{
        if (part->n_zones == ZONES_MAX)
                return false;
        PartZone zone = {
                .name = strdup(tzid),
                .component = component ? strdup(component) : NULL,
                .first = part->item->record->start,
                .last = last_of(part->item),
        };
        if (!zone.name || (component && !zone.component)) {
                free((void *)zone.name);
                free((void *)zone.component);
                return false;
        }
        part->zones[part->n_zones++] = zone;
        return true;
}

static void on_zone(const char *tzid, const char *vtimezone, void *userdata)
{
        Part *part = userdata;
        PartZone *zone = find_zone(part, tzid);
        usec_t first = part->item->record->start, last = last_of(part->item);
        if (!zone) {
                part->fits = add_zone(part, tzid, vtimezone) && part->fits;
                return;
        }
        part->fits = part->fits && is_same(zone, vtimezone);
        zone->first = first < zone->first ? first : zone->first;
        zone->last = last > zone->last ? last : zone->last;
}

/*
 * A calendar part names no related events, because a letter does not know which of them its reader may see.
 */
static bool is_secret(const char *uid, void *userdata)
{
        (void)uid;
        (void)userdata;
        return true;
}

static void drop_zones(Part *part)
{
        while (part->n_zones > part->n_before)
                zone_done(&part->zones[--part->n_zones]);
}

/* Adds the components of an event. If it is hidden or does not fit, it is left out. */
static int add_event(Part *part, const EventItem *item)
{
        CLEANUP(buffer_done) Buffer components = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer link = BUFFER_INIT(LINK_BYTES);
        const Letter *letter = part->letter;
        const ObjectRecord *record = item->record;
        event_lines_write_link(letter, item, &link);
        const PublishObject object = {
                .zones = letter->options->zones,
                .zone = letter->options->config->time_zone,
                .text = record->text,
                .len = record->len,
                .sequence = record->sequence,
                .created = record->created,
                .changed = record->changed,
                .url = event_class(item->event) == EVENT_PUBLIC ? buffer_text(&link) : NULL,
                .busy = letter->strings->busy,
                .is_secret = is_secret,
        };
        part->item = item;
        part->n_before = part->n_zones;
        part->fits = true;
        int r = publish_components(&object, item->audience, &components, on_zone, part);
        if (r != 0)
                return r == -EFBIG || r == PUBLISH_HIDDEN ? 0 : r;
        if (part->fits && part->components.len + components.len <= LETTER_PART_BYTES)
                buffer_append(&part->components, components.data, components.len);
        else
                drop_zones(part);
        return buffer_error(&part->components);
}

static int write_zone(const Part *part, const PartZone *zone, Buffer *out)
{
        CLEANUP(zone_unrefp) Zone *own = NULL;
        const Zone *known = NULL;
        int r = zone->component ? zone_from_vtimezone(zone->component, strlen(zone->component), &own)
                                : zone_table_get(part->letter->options->zones, zone->name, &known);
        if (r == 0)
                zone_write_vtimezone(own ? own : known, zone->first / USEC_PER_SEC,
                                zone->last / USEC_PER_SEC, out);
        return r < 0 ? r : 0;
}

/* Two occurrences of one event have the same components. */
static bool is_new(const EventItem *items, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (items[i].record->id == items[n].record->id)
                        return false;
        return true;
}

/* Writes the part; nothing if it is too long. */
static int write_part(const Part *part, Letter *letter)
{
        CLEANUP(buffer_done) Buffer whole = BUFFER_INIT(LETTER_PART_BYTES);
        PublishHead head = { .language = letter->language };
        int r = 0;
        publish_begin(&head, &whole);
        for (size_t i = 0; r == 0 && i < part->n_zones; i++)
                r = write_zone(part, &part->zones[i], &whole);
        if (r < 0)
                return r;
        buffer_append(&whole, part->components.data, part->components.len);
        publish_end(&whole);
        if (buffer_error(&whole) < 0)
                return buffer_error(&whole) == -EFBIG ? 0 : buffer_error(&whole);
        buffer_append(&letter->calendar, whole.data, whole.len);
        return buffer_error(&letter->calendar);
}

int event_calendar_attach(Letter *letter, const EventItem *items, size_t n)
{
        CLEANUP(part_done) Part part = { .letter = letter, .components = BUFFER_INIT(LETTER_PART_BYTES) };
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++)
                if (is_new(items, i))
                        r = add_event(&part, &items[i]);
        return r == 0 && part.components.len > 0 ? write_part(&part, letter) : r;
}
