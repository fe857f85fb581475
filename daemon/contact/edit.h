#pragma once

/*
 * A changed copy of a kept card, in which every line that was not changed stays byte for byte, and a new
 * card for an address. The result is text; card_parse() has the last word on it.
 */

#include "base/buffer.h"
#include "base/time.h"
#include "contact/card.h"

/** One property to write. */
typedef struct CardChange {
        const char *name;  /* in capitals */
        const char *value; /* plain text, it is escaped; NULL removes the property */
} CardChange;

/**
 * card_edit() - append a copy of @card with properties set or removed
 * @changes: ended by one without a name; each takes the place of all lines of its name, with
 *           their parameters
 * @now:     for REV, where the card has one (RFC 6350, 6.7.4)
 *
 * A new property stands before END:VCARD. Line ends are those that the card has. A failure is latched in
 * @out.
 */
void card_edit(const Card *card, const CardChange *changes, usec_t now, Buffer *out);

/**
 * card_compose() - append a new card of version 4.0 from UID, FN and whatever else is given, in that order.
 */
void card_compose(const CardChange *properties, Buffer *out);
