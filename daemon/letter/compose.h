#pragma once

/*
 * Composes the mails about events: subject, text, HTML and calendar part, in the recipient's language and
 * time zone.
 */

#include "letter/event-item.h"
#include "letter/letter.h"

typedef struct DigestText DigestText;

typedef struct ComposeOptions {
        LetterOptions letter;
        const EventItem *whole;  /* the event that this one is a part of; borrowed; NULL for none */
        const DigestText *parts; /* the parts of a reminder's event, to be listed; borrowed; NULL for none */
        size_t *ret_n_parts;     /* how many of `parts`, from the first on, fit into the mail; may be NULL */
        const EventItem *parked; /* events of parked mails, which this mail repeats; borrowed */
        size_t n_parked;
        size_t *ret_n_parked; /* how many of `parked`, from the first on, fit into the mail; may be NULL */
        bool late;            /* the mail should have been sent earlier */
} ComposeOptions;

/** How an occurrence has changed since the recipient was last told of it. */
typedef enum NoticeKind {
        NOTICE_NONE,
        NOTICE_CHANGED,
        NOTICE_RESTORED,  /* was cancelled, but takes place after all */
        NOTICE_CANCELLED, /* no longer exists, or is cancelled */
        NOTICE_POSTPONED, /* has become a draft: its date is open */
} NoticeKind;

/** The part of an event that a notice is about. */
typedef enum NoticeScope {
        NOTICE_OF_EVENT,      /* the event does not recur */
        NOTICE_OF_OCCURRENCE, /* one occurrence of a series; the series as a whole still takes place */
        NOTICE_OF_SERIES,     /* the first occurrence of a series, all of which has changed in this way */
} NoticeScope;

/** The change that a notice describes; all pointers are borrowed. */
typedef struct NoticeText {
        NoticeKind kind;
        NoticeScope scope;
        EventItem now;            /* equal to `before` if cancelled or postponed */
        EventItem before;         /* as the last mail described it */
        const char *place_before; /* as the last mail named it; "" for none */
} NoticeText;

/** One of several notices in a mail. */
typedef struct NoticesItem {
        NoticeText notice;
        const EventItem *whole; /* the event of which this one is a part, named in the mail; NULL for none */
        const char *token;      /* of the link that stops the mails about this event */
} NoticesItem;

/** Several notices, in the order of the mail; all pointers are borrowed. */
typedef struct NoticesText {
        const NoticesItem *items;
        size_t n; /* 2 or more */
} NoticesText;

typedef struct DigestEntry {
        EventItem item;
        Occurrence occurrence; /* the item points to it */
} DigestEntry;

/** The list of events in a digest. */
struct DigestText {
        DigestEntry *entries;
        size_t n;
        size_t n_more;         /* entries that were left out */
        CivilTime first, last; /* the days that the digest covers, in the recipient's zone */
};

/** One event in a reminder of several. */
typedef struct BundleItem {
        EventItem item;
        const EventItem *whole; /* the event that `item` is a part of, which the mail names; NULL for none */
        const DigestText *parts; /* the parts of the event, which the mail lists; NULL for none */
        size_t n_parts;          /* set by compose_bundle(): the number of parts that fit into the mail */
        const char *token;       /* of the link that stops the mails about this event */
} BundleItem;

/** The events in a reminder of several, in the order of the mail; all pointers are borrowed. */
typedef struct BundleText {
        BundleItem *items;
        size_t n;
} BundleText;

/**
 * compose_reminder() - append the mail about one event. Long texts are shortened and a calendar part that is
 * too big is left out, so that no event is too long for a mail.
 * Return: 0, -EINVAL if the sender or the recipient has no valid address, or another negative errno.
 */
int compose_reminder(const EventItem *item, const ComposeOptions *options, Buffer *out);

/**
 * compose_bundle() - append the reminder of several events. The options `whole` and `parts` are not used.
 * Return: as compose_reminder(); -EFBIG if there is no room for all events.
 */
int compose_bundle(const BundleText *bundle, const ComposeOptions *options, Buffer *out);

/**
 * compose_bundle_preview() - as compose_preview(), for a reminder of several events. Return: as
 * compose_bundle().
 */
int compose_bundle_preview(const BundleText *bundle, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append To, Subject and the plain text. Return: as compose_reminder(). */
int compose_preview(const EventItem *item, const ComposeOptions *options, Buffer *out);

/**
 * compose_notice() - append the mail about the changes since the contact's last mail. Return: as
 * compose_reminder().
 */
int compose_notice(const NoticeText *notice, const ComposeOptions *options, Buffer *out);

/**
 * compose_notices() - append the mail about the changes of several events. The option `whole` is not used.
 * Return: as compose_reminder(); -EFBIG if there is no room for all events.
 */
int compose_notices(const NoticesText *notices, const ComposeOptions *options, Buffer *out);

/** compose_notice_preview() - append the preview of a notice. Return: as compose_preview(). */
int compose_notice_preview(const NoticeText *notice, const ComposeOptions *options, Buffer *out);

/**
 * compose_digest() - append the mail of a digest
 * @ret_n: the number of entries that fit into the mail; may be NULL
 * Return: as compose_reminder().
 */
int compose_digest(const DigestText *digest, const ComposeOptions *options, Buffer *out, size_t *ret_n);

/** compose_digest_preview() - append the preview of a digest. Return: as compose_preview(). */
int compose_digest_preview(const DigestText *digest, const ComposeOptions *options, Buffer *out);
