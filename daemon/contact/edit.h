#pragma once

/*
 * Writes a changed copy of a card, in which unchanged lines are kept byte for byte, or a new card. The
 * result is text, which the caller checks by card_parse().
 */

#include "base/buffer.h"
#include "base/time.h"
#include "contact/card.h"

/** One property to write. */
typedef struct CardChange {
        const char *name;  /* in upper case */
        const char *value; /* plain text, not escaped; NULL removes the property */
} CardChange;

/**
 * card_edit() - append a copy of @card with properties set or removed
 * @changes: ended by one without a name; each replaces all lines of its name, including their parameters
 * @now:     for REV, if the card has one (RFC 6350, 6.7.4)
 *
 * A new property is added before END:VCARD. Line ends are those of the card. A failure is latched in @out.
 */
void card_edit(const Card *card, const CardChange *changes, usec_t now, Buffer *out);

/**
 * card_compose() - append a new card of version 4.0 with the given properties, such as UID and FN, in their
 * order.
 */
void card_compose(const CardChange *properties, Buffer *out);
