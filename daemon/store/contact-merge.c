#include "store/contact-merge.h"

#include "calendar/event.h"
#include "store/ledger.h"
#include "store/meeting.h"
#include "store/query.h"
#include "store/subscription.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ContactMerge {
        Store *store;
        const ObjectRecord *kept, *other;
        usec_t now;
} ContactMerge;

/* ---- Meetings ---- */

static int is_hosted(const Meeting *meeting, void *userdata)
{
        const ContactMerge *merge = userdata;
        return strcmp(meeting->host, merge->other->uid) == 0 ? CONTACT_MERGE_E_HOST : 0;
}

static int is_offered(const ObjectRecord *record, void *userdata)
{
        const ContactMerge *merge = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(store_zones(merge->store), record->text, record->len, &event, NULL);
        const char *host = r == 0 ? event_text_property(event, "X-CONVENED-MEETING-HOST") : NULL;
        return host && strcmp(host, merge->other->uid) == 0 ? CONTACT_MERGE_E_HOST : r < 0 ? r : 0;
}

/* Meetings name their host by its UID, in many places. */
static int check_host(ContactMerge *merge)
{
        int r = meeting_each(merge->store, NULL, 0, is_hosted, merge);
        return r != 0 ? r : object_each_offer(merge->store, is_offered, merge);
}

/* ---- Listings ---- */

typedef struct Listing {
        SubscriptionScope scope;
        SubscriptionOrigin origin;
        char *target, *leads;
        usec_t created;
} Listing;

typedef struct Listings {
        Listing *items;
        size_t n, allocated;
} Listings;

static void listings_done(Listings *listings)
{
        for (size_t i = 0; i < listings->n; i++) {
                free(listings->items[i].target);
                free(listings->items[i].leads);
        }
        free(listings->items);
}

static int add_listing(const Subscription *subscription, void *userdata)
{
        Listings *listings = userdata;
        if (listings->n == listings->allocated) {
                size_t n = listings->allocated ? 2 * listings->allocated : 16;
                Listing *items = reallocarray(listings->items, n, sizeof(*items));
                if (!items)
                        return -ENOMEM;
                listings->items = items;
                listings->allocated = n;
        }
        Listing *listing = &listings->items[listings->n++];
        *listing = (Listing){ subscription->scope, subscription->origin, strdup(subscription->target),
                strdup(subscription->leads), subscription->created };
        return listing->target && listing->leads ? 0 : -ENOMEM;
}

/* A listing that both have stays as the kept contact has it. */
static int copy_listing(ContactMerge *merge, const Listing *listing)
{
        Store *store = merge->store;
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM subscription WHERE contact = $1 AND scope = $2 AND target = $3",
                        BIND_I(merge->kept->id), BIND_I(listing->scope), BIND_T(listing->target));
        if (r != 0 || n > 0)
                return r;
        r = listing->origin == SUBSCRIPTION_OWN
                            ? subscription_put_own(store, merge->kept->id, listing->scope, listing->target,
                                              listing->leads, merge->now)
                            : subscription_put(store, merge->kept->id, listing->scope, listing->target,
                                              listing->leads, merge->now);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE subscription SET created = $4"
                                        " WHERE contact = $1 AND scope = $2 AND target = $3",
                                        BIND_I(merge->kept->id), BIND_I(listing->scope),
                                        BIND_T(listing->target), BIND_I(listing->created));
}

static int copy_listings(ContactMerge *merge)
{
        CLEANUP(listings_done) Listings listings = { .n = 0 };
        int r = subscription_each(merge->store, merge->other->id, add_listing, &listings);
        for (size_t i = 0; r == 0 && i < listings.n; i++)
                r = copy_listing(merge, &listings.items[i]);
        return r;
}

/* ---- Opt-outs ---- */

/* An address that mail came back from counts only for the contact whose card has it. */
static int copy_refusals(ContactMerge *merge)
{
        Store *store = merge->store;
        int64_t kept = merge->kept->id, other = merge->other->id;
        int r = QUERY_RUN(store,
                        "INSERT INTO mute (contact, uid, at) SELECT $1, uid, at FROM mute WHERE contact = $2"
                        " ON CONFLICT (contact, uid) DO NOTHING",
                        BIND_I(kept), BIND_I(other));
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO mute_kind (contact, kind, at)"
                                " SELECT $1, kind, at FROM mute_kind WHERE contact = $2"
                                " ON CONFLICT (contact, kind) DO NOTHING",
                                BIND_I(kept), BIND_I(other));
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO stopped (contact, reason, at)"
                                " SELECT $1, reason, at FROM stopped WHERE contact = $2"
                                " ON CONFLICT (contact) DO NOTHING",
                                BIND_I(kept), BIND_I(other));
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO undeliverable (contact, address, status, reason, at, restored)"
                                " SELECT $1, address, status, reason, at, restored FROM undeliverable"
                                " WHERE contact = $2 AND address = $3"
                                " ON CONFLICT (contact) DO NOTHING",
                                BIND_I(kept), BIND_I(other), BIND_T(merge->kept->address));
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE bounce SET contact = $1 WHERE contact = $2", BIND_I(kept),
                                        BIND_I(other));
}

/* ---- Mails ---- */

typedef struct Sent {
        int64_t id;
        char key[HASH_HEX_SIZE];
} Sent;

typedef struct SentMails {
        const ContactMerge *merge;
        Hash *hash;
        Sent *items;
        size_t n, allocated;
} SentMails;

static void sent_mails_done(SentMails *mails)
{
        hash_free(mails->hash);
        free(mails->items);
}

/* Makes the key that the reminder has for the kept contact (remind/fanout.c). */
static int add_sent(DbStatement *row, void *userdata)
{
        SentMails *mails = userdata;
        if (mails->n == mails->allocated) {
                size_t n = mails->allocated ? 2 * mails->allocated : 64;
                Sent *items = reallocarray(mails->items, n, sizeof(*items));
                if (!items)
                        return -ENOMEM;
                mails->items = items;
                mails->allocated = n;
        }
        Sent *sent = &mails->items[mails->n++];
        sent->id = db_int(row, 0);
        hash_field(mails->hash, "reminder");
        for (int i = 1; i <= 4; i++)
                hash_field(mails->hash, db_text(row, i, NULL));
        hash_field(mails->hash, mails->merge->kept->uid);
        hash_finish(mails->hash, sent->key);
        return 0;
}

static int set_key(Store *store, const Sent *sent)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET key = $2 WHERE id = $1"
                        " AND NOT EXISTS (SELECT 1 FROM mail AS there WHERE there.key = $2)",
                        BIND_I(sent->id), BIND_T(sent->key));
}

static int keep_sent(ContactMerge *merge)
{
        CLEANUP(sent_mails_done) SentMails mails = { .merge = merge, .hash = hash_new() };
        if (!mails.hash)
                return -ENOMEM;
        int r = QUERY_EACH(merge->store, add_sent, &mails,
                        "SELECT id, uid, recurrence_id, start, rule FROM mail"
                        " WHERE contact = $1 AND kind = 'reminder' AND attempts > 0",
                        BIND_I(merge->other->id));
        for (size_t i = 0; r == 0 && i < mails.n; i++)
                r = set_key(merge->store, &mails.items[i]);
        return r;
}

static int move_mails(ContactMerge *merge)
{
        Store *store = merge->store;
        int64_t kept = merge->kept->id, other = merge->other->id;
        int r = ledger_suppress_contact(store, other, NULL, MAIL_REASON_CONTACT_GONE, merge->now);
        if (r == 0)
                r = keep_sent(merge);
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE mail SET contact = $1 WHERE contact = $2", BIND_I(kept),
                                BIND_I(other));
        if (r == 0)
                r = QUERY_RUN(store, "UPDATE told SET contact = $1 WHERE contact = $2", BIND_I(kept),
                                BIND_I(other));
        return r != 0 ? r
                      : QUERY_RUN(store, "UPDATE past SET contact = $1 WHERE contact = $2", BIND_I(kept),
                                        BIND_I(other));
}

/* The link of the private feed goes on, unless the kept contact has one. */
static int move_feed(ContactMerge *merge)
{
        return QUERY_RUN(merge->store,
                        "UPDATE private_feed SET contact = $1 WHERE contact = $2"
                        " AND NOT EXISTS (SELECT 1 FROM private_feed AS there WHERE there.contact = $1)",
                        BIND_I(merge->kept->id), BIND_I(merge->other->id));
}

int contact_merge(Store *store, const ObjectRecord *kept, const ObjectRecord *other, usec_t now)
{
        ContactMerge merge = { store, kept, other, now };
        int r = check_host(&merge);
        /* Who wants no mail is not mailed for a moment, either. */
        if (r == 0)
                r = copy_refusals(&merge);
        if (r == 0)
                r = move_mails(&merge);
        if (r == 0)
                r = copy_listings(&merge);
        if (r == 0)
                r = move_feed(&merge);
        return r != 0 ? r : object_delete(store, other->collection, other->resource, 0, now);
}
