#pragma once

/* The login with a name and a password, and the logout. */

#include "office/call.h"

extern const OfficeRow login_page_rows[];
