#include "draft/keep.h"

#include "calendar/event.h"
#include "draft/draft.h"
#include "draft/object.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        OBJECT_MAX_BYTES = 1024 * 1024,
        UID_BYTES = 256,
        LIKE_PERCENT = 60, /* of the words of titles */
};

/* One draft, and the kept object that tells of the same event. */
typedef struct DraftSearch {
        const DraftEvent *event;
        ObjectRecord *found;
        char uid[UID_BYTES];
        int likest;
        bool is_draft;
} DraftSearch;

static int on_object(const ObjectRecord *record, void *userdata)
{
        DraftSearch *search = userdata;
        int like = draft_object_likeness(
                        search->event->title.text ? search->event->title.text : "", record->name);
        if (like < LIKE_PERCENT || like <= search->likest || strlen(record->uid) >= sizeof(search->uid))
                return 0;
        search->likest = like;
        search->is_draft = record->kind == OBJECT_DRAFT;
        snprintf(search->uid, sizeof(search->uid), "%s", record->uid);
        return 0;
}

static usec_t midnight(const DraftKeep *keep, const DraftDay *day, int later)
{
        CivilTime civil = civil_from_days(date_days(day) + later);
        return (usec_t)zone_to_instant(keep->config->time_zone, &civil) * USEC_PER_SEC;
}

/* Finds the kept event of the same days with the same words, or the draft with the same words. */
static int find_alike(const DraftKeep *keep, DraftSearch *search)
{
        const DraftEvent *event = search->event;
        ObjectFilter filter = { .kinds = 1U << OBJECT_DRAFT };
        if (draft_event_is_dated(event)) {
                filter.kinds |= 1U << OBJECT_EVENT;
                filter.from = midnight(keep, &event->from, 0);
                filter.to = midnight(keep, &event->to, 1);
        }
        return object_each(keep->store, &filter, on_object, search);
}

/* Reads what was found by its words; drops an event that is in another place. */
static int read_alike(const DraftKeep *keep, const DraftSet *set, size_t i, DraftSearch *search)
{
        CLEANUP(event_freep) Event *known = NULL;
        InputError error = { 0 };
        int r = object_find(keep->store, search->uid, &search->found);
        if (r == 0 && search->found->kind == OBJECT_EVENT)
                r = event_parse(keep->zones, search->found->text, search->found->len, &known, &error);
        if (r == 0 && known && !draft_change_is_same_place(set, i, known)) {
                search->found = object_record_free(search->found);
                search->uid[0] = '\0';
        }
        return r;
}

static int find(const DraftKeep *keep, const DraftSet *set, size_t i, DraftSearch *search)
{
        char uid[DRAFT_UID_SIZE];
        *search = (DraftSearch){ .event = &set->events[i] };
        draft_object_uid(set, i, uid);
        int r = object_find(keep->store, uid, &search->found);
        if (r == STORE_E_NOT_FOUND)
                r = find_alike(keep, search);
        if (r == 0 && !search->found && search->uid[0])
                r = read_alike(keep, set, i, search);
        if (r != 0 || (search->found && search->uid[0]))
                return r;
        search->is_draft = search->found && search->found->kind == OBJECT_DRAFT;
        snprintf(search->uid, sizeof(search->uid), "%s", uid);
        return 0;
}

static bool is_unchanged(const DraftSet *set, size_t i, const ObjectRecord *record)
{
        char digest[DRAFT_DIGEST_SIZE];
        draft_object_digest(set, i, digest);
        /* A long line is folded after its first 75 octets. */
        return memmem(record->text, record->len, digest, 40) != NULL;
}

static int put(const DraftKeep *keep, const DraftObject *object)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MAX_BYTES);
        CLEANUP(event_freep) Event *event = NULL;
        InputError error = { 0 };
        ObjectOutcome outcome;
        draft_object_write(object, &text);
        int r = buffer_error(&text);
        if (r == 0)
                r = event_parse(keep->zones, text.data, text.len, &event, &error);
        return r != 0 ? r
                      : object_put_event(keep->store, event,
                                        &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                        .anywhere = true,
                                                        .notify = DUE_NOTIFY_NONE,
                                                        .fallback = keep->config->time_zone,
                                                        .now = keep->now },
                                        &outcome);
}

/* One draft, what was found in the store, and what is to be done. */
typedef struct Keeping {
        const DraftSet *set;
        size_t i;
        char uid[UID_BYTES]; /* of what is kept, for its parts */
        Event *known;
        ObjectRecord *record;
        DraftKept kept;
        DraftChange change;
} Keeping;

static void keeping_done(Keeping *keeping)
{
        event_free(keeping->known);
        object_record_free(keeping->record);
        draft_change_done(&keeping->change);
}

/* Finds out what a draft is in the store: new, changed, unchanged or an event. */
static int look_up(const DraftKeep *keep, Keeping *keeping)
{
        DraftSearch search;
        InputError error = { 0 };
        int r = find(keep, keeping->set, keeping->i, &search);
        ObjectRecord *record = keeping->record = search.found;
        snprintf(keeping->uid, UID_BYTES, "%s", search.uid);
        if (r != 0)
                return r;
        keeping->kept = !record                                          ? DRAFT_CREATED
                        : !search.is_draft                               ? DRAFT_KNOWN
                        : is_unchanged(keeping->set, keeping->i, record) ? DRAFT_UNCHANGED
                                                                         : DRAFT_UPDATED;
        if (record)
                r = event_parse(keep->zones, record->text, record->len, &keeping->known, &error);
        return r == 0 && keeping->kept == DRAFT_KNOWN ? draft_change_init(keeping->set, keeping->i,
                                                                        keeping->known, &keeping->change)
                                                      : r;
}

static int put_draft(const DraftKeep *keep, const Keeping *keeping, const char *parent)
{
        if (keeping->kept == DRAFT_KNOWN || keeping->kept == DRAFT_UNCHANGED)
                return 0;
        return put(keep, &(DraftObject){ keeping->set, keeping->i, keeping->uid, parent, keep->language,
                                         keeping->known, keep->now });
}

typedef char Uid[UID_BYTES];

/* Goes through the drafts, events before their parts. */
static int go_through(const DraftKeep *keep, const DraftSet *set, bool puts)
{
        CLEANUP(cleanup_free) Uid *uids = calloc(set->n_events + 1, sizeof(*uids));
        int r = uids ? 0 : -ENOMEM;
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; r == 0 && i < set->n_events; i++) {
                        size_t parent = set->events[i].parent;
                        if ((parent != SIZE_MAX) != (pass == 1))
                                continue;
                        CLEANUP(keeping_done) Keeping keeping = { .set = set, .i = i };
                        r = look_up(keep, &keeping);
                        memcpy(uids[i], keeping.uid, sizeof(uids[i]));
                        if (r == 0 && puts)
                                r = put_draft(keep, &keeping, parent != SIZE_MAX ? uids[parent] : NULL);
                        if (r == 0 && keep->on_kept)
                                keep->on_kept(&set->events[i], keeping.uid, keeping.kept,
                                                keeping.kept == DRAFT_KNOWN ? &keeping.change : NULL,
                                                keep->userdata);
                }
        return r;
}

int draft_keep(const DraftKeep *keep, const DraftSet *set)
{
        return go_through(keep, set, true);
}

int draft_compare(const DraftKeep *keep, const DraftSet *set)
{
        return go_through(keep, set, false);
}
