#pragma once

/*
 * The kinds of mail about meetings, for the outbox. A mail is composed from the state of the meeting when it
 * is sent. If the meeting has a later revision than the mail, the mail is not sent.
 */

#include "config/config.h"
#include "outbox/kind.h"

extern const OutboxTable meet_mails_table;

/**
 * meet_mail_preview() - append the recipient and the text of a mail in the ledger
 * Return: 0, STORE_E_NOT_FOUND if the mail is of another kind or would not be sent, others as the store's.
 */
int meet_mail_preview(Store *store, const Config *config, int64_t mail, usec_t now, Buffer *out);
