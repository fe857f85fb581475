#pragma once

/* The second step of an account's login: its set-up, its recovery codes, its end. */

#include "office/call.h"

extern const OfficeRow second_factor_page_rows[];
