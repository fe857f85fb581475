#pragma once

/*
 * The mails that an account may see, or retry and stop: those to contacts of its address books, about events
 * of its calendars. A mail about several events needs the right to each of them. A mail whose contact or
 * event is gone is for accounts with the right to all of them.
 */

#include "office/call.h"
#include "store/account-right.h"
#include "store/ledger.h"

typedef struct MailScope {
        Buffer books, calendars;
        LedgerScope scope; /* borrows from both */
} MailScope;

/**
 * mail_scope_init() - find the collections to which the account has a right. In every case the caller must
 * call mail_scope_done().
 *
 * Return: 0, OFFICE_E_FORBIDDEN if it has none to an address book, a condition of the store, negative errno.
 */
int mail_scope_init(MailScope *scope, OfficeCall *call, AccountAccess needed);
void mail_scope_done(MailScope *scope);

/**
 * mail_scope_check() - whether the account has the right to a mail
 * Return: 0, OFFICE_E_FORBIDDEN, a condition of the store, negative errno.
 */
int mail_scope_check(OfficeCall *call, AccountAccess needed, const MailRecord *mail);
