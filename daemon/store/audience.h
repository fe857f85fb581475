#pragma once

/*
 * How much of an event a contact may see. Mails, private feeds and the page of preferences follow this one
 * rule: an event is shown in full to a contact that the office has subscribed to it, but an event that is
 * not CLASS:PUBLIC is shown in full only if the office has subscribed the contact to this very event. A
 * subscription that a contact has made itself shows no more than the public sees. publish_is_visible() says
 * which classes an audience sees.
 */

#include "calendar/publish.h"
#include "store/subscription.h"

/**
 * audience_of() - find how much of an object a contact may see. PUBLISH_PUBLIC if the object or the contact
 * does not exist. Bookings of meetings have their own rule (feed/select.h).
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int audience_of(Store *store, int64_t contact, int64_t object, PublishAudience *ret);

/**
 * audience_widen() - widen an audience by a subscription that matches the event
 * @audience: PUBLISH_PUBLIC before the first subscription
 */
static inline void audience_widen(
                SubscriptionScope scope, SubscriptionOrigin origin, PublishAudience *audience)
{
        if (origin != SUBSCRIPTION_GIVEN)
                return;
        if (scope == SUBSCRIBE_EVENT)
                *audience = PUBLISH_CONTACT;
        else if (*audience == PUBLISH_PUBLIC)
                *audience = PUBLISH_LISTED;
}
