#pragma once

/* Whether and when mail may be sent to a contact: listings, refusals, suppressed addresses, quiet hours. */

#include "calendar/zone.h"
#include "contact/card.h"
#include "contact/preference.h"
#include "store/reason.h"
#include "store/store.h"

/**
 * consent_why_not() - find the reason why a contact may get no mail about an event
 * @uid: of the event; "" if the mail is not about a single event
 * @ret: the reason; MAIL_REASON_NONE if the mail may be sent
 */
int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, MailReason *ret);

/**
 * consent_quiet_until() - return when the quiet hours that contain @time end, by the clock of @zone; @time
 * itself if it is not in the quiet hours. A pure function.
 */
usec_t consent_quiet_until(const QuietHours *hours, const Zone *zone, usec_t time);
