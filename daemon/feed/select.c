#include "feed/select.h"

#include "base/time.h"
#include "store/address.h"
#include "store/audience.h"
#include "store/meeting.h"

#include <errno.h>
#include <string.h>

enum { SUBSCRIPTIONS_BYTES = 16 * 1024 * 1024 };

void feed_select_window(FeedSelection *selection, const Config *config, int64_t day)
{
        Duration past = config->feed.past, future = config->feed.future;
        past.negative = !past.negative;
        selection->day_start = day * USEC_PER_DAY;
        selection->from = duration_shift_days(day, &past) * USEC_PER_DAY;
        selection->to = (duration_shift_days(day, &future) + 1) * USEC_PER_DAY;
}

typedef struct Search {
        const char *name;
        bool found;
} Search;

static int on_calendar(const Collection *collection, void *userdata)
{
        Search *search = userdata;
        bool is_public = !collection->is_cards && !collection->owner[0];
        search->found = search->found || (is_public && strcmp(collection->name, search->name) == 0);
        return 0;
}

/*
 * Whether a name has no capital letters. Categories in the store have none, so the address of a feed with
 * capital letters does not exist.
 */
static bool is_small(const char *name)
{
        while (*name && !(*name >= 'A' && *name <= 'Z'))
                name++;
        return !*name;
}

int feed_select_check(const FeedName *name, const Config *config, Store *store)
{
        Search search = { .name = name->target };
        if (name->scope == FEED_KIND)
                return config_kind(config, name->target) && is_small(name->target) ? 0 : FEED_E_NOT_FOUND;
        if (name->scope != FEED_CALENDAR)
                return 0;
        int r = collection_each(store, on_calendar, &search);
        return r != 0 || search.found ? r : FEED_E_NOT_FOUND;
}

/* The separator of scope and target in a line stands for the origin of the listing. */
enum { GIVEN = ':', OWN = '.' };

static int on_subscription(const Subscription *subscription, void *userdata)
{
        char origin = subscription->origin == SUBSCRIPTION_GIVEN ? GIVEN : OWN;
        buffer_printf(userdata, "%d%c%s\n", (int)subscription->scope, origin, subscription->target);
        return 0;
}

int feed_select_subscriptions(Store *store, int64_t contact, char **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(SUBSCRIPTIONS_BYTES);
        int r = subscription_each(store, contact, on_subscription, &text);
        if (r == 0)
                r = buffer_error(&text);
        if (r != 0)
                return r;
        *ret = buffer_take(&text);
        return *ret ? 0 : -ENOMEM;
}

static bool has_category(const ObjectRecord *record, const char *name, size_t len)
{
        for (const char *at = record->categories; (at = strchr(at, ',')); at++)
                if (strncmp(at + 1, name, len) == 0 && at[1 + len] == ',')
                        return true;
        return false;
}

/* Whether the listing of one line includes an object. */
static bool line_has(SubscriptionScope scope, const char *target, size_t len, const ObjectRecord *record)
{
        const char *name = scope == SUBSCRIBE_EVENT      ? record->uid
                           : scope == SUBSCRIBE_CALENDAR ? record->collection
                                                         : "";
        if (scope == SUBSCRIBE_ALL || (scope == SUBSCRIBE_KIND && has_category(record, target, len)))
                return true;
        return strlen(name) == len && len > 0 && memcmp(name, target, len) == 0;
}

/*
 * Whether a contact is listed for an object, and what it may see of the object. A contact without any
 * listing gets all public objects, as if the office had listed it for everything.
 */
static bool is_subscribed(const char *subscribed, const ObjectRecord *record, PublishAudience *ret_audience)
{
        bool is = *subscribed == '\0';
        *ret_audience = is ? PUBLISH_LISTED : PUBLISH_PUBLIC;
        for (const char *at = subscribed; *at; at = strchr(at, '\n') + 1) {
                char *target;
                SubscriptionScope scope = (SubscriptionScope)strtol(at, &target, 10);
                SubscriptionOrigin origin = *target == GIVEN ? SUBSCRIPTION_GIVEN : SUBSCRIPTION_OWN;
                size_t len = strcspn(++target, "\n");
                if (!line_has(scope, target, len, record))
                        continue;
                audience_widen(scope, origin, ret_audience);
                is = true;
        }
        return is;
}

/*
 * Whether a private feed has an object: the contact is listed for it, and it is not hidden from the
 * contact.
 */
static bool is_for_contact(const char *subscribed, const ObjectRecord *record)
{
        PublishAudience audience;
        return is_subscribed(subscribed, record, &audience) &&
               publish_is_visible(audience, event_class_of(record->class));
}

static bool is_booking(const ObjectRecord *record)
{
        return strcmp(record->collection, COLLECTION_MEETINGS) == 0;
}

/*
 * Whether the contact is a side of the meeting: its host, or its visitor by the address. A listing does
 * not make a contact a side.
 */
static int find_side(const FeedSelection *selection, Store *store, const ObjectRecord *record, bool *ret)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        char address[ADDRESS_SIZE];
        int r = meeting_get_by_uid(store, record->uid, &meeting);
        *ret = false;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        address_fold(meeting->visitor.address, address);
        *ret = strcmp(meeting->host, selection->contact->uid) == 0 ||
               strcmp(address, selection->contact->address) == 0;
        return 0;
}

int feed_select_audience(const FeedSelection *selection, Store *store, const ObjectRecord *record,
                PublishAudience *ret)
{
        bool is_side = false;
        *ret = PUBLISH_PUBLIC;
        if (selection->name->scope != FEED_PRIVATE)
                return 0;
        if (!is_booking(record)) {
                is_subscribed(selection->subscribed, record, ret);
                return 0;
        }
        int r = find_side(selection, store, record, &is_side);
        if (is_side)
                *ret = PUBLISH_CONTACT;
        return r;
}

static bool in_scope(const FeedSelection *selection, const ObjectRecord *record)
{
        const FeedName *name = selection->name;
        switch (name->scope) {
        case FEED_ALL:
                return true;
        case FEED_KIND:
                return strcmp(record->class, "CONFIDENTIAL") != 0 &&
                       has_category(record, name->target, strlen(name->target));
        case FEED_CALENDAR:
                return strcmp(record->collection, name->target) == 0;
        case FEED_EVENT:
                return strcmp(record->uid, name->target) == 0;
        case FEED_PRIVATE:
                return is_booking(record) || is_for_contact(selection->subscribed, record);
        }
        return false;
}

static bool in_window(const FeedSelection *selection, const ObjectRecord *record)
{
        if (selection->name->scope == FEED_EVENT)
                return true;
        if (record->start >= selection->to ||
                        (record->end <= selection->from && record->start < selection->from))
                return false;
        return strcmp(record->status, "CANCELLED") != 0 || record->end == USEC_INFINITY ||
               record->end + FEED_CANCELLED_STAYS_DAYS * USEC_PER_DAY >= selection->day_start;
}

bool feed_select_has(const FeedSelection *selection, const ObjectRecord *record)
{
        return record->kind == OBJECT_EVENT && in_scope(selection, record) && in_window(selection, record);
}

typedef struct Newest {
        Store *store;
        bool is_public;
        usec_t time;
} Newest;

static int on_collection(const Collection *collection, void *userdata)
{
        Newest *newest = userdata;
        usec_t time;
        const char *name = collection->name;
        if (collection->is_cards || collection->owner[0])
                return 0;
        int r = newest->is_public ? object_newest_public(newest->store, name, &time)
                                  : object_newest_change(newest->store, name, NULL, &time);
        if (r == 0 && time > newest->time)
                newest->time = time;
        return r;
}

int feed_select_modified(const FeedName *name, Store *store, usec_t *ret)
{
        Newest newest = { .store = store, .is_public = name->scope != FEED_PRIVATE };
        if (name->scope == FEED_KIND)
                return object_newest_change(store, NULL, name->target, ret);
        if (name->scope == FEED_CALENDAR)
                return object_newest_public(store, name->target, ret);
        int r = collection_each(store, on_collection, &newest);
        if (r == 0)
                *ret = newest.time;
        return r;
}
