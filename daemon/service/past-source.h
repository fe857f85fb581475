#pragma once

/* Brings mails that are long over into the past of the ledger (store/ledger-past.h), some rows at a time, once housekeeping has begun it. */

#include "remind/due-source.h"

/** past_source - the walk over the ledger; mail.keep says how long a mail stays in it as a whole */
extern const DueSource past_source;
