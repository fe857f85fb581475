#include "store/transfer-slots.h"

#include "base/array.h"
#include "store/meeting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct Slot {
        int64_t meeting;
        usec_t start;
        char *place;
} Slot;

typedef struct Overlaps {
        const Transfer *transfer;
        Slot *slots; /* of the holds that give them back */
        size_t n;
} Overlaps;

static void overlaps_done(Overlaps *overlaps)
{
        for (size_t i = 0; i < overlaps->n; i++)
                free(overlaps->slots[i].place);
        free(overlaps->slots);
}

static bool is_added(const Overlaps *overlaps, int64_t meeting)
{
        int64_t added;
        return number_map_get(&overlaps->transfer->added_meetings, meeting, &added);
}

/* The columns are those of the hold's slot, and the number and the state of the other meeting. */
static int on_overlap(DbStatement *row, void *userdata)
{
        Overlaps *overlaps = userdata;
        int64_t meeting = db_int(row, 0);
        bool is_added_hold = is_added(overlaps, meeting);
        bool is_booked = db_int(row, 4) == MEETING_BOOKED;
        if (is_added_hold == is_added(overlaps, db_int(row, 3)) || (!is_booked && !is_added_hold))
                return 0;
        Slot *slots = array_grow(overlaps->slots, overlaps->n, sizeof(*slots));
        if (slots)
                overlaps->slots = slots;
        char *place = slots ? strdup(db_text(row, 2, NULL)) : NULL;
        if (!place)
                return -ENOMEM;
        slots[overlaps->n++] = (Slot){ meeting, db_int(row, 1), place };
        return 0;
}

static int find_overlaps(Overlaps *overlaps)
{
        return QUERY_EACH(overlaps->transfer->store, on_overlap, overlaps,
                        "SELECT hold_slot.meeting, hold_slot.start, hold_slot.place, meeting.id, meeting.state"
                        " FROM meeting AS hold JOIN meeting_slot AS hold_slot ON hold_slot.meeting = hold.id"
                        " JOIN meeting_slot ON meeting_slot.meeting <> hold.id"
                        " AND meeting_slot.start < hold_slot.finish AND meeting_slot.finish > hold_slot.start"
                        " AND (meeting_slot.host = hold_slot.host OR (meeting_slot.place = hold_slot.place"
                        " AND meeting_slot.site = hold_slot.site AND meeting_slot.place <> ''))"
                        " JOIN meeting ON meeting.id = meeting_slot.meeting"
                        " WHERE hold.state < $1 AND (meeting.expires = 0 OR meeting.expires > $2)",
                        BIND_I(MEETING_BOOKED), BIND_I(overlaps->transfer->now));
}

int transfer_free_slots(const Transfer *transfer)
{
        CLEANUP(overlaps_done) Overlaps overlaps = { .transfer = transfer };
        int r = transfer->added_meetings.root ? find_overlaps(&overlaps) : 0;
        for (size_t i = 0; r == 0 && i < overlaps.n; i++)
                r = QUERY_RUN(transfer->store,
                                "DELETE FROM meeting_slot WHERE meeting = $1 AND start = $2 AND place = $3",
                                BIND_I(overlaps.slots[i].meeting), BIND_I(overlaps.slots[i].start),
                                BIND_T(overlaps.slots[i].place));
        return r;
}
