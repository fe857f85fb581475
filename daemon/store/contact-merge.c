#include "store/contact-merge.h"

#include "base/array.h"
#include "calendar/event.h"
#include "store/announcement-due.h"
#include "store/announcement.h"
#include "store/change-task.h"
#include "store/contact-due.h"
#include "store/ledger-internal.h"
#include "store/meeting.h"
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
        size_t n;
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
        Listing *items = array_grow(listings->items, listings->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        listings->items = items;
        Listing *listing = &listings->items[listings->n++];
        *listing = (Listing){ subscription->scope, subscription->origin, strdup(subscription->target),
                strdup(subscription->leads), subscription->created };
        return listing->target && listing->leads ? 0 : -ENOMEM;
}

static int put_listing(ContactMerge *merge, const Listing *listing)
{
        return listing->origin == SUBSCRIPTION_OWN
                               ? subscription_put_own(merge->store, merge->kept->id, listing->scope,
                                                 listing->target, listing->leads, merge->now)
                               : subscription_put(merge->store, merge->kept->id, listing->scope,
                                                 listing->target, listing->leads, merge->now);
}

/*
 * A listing that both have stays as the kept contact has it, but counts from the earlier of the two: the
 * changes since then concern the person.
 */
static int copy_listing(ContactMerge *merge, const Listing *listing)
{
        Store *store = merge->store;
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0,
                        "SELECT count(*) FROM subscription WHERE contact = $1 AND scope = $2 AND target = $3",
                        BIND_I(merge->kept->id), BIND_I(listing->scope), BIND_T(listing->target));
        if (r == 0 && n == 0)
                r = put_listing(merge, listing);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "UPDATE subscription SET created = $4"
                                        " WHERE contact = $1 AND scope = $2 AND target = $3 AND created > $4",
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

/* A mail to the other contact, with the key that it has for the kept one. */
typedef struct MovedMail {
        int64_t id;
        MailState state;
        char key[HASH_HEX_SIZE];
} MovedMail;

typedef struct MovedMails {
        const ContactMerge *merge;
        Hash *hash;
        MovedMail *items;
        size_t n;
} MovedMails;

static void moved_mails_done(MovedMails *mails)
{
        hash_free(mails->hash);
        free(mails->items);
}

/* The columns of a query whose rows are read by add_moved(). */
#define MOVED_COLUMNS "id, state, kind, uid, recurrence_id, start, rule"

/* As remind/fanout.c makes the key of a reminder. */
static int make_key(MovedMails *mails, DbStatement *row, MovedMail *moved)
{
        const char *contact = mails->merge->kept->uid;
        if (strcmp(db_text(row, 2, NULL), MAIL_KIND_ANNOUNCEMENT) == 0)
                return announcement_key(db_text(row, 6, NULL), contact, moved->key);
        for (int i = 2; i <= 6; i++)
                hash_field(mails->hash, db_text(row, i, NULL));
        hash_field(mails->hash, contact);
        hash_finish(mails->hash, moved->key);
        return 0;
}

static int add_moved(DbStatement *row, void *userdata)
{
        MovedMails *mails = userdata;
        MovedMail *items = array_grow(mails->items, mails->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        mails->items = items;
        MovedMail *moved = &mails->items[mails->n++];
        moved->id = db_int(row, 0);
        moved->state = (MailState)db_int(row, 1);
        return make_key(mails, row, moved);
}

static int set_key(Store *store, const MovedMail *moved)
{
        return QUERY_RUN(store,
                        "UPDATE mail SET key = $2 WHERE id = $1"
                        " AND NOT EXISTS (SELECT 1 FROM mail AS there WHERE there.key = $2)",
                        BIND_I(moved->id), BIND_T(moved->key));
}

/* The same mail, which waits for the kept contact, is closed if the other one has got it. */
static int close_double(const ContactMerge *merge, const MovedMail *moved)
{
        int64_t id = 0;
        if (moved->state != MAIL_SENT && moved->state != MAIL_COMMITTED)
                return 0;
        int r = QUERY_NUMBER(merge->store, &id, 0,
                        "SELECT id FROM mail WHERE key = $1 AND contact = $2 AND state IN (" SQL_STATES_WAITING
                        ")",
                        BIND_T(moved->key), BIND_I(merge->kept->id));
        return r != 0 || id == 0 ? r : ledger_stop_mail(merge->store, id, merge->now);
}

/* A mail that may have arrived keeps the kept contact from getting the same again. */
static int keep_sent(const ContactMerge *merge)
{
        CLEANUP(moved_mails_done) MovedMails mails = { .merge = merge, .hash = hash_new() };
        if (!mails.hash)
                return -ENOMEM;
        int r = QUERY_EACH(merge->store, add_moved, &mails,
                        "SELECT " MOVED_COLUMNS
                        " FROM mail WHERE contact = $1 AND kind IN ('" MAIL_KIND_REMINDER
                        "', '" MAIL_KIND_ANNOUNCEMENT "') AND reason <> " SQL_REASON_RETURNED
                        " AND (" MAY_BE_TOLD " OR (state = " SQL_MAIL_FAILED " AND attempts > 1))",
                        BIND_I(merge->other->id));
        for (size_t i = 0; r == 0 && i < mails.n; i++) {
                r = close_double(merge, &mails.items[i]);
                if (r == 0)
                        r = set_key(merge->store, &mails.items[i]);
        }
        return r;
}

/* The recipients of an announcement are fixed: its mail goes to the kept contact, if that one has none. */
static int move_announcements(const ContactMerge *merge)
{
        CLEANUP(moved_mails_done) MovedMails mails = { .merge = merge };
        int r = QUERY_EACH(merge->store, add_moved, &mails,
                        "SELECT " MOVED_COLUMNS
                        " FROM mail WHERE contact = $1 AND kind = '" MAIL_KIND_ANNOUNCEMENT
                        "' AND state = " SQL_MAIL_PENDING " AND attempts = 0",
                        BIND_I(merge->other->id));
        for (size_t i = 0; r == 0 && i < mails.n; i++) {
                const MovedMail *moved = &mails.items[i];
                r = set_key(merge->store, moved);
                if (r == 0)
                        r = QUERY_RUN(merge->store,
                                        "UPDATE mail SET contact = $2, owner = 0 WHERE id = $1 AND key = $3",
                                        BIND_I(moved->id), BIND_I(merge->kept->id), BIND_T(moved->key));
        }
        return r;
}

/*
 * A mail that is being sent to the other contact ($2), while the kept one ($1) may have got the same: it is
 * not to be sent to the kept one if the server defers it. With its contact gone, it is closed then.
 */
#define SQL_IS_DOUBLE                                                                                       \
        "mail.kind = '" MAIL_KIND_REMINDER "' AND mail.state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN \
        ") AND EXISTS (SELECT 1 FROM mail AS own WHERE own.contact = $1 AND own.kind = mail.kind"           \
        " AND own.uid = mail.uid AND own.recurrence_id = mail.recurrence_id AND own.start = mail.start"     \
        " AND own.rule = mail.rule AND own.state IN (" SQL_MAIL_COMMITTED ", " SQL_MAIL_UNKNOWN             \
        ", " SQL_MAIL_SENT ", " SQL_MAIL_PARKED "))"

static int move_mails(ContactMerge *merge)
{
        Store *store = merge->store;
        int64_t kept = merge->kept->id, other = merge->other->id;
        int r = move_announcements(merge);
        if (r == 0)
                r = announcement_due_move(store, kept, other);
        if (r == 0)
                r = ledger_suppress_contact(store, other, NULL, MAIL_REASON_CONTACT_GONE, merge->now);
        if (r == 0)
                r = keep_sent(merge);
        if (r == 0)
                r = QUERY_RUN(store,
                                "UPDATE mail SET contact = $1 WHERE contact = $2 AND NOT (" SQL_IS_DOUBLE
                                ")",
                                BIND_I(kept), BIND_I(other));
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
        /* A person that wants no mail is not mailed in between, either. */
        if (r == 0)
                r = copy_refusals(&merge);
        if (r == 0)
                r = move_mails(&merge);
        if (r == 0)
                r = copy_listings(&merge);
        /* The kept contact may have to hear of a change of what only the other one was told. */
        if (r == 0)
                r = contact_due_wake_listings(store, kept->id);
        if (r == 0)
                r = change_task_repeat(store, kept->id);
        if (r == 0)
                r = move_feed(&merge);
        return r != 0 ? r : object_delete(store, other->collection, other->resource, 0, now);
}
