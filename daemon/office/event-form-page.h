#pragma once

/*
 * The form of an event, new or stored: /office/new-event, with ?parent= for a part, and /office/edit-event/.
 * Bad input stays in the form. If another editor has changed the event meanwhile, the form says what, and
 * keeps what was typed.
 */

#include "office/call.h"

extern const OfficeRow event_form_page_rows[];
