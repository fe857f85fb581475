#pragma once

/* One mail of the ledger as a row of a table, with a link to its page. */

#include "office/call.h"
#include "store/ledger.h"

/**
 * mail_row_write() - write the row: when it is due, what it is about, to whom, its state, and why
 * @has_person: whether the table has a column for the person
 */
void mail_row_write(OfficeCall *call, const MailRecord *mail, bool has_person);

/** mail_row_write_about() - write the kind of the mail, and the name of its event with a link */
void mail_row_write_about(OfficeCall *call, const MailRecord *mail);

/** mail_row_write_person() - write the name of the recipient, with a link */
void mail_row_write_person(OfficeCall *call, const MailRecord *mail);
