#pragma once

/*
 * The mails of the ledger with filters: event, person, state, day. For one event, its numbers: how many are
 * listed, what was sent or refused, and how many have opted out.
 */

#include "office/call.h"

extern const OfficeRow mails_page_rows[];
