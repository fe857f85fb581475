#pragma once

/* Whether and when mail may be sent to a contact: listings, refusals, suppressed addresses, quiet hours. */

#include "calendar/zone.h"
#include "contact/card.h"
#include "contact/preference.h"
#include "store/reason.h"
#include "store/store.h"

/**
 * consent_why_not() - find why no mail about an event may be sent to a contact
 * @uid: of the event; "" for mail about no single event
 * @ret: MAIL_REASON_NONE if mail may be sent
 */
int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, MailReason *ret);

/**
 * consent_quiet_until() - return the end of the quiet hours around @time, on the zone's clock; @time
 * itself outside of quiet hours. Pure.
 */
usec_t consent_quiet_until(const QuietHours *hours, const Zone *zone, usec_t time);
