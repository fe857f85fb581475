#pragma once

/* The meetings that are asked for or booked, with the steps that the office makes for their hosts. */

#include "office/call.h"

extern const OfficeRow meetings_page_rows[];
