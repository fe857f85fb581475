#include "remind/fanout.h"

#include "base/log.h"
#include "letter/event-item.h"
#include "remind/row-texts.h"
#include "store/ledger.h"
#include "store/subscription.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KIND_DEFAULT "default"

enum {
        CONTACTS_BATCH = 100, /* in one transaction; a larger batch would block the event loop */
};

/* The leads of one contact for one event. */
typedef struct Listing {
        int64_t contact;
        int64_t subscription;    /* id of the most specific one; of equally specific ones, the newest */
        SubscriptionScope scope; /* of that subscription */
        usec_t since;            /* when it was created */
        usec_t first;            /* when the first of all of them was created */
        Lead leads[LEADS_MAX];
        size_t n_leads;
        bool own_leads;   /* the leads are the subscription's: the event's and the kind's do not apply */
        bool is_of_whole; /* listed only for the event that this one is a part of: no reminders */
        PublishAudience audience; /* the widest of all subscriptions */
} Listing;

typedef struct Listings {
        const char *uid; /* of the event */
        Listing *items;  /* has an element for each contact of the batch */
        size_t n;
} Listings;

static void add_lead(Lead *leads, size_t *n, const Lead *lead)
{
        char text[LEAD_TEXT_SIZE], other[LEAD_TEXT_SIZE];
        lead_format(lead, text);
        for (size_t i = 0; i < *n; i++) {
                lead_format(&leads[i], other);
                if (strcmp(text, other) == 0)
                        return;
        }
        if (*n < LEADS_MAX)
                leads[(*n)++] = *lead;
}

static void add_kind_leads(const ConfigKind *kind, Listing *listing)
{
        for (size_t i = 0; kind && i < kind->n_remind; i++)
                add_lead(listing->leads, &listing->n_leads, &kind->remind[i]);
}

/*
 * Adds the event's own alarms. If it has none, adds the leads of the first of its kinds that has leads. An
 * event without a configured kind has those of the kind `default`, if that is configured.
 */
static void default_leads(const EventContext *context, Listing *listing)
{
        Lead lead;
        for (size_t i = 0; event_alarm(context->event, i, &lead); i++)
                add_lead(listing->leads, &listing->n_leads, &lead);
        const char *category;
        bool has_kind = false;
        for (size_t i = 0; listing->n_leads == 0 && (category = event_category(context->event, i)); i++) {
                const ConfigKind *kind = config_kind(context->config, category);
                add_kind_leads(kind, listing);
                has_kind = has_kind || kind;
        }
        if (listing->n_leads == 0 && !has_kind)
                add_kind_leads(config_kind(context->config, KIND_DEFAULT), listing);
}

static void parse_leads(const char *text, Listing *listing)
{
        char copy[LEADS_MAX * LEAD_TEXT_SIZE], *rest = copy, *word;
        snprintf(copy, sizeof(copy), "%s", text);
        while ((word = strsep(&rest, ","))) {
                Lead lead;
                if (lead_parse(word, &lead) == 0)
                        add_lead(listing->leads, &listing->n_leads, &lead);
        }
}

/* Ranks scopes from general to specific. */
static int scope_rank(SubscriptionScope scope)
{
        static const int ranks[] = {
                [SUBSCRIBE_ALL] = 1,
                [SUBSCRIBE_CALENDAR] = 2,
                [SUBSCRIBE_KIND] = 3,
                [SUBSCRIBE_EVENT] = 4,
        };
        return (size_t)scope < sizeof(ranks) / sizeof(ranks[0]) ? ranks[scope] : 0;
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        Listings *listings = userdata;
        Listing *last = listings->n ? &listings->items[listings->n - 1] : NULL;
        if (!last || last->contact != subscription->contact) {
                last = &listings->items[listings->n++];
                *last = (Listing){
                        .contact = subscription->contact, .first = subscription->created, .is_of_whole = true
                };
        }
        last->first = subscription->created < last->first ? subscription->created : last->first;
        if (subscription_is_of_whole(subscription, listings->uid))
                return 0;
        last->is_of_whole = false;
        audience_widen(subscription->scope, subscription->origin, &last->audience);
        int rank = scope_rank(subscription->scope), last_rank = scope_rank(last->scope);
        if (rank < last_rank || (rank == last_rank && subscription->id < last->subscription))
                return 0;
        last->subscription = subscription->id;
        last->scope = subscription->scope;
        last->since = subscription->created;
        last->own_leads = subscription->leads[0] != '\0';
        last->n_leads = 0;
        parse_leads(subscription->leads, last);
        return 0;
}

static void make_key(const EventContext *context, const Occurrence *occurrence, const char *contact_uid,
                Reminder *reminder)
{
        RowTexts texts;
        row_texts_of(context->event, occurrence, &reminder->lead, &texts);
        const char *fields[] = { MAIL_KIND_REMINDER, context->record->uid, texts.recurrence, texts.start,
                texts.rule, contact_uid };
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                hash_field(context->hash, fields[i]);
        hash_finish(context->hash, reminder->key);
}

/*
 * Returns when the reminder becomes pointless. An event without a duration is over when it has begun for a
 * contact that was listed only then.
 */
static usec_t until_of(const Occurrence *occurrence, usec_t since)
{
        bool is_over = occurrence->end_usec <= occurrence->start_usec && since > occurrence->start_usec;
        return is_over ? occurrence->start_usec : reminder_until(occurrence);
}

static size_t fires_of(const EventContext *context, const Reader *reader, const Listing *listing,
                const Occurrence *occurrence, Reminder *ret)
{
        for (size_t i = 0; i < listing->n_leads; i++) {
                Reminder *reminder = &ret[i];
                *reminder = (Reminder){
                        .event = context->event,
                        .record = context->record,
                        .occurrence = occurrence,
                        .contact = listing->contact,
                        .audience = listing->audience,
                        .lead = listing->leads[i],
                        .since = listing->since > context->record->created ? listing->since
                                                                           : context->record->created,
                        .fire = lead_fire(&listing->leads[i], &occurrence->start, &occurrence->end,
                                        context->zone, reader->zone),
                };
                reminder->until = until_of(occurrence, reminder->since);
                make_key(context, occurrence, reader->record->uid, reminder);
        }
        return listing->n_leads;
}

/*
 * Returns a time before which the lead of no later occurrence fires. An occurrence that begins later may end
 * earlier, but not before this one begins.
 */
static usec_t bound_of(const EventContext *context, const Reader *reader, const Reminder *reminder)
{
        Lead lead = reminder->lead;
        const When *start = &reminder->occurrence->start;
        if (!lead.from_end)
                return reminder->fire;
        lead.from_end = false;
        return lead_fire(&lead, start, start, context->zone, reader->zone);
}

/*
 * Whether all leads of all later occurrences fire after `until`, and not before @soonest, the first lead
 * after `until` so far. A lead at a fixed time is ignored here, because it fires at the same time for each
 * occurrence.
 */
static bool is_last(const EventContext *context, const Reader *reader, const Reminder *reminders, size_t n,
                usec_t until, usec_t *soonest)
{
        for (size_t i = 0; i < n; i++)
                if (!reminders[i].lead.absolute && reminders[i].fire > until && reminders[i].fire < *soonest)
                        *soonest = reminders[i].fire;
        for (size_t i = 0; i < n; i++) {
                usec_t bound = bound_of(context, reader, &reminders[i]);
                if (!reminders[i].lead.absolute && (bound <= until || bound < *soonest))
                        return false;
        }
        return true;
}

/*
 * Calls on_fire() for each occurrence that takes place and is not hidden, sorted by time, up to the last one
 * that matters: its leads fire next. @ret_reached: the start of the last occurrence if there may be others
 * that matter, because the maximum is reached; USEC_INFINITY otherwise
 */
static int walk_from(const EventContext *context, const Reader *reader, const Listing *listing,
                const Fanout *fanout, usec_t from, usec_t *ret_reached)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence = { 0 };
        usec_t soonest = USEC_INFINITY, begin = from == INT64_MIN ? from : from - REMINDER_LATE_AFTER;
        int r = occurrences_new(context->event, context->config->time_zone, begin, USEC_INFINITY, &iterator);
        *ret_reached = USEC_INFINITY;
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        break;
                const EventItem item = { context->event, context->record, &occurrence, listing->audience };
                if (occurrence.status == EVENT_CANCELLED || event_item_is_hidden(&item))
                        continue;
                Reminder reminders[LEADS_MAX];
                size_t n = fires_of(context, reader, listing, &occurrence, reminders);
                r = fanout->on_fire(context, reader, reminders, n, fanout->userdata);
                if (r != 0 || is_last(context, reader, reminders, n, fanout->until, &soonest))
                        return r;
        }
        if (r == 0)
                *ret_reached = occurrence.start_usec;
        return r == OCCURRENCE_END ? 0 : r;
}

/* A walk over many past occurrences may end before the present; those to come are visited then. */
static int walk_occurrences(const EventContext *context, const Reader *reader, const Listing *listing,
                const Fanout *fanout)
{
        usec_t reached = USEC_INFINITY;
        int r = walk_from(context, reader, listing, fanout, fanout->from, &reached);
        if (r == 0 && reached < fanout->now - REMINDER_LATE_AFTER)
                r = walk_from(context, reader, listing, fanout, fanout->now, &reached);
        if (r == 0 && fanout->reached && reached < *fanout->reached)
                *fanout->reached = reached;
        return r;
}

/*
 * Leaves out a contact whose card cannot be read, so that the others are reminded. After a repair of the
 * store every event is processed again.
 */
static int skip_damaged(const EventContext *context, int64_t contact)
{
        log_error("contact %" PRId64 " is not reminded of %s: its card is in a damaged part of the store",
                        contact, context->record->uid);
        return 0;
}

/* Calls the callbacks for one contact. @reader: with the contact's audience for this event */
static int walk_reader(const EventContext *context, const Reader *reader, const Listing *listing,
                const Fanout *fanout)
{
        int r = fanout->on_contact ? fanout->on_contact(context, reader, fanout->userdata) : 0;
        if (r != 0 || !fanout->on_fire || listing->n_leads == 0 || !context->takes_place)
                return r;
        return walk_occurrences(context, reader, listing, fanout);
}

static int walk_contact(const EventContext *context, Listing *listing, const Fanout *fanout)
{
        CLEANUP(reader_done) Reader loaded = { 0 };
        if (!publish_is_visible(listing->audience, event_class(context->event)))
                return 0;
        int r = fanout->reader ? 0 : reader_load(context->store, listing->contact, &loaded);
        if (r == DB_E_CORRUPT)
                return skip_damaged(context, listing->contact);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        Reader reader = fanout->reader ? *fanout->reader : loaded;
        reader.audience = listing->audience;
        reader.since = listing->first;
        if (!listing->own_leads && !listing->is_of_whole)
                default_leads(context, listing);
        return walk_reader(context, &reader, listing, fanout);
}

int fanout_batch(const EventContext *context, int64_t after, int64_t only, const Fanout *fanout,
                int64_t *ret_last)
{
        const size_t limit = only ? 1 : CONTACTS_BATCH;
        CLEANUP(cleanup_free) Listing *items = reallocarray(NULL, limit, sizeof(*items));
        if (!items)
                return -ENOMEM;
        const ObjectRecord *record = context->record;
        Listings listings = { .uid = record->uid, .items = items };
        int r = only ? subscription_matching_contact(context->store, record->uid, record->parent,
                                       record->categories, record->collection, only, on_subscription,
                                       &listings)
                     : subscription_matching(context->store, record->uid, record->parent, record->categories,
                                       record->collection, after, (int)limit, on_subscription, &listings);
        *ret_last = !only && listings.n >= limit ? items[listings.n - 1].contact : 0;
        for (size_t i = 0; r == 0 && i < listings.n; i++)
                r = walk_contact(context, &items[i], fanout);
        return r;
}

int fanout_all(const EventContext *context, const Fanout *fanout)
{
        int64_t last = 0;
        int r;
        do
                r = fanout_batch(context, last, 0, fanout, &last);
        while (r == 0 && last > 0);
        return r;
}
