#pragma once

/* The pages on which an administrator adds, changes and removes the calendars of the office. */

#include "office/call.h"

extern const OfficeRow calendar_page_rows[];
