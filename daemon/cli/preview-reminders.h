#pragma once

/* The reminders that `convene preview` shows: those of a quarter of an hour are one mail. */

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

/** Receives a mail, or its plain text, and when it goes. A nonzero return value ends the iteration. */
typedef int (*PreviewOnMail)(usec_t moment, const Buffer *text, void *userdata);

typedef struct PreviewMails {
        const Cli *cli;
        int64_t contact;
        const Card *card;
        bool raw; /* whole mails */
        ComposeOptions (*options)(usec_t moment, void *userdata);
        PreviewOnMail on_mail;
        void *userdata;
} PreviewMails;

/**
 * preview_reminders_each() - compose the mails, in order of time. There is no mail about a part that the mail
 * about its whole tells of.
 */
int preview_reminders_each(PreviewReminders *reminders, const PreviewMails *mails);
