#pragma once

/*
 * Writes a changed copy of a card, or a new card. In a copy, unchanged lines are kept byte for byte. The
 * result is text, which the caller checks with card_parse().
 */
#include "base/buffer.h"
#include "base/time.h"
#include "contact/card.h"

/** One property to write. */
typedef struct CardChange {
        const char *name; /* in upper case; the parameters, if any, follow as in a line: "TZ;PREF=1" */
        /*
         * Plain text, not escaped; of ADR, GEO and URL the value as a line of version 4.0 has it. NULL
         * removes the property.
         */
        const char *value;
} CardChange;

/**
 * card_edit() - append a copy of @card with properties set or removed
 * @changes: at most 512, and after them one without a name. A change replaces all lines that have its name,
 *           with their parameters. Several changes with one name write several lines in place of those.
 * @now:     for REV, if the card has one (RFC 6350, 6.7.4)
 *
 * A new property is added before END:VCARD. The line ends are the card's own. A failure is latched in @out.
 */
void card_edit(const Card *card, const CardChange *changes, usec_t now, Buffer *out);

/** A property whose value names the properties that the contact has set itself, separated by blanks. */
#define CARD_CHOSEN "X-CONVENED-CHOSEN"

enum { CARD_CHOSEN_SIZE = 256 };

/**
 * card_chosen() - get the value of CARD_CHOSEN; "" if the card does not have it, or if it is too long
 *
 * Return: 0 or negative errno.
 */
int card_chosen(const Card *card, char ret[static CARD_CHOSEN_SIZE]);

/**
 * card_keep_chosen() - append a copy of a card that the office imports again, with the choices of the
 * contact
 * @card: the new card
 * @kept: the card of the same contact in the store. For each property in its CARD_CHOSEN, the copy has the
 *        lines of @kept, or no line if @kept has none.
 *
 * A failure is latched in @out.
 */
void card_keep_chosen(const Card *card, const Card *kept, Buffer *out);

/**
 * card_compose() - append a new card of version 4.0 with the given properties, such as UID and FN, in the
 * given order.
 */
void card_compose(const CardChange *properties, Buffer *out);
