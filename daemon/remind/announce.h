#pragma once

/* Announcements: those who get one, the reasons why others get none, and their texts. */

#include "contact/card.h"
#include "store/announcement.h"

/**
 * announce_why_not() - find the reason why a contact may not get an announcement: as for reminders, and a
 * muted kind for ANNOUNCE_KIND
 * @ret: MAIL_REASON_NONE if the mail may be sent
 */
int announce_why_not(Store *store, const Announcement *announcement, int64_t contact, const Card *card,
                MailReason *ret);

/** announce_text() - the text in the contact's language; if there is none, the first one */
const AnnouncementText *announce_text(const Announcement *announcement, const Card *card);

/** The recipients of an announcement, in order of id. */
typedef struct AnnounceRecipients {
        int64_t *contacts;
        size_t n;
        size_t n_reasons[MAIL_N_REASONS];       /* contacts that get no mail, by reason */
        size_t n_texts[ANNOUNCEMENT_TEXTS_MAX]; /* recipients by the text that they get */
} AnnounceRecipients;

void announce_recipients_done(AnnounceRecipients *recipients);

/**
 * announce_find() - find the recipients
 * @collections: only contacts of these address books, ",contacts,"; NULL for all
 * @chosen: the contacts for ANNOUNCE_CHOSEN, @n_chosen of them; one that is named twice counts once
 *
 * In every case the caller must call announce_recipients_done().
 *
 * Return: 0, STORE_E_NOT_FOUND if the event does not exist, another condition of the store, negative errno.
 */
int announce_find(Store *store, const Announcement *announcement, const char *collections,
                const int64_t *chosen, size_t n_chosen, AnnounceRecipients *ret);

/**
 * announce_send() - store the announcement and its recipients, in the current transaction. The daemon adds
 * their mails to the ledger in steps (announce-step.h).
 * @recipients: as they are at the present store_sequence()
 * @ret_uid: of the announcement
 */
int announce_send(Store *store, const Announcement *announcement, const AnnounceRecipients *recipients,
                usec_t now, char ret_uid[static TOKEN_SIZE]);
