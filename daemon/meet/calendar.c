#include "meet/calendar.h"

#include "calendar/value.h"
#include "meet/host.h"
#include "store/meeting.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>

#define AROUND (2 * USEC_PER_DAY)

enum { PARENTS_MAX = 8 };

typedef struct Collecting {
        Store *store;
        ZoneTable *zones;
        const BusyQuery *query;
        const Host *host;
        BusyList *list;
        char *without[PARENTS_MAX]; /* UIDs: the offer's event and those that it is a part of */
        size_t n_without;
} Collecting;

static void collecting_done(Collecting *collecting)
{
        for (size_t i = 0; i < collecting->n_without; i++)
                free(collecting->without[i]);
}

static bool is_left_out(const Collecting *collecting, const char *uid)
{
        for (size_t i = 0; i < collecting->n_without; i++)
                if (strcmp(collecting->without[i], uid) == 0)
                        return true;
        return false;
}

/* Leaves out an event, and returns a copy of its parent's UID; NULL: none. */
static int leave_out(Collecting *collecting, const char *uid, char **ret_parent)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        char *copy = strdup(uid);
        *ret_parent = NULL;
        if (!copy)
                return -ENOMEM;
        collecting->without[collecting->n_without++] = copy;
        int r = object_find(collecting->store, uid, &record);
        if (r == 0)
                r = event_parse(collecting->zones, record->text, record->len, &event, NULL);
        if (r == 0 && event_parent(event) && !(*ret_parent = strdup(event_parent(event))))
                r = -ENOMEM;
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
}

static int leave_out_event_and_parents(Collecting *collecting)
{
        CLEANUP(cleanup_free) char *uid = NULL;
        int r = 0;
        if (!collecting->query->of_event)
                return 0;
        r = leave_out(collecting, collecting->query->of_event, &uid);
        while (r == 0 && uid && collecting->n_without < PARENTS_MAX && !is_left_out(collecting, uid)) {
                char *parent = NULL;
                r = leave_out(collecting, uid, &parent);
                free(uid);
                uid = parent;
        }
        return r;
}

static bool is_declined(const ContentLine *attendee)
{
        const char *answer = content_line_param(attendee, "PARTSTAT");
        return answer && strcasecmp(answer, "DECLINED") == 0;
}

static bool has_attendee(const Event *event, const Host *host)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "ATTENDEE", line)))
                if (host_has_address(host, line->value))
                        return !is_declined(line);
        return false;
}

static bool has_host(const Event *event, const Host *host)
{
        const ContentLine *organizer = event_property_line(event, "ORGANIZER", 0), *line = NULL;
        if (organizer && host_has_address(host, organizer->value))
                return true;
        while ((line = event_property_next(event, "CONTACT", line)))
                if (host_is_named(host, line->value))
                        return true;
        return has_attendee(event, host);
}

/* Whether a text may name a host, without parsing it: a name begins its line, so no fold is inside. */
static bool may_have_host(const ObjectRecord *record)
{
        static const char *const names[] = { "ORGANIZER", "ATTENDEE", "CONTACT", "X-CONVENED-MEETING-HOST" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (memmem(record->text, record->len, names[i], strlen(names[i])))
                        return true;
        return false;
}

static usec_t read_buffer(const Event *event, const char *name)
{
        const ContentLine *line = event_property_line(event, name, 0);
        Duration duration;
        if (!line || value_parse_duration(line->value, &duration) < 0 || duration.negative)
                return 0;
        return duration_seconds(&duration) * USEC_PER_SEC;
}

/* The slot of a booking, by its properties. */
static Busy booking_of(const Event *event, const char *host)
{
        const char *site = event_text_property(event, "X-CONVENED-MEETING-EVENT");
        return (Busy){
                .kind = BUSY_MEETING,
                .offer = event_text_property(event, "X-CONVENED-MEETING-OFFER"),
                .site = site ? site : host,
                .place = event_text_property(event, "LOCATION"),
                .before = read_buffer(event, "X-CONVENED-MEETING-BUFFER-BEFORE"),
                .after = read_buffer(event, "X-CONVENED-MEETING-BUFFER-AFTER"),
        };
}

/* Tells what an event is to the host. Return: false if it does not matter. */
static bool classify(const Collecting *collecting, const ObjectRecord *record, const Event *event, Busy *ret)
{
        const char *of_event = collecting->query->of_event;
        const char *host = event_text_property(event, "X-CONVENED-MEETING-HOST");
        bool is_booking = host && strstr(record->categories, ",meeting,");
        *ret = is_booking ? booking_of(event, host) : (Busy){ .kind = BUSY_EVENT };
        ret->uid = record->uid;
        if (is_booking && strcmp(host, collecting->query->host) == 0)
                return true;
        ret->is_foreign = is_booking && of_event && strcmp(ret->site, of_event) == 0;
        if (ret->is_foreign)
                return true;
        *ret = (Busy){ .kind = BUSY_EVENT, .uid = record->uid };
        return host_has_calendar(collecting->host, record->collection) || has_host(event, collecting->host);
}

static bool is_transparent(const Event *event, const Occurrence *occurrence)
{
        const char *transparency = occurrence_text(event, occurrence, "TRANSP");
        return transparency && strcasecmp(transparency, "TRANSPARENT") == 0;
}

static int add_occurrences(const Collecting *collecting, const Event *event, Busy *busy)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        const BusyQuery *query = collecting->query;
        Occurrence occurrence;
        int r = occurrences_new(event, query->zone, query->from - AROUND, query->to + AROUND, &iterator);
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0) {
                if (occurrence.status == EVENT_CANCELLED ||
                                (busy->kind == BUSY_EVENT && is_transparent(event, &occurrence)))
                        continue;
                busy->start = occurrence.start_usec;
                busy->end = occurrence.end_usec;
                busy->is_tentative = occurrence.status == EVENT_TENTATIVE;
                r = busy_add(collecting->list, busy);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/* Adds a slot that a meeting takes: of the host, or at a place of the offer's event. */
static int on_slot(const MeetingSlot *slot, void *userdata)
{
        const Collecting *collecting = userdata;
        const BusyQuery *query = collecting->query;
        bool is_own = strcmp(slot->host, query->host) == 0;
        if (!is_own && !(query->of_event && strcmp(slot->site, query->of_event) == 0))
                return 0;
        const Busy busy = {
                .start = slot->start,
                .end = slot->finish,
                .kind = BUSY_MEETING,
                .is_foreign = !is_own,
                .is_tentative = slot->state != MEETING_BOOKED,
                .uid = slot->uid,
                .offer = slot->offer,
                .site = slot->site,
                .place = slot->place,
                .before = slot->before,
                .after = slot->after,
        };
        return busy_add(collecting->list, &busy);
}

static int on_any_slot(const MeetingSlot *slot, void *userdata)
{
        (void)slot;
        *(bool *)userdata = true;
        return 0;
}

/*
 * Whether a booking is read from the slots that its meeting takes, and not from its VEVENT. A meeting whose
 * slots were lost with a damaged page is busy by its VEVENT; one whose hold has ended has given them back.
 */
static int has_slots(const Collecting *collecting, const ObjectRecord *record, bool *ret)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        int r = strcmp(record->collection, COLLECTION_MEETINGS) == 0
                                ? meeting_get_by_uid(collecting->store, record->uid, &meeting)
                                : STORE_E_NOT_FOUND;
        *ret = false;
        if (r == 0 && meeting->expires > 0 && meeting->expires <= collecting->query->now)
                *ret = true;
        else if (r == 0)
                r = meeting_slots_of(collecting->store, meeting->id, on_any_slot, ret);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        const Collecting *collecting = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        Busy busy;
        bool may_be_busy =
                        strcmp(record->status, "CANCELLED") != 0 &&
                        (may_have_host(record) || host_has_calendar(collecting->host, record->collection));
        bool is_known = false;
        int r = may_be_busy ? has_slots(collecting, record, &is_known) : 0;
        if (r != 0 || !may_be_busy || is_known || is_left_out(collecting, record->uid))
                return r;
        r = event_parse(collecting->zones, record->text, record->len, &event, NULL);
        if (r == 0 && classify(collecting, record, event, &busy))
                r = add_occurrences(collecting, event, &busy);
        return r == EVENT_E_INVALID ? 0 : r;
}

int busy_collect(Store *store, ZoneTable *zones, const BusyQuery *query, BusyList *list)
{
        CLEANUP(host_done) Host host;
        CLEANUP(collecting_done)
        Collecting collecting = {
                .store = store, .zones = zones, .query = query, .host = &host, .list = list
        };
        const ObjectFilter filter = {
                .kinds = 1U << OBJECT_EVENT, .from = query->from - AROUND, .to = query->to + AROUND
        };
        int r = host_load(store, query->host, &host);
        if (r == 0)
                r = leave_out_event_and_parents(&collecting);
        if (r == 0)
                r = object_each(store, &filter, on_event, &collecting);
        if (r == 0)
                r = meeting_slot_each(store, NULL, query->from - AROUND, query->to + AROUND, query->now,
                                on_slot, &collecting);
        if (r == 0)
                busy_sort(list);
        return r;
}
