#pragma once

/* Who is listed for an event, and the reminder as they will get it: /office/event-mail/UID */

#include "office/call.h"

extern const OfficeRow event_mail_page_rows[];
