#pragma once

/* Inside of store/ only: records of a transfer that need more than one statement. */

#include "store/transfer-record.h"

/** transfer_own_way - the kinds of records that need more than one statement; NULL for the others */
extern int (*const transfer_own_way[TRANSFER_N_KINDS])(Transfer *transfer, Record *record);

/** transfer_mail_text() - add the text of a mail that may have arrived: the next attempt sends the same */
int transfer_mail_text(Transfer *transfer, Record *record);
