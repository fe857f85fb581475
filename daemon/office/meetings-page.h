#pragma once

/*
 * The page of requested and booked meetings, where an editor accepts, declines, moves and cancels them for
 * the hosts.
 */

#include "office/call.h"

extern const OfficeRow meetings_page_rows[];
