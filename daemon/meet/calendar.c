#include "meet/calendar.h"

#include "calendar/value.h"
#include "meet/fetched.h"
#include "meet/host.h"
#include "meet/own-calendar.h"
#include "store/meeting.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>

#define AROUND (2 * USEC_PER_DAY)

enum { PARENTS_MAX = 8 };

/* A host whose busy times are read. */
typedef struct Reader {
        const char *uid;
        Host host;
        BusyList *list;
} Reader;

typedef struct Collecting {
        Store *store;
        ZoneTable *zones;
        const BusyQuery *query;
        Reader *readers;
        size_t n_readers;
        char *without[PARENTS_MAX]; /* UIDs of the offer's event and its parents, which do not count */
        size_t n_without;
} Collecting;

static void collecting_done(Collecting *collecting)
{
        for (size_t i = 0; i < collecting->n_readers; i++)
                host_done(&collecting->readers[i].host);
        free(collecting->readers);
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

/* Adds a UID to `without`. @ret_parent: a copy of the UID of the event's parent; NULL if it has none */
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

/* Whether one of the host's addresses attends. The host may have declined with another address. */
static bool has_attendee(const Event *event, const Occurrence *occurrence, const Host *host)
{
        const ContentLine *line = NULL;
        while ((line = occurrence_property_next(event, occurrence, "ATTENDEE", line)))
                if (host_has_address(host, line->value) && !is_declined(line))
                        return true;
        return false;
}

static bool names_host(const Event *event, const Occurrence *occurrence, const Host *host)
{
        const ContentLine *organizer = occurrence_property_next(event, occurrence, "ORGANIZER", NULL),
                          *line = NULL;
        if (organizer && host_has_address(host, organizer->value))
                return true;
        while ((line = occurrence_property_next(event, occurrence, "CONTACT", line)))
                if (host_is_named(host, line->value))
                        return true;
        return has_attendee(event, occurrence, host);
}

/* Whether the master or an override names a host. Most events do not, and need not be expanded. */
static bool any_names_host(const Event *event, const Zone *zone, const Host *host)
{
        Occurrence occurrence = { .component = 0 };
        bool is_named = names_host(event, &occurrence, host);
        for (size_t i = 0; !is_named && occurrence_of_override(event, i, zone, &occurrence); i++)
                is_named = names_host(event, &occurrence, host);
        return is_named;
}

/* Whether an occurrence is the host's. The answer for the master is kept in @of_master. */
static bool is_of_host(const Event *event, const Occurrence *occurrence, const Host *host, int *of_master)
{
        if (occurrence->component > 0)
                return names_host(event, occurrence, host);
        if (*of_master < 0)
                *of_master = names_host(event, occurrence, host);
        return *of_master;
}

static bool has_text(const ObjectRecord *record, const char *text)
{
        return memmem(record->text, record->len, text, strlen(text));
}

/*
 * Whether a line begins with the name of a property that names hosts, or with the part of such a name that
 * is before a fold.
 */
static bool may_name_host(const char *line, size_t len)
{
        static const char *const names[] = { "ORGANIZER", "ATTENDEE", "CONTACT", "X-CONVENED-MEETING-HOST" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                size_t name_len = strlen(names[i]);
                bool is_cut = len < name_len && line[len] == '\n' &&
                              (line[len + 1] == ' ' || line[len + 1] == '\t');
                size_t compared = len < name_len ? len - (len > 0 && line[len - 1] == '\r') : name_len;
                if ((is_cut || len >= name_len) && strncasecmp(line, names[i], compared) == 0)
                        return true;
        }
        return false;
}

/* Whether an object may name a host. Most objects do not, and need not be parsed. */
static bool may_have_host(const ObjectRecord *record)
{
        const char *end = record->text + record->len;
        for (const char *line = record->text; line < end;) {
                const char *stop = memchr(line, '\n', (size_t)(end - line));
                if (may_name_host(line, (size_t)((stop ? stop : end) - line)))
                        return true;
                line = stop ? stop + 1 : end;
        }
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

/* Reads the slot of a booking from its properties. */
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

static bool is_transparent(const Event *event, const Occurrence *occurrence)
{
        const char *transparency = occurrence_text(event, occurrence, "TRANSP");
        return transparency && strcasecmp(transparency, "TRANSPARENT") == 0;
}

/* @host: if not NULL, only the occurrences are added that name this host */
static int add_occurrences(const Collecting *collecting, const Reader *reader, const Event *event,
                const Host *host, Busy *busy)
{
        int of_master = -1;
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        const BusyQuery *query = collecting->query;
        Occurrence occurrence;
        int r = occurrences_new(event, query->zone, query->from - AROUND, query->to + AROUND, &iterator);
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0) {
                if (occurrence.status == EVENT_CANCELLED ||
                                (busy->kind == BUSY_EVENT && is_transparent(event, &occurrence)) ||
                                (host && !is_of_host(event, &occurrence, host, &of_master)))
                        continue;
                busy->start = occurrence.start_usec;
                busy->end = occurrence.end_usec;
                busy->is_tentative = occurrence.status == EVENT_TENTATIVE;
                r = busy_add(reader->list, busy);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/* Whether another host's meeting at @site is added to this list: to the first list, or to each. */
static bool takes_foreign(const Collecting *collecting, const Reader *reader, const char *site)
{
        const char *of_event = collecting->query->of_event;
        bool is_wanted = collecting->query->foreign_in_each || reader == collecting->readers;
        return is_wanted && of_event && strcmp(site, of_event) == 0;
}

/*
 * Adds the occurrences of an event to the list of a host: as a booking of the host, as a booking of another
 * host at a shared place, or as an event of the host. A booking of another host can also be an event of the
 * host.
 */
static int add_event(const Collecting *collecting, const Reader *reader, const ObjectRecord *record,
                const Event *event)
{
        const char *host = event_text_property(event, "X-CONVENED-MEETING-HOST");
        bool is_booking = host && strstr(record->categories, ",meeting,");
        Busy busy = { .kind = BUSY_EVENT, .uid = record->uid };
        int r = 0;
        if (is_booking) {
                Busy booking = booking_of(event, host);
                booking.uid = record->uid;
                booking.is_foreign = strcmp(host, reader->uid) != 0;
                if (!booking.is_foreign)
                        return add_occurrences(collecting, reader, event, NULL, &booking);
                if (takes_foreign(collecting, reader, booking.site))
                        r = add_occurrences(collecting, reader, event, NULL, &booking);
        }
        if (r != 0)
                return r;
        if (host_has_calendar(&reader->host, record->collection))
                return add_occurrences(collecting, reader, event, NULL, &busy);
        return any_names_host(event, collecting->query->zone, &reader->host)
                               ? add_occurrences(collecting, reader, event, &reader->host, &busy)
                               : 0;
}

/*
 * Adds the slot of a meeting to the list of a host: as the host's own meeting, as another host's meeting at
 * a shared place, or, if the host is its visitor, as an event.
 */
static int add_slot(const Collecting *collecting, const Reader *reader, const MeetingSlot *slot)
{
        Busy busy = {
                .start = slot->start,
                .end = slot->finish,
                .kind = BUSY_MEETING,
                .is_foreign = strcmp(slot->host, reader->uid) != 0,
                .is_tentative = slot->state != MEETING_BOOKED,
                .uid = slot->uid,
                .offer = slot->offer,
                .site = slot->site,
                .place = slot->place,
                .before = slot->before,
                .after = slot->after,
        };
        if (!busy.is_foreign)
                return busy_add(reader->list, &busy);
        int r = takes_foreign(collecting, reader, slot->site) ? busy_add(reader->list, &busy) : 0;
        /* Until a visitor confirms the address, it may be that of another person. */
        if (r != 0 || slot->state == MEETING_HELD || !host_has_mailbox(&reader->host, slot->visitor))
                return r;
        busy = (Busy){ .start = slot->start,
                .end = slot->finish,
                .kind = BUSY_EVENT,
                .is_tentative = busy.is_tentative,
                .uid = slot->uid };
        return busy_add(reader->list, &busy);
}

static int on_slot(const MeetingSlot *slot, void *userdata)
{
        const Collecting *collecting = userdata;
        int r = 0;
        for (size_t i = 0; r == 0 && i < collecting->n_readers; i++)
                r = add_slot(collecting, &collecting->readers[i], slot);
        return r;
}

static int on_any_slot(const MeetingSlot *slot, void *userdata)
{
        (void)slot;
        *(bool *)userdata = true;
        return 0;
}

/*
 * Whether the VEVENT of a booking must not be counted, because the store has the slots of the meeting, or
 * because its hold has ended: then it takes no time. If the slots were lost with a damaged page, the VEVENT
 * is counted instead.
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

static bool any_has_calendar(const Collecting *collecting, const char *collection)
{
        for (size_t i = 0; i < collecting->n_readers; i++)
                if (host_has_calendar(&collecting->readers[i].host, collection))
                        return true;
        return false;
}

/* A delegate is named by somebody else, so the host is busy only after accepting. */
static bool is_own_delegate(const Event *event, const Host *host)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "ATTENDEE", line))) {
                const char *answer = content_line_param(line, "PARTSTAT");
                if (answer && content_line_param(line, "DELEGATED-FROM") &&
                                (strcasecmp(answer, "ACCEPTED") == 0 ||
                                                strcasecmp(answer, "TENTATIVE") == 0) &&
                                host_has_address(host, line->value))
                        return true;
        }
        return false;
}

static int add_delegates(const Collecting *collecting, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(collecting->zones, record->text, record->len, &event, NULL);
        for (size_t i = 0; r == 0 && i < collecting->n_readers; i++) {
                Busy busy = { .kind = BUSY_EVENT, .uid = record->uid };
                const Reader *reader = &collecting->readers[i];
                if (is_own_delegate(event, &reader->host))
                        r = add_occurrences(collecting, reader, event, NULL, &busy);
        }
        return r == EVENT_E_INVALID ? 0 : r;
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        const Collecting *collecting = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        bool may_be_busy = strcmp(record->status, "CANCELLED") != 0 &&
                           (may_have_host(record) || any_has_calendar(collecting, record->collection));
        bool is_known = false;
        int r = may_be_busy ? has_slots(collecting, record, &is_known) : 0;
        if (r != 0 || !may_be_busy || is_left_out(collecting, record->uid))
                return r;
        if (is_known)
                return has_text(record, "DELEGATED-FROM") ? add_delegates(collecting, record) : 0;
        r = event_parse(collecting->zones, record->text, record->len, &event, NULL);
        for (size_t i = 0; r == 0 && i < collecting->n_readers; i++)
                r = add_event(collecting, &collecting->readers[i], record, event);
        return r == EVENT_E_INVALID ? 0 : r;
}

static int load_hosts(Collecting *collecting, const char *const *hosts, size_t n, BusyList *lists)
{
        int r = 0;
        collecting->readers = calloc(n, sizeof(*collecting->readers));
        if (!collecting->readers)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < n; i++) {
                Reader *reader = &collecting->readers[collecting->n_readers++];
                *reader = (Reader){ .uid = hosts[i], .list = &lists[i] };
                r = host_load(collecting->store, hosts[i], &reader->host);
        }
        return r;
}

static bool is_left_out_event(const char *uid, void *userdata)
{
        return is_left_out(userdata, uid);
}

/* Adds what the store does not have among the events of the office. */
static int add_elsewhere(Collecting *collecting, const Reader *reader)
{
        const BusyQuery *query = collecting->query;
        const OwnCalendarQuery own = { .zones = collecting->zones,
                .host = &reader->host,
                .zone = query->zone,
                .from = query->from - AROUND,
                .to = query->to + AROUND,
                .is_left_out = is_left_out_event,
                .userdata = collecting };
        int r = query->without_own ? 0 : own_calendar_add(collecting->store, &own, reader->list);
        return r != 0 ? r : fetched_add(collecting->store, &reader->host, reader->list);
}

int busy_collect_each(Store *store, ZoneTable *zones, const BusyQuery *query, const char *const *hosts,
                size_t n, BusyList *lists)
{
        CLEANUP(collecting_done) Collecting collecting = { .store = store, .zones = zones, .query = query };
        const ObjectFilter filter = {
                .kinds = 1U << OBJECT_EVENT, .from = query->from - AROUND, .to = query->to + AROUND
        };
        int r = n > 0 ? load_hosts(&collecting, hosts, n, lists) : 0;
        if (r == 0)
                r = leave_out_event_and_parents(&collecting);
        if (r == 0)
                r = object_each(store, &filter, on_event, &collecting);
        if (r == 0)
                r = meeting_slot_each(store, NULL, query->from - AROUND, query->to + AROUND, query->now,
                                on_slot, &collecting);
        for (size_t i = 0; r == 0 && i < n; i++) {
                r = add_elsewhere(&collecting, &collecting.readers[i]);
                busy_sort(&lists[i]);
        }
        return r;
}

int busy_collect(Store *store, ZoneTable *zones, const BusyQuery *query, BusyList *list)
{
        return busy_collect_each(store, zones, query, &query->host, 1, list);
}
