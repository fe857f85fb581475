#pragma once

/* What the office has beside events: the sites and bodies of the address book, the calendars, the kinds. */

#include "office/call.h"

extern const OfficeRow places_page_rows[];
