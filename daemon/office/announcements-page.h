#pragma once

/* The announcements, with what became of their mails, and a button that stops the mails that still wait. */

#include "office/call.h"

extern const OfficeRow announcements_page_rows[];
