#pragma once

/* The page /office/event-mail/UID: the recipients of an event's reminder, and the text that they get. */

#include "office/call.h"

extern const OfficeRow event_mail_page_rows[];
