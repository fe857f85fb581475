#pragma once

/* Inside of store/ only: the bytes of the ledger's mails, kept while they are on their way. */

#include "store/mail-dictionary.h"
#include "store/query.h"

/**
 * mail_text_keep() - of a mail that has none yet, in the transaction under way
 * @dictionary: a mail that the bytes nearly repeat; NULL for none; borrowed
 */
int mail_text_keep(
                Store *store, int64_t mail, const char *bytes, size_t len, const MailDictionary *dictionary);

/**
 * mail_text_drop() - a mail's bytes are not needed any more, in the transaction under way
 * mail_text_sweep() - after bytes of several mails were deleted: the dictionaries that no mail leans on go,
 * too
 *
 * A dictionary is the text of a mail, so it is deleted with the last mail that needs it.
 */
int mail_text_drop(Store *store, int64_t mail);
int mail_text_sweep(Store *store);

/* TEXT_COLUMNS, TEXT_TABLES: of a query whose row mail_text_read() takes, from @column on */
#define TEXT_COLUMNS "message.bytes, message.sample, sample.bytes"
#define TEXT_TABLES                                                                                         \
        "mail LEFT JOIN message ON message.mail = mail.id"                                                  \
        " LEFT JOIN sample ON sample.name = message.sample"

/**
 * mail_text_read() - *ret is NULL where there is none, else the caller frees it. Return: 0, DB_E_CORRUPT,
 * -ENOMEM.
 */
int mail_text_read(DbStatement *row, int column, char **ret, size_t *ret_len);
