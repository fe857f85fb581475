#pragma once

/* The list of people, searched by name, address and organisation. Boxes choose some of them. */

#include "office/call.h"

extern const OfficeRow people_page_rows[];
