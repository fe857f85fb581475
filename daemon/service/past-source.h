#pragma once

/*
 * Moves old mails to the archive of the ledger (store/ledger-past.h), some rows at a time, after
 * housekeeping has begun the archiving.
 */

#include "remind/due-source.h"

/** past_source - the source of this work; a mail is archived when it is older than mail.keep */
extern const DueSource past_source;
