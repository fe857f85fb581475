#include "dav/tree.h"

#include "calendar/object-mask.h"
#include "dav/home.h"
#include "dav/privacy.h"
#include "meet/host-calendar.h"
#include "schedule/deliver.h"
#include "store/epoch.h"
#include "store/object.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* A walk over the collections of the store. */
typedef struct CollectionWalk {
        Store *store;
        const DavView *home;
        Account account;
        bool is_cards, has_host; /* `has_host`: the account's calendar of meetings was passed */
        int (*on_view)(const DavView *view, void *userdata);
        void *userdata;
} CollectionWalk;

/* An account that gets other rights sees other texts, so its tokens hold only for one kind of view. */
static void mask(DavView *view)
{
        view->is_masked = true;
        strcat(view->epoch, "~");
}

/* Sets what a view has of its collection, and what the account may do with it. */
static int set_collection(Store *store, const Account *account, const Collection *collection, DavView *view)
{
        int r = account_access_to(store, account, collection, &view->access);
        if (r != 0)
                return r;
        if (view->access == ACCOUNT_NO_ACCESS)
                return STORE_E_NOT_FOUND;
        if (!collection->is_cards && view->access < ACCOUNT_WRITE)
                mask(view);
        /* Only the steps of a meeting change its booking. */
        if (strcmp(collection->name, COLLECTION_MEETINGS) == 0 && view->access > ACCOUNT_READ)
                view->access = ACCOUNT_READ;
        view->collection = *collection;
        view->sequence = collection->sequence;
        view->kinds = home_kinds(collection);
        view->resource.kind = collection->scheduling == COLLECTION_INBOX ? DAV_INBOX
                              : collection->is_cards                     ? DAV_ADDRESSBOOK
                                                                         : DAV_CALENDAR;
        strcpy(view->resource.account, view->login->name);
        return 0;
}

/* Makes of the view of a calendar that of its drafts. Return: whether the account sees them. */
static bool turn_to_drafts(DavView *view)
{
        if (!home_has_drafts(&view->collection) || view->access != ACCOUNT_WRITE)
                return false;
        view->is_drafts = true;
        view->kinds = 1U << OBJECT_DRAFT;
        return true;
}

/* Passes the drafts of a calendar, unless the account has a calendar of the same name. */
static int take_drafts(const CollectionWalk *walk, const DavView *calendar)
{
        DavView view = *calendar;
        Collection own;
        size_t len = strlen(view.resource.collection);
        if (len + strlen(COLLECTION_DRAFTS) >= sizeof(view.resource.collection) || !turn_to_drafts(&view))
                return 0;
        strcpy(view.resource.collection + len, COLLECTION_DRAFTS);
        int r = home_find(walk->store, view.login->name, false, view.resource.collection, &own);
        return r == STORE_E_NOT_FOUND ? walk->on_view(&view, walk->userdata) : r;
}

static int take_collection(const Collection *collection, void *userdata)
{
        CollectionWalk *walk = userdata;
        DavView view = *walk->home;
        if (collection->is_cards != walk->is_cards || collection->scheduling == COLLECTION_INBOX)
                return 0;
        int r = set_collection(walk->store, &walk->account, collection, &view);
        walk->has_host |= r == 0 && collection->scheduling == COLLECTION_HOST &&
                          strcasecmp(collection->owner, view.login->name) == 0;
        if (r == 0)
                r = home_segment(walk->store, view.login->name, collection, view.resource.collection);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = walk->on_view(&view, walk->userdata);
        return r != 0 ? r : take_drafts(walk, &view);
}

/* Passes the calendar of meetings that a host will get with the first booking. */
static int take_future_host(CollectionWalk *walk)
{
        Collection calendar;
        if (walk->is_cards || walk->has_host)
                return 0;
        int r = host_calendar_find(walk->store, walk->home->config, walk->home->login->name, &calendar);
        return r == STORE_E_NOT_FOUND ? 0 : r != 0 ? r : take_collection(&calendar, walk);
}

static int walk_collections(CollectionWalk *walk)
{
        int r = account_get(walk->store, walk->home->login->name, &walk->account);
        if (r == 0)
                r = collection_each(walk->store, take_collection, walk);
        if (r == 0)
                r = take_future_host(walk);
        explicit_bzero(walk->account.password, sizeof(walk->account.password));
        return r;
}

/* Notes the calendar that takes invitations (RFC 6638, 9.2). */
static int find_default(Store *store, const char *login, DavView *view)
{
        Collection calendar;
        const ScheduleWork work = { .store = store, .config = view->config };
        int r = deliver_default_calendar(&work, login, false, &calendar);
        if (r == 0)
                strcpy(view->default_calendar, calendar.segment);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* The inbox is made with its first message, and the outbox is not in the store. */
static int find_box(Store *store, DavView *view)
{
        const bool is_inbox = view->resource.kind != DAV_OUTBOX;
        char login[ACCOUNT_NAME_SIZE];
        account_login(view->login->name, login);
        if (!schedule_is_on(view->config))
                return STORE_E_NOT_FOUND;
        int r = is_inbox ? collection_inbox(store, login, &view->collection) : STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND) {
                view->collection = (Collection){ .components = COLLECTION_VEVENT | COLLECTION_VTODO,
                        .scheduling = COLLECTION_INBOX };
                strcpy(view->collection.owner, login);
                if (is_inbox)
                        collection_inbox_name(login, view->collection.name);
                r = 0;
        }
        strcpy(view->collection.segment, is_inbox ? DAV_INBOX_NAME : DAV_OUTBOX_NAME);
        strcpy(view->resource.collection, view->collection.segment);
        view->access = ACCOUNT_WRITE;
        view->sequence = view->collection.sequence;
        view->kinds = is_inbox ? 1U << OBJECT_MESSAGE : 0;
        return r == 0 && is_inbox ? find_default(store, login, view) : r;
}

/* Finds a collection by the last part of its path. @ret_is_drafts: its drafts are meant */
static int find_segment(Store *store, const DavView *view, Collection *ret, bool *ret_is_drafts)
{
        char calendar[COLLECTION_SEGMENT_SIZE];
        const char *segment = view->resource.collection;
        bool is_cards = view->resource.kind & (DAV_ADDRESSBOOK | DAV_CARD);
        int r = home_find(store, view->login->name, is_cards, segment, ret);
        *ret_is_drafts = r == STORE_E_NOT_FOUND && !is_cards && home_drafts_of(segment, calendar);
        if (*ret_is_drafts)
                return home_find(store, view->login->name, false, calendar, ret);
        if (r == STORE_E_NOT_FOUND && !is_cards && strcmp(segment, COLLECTION_HOST_SEGMENT) == 0)
                r = host_calendar_find(store, view->config, view->login->name, ret);
        return r;
}

/* Finds the collection of the view, or that of its member. */
static int find_collection(Store *store, DavView *view)
{
        Collection collection;
        Account account;
        bool is_drafts;
        int r = find_segment(store, view, &collection, &is_drafts);
        if (r == 0)
                r = account_get(store, view->login->name, &account);
        if (r != 0)
                return r;
        r = set_collection(store, &account, &collection, view);
        explicit_bzero(account.password, sizeof(account.password));
        return r == 0 && is_drafts && !turn_to_drafts(view) ? STORE_E_NOT_FOUND : r;
}

static int keep_member(const ObjectHead *head, void *userdata)
{
        DavView *view = userdata;
        if (!(view->kinds & 1U << head->kind))
                return STORE_E_NOT_FOUND;
        view->member = member_of_head(head, view->is_masked);
        return 0;
}

int tree_find_member(Store *store, DavView *view)
{
        view->member = (DavMember){ .id = 0 };
        return object_head_get(store, view->collection.name, view->resource.member, keep_member, view);
}

static int hide_private(ObjectRecord **record)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(OBJECT_MASK_MAX_BYTES);
        ObjectRecord masked, *copy = NULL;
        int r = privacy_hide(*record, &text, &masked);
        if (r == 0 && !(copy = object_record_copy(&masked)))
                r = -ENOMEM;
        if (r != 0)
                return r;
        object_record_free(*record);
        *record = copy;
        return 0;
}

int tree_read_member(Store *store, DavView *view, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        *ret = NULL;
        view->member = (DavMember){ .id = 0 };
        int r = object_get(store, view->collection.name, view->resource.member, &record);
        if (r == 0 && !(view->kinds & 1U << record->kind))
                r = STORE_E_NOT_FOUND;
        if (r == 0 && view->is_masked)
                r = hide_private(&record);
        if (r != 0)
                return r;
        view->member = member_of_record(record, view->is_masked);
        *ret = TAKE_PTR(record);
        return 0;
}

/* Finds what is in a home: a collection or a member. */
static int find_inside(Store *store, DavView *view)
{
        const DavResource resource = view->resource;
        int r = resource.kind & (DAV_INBOX | DAV_OUTBOX | DAV_MESSAGE) ? find_box(store, view)
                                                                       : find_collection(store, view);
        if (r != 0 || !(resource.kind & DAV_MEMBERS))
                return r;
        view->resource.kind = resource.kind;
        return tree_find_member(store, view);
}

int tree_find(Store *store, DavView *view)
{
        char asked[ACCOUNT_NAME_SIZE], own[ACCOUNT_NAME_SIZE];
        account_login(view->resource.account, asked);
        account_login(view->login->name, own);
        view->access = ACCOUNT_READ;
        view->is_drafts = view->is_masked = false;
        view->sequence = 0;
        view->kinds = 0;
        view->collection = (Collection){ .sequence = 0 };
        view->member = (DavMember){ .id = 0 };
        if (asked[0] && strcmp(asked, own) != 0)
                return STORE_E_NOT_FOUND;
        if (asked[0])
                strcpy(view->resource.account, view->login->name);
        int r = epoch_get(store, view->epoch);
        return r == 0 && view->resource.kind & (DAV_SYNCED | DAV_OUTBOX | DAV_MEMBERS)
                               ? find_inside(store, view)
                               : r;
}

static int take_fixed(const DavView *view, DavKind kind, bool of_account,
                int (*on_view)(const DavView *view, void *userdata), void *userdata)
{
        DavView member = *view;
        member.resource = (DavResource){ .kind = kind };
        if (of_account)
                strcpy(member.resource.account, view->login->name);
        return on_view(&member, userdata);
}

/* A walk over the members of a collection. */
typedef struct MemberWalk {
        DavView view;
        int (*on_view)(const DavView *view, void *userdata);
        void *userdata;
} MemberWalk;

static int take_object(const ObjectHead *head, void *userdata)
{
        MemberWalk *walk = userdata;
        DavView *view = &walk->view;
        /* A hidden event has a name that no address can have (store/object-hide.h). */
        if (!(view->kinds & 1U << head->kind) || !dav_name_is_valid(head->resource, strlen(head->resource)))
                return 0;
        strcpy(view->resource.member, head->resource);
        view->member = member_of_head(head, view->is_masked);
        return walk->on_view(view, walk->userdata);
}

static int walk_objects(Store *store, const DavView *view,
                int (*on_view)(const DavView *view, void *userdata), void *userdata)
{
        MemberWalk walk = { *view, on_view, userdata };
        walk.view.resource.kind = dav_member_kind(view->resource.kind);
        return object_head_each(store, view->collection.name, take_object, &walk);
}

static int take_boxes(Store *store, const DavView *home, int (*on_view)(const DavView *view, void *userdata),
                void *userdata)
{
        static const DavKind kinds[] = { DAV_INBOX, DAV_OUTBOX };
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                DavView view = *home;
                view.resource.kind = kinds[i];
                r = find_box(store, &view);
                r = r == STORE_E_NOT_FOUND ? 0 : r != 0 ? r : on_view(&view, userdata);
        }
        return r;
}

static int take_home(CollectionWalk *walk)
{
        int r = walk_collections(walk);
        return r != 0 || walk->is_cards ? r
                                        : take_boxes(walk->store, walk->home, walk->on_view, walk->userdata);
}

int tree_each_member(Store *store, const DavView *view, int (*on_view)(const DavView *view, void *userdata),
                void *userdata)
{
        CollectionWalk walk = { .store = store, .home = view, .on_view = on_view, .userdata = userdata };
        switch (view->resource.kind) {
        case DAV_ROOT:
                return take_fixed(view, DAV_PRINCIPALS, false, on_view, userdata);
        case DAV_PRINCIPALS:
                return take_fixed(view, DAV_PRINCIPAL, true, on_view, userdata);
        case DAV_CALENDARS:
        case DAV_ADDRESSBOOKS:
                walk.is_cards = view->resource.kind == DAV_ADDRESSBOOKS;
                return take_home(&walk);
        case DAV_CALENDAR:
        case DAV_INBOX:
        case DAV_ADDRESSBOOK:
                return walk_objects(store, view, on_view, userdata);
        default:
                return 0;
        }
}
