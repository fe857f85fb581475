#pragma once

/* /office/why/UID?event=UID: why a person gets nothing about an event, or which reminders are to come. */

#include "office/call.h"

extern const OfficeRow why_page_rows[];
