#pragma once

/* /office/timetable: the meetings of one day, to print. /office/match: those that participants wish for. */

#include "office/call.h"

extern const OfficeRow timetable_page_rows[];
