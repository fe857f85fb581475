#pragma once

/* Reads from a card how the contact wants its mail (contact/mail-times.h). */

#include "contact/card.h"
#include "contact/mail-times.h"

/**
 * card_digest() - get the digest; DIGEST_NONE for a card without the property
 * card_quiet() - get the quiet hours; false for a card without the property
 */
DigestWish card_digest(const Card *card);
bool card_quiet(const Card *card, QuietHours *ret);
