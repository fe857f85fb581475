#pragma once

/*
 * Composes the mails about events: subject, text, HTML and calendar part in the reader's language and
 * zone.
 */

#include "letter/event-item.h"
#include "letter/letter.h"

typedef struct ComposeOptions {
        LetterOptions letter;
        const EventItem *parked; /* events of parked mails, to repeat; borrowed */
        size_t n_parked;
        bool late; /* the mail should have been sent earlier */
} ComposeOptions;

/** How an occurrence has changed since the reader was last told of it. */
typedef enum NoticeKind {
        NOTICE_NONE,
        NOTICE_CHANGED,
        NOTICE_RESTORED,  /* was cancelled, takes place after all */
        NOTICE_CANCELLED, /* does not exist any more, or is cancelled */
        NOTICE_POSTPONED, /* has become a draft: its date is open */
} NoticeKind;

/** The change that a mail tells; everything is borrowed. */
typedef struct NoticeText {
        NoticeKind kind;
        EventItem now;            /* the same as `before` if cancelled or postponed */
        EventItem before;         /* as in the last mail */
        const char *place_before; /* as in the last mail; "" for none */
} NoticeText;

typedef struct DigestEntry {
        EventItem item;
        Occurrence occurrence; /* the item points to it */
} DigestEntry;

/** The list of events in a digest. */
typedef struct DigestText {
        DigestEntry *entries;
        size_t n;
        size_t n_more;         /* entries that were left out */
        CivilTime first, last; /* the days that it covers, on the reader's clock */
} DigestText;

/**
 * compose_reminder() - append the mail
 * Shortens long texts and leaves out a calendar part that is too big: no event is too long for a mail.
 * Return: 0, -EINVAL (no address to write to or from), other negative errno.
 */
int compose_reminder(const EventItem *item, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append To, Subject and the plain text. Return: as compose_reminder(). */
int compose_preview(const EventItem *item, const ComposeOptions *options, Buffer *out);

/**
 * compose_notice() - append the mail about the changes since the last mail. Return: as compose_reminder().
 */
int compose_notice(const NoticeText *notice, const ComposeOptions *options, Buffer *out);

/**
 * compose_digest() - append the mail that lists all events of some days
 * compose_digest_preview() - append its preview, as compose_preview()
 * @ret_n: the number of entries that fit into the mail; may be NULL
 * Return: as compose_reminder().
 */
int compose_digest(const DigestText *digest, const ComposeOptions *options, Buffer *out, size_t *ret_n);
int compose_digest_preview(const DigestText *digest, const ComposeOptions *options, Buffer *out);
