#pragma once

/* Mails to participants outside of the office (RFC 6047). The outbox sends them. */

#include "outbox/kind.h"
#include "schedule/message.h"
#include "schedule/user.h"

/** The kinds of mail about meetings in calendars, for outbox_new() */
extern const OutboxTable schedule_mails_table;

/**
 * mails_add() - add a mail with a message to the ledger, in the transaction of the caller
 * @sender:  the account, as account_login() writes it
 * @address: of the recipient
 *
 * In a REQUEST or CANCEL the organizer has the address for answers, if the mailbox is read: its tag is known
 * to this recipient only. Accounts are named by their mail addresses.
 * Return: 0, a condition of the store, negative errno.
 */
int mails_add(const ScheduleWork *work, const char *sender, const ScheduleMessage *message,
                const char *address);
