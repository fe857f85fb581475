#pragma once

/*
 * The values of X-CONVENED-DIGEST and X-CONVENED-QUIET in a card. `DAILY@08:00` or `WEEKLY-MO@08:00` means
 * that the contact wants one digest instead of single reminders. `22:00-07:00` means that it wants no mail
 * in those hours. All times are in the contact's zone.
 */

#include <stdbool.h>

enum { PREFERENCE_TEXT_SIZE = 20 };

typedef enum DigestPeriod {
        DIGEST_NONE,
        DIGEST_DAILY,
        DIGEST_WEEKLY,
} DigestPeriod;

typedef struct DigestWish {
        DigestPeriod period;
        int weekday; /* for DIGEST_WEEKLY, numbered as by civil_weekday(): 0 for Sunday to 6 for Saturday */
        int minutes; /* after midnight */
} DigestWish;

/** From `from` up to, but not including, `to`. If `to` is before `from`, the hours include midnight. */
typedef struct QuietHours {
        int from, to; /* minutes after midnight, never equal */
} QuietHours;

/** digest_parse(), quiet_parse() - parse the property's value, ignoring case. Return: 0 or -EINVAL. */
int digest_parse(const char *text, DigestWish *ret);
int quiet_parse(const char *text, QuietHours *ret);

/** digest_format(), quiet_format() - write the property's value; "" for DIGEST_NONE. */
void digest_format(const DigestWish *wish, char ret[static PREFERENCE_TEXT_SIZE]);
void quiet_format(const QuietHours *hours, char ret[static PREFERENCE_TEXT_SIZE]);

/** quiet_has() - whether a minute of the day is within the quiet hours. */
bool quiet_has(const QuietHours *hours, int minutes);
