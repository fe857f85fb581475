#pragma once

/* The scope of a subscription. Together with its target it selects a set of events. */

typedef enum SubscriptionScope {
        SUBSCRIBE_ALL = 1,
        SUBSCRIBE_KIND = 2,
        SUBSCRIBE_EVENT = 3,
        SUBSCRIBE_CALENDAR = 4
} SubscriptionScope;

/* The same values for the text of a statement. */
#define SQL_SUBSCRIBE_ALL      "1"
#define SQL_SUBSCRIBE_KIND     "2"
#define SQL_SUBSCRIBE_EVENT    "3"
#define SQL_SUBSCRIBE_CALENDAR "4"
