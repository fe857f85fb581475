#include "store/signup.h"

#include "store/address.h"
#include "store/ledger.h"
#include "store/optout.h"
#include "store/query.h"
#include "store/row-copy.h"
#include "store/suppression.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define META_REFUSED "signup_refused"

enum { WELCOME_DAYS = 7 }; /* how long the mail after a confirmation is useful */

/* The number of requests within the last day, to be compared with the limits. */
typedef struct Recent {
        const Signup *signup;
        char mailbox[ADDRESS_SIZE]; /* of the new request */
        int of_mailbox, of_network, of_day;
} Recent;

static int count_row(DbStatement *row, void *userdata)
{
        Recent *recent = userdata;
        char mailbox[ADDRESS_SIZE];
        address_mailbox(db_text(row, 0, NULL), mailbox);
        recent->of_mailbox += strcmp(mailbox, recent->mailbox) == 0;
        recent->of_network += strcmp(db_text(row, 1, NULL), recent->signup->network) == 0;
        recent->of_day++;
        return 0;
}

/*
 * Counts the requests of the last day, including confirmed ones. A request with a time in the future was
 * stored when the clock was ahead, and is not counted. The limit for all requests of a day also limits how
 * many rows are read.
 */
static int count_recent(Store *store, const Signup *signup, usec_t now, Recent *ret)
{
        *ret = (Recent){ .signup = signup };
        address_mailbox(signup->address, ret->mailbox);
        return QUERY_EACH(store, count_row, ret,
                        "SELECT address, network FROM signup WHERE created > $1 AND created <= $2",
                        BIND_I(now - USEC_PER_DAY), BIND_I(now));
}

static bool is_over(const Recent *recent, const SignupLimits *limits)
{
        return recent->of_mailbox >= limits->per_address || recent->of_network >= limits->per_network ||
               recent->of_day >= limits->per_day;
}

/* A search for contacts that have stopped all mail, by the mailbox of a request. */
typedef struct StoppedSearch {
        const char *mailbox;
        int64_t contact; /* the matching contact with the latest stop; 0 if there is none */
        usec_t at;
} StoppedSearch;

static int match_stopped(DbStatement *row, void *userdata)
{
        StoppedSearch *search = userdata;
        char mailbox[ADDRESS_SIZE];
        address_mailbox(db_text(row, 2, NULL), mailbox);
        if (strcmp(mailbox, search->mailbox) == 0 && (search->contact == 0 || db_int(row, 1) > search->at)) {
                search->contact = db_int(row, 0);
                search->at = db_int(row, 1);
        }
        return 0;
}

/*
 * Limits how often a contact that has stopped all mail is asked whether it wants mail again, because
 * anybody can enter its address in the form.
 */
static int ask_stopped(Store *store, const char *mailbox, usec_t now, bool *ret_too_soon)
{
        StoppedSearch search = { .mailbox = mailbox };
        int r = QUERY_EACH(store, match_stopped, &search,
                        "SELECT contact, at, address FROM stopped JOIN object ON object.id = contact");
        if (r != 0 || search.contact == 0)
                return r;
        *ret_too_soon = now - search.at < SIGNUP_STOPPED_DAYS * USEC_PER_DAY;
        return *ret_too_soon ? 0 : contact_ask_back(store, search.contact, now);
}

int signup_forget(Store *store, usec_t now, int64_t *ret_n)
{
        int r = QUERY_RUN(store, "DELETE FROM signup WHERE expires <= $1 AND created <= $2", BIND_I(now),
                        BIND_I(now - USEC_PER_DAY));
        if (r == 0)
                *ret_n = query_changed(store);
        return r;
}

int signup_refused(Store *store, int64_t *ret)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(store, META_REFUSED, &text);
        if (r == 0)
                *ret = text ? strtoll(text, NULL, 10) : 0;
        return r;
}

static int refuse(Store *store)
{
        char text[24];
        int64_t n = 0;
        int r = signup_refused(store, &n);
        snprintf(text, sizeof(text), "%" PRId64, n + 1);
        return r != 0 ? r : store_meta_set(store, META_REFUSED, text);
}

static int insert(Store *store, const Signup *signup, const char *hash, usec_t now)
{
        int64_t id;
        int r = query_count_up(store, "signup", &id);
        return r != 0 ? r
                      : QUERY_RUN(store,
                                        "INSERT INTO signup (id, digest, address, language, scope, target, network,"
                                        " created, expires)"
                                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                                        BIND_I(id), BIND_T(hash), BIND_T(signup->address),
                                        BIND_T(signup->language), BIND_I(signup->scope),
                                        BIND_T(signup->target), BIND_T(signup->network), BIND_I(now),
                                        BIND_I(signup->expires));
}

/*
 * Adds a mail about a request to the ledger. If it is to no contact, its place is the hash of the request,
 * for SQL_RECIPIENT_IS_GONE.
 * @token: of the mail's own link; NULL for a new one
 */
static int enter_mail(Store *store, const char *kind, int64_t contact, const char *token, const char *hash,
                usec_t expires, usec_t now)
{
        bool added;
        MailRecord mail = {
                .kind = kind,
                .contact = contact,
                .uid = "",
                .recurrence_id = "",
                .start = "",
                .finish = "",
                .place = contact == 0 ? hash : "",
                .rule = "",
                .state = MAIL_PENDING,
                .due = now,
                .next_attempt = now,
                .expires = expires,
                .message_id = "",
                .token = token,
        };
        Hash *key = hash_new();
        if (!key)
                return -ENOMEM;
        hash_field(key, mail.kind);
        hash_field(key, hash);
        hash_finish(key, mail.key);
        hash_free(key);
        return ledger_add(store, &mail, now, &added);
}

static int add(Store *store, const Signup *signup, const SignupLimits *limits, usec_t now, bool *ret_over)
{
        char token[TOKEN_SIZE], hash[HASH_HEX_SIZE];
        Recent recent;
        int64_t forgotten;
        int r = signup_forget(store, now, &forgotten);
        if (r == 0)
                r = count_recent(store, signup, now, &recent);
        *ret_over = r == 0 && is_over(&recent, limits);
        if (r == 0 && !*ret_over)
                r = ask_stopped(store, recent.mailbox, now, ret_over);
        if (r == 0)
                r = token_make(token);
        if (r != 0)
                return r;
        if (*ret_over)
                return refuse(store);
        hash_hex(token, strlen(token), hash);
        r = insert(store, signup, hash, now);
        return r != 0 ? r : enter_mail(store, MAIL_KIND_CONFIRM, 0, token, hash, signup->expires, now);
}

int signup_add(Store *store, const Signup *signup, const SignupLimits *limits, usec_t now)
{
        StoreWrite write;
        bool over = false;
        int r = store_write_begin(store, &write);
        if (r != 0)
                return r;
        r = store_write_end(&write, add(store, signup, limits, now, &over));
        return r == 0 && over ? SIGNUP_E_LIMIT : r;
}

Signup *signup_free(Signup *signup)
{
        free(signup);
        return NULL;
}

static int copy_row(DbStatement *row, void *userdata)
{
        Signup **ret = userdata;
        const char *texts[4];
        for (int i = 0; i < 4; i++)
                texts[i] = db_text(row, i, NULL);
        Signup *signup = row_copy_new(sizeof(*signup), texts, 4, 0, NULL);
        if (!signup)
                return -ENOMEM;
        *signup = (Signup){ texts[0], texts[1], (SubscriptionScope)db_int(row, 4), texts[2], texts[3],
                db_int(row, 5), db_int(row, 6) };
        *ret = signup;
        return 0;
}

int signup_get(Store *store, const char *token, usec_t now, Signup **ret)
{
        char hash[HASH_HEX_SIZE];
        hash_hex(token, strlen(token), hash);
        *ret = NULL;
        return QUERY_FIRST(store, copy_row, ret,
                        "SELECT address, language, target, network, scope, created, expires FROM signup"
                        " WHERE digest = $1 AND expires > $2",
                        BIND_T(hash), BIND_I(now));
}

int signup_end(Store *store, const char *token, usec_t now)
{
        char hash[HASH_HEX_SIZE];
        hash_hex(token, strlen(token), hash);
        return QUERY_RUN(store, "UPDATE signup SET expires = $2 WHERE digest = $1", BIND_T(hash),
                        BIND_I(now));
}

int signup_welcome(Store *store, const char *token, int64_t contact, usec_t now)
{
        char hash[HASH_HEX_SIZE];
        hash_hex(token, strlen(token), hash);
        return enter_mail(store, MAIL_KIND_WELCOME, contact, NULL, hash, now + WELCOME_DAYS * USEC_PER_DAY,
                        now);
}

typedef struct ListingSearch {
        const Signup *signup;
        bool found;
} ListingSearch;

static int match_listing(const Subscription *subscription, void *userdata)
{
        ListingSearch *search = userdata;
        search->found |= subscription->scope == SUBSCRIBE_ALL ||
                         (subscription->scope == search->signup->scope &&
                                         strcmp(subscription->target, search->signup->target) == 0);
        return 0;
}

static int match_muted_kind(const char *kind, void *userdata)
{
        const Signup **signup = userdata;
        if (*signup && (*signup)->scope == SUBSCRIBE_KIND && strcmp((*signup)->target, kind) == 0)
                *signup = NULL;
        return 0;
}

int signup_is_listed(Store *store, int64_t contact, const Signup *signup, bool *ret)
{
        ListingSearch search = { .signup = signup };
        const Signup *unless_muted = signup;
        bool stopped = false, muted = false, bounced = false;
        int r = contact_stopped(store, contact, &stopped);
        if (r == 0)
                r = suppression_is_suppressed(store, contact, signup->address, &bounced);
        if (r == 0)
                r = subscription_each(store, contact, match_listing, &search);
        if (r == 0)
                r = mute_kind_each(store, contact, match_muted_kind, &unless_muted);
        if (r == 0 && signup->scope == SUBSCRIBE_EVENT)
                r = mute_has(store, contact, signup->target, &muted);
        if (r == 0)
                *ret = search.found && !stopped && !muted && !bounced && unless_muted;
        return r;
}
