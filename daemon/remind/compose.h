#pragma once

/* What each kind of mail says: subject, text, HTML and calendar part in the contact's language and zone, as the bytes of a mail. */

#include "config/config.h"
#include "contact/card.h"
#include "mail/template.h"
#include "remind/due.h"
#include "remind/notice.h"
#include "store/signup.h"

typedef struct Digest Digest;
typedef struct Parked Parked;

/** A request to be listed, as its mail speaks of it. */
typedef struct Confirm {
        const Signup *signup;
        const Event *event; /* where it is for one; NULL otherwise */
        bool is_listed;     /* already: there is nothing to confirm */
} Confirm;

typedef struct ComposeOptions {
        const Config *config;
        ZoneTable *zones;
        const Card *contact;     /* NULL: nobody who is listed, but */
        const char *address;     /* whoever has this address, */
        const char *language;    /* in this language */
        const char *token;       /* of the link in the footer */
        const char *message_id;  /* without angle brackets */
        const char *in_reply_to; /* the same; NULL for none */
        const Parked *parked;    /* what earlier mails may not have brought; NULL for none */
        usec_t now;
        bool late; /* it should have gone out earlier */
        MessageTemplate **
                        ret_template; /* where the mail becomes the pattern of others, if it can; NULL for nowhere */
} ComposeOptions;

/**
 * compose_reminder() - append the mail
 * Long texts are shortened, and what is too big to be attached is left out: an event alone can not keep a mail from being made.
 * Return: 0, -EINVAL (no address to write to or from), other negative errno.
 */
int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append what a person would read of it: To, Subject, and the plain text. */
int compose_preview(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/** compose_notice() - append the mail that says what has changed since the last one. Returns as compose_reminder(). */
int compose_notice(const Notice *notice, const ComposeOptions *options, Buffer *out);

/** compose_digest() - append the mail that tells all of some days; compose_digest_preview() - what a person would read of it. Return as compose_reminder(). */
int compose_digest(const Digest *digest, const ComposeOptions *options, Buffer *out);
int compose_digest_preview(const Digest *digest, const ComposeOptions *options, Buffer *out);

/** compose_confirm() - append the mail that asks somebody to confirm that its address is to be listed. Returns as compose_reminder(). */
int compose_confirm(const Confirm *confirm, const ComposeOptions *options, Buffer *out);
