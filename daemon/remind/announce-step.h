#pragma once

/* Adds the mails of announcements to the ledger, in steps (store/announcement-due.h). */

#include "remind/due-source.h"

/** announce_source - adds the mails of recipients of announcements who have none yet */
extern const DueSource announce_source;
