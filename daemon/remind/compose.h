#pragma once

/*
 * Composes the mails about events: subject, text, HTML and calendar part in the reader's language and
 * zone.
 */

#include "letter/letter.h"
#include "remind/digest.h"
#include "remind/notice.h"
#include "remind/parked.h"
#include "remind/reminder.h"

typedef struct ComposeOptions {
        LetterOptions letter;
        const Parked *parked; /* events of parked mails, to repeat; NULL for none */
        bool late;            /* the mail should have been sent earlier */
} ComposeOptions;

/**
 * compose_reminder() - append the mail
 * Shortens long texts and leaves out a calendar part that is too big: no event is too long for a mail.
 * Return: 0, -EINVAL (no address to write to or from), other negative errno.
 */
int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append To, Subject and the plain text. Return: as compose_reminder(). */
int compose_preview(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/**
 * compose_notice() - append the mail about the changes since the last mail. Return: as compose_reminder().
 */
int compose_notice(const Notice *notice, const ComposeOptions *options, Buffer *out);

/**
 * compose_digest() - append the mail that lists all events of some days
 * compose_digest_preview() - append its preview, as compose_preview()
 * @ret_n: the number of entries that fit into the mail; may be NULL
 * Return: as compose_reminder().
 */
int compose_digest(const Digest *digest, const ComposeOptions *options, Buffer *out, size_t *ret_n);
int compose_digest_preview(const Digest *digest, const ComposeOptions *options, Buffer *out);
