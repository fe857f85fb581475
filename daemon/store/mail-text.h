#pragma once

/* Inside of store/ only: what the mails of the ledger say, for as long as they are on their way. */

#include "store/ledger.h"
#include "store/query.h"

/** mail_text_keep() - of a mail that has none yet, in the transaction under way. */
int mail_text_keep(Store *store, int64_t mail, const MailText *text);

/**
 * mail_text_drop() - they are not needed any more, in the transaction under way
 * TEXT_DROP() takes a query, or a list, of the mails' ids, and its parameters.
 */
int mail_text_drop(Store *store, const char *sql, const Bind *binds, size_t n);
#define TEXT_DROP(store, mails, ...)                                                                        \
        mail_text_drop(store, "DELETE FROM message WHERE mail IN (" mails ")",                              \
                        (const Bind[]){ __VA_ARGS__ },                                                      \
                        sizeof((const Bind[]){ __VA_ARGS__ }) / sizeof(Bind))

/** TEXT_COLUMNS, TEXT_TABLES - of a query that mail_text_read() finds them in, from @column on. */
#define TEXT_COLUMNS "message.bytes, message.sample, sample.bytes"
#define TEXT_TABLES                                                                                         \
        "mail LEFT JOIN message ON message.mail = mail.id LEFT JOIN sample ON sample.name = message.sample"

/** mail_text_read() - *ret is NULL where there is none, else the caller frees it. Return: 0, DB_E_CORRUPT, -ENOMEM. */
int mail_text_read(DbStatement *statement, int column, char **ret, size_t *ret_len);
