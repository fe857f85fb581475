#pragma once

/* All kinds of mail: the tables that the daemon passes to outbox_new(). */

#include "outbox/kind.h"

/** Ends with NULL. Each module that sends mail has its table here. */
extern const OutboxTable *const mail_kinds[];
