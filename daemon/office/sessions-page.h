#pragma once

/* The account that has signed in: its role and its sessions, which it can end. */

#include "office/call.h"

extern const OfficeRow sessions_page_rows[];
