#include "meet/proposed.h"

#include "calendar/event.h"
#include "calendar/when.h"
#include "store/meeting.h"
#include "store/object.h"

#include <stdio.h>
#include <string.h>

typedef struct Proposed {
        BookingTime *times;
        size_t n;
} Proposed;

static void add(Proposed *proposed, usec_t start, usec_t end, const char *place)
{
        if (proposed->n == BOOKING_TIMES_MAX)
                return;
        BookingTime *time = &proposed->times[proposed->n++];
        *time = (BookingTime){ .start = start, .end = end };
        snprintf(time->place, sizeof(time->place), "%s", place);
}

static int on_slot(const MeetingSlot *slot, void *userdata)
{
        if (slot->is_proposed)
                add(userdata, slot->start, slot->finish, slot->place);
        return 0;
}

/* Reads an instant in UTC up to a separator. @text: moved to what follows the separator */
static bool read_instant(const char **text, char separator, usec_t *ret)
{
        char first[32];
        When when;
        const char *end = strchrnul(*text, separator);
        snprintf(first, sizeof(first), "%.*s", (int)(end - *text), *text);
        if (when_parse(first, &when) < 0 || when.form != WHEN_UTC)
                return false;
        *ret = when_instant(&when, NULL);
        *text = end + (*end != '\0');
        return true;
}

static void read_copy(const Event *event, Proposed *proposed)
{
        const ContentLine *line = NULL;
        usec_t start, end;
        while ((line = event_property_next(event, PROPOSED_PROPERTY, line))) {
                CLEANUP(buffer_done) Buffer value = BUFFER_INIT(PROPOSED_LINE_SIZE);
                content_unescape(&value, line->value, line->value_len);
                const char *text = buffer_text(&value);
                if (read_instant(&text, '/', &start) && read_instant(&text, ' ', &end) && start < end)
                        add(proposed, start, end, text);
        }
}

static int read_event(Store *store, const char *uid, Proposed *proposed)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int r = object_get_by_uid(store, COLLECTION_MEETINGS, uid, &record);
        if (r == 0)
                r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r == 0)
                read_copy(event, proposed);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
}

int proposed_read(Store *store, const Meeting *meeting, BookingTime ret[static BOOKING_TIMES_MAX],
                size_t *ret_n)
{
        Proposed proposed = { .times = ret };
        int r = 0;
        if (meeting->state == MEETING_PROPOSED) {
                r = meeting_slots_of(store, meeting->id, on_slot, &proposed);
                if (r == 0 && proposed.n == 0)
                        r = read_event(store, meeting->uid, &proposed);
        }
        *ret_n = proposed.n;
        return r;
}

int proposed_copy(Store *store, const Meeting *meeting, ProposedCopy *ret)
{
        BookingTime times[BOOKING_TIMES_MAX];
        size_t n = 0;
        int r = proposed_read(store, meeting, times, &n);
        *ret = (ProposedCopy){ .n = n > 0 ? n : 1 };
        ret->properties[0] = (EditProperty){ .name = PROPOSED_PROPERTY };
        for (size_t i = 0; i < n; i++) {
                char start[17], end[17];
                time_format_utc(times[i].start, start);
                time_format_utc(times[i].end, end);
                snprintf(ret->lines[i], sizeof(ret->lines[i]), "%s/%s %s", start, end, times[i].place);
                ret->properties[i] = (EditProperty){ PROPOSED_PROPERTY, NULL, ret->lines[i], true,
                        i == 0 ? EDIT_NAME : EDIT_BESIDE };
        }
        return r;
}
