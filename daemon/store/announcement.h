#pragma once

/*
 * Announcements: a text of the office to contacts that are listed for an event, a kind or a calendar, or to
 * chosen contacts. The mails are rows of the ledger with the UID of the announcement as their rule. The key
 * of such a row has the UIDs of the announcement and of the contact, so no contact gets an announcement
 * twice.
 */

#include "base/hash.h"
#include "store/ledger.h"
#include "store/store.h"
#include "store/subscription-scope.h"

/** Those who get an announcement. The listings for a scope and target are those that match it. */
typedef enum AnnouncementScope {
        ANNOUNCE_CHOSEN = 0, /* the contacts that the office names */
        ANNOUNCE_ALL = SUBSCRIBE_ALL,
        ANNOUNCE_KIND = SUBSCRIBE_KIND,
        ANNOUNCE_EVENT = SUBSCRIBE_EVENT,
        ANNOUNCE_CALENDAR = SUBSCRIBE_CALENDAR,
} AnnouncementScope;

/** The text in one language; no line of the subject may be empty. */
typedef struct AnnouncementText {
        const char *language; /* tag */
        const char *subject;
        const char *body; /* plain text; paragraphs have an empty line between them */
} AnnouncementText;

enum { ANNOUNCEMENT_TEXTS_MAX = 16 };

typedef struct Announcement {
        const char *uid; /* shorter than TOKEN_SIZE; if NULL or "", announcement_add() makes it */
        AnnouncementScope scope;
        const char *target; /* UID of the event, category in lower case, or collection; "" for none */
        const char *author; /* login of the account; "" for the command */
        usec_t at;          /* when the mails are due */
        usec_t expires;     /* when they are no longer useful */
        usec_t created;     /* set by announcement_add() */
        usec_t stopped;     /* 0 if the office has not stopped it */
        AnnouncementText texts[ANNOUNCEMENT_TEXTS_MAX];
        size_t n_texts;
} Announcement;

Announcement *announcement_free(Announcement *announcement);
DEFINE_CLEANUP(Announcement, announcement_freep, announcement_free)

/**
 * announcement_add() - store an announcement and its texts, in the current transaction
 * @ret_uid: its UID
 */
int announcement_add(
                Store *store, const Announcement *announcement, usec_t now, char ret_uid[static TOKEN_SIZE]);

/** announcement_key() - make the key of the mail to a contact; @contact: its UID. Return: 0 or -ENOMEM. */
int announcement_key(const char *announcement, const char *contact, char ret[static HASH_HEX_SIZE]);

/**
 * announcement_add_mail() - add the mail to a contact to the ledger, in the current transaction. The mail of
 * an announcement that was stopped is added as suppressed.
 * @object:    id of the event; 0 for none
 * @ret_added: false if the contact has a mail of the announcement already
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such contact, another condition of the store, negative errno.
 */
int announcement_add_mail(Store *store, const Announcement *announcement, int64_t contact, int64_t object,
                usec_t now, bool *ret_added);

/** announcement_get() - read an announcement with its texts; STORE_E_NOT_FOUND if there is none */
int announcement_get(Store *store, const char *uid, Announcement **ret);

/** announcement_each() - call @on_announcement for up to @limit announcements, the newest first */
int announcement_each(Store *store, int limit,
                int (*on_announcement)(const Announcement *announcement, void *userdata), void *userdata);

/**
 * announcement_stop() - send no further mail of an announcement: its mails that wait are closed with
 * ledger_stop_mail(). In the current transaction.
 * @ret_n: the number of closed mails, and of recipients whose mail was not in the ledger yet
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno.
 */
int announcement_stop(Store *store, const char *uid, usec_t now, int64_t *ret_n);

/**
 * announcement_counts() - the number of mails of each MailState; archived mails are left out. A recipient
 * whose mail is not in the ledger yet counts as MAIL_PENDING; if the announcement was stopped, as
 * MAIL_SUPPRESSED.
 */
int announcement_counts(Store *store, const char *uid, int64_t ret[static MAIL_PARKED + 1]);

/**
 * announcement_listed_each() - call @on_contact once for each contact with a listing that matches the scope
 * and target, in order of id; with ANNOUNCE_ALL, for each contact with any listing
 *
 * Return: 0, STORE_E_NOT_FOUND if the event of ANNOUNCE_EVENT does not exist, the nonzero result of the
 * callback, another condition of the store, negative errno.
 */
int announcement_listed_each(Store *store, AnnouncementScope scope, const char *target,
                int (*on_contact)(int64_t contact, void *userdata), void *userdata);

/**
 * announcement_is_listed() - whether announcement_listed_each() would call for a contact. For
 * ANNOUNCE_CHOSEN, whether the contact has any listing: no one gets mail without one. False if there is no
 * such event.
 */
int announcement_is_listed(
                Store *store, AnnouncementScope scope, const char *target, int64_t contact, bool *ret);
