#pragma once

/* Inside of remind/ only: quiet hours on a zone's clock. Pure. */

#include "calendar/zone.h"
#include "contact/preference.h"

/** consent_quiet_until() - when the quiet hours that @time lies in end; @time itself when it lies in none. */
usec_t consent_quiet_until(const QuietHours *hours, const Zone *zone, usec_t time);
