#include "catalog/event-record.h"

#include "base/arena.h"
#include "base/log.h"
#include "calendar/participant.h"
#include "catalog/series.h"
#include "catalog/text.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

enum { FIELDS_MAX = 16 };

static const CatalogText nothing = { "", "" };

/* An event while its record is made. Its strings are in the arena, the object and the event. */
typedef struct Draft {
        EventRecord record;
        Arena arena;
        Buffer *words;
} Draft;

static void draft_done(Draft *draft)
{
        series_free(draft->record.series);
        event_free(draft->record.own);
        arena_done(&draft->arena);
}

static int add_words_of(Draft *draft, const ContentLine *line)
{
        const char *text = catalog_text_of_line(&draft->arena, line);
        if (text && draft->words->len + strlen(text) + 1 < draft->words->max / 2)
                buffer_printf(draft->words, "%s\n", text);
        return text ? 0 : -ENOMEM;
}

static int add_words(Draft *draft, const Event *event)
{
        static const char *const names[] = { "SUMMARY", "X-CONVENED-SUMMARY", "X-CONVENED-ALIAS", "LOCATION",
                "X-CONVENED-LOCATION", "CATEGORIES", "DESCRIPTION" };
        static const ParticipantGroup groups[] = { PARTICIPANT_ORGANISERS, PARTICIPANT_BODIES,
                PARTICIPANT_PEOPLE };
        int r = 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                const ContentLine *line = NULL;
                while (r == 0 && (line = event_property_next(event, names[i], line)))
                        r = add_words_of(draft, line);
        }
        for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
                const Participant *participant = NULL;
                while (r == 0 && (participant = event_participant_next(event, groups[i], participant)))
                        r = add_words_of(draft, participant->name);
        }
        return r;
}

static int add_texts(Draft *draft, const Event *event, const Config *config)
{
        CatalogEvent *entry = &draft->record.event;
        const char *precision = event_text_property(event, "X-CONVENED-DATE-PRECISION");
        entry->is_loose = precision && strcmp(precision, "WITHIN-PARENT") == 0;
        entry->parent = event_parent(event);
        int r = catalog_text_in_all(&draft->arena, event, "SUMMARY", entry->title);
        if (r == 0)
                r = catalog_text(&draft->arena, event, "LOCATION", language_of(config->language),
                                &entry->place);
        return r == 0 && draft->words ? add_words(draft, event) : r;
}

static void take_fields(Draft *draft, const ObjectRecord *object, const Event *event, const Config *config)
{
        CatalogEvent *entry = &draft->record.event;
        bool is_busy = event_class(event) == EVENT_CONFIDENTIAL;
        *entry = (CatalogEvent){
                .uid = object->uid,
                .collection = object->collection,
                .resource = object->resource,
                .place = nothing,
                .kinds = is_busy ? "," : object->categories,
                .status = event_status(event),
                .is_busy = is_busy,
                .is_draft = object->kind == OBJECT_DRAFT,
                .is_series = event_is_recurring(event),
                .start = event_start(event),
                .end = event_end(event),
                .zone = event_zone(event, config->time_zone),
                .changed = object->changed,
        };
        for (Language i = 0; i < LANGUAGES_N; i++)
                entry->title[i] = nothing;
        entry->start_usec = when_instant(&entry->start, entry->zone);
        entry->end_usec = when_instant(&entry->end, entry->zone);
        draft->record.from = object->start;
        draft->record.to = object->end;
}

/* Lists the string fields of a record. Return: their number. */
static size_t list_fields(EventRecord *record, const char **ret[static FIELDS_MAX])
{
        size_t n = 0;
        ret[n++] = &record->event.collection;
        ret[n++] = &record->event.resource;
        ret[n++] = &record->event.uid;
        ret[n++] = &record->event.kinds;
        ret[n++] = &record->event.parent;
        ret[n++] = &record->event.place.text;
        ret[n++] = &record->event.place.language;
        for (Language i = 0; i < LANGUAGES_N; i++) {
                ret[n++] = &record->event.title[i].text;
                ret[n++] = &record->event.title[i].language;
        }
        return n;
}

_Static_assert(7 + 2 * LANGUAGES_N <= FIELDS_MAX, "there is room for all fields");

/* Returns the field before @at with the same string; @at if there is none. */
static size_t same_field(const char **fields[static FIELDS_MAX], size_t at)
{
        size_t same = 0;
        while (*fields[same] != *fields[at])
                same++;
        return same;
}

/* Copies a draft with all its strings to one piece of memory; equal strings of several fields stay one. */
static EventRecord *pack(Draft *draft)
{
        const char **from[FIELDS_MAX], **to[FIELDS_MAX];
        size_t n = list_fields(&draft->record, from), size = sizeof(EventRecord);
        for (size_t i = 0; i < n; i++)
                size += *from[i] && same_field(from, i) == i ? strlen(*from[i]) + 1 : 0;
        EventRecord *record = malloc(size);
        if (!record)
                return NULL;
        *record = draft->record;
        record->refs = 1;
        list_fields(record, to);
        char *at = (char *)(record + 1);
        for (size_t i = 0; i < n; i++) {
                size_t same = same_field(from, i);
                if (same < i) {
                        *to[i] = *to[same];
                } else if (*from[i]) {
                        *to[i] = at;
                        at = stpcpy(at, *from[i]) + 1;
                }
        }
        draft->record.own = NULL;
        draft->record.series = NULL;
        return record;
}

static bool has_own_zone(ZoneTable *zones, const When *when)
{
        const Zone *known;
        return when->form == WHEN_ZONED &&
               (zone_table_get(zones, zone_name(when->zone), &known) != 0 || known != when->zone);
}

/* Keeps the event if it is a series, which is expanded later, or if its times are in zones that it owns. */
static int keep_event(Draft *draft, ZoneTable *zones, const Config *config, Event **event)
{
        const CatalogEvent *entry = &draft->record.event;
        if (entry->is_series)
                return series_new(event, config->time_zone, &draft->record.series);
        if (has_own_zone(zones, &entry->start) || has_own_zone(zones, &entry->end))
                draft->record.own = TAKE_PTR(*event);
        return 0;
}

static bool is_hidden(const ObjectRecord *object, const Event *event)
{
        return event_class(event) == EVENT_PRIVATE ||
               (event_class(event) == EVENT_CONFIDENTIAL && object->kind == OBJECT_DRAFT);
}

int event_record_read(Config *config, ZoneTable *zones, const ObjectRecord *object, Buffer *words,
                EventRecord **ret)
{
        *ret = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(draft_done) Draft draft = { .words = words };
        int r = event_parse(zones, object->text, object->len, &event, NULL);
        if (r == EVENT_E_INVALID)
                log_write(LOG_WARNING, LOG_FIELDS({ "EVENT_UID", object->uid }),
                                "the kept text of %s cannot be read; it is left out of pages", object->uid);
        if (r != 0 || is_hidden(object, event))
                return r < 0 ? r : 0;
        take_fields(&draft, object, event, config);
        if (!draft.record.event.is_busy)
                r = add_texts(&draft, event, config);
        if (r == 0)
                r = keep_event(&draft, zones, config, &event);
        if (r < 0)
                return r;
        *ret = pack(&draft);
        return *ret ? 0 : -ENOMEM;
}

void event_record_ref(EventRecord *record)
{
        atomic_fetch_add_explicit(&record->refs, 1, memory_order_relaxed);
}

EventRecord *event_record_unref(EventRecord *record)
{
        if (!record || atomic_fetch_sub_explicit(&record->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        series_free(record->series);
        event_free(record->own);
        free(record);
        return NULL;
}
