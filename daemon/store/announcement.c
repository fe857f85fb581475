#include "store/announcement.h"

#include "base/array.h"
#include "store/announcement-due.h"
#include "store/object.h"
#include "store/query.h"
#include "store/subscription.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANNOUNCEMENT_COLUMNS "uid, scope, target, author, at, expires, created, stopped"

Announcement *announcement_free(Announcement *announcement)
{
        if (!announcement)
                return NULL;
        free((char *)announcement->uid);
        free((char *)announcement->target);
        free((char *)announcement->author);
        for (size_t i = 0; i < announcement->n_texts; i++) {
                free((char *)announcement->texts[i].language);
                free((char *)announcement->texts[i].subject);
                free((char *)announcement->texts[i].body);
        }
        free(announcement);
        return NULL;
}

static int add_texts(Store *store, const Announcement *announcement, const char *uid)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < announcement->n_texts; i++) {
                const AnnouncementText *text = &announcement->texts[i];
                r = QUERY_RUN(store,
                                "INSERT INTO announcement_text (announcement, language, subject, body)"
                                " VALUES ($1, $2, $3, $4)",
                                BIND_T(uid), BIND_T(text->language), BIND_T(text->subject),
                                BIND_T(text->body));
        }
        return r;
}

int announcement_add(
                Store *store, const Announcement *announcement, usec_t now, char ret_uid[static TOKEN_SIZE])
{
        char uid[TOKEN_SIZE];
        bool has_uid = announcement->uid && *announcement->uid;
        int r = has_uid ? 0 : token_make(uid);
        if (has_uid)
                snprintf(uid, sizeof(uid), "%s", announcement->uid);
        if (r == 0)
                r = QUERY_RUN(store,
                                "INSERT INTO announcement (" ANNOUNCEMENT_COLUMNS ")"
                                " VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
                                BIND_T(uid), BIND_I(announcement->scope), BIND_T(announcement->target),
                                BIND_T(announcement->author), BIND_I(announcement->at),
                                BIND_I(announcement->expires), BIND_I(now));
        if (r == 0)
                r = add_texts(store, announcement, uid);
        if (r == 0)
                memcpy(ret_uid, uid, sizeof(uid));
        return r;
}

static int read_uid(DbStatement *row, void *userdata)
{
        char **ret = userdata;
        *ret = strdup(db_text(row, 0, NULL));
        return *ret ? 0 : -ENOMEM;
}

int announcement_key(const char *announcement, const char *contact, char ret[static HASH_HEX_SIZE])
{
        Hash *key = hash_new();
        if (!key)
                return -ENOMEM;
        hash_field(key, MAIL_KIND_ANNOUNCEMENT);
        hash_field(key, announcement);
        hash_field(key, contact);
        hash_finish(key, ret);
        hash_free(key);
        return 0;
}

int announcement_add_mail(Store *store, const Announcement *announcement, int64_t contact, int64_t object,
                usec_t now, bool *ret_added)
{
        CLEANUP(cleanup_free) char *uid = NULL;
        MailRecord mail = {
                .kind = MAIL_KIND_ANNOUNCEMENT,
                .contact = contact,
                .object = object,
                .uid = "",
                .recurrence_id = "",
                .start = "",
                .rule = announcement->uid,
                .state = announcement->stopped ? MAIL_SUPPRESSED : MAIL_PENDING,
                .reason = announcement->stopped ? MAIL_REASON_WITHDRAWN : MAIL_REASON_NONE,
                .due = announcement->at,
                .next_attempt = announcement->at,
                .expires = announcement->expires,
        };
        int r = QUERY_FIRST(store, read_uid, &uid,
                        "SELECT uid FROM object WHERE id = $1 AND kind = " SQL_OBJECT_CARD, BIND_I(contact));
        if (r == 0)
                r = announcement_key(announcement->uid, uid, mail.key);
        return r == 0 ? ledger_add(store, &mail, now, ret_added) : r;
}

static int copy_text(char const **ret, DbStatement *row, int column)
{
        *ret = strdup(db_text(row, column, NULL));
        return *ret ? 0 : -ENOMEM;
}

static int read_text(DbStatement *row, void *userdata)
{
        Announcement *announcement = userdata;
        AnnouncementText *text = &announcement->texts[announcement->n_texts];
        if (announcement->n_texts == ANNOUNCEMENT_TEXTS_MAX)
                return 0;
        announcement->n_texts++;
        int r = copy_text(&text->language, row, 0);
        if (r == 0)
                r = copy_text(&text->subject, row, 1);
        return r == 0 ? copy_text(&text->body, row, 2) : r;
}

static int read_announcement(DbStatement *row, Store *store, Announcement **ret)
{
        CLEANUP(announcement_freep) Announcement *announcement = calloc(1, sizeof(*announcement));
        if (!announcement)
                return -ENOMEM;
        announcement->scope = (AnnouncementScope)db_int(row, 1);
        announcement->at = db_int(row, 4);
        announcement->expires = db_int(row, 5);
        announcement->created = db_int(row, 6);
        announcement->stopped = db_int(row, 7);
        int r = copy_text(&announcement->uid, row, 0);
        if (r == 0)
                r = copy_text(&announcement->target, row, 2);
        if (r == 0)
                r = copy_text(&announcement->author, row, 3);
        if (r == 0)
                r = QUERY_EACH(store, read_text, announcement,
                                "SELECT language, subject, body FROM announcement_text WHERE announcement = $1"
                                " ORDER BY language",
                                BIND_T(announcement->uid));
        if (r == 0)
                *ret = TAKE_PTR(announcement);
        return r;
}

typedef struct AnnouncementWalk {
        Store *store;
        int (*on_announcement)(const Announcement *announcement, void *userdata);
        void *userdata;
        Announcement **ret; /* of announcement_get() */
} AnnouncementWalk;

static int on_row(DbStatement *row, void *userdata)
{
        const AnnouncementWalk *walk = userdata;
        CLEANUP(announcement_freep) Announcement *announcement = NULL;
        int r = read_announcement(row, walk->store, &announcement);
        if (r == 0 && walk->ret)
                *walk->ret = TAKE_PTR(announcement);
        else if (r == 0)
                r = walk->on_announcement(announcement, walk->userdata);
        return r;
}

int announcement_get(Store *store, const char *uid, Announcement **ret)
{
        AnnouncementWalk walk = { .store = store, .ret = ret };
        *ret = NULL;
        return QUERY_FIRST(store, on_row, &walk,
                        "SELECT " ANNOUNCEMENT_COLUMNS " FROM announcement WHERE uid = $1", BIND_T(uid));
}

int announcement_each(Store *store, int limit,
                int (*on_announcement)(const Announcement *announcement, void *userdata), void *userdata)
{
        AnnouncementWalk walk = { store, on_announcement, userdata, NULL };
        return QUERY_EACH(store, on_row, &walk,
                        "SELECT " ANNOUNCEMENT_COLUMNS
                        " FROM announcement ORDER BY created DESC, uid LIMIT $1",
                        BIND_I(limit));
}

typedef struct MailList {
        int64_t *ids;
        size_t n;
} MailList;

static void mail_list_done(MailList *list)
{
        free(list->ids);
}

static int on_mail(DbStatement *row, void *userdata)
{
        MailList *list = userdata;
        int64_t *ids = array_grow(list->ids, list->n, sizeof(*ids));
        if (!ids)
                return -ENOMEM;
        list->ids = ids;
        list->ids[list->n++] = db_int(row, 0);
        return 0;
}

static int close_mails(Store *store, const char *uid, usec_t now, int64_t *ret_n)
{
        CLEANUP(mail_list_done) MailList list = { 0 };
        int r = QUERY_EACH(store, on_mail, &list,
                        "SELECT id FROM mail WHERE kind = '" MAIL_KIND_ANNOUNCEMENT "' AND rule = $1"
                        " AND state IN (" SQL_MAIL_PENDING ", " SQL_MAIL_UNKNOWN ") ORDER BY id",
                        BIND_T(uid));
        for (size_t i = 0; r == 0 && i < list.n; i++)
                r = ledger_stop_mail(store, list.ids[i], now);
        if (r == 0)
                *ret_n = (int64_t)list.n;
        return r;
}

int announcement_stop(Store *store, const char *uid, usec_t now, int64_t *ret_n)
{
        int r = QUERY_RUN(store,
                        "UPDATE announcement SET stopped = CASE WHEN stopped = 0 THEN $2 ELSE stopped END"
                        " WHERE uid = $1",
                        BIND_T(uid), BIND_I(now));
        if (r == 0 && query_changed(store) == 0)
                return STORE_E_NOT_FOUND;
        int64_t n_closed = 0, n_due = 0;
        if (r == 0)
                r = announcement_due_count(store, uid, &n_due);
        if (r == 0)
                r = close_mails(store, uid, now, &n_closed);
        if (r == 0)
                *ret_n = n_due + n_closed;
        return r;
}

static int on_count(DbStatement *row, void *userdata)
{
        int64_t *counts = userdata;
        int64_t state = db_int(row, 0);
        if (state >= 0 && state <= MAIL_PARKED)
                counts[state] += db_int(row, 1);
        return 0;
}

int announcement_counts(Store *store, const char *uid, int64_t ret[static MAIL_PARKED + 1])
{
        int64_t counts[MAIL_PARKED + 1] = { 0 };
        int r = QUERY_EACH(store, on_count, counts,
                        "SELECT state, count(*) FROM mail WHERE kind = '" MAIL_KIND_ANNOUNCEMENT
                        "' AND rule = $1 GROUP BY state"
                        " UNION ALL SELECT CASE WHEN stopped > 0 THEN " SQL_MAIL_SUPPRESSED
                        " ELSE " SQL_MAIL_PENDING " END,"
                        " (SELECT count(*) FROM announcement_due WHERE announcement = $1)"
                        " FROM announcement WHERE uid = $1",
                        BIND_T(uid));
        if (r == 0)
                memcpy(ret, counts, sizeof(counts));
        return r;
}

/* A scope and target, as what subscription_matching() takes. */
typedef struct Match {
        const char *uid, *categories, *collection;
        char *owned;          /* the categories of ANNOUNCE_KIND */
        ObjectRecord *record; /* the event of ANNOUNCE_EVENT */
} Match;

static void match_done(Match *match)
{
        free(match->owned);
        object_record_free(match->record);
}

static int match_init(Store *store, AnnouncementScope scope, const char *target, Match *ret)
{
        *ret = (Match){ "", ",", "", NULL, NULL };
        if (scope == ANNOUNCE_CALENDAR)
                ret->collection = target;
        if (scope == ANNOUNCE_KIND) {
                if (asprintf(&ret->owned, ",%s,", target) < 0) {
                        ret->owned = NULL;
                        return -ENOMEM;
                }
                ret->categories = ret->owned;
        }
        int r = scope == ANNOUNCE_EVENT ? object_find(store, target, &ret->record) : 0;
        if (r == 0 && ret->record)
                *ret = (Match){ target, ret->record->categories, ret->record->collection, NULL,
                        ret->record };
        return r;
}

typedef struct ListedWalk {
        int (*on_contact)(int64_t contact, void *userdata);
        void *userdata;
        int64_t last;
} ListedWalk;

static int on_listing(const Subscription *subscription, void *userdata)
{
        ListedWalk *walk = userdata;
        if (subscription->contact == walk->last)
                return 0;
        walk->last = subscription->contact;
        return walk->on_contact(subscription->contact, walk->userdata);
}

static int on_any_listed(DbStatement *row, void *userdata)
{
        const ListedWalk *walk = userdata;
        return walk->on_contact(db_int(row, 0), walk->userdata);
}

int announcement_listed_each(Store *store, AnnouncementScope scope, const char *target,
                int (*on_contact)(int64_t contact, void *userdata), void *userdata)
{
        CLEANUP(match_done) Match match = { 0 };
        ListedWalk walk = { on_contact, userdata, INT64_MIN };
        int r = match_init(store, scope, target, &match);
        if (r != 0)
                return r;
        if (scope == ANNOUNCE_ALL)
                return QUERY_EACH(store, on_any_listed, &walk,
                                "SELECT DISTINCT contact FROM subscription WHERE contact > $1 ORDER BY contact",
                                BIND_I(INT64_MIN));
        return subscription_matching(store, match.uid, "", match.categories, match.collection, INT64_MIN,
                        INT_MAX, on_listing, &walk);
}

static int found_one(int64_t contact, void *userdata)
{
        (void)contact;
        *(bool *)userdata = true;
        return 0;
}

static int has_listing(Store *store, int64_t contact, bool *ret)
{
        int64_t n = 0;
        int r = QUERY_NUMBER(store, &n, 0, "SELECT count(*) FROM subscription WHERE contact = $1",
                        BIND_I(contact));
        if (r == 0)
                *ret = n > 0;
        return r;
}

int announcement_is_listed(
                Store *store, AnnouncementScope scope, const char *target, int64_t contact, bool *ret)
{
        CLEANUP(match_done) Match match = { 0 };
        ListedWalk walk = { found_one, ret, INT64_MIN };
        if (scope == ANNOUNCE_CHOSEN || scope == ANNOUNCE_ALL)
                return has_listing(store, contact, ret);
        *ret = false;
        int r = match_init(store, scope, target, &match);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return subscription_matching_contact(store, match.uid, "", match.categories, match.collection,
                        contact, on_listing, &walk);
}
