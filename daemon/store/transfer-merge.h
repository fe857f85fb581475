#pragma once

/* Inside of store/ only: records of a transfer that need more than one statement. */

#include "store/transfer-record.h"

/**
 * transfer_adders - for each kind of record that needs more than one statement, the function that adds it;
 * NULL for a kind that record_insert() adds
 */
extern int (*const transfer_adders[TRANSFER_N_KINDS])(Transfer *transfer, Record *record);

/**
 * transfer_mail_text() - add the text of a mail that may have been delivered (COMMITTED, UNKNOWN), so that
 * the next attempt sends the same bytes; nothing for any other mail
 */
int transfer_mail_text(Transfer *transfer, Record *record);
