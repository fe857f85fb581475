#pragma once

/* Whether mail may go to a contact, and when: listings, refusals, suppressed addresses, quiet hours. */

#include "calendar/zone.h"
#include "contact/card.h"
#include "contact/preference.h"
#include "store/reason.h"
#include "store/store.h"

/**
 * consent_why_not() - why no mail may go to a contact about an event
 * @uid: of the event; "" for mail about no event in particular
 * @ret: MAIL_REASON_NONE when mail may go
 */
int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, MailReason *ret);

/**
 * consent_quiet_until() - the end of the quiet hours that @time lies in, on the zone's clock; @time itself
 * when it lies in none. Pure.
 */
usec_t consent_quiet_until(const QuietHours *hours, const Zone *zone, usec_t time);
