#pragma once

/* /office/offers: the hours in which hosts can be met. */

#include "office/call.h"

extern const OfficeRow offers_page_rows[];
