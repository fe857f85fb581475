#pragma once

/* Inside of store/ only: the bytes of the ledger's mails, stored until the mail is closed. */

#include "store/mail-dictionary.h"
#include "store/query.h"

/**
 * mail_text_keep() - store the bytes of a mail that has none yet, in the current transaction
 * @dictionary: a similar mail, so that only the difference is stored; NULL for none; borrowed
 */
int mail_text_keep(
                Store *store, int64_t mail, const char *bytes, size_t len, const MailDictionary *dictionary);

/**
 * mail_text_drop() - delete the bytes of a mail, in the current transaction. With the last mail that uses a
 * dictionary, the dictionary is deleted too, because it contains the text of a mail.
 */
int mail_text_drop(Store *store, int64_t mail);

/** mail_text_sweep() - delete all unused dictionaries, after the bytes of several mails were deleted */
int mail_text_sweep(Store *store);

/* TEXT_COLUMNS, TEXT_TABLES: the columns that mail_text_read() reads, and the tables that have them */
#define TEXT_COLUMNS "message.bytes, message.sample, sample.bytes"
#define TEXT_TABLES                                                                                         \
        "mail LEFT JOIN message ON message.mail = mail.id"                                                  \
        " LEFT JOIN sample ON sample.name = message.sample"

/**
 * mail_text_read() - read the bytes of a mail from a row of a query
 * @column: position of TEXT_COLUMNS in the row
 * @ret:    the caller frees it; NULL if the mail has no bytes
 *
 * Return: 0, DB_E_CORRUPT, -ENOMEM.
 */
int mail_text_read(DbStatement *row, int column, char **ret, size_t *ret_len);
