#pragma once

/*
 * The contents of each kind of mail about events: subject, text, HTML and calendar part in the reader's
 * language and zone, as the bytes of a mail.
 */

#include "letter/letter.h"
#include "remind/digest.h"
#include "remind/notice.h"
#include "remind/parked.h"
#include "remind/reminder.h"

typedef struct ComposeOptions {
        LetterOptions letter;
        const Parked *parked; /* what earlier mails may not have told; NULL for none */
        bool late;            /* the mail should have gone out earlier */
} ComposeOptions;

/**
 * compose_reminder() - append the mail
 * Long texts are shortened, and what is too big to be attached is left out: no event is too long for a mail.
 * Return: 0, -EINVAL (no address to write to or from), other negative errno.
 */
int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append To, Subject, and the plain text. Returns as compose_reminder(). */
int compose_preview(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/**
 * compose_notice() - append the mail that says what has changed since the last one. Returns as
 * compose_reminder().
 */
int compose_notice(const Notice *notice, const ComposeOptions *options, Buffer *out);

/**
 * compose_digest() - append the mail that tells all events of some days. compose_digest_preview() - as
 * compose_preview(). Return as compose_reminder().
 * @ret_n: how many of the entries, from the first on, the mail has room for; may be NULL
 */
int compose_digest(const Digest *digest, const ComposeOptions *options, Buffer *out, size_t *ret_n);
int compose_digest_preview(const Digest *digest, const ComposeOptions *options, Buffer *out);
