#pragma once

/* The office has more than events: sites and bodies of the address book, calendars, kinds. */

#include "office/call.h"

extern const OfficeRow places_page_rows[];
