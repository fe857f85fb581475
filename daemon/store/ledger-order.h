#pragma once

/*
 * The order of mails to one address about one meeting of an account (MAIL_KIND_REQUEST, _UPDATE, _OFF). Each
 * of them has its own times of attempts, so a later one may go before an earlier one, which then would say
 * what is no longer so. Such a row has the address as its place, and the instances as its recurrence_id: ""
 * for the whole meeting.
 */

#include "store/ledger.h"

/** ledger_is_overtaken() - whether a later row is about the same instances or about the whole meeting */
int ledger_is_overtaken(Store *store, const MailRecord *mail, bool *ret);

/**
 * ledger_comes_later() - whether an earlier row about the meeting must go first: it is being sent, or waits
 * and is not overtaken by @mail
 */
int ledger_comes_later(Store *store, const MailRecord *mail, bool *ret);

/**
 * ledger_is_uninvited() - whether the last MAIL_KIND_REQUEST of the same instances or of the whole meeting
 * before @mail, and each change of it, certainly did not arrive; false if the ledger has no such row
 */
int ledger_is_uninvited(Store *store, const MailRecord *mail, bool *ret);
