#include "remind/whole.h"

#include "calendar/event.h"
#include "remind/due.h"
#include "remind/reader.h"
#include "store/due-index.h"
#include "store/subscription.h"

#include <errno.h>

enum { FOUND = 1 };

/* Longest wait for a reminder of the whole that is due but has no row yet. */
#define WAIT_FOR_ROW (15 * 60 * USEC_PER_SEC)

typedef struct Scope {
        int64_t contact;
        bool is_listed; /* by any subscription */
        bool is_alone;  /* by one to this very event */
} Scope;

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Scope *scope = userdata;
        scope->is_listed = true;
        scope->is_alone = scope->is_alone || subscription->scope == SUBSCRIBE_EVENT;
        return 0;
}

static int scope_of(Store *store, const ObjectRecord *record, int64_t contact, Scope *ret)
{
        *ret = (Scope){ 0 };
        return subscription_matching_contact(store, record->uid, "", record->categories, record->collection,
                        contact, on_subscription, ret);
}

/* Finds the record of the part's parent. If there is none, *ret is NULL. */
static int find_parent(Store *store, const ObjectRecord *part, ObjectRecord **ret)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(store_zones(store), part->text, part->len, &event, NULL);
        if (r == 0 && event_parent(event))
                r = object_find(store, event_parent(event), ret);
        return r == EVENT_E_INVALID || r == STORE_E_NOT_FOUND ? 0 : r;
}

int whole_find(Store *store, const ObjectRecord *part, int64_t contact, ObjectRecord **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        Scope of_part, of_whole;
        *ret = NULL;
        int r = find_parent(store, part, &parent);
        if (r != 0 || !parent || parent->kind != OBJECT_EVENT || part->start < parent->start ||
                        part->end > parent->end)
                return r;
        r = scope_of(store, part, contact, &of_part);
        if (r == 0)
                r = scope_of(store, parent, contact, &of_whole);
        if (r == 0 && !of_part.is_alone && of_whole.is_listed)
                *ret = TAKE_PTR(parent);
        return r;
}

void whole_done(WholeItem *whole)
{
        object_record_free(whole->record);
        event_free(whole->event);
}

static int show(Store *store, int64_t contact, WholeItem *whole)
{
        whole->item = (EventItem){ whole->event, whole->record, &whole->occurrence, PUBLISH_PUBLIC };
        int r = audience_of(store, contact, whole->record->id, &whole->item.audience);
        return r == 0 && event_item_is_hidden(&whole->item) ? STORE_E_NOT_FOUND : r;
}

int whole_load(Store *store, const Event *part, int64_t contact, WholeItem *ret)
{
        const char *uid = event_parent(part);
        *ret = (WholeItem){ .record = NULL };
        int r = uid ? object_find(store, uid, &ret->record) : STORE_E_NOT_FOUND;
        if (r == 0)
                r = event_parse(store_zones(store), ret->record->text, ret->record->len, &ret->event, NULL);
        if (r == 0)
                r = show(store, contact, ret);
        if (r == 0)
                return 0;
        ret->record = object_record_free(ret->record);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
}

/* Whether the whole is due to be processed, so that the row of its reminder may be missing yet. */
static int is_due(Store *store, const ObjectRecord *whole, usec_t now, bool *ret)
{
        DueEntry entry;
        int r = due_index_get(store, whole->id, &entry);
        *ret = r == 0 && entry.next <= now;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

int whole_says(Store *store, const ObjectRecord *whole, const MailRecord *mail, usec_t now, WholeSays *ret)
{
        bool told = false, open = false, due = false;
        int r = ledger_told_with(store, mail, whole->uid, &told);
        if (r == 0 && !told)
                r = ledger_has_open_reminder(store, mail->contact, whole->uid, now, &open);
        if (r == 0 && !told && !open && now - mail->due < WAIT_FOR_ROW)
                r = is_due(store, whole, now, &due);
        *ret = told ? WHOLE_HAS_TOLD : open || due ? WHOLE_WILL_SAY : WHOLE_SAYS_NOTHING;
        return r;
}

static int on_reminder(const Reminder *reminder, void *userdata)
{
        (void)reminder;
        (void)userdata;
        return FOUND;
}

int whole_reminds(Store *store, const Config *config, const ObjectRecord *part, int64_t contact,
                usec_t until, bool *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *whole = NULL;
        *ret = false;
        int r = whole_find(store, part, contact, &whole);
        if (r == 0 && whole)
                r = due_each(store, config, whole, INT64_MIN, INT64_MIN, until, contact, on_reminder, NULL);
        *ret = r == FOUND;
        return r == FOUND ? 0 : r;
}
