#include "draft/keep.h"

#include "calendar/event.h"
#include "draft/draft.h"
#include "draft/object.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OBJECT_MAX_BYTES = 1024 * 1024, LIKE_PERCENT = 60, UID_BYTES = 256 };

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

static int find(const DraftKeep *keep, const DraftSet *set, size_t i, DraftSearch *search)
{
        char uid[DRAFT_UID_SIZE];
        *search = (DraftSearch){ .event = &set->events[i] };
        draft_object_uid(set, i, uid);
        int r = object_find(keep->store, uid, &search->found);
        if (r == STORE_E_NOT_FOUND)
                r = find_alike(keep, search);
        if (r != 0)
                return r;
        if (!search->found && search->uid[0])
                return object_find(keep->store, search->uid, &search->found);
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

/* Keeps one draft. @ret_uid: the UID of what is kept, for its parts */
static int keep_one(const DraftKeep *keep, const DraftSet *set, size_t i, const char *parent, char *ret_uid,
                DraftKept *ret)
{
        CLEANUP(event_freep) Event *known = NULL;
        DraftSearch search;
        InputError error = { 0 };
        int r = find(keep, set, i, &search);
        CLEANUP(object_record_freep) ObjectRecord *record = search.found;
        snprintf(ret_uid, UID_BYTES, "%s", search.uid);
        if (r != 0)
                return r;
        *ret = !record                        ? DRAFT_CREATED
               : !search.is_draft             ? DRAFT_KNOWN
               : is_unchanged(set, i, record) ? DRAFT_UNCHANGED
                                              : DRAFT_UPDATED;
        if (*ret == DRAFT_KNOWN || *ret == DRAFT_UNCHANGED)
                return 0;
        if (record)
                r = event_parse(keep->zones, record->text, record->len, &known, &error);
        return r != 0 ? r
                      : put(keep, &(DraftObject){ set, i, search.uid, parent, keep->language, known,
                                                  keep->now });
}

typedef char Uid[UID_BYTES];

int draft_keep(const DraftKeep *keep, const DraftSet *set)
{
        CLEANUP(cleanup_free) Uid *uids = calloc(set->n_events + 1, sizeof(*uids));
        int r = uids ? 0 : -ENOMEM;
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; r == 0 && i < set->n_events; i++) {
                        size_t parent = set->events[i].parent;
                        DraftKept kept;
                        if ((parent != SIZE_MAX) != (pass == 1))
                                continue;
                        r = keep_one(keep, set, i, parent != SIZE_MAX ? uids[parent] : NULL, uids[i], &kept);
                        if (r == 0 && keep->on_kept)
                                keep->on_kept(&set->events[i], uids[i], kept, keep->userdata);
                }
        return r;
}
