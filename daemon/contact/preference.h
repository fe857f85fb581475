#pragma once

/*
 * How a contact wants its mail, as its card says it: `X-CONVENED-DIGEST:DAILY@08:00` or `WEEKLY-MO@08:00` asks for one agenda instead of single
 * reminders, `X-CONVENED-QUIET:22:00-07:00` for no mail in those hours. All on the contact's own clock. Pure.
 */

#include "contact/card.h"

enum { PREFERENCE_TEXT_SIZE = 20 };

typedef enum AgendaPeriod {
        AGENDA_NONE,
        AGENDA_DAILY,
        AGENDA_WEEKLY,
} AgendaPeriod;

typedef struct AgendaWish {
        AgendaPeriod period;
        int weekday; /* of AGENDA_WEEKLY: 0 for Sunday to 6 for Saturday, as civil_weekday() */
        int minutes; /* after midnight */
} AgendaWish;

/** From the one up to, but not with, the other; over midnight where @to is not behind @from. */
typedef struct QuietHours {
        int from, to; /* minutes after midnight, never the same */
} QuietHours;

/** agenda_parse(), quiet_parse() - the property's value, case ignored. Return: 0 or -EINVAL. */
int agenda_parse(const char *text, AgendaWish *ret);
int quiet_parse(const char *text, QuietHours *ret);

/** agenda_format(), quiet_format() - the one text of it; of AGENDA_NONE the empty one. */
void agenda_format(const AgendaWish *wish, char ret[static PREFERENCE_TEXT_SIZE]);
void quiet_format(const QuietHours *hours, char ret[static PREFERENCE_TEXT_SIZE]);

/** card_agenda() - AGENDA_NONE where the card says nothing. card_quiet() - false where it says nothing. */
AgendaWish card_agenda(const Card *card);
bool card_quiet(const Card *card, QuietHours *ret);

/** quiet_has() - whether a minute of the day lies in the quiet hours. */
bool quiet_has(const QuietHours *hours, int minutes);
