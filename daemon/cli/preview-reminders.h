#pragma once

/*
 * The reminders that `convene preview` shows. Those that are due in the same quarter of an hour are one
 * mail.
 */

#include "cli/command.h"
#include "letter/compose.h"
#include "remind/reminder.h"

typedef struct PreviewReminder PreviewReminder;

typedef struct PreviewReminders {
        PreviewReminder *items;
        size_t n;
} PreviewReminders;

void preview_reminders_done(PreviewReminders *reminders);

/** preview_reminders_add() - keep what identifies a reminder. Return: 0 or -ENOMEM. */
int preview_reminders_add(PreviewReminders *reminders, const Reminder *reminder);

/** Receives a mail, or its plain text, and the time at which it is sent. A nonzero result ends the calls. */
typedef int (*PreviewOnMail)(usec_t moment, const Buffer *text, void *userdata);

typedef struct PreviewMails {
        const Cli *cli;
        int64_t contact;
        const Card *card;
        bool raw; /* compose whole mails, not only their texts */
        ComposeOptions (*options)(usec_t moment, void *userdata);
        PreviewOnMail on_mail;
        void *userdata;
} PreviewMails;

/**
 * preview_reminders_each() - sort the reminders, and compose the mails in order of time. A part of an event
 * that the mail about this event names has no mail of its own.
 * Return: 0, the nonzero result of @mails->on_mail, others as the store's.
 */
int preview_reminders_each(PreviewReminders *reminders, const PreviewMails *mails);
