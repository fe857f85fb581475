#pragma once

/* What a reminder says: subject, text, HTML and calendar part in the contact's language and zone, as the bytes of a mail. */

#include "config/config.h"
#include "contact/card.h"
#include "remind/due.h"

typedef struct ComposeOptions {
        const Config *config;
        ZoneTable *zones;
        const Card *contact;
        const char *token;      /* of the opt-out link */
        const char *message_id; /* without angle brackets */
        usec_t now;
        bool late; /* it should have gone out earlier */
} ComposeOptions;

/**
 * compose_reminder() - append the mail
 * Long texts are shortened, and what is too big to be attached is left out: an event alone can not keep a mail from being made.
 * Return: 0, -EINVAL (no address to write to or from), other negative errno.
 */
int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out);

/** compose_preview() - append what a person would read of it: To, Subject, and the plain text. */
int compose_preview(const Reminder *reminder, const ComposeOptions *options, Buffer *out);
