#pragma once

/*
 * Moves old mails to the ledger's archive (store/ledger-past.h), some rows at a time, after housekeeping has
 * begun it.
 */

#include "remind/due-source.h"

/** past_source - the source of this work; mail.keep is the time after which a mail is archived */
extern const DueSource past_source;
