#pragma once

/*
 * One event: what it says, its programme, its dates, and what can be done with it: publish or hide it,
 * cancel it, let it take place after all, postpone it without a date, copy it with its parts to another
 * day, delete it, and move or cancel one of its occurrences.
 */

#include "office/call.h"

extern const OfficeRow event_page_rows[];
