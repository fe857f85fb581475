#pragma once

/* The pages on which an administrator adds, changes and removes kinds of events. */

#include "office/call.h"

extern const OfficeRow kind_page_rows[];
