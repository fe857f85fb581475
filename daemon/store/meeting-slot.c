/*
 * The slots that meetings take. Only meeting_claim() adds a row; it decides whether the slot is free by the
 * rows that it reads in the transaction of the caller.
 */

#include "store/meeting.h"
#include "store/query.h"

#include <string.h>

#define BUFFER_MAX ((usec_t)MEETING_BUFFER_MAX_HOURS * 3600 * USEC_PER_SEC)

#define SLOT_COLUMNS                                                                                        \
        "meeting, meeting_slot.host, meeting_slot.offer, meeting_slot.place, site, meeting_slot.start,"     \
        " meeting_slot.finish, buffer_before, buffer_after, proposed, uid, state, address"

/* A hold that has expired takes no slot, even if it has not been closed yet. */
#define LIVE_SLOTS                                                                                          \
        " FROM meeting_slot JOIN meeting ON meeting.id = meeting WHERE (expires = 0 OR expires > $1)"

static MeetingSlot read_slot(DbStatement *row)
{
        return (MeetingSlot){
                .meeting = db_int(row, 0),
                .host = db_text(row, 1, NULL),
                .offer = db_text(row, 2, NULL),
                .place = db_text(row, 3, NULL),
                .site = db_text(row, 4, NULL),
                .start = db_int(row, 5),
                .finish = db_int(row, 6),
                .before = db_int(row, 7),
                .after = db_int(row, 8),
                .is_proposed = db_int(row, 9) != 0,
                .uid = db_text(row, 10, NULL),
                .state = (MeetingState)db_int(row, 11),
                .visitor = db_text(row, 12, NULL),
        };
}

/* The comparison of a claim with the slots around it. */
typedef struct Comparison {
        const MeetingClaim *claim;
        int64_t meeting; /* the meeting that claims */
        int n_seats;     /* seats taken in the same slot */
        bool is_taken;
} Comparison;

static usec_t longer(usec_t a, usec_t b)
{
        return a > b ? a : b;
}

static bool is_same_slot(const MeetingSlot *slot, const MeetingClaim *claim)
{
        return slot->start == claim->start && slot->finish == claim->finish &&
               strcmp(slot->offer, claim->offer) == 0 && strcmp(slot->place, claim->place) == 0;
}

/*
 * Buffers apply to meetings of one host. A meeting of another host in the place needs none, but must not
 * overlap.
 */
static bool is_too_near(const MeetingSlot *slot, const MeetingClaim *claim)
{
        bool is_own = strcmp(slot->host, claim->host) == 0;
        usec_t gap_before = is_own ? longer(slot->after, claim->before) : 0;
        usec_t gap_after = is_own ? longer(claim->after, slot->before) : 0;
        return claim->start < slot->finish + gap_before && slot->start < claim->finish + gap_after;
}

static int compare_row(DbStatement *row, void *userdata)
{
        Comparison *comparison = userdata;
        MeetingSlot slot = read_slot(row);
        if (slot.meeting == comparison->meeting)
                return 0;
        if (is_same_slot(&slot, comparison->claim))
                comparison->n_seats++;
        else
                comparison->is_taken |= is_too_near(&slot, comparison->claim);
        return 0;
}

static int compare(Store *store, const MeetingClaim *claim, usec_t now, Comparison *comparison)
{
        usec_t from = claim->start - BUFFER_MAX, to = claim->finish + BUFFER_MAX;
        return QUERY_EACH(store, compare_row, comparison,
                        "SELECT " SLOT_COLUMNS LIVE_SLOTS
                        " AND meeting_slot.host = $2 AND meeting_slot.finish > $3"
                        " AND meeting_slot.start < $4"
                        " UNION ALL SELECT " SLOT_COLUMNS LIVE_SLOTS
                        " AND meeting_slot.place = $5 AND meeting_slot.place <> '' AND site = $6"
                        " AND meeting_slot.host <> $2 AND meeting_slot.finish > $3"
                        " AND meeting_slot.start < $4",
                        BIND_I(now), BIND_T(claim->host), BIND_I(from), BIND_I(to), BIND_T(claim->place),
                        BIND_T(claim->site));
}

static int count_day(Store *store, int64_t meeting, const MeetingClaim *claim, usec_t now, int64_t *ret)
{
        return QUERY_NUMBER(store, ret, 0,
                        "SELECT count(*) FROM (SELECT DISTINCT meeting_slot.offer, meeting_slot.place,"
                        " meeting_slot.start, meeting_slot.finish" LIVE_SLOTS
                        " AND meeting_slot.host = $2 AND meeting_slot.finish > $3"
                        " AND meeting_slot.start >= $3 AND meeting_slot.start < $4 AND meeting <> $5)"
                        " AS parties",
                        BIND_I(now), BIND_T(claim->host), BIND_I(claim->day_start), BIND_I(claim->day_end),
                        BIND_I(meeting));
}

int meeting_check(Store *store, int64_t meeting, const MeetingClaim *claim, usec_t now)
{
        Comparison comparison = { .claim = claim, .meeting = meeting };
        int64_t n = 0;
        int r = compare(store, claim, now, &comparison);
        if (r == 0 && (comparison.is_taken || comparison.n_seats >= claim->seats))
                return MEETING_E_TAKEN;
        if (r != 0 || claim->daily_max == 0 || comparison.n_seats > 0)
                return r;
        r = count_day(store, meeting, claim, now, &n);
        return r == 0 && n >= claim->daily_max ? MEETING_E_DAY_FULL : r;
}

static int free_ended_holds(Store *store, usec_t now)
{
        return QUERY_RUN(store,
                        "DELETE FROM meeting_slot WHERE meeting IN"
                        " (SELECT id FROM meeting WHERE expires > 0 AND expires <= $1)",
                        BIND_I(now));
}

/*
 * The check does not count holds that have ended at @now. Their rows are deleted, so that such a hold cannot
 * be confirmed afterwards with an earlier @now. If the meeting takes the slot already, its row is updated.
 */
int meeting_claim(Store *store, int64_t meeting, const MeetingClaim *claim, bool is_proposed, usec_t now)
{
        int r = meeting_check(store, meeting, claim, now);
        if (r == 0)
                r = free_ended_holds(store, now);
        if (r != 0)
                return r;
        return QUERY_RUN(store,
                        "INSERT INTO meeting_slot (meeting, start, place, finish, host, offer, site,"
                        " buffer_before, buffer_after, proposed)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                        " ON CONFLICT (meeting, start, place)"
                        " DO UPDATE SET finish = excluded.finish, proposed = excluded.proposed",
                        BIND_I(meeting), BIND_I(claim->start), BIND_T(claim->place), BIND_I(claim->finish),
                        BIND_T(claim->host), BIND_T(claim->offer), BIND_T(claim->site),
                        BIND_I(claim->before), BIND_I(claim->after), BIND_I(is_proposed));
}

int meeting_choose(Store *store, int64_t meeting, usec_t start, const char *place)
{
        int r = QUERY_RUN(store,
                        "UPDATE meeting SET start = $2, place = $3, finish ="
                        " (SELECT finish FROM meeting_slot"
                        " WHERE meeting = $1 AND start = $2 AND place = $3)"
                        " WHERE id = $1 AND EXISTS (SELECT 1 FROM meeting_slot"
                        " WHERE meeting = $1 AND start = $2 AND place = $3)",
                        BIND_I(meeting), BIND_I(start), BIND_T(place));
        if (r != 0 || query_changed(store) == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        r = QUERY_RUN(store, "DELETE FROM meeting_slot WHERE meeting = $1 AND (start <> $2 OR place <> $3)",
                        BIND_I(meeting), BIND_I(start), BIND_T(place));
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE meeting_slot SET proposed = 0 WHERE meeting = $1",
                                        BIND_I(meeting));
}

int meeting_give_back(Store *store, int64_t meeting)
{
        return QUERY_RUN(store, "DELETE FROM meeting_slot WHERE meeting = $1", BIND_I(meeting));
}

typedef struct SlotWalk {
        int (*on_slot)(const MeetingSlot *slot, void *userdata);
        void *userdata;
} SlotWalk;

static int on_slot_row(DbStatement *row, void *userdata)
{
        const SlotWalk *walk = userdata;
        MeetingSlot slot = read_slot(row);
        return walk->on_slot(&slot, walk->userdata);
}

int meeting_slot_each(Store *store, const char *host, usec_t from, usec_t to, usec_t now,
                int (*on_slot)(const MeetingSlot *slot, void *userdata), void *userdata)
{
        SlotWalk walk = { on_slot, userdata };
        if (!host)
                return QUERY_EACH(store, on_slot_row, &walk,
                                "SELECT " SLOT_COLUMNS LIVE_SLOTS
                                " AND meeting_slot.finish > $2 AND meeting_slot.start < $3"
                                " ORDER BY meeting_slot.start, meeting",
                                BIND_I(now), BIND_I(from), BIND_I(to));
        return QUERY_EACH(store, on_slot_row, &walk,
                        "SELECT " SLOT_COLUMNS LIVE_SLOTS
                        " AND meeting_slot.host = $2 AND meeting_slot.finish > $3"
                        " AND meeting_slot.start < $4 ORDER BY meeting_slot.start, meeting",
                        BIND_I(now), BIND_T(host), BIND_I(from), BIND_I(to));
}

int meeting_slots_of(Store *store, int64_t meeting, int (*on_slot)(const MeetingSlot *slot, void *userdata),
                void *userdata)
{
        SlotWalk walk = { on_slot, userdata };
        return QUERY_EACH(store, on_slot_row, &walk,
                        "SELECT " SLOT_COLUMNS " FROM meeting_slot JOIN meeting ON meeting.id = meeting"
                        " WHERE meeting = $1 ORDER BY meeting_slot.start, meeting_slot.place",
                        BIND_I(meeting));
}
