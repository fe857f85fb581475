#include "dav/sync-collection.h"

#include "dav/member-data.h"
#include "dav/multistatus.h"
#include "dav/query-zone.h"
#include "dav/sync-token.h"
#include "dav/tree.h"
#include "store/object-head.h"
#include "store/promotion.h"
#include "store/prune.h"

#include <string.h>

enum { STATUS_BAD_REQUEST = 400, STATUS_FORBIDDEN = 403, CUT = 1 };

typedef struct Sync {
        DavCall *call;
        const Report *report;
        DavView view;      /* of the member that is written */
        bool is_first;     /* without a token: no removed members (RFC 6578, 3.4) */
        int64_t beginning; /* deletions until this change are not told (dav/sync-token.h) */
        int64_t since;     /* the change of the client's token */
        int64_t last;      /* the number of the last change that was read */
        int64_t before;    /* of the one before it: the reply has all changes until this one */
        int64_t n;         /* of responses */
        QueryZone zone;
        MemberData data;
        Multistatus out;
} Sync;

static void sync_done(Sync *sync)
{
        query_zone_done(&sync->zone);
        member_data_done(&sync->data);
        multistatus_done(&sync->out);
}

/*
 * Adds the response of a member that is there, with its text if that is asked for. If no more texts can be
 * made, the reply ends before this change, and the client asks for it again. If the reply would then have no
 * change, the member is told of without its text.
 */
static int add_present(Sync *sync, const ObjectHead *head)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const Propfind *find = &sync->report->find;
        DavView *view = &sync->view;
        int r = 0;
        view->member = member_of_head(head, view->is_masked);
        view->data = &find->data;
        if (find->data.is_wanted)
                r = tree_read_member(sync->call->store, view, &record);
        if (r == 0 && find->data.is_wanted)
                r = member_data_make(&sync->data, &view->member);
        if (r == MEMBER_DATA_E_MANY && sync->before > sync->since) {
                sync->last = sync->before;
                return CUT;
        }
        if (r == MEMBER_DATA_E_MANY) {
                view->member.text = NULL;
                view->member.lacks_part = true;
                r = 0;
        }
        if (r == 0)
                r = multistatus_add(&sync->out, view, find);
        view->member.text = view->member.part = NULL;
        return r;
}

static int add_removed(Sync *sync)
{
        return multistatus_add_status(&sync->out, &sync->view.resource, sync->view.prefix, "404 Not Found");
}

/*
 * Takes one change. An object that is no member, such as a draft that has been an event, is one that was
 * removed. An event that is hidden has a name that no address can have (store/object-hide.h).
 */
static int take_change(const ObjectDelta *delta, void *userdata)
{
        Sync *sync = userdata;
        const ObjectHead *head = delta->head;
        bool is_member = head && sync->view.kinds & 1U << head->kind;
        if (sync->report->limit >= 0 && sync->n >= sync->report->limit && delta->change != sync->last)
                return CUT;
        if (delta->change != sync->last)
                sync->before = sync->last;
        sync->last = delta->change;
        bool is_known = is_member || (!sync->is_first && delta->change > sync->beginning);
        if (!is_known || !dav_name_is_valid(delta->resource, strlen(delta->resource)))
                return 0;
        strcpy(sync->view.resource.member, delta->resource);
        sync->n++;
        return is_member ? add_present(sync, head) : add_removed(sync);
}

static int write_changes(Sync *sync, int64_t since)
{
        const DavView *collection = &sync->call->view;
        SyncState state = { collection->sequence, 0 };
        char token[SYNC_TOKEN_SIZE];
        sync->since = sync->last = sync->before = since;
        multistatus_begin(&sync->out, sync->call->request, sync->call->store);
        const unsigned with = (sync->is_first ? 0 : OBJECT_DELTA_DELETED) |
                              (collection->kinds & 1U << OBJECT_DRAFT ? OBJECT_DELTA_UNPUBLISHED : 0);
        int r = object_delta_each(
                        sync->call->store, collection->collection.name, since, with, take_change, sync);
        if (r == CUT)
                state = (SyncState){ sync->last, sync->beginning };
        sync_token_write(collection->epoch, state, token);
        if (r == CUT)
                r = multistatus_add_cut(&sync->out, collection);
        buffer_printf(&sync->out.spool.buffer, "<D:sync-token>%s</D:sync-token>\n", token);
        return r != 0 ? r : multistatus_reply(&sync->out);
}

/*
 * Whether the request is valid: there is a token, and a level, or the field Depth of a client that follows
 * the drafts of RFC 6578, which had no level. With a level, Depth must be 0 (3.2), but python-caldav sends 1
 * with a level of 1, which can have no other meaning.
 */
static bool is_valid(const Report *report)
{
        const char *level = report->sync.level;
        bool is_one = level && strcmp(level, "1") == 0;
        if (!report->sync.token)
                return false;
        return !level || (report->depth == 0 && strcmp(level, "infinite") == 0) ||
               (is_one && report->depth != REPORT_DEPTH_INFINITY);
}

static int check_number(const DavCall *call, int64_t change)
{
        bool is_lost;
        int r = promotion_has_lost(call->store, change, &is_lost);
        return r == 0 && is_lost ? SYNC_E_TOKEN : r;
}

/*
 * Reads a token. One that lacks a deletion whose tombstone was removed is not valid any more: its client
 * would not hear of that deletion. One with a change that a promoted standby has lost is not valid either.
 */
static int read_token(const DavCall *call, const char *token, SyncState *ret)
{
        int64_t pruned;
        int r = sync_token_read(token, call->view.epoch, call->view.sequence, ret);
        if (r == 0)
                r = check_number(call, ret->change);
        if (r == 0 && ret->beginning > ret->change)
                r = check_number(call, ret->beginning);
        if (r == 0)
                r = prune_last(call->store, call->view.collection.name, &pruned);
        return r == 0 && ret->beginning < pruned ? SYNC_E_TOKEN : r;
}

int sync_collection_reply(DavCall *call, Report *report)
{
        CLEANUP(sync_done) Sync sync = { call, report, call->view, .out = MULTISTATUS_INIT };
        const char *token = report->sync.token;
        SyncState since = { 0, call->view.sequence };
        if (!is_valid(report))
                return http_reply_error(call->request, STATUS_BAD_REQUEST, NULL);
        sync.is_first = !token[0];
        int r = query_zone_init(call, report, &sync.zone);
        if (r != 0)
                return r > 0 ? query_zone_refuse(call, r) : r;
        member_data_init(&sync.data, &report->find.data, call->zones, sync.zone.zone, call->work_end);
        r = token[0] ? read_token(call, token, &since) : 0;
        if (r == SYNC_E_TOKEN)
                return dav_reply_precondition(
                                call->request, STATUS_FORBIDDEN, "D:valid-sync-token", NULL, NULL);
        if (r != 0)
                return r;
        if (report->limit == 0)
                return dav_reply_precondition(call->request, STATUS_FORBIDDEN,
                                "D:number-of-matches-within-limits", NULL, NULL);
        sync.view.resource.kind = dav_member_kind(call->view.resource.kind);
        sync.beginning = since.beginning;
        return write_changes(&sync, since.change);
}
