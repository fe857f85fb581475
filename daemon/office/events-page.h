#pragma once

/* The list of events, with filters and a search. */

#include "office/call.h"

extern const OfficeRow events_page_rows[];
