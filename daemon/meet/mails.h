#pragma once

/*
 * The kinds of mail in this module, for the outbox. A mail is composed from the meeting as it is at that
 * time; one that belongs to an earlier revision is not sent any more.
 */

#include "config/config.h"
#include "outbox/kind.h"

extern const OutboxTable meet_mails_table;

/**
 * meet_mail_preview() - append the recipient and the text of a mail of the ledger, for people. Return: 0,
 * STORE_E_NOT_FOUND if it is none of these kinds or would not be sent, others as the store's.
 */
int meet_mail_preview(Store *store, const Config *config, int64_t mail, usec_t now, Buffer *out);
